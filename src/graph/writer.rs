//! The handle to a graph: its readers' and its writer's door.

use std::{
    sync::Arc,
    thread::{self, JoinHandle},
};

use arc_swap::ArcSwap;
use tokio::sync::{mpsc, oneshot};

use super::{
    Draft, Rejection, Snapshot,
    background::Background,
    open::{self, OpenError, Opened},
    write::{Request, Writer},
};
use crate::{
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
}

/// What the writer and the readers share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) store: Arc<dyn Store>,
    pub(super) current: ArcSwap<Snapshot>,
    pub(super) options: Options,
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
    outcome: oneshot::Receiver<Outcome>,
}

/// What becomes of a draft.
pub(super) type Outcome = Result<Arc<Snapshot>, WriteError>;

/// Why a draft was not committed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum WriteError {
    /// The draft is wrong. Safe to show to the client.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Rejected(Vec<Rejection>),
    /// The store is in trouble. Shared by everyone whose draft was in the same group. None of it
    /// is visible; if the store has it nevertheless, it will be with a later commit.
    #[error(transparent)]
    Store(Arc<StoreError>),
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
        }
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
        let Opened { snapshot, manifest, unsaved_bytes, recorded_at } =
            open::load(store.as_ref(), ontology)?;
        let current = ArcSwap::from_pointee(snapshot);
        let shared = Arc::new(Shared { store, current, options });
        let (queue, requests) = mpsc::channel(options.queue_max);
        let wake = queue.downgrade();
        let background = Background::new(Arc::clone(&shared), wake, manifest, unsaved_bytes);
        let writer = Writer::new(Arc::clone(&shared), background, recorded_at);
        let thread = thread::Builder::new()
            .name("graph-writer".to_owned())
            .spawn(move || writer.run(requests))
            .map_err(OpenError::Thread)?;
        Ok(Self { door: Arc::new(Door { shared, queue: Some(queue), writer: Some(thread) }) })
    }

    /// Loads the graph from `store` and checks that all of it fits `ontology`, or the stored one.
    /// Stores nothing, and starts no writer.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), and where stored data does not fit the stored ontology.
    pub fn check(store: &dyn Store, ontology: Option<Ontology>) -> Result<Snapshot, OpenError> {
        open::check(store, ontology)
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
        let (request, pending) = Pending::new(draft);
        self.queue().send(request).await.map_err(|_| WriteError::Closed)?;
        pending.outcome.await.unwrap_or(Err(WriteError::Closed))
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
        let (request, pending) = Pending::new(draft);
        self.queue().blocking_send(request).map_err(|_| WriteError::Closed)?;
        Ok(pending)
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
    fn new(draft: Draft) -> (Request, Self) {
        let (reply, outcome) = oneshot::channel();
        (Request::Commit(draft, reply), Self { outcome })
    }

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
