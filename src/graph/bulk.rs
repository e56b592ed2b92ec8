//! A graph while much is put into it and nobody reads it.

use std::{
    mem,
    panic::resume_unwind,
    sync::{
        Arc,
        mpsc::{self, Receiver, SyncSender},
    },
    thread::{self, JoinHandle},
};

use super::{
    Change, Commit, Counts, Draft, Rejection, Snapshot,
    base::Base,
    delta::Delta,
    foresight::{Foreseen, Foresight},
    log,
    milestones::Milestones,
    open::{self, OpenError, Opened},
    task::WriteError,
};
use crate::{
    model::{Revision, Timestamp},
    ontology::Ontology,
    store::{BATCH_MAX, Batch, Store, StoreError},
};

/// Commits that may wait for the thread that stores them.
const UNSTORED_MAX: usize = 16;
/// A batch takes no further commit once it has so many bytes.
const BATCH_BYTES_MAX: usize = 8 << 20;

/// A graph that is filled by one owner: what a [`Graph`](super::Graph) does in its own time for
/// readers is done once, at the end. Commits are as any others, and everything is put in its final
/// place at once; they are stored by a thread of its own, many together, in order.
///
/// After an error the value is of no use.
#[derive(Debug)]
pub struct Bulk {
    store: Arc<dyn Store>,
    snapshot: Snapshot,
    /// Whether the counts of the snapshot are those of all that it holds.
    is_counted: bool,
    milestones: Milestones,
    /// The bytes of all commits, about.
    log_bytes: u64,
    /// When the last commit was recorded.
    last: Timestamp,
    /// How many commits have changed entities.
    entities_version: u64,
    storing: Option<Storing>,
}

/// The thread that stores commits.
#[derive(Debug)]
struct Storing {
    commits: SyncSender<Stored>,
    thread: JoinHandle<Result<u64, StoreError>>,
}

/// A commit on its way to the store.
#[derive(Debug)]
struct Stored {
    commit: Commit,
    /// What it was made of. To give back so many small pieces of memory takes its time, which the
    /// thread that resolves has not got.
    _draft: Draft,
}

impl Bulk {
    /// Loads the graph from `store`, as [`Graph::open`](super::Graph::open).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn open(store: Arc<dyn Store>, ontology: Option<Ontology>) -> Result<Self, OpenError> {
        let Opened { snapshot, milestones, unsaved_bytes, recorded_at } =
            open::load(store.as_ref(), ontology)?;
        let snapshot = snapshot.packed();
        let log_bytes = milestones.newest().log_bytes + unsaved_bytes as u64;
        Ok(Self {
            store,
            snapshot,
            is_counted: true,
            milestones,
            log_bytes,
            last: recorded_at,
            entities_version: 0,
            storing: None,
        })
    }

    /// The graph as it is. What it [counts](Snapshot::counts) are the figures of the last
    /// [`settle`](Self::settle).
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// What threads need that look at wishes ahead of their commit.
    pub fn foresight(&self) -> Foresight {
        let Snapshot { ontology, base, .. } = &self.snapshot;
        let (ids, nodes) = (base.index().node_ids(), &base.blocks().nodes);
        Foresight::new(ontology, ids, nodes, self.entities_version)
    }

    /// Commits `draft` with those of its wishes that a [`Foresight`] has taken; it is durable after the
    /// next [`settle`](Self::settle). Waits only while many commits are on their way to the store.
    ///
    /// # Errors
    ///
    /// See [`WriteError`]. A draft that is rejected has changed nothing. What was foreseen is rejected
    /// where an end of it is gone since.
    ///
    /// # Panics
    ///
    /// Where something was foreseen beside a wish that does more than record.
    pub fn commit(&mut self, draft: Draft, foreseen: &Foreseen) -> Result<(), WriteError> {
        // Clocks stand still and go back at times; the log does not.
        let at = Timestamp::now().max(self.last.next());
        if !draft.is_recording() {
            // What it takes away is taken from the counts.
            self.count();
        }
        let is_stale = foreseen.is_stale(self.entities_version);
        let resolved = draft.resolve_foreseen(&self.snapshot, at, foreseen, is_stale);
        let (commit, hashes) = resolved.map_err(WriteError::Rejected)?;
        if commit.changes.is_empty() {
            return Ok(());
        }
        if !log::fits(&commit) {
            return Err(WriteError::Rejected(vec![Rejection::too_large()]));
        }
        self.last = at;
        let has_entities = commit.changes.iter().any(|it| matches!(it, Change::PutNode(_)));
        self.entities_version += u64::from(has_entities);
        self.snapshot.take(&commit, &hashes);
        self.is_counted = false;
        self.store(Stored { commit, _draft: draft })
    }

    /// Waits until everything committed is durable, and counts it.
    ///
    /// # Errors
    ///
    /// Where the store has failed.
    pub fn settle(&mut self) -> Result<(), WriteError> {
        self.count();
        if let Some(storing) = self.storing.take() {
            self.log_bytes += storing.finish()?;
        }
        Ok(())
    }

    /// Settles, and writes a checkpoint.
    ///
    /// # Errors
    ///
    /// Where the store fails; the checkpoint before it then still holds.
    pub fn checkpoint(mut self) -> Result<(), WriteError> {
        self.settle()?;
        // Room for the blocks that are written: nothing is looked up any more.
        self.snapshot.base_mut().forget_edge_ids();
        let Self { store, snapshot, milestones, log_bytes, .. } = self;
        let written = milestones.write(store.as_ref(), &snapshot, log_bytes);
        let thinned = written.and_then(|_| milestones.thin(store.as_ref(), None));
        thinned.map_err(|err| WriteError::Store(Arc::new(err)))
    }

    fn count(&mut self) {
        if !self.is_counted {
            self.snapshot.counts = Counts::of(&self.snapshot.base, &self.snapshot.ontology);
            self.is_counted = true;
        }
    }

    fn store(&mut self, stored: Stored) -> Result<(), WriteError> {
        let store = &self.store;
        let storing = self.storing.get_or_insert_with(|| {
            Storing::start(Arc::clone(store), Revision(stored.commit.revision.0 - 1))
        });
        if storing.commits.send(stored).is_ok() {
            return Ok(());
        }
        self.storing.take().map_or(Ok(0), Storing::finish)?;
        Err(WriteError::Closed)
    }
}

impl Storing {
    /// A thread that stores commits after `base`.
    fn start(store: Arc<dyn Store>, base: Revision) -> Self {
        let (commits, stored) = mpsc::sync_channel(UNSTORED_MAX);
        let thread = thread::spawn(move || store_all(store.as_ref(), base, &stored));
        Self { commits, thread }
    }

    /// Waits until all that was sent is durable, and gives its length in bytes.
    fn finish(self) -> Result<u64, WriteError> {
        drop(self.commits);
        match self.thread.join() {
            Ok(outcome) => outcome.map_err(|err| WriteError::Store(Arc::new(err))),
            Err(panic) => resume_unwind(panic),
        }
    }
}

/// Stores commits as they come, as many at a time as wait and one batch holds; gives the length of all.
fn store_all(
    store: &dyn Store,
    mut base: Revision,
    commits: &Receiver<Stored>,
) -> Result<u64, StoreError> {
    let mut stored_bytes = 0;
    let encoded = |it: Stored| {
        let pairs = log::encode(&it.commit).expect("the size of a commit is checked before");
        (it.commit.revision, pairs)
    };
    let mut next = commits.recv().ok().map(encoded);
    while let Some((mut revision, pairs)) = next.take() {
        let mut batch = Batch::default();
        let mut bytes = put_all(&mut batch, pairs);
        while let Ok(later) = commits.try_recv() {
            let (later, pairs) = encoded(later);
            let is_full = bytes >= BATCH_BYTES_MAX;
            if is_full || batch.operations().len() + pairs.len() > BATCH_MAX {
                next = Some((later, pairs));
                break;
            }
            revision = later;
            bytes += put_all(&mut batch, pairs);
        }
        store.commit(mem::replace(&mut base, revision), revision, &batch)?;
        stored_bytes += bytes as u64;
        next = next.or_else(|| commits.recv().ok().map(encoded));
    }
    Ok(stored_bytes)
}

/// Puts pairs into a batch, and gives the length of their values.
fn put_all(batch: &mut Batch, pairs: Vec<(Vec<u8>, Vec<u8>)>) -> usize {
    let mut bytes = 0;
    for (key, value) in pairs {
        bytes += value.len();
        batch.put(key, value);
    }
    bytes
}

impl Snapshot {
    /// The same graph without a delta.
    fn packed(self) -> Self {
        if self.delta_len() == 0 { self } else { self.rebuilt() }
    }

    /// Takes a commit into the base, which nobody else has. `hashes` are those of the ids of its new
    /// relationships, in their order. Counts stay as they are.
    pub(super) fn take(&mut self, commit: &Commit, hashes: &[u64]) {
        let first_new = self.base.edges();
        for change in &commit.changes {
            if let Change::PutNode(it) = change {
                self.redirect(it);
                self.base_mut().put_node(it);
            }
        }
        let edges = commit.changes.iter().filter_map(|it| match it {
            Change::PutEdge(it) => Some(it),
            Change::PutNode(_) => None,
        });
        self.base_mut().put_edges(edges.clone());
        self.delta = Delta::new(self.base.nodes(), self.base.edges());
        let is_indexed = self.base.index().has_edges();
        let mut hashes = hashes.iter();
        for edge in edges.map(|it| it.edge) {
            let new = (is_indexed && edge.index() >= first_new).then(|| hashes.next());
            let id = new.map(|it| it.map_or_else(|| self.edge_hash(edge.0), |it| *it));
            let content = self.relationship(edge).named_content_hash();
            self.base_mut().index_edge(edge.0, id, content);
        }
        self.revision = commit.revision;
    }

    fn base_mut(&mut self) -> &mut Base {
        Arc::get_mut(&mut self.base).expect("nobody else has the base of a bulk")
    }
}
