//! The steps of a walk, compiled: where it may go from where it is.
//!
//! A walk is an entity and a *position* in the steps: how many steps are done and how often the
//! last one was repeated. Together they are a [`State`]; a walk over entities that obeys the steps
//! is a plain walk over states. The positions are those of the automaton that accepts the steps
//! (Thompson's construction; Mendelzon and Wood, "Finding regular simple paths in graph databases",
//! 1995, for its product with a graph).

use std::ops::ControlFlow;

use super::{Budget, EntityFilter, Hops, RelationshipFilter, Step, Weight, filter::seen};
use crate::{
    graph::{Half, Lens, Others, RelationSet, View},
    model::{Direction, EdgeId, KindId, ModalitySet, NodeId},
};

/// The most relationships that a walk along several steps may have. Longer repetitions are cut to
/// it: positions are counted out.
const PATTERN_HOPS_MAX: u32 = 1_000;

/// The steps of a walk over a view.
///
/// # Hubs
///
/// An entity of a hub kind may begin and end a walk. In its middle it may stand only where a step
/// names it: the step that leads into it or the one that leads out of it names relationship types,
/// or the one that leads into it names the hub's kind or ids in its condition on entities. Here is
/// the only place that knows this rule.
#[derive(Debug)]
pub(super) struct Route<'q> {
    view: View<'q>,
    strides: Vec<Stride<'q>>,
    positions: Vec<Position>,
    filter: Option<&'q RelationshipFilter>,
    weight: Option<Weight>,
    /// No walk is longer.
    pub(super) hops_max: u32,
}

/// An entity and a position in the steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct State {
    pub(super) node: NodeId,
    pub(super) position: u32,
}

/// A relationship walked, and the state at its other end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hop {
    pub(super) edge: EdgeId,
    pub(super) state: State,
}

/// In which order the relationships of an entity are walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// The quickest.
    Any,
    /// Newest first.
    Newest,
}

/// The position of every walk before its first step.
const START: u32 = 0;

/// One step, ready to be taken.
#[derive(Debug)]
struct Stride<'q> {
    direction: Direction,
    relations: Option<RelationSet>,
    modalities: ModalitySet,
    relationship: Option<&'q RelationshipFilter>,
    to: Option<&'q EntityFilter>,
}

/// A place in the steps. But for the start, it is always the same stride that leads to it.
#[derive(Debug, Default)]
struct Position {
    into: Option<usize>,
    from: Vec<u32>,
    moves: Vec<(usize, u32)>,
    accepting: bool,
}

impl<'q> Route<'q> {
    /// The route of walks of at most `hops_max` relationships along `steps`, repeated as `repeats`
    /// says, over relationships that `filter` lets through too. No steps: any relationship, any
    /// number of times, also none.
    pub(super) fn new(
        view: View<'q>,
        steps: &'q [Step],
        repeats: &[Hops],
        filter: Option<&'q RelationshipFilter>,
        hops_max: u32,
    ) -> Self {
        let (strides, repeats) = if steps.is_empty() {
            (vec![Stride::any(view)], &[Hops { min: 0, max: u32::MAX }][..])
        } else {
            (steps.iter().map(|it| Stride::new(view, it)).collect(), repeats)
        };
        let longest = repeats.iter().fold(0u32, |sum, it| sum.saturating_add(it.max));
        let counted = repeats.len() > 1 || repeats[0].min > 1;
        let hops_max = hops_max.min(longest).min(if counted { PATTERN_HOPS_MAX } else { u32::MAX });
        let positions = positions(repeats, hops_max);
        Self { view, strides, positions, filter, weight: None, hops_max }
    }

    /// The same over relationships that have this weight alone.
    pub(super) fn weighing(self, weight: Option<Weight>) -> Self {
        Self { weight, ..self }
    }

    /// What a relationship that is walked costs: its weight, where one is asked for, or else 1.
    pub(super) fn cost(&self, edge: EdgeId) -> f64 {
        self.weight.and_then(|it| it.of(self.view, edge)).unwrap_or(1.0)
    }

    /// About how many relationships a hop from or to an entity looks at. One load.
    pub(super) fn degree_bound(&self, node: NodeId) -> usize {
        self.view.snapshot.degree_bound(node, Direction::Any)
    }

    /// Whether weights are added up instead of hops.
    pub(super) fn is_weighed(&self) -> bool {
        self.weight.is_some()
    }

    /// The state before the first step.
    pub(super) fn start(&self, node: NodeId) -> State {
        State { node, position: START }
    }

    /// The states in which a walk may end at `node`.
    pub(super) fn ends(&self, node: NodeId) -> impl Iterator<Item = State> {
        let all = (START..).zip(&self.positions);
        all.filter(|it| it.1.accepting).map(move |it| State { node, position: it.0 })
    }

    /// Whether a walk may end here.
    pub(super) fn accepts(&self, state: State) -> bool {
        self.position(state.position).accepting
    }

    /// Whether the steps bound nothing but the length, so that a shortest walk visits no entity
    /// twice and is told by its relationships alone.
    pub(super) fn is_plain(&self) -> bool {
        self.positions.len() <= 2
    }

    /// The state of a walk along a plain route that has come to `node`.
    pub(super) fn state_within(&self, node: NodeId) -> State {
        State { node, position: self.positions.len() as u32 - 1 }
    }

    /// The entities around others, forward or `backward`, where a hop of this plain route may go
    /// over any relationship whatever; it leads away from hubs only at the start.
    pub(super) fn others(&self, backward: bool) -> Option<Others<'q>> {
        let [Stride { direction, relations: None, modalities, relationship: None, to: None }] =
            self.strides[..]
        else {
            return None;
        };
        let is_free = self.positions.len() == 2 && self.filter.is_none() && self.weight.is_none();
        let lens = Lens { modalities, ..self.view.lens };
        let view = View { lens, ..self.view };
        let direction = if backward { direction.reverse() } else { direction };
        is_free.then(|| view.others(direction)).flatten()
    }

    /// Whether a hop of a route over [`others`](Self::others) may lead away from `at`.
    pub(super) fn leaves(&self, at: State) -> bool {
        at.position == START || !self.view.snapshot.is_hub(at.node)
    }

    /// Shows `visit` every hop away from `at`, until it breaks or the budget is exhausted.
    pub(super) fn forward(
        &self,
        at: State,
        order: Order,
        budget: &mut Budget,
        mut visit: impl FnMut(Hop) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let position = self.position(at.position);
        let hub = at.position != START && self.view.snapshot.is_hub(at.node);
        for (stride, next) in &position.moves {
            let stride = &self.strides[*stride];
            if hub && !self.passes_hub(at, stride) {
                continue;
            }
            stride.visit(self.view, at.node, stride.direction, order, |half| {
                if !budget.draw(1) {
                    return ControlFlow::Break(());
                }
                if self.admits(stride, half, at.node, budget)
                    && stride.to.is_none_or(|it| it.passes(self.view, half.other, budget))
                {
                    let state = State { node: half.other, position: *next };
                    visit(Hop { edge: half.edge, state })?;
                }
                ControlFlow::Continue(())
            })?;
        }
        ControlFlow::Continue(())
    }

    /// Shows `visit` every hop that leads to `at`, until it breaks or the budget is exhausted;
    /// hops from the position before the first step only where they leave `start`.
    pub(super) fn backward(
        &self,
        at: State,
        start: NodeId,
        budget: &mut Budget,
        mut visit: impl FnMut(Hop) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let position = self.position(at.position);
        let Some(stride) = position.into.map(|it| &self.strides[it]) else {
            return ControlFlow::Continue(());
        };
        if stride.to.is_some_and(|it| !it.passes(self.view, at.node, budget)) {
            return ControlFlow::Continue(());
        }
        stride.visit(self.view, at.node, stride.direction.reverse(), Order::Any, |half| {
            if !budget.draw(1) {
                return ControlFlow::Break(());
            }
            if !self.admits(stride, half, half.other, budget) {
                return ControlFlow::Continue(());
            }
            let hub = self.view.snapshot.is_hub(half.other);
            for from in &position.from {
                let state = State { node: half.other, position: *from };
                let possible = match *from {
                    START => half.other == start,
                    _ => !hub || self.passes_hub(state, stride),
                };
                if possible {
                    visit(Hop { edge: half.edge, state })?;
                }
            }
            ControlFlow::Continue(())
        })
    }

    /// The states to which `edge` leads from any of `states`, at the entity `to`.
    pub(super) fn follow(
        &self,
        states: &[State],
        edge: EdgeId,
        to: NodeId,
        budget: &mut Budget,
    ) -> Vec<State> {
        if self.is_plain() {
            return vec![State { node: to, position: START + 1 }];
        }
        let mut next = Vec::new();
        for state in states {
            let broken = self.forward(*state, Order::Any, budget, |hop| {
                if hop.edge == edge && !next.contains(&hop.state) {
                    next.push(hop.state);
                }
                ControlFlow::Continue(())
            });
            if broken.is_break() {
                break;
            }
        }
        next
    }

    /// Whether a walk may go on from the hub at `at`, by `out`.
    fn passes_hub(&self, at: State, out: &Stride<'_>) -> bool {
        let into = self.position(at.position).into.map(|it| &self.strides[it]);
        out.relations.is_some()
            || into.is_some_and(|it| {
                it.relations.is_some() || it.names(self.view.snapshot.kind(at.node))
            })
    }

    #[inline]
    fn admits(&self, stride: &Stride<'_>, half: Half, from: NodeId, budget: &mut Budget) -> bool {
        self.weight.is_none_or(|it| it.of(self.view, half.edge).is_some())
            && [stride.relationship, self.filter]
                .into_iter()
                .flatten()
                .all(|it| it.passes(self.view, half.edge, Some(from), budget))
    }

    #[inline]
    fn position(&self, position: u32) -> &Position {
        &self.positions[position as usize]
    }
}

impl<'q> Stride<'q> {
    fn any(view: View<'q>) -> Self {
        Self {
            direction: Direction::Any,
            relations: None,
            modalities: view.lens.modalities,
            relationship: None,
            to: None,
        }
    }

    fn new(view: View<'q>, step: &'q Step) -> Self {
        let relationship = step.relationship.as_ref();
        let asked = match relationship.and_then(RelationshipFilter::relations) {
            Some(pinned) if step.relations.is_empty() => pinned,
            _ => &step.relations,
        };
        Self {
            direction: step.direction,
            relations: (!asked.is_empty()).then(|| asked.iter().copied().collect()),
            modalities: seen(view, relationship).lens.modalities,
            relationship,
            to: step.to.as_ref(),
        }
    }

    /// Shows `visit` the relationships of `node` that the stride may go over, conditions aside.
    #[inline]
    fn visit(
        &self,
        view: View<'_>,
        node: NodeId,
        direction: Direction,
        order: Order,
        mut visit: impl FnMut(Half) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let outer = view.lens.relations;
        let relations = self.relations.as_ref().or(outer);
        let lens = Lens { relations, modalities: self.modalities, ..view.lens };
        let view = View { lens, ..view };
        let edges = match order {
            Order::Any => view.edges_of(node, direction),
            Order::Newest => view.newest_of(node, direction),
        };
        edges.visit(|half| {
            if outer.is_none_or(|it| it.contains(half.relation)) {
                return visit(half);
            }
            ControlFlow::Continue(())
        })
    }

    fn names(&self, kind: KindId) -> bool {
        self.to.is_some_and(|it| {
            it.kinds().is_some_and(|kinds| kinds.contains(&kind)) || it.names_ids()
        })
    }
}

/// The positions in steps that are repeated so: the start, and for each step one for each time it
/// can be repeated. A step that may be repeated as often as a walk is long is counted only until
/// it has been repeated enough.
fn positions(repeats: &[Hops], hops_max: u32) -> Vec<Position> {
    let mut positions = vec![Position::default()];
    let least = repeats.iter().fold(0u32, |sum, it| sum.saturating_add(it.min));
    if least > hops_max {
        return positions;
    }
    // Of each step, the position after its first time, and how many times are counted.
    let mut spans = Vec::with_capacity(repeats.len());
    for (stride, repeat) in repeats.iter().enumerate() {
        let enough = repeat.min.max(1).min(repeat.max);
        let times = if repeat.max >= hops_max { enough } else { repeat.max };
        spans.push((positions.len() as u32, times));
        let into = Some(stride);
        positions.extend((0..times).map(|_| Position { into, ..Position::default() }));
    }
    for (stride, repeat) in repeats.iter().enumerate() {
        let (first, times) = spans[stride];
        // The first step is also there before it has been taken, at the start.
        for time in u32::from(stride > 0)..=times {
            let at = (first + time - 1) as usize;
            if time < times {
                positions[at].moves.push((stride, first + time));
            } else if times > 0 && repeat.max >= hops_max {
                positions[at].moves.push((stride, at as u32));
            }
            if time >= repeat.min {
                let later = &repeats[stride + 1..];
                let skipped = later.iter().take_while(|it| it.min == 0).count();
                let next = (stride + 1..repeats.len()).take(skipped + 1);
                let next = next.filter(|it| spans[*it].1 > 0).map(|it| (it, spans[it].0));
                positions[at].moves.extend(next);
                positions[at].accepting = skipped == later.len();
            }
        }
    }
    connect(&mut positions);
    positions
}

/// Notes at each position from which ones it is reached.
fn connect(positions: &mut [Position]) {
    for at in 0..positions.len() {
        let next: Vec<_> = positions[at].moves.iter().map(|it| it.1).collect();
        for next in next {
            positions[next as usize].from.push(at as u32);
        }
    }
}
