//! The relationships of one entity: along a field of its type, or of any type.

use super::{Budget, EntityFilter, Page, PageRequest, RelationshipFilter, Sort};
use crate::{
    graph::{Half, View},
    model::{Direction, KindId, NodeId, RelationId},
};

/// Which relationships of an entity are meant, seen from that entity.
#[derive(Clone, Debug, Default)]
pub struct Links {
    /// Only relationships of these types; empty: all.
    pub relations: Vec<RelationId>,
    /// The direction, seen from the entity.
    pub direction: Direction,
    /// Only those with an entity of one of these kinds at the other end; empty: all.
    pub targets: Vec<KindId>,
    /// The condition on the relationship. One that does not speak of modality sees what the view
    /// sees: asserted ones.
    pub relationship: Option<RelationshipFilter>,
    /// The condition on the entity at the other end.
    pub node: Option<EntityFilter>,
}

impl Links {
    /// The relationships of `from`, newest first, each as it is asked for.
    pub fn rows<'a>(
        &'a self,
        view: View<'a>,
        from: NodeId,
        budget: &'a mut Budget,
    ) -> impl Iterator<Item = Half> + 'a {
        let _ = (view, from, budget);
        std::iter::empty()
    }

    /// How many there are.
    pub fn count(&self, view: View<'_>, from: NodeId, budget: &mut Budget) -> u64 {
        todo!("{view:?} {from:?} {budget:?}")
    }

    /// One page of them in the order of `sort`; unsorted: newest first, and then only as many are
    /// looked at as the page needs.
    pub fn page(
        &self,
        view: View<'_>,
        from: NodeId,
        sort: &Sort,
        request: &PageRequest,
        budget: &mut Budget,
    ) -> Page<Half> {
        todo!("{view:?} {from:?} {sort:?} {request:?} {budget:?}")
    }

    /// The entities at the other ends, each once: in the order of `sort`, whose keys must be of
    /// entities; unsorted: newest relationship first. Skips `offset` and returns at most `limit`.
    pub fn entities(
        &self,
        view: View<'_>,
        from: NodeId,
        sort: &Sort,
        offset: usize,
        limit: usize,
        budget: &mut Budget,
    ) -> Vec<NodeId> {
        todo!("{view:?} {from:?} {sort:?} {offset} {limit} {budget:?}")
    }
}
