//! All entities and all relationships that pass a filter.

use super::{Budget, EntityFilter, Page, PageRequest, RelationshipFilter, Sort};
use crate::{
    graph::View,
    model::{EdgeId, KindId, NodeId},
};

/// The entities that pass, in the order of their numbers (the order of recording).
///
/// `kinds` restricts them to some kinds; empty: all.
pub fn entities<'a>(
    view: View<'a>,
    kinds: &'a [KindId],
    filter: Option<&'a EntityFilter>,
    budget: &'a mut Budget,
) -> impl Iterator<Item = NodeId> + 'a {
    let _ = (view, kinds, filter, budget);
    std::iter::empty()
}

/// One page of [`entities`] in the order of `sort`; unsorted: the order of recording.
pub fn entities_page(
    view: View<'_>,
    kinds: &[KindId],
    filter: Option<&EntityFilter>,
    sort: &Sort,
    request: &PageRequest,
    budget: &mut Budget,
) -> Page<NodeId> {
    todo!("{view:?} {kinds:?} {filter:?} {sort:?} {request:?} {budget:?}")
}

/// How many [`entities`] there are.
pub fn entities_count(
    view: View<'_>,
    kinds: &[KindId],
    filter: Option<&EntityFilter>,
    budget: &mut Budget,
) -> u64 {
    todo!("{view:?} {kinds:?} {filter:?} {budget:?}")
}

/// The relationships that pass, in the order of their numbers (the order of recording).
pub fn relationships<'a>(
    view: View<'a>,
    filter: Option<&'a RelationshipFilter>,
    budget: &'a mut Budget,
) -> impl Iterator<Item = EdgeId> + 'a {
    let _ = (view, filter, budget);
    std::iter::empty()
}

/// One page of [`relationships`] in the order of `sort`; unsorted: the order of recording.
pub fn relationships_page(
    view: View<'_>,
    filter: Option<&RelationshipFilter>,
    sort: &Sort,
    request: &PageRequest,
    budget: &mut Budget,
) -> Page<EdgeId> {
    todo!("{view:?} {filter:?} {sort:?} {request:?} {budget:?}")
}

/// How many [`relationships`] there are.
pub fn relationships_count(
    view: View<'_>,
    filter: Option<&RelationshipFilter>,
    budget: &mut Budget,
) -> u64 {
    todo!("{view:?} {filter:?} {budget:?}")
}
