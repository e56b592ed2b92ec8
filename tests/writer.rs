//! Drafts, and the writer that commits them.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/failing.rs"]
mod failing;
#[path = "common/forgetful.rs"]
mod forgetful;
#[path = "common/wishes.rs"]
mod wishes;

use std::{fmt::Write, sync::Arc, thread};

use expect_test::{Expect, expect};
use relata::{
    graph::{Graph, OpenError, Options, Snapshot, WriteError},
    model::{Modality, Revision, Timestamp},
    ontology::{DEFAULT_SOURCE, Ontology},
    store::{MemoryStore, Store},
};

use crate::{
    failing::FailingStore,
    forgetful::{Fate, ForgetfulStore},
    wishes::draft,
};

const ONTOLOGY: &str = r#"
type Person implements Entity @node {
  code: String @unique
  rank: Int @unique
  born: Date
  mood: Mood
  tags: [String!]
  scores: [Int!]
  height: Float
  alive: Boolean
  passport: ID
  steps: BigInt
  seen: DateTime
  notes: JSON
  knows: [Person!]! @relationship(type: "KNOWS", direction: OUT, queryDirection: UNDIRECTED, properties: "Link")
  reads: [Document!]! @relationship(type: "READS", direction: OUT)
}
type Document implements Entity @node(hub: true) {
  title: String!
}
type Link @relationshipProperties { since: Date  weight: Float! }
enum Mood { GLAD SAD }
"#;

/// What every test begins with.
const BEGINNING: &str = r#"
{"id": "p:ann", "type": "Person", "name": "Ann", "properties": {"code": "A", "rank": 1}}
{"id": "p:bob", "type": "Person", "name": "Bob", "aliases": ["Bobby"], "properties": {"code": "B"}}
{"id": "d:one", "type": "Document", "name": "One", "properties": {"title": "One"}}
{"id": "d:two", "type": "Document", "name": "Two", "properties": {"title": "Two"}}
{"id": "k1", "type": "KNOWS", "source": "p:ann", "target": "p:bob", "validFrom": "2018", "properties": {"weight": 1}}
"#;

fn ontology(source: &str) -> Ontology {
    Ontology::parse("test.graphql", source).unwrap()
}

fn open(store: &Arc<MemoryStore>) -> Graph {
    let store: Arc<dyn Store> = store.clone();
    Graph::open(store, Some(ontology(ONTOLOGY)), Options::default()).unwrap()
}

fn begun() -> (Arc<MemoryStore>, Graph) {
    let store = Arc::new(MemoryStore::default());
    let graph = open(&store);
    graph.commit_blocking(draft(BEGINNING)).unwrap();
    (store, graph)
}

/// Everything in a graph, as text.
fn shown(snapshot: &Snapshot) -> String {
    let mut text = String::new();
    let names = snapshot.ontology().names();
    for node in snapshot.nodes(None) {
        let it = snapshot.entity(node);
        let aliases: Vec<_> = it.aliases().collect();
        write!(text, "{} {} {aliases:?}", it.id(), it.name()).unwrap();
        for (property, value) in it.properties() {
            write!(text, " {}={value:?}", names.properties[property.index()]).unwrap();
        }
        writeln!(text, " @{}", it.revision()).unwrap();
    }
    for edge in (0..snapshot.edge_bound() as u32).map(relata::model::EdgeId) {
        let it = snapshot.relationship(edge);
        let [source, target] = [it.source(), it.target()].map(|it| snapshot.entity(it).id());
        let relation = &names.relations[it.relation().index()];
        write!(text, "{} {relation} {source} {target} {:?}", it.id(), it.validity()).unwrap();
        write!(text, " {} {} {:?}", it.modality(), it.disputed(), it.confidence()).unwrap();
        for (property, value) in it.properties() {
            write!(text, " {}={value:?}", names.properties[property.index()]).unwrap();
        }
        writeln!(text, " @{} origins {}", it.revision(), it.origins()).unwrap();
        for it in it.evidence() {
            let document = snapshot.entity(it.document).id();
            let quote = it.quote.unwrap_or("-");
            let (modality, stance, method) = (it.modality, it.stance.name(), it.method);
            writeln!(text, "  {document} {quote} {modality} {stance} {method}").unwrap();
        }
    }
    text
}

/// Commits a draft of some wishes that must be refused.
fn refused(wishes: &str, expected: Expect) {
    let (_, graph) = begun();
    let before = graph.snapshot().revision();
    let mut text = String::new();
    match graph.commit_blocking(draft(wishes)) {
        Err(WriteError::Rejected(rejections)) => {
            for it in rejections {
                writeln!(text, "{} {:?} {it}", it.wish, it.rule).unwrap();
            }
        }
        other => panic!("{other:?}"),
    }
    expected.assert_eq(&text);
    assert_eq!(graph.snapshot().revision(), before);
}

#[test]
fn entities_that_break_a_rule_are_refused_with_the_rule() {
    refused(
        r#"
        {"id": "x", "type": "Persn", "name": "X"}
        {"id": "", "type": "Person", "name": "X"}
        {"id": "a\u0007b", "type": "Person", "name": "X"}
        {"id": "x", "type": "Person"}
        {"id": "x", "type": "Person", "name": " ", "aliases": [""]}
        {"id": "p:ann", "type": "Document", "name": "Ann"}
        {"id": "x", "type": "Person", "name": "X", "properties": {"cod": "C", "height": true}}
        {"id": "x", "type": "Document", "name": "X"}
        {"id": "d:one", "type": "Document", "properties": {"title": null}}
        {"id": "x", "type": "Person", "name": "X", "properties": {"code": "A"}}
        {"id": "y", "type": "Person", "name": "Y", "properties": {"code": "C"}}
        {"id": "z", "type": "Person", "name": "Z", "properties": {"code": "C", "rank": 1}}
        "#,
        expect![[r#"
            0 Invalid entity `x`: there is no entity type `Persn`; did you mean `Person`?
            1 Invalid entity ``: an id must not be empty
            2 Invalid entity `ab`: an id must not contain control characters
            3 Invalid entity `x`: a new entity needs a name
            4 Invalid entity `x`: a name must not be blank
            4 Invalid entity `x`: an alias must not be blank
            5 Invalid entity `p:ann`: it is a `Person` and cannot become a `Document`
            6 Invalid entity `x`: `Person` has no property `cod`; did you mean `code`?
            6 Invalid entity `x`: property `height` takes a number, not `true`
            7 Invalid entity `x`: property `title` is required
            8 Invalid entity `d:one`: property `title` is required
            9 Unique entity `x`: `p:ann` has the code `A` already, which is unique
            11 Unique entity `z`: `y` has the code `C` already, which is unique
            11 Unique entity `z`: `p:ann` has the rank `1` already, which is unique
        "#]],
    );
}

#[test]
fn values_that_do_not_fit_their_property_are_refused() {
    refused(
        r#"
        {"id": "p:ann", "type": "Person", "properties": {"code": 7, "rank": 2147483648, "born": "2018-13"}}
        {"id": "p:ann", "type": "Person", "properties": {"mood": "GALD", "tags": "a", "scores": [1, "b"]}}
        {"id": "p:ann", "type": "Person", "properties": {"mood": 1, "tags": ["a", null], "scores": [1.5]}}
        {"id": "p:ann", "type": "Person", "properties": {"height": "high", "alive": "yes", "passport": 12}}
        {"id": "p:ann", "type": "Person", "properties": {"steps": "12a", "seen": "yesterday"}}
        {"id": "p:ann", "type": "Person", "properties": {"steps": 9223372036854775808, "rank": 1.5}}
        "#,
        expect![[r#"
            0 Invalid entity `p:ann`: property `code` takes text, not `7`
            0 Invalid entity `p:ann`: property `rank` takes a whole number of 32 bits, not `2147483648`
            0 Invalid entity `p:ann`: property `born` takes a date as `2024`, `2024-08` or `2024-08-19`, not `"2018-13"`
            1 Invalid entity `p:ann`: property `mood` takes a value of `Mood`, which has no `"GALD"`; did you mean `GLAD`?
            1 Invalid entity `p:ann`: property `tags` takes a list, not `"a"`
            1 Invalid entity `p:ann`: property `scores` takes a whole number of 32 bits, not `"b"`
            2 Invalid entity `p:ann`: property `mood` takes a value of `Mood`, not `1`
            2 Invalid entity `p:ann`: property `tags` takes a list without `null`
            2 Invalid entity `p:ann`: property `scores` takes a whole number of 32 bits, not `1.5`
            3 Invalid entity `p:ann`: property `height` takes a number, not `"high"`
            3 Invalid entity `p:ann`: property `alive` takes `true` or `false`, not `"yes"`
            3 Invalid entity `p:ann`: property `passport` takes text, not `12`
            4 Invalid entity `p:ann`: property `steps` takes a whole number of 64 bits, plain or as text, not `"12a"`
            4 Invalid entity `p:ann`: property `seen` takes a moment as `2024-08-19T10:30:00Z`, not `"yesterday"`
            5 Invalid entity `p:ann`: property `steps` takes a whole number of 64 bits, plain or as text, not `9223372036854775808`
            5 Invalid entity `p:ann`: property `rank` takes a whole number of 32 bits, not `1.5`
        "#]],
    );
}

#[test]
fn relationships_that_break_a_rule_are_refused_with_the_rule() {
    refused(
        r#"
        {"type": "KNOW", "source": "p:ann", "target": "p:nobody"}
        {"type": "READS", "source": "d:one", "target": "p:ann"}
        {"type": "READS", "source": "p:ann", "target": "d:one", "validFrom": "2019", "validTo": "2018"}
        {"type": "READS", "source": "p:ann", "target": "d:one", "validFrom": "soon", "confidence": 1.5}
        {"type": "READS", "source": "p:ann", "target": "d:one", "properties": {"weight": 1}}
        {"type": "KNOWS", "source": "p:ann", "target": "p:bob", "properties": {"wieght": 1}}
        {"id": "k1", "type": "KNOWS", "source": "p:ann", "target": "p:ann", "properties": {"weight": 1}}
        {"id": "k1", "type": "READS", "source": "p:ann", "target": "d:one"}
        {"id": "k1", "type": "KNOWS", "source": "p:bob", "target": "p:ann", "properties": {"weight": null}}
        {"id": "k1", "type": "KNOWS", "source": "p:bob", "target": "p:ann", "validTo": "2017"}
        "#,
        expect![[r#"
            0 Invalid `KNOW` from `p:ann` to `p:nobody`: there is no relationship type `KNOW`; did you mean `KNOWS`?
            0 UnknownEntity `KNOW` from `p:ann` to `p:nobody`: its target `p:nobody` is not there; record it first
            1 Invalid `READS` from `d:one` to `p:ann`: `READS` does not lead from `Document` to `Person`; allowed: `Person` to `Document`
            2 Invalid `READS` from `p:ann` to `d:one`: it would end (`2018`) before it begins (`2019`)
            3 Invalid `READS` from `p:ann` to `d:one`: its validFrom: `soon` is not a date; write `2024`, `2024-08` or `2024-08-19`
            3 Invalid `READS` from `p:ann` to `d:one`: a confidence is between 0 and 1, not 1.5
            4 Invalid `READS` from `p:ann` to `d:one`: `READS` has no property `weight`
            5 Invalid `KNOWS` from `p:ann` to `p:bob`: `KNOWS` has no property `wieght`; did you mean `weight`?
            5 Invalid `KNOWS` from `p:ann` to `p:bob`: property `weight` is required
            6 Invalid relationship `k1`: it is `KNOWS` from `p:ann` to `p:bob`; type and ends of a relationship never change
            7 Invalid relationship `k1`: it is `KNOWS` from `p:ann` to `p:bob`; type and ends of a relationship never change
            8 Invalid relationship `k1`: property `weight` is required
            9 Invalid relationship `k1`: it would end (`2017`) before it begins (`2018`)
        "#]],
    );
}

#[test]
fn evidence_that_breaks_a_rule_is_refused_with_the_rule() {
    refused(
        r#"
        {"type": "READS", "source": "p:ann", "target": "d:one", "evidence": [{}]}
        {"type": "READS", "source": "p:ann", "target": "d:one", "evidence": [{"document": "d:three", "citedSource": "o:one", "statedBy": "p:eve"}]}
        {"type": "READS", "source": "p:ann", "target": "d:one", "evidence": [{"document": "d:one", "statedAt": "then", "confidence": -1, "method": " "}]}
        {"type": "READS", "source": "p:ann", "target": "d:one", "evidence": [{"document": "d:one", "modality": "ASERTED", "stance": "FOR"}]}
        {"id": "p:eve", "type": "Person", "name": ""}
        {"type": "READS", "source": "p:eve", "target": "d:one"}
        "#,
        expect![[r#"
            0 UnknownEntity `READS` from `p:ann` to `d:one`: its document `` is not there; record it first
            1 UnknownEntity `READS` from `p:ann` to `d:one`: its document `d:three` is not there; record it first
            1 UnknownEntity `READS` from `p:ann` to `d:one`: its citedSource `o:one` is not there; record it first
            1 UnknownEntity `READS` from `p:ann` to `d:one`: its statedBy `p:eve` is not there; record it first
            2 Invalid `READS` from `p:ann` to `d:one`: a confidence is between 0 and 1, not -1
            2 Invalid `READS` from `p:ann` to `d:one`: a method must not be blank
            2 Invalid `READS` from `p:ann` to `d:one`: its statedAt: `then` is not a date; write `2024`, `2024-08` or `2024-08-19`
            3 Invalid `READS` from `p:ann` to `d:one`: the modality is one of `ASSERTED`, `INTENDED`, `POSSIBLE`, `REQUESTED`, not `ASERTED`; did you mean `ASSERTED`?
            3 Invalid `READS` from `p:ann` to `d:one`: the stance is one of `SUPPORTS`, `CONTRADICTS`, not `FOR`
            4 Invalid entity `p:eve`: a name must not be blank
            5 UnknownEntity `READS` from `p:eve` to `d:one`: its source `p:eve` is refused itself
        "#]],
    );
}

#[test]
fn a_draft_is_granted_whole_or_not_at_all() {
    let (_, graph) = begun();
    let before = shown(&graph.snapshot());
    let wishes = r#"
        {"id": "p:new", "type": "Person", "name": "New"}
        {"type": "READS", "source": "p:new", "target": "d:nowhere"}
    "#;
    graph.commit_blocking(draft(wishes)).unwrap_err();
    assert_eq!(shown(&graph.snapshot()), before);
    assert!(graph.snapshot().node("p:new").is_none());
}
