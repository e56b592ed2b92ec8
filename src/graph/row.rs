//! The part of a relationship that has a fixed size, and that walks and filters read.

use super::bounds::Bounds;
use crate::model::{Date, Modality, RelationId, Validity};

/// A relationship without its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The entity it leads from.
    pub(super) source: u32,
    /// The entity it leads to.
    pub(super) target: u32,
    /// Relation, modality and whether it is dated.
    pub(super) tag: Tag,
    /// Retracted, disputed, hidden, moved.
    pub(super) flags: u8,
    /// The bits of the first date of validity; zero where there is none.
    pub(super) from: u32,
    /// The bits of the last date of validity; zero where there is none.
    pub(super) to: u32,
}

/// Bit of [`Row::flags`]: it was retracted.
pub(super) const RETRACTED: u8 = 1;
/// Bit of [`Row::flags`]: some evidence contradicts it.
pub(super) const DISPUTED: u8 = 1 << 1;
/// Bit of [`Row::flags`]: merging entities has made it a repetition or a loop.
pub(super) const HIDDEN: u8 = 1 << 2;
/// Bit of [`Row::flags`]: merging entities has changed its ends.
pub(super) const MOVED: u8 = 1 << 3;

/// What a lens asks first: 13 bits of relation, 2 of modality, 1 that says there is a date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tag(pub(super) u16);

impl Tag {
    /// The most relationship types that a graph can tell apart.
    pub(super) const RELATIONS_MAX: u16 = 1 << 13;

    pub(super) fn new(relation: RelationId, modality: Modality, is_dated: bool) -> Self {
        assert!(relation.0 < Self::RELATIONS_MAX, "an ontology has fewer relationship types");
        Self(relation.0 << 3 | (modality as u16) << 1 | u16::from(is_dated))
    }

    #[inline]
    pub(super) fn relation(self) -> RelationId {
        RelationId(self.0 >> 3)
    }

    #[inline]
    pub(super) fn modality(self) -> Modality {
        Modality::ALL[usize::from(self.0 >> 1 & 3)]
    }

    #[inline]
    pub(super) fn is_dated(self) -> bool {
        self.0 & 1 != 0
    }
}

impl Row {
    pub(super) fn relation(self) -> RelationId {
        self.tag.relation()
    }

    pub(super) fn modality(self) -> Modality {
        self.tag.modality()
    }

    /// Whether it is not seen, whatever its ends are: retracted, or hidden by merging.
    pub(super) fn is_unseen(self) -> bool {
        self.flags & (RETRACTED | HIDDEN) != 0
    }

    pub(super) fn is_moved(self) -> bool {
        self.flags & MOVED != 0
    }

    pub(super) fn is_disputed(self) -> bool {
        self.flags & DISPUTED != 0
    }

    pub(super) fn validity(self) -> Validity {
        validity([self.from, self.to])
    }

    /// Whether it refers to what is there, and can be read without a panic.
    pub(super) fn is_valid(self, bounds: &Bounds) -> bool {
        let dates = [self.from, self.to];
        let are_dates = dates.iter().all(|it| *it == 0 || Date::from_bits(*it).is_some());
        are_dates
            && self.source.max(self.target) < bounds.nodes as u32
            && self.relation().index() < bounds.relations
            && self.tag.is_dated() == (dates != [0, 0])
            && Validity::new(Date::from_bits(self.from), Date::from_bits(self.to)).is_some()
            && self.flags & !(RETRACTED | DISPUTED | HIDDEN | MOVED) == 0
    }
}

/// The validity whose dates have these bits.
#[inline]
pub(super) fn validity(dates: [u32; 2]) -> Validity {
    let [from, to] = dates.map(Date::from_bits);
    Validity::new(from, to).expect("rows are checked when they enter")
}

/// The rank of a first date of validity in the order of newest first: the later the lower, and the
/// undated last. Fits [`RANK_BITS`] bits.
#[inline]
pub(super) fn rank(from: u32) -> u32 {
    match Date::from_bits(from) {
        Some(date) => (1 << RANK_BITS) - 1 - date.first_day().to_bits(),
        None => (1 << RANK_BITS) - 1,
    }
}

/// How many bits a [`rank`] has: 14 of year, 4 of month, 5 of day.
pub(super) const RANK_BITS: u32 = 23;
