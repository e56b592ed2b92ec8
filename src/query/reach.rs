//! How many entities are within reach: a search that keeps neither an order nor the ways.

use std::ops::ControlFlow;

use fixedbitset::FixedBitSet;

use super::{
    Budget, EntityFilter, Step,
    route::{Order, Route, State},
    walk::{hops_min, reach, route},
};
use crate::{
    graph::{Others, View},
    model::{Direction, NodeId},
};

/// How many [`neighbors`](super::neighbors) there are; fewer where the budget is exhausted.
///
/// Complexity: that of `neighbors` without a limit, in much less time along at most one step. A
/// level is then searched from whichever side has fewer relationships to look at: from the
/// entities of the last level, or from those that no level has found yet, each of which is done
/// with at its first relationship to one that was found (Beamer, Asanović and Patterson,
/// "Direction-optimizing breadth-first search", 2012).
pub fn neighbors_count(
    view: View<'_>,
    start: NodeId,
    steps: &[Step],
    filter: Option<&EntityFilter>,
    budget: &mut Budget,
) -> u64 {
    let mut count = 0;
    // In a graph of the past, what came later has nothing around it.
    if !view.snapshot.has_node(start) {
        return count;
    }
    let route = route(view, steps);
    if !route.is_plain() {
        reach(view, start, steps, filter, Order::Any, budget, |_, _| {
            count += 1;
            ControlFlow::Continue(())
        });
        return count;
    }
    let mut search = Search::new(view, &route, start);
    for hops in 1..=route.hops_max {
        search.advance(budget);
        if search.level.is_empty() {
            break;
        }
        if hops >= hops_min(steps) {
            let nodes = search.level.iter().map(|it| it.node);
            count += match filter {
                Some(filter) => nodes.filter(|it| filter.passes(view, *it, budget)).count(),
                None => nodes.len(),
            } as u64;
        }
    }
    count
}

/// An entity is one of so many: levels of fewer relationships are kept as they are found, because to
/// take note of them in a bit for each entity would take longer.
const SPARSE: usize = 64;

/// A search along a plain route, level by level.
struct Search<'r, 'q> {
    route: &'r Route<'q>,
    start: NodeId,
    /// Where relationships are nothing but ways to others: forward and backward.
    others: Option<[Others<'q>; 2]>,
    found: FixedBitSet,
    /// The entities of the last level, each in the one state it can be in.
    level: Vec<State>,
    /// Relationships of the entities of the last level.
    ahead: usize,
    /// Relationships of the entities that are not found.
    behind: usize,
}

impl<'r, 'q> Search<'r, 'q> {
    fn new(view: View<'q>, route: &'r Route<'q>, start: NodeId) -> Self {
        let mut found = FixedBitSet::with_capacity(view.snapshot.node_bound());
        found.insert(start.index());
        let level = vec![route.start(start)];
        let ahead = view.snapshot.degree_bound(start, Direction::Any);
        let behind = view.snapshot.degree_sum().saturating_sub(ahead);
        let others = route.others(false).zip(route.others(true)).map(<[_; 2]>::from);
        Self { route, start, others, found, level, ahead, behind }
    }

    /// Finds the next level; a part of it where the budget is exhausted.
    fn advance(&mut self, budget: &mut Budget) {
        let next = match self.others {
            Some([_, others]) if self.ahead > self.behind => self.next_of_others(others, budget),
            None if self.ahead > self.behind => self.next_from_behind(budget),
            Some([others, _]) if self.ahead > self.found.len() / SPARSE => {
                self.next_to_others(others, budget)
            }
            _ => self.next_from_level(budget),
        };
        self.ahead = next.iter().map(|it| self.route.degree_bound(it.node)).sum();
        self.behind = self.behind.saturating_sub(self.ahead);
        self.level = next;
    }

    /// The next level, from the entities of the last one.
    fn next_from_level(&mut self, budget: &mut Budget) -> Vec<State> {
        let mut next = Vec::new();
        for at in &self.level {
            let searched = self.route.forward(*at, Order::Any, budget, |hop| {
                if !self.found.put(hop.state.node.index()) {
                    next.push(hop.state);
                }
                ControlFlow::Continue(())
            });
            if searched.is_break() {
                break;
            }
        }
        next
    }

    /// The same over many relationships, ascending.
    fn next_to_others(&mut self, others: Others<'_>, budget: &mut Budget) -> Vec<State> {
        let (route, found) = (self.route, &mut self.found);
        let before = found.clone();
        for at in self.level.iter().filter(|it| route.leaves(**it)) {
            if let Some(runs) = others.of(at.node) {
                if !budget.draw(runs.iter().map(|it| it.len() as u64).sum()) {
                    break;
                }
                runs.into_iter().flatten().for_each(|it| found.insert(it.index()));
                continue;
            }
            let searched = route.forward(*at, Order::Any, budget, |hop| {
                found.insert(hop.state.node.index());
                ControlFlow::Continue(())
            });
            if searched.is_break() {
                break;
            }
        }
        let mut next = found.clone();
        next.difference_with(&before);
        next.ones().map(|it| route.state_within(NodeId(it as u32))).collect()
    }

    /// The next level, from the entities that are not found, where relationships are nothing but
    /// ways to others.
    fn next_of_others(&mut self, others: Others<'_>, budget: &mut Budget) -> Vec<State> {
        let mut next = Vec::new();
        for node in self.found.zeroes() {
            let at = self.route.state_within(NodeId(node as u32));
            let is_next = match others.of(at.node) {
                Some(runs) => {
                    let mut looked_at = 0;
                    let is_next = runs.into_iter().flatten().any(|it| {
                        looked_at += 1;
                        self.found.contains(it.index())
                            && (*it == self.start
                                || self.route.leaves(self.route.state_within(*it)))
                    });
                    budget.draw(looked_at) && is_next
                }
                None => self.is_next(at, budget),
            };
            if is_next {
                next.push(at);
            }
            if budget.reason().is_some() {
                break;
            }
        }
        next.iter().for_each(|it| self.found.insert(it.node.index()));
        next
    }

    /// The next level, from the entities that are not found.
    fn next_from_behind(&mut self, budget: &mut Budget) -> Vec<State> {
        let mut next = Vec::new();
        for node in self.found.zeroes() {
            let at = self.route.state_within(NodeId(node as u32));
            if self.is_next(at, budget) {
                next.push(at);
            } else if budget.reason().is_some() {
                break;
            }
        }
        next.iter().for_each(|it| self.found.insert(it.node.index()));
        next
    }

    /// Whether a hop leads to `at` from what is found.
    fn is_next(&self, at: State, budget: &mut Budget) -> bool {
        let searched = self.route.backward(at, self.start, budget, |hop| {
            match self.found.contains(hop.state.node.index()) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        });
        searched.is_break() && budget.reason().is_none()
    }
}
