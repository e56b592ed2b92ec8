//! Every simple path, the shortest first.

use std::ops::ControlFlow;

use super::{
    Budget, Path,
    route::{Hop, Order, State},
    trip::{Distances, Trip},
};
use crate::model::{EdgeId, NodeId};

/// A depth-first search for the simple paths of a trip within some lengths.
#[derive(Debug)]
struct Search<'a> {
    trip: Trip<'a>,
    distances: &'a Distances,
    hops_min: u32,
    hops_max: u32,
    nodes: Vec<NodeId>,
    edges: Vec<EdgeId>,
    /// Whether a way was not followed because it would have become too long.
    cut: bool,
}

/// The hops from an entity on the path that are still to be taken, in the order of relationships.
#[derive(Debug)]
struct Fork {
    hops: Vec<Hop>,
}

/// Every simple path, at most `limit` of them: the shortest, or the lightest.
///
/// By hops, lengths are searched one after the other (Korf 1985, iterative deepening), so that
/// however many paths there are, the first ones are the shortest, and no path is kept that is not
/// wanted. By weight, all are gone through and the lightest are kept.
pub(super) fn every_simple(trip: Trip<'_>, limit: usize, budget: &mut Budget) -> Vec<Path> {
    let mut paths = Vec::new();
    if trip.hops_max == 0 {
        return paths;
    }
    let distances = Distances::measure(trip, trip.hops_max, budget);
    if trip.route.is_weighed() {
        let mut search = Search::new(trip, &distances, 1, trip.hops_max);
        search.run(budget, &mut |path| {
            paths.push(path);
            if paths.len() >= limit.saturating_mul(2) {
                keep_lightest(&mut paths, limit);
            }
            ControlFlow::Continue(())
        });
        keep_lightest(&mut paths, limit);
        return paths;
    }
    for hops in 1..=trip.hops_max {
        let mut search = Search::new(trip, &distances, hops, hops);
        search.run(budget, &mut |path| {
            paths.push(path);
            if paths.len() == limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if !search.cut || paths.len() == limit || budget.reason().is_some() {
            break;
        }
    }
    paths
}

fn keep_lightest(paths: &mut Vec<Path>, limit: usize) {
    paths.sort_unstable_by(Path::compare);
    paths.truncate(limit);
}

impl<'a> Search<'a> {
    fn new(trip: Trip<'a>, distances: &'a Distances, hops_min: u32, hops_max: u32) -> Self {
        let nodes = vec![trip.from()];
        Self { trip, distances, hops_min, hops_max, nodes, edges: Vec::new(), cut: false }
    }

    fn run(&mut self, budget: &mut Budget, emit: &mut dyn FnMut(Path) -> ControlFlow<()>) {
        let mut forks = vec![self.fork(self.trip.starts, budget)];
        while let Some(fork) = forks.last_mut() {
            if budget.reason().is_some() {
                return;
            }
            let Some((edge, states)) = fork.next() else {
                forks.pop();
                self.nodes.pop();
                self.edges.pop();
                continue;
            };
            let node = states[0].node;
            self.nodes.push(node);
            self.edges.push(edge);
            if node != self.trip.to {
                let next = self.fork(&states, budget);
                forks.push(next);
                continue;
            }
            let whole = self.edges.len() as u32 >= self.hops_min
                && states.iter().any(|it| self.trip.route.accepts(*it));
            if whole && emit(self.path()).is_break() {
                return;
            }
            self.nodes.pop();
            self.edges.pop();
        }
    }

    /// The hops from `states`, all of the last entity on the path, that can still lead to the end
    /// in time; the relationship recorded last first.
    fn fork(&mut self, states: &[State], budget: &mut Budget) -> Fork {
        let mut hops = Vec::new();
        let left_max = self.hops_max - self.edges.len() as u32 - 1;
        for state in states {
            let searched = self.trip.route.forward(*state, Order::Any, budget, |hop| {
                if self.trip.bans.allow(hop) && !self.nodes.contains(&hop.state.node) {
                    match self.distances.least(hop.state) {
                        Some(left) if left <= left_max => hops.push(hop),
                        Some(_) => self.cut = true,
                        None => {}
                    }
                }
                ControlFlow::Continue(())
            });
            if searched.is_break() {
                break;
            }
        }
        // The next hop is taken from the end.
        hops.sort_unstable_by_key(|it| (it.edge, it.state));
        hops.dedup_by_key(|it| (it.edge, it.state));
        Fork { hops }
    }

    fn path(&self) -> Path {
        let cost = self.edges.iter().map(|it| self.trip.route.cost(*it)).sum();
        Path { nodes: self.nodes.clone(), edges: self.edges.clone(), weight: Some(cost) }
    }
}

impl Iterator for Fork {
    type Item = (EdgeId, Vec<State>);

    /// The next relationship, and all states that it leads to.
    fn next(&mut self) -> Option<Self::Item> {
        let edge = self.hops.last()?.edge;
        let first = self.hops.partition_point(|it| it.edge < edge);
        Some((edge, self.hops.drain(first..).map(|it| it.state).collect()))
    }
}
