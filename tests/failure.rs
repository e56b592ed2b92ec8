//! A store that fails at any call of a whole scenario: nothing that was acknowledged is lost,
//! nothing that was refused is there, nothing panics, and everyone is told what they can understand.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/failing.rs"]
mod failing;

use std::{fmt::Write, fs, ops::Bound, sync::Arc, time::Duration};

use relata::{
    api::{Api, Limits, Request},
    graph::{Graph, Options, Snapshot, State, WriteError, restore},
    io::{Backup, ImportError, Source, import, write_backup},
    model::{EdgeId, NodeId, Timestamp},
    ontology::Ontology,
    store::{MemoryStore, Store},
};
use serde_json::Value;

use crate::failing::FailingStore;

const ONTOLOGY: &str = "type Thing implements Entity @node { code: String @unique count: Int
    next: [Thing!]! @relationship(type: \"NEXT\", direction: OUT) }";

/// So that everything happens in the background that can.
const BUSY: Options = Options {
    queue_max: 4,
    group_max: 2,
    rebuild_percent: 1,
    rebuild_changes_min: 3,
    checkpoint_bytes: 900,
    history: None,
    prune_every: Duration::from_secs(60),
    clock: Timestamp::now,
};

/// Every mutation there is, each beside a `mark` that tells whether it was made.
const MUTATIONS: [&str; 12] = [
    r#"createThings(input: [{id: "a", name: "A", code: "1", next: {create: [{node: {id: "b", name: "B"}}]}}]) { info { revision } }"#,
    r#"createThings(input: [{id: "c", name: "C", next: {connect: [{where: {node: {id: {eq: "a"}}}}]}}]) { info { revision } }"#,
    r#"upsertThings(input: [{key: {code: "2"}, onCreate: {id: "d", name: "D"}}]) { info { revision } }"#,
    r#"upsertThings(input: [{key: {code: "1"}, onCreate: {name: "E"}, onUpdate: {count: {set: 1}}}]) { info { revision } }"#,
    r#"assertRelationships(input: [{id: "r", type: NEXT, source: {id: "b"}, target: {id: "c"}, evidence: [{document: {id: "a"}, modality: POSSIBLE}]}]) { info { revision } }"#,
    r#"addEvidence(relationship: "r", evidence: [{document: {id: "b"}, stance: CONTRADICTS}]) { id }"#,
    r#"endRelationship(id: "r", validTo: "2020-02") { id }"#,
    r#"mergeEntities(winner: "a", losers: ["c"]) { id }"#,
    r#"updateThings(where: {id: {eq: "a"}}, update: {count: {add: 1}}) { info { revision } }"#,
    r#"unmergeEntity(id: "c") { id }"#,
    r#"retractRelationship(id: "r", reason: "an error") { id }"#,
    r#"deleteThings(where: {id: {eq: "b"}}, detach: true) { revision }"#,
];
/// Calls of the store that the scenario takes at least.
const CALLS_MIN: u64 = 100;
/// After so many of them comes something else.
const PART: usize = 4;

/// What clients have been told.
#[derive(Default)]
struct Told {
    made: Vec<String>,
    refused: Vec<String>,
    /// The graph as it was seen last.
    seen: String,
}

#[test]
fn a_store_that_fails_at_any_call_loses_nothing_and_everyone_is_told() {
    for is_lasting in [false, true] {
        for call in 0.. {
            let disk = Arc::new(MemoryStore::default());
            let last = if is_lasting { Bound::Unbounded } else { Bound::Included(call) };
            let failing = FailingStore::new(disk.clone(), (Bound::Included(call), last));
            let failing: Arc<dyn Store> = Arc::new(failing);
            println!("call {call}, lasting: {is_lasting}");
            let mut told = Told { seen: shown(&Snapshot::empty(ontology())), ..Told::default() };
            for part in 0..MUTATIONS.len() / PART {
                // A process that cannot open its folder is started once more.
                let graph = open(failing.clone()).or_else(|| open(failing.clone()));
                if let Some(graph) = graph {
                    told.run(&graph, part);
                }
            }
            told.check(disk);
            if call > CALLS_MIN && told.refused.is_empty() {
                break;
            }
        }
    }
}

fn ontology() -> Arc<Ontology> {
    Arc::new(Ontology::parse("test.graphql", ONTOLOGY).unwrap())
}

fn open(store: Arc<dyn Store>) -> Option<Graph> {
    let ontology = Ontology::parse("test.graphql", ONTOLOGY).unwrap();
    Graph::open(store, Some(ontology), BUSY).inspect_err(|it| clear(&it.to_string())).ok()
}

impl Told {
    /// Some mutations, and what must not disturb them.
    fn run(&mut self, graph: &Graph, part: usize) {
        let api = Api::new(graph.clone(), Limits::default()).unwrap();
        (part * PART..(part + 1) * PART).for_each(|it| self.mutate(&api, it));
        self.seen = shown(&graph.snapshot());
        self.import(graph, part);
        self.look_back(&api, graph);
        back_up(graph);
        // Whether it succeeds or not, nothing may be lost.
        if let Err(err) = graph.checkpoint_blocking() {
            assert!(matches!(err, WriteError::Store(_)), "{err}");
        }
        assert_eq!(shown(&graph.snapshot()), self.seen);
    }

    /// Makes a mutation. Where it is refused, the store has failed, or did so at an earlier one, and
    /// what that was to make is not there.
    fn mutate(&mut self, api: &Api, place: usize) {
        let mark = format!("mark-{place}");
        let before = shown(&api.graph().snapshot());
        let mutation = MUTATIONS[place];
        let document = format!(
            r#"mutation {{ mark: createThings(input: {{id: "{mark}", name: "M"}}) {{ __typename }} {mutation} }}"#
        );
        let answer = ask(api, &document);
        let Some(errors) = answer["errors"].as_array() else {
            assert_eq!(api.graph().state(), State::Writable);
            return self.made.push(mark);
        };
        assert_eq!(answer["data"], Value::Null);
        assert_eq!(shown(&api.graph().snapshot()), before, "nothing of it is visible");
        self.refused.push(mark);
        let code = errors[0]["extensions"]["code"].as_str().unwrap();
        clear(errors[0]["message"].as_str().unwrap());
        if code == "READ_ONLY" {
            assert!(matches!(api.graph().state(), State::ReadOnly { .. }), "{answer}");
        } else {
            let codes = ["UNKNOWN_ENTITY", "UNKNOWN_RELATIONSHIP", "BAD_USER_INPUT"];
            assert!(codes.contains(&code), "{answer}");
            assert!(self.refused.len() > 1, "the first refusal is the store's: {answer}");
        }
    }

    /// Imports lines in several transactions, of which the first may be all there is.
    fn import(&mut self, graph: &Graph, part: usize) {
        let line = |it: usize| {
            format!(
                "{{\"kind\":\"entity\",\"id\":\"line-{part}-{it}\",\"type\":\"Thing\",\"name\":\"L\"}}\n"
            )
        };
        let lines: String = (0..3).map(line).collect();
        let spool = tempfile::tempdir().unwrap();
        let source = Source::spooled("lines", &mut lines.as_bytes(), spool.path()).unwrap();
        let mark = (0..3).map(|it| format!("line-{part}-{it}"));
        match import(graph, &[source], false, &mut |_| {}) {
            Ok(summary) => {
                assert_eq!((summary.bad, graph.state()), (0, State::Writable));
                self.made.extend(mark);
            }
            Err(ImportError::Write(err)) => {
                clear(&err.to_string());
                assert!(matches!(graph.state(), State::ReadOnly { .. }), "{err}");
                self.refused.extend(mark);
            }
            Err(err) => panic!("{err}"),
        }
        self.seen = shown(&graph.snapshot());
    }

    /// Whatever happens, the present can be read; the past, where the store answers.
    fn look_back(&self, api: &Api, graph: &Graph) {
        let revision = graph.snapshot().revision().to_string();
        let answer = ask(api, "{ stats { revision } things { id next { id } } }");
        assert_eq!(answer["data"]["stats"]["revision"], *revision, "{answer}");
        let query = r#"{ thing(id: "a", knownAt: "2001-01-01T00:00:00Z") { id } }"#;
        let past = ask(api, query);
        match past["errors"][0]["extensions"]["code"].as_str() {
            None => assert_eq!(past["data"]["thing"], Value::Null),
            Some(code) => assert_eq!(code, "INTERNAL", "{past}"),
        }
    }

    /// Opens what is on the disk once more, where nothing fails.
    fn check(&self, disk: Arc<MemoryStore>) {
        let graph = open(disk).unwrap();
        let snapshot = graph.snapshot();
        for it in &self.made {
            assert!(snapshot.node(it).is_some(), "{it} was acknowledged and is lost");
        }
        for it in &self.refused {
            assert!(snapshot.node(it).is_none(), "{it} was refused and is there");
        }
        assert_eq!(shown(&snapshot), self.seen);
        let api = Api::new(graph, Limits::default()).unwrap();
        let create = r#"mutation { createThings(input: {name: "New"}) { info { nodesCreated } } }"#;
        let answer = ask(&api, create);
        assert_eq!(answer["data"]["createThings"]["info"]["nodesCreated"], 1, "{answer}");
    }
}

/// Backs the graph up: all of it, or with an error.
fn back_up(graph: &Graph) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backup");
    let mut bytes = Vec::new();
    if let Err(err) = write_backup(graph, &mut bytes) {
        return clear(&err.to_string());
    }
    fs::write(&path, bytes).unwrap();
    let mut backup = Backup::open(&path).unwrap();
    let store = Arc::new(MemoryStore::default());
    restore(store.as_ref(), backup.revision(), backup.pairs().unwrap()).unwrap();
    let restored = open(store).unwrap();
    assert_eq!(shown(&restored.snapshot()), shown(&graph.snapshot()));
}

fn ask(api: &Api, query: &str) -> Value {
    let request = Request { query, operation_name: None, variables: None };
    serde_json::from_slice(&api.execute(request).body).unwrap()
}

/// A message is for people: it says something, and nothing in the form of the program's own values.
fn clear(message: &str) {
    let is_clear = message.len() > 10 && !message.contains("Error {") && !message.contains("Some(");
    assert!(is_clear, "{message}");
}

/// Everything that was ever recorded in a graph.
fn shown(snapshot: &Snapshot) -> String {
    let mut text = format!("{} {:?}\n", snapshot.revision(), snapshot.counts());
    for node in (0..snapshot.node_bound() as u32).map(NodeId) {
        let it = snapshot.entity(node);
        let properties: Vec<_> = it.properties().collect();
        let is_there = snapshot.has_node(node);
        writeln!(text, "{} {} {is_there} {properties:?} {}", it.id(), it.name(), it.revision())
            .unwrap();
    }
    for edge in (0..snapshot.edge_bound() as u32).map(EdgeId) {
        let it = snapshot.relationship(edge);
        let (ends, is_there) = ((it.source(), it.target()), snapshot.has_edge(edge));
        let evidence: Vec<_> = it.evidence().collect();
        let validity = it.validity();
        writeln!(text, "{} {ends:?} {is_there} {validity:?} {evidence:?}", it.id()).unwrap();
    }
    text
}
