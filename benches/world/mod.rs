//! A graph in memory, and what is asked of it.

use std::{collections::VecDeque, sync::Arc};

use relata::{
    api::Api,
    graph::{Graph, Options, Pending},
    store::MemoryStore,
};

use crate::{
    reference::{self, Question},
    rmat::Rmat,
};

/// Drafts on their way to the writer at a time.
const DRAFTS_MAX: usize = 8;

/// A graph and what is asked of it.
pub(crate) struct World {
    /// The graph.
    pub(crate) graph: Graph,
    /// Its API.
    pub(crate) api: Api,
    /// The reference queries.
    pub(crate) questions: Vec<Question>,
}

impl World {
    /// A graph of `2^scale` entities and eight relationships for each.
    pub(crate) fn new(scale: u32) -> Self {
        let graph = load(Rmat { scale, factor: 8, seed: 42 });
        let snapshot = graph.snapshot();
        snapshot.warm_names();
        let questions = reference::questions(&snapshot);
        Self { api: reference::api(&graph), graph, questions }
    }
}

/// Commits a graph as an import would, and opens it as a server would.
fn load(rmat: Rmat) -> Graph {
    let store = Arc::new(MemoryStore::default());
    let open = |ontology| Graph::open(store.clone(), ontology, Options::default());
    let graph = open(Some(Rmat::ontology())).expect("an empty store opens");
    let wait = |it: Pending| drop(it.wait().expect("the drafts are sound"));
    let mut pending = VecDeque::new();
    for draft in rmat.drafts() {
        pending.push_back(graph.submit(draft).expect("the graph is open"));
        if pending.len() > DRAFTS_MAX {
            pending.pop_front().map(wait);
        }
    }
    pending.into_iter().for_each(wait);
    drop(graph);
    open(None).expect("the store holds what was committed")
}
