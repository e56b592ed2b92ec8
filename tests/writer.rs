//! Drafts, and the writer that commits them.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/wishes.rs"]
mod wishes;

use std::{fmt::Write, sync::Arc, thread};

use expect_test::{Expect, expect};
use relata::{
    graph::{Draft, Graph, Options, Snapshot, WriteError},
    model::{EdgeId, Timestamp},
    ontology::{DEFAULT_SOURCE, Ontology},
    store::{MemoryStore, Store},
};

use crate::wishes::draft;

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
    for edge in (0..snapshot.edge_bound() as u32).map(EdgeId) {
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
fn refused(wishes: &str, expected: &Expect) {
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
        &expect![[r#"
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
        &expect![[r#"
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
        &expect![[r#"
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
        &expect![[r#"
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

/// Commits some wishes, and shows the lines of the graph that are new or different.
fn granted(wishes: &str, expected: &Expect) {
    let (_, graph) = begun();
    let before = shown(&graph.snapshot());
    let after = shown(&graph.commit_blocking(draft(wishes)).unwrap());
    let new = after.lines().filter(|line| !before.lines().any(|it| it == *line));
    expected.assert_eq(&new.map(|it| format!("{it}\n")).collect::<String>());
}

#[test]
fn what_a_wish_does_not_name_stays_as_it_is() {
    granted(
        r#"
        {"id": "p:bob", "type": "Person", "properties": {"rank": 2, "code": null}}
        {"id": "p:ann", "type": "Person", "name": "Anna", "aliases": ["Ann"]}
        {"id": "k1", "type": "KNOWS", "source": "p:bob", "target": "p:ann", "validTo": "2019-03", "properties": {"since": "2001"}}
        "#,
        &expect![[r#"
            p:ann Anna ["Ann"] code=Text("A") rank=Int(1) @2
            p:bob Bob ["Bobby"] rank=Int(2) @2
            k1 KNOWS p:ann p:bob Validity { from: Some(2018), to: Some(2019-03) } ASSERTED false None since=Date(2001) weight=Float(1.0) @2 origins 0
        "#]],
    );
}

#[test]
fn every_type_of_value_is_kept() {
    granted(
        r#"
        {"id": "p:all", "type": "Person", "name": "All", "properties": {"code": "ə", "rank": -5, "born": "1990-05", "mood": "SAD", "tags": ["a", ""], "scores": [], "height": 1, "alive": false, "passport": "7", "steps": "9007199254740993", "seen": "2024-08-19T10:30:00.5+02:00", "notes": {"b": [1, null], "a": -0.0}}}
        {"id": "p:zero", "type": "Person", "name": "Zero", "properties": {"height": -0.0, "steps": -1}}
        "#,
        &expect![[r#"
            p:all All [] code=Text("ə") rank=Int(-5) born=Date(1990-05) mood=Text("SAD") tags=List(List([5, 1, 97, 5, 0])) scores=List(List([])) height=Float(1.0) alive=Bool(false) passport=Text("7") steps=Int(9007199254740993) seen=Timestamp(Timestamp(1724056200500000)) notes=Json("{\"b\":[1,null],\"a\":-0.0}") @2
            p:zero Zero [] height=Float(0.0) steps=Int(-1) @2
        "#]],
    );
}

#[test]
fn a_unique_value_moves_within_a_draft_once_it_is_free() {
    granted(
        r#"
        {"id": "p:ann", "type": "Person", "properties": {"code": null}}
        {"id": "p:bob", "type": "Person", "properties": {"code": "A"}}
        {"id": "p:new", "type": "Person", "name": "New", "properties": {"code": "B"}}
        "#,
        &expect![[r#"
            p:ann Ann [] rank=Int(1) @2
            p:bob Bob ["Bobby"] code=Text("A") @2
            p:new New [] code=Text("B") @2
        "#]],
    );
}

#[test]
fn evidence_says_how_a_relationship_is_meant() {
    granted(
        r#"
        {"id": "r1", "type": "READS", "source": "p:ann", "target": "d:one", "evidence": [{"document": "d:one", "modality": "REQUESTED"}, {"document": "d:two", "modality": "INTENDED", "citedSource": "p:bob"}]}
        {"id": "r2", "type": "READS", "source": "p:ann", "target": "d:one", "evidence": [{"document": "d:one", "modality": "POSSIBLE"}, {"document": "d:one", "modality": "ASSERTED", "stance": "CONTRADICTS"}]}
        {"id": "r3", "type": "READS", "source": "p:ann", "target": "d:one", "evidence": [{"document": "d:one", "citedSource": "p:bob"}, {"document": "d:two", "citedSource": "p:bob", "quote": "yes", "method": "import:jsonl"}]}
        {"id": "r4", "type": "READS", "source": "p:ann", "target": "d:one", "evidence": [{"document": "d:one", "stance": "CONTRADICTS"}]}
        "#,
        &expect![[r#"
            r1 READS p:ann d:one Validity { from: None, to: None } INTENDED false None @2 origins 2
              d:one - REQUESTED SUPPORTS manual
              d:two - INTENDED SUPPORTS manual
            r2 READS p:ann d:one Validity { from: None, to: None } POSSIBLE true None @2 origins 1
              d:one - POSSIBLE SUPPORTS manual
              d:one - ASSERTED CONTRADICTS manual
            r3 READS p:ann d:one Validity { from: None, to: None } ASSERTED false None @2 origins 1
              d:one - ASSERTED SUPPORTS manual
              d:two yes ASSERTED SUPPORTS import:jsonl
            r4 READS p:ann d:one Validity { from: None, to: None } ASSERTED true None @2 origins 0
              d:one - ASSERTED CONTRADICTS manual
        "#]],
    );
}

#[test]
fn a_relationship_without_an_id_is_named_by_what_it_says() {
    granted(
        r#"
        {"type": "KNOWS", "source": "p:bob", "target": "p:ann", "validFrom": "2018", "properties": {"weight": 1.0}, "evidence": [{"document": "d:one"}]}
        {"type": "KNOWS", "source": "p:ann", "target": "p:bob", "validFrom": "2018", "properties": {"weight": 1, "since": null}, "evidence": [{"document": "d:one"}, {"document": "d:two"}]}
        {"type": "KNOWS", "source": "p:ann", "target": "p:bob", "validFrom": "2018", "properties": {"weight": 2}}
        {"type": "KNOWS", "source": "p:ann", "target": "p:bob", "validFrom": "2018-01", "properties": {"weight": 1}}
        {"type": "READS", "source": "p:ann", "target": "d:one"}
        {"type": "READS", "source": "p:ann", "target": "d:one", "confidence": 0.5}
        {"type": "READS", "source": "p:ann", "target": "d:one"}
        "#,
        &expect![[r#"
            k1 KNOWS p:ann p:bob Validity { from: Some(2018), to: None } ASSERTED false None weight=Float(1.0) @2 origins 2
              d:one - ASSERTED SUPPORTS manual
              d:two - ASSERTED SUPPORTS manual
            r-a2aisjz6fnp5bgmmrfkysuymwq KNOWS p:ann p:bob Validity { from: Some(2018), to: None } ASSERTED false None weight=Float(2.0) @2 origins 0
            r-enqqus42z6wwf2biaxvxj4befg KNOWS p:ann p:bob Validity { from: Some(2018-01), to: None } ASSERTED false None weight=Float(1.0) @2 origins 0
            r-bzrj3hg227zbwg7weeazujh4qf READS p:ann d:one Validity { from: None, to: None } ASSERTED false Some(0.5) @2 origins 0
        "#]],
    );
}

#[test]
fn a_relationship_keeps_its_id_when_its_content_changes() {
    let (store, graph) = begun();
    let reads = r#"{"type": "READS", "source": "p:ann", "target": "d:one"}"#;
    let snapshot = graph.commit_blocking(draft(reads)).unwrap();
    let first = snapshot.relationship(EdgeId(1)).id().into_owned();
    let dated = format!(
        r#"{{"id": "{first}", "type": "READS", "source": "p:ann", "target": "d:one", "validFrom": "2020"}}"#
    );
    // In one draft and in two, before and after a restart.
    for lines in [format!("{dated}\n{reads}"), reads.to_owned()] {
        let snapshot = graph.commit_blocking(draft(&lines)).unwrap();
        assert_eq!(snapshot.edge_bound(), 3);
        assert_eq!(snapshot.edge(&first), Some(EdgeId(1)));
        assert!(snapshot.relationship(EdgeId(1)).validity().from().is_some());
        let second = snapshot.relationship(EdgeId(2)).id().into_owned();
        assert_ne!(first, second);
        assert_eq!(snapshot.edge(&second), Some(EdgeId(2)));
    }
    drop(graph);
    let graph = open(&store);
    let dated = r#"{"type": "READS", "source": "p:ann", "target": "d:one", "validFrom": "2020"}"#;
    let before = graph.snapshot().revision();
    let snapshot = graph.commit_blocking(draft(&format!("{dated}\n{reads}"))).unwrap();
    assert_eq!(snapshot.revision(), before, "both are there");
    graph.checkpoint_blocking().unwrap();
    drop(graph);
    let snapshot = open(&store).commit_blocking(draft(&format!("{dated}\n{reads}"))).unwrap();
    assert_eq!(snapshot.revision(), before, "both are in the checkpoint");
}

#[test]
fn an_id_that_is_the_contents_own_makes_no_difference() {
    let (_, graph) = begun();
    let reads = r#"{"type": "READS", "source": "p:ann", "target": "d:one"}"#;
    let id = graph.commit_blocking(draft(reads)).unwrap().relationship(EdgeId(1)).id().into_owned();
    let (_, other) = begun();
    let given =
        format!(r#"{{"id": "{id}", "type": "READS", "source": "p:ann", "target": "d:one"}}"#);
    let snapshot = other.commit_blocking(draft(&given)).unwrap();
    assert_eq!(shown(&snapshot), shown(&graph.snapshot()));
    let again = other.commit_blocking(draft(reads)).unwrap();
    assert_eq!(again.revision(), snapshot.revision());
}

#[test]
fn importing_a_file_twice_changes_nothing() {
    let facts = include_str!("../data/facts.jsonl");
    let ontology = Ontology::parse("schema.graphql", DEFAULT_SOURCE).unwrap();
    let store = Arc::new(MemoryStore::default());
    let graph = Graph::open(store, Some(ontology), Options::default()).unwrap();
    let once = graph.commit_blocking(draft(facts)).unwrap();
    assert_eq!(once.counts().relationships, 32);
    let twice = graph.commit_blocking(draft(facts)).unwrap();
    assert_eq!(shown(&twice), shown(&once));
    for line in facts.lines() {
        graph.commit_blocking(draft(line)).unwrap();
    }
    assert_eq!(graph.snapshot().revision(), once.revision());
    let without_ids: Vec<_> = facts.lines().map(without_id).collect();
    let unnamed = graph.commit_blocking(draft(&without_ids.join("\n"))).unwrap();
    assert_eq!(shown(&unnamed), shown(&once));
}

fn without_id(line: &str) -> String {
    let mut json: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).unwrap();
    if json.contains_key("source") {
        json.remove("id");
    }
    serde_json::to_string(&json).unwrap()
}

#[test]
fn drafts_on_their_way_are_committed_in_order_and_judged_apart() {
    let (_, graph) = begun();
    let line = |it: usize| match it % 10 {
        7 => r#"{"type": "READS", "source": "p:nobody", "target": "d:one"}"#.to_owned(),
        odd if odd % 2 == 1 => {
            format!(r#"{{"type": "READS", "source": "p:{}", "target": "d:one"}}"#, it - 1)
        }
        _ => format!(r#"{{"id": "p:{it}", "type": "Person", "name": "P"}}"#),
    };
    let mut last = graph.snapshot().revision();
    let pending: Vec<_> = (0..300).map(|it| graph.submit(draft(&line(it))).unwrap()).collect();
    for (it, pending) in pending.into_iter().enumerate() {
        match pending.wait() {
            Ok(snapshot) => {
                assert!(it % 10 != 7, "{it}");
                assert!(snapshot.node(&format!("p:{}", it / 2 * 2)).is_some());
                last = last.next();
                assert!(snapshot.revision() >= last, "{it}");
            }
            Err(WriteError::Rejected(_)) => assert!(it % 10 == 7, "{it}"),
            Err(err) => panic!("{err}"),
        }
    }
    assert_eq!(graph.snapshot().counts().relationships, 121);
}

#[test]
fn whoever_waits_asynchronously_is_answered_too() {
    let (_, graph) = begun();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let wish = r#"{"id": "p:new", "type": "Person", "name": "New"}"#;
        let snapshot = graph.commit(draft(wish)).await.unwrap();
        assert!(snapshot.node("p:new").is_some());
        let refused = graph.commit(draft(r#"{"id": "x", "type": "Nothing", "name": "X"}"#)).await;
        assert!(matches!(refused, Err(WriteError::Rejected(_))));
    });
}

#[test]
fn two_writers_of_one_store_follow_each_other() {
    let (store, one) = begun();
    let two = open(&store);
    let person = |it: usize| {
        draft(&format!(
            r#"{{"id": "p:{it}", "type": "Person", "name": "P", "properties": {{"rank": {}}}}}"#,
            it + 10
        ))
    };
    let graphs = [one, two];
    thread::scope(|scope| {
        for (place, graph) in graphs.iter().enumerate() {
            scope.spawn(move || {
                for it in 0..100 {
                    graph.commit_blocking(person(it * 2 + place)).unwrap();
                }
            });
        }
    });
    let taken =
        r#"{"id": "p:late", "type": "Person", "name": "Late", "properties": {"rank": 209}}"#;
    for graph in &graphs {
        assert!(matches!(graph.commit_blocking(draft(taken)), Err(WriteError::Rejected(_))));
        graph.commit_blocking(person(0)).unwrap();
    }
    let wish = r#"{"id": "p:end", "type": "Person", "name": "End"}"#;
    for graph in &graphs {
        graph.commit_blocking(draft(wish)).unwrap();
    }
    drop(graphs);
    let snapshot = open(&store).snapshot();
    assert_eq!((0..200).filter(|it| snapshot.node(&format!("p:{it}")).is_some()).count(), 200);
}

#[test]
fn a_draft_can_be_tried_without_being_committed() {
    let (_, graph) = begun();
    let snapshot = graph.snapshot();
    let nothing = Draft::default().resolve(&snapshot, Timestamp::now()).unwrap();
    assert!(nothing.changes.is_empty());
    let wish = draft(r#"{"id": "p:new", "type": "Person", "name": "New"}"#);
    let next = snapshot.apply(&wish.resolve(&snapshot, Timestamp::now()).unwrap());
    assert!(next.node("p:new").is_some());
    assert!(graph.snapshot().node("p:new").is_none());
}

#[test]
fn what_is_long_is_kept_whole() {
    let (store, graph) = begun();
    let quote = "long words ".repeat(40_000);
    let wish = format!(
        r#"{{"id": "long", "type": "READS", "source": "p:ann", "target": "d:one", "evidence": [{{"document": "d:one", "quote": "{quote}"}}]}}"#
    );
    let committed = shown(&graph.commit_blocking(draft(&wish)).unwrap());
    drop(graph);
    let graph = open(&store);
    assert!(shown(&graph.snapshot()) == committed, "read from the log");
    graph.checkpoint_blocking().unwrap();
    drop(graph);
    assert!(shown(&open(&store).snapshot()) == committed, "read from the checkpoint");
}
