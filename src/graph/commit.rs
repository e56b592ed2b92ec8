//! Checked changes: what takes one snapshot to the next.

use std::sync::Arc;

use super::{
    bounds::Bounds,
    entity::check_entity,
    relationship::check_relationship,
    row::{DISPUTED, HIDDEN, MOVED, RETRACTED, Row, Tag},
};
use crate::model::{EdgeId, KindId, Modality, NodeId, RelationId, Revision, Timestamp, Validity};

/// A checked change that takes one snapshot to the next.
#[derive(Clone, Debug, PartialEq)]
pub struct Commit {
    /// The revision it leads to.
    pub revision: Revision,
    /// When it was recorded.
    pub at: Timestamp,
    /// What it changes, in order. New entities and relationships take the next numbers, and come
    /// before whatever refers to them.
    pub changes: Vec<Change>,
}

/// One entity or relationship as a commit leaves it.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// An entity is new or different.
    PutNode(PutNode),
    /// A relationship is new or different.
    PutEdge(PutEdge),
}

/// An entity as a commit leaves it.
#[derive(Clone, Debug, PartialEq)]
pub struct PutNode {
    /// Its number: the next one for a new entity.
    pub node: NodeId,
    /// Whether the commit brings it into being.
    pub is_new: bool,
    /// Its kind; never changes.
    pub kind: KindId,
    /// Whether it is deleted, or merged into another: its record tells. Its relationships are not
    /// seen then.
    pub deleted: bool,
    /// Its packed record.
    pub record: Arc<[u8]>,
}

/// A relationship as a commit leaves it.
#[derive(Clone, Debug, PartialEq)]
pub struct PutEdge {
    /// Its number: the next one for a new relationship.
    pub edge: EdgeId,
    /// Whether the commit brings it into being.
    pub is_new: bool,
    /// The entity it leads from; changes only when that is merged into another, and back.
    pub source: NodeId,
    /// The entity it leads to; likewise.
    pub target: NodeId,
    /// Its type; never changes.
    pub relation: RelationId,
    /// The strongest modality among its supporting evidence.
    pub modality: Modality,
    /// Whether some evidence contradicts it.
    pub disputed: bool,
    /// Whether it was retracted.
    pub retracted: bool,
    /// Whether merging has made it a repetition of another, or a relationship of an entity with
    /// itself: then it is not seen.
    pub hidden: bool,
    /// Whether its ends are others than those it was recorded with, which its record keeps.
    pub moved: bool,
    /// When it held.
    pub validity: Validity,
    /// Its packed record.
    pub record: Arc<[u8]>,
}

impl PutEdge {
    pub(super) fn row(&self) -> Row {
        let flag = |is_set: bool, flag: u8| if is_set { flag } else { 0 };
        let (from, to) = (self.validity.from(), self.validity.to());
        Row {
            source: self.source.0,
            target: self.target.0,
            tag: Tag::new(self.relation, self.modality, from.or(to).is_some()),
            flags: flag(self.retracted, RETRACTED)
                | flag(self.disputed, DISPUTED)
                | flag(self.hidden, HIDDEN)
                | flag(self.moved, MOVED),
            from: from.map_or(0, |it| it.to_bits()),
            to: to.map_or(0, |it| it.to_bits()),
        }
    }
}

impl Commit {
    /// Whether it can be applied to a graph with these bounds at `revision`: it follows, its
    /// numbers are dense, what it refers to is there and its records can be read.
    pub(super) fn fits(&self, revision: Revision, mut bounds: Bounds) -> bool {
        self.revision == revision.next() && self.changes.iter().all(|it| it.fits(&mut bounds))
    }
}

impl Change {
    fn fits(&self, bounds: &mut Bounds) -> bool {
        let is_dense = |index: usize, bound: &mut usize| {
            *bound += usize::from(index == *bound);
            index < *bound
        };
        match self {
            Self::PutNode(it) => {
                is_dense(it.node.index(), &mut bounds.nodes)
                    && it.kind.index() < bounds.kinds
                    && check_entity(&it.record, bounds)
            }
            Self::PutEdge(it) => {
                is_dense(it.edge.index(), &mut bounds.edges)
                    && it.source.index().max(it.target.index()) < bounds.nodes
                    && it.relation.index() < bounds.relations
                    && check_relationship(&it.record, bounds)
            }
        }
    }
}
