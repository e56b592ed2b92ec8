//! The thread that writes a graph.
//!
//! Tasks that wait together are run in order, each on the graph with the earlier ones, and share
//! one write to the store. Only when that is durable is the new snapshot published and
//! everyone answered.

use std::{
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Instant,
};

use tokio::sync::mpsc::Receiver;

use super::{
    Commit, Rejection, Snapshot, State, Transaction,
    background::{Background, panicked},
    log,
    shared::Shared,
    task::{Request, Task, WriteError},
};
use crate::{
    model::{Timestamp, with_causes},
    store::{BATCH_MAX, Batch, StoreError},
};

/// Wishes after which a group takes no further task.
const GROUP_WISHES_MAX: usize = 10_000;
/// Times a group is tried again after another writer has won the race.
const RETRIES_MAX: usize = 64;

/// The one writer of a graph.
#[derive(Debug)]
pub(super) struct Writer {
    shared: Arc<Shared>,
    background: Background,
    /// When the last commit was recorded.
    last: Timestamp,
}

/// Tasks whose commits are stored together.
#[derive(Default)]
struct Group {
    tasks: Vec<Task>,
    wishes: usize,
}

/// What the first tasks of a group come to, before it is stored.
struct Resolved {
    next: Snapshot,
    commits: Vec<Commit>,
    batch: Batch,
    verdicts: Verdicts,
}

type Verdicts = Vec<Result<(), WriteError>>;

impl Writer {
    /// The writer of what is shared, with what works for it in the background, after a last commit
    /// that was recorded at `last`.
    pub(super) fn new(shared: Arc<Shared>, background: Background, last: Timestamp) -> Self {
        Self { shared, background, last }
    }

    /// Serves requests until the last handle is gone.
    pub(super) fn run(mut self, mut requests: Receiver<Request>) {
        self.background.start_due(&self.shared.current.load_full());
        let mut group = Group::default();
        while let Some(request) = requests.blocking_recv() {
            self.receive(request, &mut group);
            while !group.is_full(self.shared.options.group_max) {
                let Ok(request) = requests.try_recv() else { break };
                self.receive(request, &mut group);
            }
            self.write(mem::take(&mut group).tasks);
            self.background.start_due(&self.shared.current.load_full());
        }
        self.background.finish(&self.shared.current.load_full());
    }

    fn receive(&mut self, request: Request, group: &mut Group) {
        match request {
            Request::Commit(task) => group.push(task),
            Request::Checkpoint(reply) => self.background.request_checkpoint(reply),
            Request::Checkpointed => self.background.end_checkpoint(),
            // What is due is started after every request.
            Request::Tick => {}
            Request::Rebuilt => {
                if let Some(snapshot) = self.background.end_rebuild() {
                    self.shared.current.store(Arc::new(snapshot));
                }
            }
        }
    }

    /// Commits as much of the group at a time as one batch holds.
    fn write(&mut self, mut group: Vec<Task>) {
        while !group.is_empty() {
            match self.try_write(&mut group) {
                Ok(verdicts) => {
                    let rest = group.split_off(verdicts.len());
                    answer(group, verdicts, &self.shared.current.load_full());
                    group = rest;
                }
                Err(err) => return self.refuse(group, err),
            }
        }
    }

    fn try_write(&mut self, group: &mut [Task]) -> Result<Verdicts, StoreError> {
        let mut retries = 0..RETRIES_MAX;
        loop {
            let resolved = self.resolve(group);
            match self.store(&resolved) {
                Ok(()) => return Ok(self.publish(resolved)),
                Err(StoreError::Conflict { .. }) if retries.next().is_some() => self.follow()?,
                Err(err) => return Err(err),
            }
        }
    }

    fn resolve(&mut self, group: &mut [Task]) -> Resolved {
        let mut resolved = Resolved {
            next: Snapshot::clone(&self.shared.current.load()),
            commits: Vec::new(),
            batch: Batch::default(),
            verdicts: Vec::with_capacity(group.len()),
        };
        for task in group {
            // Clocks stand still and go back at times; the log does not.
            let at = (self.shared.options.clock)().max(self.last.next());
            let mut transaction = Transaction::begin(resolved.next.clone(), at);
            let verdict = task.run(&mut transaction);
            if verdict.is_err() {
                resolved.verdicts.push(verdict);
                continue;
            }
            let (next, commit) = transaction.finish();
            if commit.changes.is_empty() {
                resolved.verdicts.push(Ok(()));
                continue;
            }
            match log::encode(&commit) {
                None => {
                    resolved.verdicts.push(Err(WriteError::Rejected(vec![Rejection::too_large()])));
                }
                Some(pairs) if resolved.batch.operations().len() + pairs.len() > BATCH_MAX => break,
                Some(pairs) => {
                    self.last = at;
                    resolved.add(next, commit, pairs);
                }
            }
        }
        resolved
    }

    fn store(&self, resolved: &Resolved) -> Result<(), StoreError> {
        if resolved.commits.is_empty() {
            return Ok(());
        }
        let base = self.shared.current.load().revision();
        let began = Instant::now();
        let next = resolved.next.revision();
        let commit = || self.shared.store.commit(base, next, &resolved.batch);
        // A store that panics is one that fails: the graph can still be read, and tells why it
        // takes no writes.
        catch_unwind(AssertUnwindSafe(commit)).unwrap_or_else(|_| Err(panicked("commit")))?;
        self.shared.meter.written(resolved.commits.len(), began.elapsed());
        Ok(())
    }

    fn publish(&mut self, resolved: Resolved) -> Verdicts {
        let Resolved { next, commits, batch, verdicts } = resolved;
        if !commits.is_empty() {
            self.shared.publish(next);
            // Where nothing was to be written, the store was not tried.
            self.shared.enter(State::Writable);
            let values = batch.operations().iter().filter_map(|(_, value)| value.as_ref());
            self.background.note(commits, values.map(Vec::len).sum());
        }
        verdicts
    }

    /// Tells a group that the store is in trouble.
    fn refuse(&self, group: Vec<Task>, err: StoreError) {
        self.shared.meter.failures.add(1);
        let reason = err.to_string();
        let refusal = match err {
            StoreError::Stopped { .. } => WriteError::ReadOnly(reason.as_str().into()),
            err => {
                let told = with_causes(&err);
                tracing::error!(
                    err = told,
                    tasks = group.len(),
                    "the store refused a group of commits"
                );
                WriteError::Store(Arc::new(err))
            }
        };
        if self.shared.state() == State::Writable {
            self.shared.enter(State::ReadOnly { since: Timestamp::now(), reason });
        }
        group.into_iter().for_each(|it| it.answer(Err(refusal.clone())));
    }

    /// Applies what others have committed since this writer's last commit.
    fn follow(&mut self) -> Result<(), StoreError> {
        let mut next = Snapshot::clone(&self.shared.current.load());
        let mut commits = Vec::new();
        let mut bytes = 0;
        let outcome =
            log::replay(self.shared.store.as_ref(), &mut next, None, |next, commit, length| {
                next.apply_in_place(&commit);
                bytes += length;
                commits.push(commit);
            });
        self.last = commits.last().map_or(self.last, |it| self.last.max(it.at));
        self.shared.publish(next);
        self.background.note(commits, bytes);
        outcome
    }
}

impl Group {
    fn push(&mut self, task: Task) {
        self.wishes += task.wishes();
        self.tasks.push(task);
    }

    fn is_full(&self, tasks_max: usize) -> bool {
        self.tasks.len() >= tasks_max || self.wishes >= GROUP_WISHES_MAX
    }
}

impl Resolved {
    /// Adds what one more task comes to.
    fn add(&mut self, next: Snapshot, commit: Commit, pairs: Vec<(Vec<u8>, Vec<u8>)>) {
        for (key, value) in pairs {
            self.batch.put(key, value);
        }
        self.next = next;
        self.commits.push(commit);
        self.verdicts.push(Ok(()));
    }
}

fn answer(group: Vec<Task>, verdicts: Verdicts, current: &Arc<Snapshot>) {
    for (task, verdict) in group.into_iter().zip(verdicts) {
        task.answer(verdict.map(|()| Arc::clone(current)));
    }
}
