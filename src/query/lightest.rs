//! Lightest walks and paths.
//!
//! Dijkstra 1959, with the number of hops as a second criterion: a state is gone on from again
//! where it is reached with more weight but fewer hops, because hops are bounded (Martins 1984,
//! "On a multicriteria shortest path problem").

use std::{cmp::Ordering, collections::BinaryHeap, ops::ControlFlow};

use rustc_hash::FxHashMap;

use super::{
    Budget, Path,
    route::{Order, State},
    trip::{Distances, Trip},
};
use crate::model::{EdgeId, NodeId};

/// A way to a state.
#[derive(Clone, Copy, Debug)]
struct Label {
    state: State,
    hops: u32,
    cost: f64,
    came: Option<(usize, EdgeId)>,
}

/// A label to be gone on from, the one with the least bound on the cost of a whole walk first.
#[derive(Clone, Copy, Debug)]
struct Open {
    bound: f64,
    hops: u32,
    label: usize,
}

/// One walk of the least cost; with `simple`, one that visits no entity twice, for routes where
/// the lightest walk does.
///
/// Complexity: O(h · E log E) for h hops; with `simple` exponential at worst: then it goes through
/// partial paths rather than states, in the order of the least length that they can end with.
pub(super) fn lightest(trip: Trip<'_>, simple: bool, budget: &mut Budget) -> Option<Path> {
    let distances = simple.then(|| Distances::measure(trip, trip.hops_max, budget));
    let mut labels = Vec::new();
    let mut open = BinaryHeap::new();
    let mut settled: FxHashMap<State, u32> = FxHashMap::default();
    for state in trip.starts {
        open.push(Open { bound: 0.0, hops: 0, label: labels.len() });
        labels.push(Label { state: *state, hops: 0, cost: 0.0, came: None });
    }
    while let Some(Open { label, .. }) = open.pop() {
        let at: Label = labels[label];
        if at.state.node == trip.to && trip.route.accepts(at.state) {
            return Some(trace(&labels, label));
        }
        if at.hops == trip.hops_max || (simple && at.state.node == trip.to) {
            continue;
        }
        if !simple && settled.get(&at.state).is_some_and(|it| *it <= at.hops) {
            continue;
        }
        settled.insert(at.state, at.hops);
        let hops = at.hops + 1;
        let searched = trip.route.forward(at.state, Order::Any, budget, |hop| {
            if !trip.bans.allow(hop) || (simple && visits(&labels, label, hop.state.node)) {
                return ControlFlow::Continue(());
            }
            let left = match &distances {
                Some(it) => it.least(hop.state),
                None => Some(0),
            };
            if let Some(left) = left.filter(|it| *it <= trip.hops_max - hops) {
                let cost = at.cost + trip.route.cost(hop.edge);
                let ahead = if trip.route.is_weighed() { 0.0 } else { f64::from(left) };
                open.push(Open { bound: cost + ahead, hops, label: labels.len() });
                labels.push(Label { state: hop.state, hops, cost, came: Some((label, hop.edge)) });
            }
            ControlFlow::Continue(())
        });
        if searched.is_break() {
            return None;
        }
    }
    None
}

/// Whether the way to a label visits an entity.
fn visits(labels: &[Label], label: usize, node: NodeId) -> bool {
    let mut at = &labels[label];
    while at.state.node != node {
        let Some((before, _)) = at.came else { return false };
        at = &labels[before];
    }
    true
}

fn trace(labels: &[Label], label: usize) -> Path {
    let mut at = &labels[label];
    let mut path = Path { nodes: vec![at.state.node], edges: Vec::new(), weight: Some(at.cost) };
    while let Some((before, edge)) = at.came {
        at = &labels[before];
        path.nodes.push(at.state.node);
        path.edges.push(edge);
    }
    path.nodes.reverse();
    path.edges.reverse();
    path
}

impl Ord for Open {
    fn cmp(&self, other: &Self) -> Ordering {
        let bound = other.bound.total_cmp(&self.bound);
        bound.then(other.hops.cmp(&self.hops)).then(other.label.cmp(&self.label))
    }
}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Open {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Open {}
