//! The handle to a graph, and the thread that writes it.

use std::sync::Arc;

use super::{Draft, Rejection, Snapshot};
use crate::{
    ontology::{Diagnostic, Ontology},
    store::{Store, StoreError},
};

/// A graph: any number of readers, one writer. Clones are handles to the same graph.
#[derive(Clone, Debug)]
pub struct Graph {}

/// How a graph is kept.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {}

/// Why a graph cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Stored data is in the way of the ontology.
    #[error("the stored data does not fit the ontology: {} problems", .0.len())]
    Unfit(Vec<String>),
    /// The stored ontology cannot be read.
    #[error("the stored ontology cannot be read")]
    Ontology(Vec<Diagnostic>),
}

/// Why a draft was not committed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum WriteError {
    /// The draft is wrong. Safe to show to the client.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Rejected(Vec<Rejection>),
    /// The store is in trouble. Shared by everyone whose draft was in the same group.
    #[error(transparent)]
    Store(Arc<StoreError>),
    /// The writer has stopped.
    #[error("the graph is closed")]
    Closed,
}

impl Graph {
    /// Loads the graph from `store` and starts its writer. Without `ontology`, the stored one is
    /// used.
    pub fn open(
        store: Arc<dyn Store>,
        ontology: Option<Ontology>,
        options: Options,
    ) -> Result<Self, OpenError> {
        let _ = (store, ontology, options);
        todo!()
    }

    /// The graph as it is. Take one for each request and keep it to the end.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        todo!()
    }

    /// Commits `draft` and returns the first snapshot that includes it.
    pub async fn commit(&self, draft: Draft) -> Result<Arc<Snapshot>, WriteError> {
        let _ = draft;
        todo!()
    }

    /// As [`commit`](Self::commit), from a thread that may wait.
    pub fn commit_blocking(&self, draft: Draft) -> Result<Arc<Snapshot>, WriteError> {
        let _ = draft;
        todo!()
    }
}
