//! Paths between two entities.

use std::cmp::Ordering;

use rustc_hash::FxHashSet;

use super::{
    Budget, Reason, Step,
    meet::every_shortest,
    route::Route,
    shortest::shortest,
    simple::every_simple,
    trip::{Bans, Trip},
    yen::Yen,
};
use crate::{
    graph::View,
    model::{EdgeId, NodeId, PropertyId, RelationId, ValueRef},
};

/// By how much two sums of the same weights may differ, relatively.
const ROUNDING: f64 = 1e-12;

/// Which paths are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PathMode {
    /// One shortest path.
    #[default]
    Shortest,
    /// Every path of the shortest length.
    AllShortest,
    /// The first so many shortest loopless paths.
    KShortest,
    /// Every simple path up to the greatest length.
    AllSimple,
}

/// A property of relationships to add up instead of counting hops.
///
/// Only relationships that have it are walked: those of another type, without a value or with a
/// negative one are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weight {
    /// The relationship type that has it.
    pub relation: RelationId,
    /// The property: a number, not negative.
    pub property: PropertyId,
}

/// What is asked of [`paths`].
#[derive(Clone, Debug)]
pub struct PathQuestion {
    /// Where paths begin.
    pub from: NodeId,
    /// Where they end.
    pub to: NodeId,
    /// Which are wanted.
    pub mode: PathMode,
    /// At most so many.
    pub first: usize,
    /// None longer than this, also where weights are added up.
    pub max_hops: u32,
    /// The steps they take; empty: any relationship in either direction.
    pub via: Vec<Step>,
    /// What is added up; absent: hops.
    pub weight: Option<Weight>,
}

/// A path: one more entity than relationships.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path {
    /// Its entities, in order.
    pub nodes: Vec<NodeId>,
    /// Its relationships, in order.
    pub edges: Vec<EdgeId>,
    /// The sum of the weights, where one was asked for.
    pub weight: Option<f64>,
}

/// The answer to a [`PathQuestion`].
#[derive(Clone, Debug, Default)]
pub struct Paths {
    /// The paths, the shortest (or lightest) first; then the shorter; then, at the first
    /// relationship in which they differ, the one recorded last.
    pub paths: Vec<Path>,
    /// Why there may be more or shorter ones, if there may. [`Reason::Rows`] only where every path
    /// was asked for.
    pub truncated: Option<Reason>,
    /// Relationships looked at.
    pub explored: u64,
}

/// Finds paths.
///
/// In every mode a path visits no entity twice, takes the steps of `via` in their order (as for
/// [`neighbors`](super::neighbors), but one step alone repeats as often as it says), and passes
/// through no hub that no step names. Parallel relationships make different paths. From an entity
/// to itself there is one path, of length 0, where `via` asks for no step. Which of several
/// shortest paths [`PathMode::Shortest`] and a full [`PathMode::KShortest`] return is not promised,
/// but is the same for the same snapshot.
///
/// | mode | algorithm | complexity |
/// |---|---|---|
/// | `Shortest` | breadth-first from both ends, the cheaper one first (Pohl 1971) | O(E) at worst, about 2·√ of a one-sided search |
/// | `AllShortest` | the same, keeping every predecessor | O(E + size of the answer) |
/// | `KShortest` | Yen 1971 with Lawler's improvement | O(first · hops) searches |
/// | `AllSimple` | depth-first, never further from the end than may be left, the shortest paths first | O(E) for each path and length, exponential in all |
///
/// With a weight, each search is Dijkstra's with the number of hops as a second criterion; with
/// several steps (or one that repeats at least twice), a search over entities and positions in the
/// steps whose result is searched for again among simple paths, where it visits an entity twice.
/// That is exponential at worst (Mendelzon and Wood 1995), like every such problem; the budget
/// bounds it.
///
/// How Baku Shipyard is connected to Russia: `via` empty, `max_hops` 6.
pub fn paths(view: View<'_>, question: &PathQuestion, budget: &mut Budget) -> Paths {
    let spent = budget.spent();
    let repeats: Vec<_> = question.via.iter().map(|it| it.repeat).collect();
    let route = Route::new(view, &question.via, &repeats, None, question.max_hops)
        .weighing(question.weight);
    let mut paths = find(&route, question, budget);
    paths.sort_unstable_by(Path::compare);
    let every = matches!(question.mode, PathMode::AllShortest | PathMode::AllSimple);
    let more = (every && paths.len() > question.first).then_some(Reason::Rows);
    paths.truncate(question.first);
    if question.weight.is_none() {
        paths.iter_mut().for_each(|it| it.weight = None);
    }
    Paths { paths, truncated: budget.reason().or(more), explored: budget.spent() - spent }
}

/// The paths, each with its cost as its weight, in any order; one too many where every path is
/// asked for and there are more than `first`.
fn find(route: &Route<'_>, question: &PathQuestion, budget: &mut Budget) -> Vec<Path> {
    let start = route.start(question.from);
    if question.from == question.to {
        let empty = Path { nodes: vec![question.from], edges: Vec::new(), weight: Some(0.0) };
        return if route.accepts(start) { vec![empty] } else { Vec::new() };
    }
    let trip = Trip {
        route,
        starts: &[start],
        to: question.to,
        hops_max: route.hops_max,
        bans: &Bans::default(),
    };
    let limit = question.first.saturating_add(1);
    match question.mode {
        PathMode::Shortest => shortest(trip, budget).into_iter().collect(),
        PathMode::AllShortest if route.is_plain() && !route.is_weighed() => {
            every_shortest(trip, limit, budget)
        }
        PathMode::AllShortest => {
            let mut paths: Vec<Path> = Vec::new();
            for path in Yen::new(trip, budget).take(limit) {
                if paths.first().is_some_and(|it| path.cost() > it.cost() * (1.0 + ROUNDING)) {
                    break;
                }
                paths.push(path);
            }
            paths
        }
        PathMode::KShortest => Yen::new(trip, budget).take(question.first).collect(),
        PathMode::AllSimple => every_simple(trip, limit, budget),
    }
}

impl Path {
    /// What the path costs, while it is being searched for: always there then.
    pub(super) fn cost(&self) -> f64 {
        self.weight.unwrap_or_default()
    }

    /// The order of answers: see [`Paths::paths`].
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let by_length = self.edges.len().cmp(&other.edges.len());
        self.cost().total_cmp(&other.cost()).then(by_length).then(other.edges.cmp(&self.edges))
    }

    /// Whether no entity is visited twice.
    pub(super) fn is_simple(&self) -> bool {
        let mut visited = FxHashSet::default();
        self.nodes.iter().all(|it| visited.insert(*it))
    }
}

impl Weight {
    /// What a relationship weighs; `None` where it has no weight, or a negative one.
    pub(super) fn of(self, view: View<'_>, edge: EdgeId) -> Option<f64> {
        let record = view.snapshot.relationship(edge);
        if record.relation() != self.relation {
            return None;
        }
        let weight = match record.property(self.property)? {
            ValueRef::Int(it) => it as f64,
            ValueRef::Float(it) => it,
            _ => return None,
        };
        (weight >= 0.0).then_some(weight)
    }
}
