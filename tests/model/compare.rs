//! A snapshot beside the naive graph.

use std::{cmp::Reverse, collections::BTreeMap};

use relata::{
    graph::{Half, Lens, Relationship, Snapshot},
    model::{Date, Direction, EdgeId, ModalitySet, NodeId, PropertyId, ValueRef, fold},
};
use serde_json::{Value, json};

use crate::naive::{Evidence, Fate, Naive};

/// Everything that can be asked of both, on each of some dates.
pub(crate) fn assert_same(snapshot: &Snapshot, naive: &Naive, dates: &[Option<Date>]) {
    assert_eq!(snapshot.node_bound(), naive.entities.len());
    assert_eq!(snapshot.edge_bound(), naive.relationships.len());
    (0..naive.entities.len()).for_each(|it| assert_same_entity(snapshot, naive, it));
    let names = naive.entities.iter().flat_map(|it| [&it.name].into_iter().chain(&it.aliases));
    names.for_each(|it| assert_same_named(snapshot, naive, it));
    (0..naive.relationships.len()).for_each(|it| assert_same_relationship(snapshot, naive, it));
    assert_same_counts(snapshot, naive);
    for as_of in dates {
        for modalities in [ModalitySet::ASSERTED, ModalitySet::ALL] {
            let seen = naive.seen(*as_of, modalities);
            let lens = Lens { as_of: *as_of, modalities, ..Lens::default() };
            let all: Vec<_> = snapshot.view(lens).all_edges().map(EdgeId::index).collect();
            assert_eq!(all, seen, "relationships, {lens:?}");
            let there = (0..naive.entities.len()).filter(|it| naive.is_there(*it));
            there.for_each(|it| assert_same_ends(snapshot, naive, it, lens, &seen));
        }
    }
}

fn assert_same_entity(snapshot: &Snapshot, naive: &Naive, entity: usize) {
    let (node, expected) = (NodeId(entity as u32), &naive.entities[entity]);
    let it = snapshot.entity(node);
    let kind = &snapshot.ontology().kind(it.kind()).unwrap().name;
    assert_eq!((it.id(), kind, it.name()), (&*expected.id, &expected.kind, &*expected.name));
    assert_eq!(it.aliases().collect::<Vec<_>>(), expected.aliases, "aliases of {}", expected.id);
    assert_eq!(properties(snapshot, it.properties()), expected.properties, "{}", expected.id);
    assert_eq!(snapshot.has_node(node), expected.fate == Fate::There, "{}", expected.id);
    assert_eq!(snapshot.standing(node).index(), naive.standing(entity), "{}", expected.id);
    let meant = snapshot.node(&expected.id).map(NodeId::index);
    assert_eq!(meant, naive.entity(&expected.id), "what {} means", expected.id);
}

/// The entities of a name, however it is spelt.
fn assert_same_named(snapshot: &Snapshot, naive: &Naive, name: &str) {
    let has_name = |it: &usize| naive.names(*it).iter().any(|it| fold(it) == fold(name));
    let there = (0..naive.entities.len()).filter(|it| naive.is_there(*it));
    let expected: Vec<_> = there.filter(has_name).collect();
    let mut found: Vec<_> = snapshot.named(name).into_iter().map(NodeId::index).collect();
    found.sort_unstable();
    assert_eq!(found, expected, "called {name}");
}

fn assert_same_relationship(snapshot: &Snapshot, naive: &Naive, relationship: usize) {
    let (edge, expected) = (EdgeId(relationship as u32), &naive.relationships[relationship]);
    let it = snapshot.relationship(edge);
    let id = it.id();
    let relation = &snapshot.ontology().relation(it.relation()).unwrap().name;
    assert_eq!((Some(&*id), relation), (expected.id.as_deref(), &expected.relation));
    assert_eq!(snapshot.edge(&id), Some(edge), "{id}");
    assert_eq!(
        (it.source().index(), it.target().index()),
        naive.ends(relationship),
        "ends of {id}"
    );
    assert_eq!(it.validity(), expected.validity, "{id}");
    assert_eq!(it.confidence(), expected.confidence, "{id}");
    assert_eq!(properties(snapshot, it.properties()), expected.properties, "{id}");
    assert_eq!(snapshot.has_edge(edge), naive.is_seen(relationship), "whether {id} is seen");
    if naive.is_seen(relationship) {
        assert_eq!(evidence(it), naive.evidence(relationship), "evidence of {id}");
        assert_eq!(it.modality(), naive.modality(relationship), "{id}");
        assert_eq!(it.disputed(), naive.is_disputed(relationship), "{id}");
    }
}

/// What speaks for or against a relationship, each statement once: where documents were merged,
/// two statements may have become one.
fn evidence(it: Relationship<'_>) -> Vec<Evidence> {
    let piece = |it: relata::graph::Evidence<'_>| Evidence {
        document: it.document.index(),
        cited_source: it.cited_source.map(NodeId::index),
        quote: it.quote.map(str::to_owned),
        modality: it.modality.to_string(),
        stance: it.stance.name().to_owned(),
    };
    let mut pieces: Vec<_> = it.evidence().map(piece).collect();
    pieces.sort();
    pieces.dedup();
    pieces
}

/// What is counted as it changes is what is there.
fn assert_same_counts(snapshot: &Snapshot, naive: &Naive) {
    let seen = naive.seen(None, ModalitySet::ALL);
    let there = (0..naive.entities.len()).filter(|it| naive.is_there(*it));
    let evidence = seen.iter().map(|it| snapshot.relationship(EdgeId(*it as u32)).evidence().len());
    let counts = snapshot.counts();
    assert_eq!(counts.entities, there.count() as u64);
    assert_eq!(counts.relationships, seen.len() as u64);
    assert_eq!(counts.evidence, evidence.sum::<usize>() as u64);
    assert_eq!(counts.entities_by_kind.iter().sum::<u64>(), counts.entities);
    assert_eq!(counts.relationships_by_relation.iter().sum::<u64>(), counts.relationships);
}

/// The relationships of an entity among those that are `seen`: in any order and newest first.
fn assert_same_ends(
    snapshot: &Snapshot,
    naive: &Naive,
    entity: usize,
    lens: Lens<'_>,
    seen: &[usize],
) {
    let (node, view) = (NodeId(entity as u32), snapshot.view(lens));
    for direction in Direction::ALL {
        let what = format!("{direction:?} of {}, {lens:?}", naive.entities[entity].id);
        let is_end = |it: &&usize| is_end(naive, **it, entity, direction);
        let mut expected: Vec<usize> = seen.iter().filter(is_end).copied().collect();
        let mut found: Vec<_> = view.edges_of(node, direction).map(|it| it.edge.index()).collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{what}");
        expected.sort_by_key(|it| {
            let from = naive.relationships[*it].validity.from();
            Reverse((from.map(Date::first_day), *it))
        });
        let newest: Vec<_> = view.newest_of(node, direction).collect();
        let order: Vec<_> = newest.iter().map(|it| it.edge.index()).collect();
        assert_eq!(order, expected, "newest {what}");
        newest.iter().for_each(|it| assert_other_end(naive, node, it));
    }
}

/// Whether a relationship is read from an entity in a direction.
pub(crate) fn is_end(
    naive: &Naive,
    relationship: usize,
    entity: usize,
    direction: Direction,
) -> bool {
    let (source, target) = naive.ends(relationship);
    let either = source == entity || target == entity;
    match direction {
        _ if naive.relationships[relationship].is_symmetric() => either,
        Direction::Out => source == entity,
        Direction::In => target == entity,
        Direction::Any => either,
    }
}

fn assert_other_end(naive: &Naive, asked: NodeId, half: &Half) {
    let (source, target) = naive.ends(half.edge.index());
    if source == target {
        // Read from the same entity in both directions.
        assert_eq!(half.other, asked);
        return;
    }
    let is_source = source == asked.index();
    let other = if is_source { target } else { source };
    assert_eq!((half.other.index(), half.outgoing), (other, is_source));
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
