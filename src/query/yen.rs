//! Loopless paths, one after the other, the shortest first.
//!
//! Yen, "Finding the k shortest loopless paths in a network", 1971: the next path leaves one of
//! those before it somewhere, so it is the best of the shortest detours from each of their places.
//! Lawler 1972: only from where that path itself left another; earlier detours are known.

use rustc_hash::FxHashSet;

use super::{
    Budget, Path,
    route::State,
    shortest::shortest,
    trip::{Bans, Trip},
};
use crate::model::EdgeId;

/// The paths of a trip. Each costs as many searches as the last one has hops.
#[derive(Debug)]
pub(super) struct Yen<'a> {
    trip: Trip<'a>,
    budget: &'a mut Budget,
    // Those returned, each with the place at which it left another.
    paths: Vec<(Path, usize)>,
    candidates: Vec<(Path, usize)>,
    known: FxHashSet<Vec<EdgeId>>,
}

impl<'a> Yen<'a> {
    pub(super) fn new(trip: Trip<'a>, budget: &'a mut Budget) -> Self {
        Self {
            trip,
            budget,
            paths: Vec::new(),
            candidates: Vec::new(),
            known: FxHashSet::default(),
        }
    }

    /// Adds the shortest detours from each place of the last path to the candidates.
    fn detour(&mut self) {
        let (last, left) = self.paths.last().expect("a path was returned before").clone();
        let mut starts = self.trip.starts.to_vec();
        let mut bans = self.trip.bans.clone();
        let mut cost = 0.0;
        for place in 0..last.edges.len() {
            if place >= left {
                bans.edges = self.taken(&last.edges[..place]);
                self.detour_from(&last, place, &starts, &bans, cost);
            }
            bans.nodes.insert(last.nodes[place]);
            starts = self.follow(&starts, &last, place);
            cost += self.trip.route.cost(last.edges[place]);
            if self.budget.reason().is_some() {
                return;
            }
        }
    }

    fn detour_from(&mut self, last: &Path, place: usize, starts: &[State], bans: &Bans, cost: f64) {
        let hops_max = self.trip.hops_max - place as u32;
        let trip = Trip { starts, bans, hops_max, ..self.trip };
        let Some(detour) = shortest(trip, self.budget) else { return };
        let path = Path {
            nodes: [&last.nodes[..place], &detour.nodes].concat(),
            edges: [&last.edges[..place], &detour.edges].concat(),
            weight: Some(cost + detour.cost()),
        };
        if self.known.insert(path.edges.clone()) {
            self.candidates.push((path, place));
        }
    }

    /// The relationships by which the paths so far go on after `prefix`.
    fn taken(&self, prefix: &[EdgeId]) -> FxHashSet<EdgeId> {
        let same = self.paths.iter().filter_map(|it| it.0.edges.strip_prefix(prefix));
        same.filter_map(|it| it.first().copied()).collect()
    }

    /// The states after the relationship at `place`, when `starts` are those before it.
    fn follow(&mut self, starts: &[State], path: &Path, place: usize) -> Vec<State> {
        let (edge, to) = (path.edges[place], path.nodes[place + 1]);
        self.trip.route.follow(starts, edge, to, self.budget)
    }
}

impl Iterator for Yen<'_> {
    type Item = Path;

    /// The next path; none where there are no more, or the budget is exhausted: then what is left
    /// of the candidates might not be the shortest.
    fn next(&mut self) -> Option<Path> {
        let next = if self.paths.is_empty() {
            let shortest = shortest(self.trip, self.budget)?;
            self.known.insert(shortest.edges.clone());
            (shortest, 0)
        } else {
            self.detour();
            if self.budget.reason().is_some() {
                return None;
            }
            let best = (0..self.candidates.len())
                .min_by(|a, b| self.candidates[*a].0.compare(&self.candidates[*b].0))?;
            self.candidates.swap_remove(best)
        };
        self.paths.push(next.clone());
        Some(next.0)
    }
}
