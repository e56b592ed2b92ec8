//! The API over the demo's facts, as `serve --demo` makes it.

use std::sync::{Arc, OnceLock};

use relata::{
    api::{Api, Limits},
    graph::{Graph, Options},
    io::{Source, import},
    ontology::{DEFAULT_SOURCE, Ontology},
    store::MemoryStore,
};

const FACTS: &[u8] = include_bytes!("../../data/facts.jsonl");

/// The API, built once.
pub(crate) fn api() -> Api {
    static API: OnceLock<Api> = OnceLock::new();
    // The graph's writer may not be waited for on a thread that drives an async runtime.
    API.get_or_init(|| std::thread::spawn(fresh).join().unwrap()).clone()
}

/// The API over a graph that nobody else has.
pub(crate) fn fresh() -> Api {
    let ontology = Ontology::parse("schema.graphql", DEFAULT_SOURCE).unwrap();
    let store = Arc::new(MemoryStore::default());
    let graph = Graph::open(store, Some(ontology), Options::default()).unwrap();
    let sources = [Source::embedded("facts.jsonl", FACTS)];
    assert_eq!(import(&graph, &sources, false, &mut |_| {}).unwrap().bad, 0);
    Api::new(graph, Limits::default()).unwrap()
}
