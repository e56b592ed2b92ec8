//! Drafts, and the writer that commits them.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::Arc;

use relata::{
    graph::{Draft, EntityWish, Graph, OpenError, Options, RelationshipWish, Wish, WriteError},
    ontology::{DEFAULT_SOURCE, Ontology},
    store::MemoryStore,
};

fn ontology() -> Ontology {
    Ontology::parse("schema.graphql", DEFAULT_SOURCE).unwrap()
}

#[test]
fn smoke() {
    let store = Arc::new(MemoryStore::default());
    let graph = Graph::open(store.clone(), Some(ontology()), Options::default()).unwrap();
    let mut draft = Draft::default();
    for (id, name) in [("country:AZE", "Azerbaijan"), ("country:RUS", "Russia")] {
        draft.wishes.push(Wish::PutEntity(EntityWish {
            id: id.to_owned(),
            kind: "Country".to_owned(),
            name: Some(name.to_owned()),
            ..EntityWish::default()
        }));
    }
    draft.wishes.push(Wish::AssertRelationship(RelationshipWish {
        relation: "TRADES_WITH".to_owned(),
        source: "country:AZE".to_owned(),
        target: "country:RUS".to_owned(),
        ..RelationshipWish::default()
    }));
    let snapshot = graph.commit_blocking(draft.clone()).unwrap();
    assert_eq!(snapshot.revision().0, 1);
    let snapshot = graph.commit_blocking(draft.clone()).unwrap();
    assert_eq!(snapshot.revision().0, 1);
    drop(graph);
    let graph = Graph::open(store.clone(), None, Options::default()).unwrap();
    assert_eq!(graph.snapshot().counts().relationships, 1);
    graph.checkpoint_blocking().unwrap();
    drop(graph);
    let graph = Graph::open(store, None, Options::default()).unwrap();
    assert_eq!(graph.snapshot().counts().relationships, 1);
    let snapshot = graph.commit_blocking(draft).unwrap();
    assert_eq!(snapshot.revision().0, 1);
}
