//! What the earlier wishes of a draft have led to.

use std::collections::hash_map::Entry;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    graph::{Change, Entity, PutEdge, PutNode, Relationship, Snapshot, identity::Identity},
    model::{EdgeId, KindId, NodeId, PropertyId, RelationId},
};

/// The changes of a draft so far, over the snapshot it is resolved against. Everything in it costs
/// one hash.
#[derive(Debug)]
pub(super) struct Progress<'a> {
    base: &'a Snapshot,
    /// Entities as the draft leaves them, in the order of its first change to each.
    nodes: Vec<PutNode>,
    /// Relationships likewise.
    edges: Vec<PutEdge>,
    node_places: FxHashMap<NodeId, usize>,
    edge_places: FxHashMap<EdgeId, usize>,
    new_nodes: FxHashMap<&'a str, NodeId>,
    new_edges: FxHashMap<Identity<'a>, EdgeId>,
    /// Relationships whose id is not that of their content, by type and ends.
    named: FxHashMap<(RelationId, NodeId, NodeId), Vec<EdgeId>>,
    /// Entities by the values of `@unique` properties that the draft has given them.
    unique: FxHashMap<(KindId, PropertyId, String), NodeId>,
    /// Entities that would be there, had their own wish not been refused.
    refused: FxHashSet<&'a str>,
}

impl<'a> Progress<'a> {
    /// No changes to `base`.
    pub(super) fn new(base: &'a Snapshot) -> Self {
        Self {
            base,
            nodes: Vec::new(),
            edges: Vec::new(),
            node_places: FxHashMap::default(),
            edge_places: FxHashMap::default(),
            new_nodes: FxHashMap::default(),
            new_edges: FxHashMap::default(),
            named: FxHashMap::default(),
            unique: FxHashMap::default(),
            refused: FxHashSet::default(),
        }
    }

    /// Everything that changes. Entities come first, so that ends come before relationships.
    pub(super) fn into_changes(self) -> Vec<Change> {
        let nodes = self.nodes.into_iter().map(Change::PutNode);
        nodes.chain(self.edges.into_iter().map(Change::PutEdge)).collect()
    }

    /// The entity with the id `id`, deleted or not.
    pub(super) fn node(&self, id: &str) -> Option<NodeId> {
        self.new_nodes.get(id).copied().or_else(|| self.base.node_ever(id))
    }

    /// Whether an entity is there: not deleted.
    pub(super) fn has_node(&self, node: NodeId) -> bool {
        self.node_places.contains_key(&node) || self.base.has_node(node)
    }

    /// An entity as it now is.
    pub(super) fn entity(&self, node: NodeId) -> Entity<'_> {
        let Some(place) = self.node_places.get(&node) else { return self.base.entity(node) };
        let put = &self.nodes[*place];
        Entity { kind: put.kind, record: &put.record }
    }

    /// The entity of a kind that has the value `text` in a `@unique` property.
    pub(super) fn unique(&self, kind: KindId, property: PropertyId, text: &str) -> Option<NodeId> {
        let key = (kind, property, text.to_owned());
        self.unique.get(&key).copied().or_else(|| self.base.unique(kind, property, text))
    }

    /// The relationship with an id, retracted or not.
    pub(super) fn edge(&self, identity: Identity<'_>) -> Option<EdgeId> {
        self.new_edges.get(&identity).copied().or_else(|| self.base.edge_identified(identity))
    }

    /// A relationship as it now is. Its derived id cannot be asked for.
    pub(super) fn relationship(&self, edge: EdgeId) -> Relationship<'_> {
        let Some(place) = self.edge_places.get(&edge) else { return self.base.relationship(edge) };
        let put = &self.edges[*place];
        Relationship { snapshot: self.base, edge, row: put.row(), record: &put.record }
    }

    /// The relationships with these ends that the draft has made or changed, and whose id is not
    /// that of their content.
    pub(super) fn named(&self, relation: RelationId, source: NodeId, target: NodeId) -> &[EdgeId] {
        self.named.get(&(relation, source, target)).map_or(&[], Vec::as_slice)
    }

    /// Whether the wish for the entity with the id `id` was refused.
    pub(super) fn is_refused(&self, id: &str) -> bool {
        self.refused.contains(id)
    }

    /// The number of the next new entity.
    pub(super) fn next_node(&self) -> NodeId {
        NodeId(number(self.base.node_bound() + self.new_nodes.len()))
    }

    /// The number of the next new relationship.
    pub(super) fn next_edge(&self) -> EdgeId {
        EdgeId(number(self.base.edge_bound() + self.new_edges.len()))
    }

    /// Remembers that the wish for an entity was refused.
    pub(super) fn refuse(&mut self, id: &'a str) {
        self.refused.insert(id);
    }

    /// Takes the new state of the entity with the id `id`, and the values it is to be found by.
    pub(super) fn put_node(
        &mut self,
        id: &'a str,
        put: PutNode,
        unique: Vec<(PropertyId, String)>,
    ) {
        if put.node == self.next_node() {
            self.new_nodes.insert(id, put.node);
        }
        for (property, text) in unique {
            self.unique.insert((put.kind, property, text), put.node);
        }
        match self.node_places.entry(put.node) {
            Entry::Occupied(place) => self.nodes[*place.get()] = put,
            Entry::Vacant(place) => {
                place.insert(self.nodes.len());
                self.nodes.push(put);
            }
        }
    }

    /// Takes the new state of a relationship: with its id where it is `new`, and whether that is
    /// another than its content's.
    pub(super) fn put_edge(&mut self, put: PutEdge, new: Option<Identity<'a>>, is_named: bool) {
        if let Some(identity) = new {
            self.new_edges.insert(identity, put.edge);
        }
        if is_named {
            let ends = self.named.entry((put.relation, put.source, put.target)).or_default();
            if !ends.contains(&put.edge) {
                ends.push(put.edge);
            }
        }
        match self.edge_places.entry(put.edge) {
            Entry::Occupied(place) => self.edges[*place.get()] = put,
            Entry::Vacant(place) => {
                place.insert(self.edges.len());
                self.edges.push(put);
            }
        }
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("a graph has fewer than 2^32 entities and relationships")
}
