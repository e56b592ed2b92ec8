//! What the earlier wishes of a draft have led to.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    graph::{
        Entity, PutEdge, PutNode, Relationship, Snapshot, changes::Changes, identity::Identity,
    },
    model::{EdgeId, KindId, NodeId, PropertyId, RelationId},
};

/// The changes of a draft so far, over the snapshot it is resolved against. Everything in it costs
/// one hash.
#[derive(Debug)]
pub(super) struct Progress<'a> {
    base: &'a Snapshot,
    changes: Changes,
    new_nodes: FxHashMap<&'a str, NodeId>,
    new_edges: FxHashMap<Identity<'a>, EdgeId>,
    /// The hashes of their ids, in the order of their numbers.
    new_hashes: Vec<u64>,
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
            changes: Changes::default(),
            new_nodes: FxHashMap::default(),
            new_edges: FxHashMap::default(),
            new_hashes: Vec::new(),
            named: FxHashMap::default(),
            unique: FxHashMap::default(),
            refused: FxHashSet::default(),
        }
    }

    /// Everything that changes, and the hashes of the ids of new relationships, in their order.
    pub(super) fn into_changes(self) -> (Changes, Vec<u64>) {
        (self.changes, self.new_hashes)
    }

    /// The entity that the id `id` means.
    pub(super) fn node(&self, id: &str) -> Option<NodeId> {
        self.new_nodes.get(id).copied().or_else(|| self.base.node(id))
    }

    /// An entity as it now is.
    pub(super) fn entity(&self, node: NodeId) -> Entity<'_> {
        match self.changes.node(node) {
            Some(put) => Entity { kind: put.kind, record: &put.record },
            None => self.base.entity(node),
        }
    }

    /// The kind of an entity.
    pub(super) fn kind(&self, node: NodeId) -> KindId {
        self.changes.node(node).map_or_else(|| self.base.kind(node), |it| it.kind)
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
        match self.changes.edge(edge) {
            Some(put) => {
                Relationship { snapshot: self.base, edge, row: put.row(), record: &put.record }
            }
            None => self.base.relationship(edge),
        }
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
        self.changes.put_node(put);
    }

    /// Takes the new state of an entity that is there already, and is not looked for in this run.
    pub(super) fn change_node(&mut self, put: PutNode) {
        self.changes.put_node(put);
    }

    /// The new state of a relationship, where it has one.
    pub(super) fn edge_put(&self, edge: EdgeId) -> Option<PutEdge> {
        self.changes.edge(edge).cloned()
    }

    /// Takes the new state of a relationship: with its id where it is `new`, and whether that is
    /// another than its content's.
    pub(super) fn put_edge(&mut self, put: PutEdge, new: Option<Identity<'a>>, is_named: bool) {
        if let Some(identity) = new {
            self.new_edges.insert(identity, put.edge);
            self.new_hashes.push(identity.hash().expect("a new relationship has an id"));
        }
        if is_named {
            let ends = self.named.entry((put.relation, put.source, put.target)).or_default();
            if !ends.contains(&put.edge) {
                ends.push(put.edge);
            }
        }
        self.changes.put_edge(put);
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("a graph has fewer than 2^32 entities and relationships")
}
