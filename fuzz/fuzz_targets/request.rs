//! A document and its variables, made up by libFuzzer: none makes the server fail.
//!
//! `fuzz/run` runs it for a minute, and `cargo fuzz run request --sanitizer none` until it is stopped.
//! Input is the document, and after a zero byte the variables.

#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use relata::{
    api::{Api, Limits, Outcome, Request},
    graph::{Graph, Options},
    io::{Source, import},
    ontology::{DEFAULT_SOURCE, Ontology},
    store::MemoryStore,
};
use serde_json::value::RawValue;

static API: LazyLock<Api> = LazyLock::new(|| {
    let ontology = Ontology::parse("schema.graphql", DEFAULT_SOURCE).expect("it is sound");
    let store = Arc::new(MemoryStore::default());
    let graph = Graph::open(store, Some(ontology), Options::default()).expect("it is empty");
    let facts = Source::embedded("facts.jsonl", include_bytes!("../../data/facts.jsonl"));
    import(&graph, &[facts], false, &mut |_| {}).expect("they are sound");
    Api::new(graph, Limits::default()).expect("no names clash")
});

fuzz_target!(|input: &str| {
    let (query, variables) = input.split_once('\0').unwrap_or((input, "{}"));
    let Ok(variables) = RawValue::from_string(variables.to_owned()) else { return };
    let request = Request { query, operation_name: None, variables: Some(&variables) };
    let response = API.execute(request);
    assert_ne!(response.outcome, Outcome::Failed);
    serde_json::from_slice::<&RawValue>(&response.body).expect("a response is JSON");
});
