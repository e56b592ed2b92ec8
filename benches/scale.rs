//! How every figure grows with the graph: import, start, memory, queries, and writes.
//!
//! `cargo bench --bench scale` goes from 2^14 to 2^18 entities, with eight relationships for each;
//! `… -- 20` up to 2^20, which takes minutes and a gigabyte of disk. Each size is imported by one
//! process and opened by another, so that memory is that of a server that has just started.

mod interchange;
mod reference;
mod rmat;
mod timing;

use std::{
    env,
    error::Error,
    fs,
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use relata::{
    api::{Api, Request},
    graph::{Draft, Graph, Options, RelationshipWish, Snapshot, Wish},
    io::{Source, import},
    model::Timestamp,
    store::SledStore,
};

use self::{reference::Question, rmat::Rmat, timing::median};

/// The least graph.
const SCALE_MIN: usize = 14;
/// Times that each query is asked.
const ASKED: usize = 301;
/// Commits that are applied one after the other.
const COMMITS: usize = 1_000;
/// Writes a second that a read is measured beside.
const WRITES_PER_SECOND: u32 = 1_000;

/// Tell a child what to do in which folder.
const IMPORT: &str = "--import";
const OPEN: &str = "--open";

type Outcome = Result<(), Box<dyn Error>>;

fn main() -> Outcome {
    let arguments: Vec<String> = env::args().collect();
    let folder = |flag: &str| {
        let place = arguments.iter().position(|it| it == flag)?;
        arguments.get(place + 1).map(Path::new)
    };
    let scale = timing::arguments().first().copied().unwrap_or(18);
    if let Some(folder) = folder(IMPORT) {
        return import_into(folder, scale as u32);
    }
    if let Some(folder) = folder(OPEN) {
        return open(folder);
    }
    for scale in (SCALE_MIN..=scale).step_by(2) {
        let folder = tempfile::tempdir()?;
        for step in [IMPORT, OPEN] {
            let status = Command::new(env::current_exe()?)
                .arg(step)
                .arg(folder.path())
                .arg(scale.to_string())
                .status()?;
            assert!(status.success(), "the child has failed");
        }
    }
    Ok(())
}

fn import_into(folder: &Path, scale: u32) -> Outcome {
    let rmat = Rmat { scale, factor: 8, seed: 42 };
    let file = folder.join("graph.jsonl");
    let records = interchange::write(rmat, &file)?;
    let store = Arc::new(SledStore::open(&folder.join("store"))?);
    let graph = Graph::open(store, Some(Rmat::ontology()), Options::default())?;
    let start = Instant::now();
    import(&graph, &[Source::open(&file, folder)?], false, &mut |_| {})?;
    let took = start.elapsed();
    println!("2^{scale} entities, {} relationships", graph.snapshot().edge_bound());
    println!("  import: {:.0} records/s, durable", records as f64 / took.as_secs_f64());
    fs::remove_file(file)?;
    Ok(graph.checkpoint_blocking()?)
}

fn open(folder: &Path) -> Outcome {
    let (before, start) = (resident_bytes(), Instant::now());
    let store = Arc::new(SledStore::open(&folder.join("store"))?);
    let graph = Graph::open(store, None, Options::default())?;
    let opened = start.elapsed();
    let bytes = resident_bytes().saturating_sub(before);
    let snapshot = graph.snapshot();
    let each = bytes / snapshot.edge_bound();
    println!("  start: {opened:.2?}; {each} bytes a relationship, entities included");
    let start = Instant::now();
    snapshot.warm_names();
    println!("  names index: {:.2?}", start.elapsed());
    let (api, questions) = (&reference::api(&graph), reference::questions(&snapshot));
    for question in &questions {
        println!("  {:20} {:10.1} µs", question.name, asked(api, question));
    }
    applied(&snapshot)?;
    beside_writes(&graph, api, &questions[1]);
    Ok(())
}

/// The median of asking, in microseconds.
fn asked(api: &Api, question: &Question) -> f64 {
    let one = |sample: usize| {
        let variables = Some(&*question.variables[sample % question.variables.len()]);
        let request = Request { query: question.document, operation_name: None, variables };
        micros(|| drop(api.execute(request)))
    };
    // The first prepares the document.
    one(0);
    median((0..ASKED).map(one).collect())
}

/// What it takes to make the next snapshot, for commits of one relationship.
fn applied(snapshot: &Snapshot) -> Outcome {
    let mut current = snapshot.clone();
    let mut times = Vec::with_capacity(COMMITS);
    for place in 0..COMMITS {
        let commit = draft(place).resolve(&current, Timestamp::now()).expect("the draft is sound");
        times.push(micros(|| current = current.apply(&commit)));
    }
    println!("  {:20} {:10.1} µs", "apply one write", median(times));
    Ok(())
}

/// A read's time while writes are committed, beside its time while none are.
fn beside_writes(graph: &Graph, api: &Api, question: &Question) {
    let done = AtomicBool::new(false);
    let idle = asked(api, question);
    let (busy, written, took) = thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let start = Instant::now();
            let mut written = 0;
            while !done.load(Relaxed) {
                let due = Duration::from_secs(1) * written / WRITES_PER_SECOND;
                thread::sleep(due.saturating_sub(start.elapsed()));
                drop(graph.submit(draft(COMMITS + written as usize)).expect("the graph is open"));
                written += 1;
            }
            (written, start.elapsed())
        });
        let start = Instant::now();
        let mut times = Vec::new();
        while start.elapsed() < Duration::from_secs(2) {
            times.push(asked(api, question));
        }
        done.store(true, Relaxed);
        let (written, took) = writer.join().expect("the writer does not panic");
        (median(times), written, took)
    });
    let rate = f64::from(written) / took.as_secs_f64();
    println!("  beside {rate:.0} writes/s: {busy:.1} µs ÷ {idle:.1} µs = {:.2}", busy / idle);
}

/// A relationship that is not there yet.
fn draft(place: usize) -> Draft {
    let year = 1_000 + place % 1_000;
    let wish = RelationshipWish {
        relation: "MEETS".to_owned(),
        source: Rmat::id((place * 7 % 1_000) as u32),
        target: Rmat::id((place * 13 % 1_000) as u32),
        valid_from: Some(year.to_string()),
        ..RelationshipWish::default()
    };
    Draft { wishes: vec![Wish::AssertRelationship(wish)] }
}

fn micros(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_nanos() as f64 / 1e3
}

/// What the process holds in memory; zero where the system does not say.
fn resident_bytes() -> usize {
    const PAGE_BYTES: usize = 4096;
    let statm = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split(' ').nth(1).and_then(|it| it.parse::<usize>().ok()).unwrap_or(0) * PAGE_BYTES
}
