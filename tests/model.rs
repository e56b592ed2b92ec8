//! Random drafts against a naive graph, with restarts, checkpoints and rebuilds in between.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/naive.rs"]
mod naive;

use std::{collections::BTreeMap, sync::Arc};

use fastrand::Rng;
use relata::{
    graph::{
        Draft, EntityWish, EvidenceWish, Graph, Lens, Options, RelationshipWish, Snapshot, Wish,
        WriteError,
    },
    model::{Date, Direction, EdgeId, ModalitySet, NodeId, PropertyId, Timestamp, ValueRef},
    ontology::Ontology,
    store::{MemoryStore, SledStore, Store},
};
use serde_json::{Map, Value, json};

use crate::naive::{Naive, ONTOLOGY};

const SEEDS: u64 = 6;
const STEPS: usize = 150;
/// Entities that are there from the beginning.
const ALL: [&str; 9] = ["p0", "p1", "p2", "p3", "p4", "p5", "d0", "d1", "d2"];
const DATES: [&str; 6] = ["2018", "2018-02", "2018-02-10", "2018-12", "2019", "2019-01-01"];

/// So that bases, deltas and checkpoints of every size come about.
const OPTIONS: Options = Options {
    queue_max: 8,
    group_max: 4,
    rebuild_percent: 10,
    rebuild_changes_min: 12,
    checkpoint_bytes: 6_000,
    history: None,
    clock: Timestamp::now,
};

#[test]
fn a_graph_is_what_its_drafts_add_up_to() {
    for seed in 0..SEEDS {
        let store = Arc::new(MemoryStore::default());
        run(seed, &|| store.clone());
    }
}

#[test]
fn a_graph_in_a_folder_is_what_its_drafts_add_up_to() {
    let folder = tempfile::tempdir().unwrap();
    run(1_000, &|| Arc::new(SledStore::open(folder.path()).unwrap()));
}

fn run(seed: u64, store: &dyn Fn() -> Arc<dyn Store>) {
    println!("seed {seed}");
    let mut rng = Rng::with_seed(seed);
    let open = || {
        let ontology = Ontology::parse("test.graphql", ONTOLOGY).unwrap();
        Graph::open(store(), Some(ontology), OPTIONS).unwrap()
    };
    let mut graph = Some(open());
    let mut naive = Naive::default();
    let all = Draft { wishes: ALL.iter().map(|it| Wish::PutEntity(begin(it))).collect() };
    settle(&mut naive, &all, graph.as_ref().unwrap().commit_blocking(all.clone()));
    let mut kept: Option<(Arc<Snapshot>, Naive)> = None;
    for step in 0..STEPS {
        let handle = graph.as_ref().unwrap();
        match rng.u8(..20) {
            0 => {
                drop(graph.take());
                graph = Some(open());
            }
            1 => handle.checkpoint_blocking().unwrap(),
            2..5 => several(handle, &mut naive, &mut rng),
            _ => one(handle, &mut naive, &mut rng),
        }
        let snapshot = graph.as_ref().unwrap().snapshot();
        learn_ids(&mut naive, &snapshot);
        assert_same(&snapshot, &naive, &format!("seed {seed}, step {step}"), &mut rng);
        match &kept {
            Some((old, then)) if rng.u8(..10) == 0 => {
                assert_same(old, then, &format!("seed {seed}, step {step}, kept"), &mut rng);
                kept = None;
            }
            None => kept = Some((snapshot, naive.clone())),
            Some(_) => {}
        }
    }
}

fn one(graph: &Graph, naive: &mut Naive, rng: &mut Rng) {
    let draft = draft(naive, rng);
    settle(naive, &draft, graph.commit_blocking(draft.clone()));
}

fn several(graph: &Graph, naive: &mut Naive, rng: &mut Rng) {
    let drafts: Vec<_> = (0..rng.usize(2..12)).map(|_| draft(naive, rng)).collect();
    let pending: Vec<_> = drafts.iter().map(|it| graph.submit(it.clone()).unwrap()).collect();
    for (draft, pending) in drafts.iter().zip(pending) {
        settle(naive, draft, pending.wait());
    }
}

/// Both graphs must grant a draft, or both refuse it.
fn settle(naive: &mut Naive, draft: &Draft, outcome: Result<Arc<Snapshot>, WriteError>) {
    match (naive.after(draft), outcome) {
        (Ok(next), Ok(_)) => *naive = next,
        (Err(_), Err(WriteError::Rejected(_))) => {}
        (expected, found) => panic!("{draft:#?}\n{expected:?}\n{found:?}"),
    }
}

// ── random drafts ──

fn draft(naive: &Naive, rng: &mut Rng) -> Draft {
    let wishes = (0..rng.usize(1..4)).map(|_| match rng.u8(..3) {
        0 => Wish::PutEntity(entity(rng)),
        _ => Wish::AssertRelationship(relationship(naive, rng)),
    });
    Draft { wishes: wishes.collect() }
}

fn begin(id: &str) -> EntityWish {
    let is_person = id.starts_with('p');
    let mut wish = EntityWish { id: id.to_owned(), ..EntityWish::default() };
    wish.kind = if is_person { "Person" } else { "Document" }.to_owned();
    wish.name = Some(id.to_uppercase());
    if !is_person {
        wish.properties.insert("title".to_owned(), json!(id));
    }
    wish
}

fn entity(rng: &mut Rng) -> EntityWish {
    let id = if rng.u8(..4) == 0 { document(rng) } else { person(rng) };
    let kind = if id.starts_with('p') != (rng.u8(..30) == 0) { "Person" } else { "Document" };
    let mut properties = Map::new();
    if rng.u8(..3) == 0 {
        let code = rng.u8(..40);
        properties.insert("code".to_owned(), maybe(rng, 4, json!(format!("c{code}"))));
    }
    if kind == "Person" && rng.bool() {
        properties.insert("age".to_owned(), maybe(rng, 4, json!(rng.clone().i32(-3..100))));
    }
    if kind == "Document" && rng.u8(..8) > 0 {
        properties.insert("title".to_owned(), json!(id));
    }
    EntityWish {
        kind: kind.to_owned(),
        name: (rng.u8(..6) > 0).then(|| format!("Name {}", rng.u8(..5))),
        aliases: rng.bool().then(|| (0..rng.u8(..3)).map(|it| format!("alias {it}")).collect()),
        properties,
        id,
        ..EntityWish::default()
    }
}

fn relationship(naive: &Naive, rng: &mut Rng) -> RelationshipWish {
    let relation = ["KNOWS", "READS", "LIKES"][rng.usize(..3)];
    let mut wish = RelationshipWish {
        id: (rng.u8(..4) == 0).then(|| format!("r{}", rng.u8(..200))),
        relation: relation.to_owned(),
        source: if rng.u8(..30) == 0 { document(rng) } else { person(rng) },
        target: match relation {
            "READS" => document(rng),
            "LIKES" if rng.bool() => document(rng),
            _ => person(rng),
        },
        valid_from: date(rng),
        valid_to: date(rng).filter(|_| rng.bool()),
        confidence: (rng.u8(..6) == 0).then(|| f64::from(rng.u8(..=100)) / 100.0),
        evidence: (0..rng.u8(..3)).map(|_| evidence(rng)).collect(),
        ..RelationshipWish::default()
    };
    if relation != "READS" {
        let weight = f64::from(rng.u8(..3));
        wish.properties.insert("weight".to_owned(), maybe(rng, 30, json!(weight)));
        if rng.u8(..4) == 0 {
            wish.properties.insert("note".to_owned(), maybe(rng, 2, json!("note")));
        }
    }
    if rng.bool() && !naive.relationships.is_empty() {
        mean(&mut wish, naive, &naive.relationships[rng.usize(..naive.relationships.len())], rng);
    }
    wish
}

/// Makes a wish for one that is there: by its id, by all that it says, or by its ends alone.
fn mean(wish: &mut RelationshipWish, naive: &Naive, there: &naive::Relationship, rng: &mut Rng) {
    wish.relation.clone_from(&there.relation);
    let ends = [there.source, there.target].map(|it| naive.entities[it].id.clone());
    [wish.source, wish.target] = ends;
    if there.relation == "KNOWS" && rng.bool() {
        std::mem::swap(&mut wish.source, &mut wish.target);
    }
    if there.relation == "READS" {
        wish.properties.clear();
    }
    match rng.u8(..5) {
        0 | 1 => wish.id.clone_from(&there.id),
        2 => {}
        it => {
            // Said once more without an id; or as a parallel one with another id.
            wish.id = (it == 3).then(|| format!("r{}", rng.u8(..200)));
            wish.properties = there.properties.clone().into_iter().collect();
            wish.valid_from = there.validity.from().map(|it| it.to_string());
            wish.valid_to = there.validity.to().map(|it| it.to_string());
        }
    }
}

fn evidence(rng: &mut Rng) -> EvidenceWish {
    let word = |rng: &mut Rng, words: &[&str]| rng.choice(words).map(|it| (*it).to_owned());
    EvidenceWish {
        document: document(rng),
        cited_source: (rng.u8(..4) == 0).then(|| format!("p{}", rng.u8(..4))),
        quote: (rng.u8(..4) == 0).then(|| "so it is".to_owned()),
        modality: word(rng, &["ASSERTED", "INTENDED", "POSSIBLE", "REQUESTED"]),
        stance: word(rng, &["SUPPORTS", "SUPPORTS", "SUPPORTS", "CONTRADICTS"]),
        ..EvidenceWish::default()
    }
}

fn person(rng: &mut Rng) -> String {
    format!("p{}", if rng.u8(..20) == 0 { 9 } else { rng.u8(..7) })
}

fn document(rng: &mut Rng) -> String {
    format!("d{}", if rng.u8(..20) == 0 { 9 } else { rng.u8(..3) })
}

fn date(rng: &mut Rng) -> Option<String> {
    (rng.u8(..3) == 0).then(|| DATES[rng.usize(..DATES.len())].to_owned())
}

/// `value`, or `null` one time in so many.
fn maybe(rng: &mut Rng, times: u8, value: Value) -> Value {
    if rng.u8(..times) == 0 { Value::Null } else { value }
}

// ── comparison ──

/// Takes over the ids that relationships without one were given. They never change afterwards.
fn learn_ids(naive: &mut Naive, snapshot: &Snapshot) {
    for (edge, it) in naive.relationships.iter_mut().enumerate() {
        if it.id.is_none() && edge < snapshot.edge_bound() {
            it.id = Some(snapshot.relationship(EdgeId(edge as u32)).id().into_owned());
        }
    }
}

fn assert_same(snapshot: &Snapshot, naive: &Naive, context: &str, rng: &mut Rng) {
    assert_eq!(snapshot.node_bound(), naive.entities.len(), "{context}");
    assert_eq!(snapshot.edge_bound(), naive.relationships.len(), "{context}");
    for (node, expected) in naive.entities.iter().enumerate() {
        let node = NodeId(node as u32);
        let found = naive::Entity {
            id: snapshot.entity(node).id().to_owned(),
            kind: snapshot.ontology().kind(snapshot.kind(node)).unwrap().name.clone(),
            name: snapshot.entity(node).name().to_owned(),
            aliases: snapshot.entity(node).aliases().map(str::to_owned).collect(),
            properties: properties(snapshot, snapshot.entity(node).properties()),
        };
        assert_eq!(found, *expected, "{context}");
        assert_eq!(snapshot.node(&expected.id), Some(node), "{context}");
    }
    for (edge, expected) in naive.relationships.iter().enumerate() {
        assert_same_relationship(snapshot, EdgeId(edge as u32), expected, context);
    }
    let evidence: usize = naive.relationships.iter().map(|it| it.evidence.len()).sum();
    assert_eq!(snapshot.counts().evidence, evidence as u64, "{context}");
    assert_eq!(snapshot.counts().relationships, naive.relationships.len() as u64, "{context}");
    for node in 0..naive.entities.len() {
        assert_same_neighbors(snapshot, naive, node, context, rng);
    }
}

fn assert_same_relationship(
    snapshot: &Snapshot,
    edge: EdgeId,
    expected: &naive::Relationship,
    context: &str,
) {
    let it = snapshot.relationship(edge);
    let found = naive::Relationship {
        id: Some(it.id().into_owned()),
        relation: snapshot.ontology().relation(it.relation()).unwrap().name.clone(),
        source: it.source().index(),
        target: it.target().index(),
        validity: it.validity(),
        confidence: it.confidence(),
        properties: properties(snapshot, it.properties()),
        evidence: it
            .evidence()
            .map(|it| naive::Evidence {
                document: it.document.index(),
                cited_source: it.cited_source.map(NodeId::index),
                quote: it.quote.map(str::to_owned),
                modality: it.modality.to_string(),
                stance: it.stance.name().to_owned(),
            })
            .collect(),
    };
    assert_eq!(found, *expected, "{context}");
    assert_eq!(it.modality(), expected.modality(), "{context}");
    assert_eq!(it.disputed(), expected.is_disputed(), "{context}");
    assert_eq!(snapshot.edge(&it.id()), Some(edge), "{context}");
}

/// The relationships of an entity through a random lens, newest first and in any order.
fn assert_same_neighbors(
    snapshot: &Snapshot,
    naive: &Naive,
    node: usize,
    context: &str,
    rng: &mut Rng,
) {
    let as_of = date(rng).map(|it| it.parse::<Date>().unwrap());
    let modalities = if rng.bool() { ModalitySet::ALL } else { ModalitySet::ASSERTED };
    let view = snapshot.view(Lens { as_of, modalities, ..Lens::default() });
    for direction in Direction::ALL {
        let mut expected: Vec<usize> = (0..naive.relationships.len())
            .filter(|edge| {
                let it = &naive.relationships[*edge];
                let (out, into) = (it.source == node, it.target == node);
                let is_end = match direction {
                    _ if it.relation == "KNOWS" => out || into,
                    Direction::Out => out,
                    Direction::In => into,
                    Direction::Any => out || into,
                };
                is_end
                    && modalities.contains(it.modality())
                    && as_of.is_none_or(|date| it.validity.overlaps(date))
            })
            .collect();
        let asked = NodeId(node as u32);
        let mut found: Vec<_> = view.edges_of(asked, direction).map(|it| it.edge.index()).collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{context}, {direction:?} of {node}");
        expected.sort_by_key(|edge| {
            let from = naive.relationships[*edge].validity.from();
            std::cmp::Reverse((from.map(Date::first_day), *edge))
        });
        let newest: Vec<_> = view.newest_of(asked, direction).collect();
        let order: Vec<_> = newest.iter().map(|it| it.edge.index()).collect();
        assert_eq!(order, expected, "{context}, newest {direction:?} of {node}");
        for half in newest {
            let it = &naive.relationships[half.edge.index()];
            if it.source == it.target {
                // Read from the same entity in both directions.
                assert_eq!(half.other, asked, "{context}");
                continue;
            }
            let other = if it.source == node { it.target } else { it.source };
            assert_eq!((half.other.index(), half.outgoing), (other, it.source == node));
        }
    }
}

fn properties<'s>(
    snapshot: &Snapshot,
    values: impl Iterator<Item = (PropertyId, ValueRef<'s>)>,
) -> BTreeMap<String, Value> {
    let names = &snapshot.ontology().names().properties;
    let value = |it| match it {
        ValueRef::Text(it) => json!(it),
        ValueRef::Int(it) => json!(it),
        ValueRef::Float(it) => json!(it),
        other => panic!("the ontology has no {other:?}"),
    };
    values.map(|(property, it)| (names[property.index()].clone(), value(it))).collect()
}
