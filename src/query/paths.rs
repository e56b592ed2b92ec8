//! Paths between two entities.

use super::{Budget, Reason, Step};
use crate::{
    graph::View,
    model::{EdgeId, NodeId, PropertyId, RelationId},
};

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weight {
    /// The relationship type that has it; others weigh nothing... see `paths`.
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
    /// None longer than this.
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
    /// The paths, the shortest (or lightest) first.
    pub paths: Vec<Path>,
    /// Why there may be more or shorter ones, if there may.
    pub truncated: Option<Reason>,
    /// Relationships looked at.
    pub explored: u64,
}

/// Finds paths.
pub fn paths(view: View<'_>, question: &PathQuestion, budget: &mut Budget) -> Paths {
    todo!("{view:?} {question:?} {budget:?}")
}
