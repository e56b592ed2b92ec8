//! The handle to a graph: its readers' and its writer's door.

use std::{
    sync::Arc,
    thread::{self, JoinHandle},
};

use tokio::sync::{mpsc, oneshot};

use super::{
    Draft, Feed, FeedError, Granted, HistoryError, Meter, Rejection, Snapshot, Transaction,
    background::Background,
    milestones::Milestones,
    open::{self, Checked, OpenError, Opened},
    shared::{Options, Shared, State},
    task::{Outcome, Request, Task, WriteError},
    write::Writer,
};
use crate::{
    model::{Histogram, Revision, Timestamp},
    ontology::Ontology,
    store::Store,
};

/// A graph: any number of readers, one writer. Clones are handles to the same graph; when the last
/// one is dropped, everything submitted is still written, and the store is let go.
#[derive(Clone, Debug)]
pub struct Graph {
    door: Arc<Door>,
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
        let shared = Arc::new(Shared::new(store, options, snapshot, milestones));
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

impl Drop for Door {
    fn drop(&mut self) {
        self.queue = None;
        let Some(writer) = self.writer.take() else { return };
        if writer.join().is_err() {
            tracing::error!("the thread that writes the graph has panicked");
        }
    }
}
