//! The relationships of one entity: along a field of its type, or of any type.

use std::{iter, ops::ControlFlow};

use rustc_hash::FxHashSet;

use super::{
    Budget, EntityFilter, Page, PageRequest, RelationshipFilter, Sort, filter::seen, page,
};
use crate::{
    graph::{Half, View},
    model::{Direction, KindId, NodeId, RelationId},
};

/// Which relationships of an entity are meant, seen from that entity.
///
/// The trade partners of a country with which it turns over more than a billion:
/// `Links { relations: vec![trades_with], relationship: Some(Property(turnover, …)), ..default() }`.
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
    /// The relationships of `from`, newest first, each as it is asked for; they end early where
    /// `budget` is exhausted.
    ///
    /// Complexity: O(1) for each relationship that is passed over, beside the filters.
    pub fn rows<'a>(
        &'a self,
        view: View<'a>,
        from: NodeId,
        budget: &'a mut Budget,
    ) -> impl Iterator<Item = Half> + 'a {
        let mut edges = seen(view, self.relationship.as_ref()).newest_of(from, self.direction);
        iter::from_fn(move || {
            loop {
                let half = edges.next()?;
                if !budget.draw(1) {
                    return None;
                }
                if self.passes(view, from, half, budget) {
                    return Some(half);
                }
            }
        })
    }

    /// How many there are: the degree of `from`, where nothing else is asked.
    ///
    /// Complexity: O(d) for d relationships of the entity; without conditions a few nanoseconds
    /// each.
    pub fn count(&self, view: View<'_>, from: NodeId, budget: &mut Budget) -> u64 {
        let mut count = 0;
        let edges = seen(view, self.relationship.as_ref()).edges_of(from, self.direction);
        // Where the budget ends it, what was counted until then is the answer.
        let _ = edges.visit(|half| {
            if !budget.draw(1) {
                return ControlFlow::Break(());
            }
            count += u64::from(self.passes(view, from, half, budget));
            ControlFlow::Continue(())
        });
        count
    }

    /// One page of them in the order of `sort`; unsorted: newest first, and then only as many are
    /// looked at as the page and what precedes it need.
    ///
    /// Complexity: O(d + p log p) for d relationships of the entity and a page of p rows.
    pub fn page(
        &self,
        view: View<'_>,
        from: NodeId,
        sort: &Sort,
        request: &PageRequest,
        budget: &mut Budget,
    ) -> Page<Half> {
        let edges = seen(view, self.relationship.as_ref()).newest_of(from, self.direction);
        page::page(view, sort, request, edges, budget, |half, budget| {
            self.passes(view, from, half, budget)
        })
    }

    /// The entities at the other ends, each once: in the order of `sort`; unsorted: that of the
    /// newest relationship first. Skips `offset` and returns at most `limit`.
    ///
    /// Complexity: O(d + n log n) for d relationships to n entities; unsorted, only as many are
    /// looked at as are skipped and returned.
    pub fn entities(
        &self,
        view: View<'_>,
        from: NodeId,
        sort: &Sort,
        offset: usize,
        limit: usize,
        budget: &mut Budget,
    ) -> Vec<NodeId> {
        let mut told = FxHashSet::default();
        let mut rows = Vec::new();
        for half in self.rows(view, from, budget) {
            if sort.keys.is_empty() && rows.len() == limit {
                break;
            }
            if told.insert(half.other) && (!sort.keys.is_empty() || told.len() > offset) {
                rows.push(half.other);
            }
        }
        if sort.keys.is_empty() {
            return rows;
        }
        let request = PageRequest { first: Some(limit), offset, ..PageRequest::default() };
        page::page(view, sort, &request, rows.into_iter(), budget, |_, _| true).rows
    }

    /// Whether a relationship is one of these, before the conditions.
    pub(super) fn has(&self, view: View<'_>, half: Half) -> bool {
        (self.relations.is_empty() || self.relations.contains(&half.relation))
            && (self.targets.is_empty() || self.targets.contains(&view.snapshot.kind(half.other)))
    }

    /// Whether a relationship meets the conditions.
    pub(super) fn meets(
        &self,
        view: View<'_>,
        from: NodeId,
        half: Half,
        budget: &mut Budget,
    ) -> bool {
        let relationship = self.relationship.as_ref();
        relationship.is_none_or(|it| it.passes(view, half.edge, Some(from), budget))
            && self.node.as_ref().is_none_or(|it| it.passes(view, half.other, budget))
    }

    fn passes(&self, view: View<'_>, from: NodeId, half: Half, budget: &mut Budget) -> bool {
        self.has(view, half) && self.meets(view, from, half, budget)
    }
}
