//! All entities and all relationships that pass a filter.

use std::iter;

use super::{
    Budget, Compare, EntityFilter, Operand, Page, PageRequest, RelationshipFilter, Sort, Test,
    TextTest, filter::seen, page,
};
use crate::{
    graph::{Snapshot, View},
    model::{EdgeId, KindId, NodeId, PropertyId},
};

/// The entities that pass, in the order of their numbers (the order of recording); they end early
/// where `budget` is exhausted. `kinds` restricts them to some kinds; empty: all.
///
/// Every organization called "RIA Novosti": `kinds` is `[organization]`, the filter
/// `Name(Is(Equal, "RIA Novosti"))`; the names index tells who is looked at.
///
/// Complexity: one look at each entity, or at each of the kind where there is one; where the filter
/// asks for ids, for a name or for a `@unique` value, at those alone.
pub fn entities<'a>(
    view: View<'a>,
    kinds: &'a [KindId],
    filter: Option<&'a EntityFilter>,
    budget: &'a mut Budget,
) -> impl Iterator<Item = NodeId> + 'a {
    let mut nodes = candidates(view.snapshot, kinds, filter);
    iter::from_fn(move || {
        loop {
            let node = nodes.next()?;
            if !budget.draw(1) {
                return None;
            }
            if keeps(view, kinds, filter, node, budget) {
                return Some(node);
            }
        }
    })
}

/// One page of [`entities`] in the order of `sort`; unsorted: the order of recording.
///
/// Complexity: that of [`entities`], and O(p log p) for a page of p rows.
pub fn entities_page(
    view: View<'_>,
    kinds: &[KindId],
    filter: Option<&EntityFilter>,
    sort: &Sort,
    request: &PageRequest,
    budget: &mut Budget,
) -> Page<NodeId> {
    let nodes = candidates(view.snapshot, kinds, filter);
    page::page(view, sort, request, nodes, budget, |node, budget| {
        keeps(view, kinds, filter, node, budget)
    })
}

/// How many [`entities`] there are.
///
/// Complexity: O(kinds) without a filter, else that of [`entities`].
pub fn entities_count(
    view: View<'_>,
    kinds: &[KindId],
    filter: Option<&EntityFilter>,
    budget: &mut Budget,
) -> u64 {
    let counts = view.snapshot.counts();
    match (filter, kinds) {
        (None, []) => counts.entities,
        (None, [kind]) => counts.entities_by_kind.get(kind.index()).copied().unwrap_or(0),
        _ => entities(view, kinds, filter, budget).count() as u64,
    }
}

/// The relationships that pass, in the order of their numbers (the order of recording); they end
/// early where `budget` is exhausted.
///
/// All that is only intended: the filter `Modality([Intended])`.
///
/// Complexity: one look at each relationship.
pub fn relationships<'a>(
    view: View<'a>,
    filter: Option<&'a RelationshipFilter>,
    budget: &'a mut Budget,
) -> impl Iterator<Item = EdgeId> + 'a {
    let mut edges = seen(view, filter).all_edges();
    iter::from_fn(move || {
        loop {
            let edge = edges.next()?;
            if !budget.draw(1) {
                return None;
            }
            if filter.is_none_or(|it| it.passes(view, edge, None, budget)) {
                return Some(edge);
            }
        }
    })
}

/// One page of [`relationships`] in the order of `sort`; unsorted: the order of recording.
///
/// Complexity: that of [`relationships`], and O(p log p) for a page of p rows; unsorted, it ends
/// with the page.
pub fn relationships_page(
    view: View<'_>,
    filter: Option<&RelationshipFilter>,
    sort: &Sort,
    request: &PageRequest,
    budget: &mut Budget,
) -> Page<EdgeId> {
    let edges = seen(view, filter).all_edges();
    page::page(view, sort, request, edges, budget, |edge, budget| {
        filter.is_none_or(|it| it.passes(view, edge, None, budget))
    })
}

/// How many [`relationships`] there are.
///
/// Complexity: that of [`relationships`].
pub fn relationships_count(
    view: View<'_>,
    filter: Option<&RelationshipFilter>,
    budget: &mut Budget,
) -> u64 {
    relationships(view, filter, budget).count() as u64
}

fn keeps(
    view: View<'_>,
    kinds: &[KindId],
    filter: Option<&EntityFilter>,
    node: NodeId,
    budget: &mut Budget,
) -> bool {
    (kinds.is_empty() || kinds.contains(&view.snapshot.kind(node)))
        && filter.is_none_or(|it| it.passes(view, node, budget))
}

/// Entities among which are all that pass, in ascending order: as few as an index can tell.
fn candidates<'s>(
    snapshot: &'s Snapshot,
    kinds: &[KindId],
    filter: Option<&EntityFilter>,
) -> Box<dyn Iterator<Item = NodeId> + 's> {
    let kinds = match (kinds, filter.and_then(EntityFilter::kinds)) {
        ([], Some(pinned)) => pinned,
        (kinds, _) => kinds,
    };
    if let Some(mut few) = filter.and_then(|it| indexed(snapshot, kinds, it)) {
        few.retain(|it| snapshot.has_node(*it));
        few.sort_unstable();
        few.dedup();
        return Box::new(few.into_iter());
    }
    match kinds {
        [kind] => Box::new(snapshot.nodes(Some(*kind))),
        _ => Box::new(snapshot.nodes(None)),
    }
}

/// The entities that an index tells, where a condition that must hold asks for what is indexed.
fn indexed(snapshot: &Snapshot, kinds: &[KindId], filter: &EntityFilter) -> Option<Vec<NodeId>> {
    filter.pinned(&|part| match part {
        EntityFilter::Id(ids) => Some(ids.iter().filter_map(|it| snapshot.node(it)).collect()),
        EntityFilter::Name(test) => asked_text(test).map(|it| snapshot.named(it)),
        EntityFilter::Property(property, test) => {
            let (text, [kind]) = (asked_text(test)?, kinds) else { return None };
            is_unique(snapshot, *kind, *property)
                .then(|| snapshot.unique(*kind, *property, text).into_iter().collect())
        }
        _ => None,
    })
}

/// The text that a value must equal, where the test asks for one.
fn asked_text(test: &Test) -> Option<&str> {
    match test {
        Test::All(parts) => parts.iter().find_map(asked_text),
        Test::Is(Compare::Equal, Operand::Text(it)) | Test::Text(TextTest::Equals(it)) => Some(it),
        _ => None,
    }
}

fn is_unique(snapshot: &Snapshot, kind: KindId, property: PropertyId) -> bool {
    let kind = snapshot.ontology().kind(kind);
    kind.is_some_and(|it| it.properties.iter().any(|it| it.id == property && it.unique))
}
