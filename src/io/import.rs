//! Files into a graph: many threads parse, one writes.

use std::{
    collections::VecDeque,
    fmt, io,
    sync::{
        Mutex, PoisonError,
        mpsc::{self, Receiver, SyncSender},
    },
    thread,
};

use super::{
    line::{self, LineKind},
    lines::{Chunk, LINE_BYTES_MAX, Source},
    summary::{Before, Summary, Tally},
};
use crate::{
    graph::{
        Bulk, Draft, Foreseen, Foresight, Granted, Graph, Pending, Rejection, Snapshot, Wish,
        WriteError,
    },
    model::Timestamp,
};

/// Chunks that are read ahead of the one being parsed.
const READ_AHEAD_MAX: usize = 16;
/// Drafts on their way to the writer, while nothing is wrong.
const FLIGHT_MAX: usize = 16;

/// A line that was not imported, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The name of its source.
    pub source: String,
    /// Its number, from 1.
    pub line: u64,
    /// What is wrong with it, and what to write.
    pub reason: String,
}

/// What an import tells while it runs.
#[derive(Clone, Copy, Debug)]
pub enum News<'a> {
    /// A pass over all sources begins.
    Pass {
        /// What it looks for.
        name: &'static str,
        /// How many bytes it will read.
        bytes: u64,
    },
    /// Some bytes were read, and as many lines taken from them.
    Read {
        /// The bytes.
        bytes: u64,
        /// The lines.
        lines: u64,
    },
    /// A line is bad.
    Bad(&'a Fault),
}

/// Why an import ended before its sources did.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A source could not be read to its end.
    #[error("cannot read `{name}`")]
    Read {
        /// Its name.
        name: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The graph took no more.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Reads `sources` into `graph`, and tells `watch` how it goes and of every bad line.
///
/// Entities are taken from all sources first, relationships after them, so that the order of lines
/// does not matter, but for lines about the same thing. Good lines are committed as they come, in
/// drafts of up to 1,000, whether or not others are bad: for all or nothing, give a graph over a
/// [`StagedStore`](crate::store::StagedStore), and seal it if [`Summary::bad`] is zero.
///
/// With `skip_bad` the outcome is that of a file without the bad lines. Without it, drafts after a
/// bad line may be committed before what is left of its own.
///
/// Holds some megabytes of lines, whatever the sources' length.
///
/// # Errors
///
/// Where a source cannot be read, or the graph cannot be written. Bad lines are no errors.
///
/// # Panics
///
/// On a thread that drives an async runtime.
pub fn import(
    graph: &Graph,
    sources: &[Source],
    skip_bad: bool,
    watch: &mut dyn FnMut(News<'_>),
) -> Result<Summary, ImportError> {
    graph.snapshot().warm_edges();
    run(Target::Graph(graph), sources, skip_bad, watch)
}

/// As [`import`], into a graph that nobody reads meanwhile; many times as fast. All of it is durable
/// afterwards.
///
/// # Errors
///
/// As there.
pub fn import_bulk(
    bulk: &mut Bulk,
    sources: &[Source],
    skip_bad: bool,
    watch: &mut dyn FnMut(News<'_>),
) -> Result<Summary, ImportError> {
    let before = Before::of(bulk.snapshot());
    let summary = run(Target::Bulk(bulk), sources, skip_bad, watch)?;
    bulk.settle()?;
    Ok(summary.compared(&before, bulk.snapshot()))
}

/// Reads `sources` as [`import`] without `skip_bad` would into a graph that is as `snapshot`, and
/// records nothing. Tells of every bad line, and counts only lines. Holds, beside what an import
/// does, all that is new.
///
/// # Errors
///
/// Where a source cannot be read.
pub fn rehearse(
    snapshot: &Snapshot,
    sources: &[Source],
    watch: &mut dyn FnMut(News<'_>),
) -> Result<Summary, ImportError> {
    run(Target::Rehearsal(Box::new(snapshot.clone())), sources, false, watch)
}

fn run(
    target: Target<'_>,
    sources: &[Source],
    skip_bad: bool,
    watch: &mut dyn FnMut(News<'_>),
) -> Result<Summary, ImportError> {
    let (in_flight, tally) = (VecDeque::new(), Tally::default());
    let mut writer = Writer { target, skip_bad, watch, in_flight, tally };
    for pass in [LineKind::Entity, LineKind::Relationship] {
        let lengths: Result<Vec<u64>, _> =
            sources.iter().map(|it| it.length().map_err(|err| unreadable(it, err))).collect();
        writer.tell(News::Pass { name: pass.plural(), bytes: lengths?.iter().sum() });
        for source in sources {
            let foresight = writer.target.foresight(pass);
            read(source, pass, foresight.as_ref(), &mut |parsed| writer.take(parsed))?;
        }
        writer.settle_all()?;
    }
    Ok(writer.tally.summary)
}

/// Where the wishes of an import go.
enum Target<'a> {
    /// Into a graph.
    Graph(&'a Graph),
    /// Into a graph that nobody reads meanwhile.
    Bulk(&'a mut Bulk),
    /// Into a graph that is nowhere but here.
    Rehearsal(Box<Snapshot>),
}

/// What becomes of a draft.
enum Fate {
    /// The graph has yet to say.
    Pending(Pending),
    /// It is known.
    Known(Result<Vec<Granted>, Vec<Rejection>>),
}

/// A chunk after parsing.
struct Parsed<'s> {
    source: &'s Source,
    chunk: Chunk,
    pass: LineKind,
    /// Those that are not foreseen.
    wishes: Vec<Wish>,
    foreseen: Foreseen,
    /// The numbers of the lines that all of them come from.
    numbers: Vec<u64>,
    faults: Vec<(u64, String)>,
}

/// A draft that the graph has yet to answer, and the lines it comes from.
struct Flight<'s> {
    fate: Fate,
    source: &'s Source,
    chunk: Chunk,
    numbers: Vec<u64>,
}

struct Writer<'a, 's> {
    target: Target<'a>,
    skip_bad: bool,
    watch: &'a mut dyn FnMut(News<'_>),
    in_flight: VecDeque<Flight<'s>>,
    tally: Tally,
}

/// Parses the lines of `source` that `pass` is about, and looks at them with `foresight`, on all cores;
/// hands them to `take` chunk by chunk in their order.
fn read<'s>(
    source: &'s Source,
    pass: LineKind,
    foresight: Option<&Foresight>,
    take: &mut dyn FnMut(Parsed<'s>) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    type Job<'s> = (Chunk, SyncSender<Parsed<'s>>);
    let chunks = source.chunks().map_err(|err| unreadable(source, err))?;
    // Each chunk's answer has a channel of its own; the channels queue in the order of the file.
    let (queue, answers) = mpsc::sync_channel::<io::Result<Receiver<Parsed<'s>>>>(READ_AHEAD_MAX);
    let (jobs, taken) = mpsc::sync_channel::<Job<'s>>(READ_AHEAD_MAX);
    let taken = Mutex::new(taken);
    let next_job = || taken.lock().unwrap_or_else(PoisonError::into_inner).recv();
    thread::scope(|scope| {
        scope.spawn(move || {
            for chunk in chunks {
                let (answer, receiver) = mpsc::sync_channel(1);
                let job = chunk.map(|it| (it, answer));
                let queued = match job {
                    Ok(job) => queue.send(Ok(receiver)).is_ok() && jobs.send(job).is_ok(),
                    Err(err) => queue.send(Err(err)).is_ok(),
                };
                if !queued {
                    return;
                }
            }
        });
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Ok((chunk, answer)) = next_job() {
                    // Whoever asked may have given up.
                    let _ = answer.send(Parsed::new(source, chunk, pass, foresight));
                }
            });
        }
        let outcome = answers.iter().try_for_each(|answer| {
            let answer = answer.map_err(|err| unreadable(source, err))?;
            take(answer.recv().expect("every chunk that is queued is parsed"))
        });
        // Ends the thread that reads, and with it those that parse.
        drop(answers);
        outcome
    })
}

impl LineKind {
    fn plural(self) -> &'static str {
        match self {
            Self::Entity => "entities",
            Self::Relationship => "relationships",
        }
    }

    fn of(wish: &Wish) -> Self {
        match wish {
            Wish::PutEntity(_) => Self::Entity,
            _ => Self::Relationship,
        }
    }
}

impl<'s> Parsed<'s> {
    fn new(
        source: &'s Source,
        chunk: Chunk,
        pass: LineKind,
        foresight: Option<&Foresight>,
    ) -> Self {
        let (mut wishes, mut numbers, mut faults) = (Vec::new(), Vec::new(), Vec::new());
        let mut foreseen = Foreseen::default();
        let mut look_at = |wishes: &mut Vec<Wish>| {
            foresight.into_iter().for_each(|it| it.look_at(wishes, &mut foreseen));
        };
        // What is of neither kind is told of once, in the first pass.
        let first = pass == LineKind::Entity;
        for number in chunk.too_long.iter().filter(|_| first) {
            faults.push((*number, format!("the line is longer than {LINE_BYTES_MAX} bytes")));
        }
        for (number, text) in chunk.lines() {
            let glance = LineKind::glance(text);
            if glance.is_some_and(|it| it != pass) {
                continue;
            }
            match line::parse(text) {
                Ok(wish) if LineKind::of(&wish) == pass => {
                    wishes.push(wish);
                    numbers.push(number);
                    if numbers.len() % Foresight::ABREAST == 0 {
                        look_at(&mut wishes);
                    }
                }
                Err(reason) if first || glance.is_some() => faults.push((number, reason)),
                _ => {}
            }
        }
        look_at(&mut wishes);
        Self { source, chunk, pass, wishes, foreseen, numbers, faults }
    }
}

impl Target<'_> {
    /// What can be told ahead in a pass, where that saves time: entities stay as they are then.
    fn foresight(&self, pass: LineKind) -> Option<Foresight> {
        match self {
            Self::Bulk(bulk) if pass == LineKind::Relationship => Some(bulk.foresight()),
            _ => None,
        }
    }

    fn submit(&mut self, draft: Draft, foreseen: &Foreseen) -> Result<Fate, WriteError> {
        match self {
            Self::Graph(graph) => graph.submit(draft).map(Fate::Pending),
            Self::Bulk(bulk) => match bulk.commit(draft, foreseen) {
                Err(WriteError::Rejected(rejections)) => Ok(Fate::Known(Err(rejections))),
                outcome => outcome.map(|()| Fate::Known(Ok(Vec::new()))),
            },
            Self::Rehearsal(snapshot) => {
                let resolved = draft.resolve(snapshot, Timestamp::now());
                Ok(Fate::Known(resolved.map(|commit| {
                    if !commit.changes.is_empty() {
                        **snapshot = snapshot.apply(&commit);
                    }
                    Vec::new()
                })))
            }
        }
    }
}

impl Fate {
    /// What the draft has changed, as far as that is counted here, or why not.
    fn wait(self) -> Result<Result<Vec<Granted>, Vec<Rejection>>, WriteError> {
        match self {
            Self::Pending(it) => match it.wait_and_tell() {
                Ok((granted, _)) => Ok(Ok(granted)),
                Err(WriteError::Rejected(rejections)) => Ok(Err(rejections)),
                Err(err) => Err(err),
            },
            Self::Known(it) => Ok(it),
        }
    }
}

impl<'s> Writer<'_, 's> {
    fn tell(&mut self, news: News<'_>) {
        (self.watch)(news);
    }

    fn take(&mut self, parsed: Parsed<'s>) -> Result<(), ImportError> {
        let Parsed { source, chunk, pass, wishes, foreseen, numbers, faults } = parsed;
        let bytes = chunk.source_bytes;
        let lines = numbers.len() as u64;
        if pass == LineKind::Entity {
            self.tally.summary.lines += (chunk.lines().count() + chunk.too_long.len()) as u64;
        }
        for (line, reason) in faults {
            self.reject(source, line, reason);
        }
        if !numbers.is_empty() {
            let fate = self.target.submit(Draft { wishes }, &foreseen)?;
            self.in_flight.push_back(Flight { fate, source, chunk, numbers });
        }
        // A draft that lost some wishes is submitted again: nothing may overtake it then.
        let in_flight_max =
            if self.skip_bad || self.tally.summary.bad > 0 { 0 } else { FLIGHT_MAX };
        while self.in_flight.len() > in_flight_max {
            self.settle_first()?;
        }
        self.tell(News::Read { bytes, lines });
        Ok(())
    }

    fn settle_all(&mut self) -> Result<(), ImportError> {
        while !self.in_flight.is_empty() {
            self.settle_first()?;
        }
        Ok(())
    }

    /// Waits for the first draft on its way; where some wishes are rejected, submits the others
    /// again, until none is.
    fn settle_first(&mut self) -> Result<(), ImportError> {
        let Some(mut flight) = self.in_flight.pop_front() else { return Ok(()) };
        loop {
            let rejections = match flight.fate.wait()? {
                Ok(granted) => {
                    granted.into_iter().for_each(|it| self.tally.count(it));
                    return Ok(());
                }
                Err(rejections) => rejections,
            };
            let rest = self.reject_all(flight.source, &flight.numbers, &rejections);
            if rest.is_empty() {
                return Ok(());
            }
            let lines = flight.chunk.lines().filter(|(number, _)| rest.contains(number));
            let wishes = lines.map(|(_, text)| line::parse(text).expect("it was parsed before"));
            let draft = Draft { wishes: wishes.collect() };
            let fate = self.target.submit(draft, &Foreseen::default())?;
            flight = Flight { fate, numbers: rest, ..flight };
        }
    }

    /// Tells of rejected wishes and gives the numbers of the other lines.
    fn reject_all(
        &mut self,
        source: &Source,
        numbers: &[u64],
        rejections: &[Rejection],
    ) -> Vec<u64> {
        let mut bad: Vec<u64> = Vec::new();
        for rejection in rejections {
            let line = numbers[rejection.wish];
            let reason = rejection.message.clone();
            if bad.last() == Some(&line) {
                self.tell(News::Bad(&Fault { source: source.name().to_owned(), line, reason }));
            } else {
                self.reject(source, line, reason);
                bad.push(line);
            }
        }
        numbers.iter().copied().filter(|it| !bad.contains(it)).collect()
    }

    fn reject(&mut self, source: &Source, line: u64, reason: String) {
        self.tally.summary.bad += 1;
        self.tell(News::Bad(&Fault { source: source.name().to_owned(), line, reason }));
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.source, self.line, self.reason)
    }
}

fn unreadable(source: &Source, err: io::Error) -> ImportError {
    ImportError::Read { name: source.name().to_owned(), source: err }
}
