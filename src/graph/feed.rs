//! The commits of a graph, one after another, for whoever follows it.

use std::{
    collections::VecDeque,
    sync::{Arc, Weak},
};

use tokio::sync::watch;

use super::{
    Change, Commit, PutEdge, PutNode, entity::is_merged, log, relationship::retracted_at,
    shared::Shared,
};
use crate::{
    model::{EdgeId, NodeId, Revision, Timestamp},
    store::StoreError,
};

/// Commits that a feed reads from the log at once.
const READ_MAX: usize = 64;

/// The commits of a graph after some revision; see [`Graph::changes`](super::Graph::changes).
///
/// A feed holds at most a few commits and reads the others from the log when it comes to them, so
/// that one that lags costs nobody anything, and misses nothing. It does not keep the graph open.
#[derive(Debug)]
pub struct Feed {
    shared: Weak<Shared>,
    head: watch::Receiver<Revision>,
    /// The revision of the last commit that was read.
    read: Revision,
    ahead: VecDeque<Update>,
}

/// What a commit has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// The revision that it led to.
    pub revision: Revision,
    /// When it was recorded.
    pub at: Timestamp,
    /// What it changed: entities first.
    pub changes: Vec<Changed>,
}

/// A thing that was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    /// How.
    pub kind: ChangeKind,
    /// What.
    pub thing: Thing,
}

/// How a thing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// It is new.
    Created,
    /// It is different; merging entities, and undoing it, changes all that it touches.
    Updated,
    /// The entity was deleted.
    Deleted,
    /// The relationship was retracted.
    Retracted,
}

/// An entity or a relationship.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Thing {
    /// An entity.
    Node(NodeId),
    /// A relationship.
    Edge(EdgeId),
}

/// Why a graph cannot be followed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum FeedError {
    /// The log does not reach back so far.
    #[error("the changes after revision {after} are not kept any more")]
    Gone {
        /// The revision to go on from.
        after: Revision,
    },
    /// There is no such revision yet.
    #[error("there is no revision {after}; the graph is at {head}")]
    Ahead {
        /// The revision to go on from.
        after: Revision,
        /// The last there is.
        head: Revision,
    },
    /// The store failed. The feed can be asked again.
    #[error(transparent)]
    Store(Arc<StoreError>),
    /// The graph was closed.
    #[error("the graph is closed")]
    Closed,
}

impl Feed {
    pub(super) fn new(shared: &Arc<Shared>, after: Revision) -> Result<Self, FeedError> {
        let head = shared.head.subscribe();
        let (weak, last) = (Arc::downgrade(shared), *head.borrow());
        if after > last {
            return Err(FeedError::Ahead { after, head: last });
        }
        let mut feed = Self { shared: weak, head, read: after, ahead: VecDeque::new() };
        feed.read_ahead()?;
        Ok(feed)
    }

    /// The next commit, as soon as it is there. Safe to abandon and to call again. Reads the store
    /// on the calling thread: some microseconds a commit.
    ///
    /// # Errors
    ///
    /// See [`FeedError`].
    pub async fn next(&mut self) -> Result<Update, FeedError> {
        loop {
            if let Some(update) = self.try_next()? {
                return Ok(update);
            }
            self.head.changed().await.map_err(|_| FeedError::Closed)?;
        }
    }

    /// The next commit, if it is there already.
    ///
    /// # Errors
    ///
    /// See [`FeedError`].
    pub fn try_next(&mut self) -> Result<Option<Update>, FeedError> {
        if self.ahead.is_empty() {
            self.read_ahead()?;
        }
        Ok(self.ahead.pop_front())
    }

    /// Reads some commits that follow, if there are any.
    fn read_ahead(&mut self) -> Result<(), FeedError> {
        let (after, last) = (self.read, *self.head.borrow_and_update());
        if after >= last {
            return Ok(());
        }
        let shared = self.shared.upgrade().ok_or(FeedError::Closed)?;
        let commits = log::read_commits(shared.store.as_ref(), after, last, READ_MAX);
        // Asked for later, as the log may be pruned while it is read. Its first commit is kept.
        if after.next() < shared.milestones.begins() {
            return Err(FeedError::Gone { after });
        }
        let commits = commits.map_err(|err| FeedError::Store(Arc::new(err)))?;
        let Some(newest) = commits.last() else { return Err(FeedError::Gone { after }) };
        self.read = newest.revision;
        self.ahead.extend(commits.iter().map(Update::of));
        Ok(())
    }
}

impl Update {
    fn of(commit: &Commit) -> Self {
        let changes = commit.changes.iter().filter_map(|it| match it {
            Change::PutNode(put) => {
                let kind = node_kind(put)?;
                Some(Changed { kind, thing: Thing::Node(put.node) })
            }
            Change::PutEdge(put) => {
                let kind = edge_kind(put, commit.at)?;
                Some(Changed { kind, thing: Thing::Edge(put.edge) })
            }
        });
        Self { revision: commit.revision, at: commit.at, changes: changes.collect() }
    }
}

/// How an entity was changed; `None` where it has come and gone in one commit.
fn node_kind(put: &PutNode) -> Option<ChangeKind> {
    match (put.is_new, put.deleted && !is_merged(&put.record)) {
        (true, true) => None,
        (true, false) => Some(ChangeKind::Created),
        (false, true) => Some(ChangeKind::Deleted),
        (false, false) => Some(ChangeKind::Updated),
    }
}

/// How a relationship was changed; `None` where it has come and gone in one commit.
fn edge_kind(put: &PutEdge, at: Timestamp) -> Option<ChangeKind> {
    let is_retracted = put.retracted && retracted_at(&put.record) == Some(at);
    match (put.is_new, is_retracted) {
        (true, true) => None,
        (true, false) => Some(ChangeKind::Created),
        (false, true) => Some(ChangeKind::Retracted),
        (false, false) => Some(ChangeKind::Updated),
    }
}
