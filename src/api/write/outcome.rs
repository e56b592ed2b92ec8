//! What the root fields of a mutation have led to.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    graph::{Granted, Outcome},
    model::{EdgeId, NodeId},
};

/// What one root field has led to, as it is answered.
#[derive(Clone, Debug)]
pub enum Effect {
    /// A payload, or the counts of one.
    Written(Arc<Written>),
    /// One entity.
    Entity(NodeId),
    /// One relationship.
    Relationship(EdgeId),
}

/// What the root fields of a mutation have led to, by their places in the plan.
#[derive(Debug, Default)]
pub struct Effects(FxHashMap<usize, Effect>);

/// What one root field has changed, and what it was about.
#[derive(Debug, Default)]
pub struct Written {
    nodes: Vec<NodeId>,
    edges: Vec<EdgeId>,
    told_nodes: FxHashSet<NodeId>,
    told_edges: FxHashSet<EdgeId>,
    node_outcomes: FxHashMap<NodeId, Outcome>,
    edge_outcomes: FxHashMap<EdgeId, Outcome>,
    /// Relationships that went with the entities that were deleted.
    detached: u64,
    evidence: u64,
}

impl Effects {
    pub(super) fn put(&mut self, field: usize, effect: Effect) {
        self.0.insert(field, effect);
    }

    /// What the root field at `field` has led to.
    pub(in crate::api) fn of(&self, field: usize) -> &Effect {
        self.0.get(&field).expect("every root field that was written has an effect")
    }
}

impl Written {
    /// The entities that were meant, each once.
    pub(in crate::api) fn nodes(&self) -> &[NodeId] {
        &self.nodes
    }

    /// The relationships that were meant, each once.
    pub(in crate::api) fn edges(&self) -> &[EdgeId] {
        &self.edges
    }

    /// How many entities have come to `outcome`.
    pub(in crate::api) fn node_count(&self, outcome: Outcome) -> u64 {
        count(&self.node_outcomes, outcome)
    }

    /// How many relationships have come to `outcome`.
    pub(in crate::api) fn edge_count(&self, outcome: Outcome) -> u64 {
        let detached = if outcome == Outcome::Deleted { self.detached } else { 0 };
        count(&self.edge_outcomes, outcome) + detached
    }

    /// How many pieces of evidence are new.
    pub(in crate::api) fn evidence_count(&self) -> u64 {
        self.evidence
    }

    /// The field is about this entity.
    pub(super) fn mean_node(&mut self, node: NodeId) {
        if self.told_nodes.insert(node) {
            self.nodes.push(node);
        }
    }

    /// The field is about this relationship.
    pub(super) fn mean_edge(&mut self, edge: EdgeId) {
        if self.told_edges.insert(edge) {
            self.edges.push(edge);
        }
    }

    /// Takes note of what a wish has led to.
    pub(super) fn note(&mut self, granted: Granted) {
        match granted {
            Granted::Entity { node, outcome, relationships } => {
                note(&mut self.node_outcomes, node, outcome);
                self.detached += u64::from(relationships);
            }
            Granted::Relationship { edge, outcome, evidence } => {
                note(&mut self.edge_outcomes, edge, outcome);
                self.evidence += u64::from(evidence);
            }
        }
    }
}

/// A thing that is new stays so whatever is changed of it in the same field.
fn note<T: std::hash::Hash + Eq>(outcomes: &mut FxHashMap<T, Outcome>, it: T, outcome: Outcome) {
    let there = outcomes.entry(it).or_insert(outcome);
    let stays = *there == Outcome::Created && outcome == Outcome::Updated;
    if outcome != Outcome::Unchanged && !stays {
        *there = outcome;
    }
}

fn count<T>(outcomes: &FxHashMap<T, Outcome>, outcome: Outcome) -> u64 {
    outcomes.values().filter(|it| **it == outcome).count() as u64
}
