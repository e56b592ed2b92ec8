//! A snapshot seen through a lens.

use super::Snapshot;
use crate::model::{Date, Direction, EdgeId, ModalitySet, NodeId, RelationId};

/// Which relationships are seen. The default sees asserted ones of every type and time.
#[derive(Clone, Copy, Debug)]
pub struct Lens<'s> {
    /// Only relationships of these types; absent: all.
    pub relations: Option<&'s RelationSet>,
    /// Only relationships that held on some day of this date; absent: no filter.
    pub as_of: Option<Date>,
    /// Only relationships of these modalities.
    pub modalities: ModalitySet,
}

/// A set of relationship types.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelationSet(fixedbitset::FixedBitSet);

/// A snapshot and a lens: what every algorithm walks on, ours and petgraph's.
#[derive(Clone, Copy, Debug)]
pub struct View<'s> {
    /// The graph.
    pub snapshot: &'s Snapshot,
    /// What is seen of it.
    pub lens: Lens<'s>,
}

/// A relationship as seen from one of its ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Half {
    /// The relationship.
    pub edge: EdgeId,
    /// The entity at the other end.
    pub other: NodeId,
    /// Its type.
    pub relation: RelationId,
    /// Whether the entity asked is the relationship's source.
    pub outgoing: bool,
}

/// The relationships of one entity, in one of two orders; see [`View`].
#[derive(Clone, Debug)]
pub struct Edges<'s> {
    view: View<'s>,
}

impl Default for Lens<'_> {
    fn default() -> Self {
        Self { relations: None, as_of: None, modalities: ModalitySet::ASSERTED }
    }
}

impl RelationSet {
    /// Whether `relation` is in the set.
    pub fn contains(&self, relation: RelationId) -> bool {
        self.0.contains(relation.index())
    }
}

impl FromIterator<RelationId> for RelationSet {
    fn from_iter<I: IntoIterator<Item = RelationId>>(relations: I) -> Self {
        Self(relations.into_iter().map(RelationId::index).collect())
    }
}

impl<'s> View<'s> {
    /// The relationships of `node` that the lens sees, in any order: for walks. A symmetric
    /// relationship is in every direction; one that joins an entity to itself comes once.
    pub fn edges_of(self, node: NodeId, direction: Direction) -> Edges<'s> {
        let _ = (node, direction);
        Edges { view: self }
    }

    /// The same, newest first: by the first day of validity, the latest first and undated ones
    /// last, then the latest recorded (greatest [`EdgeId`]) first.
    pub fn newest_of(self, node: NodeId, direction: Direction) -> Edges<'s> {
        let _ = (node, direction);
        Edges { view: self }
    }

    /// Whether the lens sees a relationship.
    pub fn holds(self, edge: EdgeId) -> bool {
        todo!("{edge:?}")
    }

    /// Every relationship that the lens sees, in the order of their numbers.
    pub fn all_edges(self) -> impl Iterator<Item = EdgeId> + use<'s> {
        std::iter::empty()
    }
}

impl Iterator for Edges<'_> {
    type Item = Half;

    fn next(&mut self) -> Option<Half> {
        todo!("{:?}", self.view)
    }
}
