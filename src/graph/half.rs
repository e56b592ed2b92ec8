//! A relationship as it lies at each of its ends, and the order of those at one end.

use super::row::{RANK_BITS, Row, Tag, rank};
use crate::model::EdgeId;

/// Which of an entity's two runs a half lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// What the entity is the source of, and symmetric relationships.
    Out,
    /// What the entity is the target of, and symmetric relationships.
    In,
}

/// A relationship's number, and how it lies at the entity whose run it is in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Link(u32);

impl Link {
    /// The entity is the relationship's source.
    const AT_SOURCE: u32 = 1 << 31;
    /// The half is in the entity's [`Side::Out`] run too.
    const REPEATED: u32 = 1 << 30;

    fn new(edge: u32, at_source: bool, repeated: bool) -> Self {
        assert!(edge < Self::REPEATED, "a graph holds less than 2^30 relationships");
        let bit = |is_set: bool, bit: u32| if is_set { bit } else { 0 };
        Self(edge | bit(at_source, Self::AT_SOURCE) | bit(repeated, Self::REPEATED))
    }

    #[inline]
    pub(super) fn edge(self) -> EdgeId {
        EdgeId(self.0 & (Self::REPEATED - 1))
    }

    /// The same bits with the relationship's number on top, so that they sort by it.
    pub(super) fn edge_first(self) -> u32 {
        self.0.rotate_left(2)
    }

    /// The reverse of [`edge_first`](Self::edge_first).
    pub(super) fn from_edge_first(bits: u32) -> Self {
        Self(bits.rotate_right(2))
    }

    #[inline]
    pub(super) fn is_at_source(self) -> bool {
        self.0 & Self::AT_SOURCE != 0
    }

    #[inline]
    pub(super) fn is_repeated(self) -> bool {
        self.0 & Self::REPEATED != 0
    }
}

/// One end of a relationship.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    /// The entity at this end.
    pub(super) node: u32,
    /// The run it lies in.
    pub(super) side: Side,
    /// The entity at the other end.
    pub(super) other: u32,
    /// The relationship.
    pub(super) link: Link,
}

/// The ends of a relationship: two, or four where it is symmetric and joins two entities, because
/// it is then read in both directions from both.
pub(super) fn ends(edge: u32, row: Row, symmetric: bool) -> impl Iterator<Item = End> {
    let Row { source, target, .. } = row;
    let is_loop = source == target;
    let end = |node, side, other, at_source| {
        let repeated = side == Side::In && (symmetric || is_loop);
        End { node, side, other, link: Link::new(edge, at_source, repeated) }
    };
    let straight = [end(source, Side::Out, target, true), end(target, Side::In, source, false)];
    let reverse = [end(target, Side::Out, source, false), end(source, Side::In, target, true)];
    let reverse = (symmetric && !is_loop).then_some(reverse);
    straight.into_iter().chain(reverse.into_iter().flatten())
}

/// The order of halves: by entity, run, then newest first. Equal only for the same half.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct HalfKey(u128);

impl HalfKey {
    const RANK_SHIFT: u32 = 32;
    const SIDE_SHIFT: u32 = Self::RANK_SHIFT + RANK_BITS;
    const NODE_SHIFT: u32 = Self::SIDE_SHIFT + 1;

    /// A range without keys.
    pub(super) const EMPTY: std::ops::Range<Self> = Self(0)..Self(0);

    pub(super) fn new(end: &End, row: Row) -> Self {
        Self(Self::run(end.node, end.side).0 | u128::from(age(row.from, end.link.edge())))
    }

    /// The least key of a run.
    fn run(node: u32, side: Side) -> Self {
        Self(u128::from(node) << Self::NODE_SHIFT | (side as u128) << Self::SIDE_SHIFT)
    }

    /// The keys of a run.
    pub(super) fn range(node: u32, side: Side) -> std::ops::Range<Self> {
        let least = Self::run(node, side);
        least..Self(least.0 + (1 << Self::SIDE_SHIFT))
    }
}

/// The place of a relationship in the order of newest first: the lower, the earlier it comes.
#[inline]
pub(super) fn age(from: u32, edge: EdgeId) -> u64 {
    u64::from(rank(from)) << HalfKey::RANK_SHIFT | u64::from(u32::MAX - edge.0)
}

/// What a [`HalfKey`] leads to.
#[derive(Clone, Copy, Debug)]
pub(super) struct HalfValue {
    pub(super) other: u32,
    pub(super) link: Link,
    pub(super) tag: Tag,
}
