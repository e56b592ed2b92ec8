//! Shortest walks by a search from both ends.
//!
//! Pohl, "Bi-directional search", 1971: whole levels, the cheaper side first, so that the first
//! state that both sides know lies on a shortest walk.

use std::{collections::hash_map::Entry, mem, ops::ControlFlow};

use rustc_hash::FxHashMap;

use super::{
    Budget, Path,
    route::{Hop, Order, State},
    trip::Trip,
};
use crate::model::{EdgeId, NodeId};

/// How many states of a frontier are looked at to estimate what it costs.
const SAMPLE_MAX: usize = 64;

/// The end of a chain of links.
const NONE: u32 = u32::MAX;

/// What one side of the search knows.
#[derive(Debug)]
struct Side {
    found: FxHashMap<State, Found>,
    links: Vec<Link>,
    frontier: Vec<State>,
    depth: u32,
}

/// How far a state is from the side's root, and the last of the links that lead to it.
#[derive(Clone, Copy, Debug)]
struct Found {
    depth: u32,
    link: u32,
}

/// A hop towards the root, and the link before it of the same state.
#[derive(Clone, Copy, Debug)]
struct Link {
    hop: Hop,
    next: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Forward,
    Backward,
}

/// One walk with the fewest hops; with several steps it may visit an entity twice.
pub(super) fn shortest_walk(trip: Trip<'_>, budget: &mut Budget) -> Option<Path> {
    let (forward, backward, meets) = search(trip, false, budget);
    let meet = *meets.first()?;
    let (before, after) = (forward.first_half(meet), backward.first_half(meet));
    Some(join(meet, &before, &after))
}

/// Every path with the fewest hops, but at most `limit`; the route must be plain.
pub(super) fn every_shortest(trip: Trip<'_>, limit: usize, budget: &mut Budget) -> Vec<Path> {
    let (forward, backward, meets) = search(trip, true, budget);
    let mut paths = Vec::new();
    for meet in meets {
        let afters = backward.halves(meet, limit, budget);
        for before in forward.halves(meet, limit, budget) {
            for after in &afters {
                if paths.len() == limit {
                    return paths;
                }
                paths.push(join(meet, &before, after));
            }
        }
    }
    paths
}

/// Both sides, and the states at which they meet. With `all`, the level in which they meet is
/// searched to its end, and every link is kept.
fn search(trip: Trip<'_>, all: bool, budget: &mut Budget) -> (Side, Side, Vec<State>) {
    let mut forward = Side::new(trip.starts.to_vec());
    let mut backward = Side::new(trip.route.ends(trip.to).collect());
    let mut meets = Vec::new();
    while meets.is_empty()
        && forward.depth + backward.depth < trip.hops_max
        && !forward.frontier.is_empty()
        && !backward.frontier.is_empty()
        && budget.reason().is_none()
    {
        meets = if forward.price(trip) <= backward.price(trip) {
            forward.advance(trip, Way::Forward, &backward, all, budget)
        } else {
            backward.advance(trip, Way::Backward, &forward, all, budget)
        };
    }
    (forward, backward, meets)
}

impl Side {
    fn new(frontier: Vec<State>) -> Self {
        let found = frontier.iter().map(|it| (*it, Found { depth: 0, link: NONE })).collect();
        Self { found, links: Vec::new(), frontier, depth: 0 }
    }

    /// About how many relationships the next level looks at.
    fn price(&self, trip: Trip<'_>) -> usize {
        let sample = self.frontier.len().min(SAMPLE_MAX);
        let degrees: usize =
            self.frontier[..sample].iter().map(|it| trip.route.degree_bound(it.node)).sum();
        degrees * self.frontier.len() / sample.max(1)
    }

    /// Searches the next level and returns the states in it that the other side knows.
    fn advance(
        &mut self,
        trip: Trip<'_>,
        way: Way,
        other: &Self,
        all: bool,
        budget: &mut Budget,
    ) -> Vec<State> {
        self.depth += 1;
        let mut meets = Vec::new();
        for at in mem::take(&mut self.frontier) {
            let see = |hop: Hop| {
                if trip.bans.allow(hop) && self.link(hop, at, all) && other.knows(hop.state) {
                    meets.push(hop.state);
                    if !all {
                        return ControlFlow::Break(());
                    }
                }
                ControlFlow::Continue(())
            };
            let searched = match way {
                Way::Forward => trip.route.forward(at, Order::Any, budget, see),
                Way::Backward => trip.route.backward(at, trip.from(), budget, see),
            };
            if searched.is_break() {
                break;
            }
        }
        meets
    }

    /// Notes that a hop leads from `at` to its state; whether that state is new.
    fn link(&mut self, hop: Hop, at: State, all: bool) -> bool {
        let link = self.links.len() as u32;
        let back = |next| Link { hop: Hop { edge: hop.edge, state: at }, next };
        match self.found.entry(hop.state) {
            Entry::Vacant(it) => {
                it.insert(Found { depth: self.depth, link });
                self.links.push(back(NONE));
                self.frontier.push(hop.state);
                true
            }
            Entry::Occupied(mut it) => {
                if all && it.get().depth == self.depth {
                    self.links.push(back(it.get().link));
                    it.get_mut().link = link;
                }
                false
            }
        }
    }

    fn knows(&self, state: State) -> bool {
        self.found.contains_key(&state)
    }

    /// The hops from a state to the root, by the first link of each.
    fn first_half(&self, from: State) -> Vec<Hop> {
        let mut hops = Vec::new();
        let mut link = self.found[&from].link;
        while let Some(it) = self.links.get(link as usize) {
            hops.push(it.hop);
            link = self.found[&it.hop.state].link;
        }
        hops
    }

    /// Every way from a state to the root, but at most `limit`.
    fn halves(&self, from: State, limit: usize, budget: &mut Budget) -> Vec<Vec<Hop>> {
        let mut halves = Vec::new();
        let mut open = vec![(from, Vec::new())];
        while let Some((at, hops)) = open.pop() {
            if halves.len() == limit || !budget.draw(1) {
                break;
            }
            let mut link = self.found[&at].link;
            if link == NONE {
                halves.push(hops);
                continue;
            }
            while let Some(it) = self.links.get(link as usize) {
                let mut longer = hops.clone();
                longer.push(it.hop);
                open.push((it.hop.state, longer));
                link = it.next;
            }
        }
        halves
    }
}

/// The path through `meet`, given the hops from there to the start and to the end.
fn join(meet: State, before: &[Hop], after: &[Hop]) -> Path {
    let nodes = |it: &Hop| -> NodeId { it.state.node };
    let edges = |it: &Hop| -> EdgeId { it.edge };
    let hops = before.len() + after.len();
    let whole = before.iter().rev().map(nodes).chain([meet.node]).chain(after.iter().map(nodes));
    Path {
        nodes: whole.collect(),
        edges: before.iter().rev().map(edges).chain(after.iter().map(edges)).collect(),
        weight: Some(hops as f64),
    }
}
