//! What is done beside the writing: packing the graph anew, and checkpoints.
//!
//! Each has a thread of its own while it lasts, and works on a snapshot, so that neither readers
//! nor the writer wait for it.

use std::{
    mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{self, RecvTimeoutError},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use tokio::sync::{mpsc::WeakSender, oneshot::Sender};

use super::{
    Commit, Snapshot,
    shared::{Options, Shared},
    task::{Request, WriteError},
};
use crate::{
    model::{Timestamp, with_causes},
    store::StoreError,
};

/// Changes that the writer may be left to apply when it takes a graph that was packed anew.
const LEFT_FOR_WRITER_MAX: usize = 1_000;
/// Times that a rebuild tries to get that close to a busy writer.
const CATCH_UP_ROUNDS_MAX: usize = 8;
/// When the graph is closed, a checkpoint is due for this part of what it otherwise takes.
const LAST_CHECKPOINT_PART: usize = 8;

/// The writer's side of what is done beside it.
#[derive(Debug)]
pub(super) struct Background {
    shared: Arc<Shared>,
    queue: WeakSender<Request>,
    /// The bytes of all commits, about.
    log_bytes: u64,
    /// Those of them up to the last checkpoint.
    saved_bytes: u64,
    /// When the last checkpoint was begun, or what it holds was recorded.
    saved_at: Timestamp,
    rebuild: Option<Rebuild>,
    checkpoint: Option<Checkpoint>,
    /// Who waits for a checkpoint that is yet to begin.
    requested: Vec<Sender<Result<(), WriteError>>>,
    /// Where the history is bounded.
    _ticks: Option<Ticks>,
}

/// Wakes the writer at even times, until it is dropped.
#[derive(Debug)]
struct Ticks {
    _until_dropped: mpsc::Sender<()>,
}

#[derive(Debug)]
struct Rebuild {
    thread: JoinHandle<Snapshot>,
    /// Commits that the thread has yet to apply.
    backlog: Arc<Backlog>,
}

type Backlog = Mutex<Vec<Commit>>;

#[derive(Debug)]
struct Checkpoint {
    thread: JoinHandle<Result<(), StoreError>>,
    requested: Vec<Sender<Result<(), WriteError>>>,
}

/// Tells the writer, when it is dropped, that a thread is done, even if it has panicked.
struct Wake {
    queue: WeakSender<Request>,
    request: Option<Request>,
}

impl Background {
    /// Nothing under way; so many bytes of commits follow the store's newest checkpoint.
    pub(super) fn new(
        shared: Arc<Shared>,
        queue: WeakSender<Request>,
        unsaved_bytes: usize,
    ) -> Self {
        let newest = shared.milestones.newest();
        let Options { history, prune_every, .. } = shared.options;
        let ticks = history.and_then(|_| Ticks::start(queue.clone(), prune_every));
        Self {
            shared,
            queue,
            log_bytes: newest.log_bytes + unsaved_bytes as u64,
            saved_bytes: newest.log_bytes,
            saved_at: newest.at,
            rebuild: None,
            checkpoint: None,
            requested: Vec::new(),
            _ticks: ticks,
        }
    }

    /// Takes note of what was committed, in so many bytes.
    pub(super) fn note(&mut self, commits: Vec<Commit>, bytes: usize) {
        self.log_bytes += bytes as u64;
        if let Some(rebuild) = &self.rebuild {
            lock(&rebuild.backlog).extend(commits);
        }
    }

    /// Has a checkpoint written of what is committed, and its outcome told.
    pub(super) fn request_checkpoint(&mut self, reply: Sender<Result<(), WriteError>>) {
        self.requested.push(reply);
    }

    /// Starts what is due and not under way.
    pub(super) fn start_due(&mut self, current: &Arc<Snapshot>) {
        let Options { rebuild_percent, rebuild_changes_min, checkpoint_bytes, .. } =
            self.shared.options;
        let size = current.node_bound() + current.edge_bound();
        let changes_max = rebuild_changes_min.max(size / 100 * rebuild_percent);
        if self.rebuild.is_none() && current.delta_len() > changes_max {
            self.start_rebuild(Arc::clone(current));
        }
        let is_due = self.unsaved_bytes() >= checkpoint_bytes as u64
            || !self.requested.is_empty()
            || self.is_history_due();
        if self.checkpoint.is_none() && is_due {
            self.start_checkpoint(Arc::clone(current));
        }
    }

    /// How much has been committed since the last checkpoint was begun.
    fn unsaved_bytes(&self) -> u64 {
        self.log_bytes - self.saved_bytes
    }

    /// Whether the history is bounded, and the last checkpoint so old that a new one lets it begin
    /// later.
    fn is_history_due(&self) -> bool {
        let Options { history, prune_every, clock, .. } = self.shared.options;
        let due = |it: Duration| self.saved_at <= clock().before(it.max(prune_every));
        history.is_some_and(due)
    }

    fn start_rebuild(&mut self, current: Arc<Snapshot>) {
        let backlog = Arc::new(Backlog::default());
        let commits = Arc::clone(&backlog);
        let shared = Arc::clone(&self.shared);
        let wake = Wake { queue: self.queue.clone(), request: Some(Request::Rebuilt) };
        let thread = thread::Builder::new().name("graph-rebuild".to_owned()).spawn(move || {
            let _wake = wake;
            let began = Instant::now();
            let snapshot = rebuild(&current, &commits);
            shared.meter.rebuilds.add_duration(began.elapsed());
            snapshot
        });
        match thread {
            Ok(thread) => self.rebuild = Some(Rebuild { thread, backlog }),
            Err(err) => {
                tracing::warn!(
                    err = with_causes(&err),
                    "cannot pack the graph anew; will try again"
                );
            }
        }
    }

    /// The graph packed anew, with all that was committed meanwhile.
    pub(super) fn end_rebuild(&mut self) -> Option<Snapshot> {
        let Rebuild { thread, backlog } = self.rebuild.take()?;
        let Ok(mut snapshot) = thread.join() else {
            tracing::error!("packing the graph anew has panicked");
            return None;
        };
        lock(&backlog).iter().for_each(|it| snapshot.apply_in_place(it));
        Some(snapshot)
    }

    fn start_checkpoint(&mut self, current: Arc<Snapshot>) {
        let shared = Arc::clone(&self.shared);
        let log_bytes = self.log_bytes;
        let wake = Wake { queue: self.queue.clone(), request: Some(Request::Checkpointed) };
        let thread = thread::Builder::new().name("graph-checkpoint".to_owned()).spawn(move || {
            let _wake = wake;
            write_checkpoint(&shared, &current, log_bytes)
        });
        // What comes from now on is for the next one; a failure is tried again after as much more.
        self.saved_bytes = self.log_bytes;
        self.saved_at = (self.shared.options.clock)();
        let requested = mem::take(&mut self.requested);
        match thread {
            Ok(thread) => self.checkpoint = Some(Checkpoint { thread, requested }),
            Err(err) => {
                let source = Box::new(err);
                let action = "start a thread for a checkpoint".to_owned();
                let backend = "the operating system";
                tell(requested, Err(StoreError::Backend { backend, action, source }));
            }
        }
    }

    /// Takes the checkpoint that was written for the last one, and tells whoever waits for it.
    pub(super) fn end_checkpoint(&mut self) {
        let Some(Checkpoint { thread, requested }) = self.checkpoint.take() else { return };
        tell(requested, thread.join().unwrap_or_else(|_| Err(panicked("write a checkpoint"))));
    }

    /// Ends what is under way, and writes a last checkpoint if much has come since the one before.
    pub(super) fn finish(mut self, current: &Arc<Snapshot>) {
        self.shared.milestones.close();
        drop(self.end_rebuild());
        self.end_checkpoint();
        let bytes_max = self.shared.options.checkpoint_bytes / LAST_CHECKPOINT_PART;
        if self.unsaved_bytes() > bytes_max as u64 || !self.requested.is_empty() {
            self.start_checkpoint(Arc::clone(current));
            self.end_checkpoint();
        }
    }
}

impl Ticks {
    fn start(queue: WeakSender<Request>, every: Duration) -> Option<Self> {
        let (until_dropped, dropped) = mpsc::channel();
        let tick = move || {
            while dropped.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
                let Some(queue) = queue.upgrade() else { return };
                // A writer with a full queue looks at the time anyway.
                let _ = queue.try_send(Request::Tick);
            }
        };
        match thread::Builder::new().name("graph-ticks".to_owned()).spawn(tick) {
            Ok(_) => Some(Self { _until_dropped: until_dropped }),
            Err(err) => {
                tracing::warn!(
                    err = with_causes(&err),
                    "what is out of date is only forgotten when something is written"
                );
                None
            }
        }
    }
}

/// Writes a checkpoint, and removes what no past is read from, and what is older than the history
/// goes back.
fn write_checkpoint(shared: &Shared, current: &Snapshot, log_bytes: u64) -> Result<(), StoreError> {
    let Shared { store, milestones, options, meter, .. } = shared;
    let began = Instant::now();
    if milestones.write(store.as_ref(), current, log_bytes)? {
        meter.checkpoints.add_duration(began.elapsed());
    }
    if let Err(err) = milestones.thin(store.as_ref(), options.history_begins()) {
        tracing::warn!(
            err = with_causes(&err),
            "cannot remove what is out of date; it is in nobody's way"
        );
    }
    Ok(())
}

/// Packs a graph anew, and applies what has been committed meanwhile until little of it is left.
fn rebuild(current: &Snapshot, backlog: &Backlog) -> Snapshot {
    let mut snapshot = current.rebuilt();
    // Here, so that no reader waits for it.
    snapshot.warm_walks();
    for _ in 0..CATCH_UP_ROUNDS_MAX {
        let commits = mem::take(&mut *lock(backlog));
        commits.iter().for_each(|it| snapshot.apply_in_place(it));
        if commits.iter().map(|it| it.changes.len()).sum::<usize>() <= LEFT_FOR_WRITER_MAX {
            break;
        }
    }
    snapshot
}

fn tell(waiting: Vec<Sender<Result<(), WriteError>>>, outcome: Result<(), StoreError>) {
    let outcome = outcome.map_err(|err| {
        tracing::warn!(
            err = with_causes(&err),
            "cannot write a checkpoint; the commits are safe in the log"
        );
        WriteError::Store(Arc::new(err))
    });
    for reply in waiting {
        // Whoever has gone away needs no answer.
        let _ = reply.send(outcome.clone());
    }
}

fn lock(backlog: &Backlog) -> MutexGuard<'_, Vec<Commit>> {
    backlog.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Wake {
    fn drop(&mut self) {
        let Some(request) = self.request.take() else { return };
        if let Some(queue) = self.queue.upgrade() {
            // A writer that has gone away needs no waking.
            let _ = queue.blocking_send(request);
        }
    }
}

/// What became of an `action` that panicked.
pub(super) fn panicked(action: &str) -> StoreError {
    let source = "it panicked; the log has the details".into();
    StoreError::Backend { backend: "the store", action: action.to_owned(), source }
}
