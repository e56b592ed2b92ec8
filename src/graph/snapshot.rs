//! The graph as a value.

use std::sync::Arc;

use super::{Entity, Lens, Match, Relationship, View};
use crate::{
    model::{Direction, EdgeId, KindId, NodeId, PropertyId, RelationId, Revision, Timestamp},
    ontology::Ontology,
};

/// The graph at one revision. Never changes; a request takes one and answers all from it.
#[derive(Clone, Debug)]
pub struct Snapshot {
    ontology: Arc<Ontology>,
}

/// A checked change that takes one snapshot to the next.
#[derive(Clone, Debug, PartialEq)]
pub struct Commit {
    /// The revision it leads to.
    pub revision: Revision,
    /// When it was recorded.
    pub at: Timestamp,
}

/// How much a snapshot holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Entities, all and by kind's number.
    pub entities: u64,
    /// Entities by the number of their kind.
    pub entities_by_kind: Vec<u64>,
    /// Relationships that are not retracted.
    pub relationships: u64,
    /// Relationships by the number of their relation.
    pub relationships_by_relation: Vec<u64>,
    /// Pieces of evidence.
    pub evidence: u64,
}

impl Snapshot {
    /// The empty graph over `ontology`.
    pub fn empty(ontology: Arc<Ontology>) -> Self {
        Self { ontology }
    }
    /// The graph after `commit`. Costs a few microseconds a change, whatever the graph's size.
    #[must_use]
    pub fn apply(&self, commit: &Commit) -> Self {
        todo!("{commit:?}")
    }
    /// What may exist in it.
    pub fn ontology(&self) -> &Arc<Ontology> {
        &self.ontology
    }
    /// The number of commits that led here.
    pub fn revision(&self) -> Revision {
        todo!()
    }
    /// One more than the greatest [`NodeId`] in use.
    pub fn node_bound(&self) -> usize {
        todo!()
    }
    /// One more than the greatest [`EdgeId`] in use.
    pub fn edge_bound(&self) -> usize {
        todo!()
    }
    /// The entity whose id is `id`. One hash.
    pub fn node(&self, id: &str) -> Option<NodeId> {
        todo!("{id}")
    }
    /// The relationship whose id is `id`, retracted or not. One hash.
    pub fn edge(&self, id: &str) -> Option<EdgeId> {
        todo!("{id}")
    }
    /// The entity of kind `kind` whose `@unique` property has the value `value` (as text). One hash.
    pub fn unique(&self, kind: KindId, property: PropertyId, value: &str) -> Option<NodeId> {
        todo!("{kind:?} {property:?} {value}")
    }
    /// Whether the entity is there: not deleted.
    pub fn has_node(&self, node: NodeId) -> bool {
        todo!("{node:?}")
    }
    /// Whether the relationship is there: not retracted.
    pub fn has_edge(&self, edge: EdgeId) -> bool {
        todo!("{edge:?}")
    }
    /// The kind of an entity. One load.
    pub fn kind(&self, node: NodeId) -> KindId {
        todo!("{node:?}")
    }
    /// Whether an entity is of a hub kind. Two loads.
    pub fn is_hub(&self, node: NodeId) -> bool {
        todo!("{node:?}")
    }
    /// An entity's record.
    pub fn entity(&self, node: NodeId) -> Entity<'_> {
        todo!("{node:?}")
    }
    /// A relationship's record.
    pub fn relationship(&self, edge: EdgeId) -> Relationship<'_> {
        todo!("{edge:?}")
    }
    /// The entities that are there, in the order of their numbers; of one kind where `kind` says.
    pub fn nodes(&self, kind: Option<KindId>) -> impl DoubleEndedIterator<Item = NodeId> {
        let _ = kind;
        std::iter::empty()
    }
    /// How much it holds. Kept up to date, so asking costs nothing.
    pub fn counts(&self) -> &Counts {
        todo!()
    }
    /// The graph as seen through `lens`.
    pub fn view<'s>(&'s self, lens: Lens<'s>) -> View<'s> {
        View { snapshot: self, lens }
    }
    /// Entities whose name or alias matches `text`: exact, then prefix, then within `distance`
    /// edits (0 to 2), best first, at most `limit`.
    pub fn matches(
        &self,
        text: &str,
        distance: u8,
        limit: usize,
        keep: &mut dyn FnMut(NodeId) -> bool,
    ) -> Vec<Match<'_>> {
        let _ = keep;
        todo!("{text} {distance} {limit}")
    }
    /// Every entity that `name` names exactly, after folding; first those of that very spelling.
    pub fn named(&self, name: &str) -> Vec<NodeId> {
        todo!("{name}")
    }
    /// Relationships of `node`, unfiltered, for [`View`].
    pub fn degree_bound(
        &self,
        node: NodeId,
        direction: Direction,
        relation: Option<RelationId>,
    ) -> usize {
        todo!("{node:?} {direction:?} {relation:?}")
    }
}
