//! A snapshot seen through a lens.

use super::{Edges, Others, Snapshot, row::Tag};
use crate::model::{Date, Direction, EdgeId, ModalitySet, NodeId, RelationId, Validity};

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

impl Default for Lens<'_> {
    fn default() -> Self {
        Self { relations: None, as_of: None, modalities: ModalitySet::ASSERTED }
    }
}

impl Lens<'_> {
    /// Whether it sees relationships of this type and modality, dates aside.
    #[inline]
    pub(super) fn sees_tag(&self, tag: Tag) -> bool {
        self.modalities.contains(tag.modality())
            && self.relations.is_none_or(|it| it.contains(tag.relation()))
    }

    /// Whether it sees a relationship of this tag; `validity` is read only where it is needed.
    #[inline]
    pub(super) fn sees(&self, tag: Tag, validity: impl FnOnce() -> Validity) -> bool {
        self.sees_tag(tag)
            && match self.as_of {
                Some(date) if tag.is_dated() => validity().overlaps(date),
                _ => true,
            }
    }
}

impl RelationSet {
    /// Whether `relation` is in the set.
    #[inline]
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
    #[inline]
    pub fn edges_of(self, node: NodeId, direction: Direction) -> Edges<'s> {
        Edges::any_order(self, node, direction)
    }

    /// The same, newest first: by the first day of validity, the latest first and undated ones
    /// last, then the latest recorded (greatest [`EdgeId`]) first. Costs what is taken, not what
    /// is there.
    pub fn newest_of(self, node: NodeId, direction: Direction) -> Edges<'s> {
        Edges::newest_first(self, node, direction)
    }

    /// The entities around others, where the lens sees every relationship of the base, and none of
    /// them has changed since that was built. Costs a look at the pages of a bit set.
    pub fn others(self, direction: Direction) -> Option<Others<'s>> {
        let Self { snapshot, lens: Lens { relations, as_of, modalities } } = self;
        let there = snapshot.base.runs().modalities();
        let sees_all = relations.is_none() && as_of.is_none() && modalities.and(there) == there;
        let is_whole = sees_all && snapshot.delta.superseded.is_empty();
        is_whole.then_some(Others { snapshot, direction })
    }

    /// Whether the lens sees a relationship.
    pub fn holds(self, edge: EdgeId) -> bool {
        if edge.index() >= self.snapshot.edge_bound() {
            return false;
        }
        let row = self.snapshot.row(edge);
        self.lens.sees(row.tag, || row.validity()) && self.snapshot.is_seen(row)
    }

    /// Every relationship that the lens sees, in the order of their numbers.
    pub fn all_edges(self) -> impl DoubleEndedIterator<Item = EdgeId> + use<'s> {
        let all = 0..self.snapshot.edge_bound() as u32;
        all.map(EdgeId).filter(move |it| self.holds(*it))
    }
}
