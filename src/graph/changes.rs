//! The changes of a commit that is yet to be, each thing in its last state.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::{Change, PutEdge, PutNode};
use crate::model::{EdgeId, NodeId};

/// Entities and relationships as a commit will leave them, in the order of the first change to each.
#[derive(Debug, Default)]
pub(super) struct Changes {
    nodes: Vec<PutNode>,
    edges: Vec<PutEdge>,
    node_places: FxHashMap<NodeId, usize>,
    edge_places: FxHashMap<EdgeId, usize>,
}

impl Changes {
    /// Whether nothing changes.
    pub(super) fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.edges.is_empty()
    }

    /// An entity, where it changes.
    pub(super) fn node(&self, node: NodeId) -> Option<&PutNode> {
        self.node_places.get(&node).map(|it| &self.nodes[*it])
    }

    /// A relationship, where it changes.
    pub(super) fn edge(&self, edge: EdgeId) -> Option<&PutEdge> {
        self.edge_places.get(&edge).map(|it| &self.edges[*it])
    }

    /// All entities that change.
    pub(super) fn nodes(&self) -> &[PutNode] {
        &self.nodes
    }

    /// All relationships that change.
    pub(super) fn edges(&self) -> &[PutEdge] {
        &self.edges
    }

    /// Takes the new state of an entity.
    pub(super) fn put_node(&mut self, put: PutNode) {
        match self.node_places.entry(put.node) {
            Entry::Occupied(place) => {
                let there = &mut self.nodes[*place.get()];
                *there = PutNode { is_new: there.is_new, ..put };
            }
            Entry::Vacant(place) => {
                place.insert(self.nodes.len());
                self.nodes.push(put);
            }
        }
    }

    /// Takes the new state of a relationship.
    pub(super) fn put_edge(&mut self, put: PutEdge) {
        match self.edge_places.entry(put.edge) {
            Entry::Occupied(place) => {
                let there = &mut self.edges[*place.get()];
                *there = PutEdge { is_new: there.is_new, ..put };
            }
            Entry::Vacant(place) => {
                place.insert(self.edges.len());
                self.edges.push(put);
            }
        }
    }

    /// Takes all of `later`, which follow these.
    pub(super) fn extend(&mut self, later: Self) {
        if self.is_empty() {
            *self = later;
            return;
        }
        later.nodes.into_iter().for_each(|it| self.put_node(it));
        later.edges.into_iter().for_each(|it| self.put_edge(it));
    }

    /// Everything that changes. Entities come first, so that ends come before relationships.
    pub(super) fn into_vec(self) -> Vec<Change> {
        let nodes = self.nodes.into_iter().map(Change::PutNode);
        nodes.chain(self.edges.into_iter().map(Change::PutEdge)).collect()
    }
}
