//! The thread that writes a graph.
//!
//! Drafts that wait together are resolved in order, each against the graph with the earlier ones,
//! and share one write to the store. Only when that is durable is the new snapshot published and
//! everyone answered.

use std::{mem, sync::Arc};

use tokio::sync::{mpsc::Receiver, oneshot::Sender};

use super::{
    Commit, Draft, Rejection, Rule, Snapshot,
    background::Background,
    log,
    writer::{Outcome, Shared, WriteError},
};
use crate::{
    model::Timestamp,
    store::{BATCH_MAX, Batch, StoreError},
};

/// Wishes after which a group takes no further draft.
const GROUP_WISHES_MAX: usize = 10_000;
/// Times a group is tried again after another writer has won the race.
const RETRIES_MAX: usize = 8;

/// What the writer is asked for.
#[derive(Debug)]
pub(super) enum Request {
    /// To commit a draft.
    Commit(Draft, Sender<Outcome>),
    /// To write a checkpoint of what is committed.
    Checkpoint(Sender<Result<(), WriteError>>),
    /// To take note that the checkpoint is done.
    Checkpointed,
    /// To take note that the graph is packed anew.
    Rebuilt,
}

/// The one writer of a graph.
#[derive(Debug)]
pub(super) struct Writer {
    shared: Arc<Shared>,
    background: Background,
    /// When the last commit was recorded.
    last: Timestamp,
}

/// Drafts to be committed together, and who waits for each.
#[derive(Default)]
struct Group {
    drafts: Vec<(Draft, Sender<Outcome>)>,
    wishes: usize,
}

/// What the first drafts of a group come to, before it is stored.
struct Resolved {
    next: Snapshot,
    commits: Vec<Commit>,
    batch: Batch,
    verdicts: Verdicts,
}

type Verdicts = Vec<Result<(), Vec<Rejection>>>;

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
            self.write(mem::take(&mut group).drafts);
            self.background.start_due(&self.shared.current.load_full());
        }
        self.background.finish(&self.shared.current.load_full());
    }

    fn receive(&mut self, request: Request, group: &mut Group) {
        match request {
            Request::Commit(draft, reply) => group.push(draft, reply),
            Request::Checkpoint(reply) => self.background.request_checkpoint(reply),
            Request::Checkpointed => self.background.end_checkpoint(),
            Request::Rebuilt => {
                if let Some(snapshot) = self.background.end_rebuild() {
                    self.shared.current.store(Arc::new(snapshot));
                }
            }
        }
    }

    /// Commits as much of the group at a time as one batch holds.
    fn write(&mut self, mut group: Vec<(Draft, Sender<Outcome>)>) {
        while !group.is_empty() {
            match self.try_write(&group) {
                Ok(verdicts) => {
                    let rest = group.split_off(verdicts.len());
                    answer(group, verdicts, &self.shared.current.load_full());
                    group = rest;
                }
                Err(err) => return refuse(group, err),
            }
        }
    }

    fn try_write(&mut self, group: &[(Draft, Sender<Outcome>)]) -> Result<Verdicts, StoreError> {
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

    fn resolve(&mut self, group: &[(Draft, Sender<Outcome>)]) -> Resolved {
        let mut resolved = Resolved {
            next: Snapshot::clone(&self.shared.current.load()),
            commits: Vec::new(),
            batch: Batch::default(),
            verdicts: Vec::with_capacity(group.len()),
        };
        for (draft, _) in group {
            // Clocks go back at times; the log does not.
            self.last = self.last.max(Timestamp::now());
            let verdict = match draft.resolve(&resolved.next, self.last) {
                Ok(commit) if commit.changes.is_empty() => Ok(()),
                Ok(commit) => match log::encode(&commit) {
                    None => Err(vec![too_large()]),
                    Some(pairs) if resolved.batch.operations().len() + pairs.len() > BATCH_MAX => {
                        return resolved;
                    }
                    Some(pairs) => {
                        resolved.add(commit, pairs);
                        Ok(())
                    }
                },
                Err(rejections) => Err(rejections),
            };
            resolved.verdicts.push(verdict);
        }
        resolved
    }

    fn store(&self, resolved: &Resolved) -> Result<(), StoreError> {
        if resolved.commits.is_empty() {
            return Ok(());
        }
        let base = self.shared.current.load().revision();
        self.shared.store.commit(base, resolved.next.revision(), &resolved.batch)
    }

    fn publish(&mut self, resolved: Resolved) -> Verdicts {
        let Resolved { next, commits, batch, verdicts } = resolved;
        if !commits.is_empty() {
            self.shared.current.store(Arc::new(next));
            let values = batch.operations().iter().filter_map(|(_, value)| value.as_ref());
            self.background.note(commits, values.map(Vec::len).sum());
        }
        verdicts
    }

    /// Applies what others have committed since this writer's last commit.
    fn follow(&mut self) -> Result<(), StoreError> {
        let mut next = Snapshot::clone(&self.shared.current.load());
        let mut commits = Vec::new();
        let mut bytes = 0;
        let outcome = log::replay(self.shared.store.as_ref(), &mut next, |_, commit, length| {
            bytes += length;
            commits.push(commit);
        });
        self.last = commits.last().map_or(self.last, |it| self.last.max(it.at));
        self.shared.current.store(Arc::new(next));
        self.background.note(commits, bytes);
        outcome
    }
}

impl Group {
    fn push(&mut self, draft: Draft, reply: Sender<Outcome>) {
        self.wishes += draft.wishes.len();
        self.drafts.push((draft, reply));
    }

    fn is_full(&self, drafts_max: usize) -> bool {
        self.drafts.len() >= drafts_max || self.wishes >= GROUP_WISHES_MAX
    }
}

impl Resolved {
    fn add(&mut self, commit: Commit, pairs: Vec<(Vec<u8>, Vec<u8>)>) {
        for (key, value) in pairs {
            self.batch.put(key, value);
        }
        self.next.apply_in_place(&commit);
        self.commits.push(commit);
    }
}

fn too_large() -> Rejection {
    let message = "the draft is larger than one commit may be; divide it".to_owned();
    Rejection { wish: 0, rule: Rule::Invalid, message }
}

fn answer(group: Vec<(Draft, Sender<Outcome>)>, verdicts: Verdicts, current: &Arc<Snapshot>) {
    for ((_, reply), verdict) in group.into_iter().zip(verdicts) {
        let outcome = verdict.map(|()| Arc::clone(current)).map_err(WriteError::Rejected);
        // Whoever has gone away needs no answer.
        let _ = reply.send(outcome);
    }
}

fn refuse(group: Vec<(Draft, Sender<Outcome>)>, err: StoreError) {
    let err = Arc::new(err);
    tracing::error!(%err, drafts = group.len(), "the store refused a group of drafts");
    for (_, reply) in group {
        // Whoever has gone away needs no answer.
        let _ = reply.send(Err(WriteError::Store(Arc::clone(&err))));
    }
}
