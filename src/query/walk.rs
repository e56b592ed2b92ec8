//! Neighborhoods: who is reachable, how far, and by which way.

use super::{Budget, EntityFilter, Reason, RelationshipFilter};
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
    /// Why it is not complete, if it is not.
    pub truncated: Option<Reason>,
    start: NodeId,
    parents: Vec<()>,
}

/// A part of the graph around some entities.
#[derive(Clone, Debug, Default)]
pub struct Subgraph {
    /// Its entities, the roots first, then nearest first.
    pub nodes: Vec<NodeId>,
    /// The relationships between them that the view sees.
    pub edges: Vec<EdgeId>,
    /// Why it is not complete, if it is not.
    pub truncated: Option<Reason>,
}

/// Entities reachable from `start`.
///
/// Stops once `limit` have been found. With no `steps`, or one step whose `repeat` the caller took from `hops`: a breadth-first walk.
/// With several steps: an ordered pattern, each step repeated as it says, hops counted over all.
/// The start itself is no neighbor. Hubs are passed through only by a step whose relation types
/// are named... (see DESIGN: "unless a step names them").
pub fn neighbors(
    view: View<'_>,
    start: NodeId,
    steps: &[Step],
    filter: Option<&EntityFilter>,
    limit: usize,
    budget: &mut Budget,
) -> Neighborhood {
    todo!("{view:?} {start:?} {steps:?} {filter:?} {limit} {budget:?}")
}

impl Neighborhood {
    /// The shortest way to the neighbor at `index`, as relationships from the start.
    pub fn path(&self, index: usize) -> super::Path {
        todo!("{index} {:?} {:?}", self.start, self.parents)
    }
}

/// The entities within `hops` of `roots` along `steps`, at most `nodes_max` of them, and every
/// relationship between them that `filter` lets through.
pub fn subgraph(
    view: View<'_>,
    roots: &[NodeId],
    steps: &[Step],
    hops: u32,
    filter: Option<&RelationshipFilter>,
    nodes_max: usize,
    budget: &mut Budget,
) -> Subgraph {
    todo!("{view:?} {roots:?} {steps:?} {hops} {filter:?} {nodes_max} {budget:?}")
}
