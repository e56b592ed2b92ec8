//! scratch
use relata::{
    api::{Api, Limits},
    graph::{Graph, Options},
    ontology::Ontology,
    store::MemoryStore,
};
fn main() {
    let source = std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap();
    let ontology = Ontology::parse("x", &source).unwrap();
    let graph = Graph::open(
        std::sync::Arc::new(MemoryStore::default()),
        Some(ontology),
        Options::default(),
    )
    .unwrap();
    println!("{}", Api::new(graph, Limits::default()).unwrap().sdl());
}
