//! Transactions: every wish, the past, the feed, and what races with what.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/failing.rs"]
mod failing;

use std::{collections::BTreeMap, fmt::Write, sync::Arc, thread, time::Duration};

use expect_test::{Expect, expect};
use fastrand::Rng;
use relata::{
    graph::{
        ChangeKind, Draft, EntityWish, EvidenceWish, FeedError, Granted, Graph, HistoryError, Lens,
        Mode, Options, Outcome, Rejection, RelationshipWish, Rule, Snapshot, State, Wish,
        WriteError,
    },
    model::{Direction, ModalitySet, Revision, Timestamp},
    ontology::Ontology,
    store::{MemoryStore, Store},
};
use serde_json::{Value, json};

use crate::failing::FailingStore;

const ONTOLOGY: &str = r#"
type Person implements Entity @node {
  code: String @unique
  knows: [Person!]! @relationship(type: "KNOWS", direction: OUT, queryDirection: UNDIRECTED, properties: "Link")
  reads: [Document!]! @relationship(type: "READS", direction: OUT)
}
type Document implements Entity @node(hub: true) { title: String }
type Link @relationshipProperties { weight: Float }
"#;

/// So that bases, deltas and checkpoints of every size come about.
const BUSY: Options = Options {
    queue_max: 8,
    group_max: 4,
    rebuild_percent: 10,
    rebuild_changes_min: 12,
    checkpoint_bytes: 4_000,
    history: None,
    prune_every: Duration::from_secs(60),
    clock: Timestamp::now,
};
/// The form of an id that a relationship gets that is given none.
const DERIVED: &str = "r-aaaaaaaaaaaaaaaaaaaaaaaaaa";
const SEEDS: u64 = 12;
const STEPS: usize = 150;

fn open(store: Arc<dyn Store>, options: Options) -> Graph {
    let ontology = Ontology::parse("test.graphql", ONTOLOGY).unwrap();
    Graph::open(store, Some(ontology), options).unwrap()
}

// ── wishes ──

fn entity(id: &str, name: &str) -> Wish {
    let kind = if id.starts_with('d') { "Document" } else { "Person" };
    let name = Some(name.to_owned());
    Wish::PutEntity(EntityWish { id: id.into(), kind: kind.into(), name, ..EntityWish::default() })
}

fn link(id: Option<&str>, source: &str, target: &str, quote: Option<&str>) -> Wish {
    let evidence = quote.map(|it| EvidenceWish {
        document: "d0".to_owned(),
        stated_by: Some("p3".to_owned()),
        quote: Some(it.to_owned()),
        ..EvidenceWish::default()
    });
    Wish::AssertRelationship(RelationshipWish {
        id: id.map(str::to_owned),
        relation: if target.starts_with('d') { "READS" } else { "KNOWS" }.to_owned(),
        source: source.to_owned(),
        target: target.to_owned(),
        evidence: evidence.into_iter().collect(),
        ..RelationshipWish::default()
    })
}

fn end(id: &str, valid_to: &str) -> Wish {
    let (id, valid_to) = (id.to_owned(), valid_to.to_owned());
    Wish::EndRelationship { id, valid_to, evidence: Vec::new(), expected_revision: None }
}

fn retract(id: &str) -> Wish {
    let reason = "an error".to_owned();
    Wish::RetractRelationship { id: id.to_owned(), reason, expected_revision: None }
}

fn merge(winner: &str, losers: &[&str]) -> Wish {
    let losers = losers.iter().map(|it| (*it).to_owned()).collect();
    Wish::MergeEntities { winner: winner.to_owned(), losers, reason: Some("the same".to_owned()) }
}

fn unmerge(id: &str) -> Wish {
    Wish::UnmergeEntity { id: id.to_owned() }
}

fn delete(id: &str, detach: bool) -> Wish {
    Wish::DeleteEntity { id: id.to_owned(), detach }
}

/// Entities of which each test has some.
fn beginning() -> Vec<Wish> {
    let people = (0..6).map(|it| entity(&format!("p{it}"), &format!("Person {it}")));
    people.chain((0..2).map(|it| entity(&format!("d{it}"), &format!("Text {it}")))).collect()
}

fn begun(store: Arc<dyn Store>) -> Graph {
    let graph = open(store, BUSY);
    grant(&graph, beginning()).unwrap();
    graph
}

fn grant(graph: &Graph, wishes: Vec<Wish>) -> Result<Vec<Granted>, Vec<Rejection>> {
    let granted = graph.transact_blocking(move |transaction| {
        wishes.iter().map(|it| transaction.grant(it)).collect::<Result<Vec<_>, _>>()
    });
    match granted {
        Ok((granted, _)) => Ok(granted),
        Err(WriteError::Rejected(rejections)) => Err(rejections),
        Err(err) => panic!("{err}"),
    }
}

// ── what is seen ──

/// All that can be seen of a graph, without revisions and moments.
fn shown(snapshot: &Snapshot) -> String {
    let mut text = String::new();
    let view = snapshot.view(Lens { modalities: ModalitySet::ALL, ..Lens::default() });
    let id = |node| snapshot.entity(node).id();
    for node in snapshot.nodes(None) {
        let it = snapshot.entity(node);
        let aliases: Vec<_> = it.aliases().collect();
        let edges = |direction| {
            let edges = view.newest_of(node, direction);
            let mut edges: Vec<_> = edges
                .map(|it| format!("{}>{}", snapshot.relationship(it.edge).id(), id(it.other)))
                .collect();
            edges.sort();
            edges.join(" ")
        };
        let (out, into) = (edges(Direction::Out), edges(Direction::In));
        writeln!(text, "{} {} {aliases:?} out {out} in {into}", it.id(), it.name()).unwrap();
    }
    let mut lines = Vec::new();
    for edge in view.all_edges() {
        let it = snapshot.relationship(edge);
        let mut line = format!("{} {} {} ", it.id(), id(it.source()), id(it.target()));
        write!(line, "{:?} {} {:?}", it.validity(), it.modality(), it.confidence()).unwrap();
        let mut evidence: Vec<_> = it
            .evidence()
            .map(|it| {
                let stated_by = it.stated_by.map(id);
                format!(" ({} {stated_by:?} {:?})", id(it.document), it.quote)
            })
            .collect();
        evidence.sort();
        line.extend(evidence);
        assert_eq!(snapshot.edge(&it.id()), Some(edge));
        lines.push(line);
    }
    lines.sort();
    for number in 0..9 {
        let node = snapshot.node(&format!("p{number}")).map(id);
        write!(text, "p{number}={node:?} ").unwrap();
    }
    let counts = snapshot.counts();
    let sum = [counts.entities, counts.relationships, counts.evidence];
    assert_eq!(counts.relationships, lines.len() as u64);
    format!("{text}\n{}\n{sum:?}", lines.join("\n"))
}

fn at(graph: &Graph) -> Timestamp {
    let mut feed = graph.changes(Revision(graph.snapshot().revision().0 - 1)).unwrap();
    feed.try_next().unwrap().unwrap().at
}

// ── tests ──

fn refused(wishes: Vec<Wish>, expected: &Expect) {
    let graph = begun(Arc::new(MemoryStore::default()));
    let known = vec![
        link(Some("k1"), "p0", "p1", Some("one")),
        link(Some("k2"), "p0", "d0", None),
        link(Some("k3"), "p2", "p3", None),
        merge("p5", &["p4"]),
        retract("k3"),
    ];
    grant(&graph, known).unwrap();
    let before = graph.snapshot().revision();
    let mut text = String::new();
    for wish in wishes {
        for it in grant(&graph, vec![wish]).unwrap_err() {
            writeln!(text, "{:?} {it}", it.rule).unwrap();
        }
    }
    assert_eq!(graph.snapshot().revision(), before);
    expected.assert_eq(&text);
}

#[test]
fn wishes_that_break_a_rule_are_refused_with_every_rule() {
    let create = |id: &str, mode, expected_revision| {
        let Wish::PutEntity(wish) = entity(id, "X") else { unreachable!() };
        Wish::PutEntity(EntityWish { mode, expected_revision, ..wish })
    };
    refused(
        vec![
            create("p0", Mode::Create, None),
            create("p9", Mode::Update, None),
            create("p0", Mode::Upsert, Some(Revision(7))),
            delete("p0", false),
            delete("p9", true),
            delete("p4", true),
            Wish::EndRelationship {
                id: "k1".to_owned(),
                valid_to: "2018-13".to_owned(),
                evidence: vec![EvidenceWish {
                    document: "d9".to_owned(),
                    ..EvidenceWish::default()
                }],
                expected_revision: Some(Revision(1)),
            },
            retract("k3"),
            retract("k9"),
            link(Some("k3"), "p2", "p3", None),
            create("k1", Mode::Upsert, None),
            link(Some("p1"), "p2", "p3", None),
            entity("k1#7", "X"),
            link(Some("k1#0"), "p2", "p3", None),
            entity(DERIVED, "X"),
            entity(&format!("{DERIVED}#0"), "X"),
            merge("p0", &["p0", "d0", "p9", "p4"]),
            unmerge("p0"),
            unmerge("p9"),
        ],
        &expect![[r#"
            Taken entity `p0`: it is there already; choose another id
            UnknownEntity entity `p9`: it is not there
            RevisionConflict { current: Revision(1) } entity `p0`: it was changed in revision 1, not in 7 as expected; look at it again
            StillConnected entity `p0`: it still has 2 relationships: 1 `KNOWS`, 1 `READS`; retract them, or delete it with `detach`
            UnknownEntity entity `p9`: it is not there
            Invalid entity `p4`: it was merged into `p5`; delete that, or unmerge it
            Invalid relationship `k1`: its validTo: `2018-13` is not a date; write `2024`, `2024-08` or `2024-08-19`
            UnknownEntity relationship `k1`: its document `d9` is not there; record it first
            RevisionConflict { current: Revision(2) } relationship `k1`: it was changed in revision 2, not in 1 as expected; look at it again
            UnknownRelationship relationship `k3`: it was retracted: an error
            UnknownRelationship relationship `k9`: it is not there
            Taken relationship `k3`: it was retracted; choose another id
            Taken entity `k1`: it is the id of a relationship; choose another id
            Taken relationship `p1`: it is the id of an entity; choose another id
            Taken entity `k1#7`: it is the id of evidence of the relationship `k1`; choose another id
            Taken relationship `k1#0`: it is the id of evidence of the relationship `k1`; choose another id
            Invalid entity `r-aaaaaaaaaaaaaaaaaaaaaaaaaa`: ids like it are made of what relationships say; choose another id
            Taken entity `r-aaaaaaaaaaaaaaaaaaaaaaaaaa#0`: it is the id of evidence of the relationship `r-aaaaaaaaaaaaaaaaaaaaaaaaaa`; choose another id
            Invalid entity `p0`: an entity cannot be merged into itself
            Invalid entity `p0`: `d0` is a `Document` and cannot stand for a `Person`
            UnknownEntity entity `p0`: its loser `p9` is not there; record it first
            Invalid entity `p0`: `p4` was merged into `p5`; unmerge it first
            NotMerged entity `p0`: it is not merged into another
            UnknownEntity entity `p9`: it is not there
        "#]],
    );
}

#[test]
fn a_loser_is_read_as_the_winner_without_twins_and_loops() {
    let graph = begun(Arc::new(MemoryStore::default()));
    let known = vec![
        link(Some("a"), "p1", "d0", Some("one")),
        link(Some("b"), "p2", "d0", Some("two")),
        link(Some("c"), "p2", "p1", None),
        link(Some("d"), "p3", "p2", Some("three")),
        merge("p1", &["p2"]),
        // The old id means the winner, and what was folded is what gains the evidence.
        link(None, "p2", "d0", Some("four")),
        merge("p0", &["p3"]),
    ];
    grant(&graph, known).unwrap();
    let text = shown(&graph.snapshot());
    expect![[r#"
        p0 Person 0 ["Person 3"] out d>p1 in d>p1
        p1 Person 1 ["Person 2"] out a>d0 d>p0 in d>p0
        p4 Person 4 [] out  in 
        p5 Person 5 [] out  in 
        d0 Text 0 [] out  in a>p1
        d1 Text 1 [] out  in 
        p0=Some("p0") p1=Some("p1") p2=Some("p1") p3=Some("p0") p4=Some("p4") p5=Some("p5") p6=None p7=None p8=None 
        a p1 d0 Validity { from: None, to: None } ASSERTED None (d0 Some("p0") Some("four")) (d0 Some("p0") Some("one")) (d0 Some("p0") Some("two"))
        d p0 p1 Validity { from: None, to: None } ASSERTED None (d0 Some("p0") Some("three"))
        [6, 2, 4]"#]].assert_eq(&text);
    let again = grant(&graph, vec![merge("p1", &["p2"])]).unwrap();
    assert!(matches!(again[..], [Granted::Entity { outcome: Outcome::Unchanged, .. }]));
}

#[test]
fn merging_can_be_undone_in_any_order() {
    for seed in 0..60 {
        println!("seed {seed}");
        let mut rng = Rng::with_seed(seed);
        let graph = begun(Arc::new(MemoryStore::default()));
        for _ in 0..14 {
            let (source, target) = (rng.u8(..6), rng.u8(..6));
            let id = rng.bool().then(|| format!("k{}", rng.u8(..)));
            let quote = format!("{}", rng.u8(..3));
            let quote = rng.bool().then_some(quote.as_str());
            let target = if rng.bool() { format!("p{target}") } else { format!("d{}", target % 2) };
            let wish = link(id.as_deref(), &format!("p{source}"), &target, quote);
            drop(grant(&graph, vec![wish]));
        }
        let before = shown(&graph.snapshot());
        let mut losers = Vec::new();
        for _ in 0..rng.usize(1..4) {
            let (winner, loser) = (format!("p{}", rng.u8(..6)), format!("p{}", rng.u8(..6)));
            if grant(&graph, vec![merge(&winner, &[&loser])]).is_ok() && !losers.contains(&loser) {
                losers.push(loser);
            }
        }
        rng.shuffle(&mut losers);
        for loser in losers {
            drop(grant(&graph, vec![unmerge(&loser)]));
        }
        assert_eq!(shown(&graph.snapshot()), before);
    }
}

#[test]
fn every_past_state_is_what_it_was_and_survives_restarts() {
    for seed in 0..SEEDS {
        println!("seed {seed}");
        let mut rng = Rng::with_seed(seed);
        let store = Arc::new(MemoryStore::default());
        let mut graph = Some(begun(store.clone()));
        let mut past = BTreeMap::new();
        for _ in 0..STEPS {
            let handle = graph.as_ref().unwrap();
            let snapshot = handle.snapshot();
            let wishes = (0..rng.usize(1..3)).map(|_| random(&snapshot, &mut rng)).collect();
            drop(grant(handle, wishes));
            let now = shown(&handle.snapshot());
            past.insert(at(handle), now.clone());
            if rng.u8(..12) == 0 {
                drop(graph.take());
                graph = Some(open(store.clone(), BUSY));
                assert_eq!(shown(&graph.as_ref().unwrap().snapshot()), now, "restarted");
            }
        }
        let graph = graph.unwrap();
        for (known_at, expected) in past.iter().rev().step_by(7).chain(past.iter().step_by(5)) {
            assert_eq!(shown(&graph.snapshot_at(*known_at).unwrap()), *expected, "{known_at}");
        }
        assert_eq!(graph.snapshot_at(Timestamp::default()).unwrap().revision(), Revision(0));
    }
}

fn random(snapshot: &Snapshot, rng: &mut Rng) -> Wish {
    let person = |rng: &mut Rng| format!("p{}", rng.u8(..6));
    let edge = |rng: &mut Rng| match snapshot.edge_bound() as u32 {
        0 => "k0".to_owned(),
        bound => snapshot.relationship(relata::model::EdgeId(rng.u32(..bound))).id().into_owned(),
    };
    match rng.u8(..16) {
        0 | 1 => entity(&person(rng), &format!("Name {}", rng.u8(..5))),
        2 => delete(&person(rng), rng.bool()),
        3 | 4 => end(&edge(rng), ["2018", "2019-05"][rng.usize(..2)]),
        5 => retract(&edge(rng)),
        6 | 7 => merge(&person(rng), &[&person(rng)]),
        8 | 9 => unmerge(&person(rng)),
        10 => {
            let document = "d1".to_owned();
            let evidence = vec![EvidenceWish { document, ..EvidenceWish::default() }];
            Wish::AddEvidence { relationship: edge(rng), evidence }
        }
        11 => {
            let properties = json!({"weight": rng.u8(..3)}).as_object().unwrap().clone();
            let (id, confidence) = (edge(rng), Some(f64::from(rng.u8(..3)) / 4.0));
            Wish::UpdateRelationship { id, properties, confidence, expected_revision: None }
        }
        it => {
            let target = if it == 12 { "d0".to_owned() } else { person(rng) };
            let id = rng.bool().then(|| format!("k{}", rng.u8(..60)));
            let quote = ["one", "two"][rng.usize(..2)];
            link(id.as_deref(), &person(rng), &target, rng.bool().then_some(quote))
        }
    }
}

#[test]
fn a_history_of_some_time_goes_no_further_back() {
    let options = Options { history: Some(Duration::from_secs(60)), ..BUSY };
    let graph = open(Arc::new(MemoryStore::default()), options);
    let refused = graph.snapshot_at(Timestamp::default());
    assert!(matches!(refused, Err(HistoryError::TooFar { .. })));
    assert!(graph.snapshot_at(Timestamp::now()).is_ok());
}

#[test]
fn a_feed_resumes_anywhere_without_gap_or_repetition() {
    let graph = begun(Arc::new(MemoryStore::default()));
    let writer = graph.clone();
    let writing = thread::spawn(move || {
        for it in 0..300 {
            grant(&writer, vec![entity("p0", &format!("Name {it}"))]).unwrap();
        }
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut rng = Rng::with_seed(1);
    let mut feed = graph.changes(Revision(0)).unwrap();
    for revision in 1..=301 {
        let update = runtime.block_on(feed.next()).unwrap();
        assert_eq!(update.revision, Revision(revision));
        let kind = if revision == 1 { ChangeKind::Created } else { ChangeKind::Updated };
        assert!(update.changes.iter().all(|it| it.kind == kind));
        if rng.u8(..8) == 0 {
            feed = graph.changes(update.revision).unwrap();
        }
    }
    writing.join().unwrap();
    assert_eq!(feed.try_next().unwrap(), None);
    assert!(matches!(graph.changes(Revision(302)), Err(FeedError::Ahead { .. })));
    drop(graph);
    assert!(matches!(runtime.block_on(feed.next()), Err(FeedError::Closed)));
}

#[test]
fn races_are_won_once() {
    let graph = begun(Arc::new(MemoryStore::default()));
    thread::scope(|scope| {
        for writer in 0..8 {
            let graph = &graph;
            scope.spawn(move || (0..125).for_each(|it| race(graph, writer, it)));
        }
    });
    let snapshot = graph.snapshot();
    let p0 = snapshot.entity(snapshot.node("p0").unwrap());
    let code = p0.name().parse::<u32>().unwrap();
    assert_eq!(code, 1_000, "no update is lost");
    let kind = snapshot.ontology().kind_named("Person").unwrap();
    for it in 0..125 {
        let code = format!("c{it}");
        let owners = snapshot.nodes(Some(kind.id)).filter(|node| {
            let entity = snapshot.entity(*node);
            entity
                .properties()
                .any(|(_, value)| format!("{value:?}").contains(&format!("{code:?}")))
        });
        assert_eq!(owners.count(), 1, "{code}");
    }
}

/// One more in the name of `p0`, by its revision as it was read; and a code that one gets.
fn race(graph: &Graph, writer: usize, it: usize) {
    loop {
        let snapshot = graph.snapshot();
        let p0 = snapshot.entity(snapshot.node("p0").unwrap());
        let count = p0.name().parse::<u32>().unwrap_or(0) + 1;
        let Wish::PutEntity(wish) = entity("p0", &count.to_string()) else { unreachable!() };
        let expected_revision = Some(p0.revision());
        match grant(graph, vec![Wish::PutEntity(EntityWish { expected_revision, ..wish })]) {
            Ok(_) => break,
            Err(it) => assert!(matches!(it[0].rule, Rule::RevisionConflict { .. })),
        }
    }
    let Wish::PutEntity(mut wish) = entity(&format!("w{writer}-{it}"), "W") else { unreachable!() };
    wish.properties.insert("code".to_owned(), Value::from(format!("c{it}")));
    if let Err(it) = grant(graph, vec![Wish::PutEntity(wish)]) {
        assert_eq!(it[0].rule, Rule::Unique);
    }
}

#[test]
fn what_a_transaction_was_granted_is_seen_by_it_and_by_nobody_else() {
    let graph = begun(Arc::new(MemoryStore::default()));
    let outside = graph.clone();
    let wishes = [entity("p8", "New"), link(Some("k"), "p8", "p0", None), delete("p8", true)];
    let outcomes = graph.transact_blocking(move |transaction| {
        let mut outcomes = Vec::new();
        for wish in &wishes {
            outcomes.push(match transaction.grant(wish)? {
                Granted::Entity { outcome, relationships, .. } => (outcome, relationships),
                Granted::Relationship { outcome, evidence, .. } => (outcome, evidence),
            });
            let is_there = transaction.snapshot().node("p8").is_some();
            assert_eq!(is_there, outcomes.len() < 3);
            assert_eq!(outside.snapshot().node("p8"), None);
        }
        Ok(outcomes)
    });
    let expected = [(Outcome::Created, 0), (Outcome::Created, 0), (Outcome::Deleted, 1)];
    assert_eq!(outcomes.unwrap().0, expected);
    let panicked = graph.transact_blocking(|_| -> Result<(), _> { panic!("a plan may") });
    assert!(matches!(panicked, Err(WriteError::Panicked)));
    grant(&graph, vec![entity("p8", "New")]).unwrap();
}

#[test]
fn a_failing_store_makes_the_graph_read_only_until_it_recovers() {
    let disk = Arc::new(MemoryStore::default());
    drop(begun(disk.clone()));
    for call in 0..20 {
        let store = Arc::new(FailingStore::new(disk.clone(), call..=call));
        let Ok(graph) = Graph::open(store, None, BUSY) else { continue };
        for it in 0..40 {
            let wish = entity("p0", &format!("Call {call} {it}"));
            let outcome = graph.commit_blocking(Draft { wishes: vec![wish] });
            let is_writable = graph.state() == State::Writable;
            assert_eq!(outcome.is_ok(), is_writable, "{call} {it}");
        }
        assert_eq!(graph.state(), State::Writable);
        let snapshot = graph.snapshot();
        let p0 = snapshot.entity(snapshot.node("p0").unwrap());
        assert_eq!(p0.name(), format!("Call {call} 39"));
    }
}
