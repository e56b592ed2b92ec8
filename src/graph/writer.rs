//! The handle to a graph: its readers' and its writer's door.

use std::{
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use arc_swap::ArcSwap;
use tokio::sync::{mpsc, oneshot, watch};

use super::{
    Draft, Feed, FeedError, Granted, HistoryError, Meter, Rejection, Snapshot, Transaction,
    background::Background,
    history::History,
    milestones::Milestones,
    open::{self, Checked, OpenError, Opened},
    task::{Outcome, Task},
    write::{Request, Writer},
};
use crate::{
    model::{Histogram, Revision, Timestamp},
    ontology::Ontology,
    store::{Store, StoreError},
};

/// A graph: any number of readers, one writer. Clones are handles to the same graph; when the last
/// one is dropped, everything submitted is still written, and the store is let go.
#[derive(Clone, Debug)]
pub struct Graph {
    door: Arc<Door>,
}

/// How a graph is kept.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Drafts that may wait for the writer, at least one; beyond it, whoever commits waits too.
    pub queue_max: usize,
    /// Drafts that share one write to the store.
    pub group_max: usize,
    /// The share of the graph, in percent, that may have changed before it is packed anew.
    pub rebuild_percent: usize,
    /// The changes below which that is not worth the while.
    pub rebuild_changes_min: usize,
    /// The bytes of commits after which a checkpoint is written.
    pub checkpoint_bytes: usize,
    /// How far back [`Graph::snapshot_at`] goes; absent: to the beginning.
    pub history: Option<Duration>,
    /// How often it is looked, where that is bounded, whether there is something to forget; and
    /// the least time between two checkpoints that are written only for that.
    pub prune_every: Duration,
    /// What tells the time of a commit.
    pub clock: fn() -> Timestamp,
}

/// What the writer and the readers share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) store: Arc<dyn Store>,
    pub(super) current: ArcSwap<Snapshot>,
    pub(super) options: Options,
    /// The revision of `current`, for those who wait for the next.
    pub(super) head: watch::Sender<Revision>,
    pub(super) meter: Meter,
    pub(super) milestones: Milestones,
    history: History,
    state: ArcSwap<State>,
}

/// Whether a graph takes commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It does.
    Writable,
    /// The store failed at the last one. Everything acknowledged is there and can be read. Each
    /// commit is an attempt to write again; a store that has stopped needs a restart of the
    /// process.
    ReadOnly {
        /// Since when.
        since: Timestamp,
        /// What the store said.
        reason: String,
    },
}

/// What all handles share; closes the writer when the last of them goes.
#[derive(Debug)]
struct Door {
    shared: Arc<Shared>,
    queue: Option<mpsc::Sender<Request>>,
    writer: Option<JoinHandle<()>>,
}

/// A draft on its way; see [`Graph::submit`].
#[derive(Debug)]
pub struct Pending {
    outcome: oneshot::Receiver<Outcome<Vec<Granted>>>,
}

/// Why a draft or a transaction was not committed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum WriteError {
    /// The draft is wrong. Safe to show to the client.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Rejected(Vec<Rejection>),
    /// The store is in trouble. Shared by everyone whose draft was in the same group. None of it
    /// is visible; if the store has it nevertheless, it will be with a later commit.
    #[error(transparent)]
    Store(Arc<StoreError>),
    /// The store has stopped after an earlier failure. Nothing of this is recorded.
    #[error("the graph is read-only: {0}")]
    ReadOnly(Arc<str>),
    /// The plan of a transaction has panicked. Nothing of it is recorded.
    #[error("the transaction failed; nothing of it is recorded")]
    Panicked,
    /// The writer has stopped.
    #[error("the graph is closed")]
    Closed,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            queue_max: 1024,
            group_max: 256,
            rebuild_percent: 1,
            rebuild_changes_min: 50_000,
            checkpoint_bytes: 64 << 20,
            history: None,
            prune_every: Duration::from_secs(60 * 60),
            clock: Timestamp::now,
        }
    }
}

impl Options {
    /// The first moment that may be asked for; absent: any.
    pub(super) fn history_begins(&self) -> Option<Timestamp> {
        self.history.map(|it| (self.clock)().before(it))
    }
}

impl Graph {
    /// Loads the graph from `store` and starts its writer. Without `ontology`, the stored one is
    /// used; another one than the stored is stored in its place, if all that is stored fits it.
    ///
    /// Costs a read of the last checkpoint and of the commits after it.
    ///
    /// # Errors
    ///
    /// Where the store fails, was written by a newer relata, holds no ontology and none is given,
    /// or holds what `ontology` does not allow: then every such entity and relationship is named.
    pub fn open(
        store: Arc<dyn Store>,
        ontology: Option<Ontology>,
        options: Options,
    ) -> Result<Self, OpenError> {
        let Opened { snapshot, milestones, unsaved_bytes, recorded_at } =
            open::load(store.as_ref(), ontology)?;
        snapshot.warm_walks();
        let shared = Arc::new(Shared {
            store,
            options,
            head: watch::Sender::new(snapshot.revision()),
            current: ArcSwap::from_pointee(snapshot),
            meter: Meter::default(),
            milestones,
            history: History::default(),
            state: ArcSwap::from_pointee(State::Writable),
        });
        let (queue, requests) = mpsc::channel(options.queue_max);
        let wake = queue.downgrade();
        let background = Background::new(Arc::clone(&shared), wake, unsaved_bytes);
        let writer = Writer::new(Arc::clone(&shared), background, recorded_at);
        let thread = thread::Builder::new()
            .name("graph-writer".to_owned())
            .spawn(move || writer.run(requests))
            .map_err(OpenError::Thread)?;
        Ok(Self { door: Arc::new(Door { shared, queue: Some(queue), writer: Some(thread) }) })
    }

    /// Loads the graph from `store` and checks that all of it fits `ontology`, or the stored one, and
    /// that its past can be read. Stores nothing, and starts no writer.
    ///
    /// Costs a read of the whole log and of the checkpoints that are kept.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), and where stored data does not fit the stored ontology.
    pub fn check(store: &dyn Store, ontology: Option<Ontology>) -> Result<Checked, OpenError> {
        open::check(store, ontology)
    }

    pub(super) fn store(&self) -> &dyn Store {
        self.door.shared.store.as_ref()
    }

    pub(super) fn milestones(&self) -> &Milestones {
        &self.door.shared.milestones
    }

    /// The graph as it is. Take one for each request and keep it to the end.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.door.shared.current.load_full()
    }

    /// Commits `draft` and returns the first snapshot that includes it.
    ///
    /// # Errors
    ///
    /// See [`WriteError`]; then nothing of the draft is visible.
    pub async fn commit(&self, draft: Draft) -> Result<Arc<Snapshot>, WriteError> {
        let wishes = draft.wishes.len();
        let outcome = self.run(wishes, move |it| it.grant_all(&draft.wishes)).await;
        outcome.map(|(_, snapshot)| snapshot)
    }

    /// Runs `plan` on the writer's thread, on top of everything committed before it, and commits
    /// all that it was granted, or, where it gives an error, nothing. Returns what it gives and the
    /// first snapshot that includes it.
    ///
    /// The writer does nothing else meanwhile, so a plan must not wait and must not walk far. It is
    /// run again where another process commits first, or where its commit is left to the next
    /// write to the store.
    ///
    /// # Errors
    ///
    /// See [`WriteError`]; then nothing of it is visible.
    pub async fn transact<T: Send + 'static>(
        &self,
        plan: impl FnMut(&mut Transaction) -> Result<T, Vec<Rejection>> + Send + 'static,
    ) -> Result<(T, Arc<Snapshot>), WriteError> {
        self.run(1, plan).await
    }

    /// As [`transact`](Self::transact), from a thread that may wait.
    ///
    /// # Panics
    ///
    /// On a thread that drives an async runtime.
    pub fn transact_blocking<T: Send + 'static>(
        &self,
        plan: impl FnMut(&mut Transaction) -> Result<T, Vec<Rejection>> + Send + 'static,
    ) -> Result<(T, Arc<Snapshot>), WriteError> {
        let (task, outcome) = Task::new(1, plan);
        self.queue().blocking_send(Request::Commit(task)).map_err(|_| WriteError::Closed)?;
        outcome.blocking_recv().unwrap_or(Err(WriteError::Closed))
    }

    async fn run<T: Send + 'static>(
        &self,
        wishes: usize,
        plan: impl FnMut(&mut Transaction) -> Result<T, Vec<Rejection>> + Send + 'static,
    ) -> Outcome<T> {
        let (task, outcome) = Task::new(wishes, plan);
        self.queue().send(Request::Commit(task)).await.map_err(|_| WriteError::Closed)?;
        outcome.await.unwrap_or(Err(WriteError::Closed))
    }

    /// The commits after the revision `after`, in order: first those in the log, then each as it
    /// comes. The writer never waits for whoever reads them.
    ///
    /// # Errors
    ///
    /// Where `after` lies beyond the last commit, or the log does not reach back to it.
    pub fn changes(&self, after: Revision) -> Result<Feed, FeedError> {
        Feed::new(&self.door.shared, after)
    }

    /// The graph as it was recorded at `known_at`: exactly the [`snapshot`](Self::snapshot) of that
    /// moment.
    ///
    /// Costs nothing where nothing has been committed since; else a search of the log, and for a
    /// moment that was not asked for lately a few passes over the last checkpoint that is kept of the
    /// time before it, a replay of the commits from there (about a second for a million changes) and
    /// the memory of the graph as it was. The last few are kept; one that another thread is building is
    /// waited for. Blocks.
    ///
    /// # Errors
    ///
    /// Where the history does not go so far back, or the store fails.
    pub fn snapshot_at(&self, known_at: Timestamp) -> Result<Arc<Snapshot>, HistoryError> {
        let Shared { store, options, milestones, history, .. } = self.door.shared.as_ref();
        let begins = options.history_begins();
        history.at(store.as_ref(), milestones, &self.snapshot(), known_at, begins)
    }

    /// Whether it takes commits.
    pub fn state(&self) -> State {
        self.door.shared.state()
    }

    /// What its writer has done since it was opened.
    pub fn meter(&self) -> &Meter {
        &self.door.shared.meter
    }

    /// How long it took the store each time to make a batch durable, where the store knows.
    pub fn syncs(&self) -> Option<&Histogram> {
        self.store().syncs()
    }

    /// How many drafts wait for the writer, and how many may.
    pub fn queued(&self) -> (usize, usize) {
        let (free, max) = (self.queue().capacity(), self.queue().max_capacity());
        (max - free, max)
    }

    /// As [`commit`](Self::commit), from a thread that may wait.
    ///
    /// # Panics
    ///
    /// On a thread that drives an async runtime.
    pub fn commit_blocking(&self, draft: Draft) -> Result<Arc<Snapshot>, WriteError> {
        self.submit(draft)?.wait()
    }

    /// Hands `draft` to the writer without waiting for its outcome, so that one thread can keep
    /// many on their way; they are committed in the order of submission. Waits only while the
    /// queue is full.
    ///
    /// # Panics
    ///
    /// On a thread that drives an async runtime.
    pub fn submit(&self, draft: Draft) -> Result<Pending, WriteError> {
        let (task, outcome) = Task::new(draft.wishes.len(), move |it| it.grant_all(&draft.wishes));
        self.queue().blocking_send(Request::Commit(task)).map_err(|_| WriteError::Closed)?;
        Ok(Pending { outcome })
    }

    /// Writes a checkpoint of all that is committed, so that the next start need not read the
    /// commits that led here. Waits until it is durable; others may write meanwhile.
    ///
    /// # Errors
    ///
    /// Where the store fails; the checkpoint before it then still holds.
    ///
    /// # Panics
    ///
    /// On a thread that drives an async runtime.
    pub fn checkpoint_blocking(&self) -> Result<(), WriteError> {
        let (reply, outcome) = oneshot::channel();
        let request = Request::Checkpoint(reply);
        self.queue().blocking_send(request).map_err(|_| WriteError::Closed)?;
        outcome.blocking_recv().unwrap_or(Err(WriteError::Closed))
    }

    fn queue(&self) -> &mpsc::Sender<Request> {
        self.door.queue.as_ref().expect("the queue is closed by the last handle only")
    }
}

impl Pending {
    /// Waits for the draft's outcome: the first snapshot that includes it.
    ///
    /// # Errors
    ///
    /// See [`WriteError`]; then nothing of the draft is visible.
    ///
    /// # Panics
    ///
    /// On a thread that drives an async runtime.
    pub fn wait(self) -> Result<Arc<Snapshot>, WriteError> {
        self.wait_and_tell().map(|it| it.1)
    }

    /// As [`wait`](Self::wait), with what has become of each thing that the draft changes.
    ///
    /// # Errors
    ///
    /// As there.
    ///
    /// # Panics
    ///
    /// As there.
    pub fn wait_and_tell(self) -> Result<(Vec<Granted>, Arc<Snapshot>), WriteError> {
        self.outcome.blocking_recv().unwrap_or(Err(WriteError::Closed))
    }
}

impl Shared {
    /// Makes `next`, which is durable, visible.
    pub(super) fn publish(&self, next: Snapshot) {
        let revision = next.revision();
        self.current.store(Arc::new(next));
        self.head.send_replace(revision);
    }

    /// Whether the store takes commits.
    pub(super) fn state(&self) -> State {
        State::clone(&self.state.load())
    }

    /// Takes note whether the store takes commits.
    pub(super) fn enter(&self, state: State) {
        if **self.state.load() != state {
            self.state.store(Arc::new(state));
        }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.queue = None;
        let Some(writer) = self.writer.take() else { return };
        if writer.join().is_err() {
            tracing::error!("the thread that writes the graph has panicked");
        }
    }
}
