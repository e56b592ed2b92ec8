//! Neighborhoods: who is reachable, how far, and by which way.

use std::ops::ControlFlow;

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashSet;

use super::{
    Budget, EntityFilter, Path, Reason, RelationshipFilter,
    filter::seen,
    route::{Hop, Order, Route, State},
};
use crate::{
    graph::View,
    model::{Direction, EdgeId, NodeId, RelationId},
};

/// How often a step is repeated, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hops {
    /// At least so often.
    pub min: u32,
    /// At most so often.
    pub max: u32,
}

/// One step of a walk.
#[derive(Clone, Debug)]
pub struct Step {
    /// Only relationships of these types; empty: all.
    pub relations: Vec<RelationId>,
    /// The direction in which they are followed.
    pub direction: Direction,
    /// The condition on relationships. Without a condition on modality, asserted ones only.
    pub relationship: Option<RelationshipFilter>,
    /// The condition on the entity that the step leads to.
    pub to: Option<EntityFilter>,
    /// How often the step is repeated.
    pub repeat: Hops,
}

/// An entity within reach.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbor {
    /// The entity.
    pub node: NodeId,
    /// The number of relationships on the shortest way there.
    pub hops: u32,
}

/// Who is within reach, nearest first; at the same distance, in the order of discovery (newest
/// relationship first).
#[derive(Clone, Debug, Default)]
pub struct Neighborhood {
    /// Those that passed.
    pub neighbors: Vec<Neighbor>,
    /// Why it is not complete, if it is not; [`Reason::Rows`] where more than the limit passed.
    pub truncated: Option<Reason>,
    // Of each neighbor, its place among the visits.
    reached: Vec<usize>,
    visits: Vec<Visit>,
}

/// A part of the graph around some entities.
#[derive(Clone, Debug, Default)]
pub struct Subgraph {
    /// Its entities, the roots first, then nearest first.
    pub nodes: Vec<NodeId>,
    /// The relationships between them, in the order of their numbers.
    pub edges: Vec<EdgeId>,
    /// Why it is not complete, if it is not.
    pub truncated: Option<Reason>,
}

/// A state that a walk came to for the first time, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Visit {
    state: State,
    hops: u32,
    came: Option<(u32, EdgeId)>,
}

/// Entities reachable from `start` along `steps` that pass `filter`, each once, at its least number
/// of hops, the start itself excepted.
///
/// - No steps: over any relationship in either direction, any number of times.
/// - One step: over its relationships; its `repeat` says which distances count. An entity that is
///   nearer than `repeat.min` is not found, even if there is a longer way round.
/// - Several steps: an ordered pattern, each step repeated as it says, hops counted over all. A
///   walk may come to an entity twice, so `repeat.min` may be reached by going back and forth; it
///   has at most 1,000 hops.
///
/// Hubs are ends of walks, never their middle, unless a step names them: the step that leads into
/// a hub or out of it names relationship types, or the one into it names its kind or ids in `to`.
///
/// Stops once more than `limit` have been found.
///
/// Complexity: O(p · (V + E)) for what is within reach, p being the number of positions in the
/// steps (1 for at most one step), and one bit for each entity of the graph. Breadth-first search
/// (Moore 1959).
///
/// The partners of partners of Azerbaijan: one step over `TRADES_WITH`, repeated 2 to 2 times.
pub fn neighbors(
    view: View<'_>,
    start: NodeId,
    steps: &[Step],
    filter: Option<&EntityFilter>,
    limit: usize,
    budget: &mut Budget,
) -> Neighborhood {
    let mut found = Neighborhood::default();
    let take = |index: usize, visit: Visit| {
        if found.neighbors.len() == limit {
            found.truncated = Some(Reason::Rows);
            return ControlFlow::Break(());
        }
        found.neighbors.push(Neighbor { node: visit.state.node, hops: visit.hops });
        found.reached.push(index);
        ControlFlow::Continue(())
    };
    found.visits = reach(view, start, steps, filter, Order::Newest, budget, take);
    found.truncated = budget.reason().or(found.truncated);
    found
}

/// Gives `take` every visit that finds a neighbor, until it breaks or the budget is exhausted;
/// returns all visits.
pub(super) fn reach(
    view: View<'_>,
    start: NodeId,
    steps: &[Step],
    filter: Option<&EntityFilter>,
    order: Order,
    budget: &mut Budget,
    mut take: impl FnMut(usize, Visit) -> ControlFlow<()>,
) -> Vec<Visit> {
    // In a graph of the past, what came later has nothing around it.
    if !view.snapshot.has_node(start) {
        return Vec::new();
    }
    let (route, hops_min) = (route(view, steps), hops_min(steps));
    let plain = route.is_plain();
    let mut told = FxHashSet::from_iter([start]);
    let mut search = Search::new(view, &route, order, [start]);
    for next in 0.. {
        // Who is found is told before the search goes on, so that it goes no further than it must.
        while next == search.visits.len() && search.expanded < next {
            if search.expand(budget, |_| ControlFlow::Continue(())).is_break() {
                return search.visits;
            }
        }
        let Some(visit) = search.visits.get(next).copied() else { break };
        let node = visit.state.node;
        let is_neighbor = visit.hops >= hops_min
            && route.accepts(visit.state)
            && if plain { node != start } else { told.insert(node) }
            && filter.is_none_or(|it| it.passes(view, node, budget));
        if is_neighbor && take(next, visit).is_break() {
            break;
        }
    }
    search.visits
}

/// The route of walks to neighbors. Of one step, distances are counted rather than repetitions.
pub(super) fn route<'q>(view: View<'q>, steps: &'q [Step]) -> Route<'q> {
    let repeats: Vec<_> = match steps {
        [step] => vec![Hops { min: 0, max: step.repeat.max }],
        _ => steps.iter().map(|it| it.repeat).collect(),
    };
    Route::new(view, steps, &repeats, None, u32::MAX)
}

/// The distance from which on neighbors are found.
pub(super) fn hops_min(steps: &[Step]) -> u32 {
    if let [step] = steps { step.repeat.min } else { 0 }
}

impl Neighborhood {
    /// The shortest way from the start to the neighbor at `index`. Complexity: O(hops).
    pub fn path(&self, index: usize) -> Path {
        let mut at = self.reached[index];
        let mut path = Path { nodes: vec![self.visits[at].state.node], ..Path::default() };
        while let Some((before, edge)) = self.visits[at].came {
            path.edges.push(edge);
            at = before as usize;
            path.nodes.push(self.visits[at].state.node);
        }
        path.nodes.reverse();
        path.edges.reverse();
        path
    }
}

/// The entities that walks from `roots` come through, at most `nodes_max` of them, and the
/// relationships between them: every one that the view sees and `filter` lets through, and those
/// that were walked. Only relationships that `filter` lets through are walked.
///
/// Without steps, walks go over any relationship and have up to `hops` of them. Steps are repeated
/// as they say, and walks that end early count too, so that of one step the least number of
/// repetitions does not matter. Hubs are as for [`neighbors`].
///
/// What lies around Azerbaijan and Russia: both as roots, no steps, `hops` 1.
///
/// Complexity: that of [`neighbors`], and O(d) for d relationships of the entities found.
pub fn subgraph(
    view: View<'_>,
    roots: &[NodeId],
    steps: &[Step],
    hops: u32,
    filter: Option<&RelationshipFilter>,
    nodes_max: usize,
    budget: &mut Budget,
) -> Subgraph {
    let repeats: Vec<_> = match steps {
        [step] => vec![Hops { min: 0, max: step.repeat.max }],
        _ => steps.iter().map(|it| it.repeat).collect(),
    };
    let hops_max = if steps.is_empty() { hops } else { u32::MAX };
    let route = Route::new(view, steps, &repeats, filter, hops_max);
    let mut search = Search::new(view, &route, Order::Newest, roots.iter().copied());
    let mut within = FxHashSet::default();
    let mut found = Subgraph::default();
    let mut walked = FxHashSet::default();
    let roots = search.visits.iter().map(|it| it.state.node);
    for node in roots.take(nodes_max) {
        within.insert(node);
        found.nodes.push(node);
    }
    found.truncated = (search.visits.len() > nodes_max).then_some(Reason::Rows);
    while search.expanded < search.visits.len() {
        let from = search.visits[search.expanded].state.node;
        let stopped = search.expand(budget, |hop| {
            let to = hop.state.node;
            if !within.contains(&to) {
                if found.nodes.len() >= nodes_max {
                    found.truncated = Some(Reason::Rows);
                    return ControlFlow::Break(());
                }
                within.insert(to);
                found.nodes.push(to);
            }
            if within.contains(&from) {
                walked.insert(hop.edge);
            }
            ControlFlow::Continue(())
        });
        if stopped.is_break() {
            break;
        }
    }
    join(view, filter, &within, &mut found, walked, budget);
    found
}

/// Adds the relationships between the entities of a subgraph.
fn join(
    view: View<'_>,
    filter: Option<&RelationshipFilter>,
    within: &FxHashSet<NodeId>,
    found: &mut Subgraph,
    mut edges: FxHashSet<EdgeId>,
    budget: &mut Budget,
) {
    let seen = seen(view, filter);
    'all: for node in &found.nodes {
        for half in seen.edges_of(*node, Direction::Out) {
            if !budget.draw(1) {
                break 'all;
            }
            if within.contains(&half.other)
                && filter.is_none_or(|it| it.passes(view, half.edge, None, budget))
            {
                edges.insert(half.edge);
            }
        }
    }
    found.edges = edges.into_iter().collect();
    found.edges.sort_unstable();
    found.truncated = budget.reason().or(found.truncated);
}

/// A breadth-first search over the states of a route.
struct Search<'r, 'q> {
    route: &'r Route<'q>,
    order: Order,
    // In the order of discovery; those before `expanded` have been gone on from.
    visits: Vec<Visit>,
    expanded: usize,
    known: Known,
}

/// States that were visited.
enum Known {
    /// One bit an entity: for plain routes, where an entity has one state but for the start.
    Nodes(FixedBitSet),
    States(FxHashSet<State>),
}

impl<'r, 'q> Search<'r, 'q> {
    fn new(
        view: View<'_>,
        route: &'r Route<'q>,
        order: Order,
        roots: impl IntoIterator<Item = NodeId>,
    ) -> Self {
        let known = if route.is_plain() {
            Known::Nodes(FixedBitSet::with_capacity(view.snapshot.node_bound()))
        } else {
            Known::States(FxHashSet::default())
        };
        let mut search = Self { route, order, visits: Vec::new(), expanded: 0, known };
        for root in roots {
            let state = route.start(root);
            if search.known.insert(state) {
                search.visits.push(Visit { state, hops: 0, came: None });
            }
        }
        search
    }

    /// Goes on from the next visit and shows `see` every hop, before the state it leads to is
    /// known; ends with the budget or where `see` breaks.
    fn expand(
        &mut self,
        budget: &mut Budget,
        mut see: impl FnMut(Hop) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let from = self.visits[self.expanded];
        let index = u32::try_from(self.expanded).expect("memory ends before the visits do");
        self.expanded += 1;
        if from.hops == self.route.hops_max {
            return ControlFlow::Continue(());
        }
        let (visits, known) = (&mut self.visits, &mut self.known);
        self.route.forward(from.state, self.order, budget, |hop| {
            see(hop)?;
            if known.insert(hop.state) {
                let came = Some((index, hop.edge));
                visits.push(Visit { state: hop.state, hops: from.hops + 1, came });
            }
            ControlFlow::Continue(())
        })
    }
}

impl Known {
    /// Adds a state; whether it is new.
    #[inline]
    fn insert(&mut self, state: State) -> bool {
        match self {
            Self::Nodes(nodes) => !nodes.put(state.node.index()),
            Self::States(states) => states.insert(state),
        }
    }
}
