//! Blocks: runs of 1,024 entities or relationships, the unit of memory, checkpoint and rebuild.

use std::ops::Range;

use super::{
    bounds::Bounds,
    codec::{Reader, put_bytes, put_number},
    entity::check_entity,
    relationship::check_relationship,
    row::{Row, Tag},
};
use crate::model::KindId;

/// How many entities or relationships a block holds; only the last block of a graph holds fewer.
pub(super) const BLOCK_LEN: usize = 1 << BLOCK_SHIFT;
/// The block of number `n` is `n >> BLOCK_SHIFT`.
pub(super) const BLOCK_SHIFT: u32 = 10;

/// A run of entities.
#[derive(Clone, Debug, Default)]
pub(super) struct NodeBlock {
    slots: Vec<NodeSlot>,
    /// Their records one after another.
    bytes: Vec<u8>,
}

/// A run of relationships.
#[derive(Clone, Debug, Default)]
pub(super) struct EdgeBlock {
    slots: Vec<EdgeSlot>,
    /// Their records one after another.
    bytes: Vec<u8>,
}

/// What there is of an entity beside its record, in one place, so that one wait for memory brings
/// all of it.
#[derive(Clone, Copy, Debug)]
struct NodeSlot {
    /// Where its record ends.
    end: u32,
    kind: u16,
    deleted: u8,
}

/// What there is of a relationship beside its record, likewise.
#[derive(Clone, Copy, Debug)]
struct EdgeSlot {
    /// Source and target.
    ends: [u32; 2],
    /// The bits of the first and the last date of validity.
    dates: [u32; 2],
    /// Where its record ends.
    end: u32,
    tag: u16,
    flags: u8,
}

/// A slot of a block.
trait Slot {
    /// Where the record ends.
    fn end(&mut self) -> &mut u32;
}

impl Slot for NodeSlot {
    fn end(&mut self) -> &mut u32 {
        &mut self.end
    }
}

impl Slot for EdgeSlot {
    fn end(&mut self) -> &mut u32 {
        &mut self.end
    }
}

impl NodeBlock {
    /// How many entities it holds.
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// Adds an entity at the end.
    pub(super) fn push(&mut self, kind: KindId, is_deleted: bool, record: &[u8]) {
        let end = push_record(&mut self.bytes, record);
        self.slots.push(NodeSlot { end, kind: kind.0, deleted: u8::from(is_deleted) });
    }

    /// Puts another state of an entity in its place.
    pub(super) fn set(&mut self, place: usize, is_deleted: bool, record: &[u8]) {
        self.slots[place].deleted = u8::from(is_deleted);
        let range = self.range(place);
        set_record(&mut self.slots[place..], &mut self.bytes, range, record);
    }

    /// Gives back the memory that growing left over.
    pub(super) fn shrink(&mut self) {
        self.slots.shrink_to_fit();
        self.bytes.shrink_to_fit();
    }

    /// The memory that it takes.
    pub(super) fn memory_bytes(&self) -> usize {
        size_of::<Self>() + size_of_val(&*self.slots) + self.bytes.capacity()
    }

    #[inline]
    pub(super) fn kind(&self, place: usize) -> KindId {
        KindId(self.slots[place].kind)
    }

    #[inline]
    pub(super) fn is_deleted(&self, place: usize) -> bool {
        self.slots[place].deleted != 0
    }

    #[inline]
    pub(super) fn record(&self, place: usize) -> &[u8] {
        &self.bytes[self.range(place)]
    }

    #[inline]
    fn range(&self, place: usize) -> Range<usize> {
        let start = if place == 0 { 0 } else { self.slots[place - 1].end };
        start as usize..self.slots[place].end as usize
    }

    /// The block as bytes.
    pub(super) fn encode(&self) -> Vec<u8> {
        let slots = || self.slots.iter();
        let mut out = Vec::with_capacity(self.bytes.len() + self.len() * 7 + 16);
        put_number(&mut out, self.len() as u64);
        put_column(&mut out, slots().map(|it| it.kind.to_le_bytes()));
        put_column(&mut out, slots().map(|it| [it.deleted]));
        put_column(&mut out, slots().map(|it| it.end.to_le_bytes()));
        put_bytes(&mut out, &self.bytes);
        out
    }

    /// The block that `bytes` are; `None` where they are none, or refer to what is not there.
    pub(super) fn decode(bytes: &[u8], bounds: &Bounds) -> Option<Self> {
        let mut reader = Reader(bytes);
        let len = reader.small().filter(|it| *it <= BLOCK_LEN)?;
        let kinds = column(&mut reader, len)?.iter().map(|it| u16::from_le_bytes(*it));
        let deleted = column(&mut reader, len)?.iter().map(|[it]| *it);
        let ends = column(&mut reader, len)?.iter().map(|it| u32::from_le_bytes(*it));
        let slots = kinds.zip(deleted).zip(ends.clone());
        let slots = slots.map(|((kind, deleted), end)| NodeSlot { end, kind, deleted });
        let block = Self { slots: slots.collect(), bytes: records(&mut reader, ends)? };
        let is_sound = reader.is_empty()
            && block.slots.iter().all(|it| usize::from(it.kind) < bounds.kinds)
            && (0..len).all(|it| check_entity(block.record(it), bounds));
        is_sound.then_some(block)
    }
}

impl EdgeBlock {
    /// How many relationships it holds.
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// Adds a relationship at the end.
    pub(super) fn push(&mut self, row: Row, record: &[u8]) {
        let end = push_record(&mut self.bytes, record);
        self.slots.push(EdgeSlot::new(row, end));
    }

    /// Puts another state of a relationship in its place.
    pub(super) fn set(&mut self, place: usize, row: Row, record: &[u8]) {
        self.slots[place] = EdgeSlot::new(row, self.slots[place].end);
        let range = self.range(place);
        set_record(&mut self.slots[place..], &mut self.bytes, range, record);
    }

    /// Gives back the memory that growing left over.
    pub(super) fn shrink(&mut self) {
        self.slots.shrink_to_fit();
        self.bytes.shrink_to_fit();
    }

    /// The memory that it takes.
    pub(super) fn memory_bytes(&self) -> usize {
        size_of::<Self>() + size_of_val(&*self.slots) + self.bytes.capacity()
    }

    #[inline]
    pub(super) fn row(&self, place: usize) -> Row {
        self.slots[place].row()
    }

    /// The bits of the dates of validity.
    #[inline]
    pub(super) fn dates(&self, place: usize) -> [u32; 2] {
        self.slots[place].dates
    }

    #[inline]
    pub(super) fn record(&self, place: usize) -> &[u8] {
        &self.bytes[self.range(place)]
    }

    #[inline]
    fn range(&self, place: usize) -> Range<usize> {
        let start = if place == 0 { 0 } else { self.slots[place - 1].end };
        start as usize..self.slots[place].end as usize
    }

    /// The block as bytes.
    pub(super) fn encode(&self) -> Vec<u8> {
        let slots = || self.slots.iter();
        let mut out = Vec::with_capacity(self.bytes.len() + self.len() * 23 + 16);
        put_number(&mut out, self.len() as u64);
        put_column(&mut out, slots().flat_map(|it| it.ends.map(u32::to_le_bytes)));
        put_column(&mut out, slots().map(|it| it.tag.to_le_bytes()));
        put_column(&mut out, slots().map(|it| [it.flags]));
        put_column(&mut out, slots().flat_map(|it| it.dates.map(u32::to_le_bytes)));
        put_column(&mut out, slots().map(|it| it.end.to_le_bytes()));
        put_bytes(&mut out, &self.bytes);
        out
    }

    /// The block that `bytes` are; `None` where they are none, or refer to what is not there.
    pub(super) fn decode(bytes: &[u8], bounds: &Bounds) -> Option<Self> {
        let mut reader = Reader(bytes);
        let len = reader.small().filter(|it| *it <= BLOCK_LEN)?;
        let joined = column(&mut reader, len)?.iter().map(|it| pair(*it));
        let tags = column(&mut reader, len)?.iter().map(|it| u16::from_le_bytes(*it));
        let flags = column(&mut reader, len)?.iter().map(|[it]| *it);
        let dates = column(&mut reader, len)?.iter().map(|it| pair(*it));
        let ends = column(&mut reader, len)?.iter().map(|it| u32::from_le_bytes(*it));
        let slots = joined.zip(tags).zip(flags).zip(dates).zip(ends.clone());
        let slots = slots.map(|((((joined, tag), flags), dates), end)| EdgeSlot {
            ends: joined,
            dates,
            end,
            tag,
            flags,
        });
        let block = Self { slots: slots.collect(), bytes: records(&mut reader, ends)? };
        let is_sound = reader.is_empty()
            && (0..len).all(|it| {
                block.row(it).is_valid(bounds) && check_relationship(block.record(it), bounds)
            });
        is_sound.then_some(block)
    }
}

impl EdgeSlot {
    fn new(row: Row, end: u32) -> Self {
        let Row { source, target, tag, flags, from, to } = row;
        Self { ends: [source, target], dates: [from, to], end, tag: tag.0, flags }
    }

    #[inline]
    fn row(&self) -> Row {
        let ([source, target], [from, to]) = (self.ends, self.dates);
        Row { source, target, tag: Tag(self.tag), flags: self.flags, from, to }
    }
}

/// Appends a record, and gives its end.
fn push_record(bytes: &mut Vec<u8>, record: &[u8]) -> u32 {
    bytes.extend_from_slice(record);
    u32::try_from(bytes.len()).expect("1,024 records fit 4 GiB")
}

/// Puts another record in the place of the one at `range`, that of the first of `slots`. Costs a
/// move of those after it.
fn set_record(slots: &mut [impl Slot], bytes: &mut Vec<u8>, range: Range<usize>, record: &[u8]) {
    let (old, new) = (range.len() as u32, record.len() as u32);
    bytes.splice(range, record.iter().copied());
    for end in slots.iter_mut().map(Slot::end) {
        *end = end.checked_add(new).expect("1,024 records fit 4 GiB") - old;
    }
}

fn put_column<const N: usize>(out: &mut Vec<u8>, column: impl Iterator<Item = [u8; N]>) {
    for it in column {
        out.extend_from_slice(&it);
    }
}

fn pair(bytes: [u8; 8]) -> [u32; 2] {
    let number = u64::from_le_bytes(bytes);
    [number as u32, (number >> 32) as u32]
}

fn column<'b, const N: usize>(reader: &mut Reader<'b>, len: usize) -> Option<&'b [[u8; N]]> {
    Some(reader.take(len * N)?.as_chunks::<N>().0)
}

/// The records that end at `ends`.
fn records(reader: &mut Reader<'_>, ends: impl Iterator<Item = u32> + Clone) -> Option<Vec<u8>> {
    let bytes = reader.bytes()?.to_vec();
    let is_whole = ends.clone().last().is_none_or(|it| it as usize == bytes.len());
    (ends.is_sorted() && is_whole).then_some(bytes)
}
