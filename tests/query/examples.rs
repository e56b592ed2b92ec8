//! What the design promises of walks, one small graph each.

use relata::{
    graph::{Draft, EntityWish, EvidenceWish, Lens, RelationshipWish, Snapshot, View, Wish},
    model::{Direction, Modality, NodeId, Timestamp},
    query::{
        Budget, EntityFilter, Hops, Path, PathMode, PathQuestion, RelationshipFilter, Step, Weight,
        neighbors, paths,
    },
};
use serde_json::json;

use crate::world::{ONTOLOGY_PARSED, PAPER, relation};

/// A relationship of a small graph: its type, its ends, its modality and its weight.
type Fact = (&'static str, &'static str, &'static str, &'static str, Option<f64>);

/// Entities whose id begins with `paper` are papers, others persons.
fn graph(facts: &[Fact]) -> Snapshot {
    let mut wishes = Vec::new();
    for id in facts.iter().flat_map(|it| [it.1, it.2]).chain(["paper"]) {
        let kind = if id.starts_with("paper") { "Paper" } else { "Person" };
        wishes.push(Wish::PutEntity(EntityWish {
            id: id.to_owned(),
            kind: kind.to_owned(),
            name: Some(id.to_owned()),
            ..EntityWish::default()
        }));
    }
    for (relation, source, target, modality, weight) in facts {
        let evidence = EvidenceWish {
            document: "paper".to_owned(),
            modality: Some((*modality).to_owned()),
            ..EvidenceWish::default()
        };
        wishes.push(Wish::AssertRelationship(RelationshipWish {
            relation: (*relation).to_owned(),
            source: (*source).to_owned(),
            target: (*target).to_owned(),
            properties: weight.iter().map(|it| ("weight".to_owned(), json!(it))).collect(),
            evidence: vec![evidence],
            ..RelationshipWish::default()
        }));
    }
    let empty = Snapshot::empty(ONTOLOGY_PARSED.clone());
    let at = Timestamp::from_micros(1).unwrap();
    empty.apply(&Draft { wishes }.resolve(&empty, at).unwrap())
}

fn step(relations: &[&str], min: u32, max: u32) -> Step {
    Step {
        relations: relations.iter().map(|it| relation(it)).collect(),
        direction: Direction::Any,
        relationship: None,
        to: None,
        repeat: Hops { min, max },
    }
}

fn names(view: View<'_>, nodes: &[NodeId]) -> Vec<String> {
    nodes.iter().map(|it| view.snapshot.entity(*it).id().to_owned()).collect()
}

/// The first path from `a` to `z`, as the ids along it.
fn path(snapshot: &Snapshot, via: Vec<Step>, weight: Option<Weight>, max_hops: u32) -> Vec<String> {
    let [from, to] = ["a", "z"].map(|it| snapshot.node(it).unwrap());
    let mode = PathMode::Shortest;
    let question = PathQuestion { from, to, mode, first: 1, max_hops, via, weight };
    let view = snapshot.view(Lens::default());
    let found = paths(view, &question, &mut Budget::unlimited()).paths;
    let Path { nodes, .. } = found.into_iter().next().unwrap_or_default();
    names(view, &nodes)
}

fn reached(snapshot: &Snapshot, steps: &[Step]) -> Vec<String> {
    let (view, start) = (snapshot.view(Lens::default()), snapshot.node("a").unwrap());
    let found = neighbors(view, start, steps, None, usize::MAX, &mut Budget::unlimited());
    names(view, &found.neighbors.iter().map(|it| it.node).collect::<Vec<_>>())
}

#[test]
fn who_is_ready_to_take_part_takes_no_part() {
    let snapshot = graph(&[
        ("LIKES", "a", "b", "ASSERTED", None),
        ("LIKES", "a", "c", "INTENDED", None),
        ("LIKES", "c", "z", "ASSERTED", None),
    ]);
    let mut step = step(&["LIKES"], 1, 1);
    assert_eq!(reached(&snapshot, std::slice::from_ref(&step)), ["b"]);
    assert!(path(&snapshot, vec![], None, 6).is_empty());
    step.relationship =
        Some(RelationshipFilter::Modality([Modality::Intended].into_iter().collect()));
    assert_eq!(reached(&snapshot, std::slice::from_ref(&step)), ["c"]);
    let facts = Step { relationship: None, ..step.clone() };
    assert_eq!(path(&snapshot, vec![step, facts], None, 6), ["a", "c", "z"]);
}

#[test]
fn a_hub_is_an_end_and_a_middle_only_by_name() {
    let snapshot = graph(&[
        ("READS", "a", "paper:1", "ASSERTED", None),
        ("READS", "z", "paper:1", "ASSERTED", None),
    ]);
    assert_eq!(reached(&snapshot, &[step(&[], 1, 9)]), ["paper:1"]);
    assert!(path(&snapshot, vec![], None, 6).is_empty());
    let through = ["a", "paper:1", "z"];
    assert_eq!(path(&snapshot, vec![step(&["READS"], 1, 9)], None, 6), through);
    // The step into it, or the step out of it.
    assert_eq!(path(&snapshot, vec![step(&["READS"], 1, 1), step(&[], 1, 1)], None, 6), through);
    assert_eq!(path(&snapshot, vec![step(&[], 1, 1), step(&["READS"], 1, 1)], None, 6), through);
    let kind = Step { to: Some(EntityFilter::Kind(vec![PAPER])), ..step(&[], 1, 1) };
    assert_eq!(path(&snapshot, vec![kind, step(&[], 1, 1)], None, 6), through);
}

#[test]
fn a_lighter_way_that_is_too_long_does_not_hide_one_that_is_not() {
    let knows = |source, target, weight| ("KNOWS", source, target, "ASSERTED", weight);
    let snapshot = graph(&[
        knows("a", "b", Some(0.0)),
        knows("b", "c", Some(0.0)),
        knows("a", "c", Some(1.0)),
        knows("c", "d", Some(0.5)),
        knows("d", "z", Some(0.5)),
        knows("a", "z", Some(-1.0)),
        knows("b", "z", None),
    ]);
    let property = snapshot.ontology().names().properties.iter().position(|it| it == "weight");
    let property = relata::model::PropertyId(u16::try_from(property.unwrap()).unwrap());
    let weight = Some(Weight { relation: relation("KNOWS"), property });
    assert_eq!(path(&snapshot, vec![], weight, 4), ["a", "b", "c", "d", "z"]);
    assert_eq!(path(&snapshot, vec![], weight, 3), ["a", "c", "d", "z"]);
    assert!(path(&snapshot, vec![], weight, 2).is_empty());
    assert_eq!(path(&snapshot, vec![], None, 3), ["a", "z"]);
}
