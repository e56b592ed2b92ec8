//! One search for a path: from where to where, along which route, and what it must avoid.

use std::ops::ControlFlow;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Budget,
    route::{Hop, Route, State},
};
use crate::model::{EdgeId, NodeId};

/// How many states a ball around the end may grow by in one step before it is no longer worth it.
const GROWTH_MAX: usize = 10_000;

/// A search from any of some states, all of one entity, to an end at another entity.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trip<'a> {
    pub(super) route: &'a Route<'a>,
    pub(super) starts: &'a [State],
    pub(super) to: NodeId,
    pub(super) hops_max: u32,
    pub(super) bans: &'a Bans,
}

/// Entities and relationships that a path must not use.
#[derive(Clone, Debug, Default)]
pub(super) struct Bans {
    pub(super) nodes: FxHashSet<NodeId>,
    pub(super) edges: FxHashSet<EdgeId>,
}

/// The least numbers of hops from states to the end of a trip, up to some radius.
#[derive(Debug)]
pub(super) struct Distances {
    known: FxHashMap<State, u32>,
    frontier: Vec<State>,
    radius: u32,
}

impl Trip<'_> {
    /// The entity where it begins.
    pub(super) fn from(&self) -> NodeId {
        self.starts[0].node
    }
}

impl Bans {
    /// Whether a hop may be taken.
    pub(super) fn allow(&self, hop: Hop) -> bool {
        (self.nodes.is_empty() || !self.nodes.contains(&hop.state.node))
            && (self.edges.is_empty() || !self.edges.contains(&hop.edge))
    }
}

impl Distances {
    /// Measures up to `radius`, or until the ball around the end becomes too wide, by a
    /// breadth-first search from the end. Complexity: O(size of the ball).
    pub(super) fn measure(trip: Trip<'_>, radius: u32, budget: &mut Budget) -> Self {
        let frontier: Vec<_> = trip.route.ends(trip.to).collect();
        let known = frontier.iter().map(|it| (*it, 0)).collect();
        let mut distances = Self { known, frontier, radius: 0 };
        while distances.radius < radius
            && !distances.frontier.is_empty()
            && distances.frontier.len() < GROWTH_MAX
            && budget.reason().is_none()
        {
            distances.grow(trip, budget);
        }
        distances
    }

    fn grow(&mut self, trip: Trip<'_>, budget: &mut Budget) {
        let mut next = Vec::new();
        let hops = self.radius + 1;
        for at in &self.frontier {
            // A search that the budget broke off knows it from the budget.
            let _ = trip.route.backward(*at, trip.from(), budget, |hop| {
                self.known.entry(hop.state).or_insert_with(|| {
                    next.push(hop.state);
                    hops
                });
                ControlFlow::Continue(())
            });
        }
        self.frontier = next;
        self.radius = hops;
    }

    /// A number of hops than which there are not fewer to the end; `None` where there is no way.
    pub(super) fn least(&self, state: State) -> Option<u32> {
        let beyond = (!self.frontier.is_empty()).then_some(self.radius + 1);
        self.known.get(&state).copied().or(beyond)
    }
}
