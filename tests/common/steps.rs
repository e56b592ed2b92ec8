//! A graph that grows step by step, so that one can tell how far it has come.

use std::time::Duration;

use relata::{
    graph::{Options, Snapshot},
    model::{Revision, Timestamp},
    ontology::Ontology,
};

/// An ontology for steps.
pub(crate) const ONTOLOGY: &str = r#"
type Person implements Entity @node {
  code: String
  age: Int
  knows: [Person!]! @relationship(type: "KNOWS", direction: OUT, properties: "Link")
  reads: [Document!]! @relationship(type: "READS", direction: OUT)
}
type Document implements Entity @node(hub: true) { title: String }
type Link @relationshipProperties { weight: Float }
"#;

/// So that everything happens in the background that can.
pub(crate) const BUSY: Options = Options {
    queue_max: 4,
    group_max: 2,
    rebuild_percent: 1,
    rebuild_changes_min: 3,
    checkpoint_bytes: 400,
    history: None,
    prune_every: Duration::from_secs(60),
    clock: Timestamp::now,
};

/// The ontology that `source` is.
pub(crate) fn ontology(source: &str) -> Ontology {
    Ontology::parse("test.graphql", source).unwrap()
}

/// The draft of a step: an entity, and a relationship to an earlier one.
pub(crate) fn step(it: usize) -> String {
    format!(
        r#"{{"id": "p:{it}", "type": "Person", "name": "P{it}", "properties": {{"age": {it}}}}}
        {{"type": "KNOWS", "source": "p:{it}", "target": "p:{}", "properties": {{"weight": {it}}}}}
        {{"id": "p:{}", "type": "Person", "aliases": ["seen at {it}"]}}"#,
        it / 2,
        it / 3,
    )
}

/// How many steps a graph holds; panics where it holds half of one.
pub(crate) fn count_steps(snapshot: &Snapshot) -> usize {
    let count = snapshot.nodes(None).count();
    let revision = snapshot.revision();
    assert_eq!(revision, Revision(count as u64), "a step is a commit");
    assert_eq!(snapshot.counts().relationships, count as u64);
    for it in 0..count {
        let node = snapshot.node(&format!("p:{it}")).unwrap();
        let last = (it * 3..it * 3 + 3).rev().find(|it| *it < count);
        let alias = last.map(|it| format!("seen at {it}"));
        assert!(snapshot.entity(node).aliases().eq(alias.iter().map(String::as_str)), "{it}");
    }
    count
}
