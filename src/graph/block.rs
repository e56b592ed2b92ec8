//! Blocks: runs of 1,024 entities or relationships, the unit of memory, checkpoint and rebuild.

use std::ops::Range;

use super::{
    codec::{Reader, put_bytes, put_number},
    commit::Bounds,
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
    kinds: Vec<u16>,
    deleted: Vec<u8>,
    records: Records,
}

/// A run of relationships.
#[derive(Clone, Debug, Default)]
pub(super) struct EdgeBlock {
    /// Source and target.
    ends: Vec<[u32; 2]>,
    tags: Vec<u16>,
    flags: Vec<u8>,
    /// The bits of the first and the last date of validity.
    dates: Vec<[u32; 2]>,
    records: Records,
}

/// Byte strings one after another.
#[derive(Clone, Debug, Default)]
struct Records {
    ends: Vec<u32>,
    bytes: Vec<u8>,
}

impl Records {
    fn push(&mut self, record: &[u8]) {
        self.bytes.extend_from_slice(record);
        let end = u32::try_from(self.bytes.len()).expect("1,024 records fit 4 GiB");
        self.ends.push(end);
    }

    #[inline]
    fn get(&self, place: usize) -> &[u8] {
        &self.bytes[self.range(place)]
    }

    #[inline]
    fn range(&self, place: usize) -> Range<usize> {
        let start = if place == 0 { 0 } else { self.ends[place - 1] as usize };
        start..self.ends[place] as usize
    }

    /// Puts another record in the place of one. Costs a move of those after it.
    fn set(&mut self, place: usize, record: &[u8]) {
        let range = self.range(place);
        let (old, new) = (range.len() as u32, record.len() as u32);
        self.bytes.splice(range, record.iter().copied());
        for end in &mut self.ends[place..] {
            *end = end.checked_add(new).expect("1,024 records fit 4 GiB") - old;
        }
    }

    fn shrink(&mut self) {
        self.ends.shrink_to_fit();
        self.bytes.shrink_to_fit();
    }

    fn memory_bytes(&self) -> usize {
        self.bytes.capacity() + size_of_val(&*self.ends)
    }

    fn encode(&self, out: &mut Vec<u8>) {
        put_column(out, &self.ends, u32::to_le_bytes);
        put_bytes(out, &self.bytes);
    }

    fn decode(reader: &mut Reader<'_>, len: usize) -> Option<Self> {
        let ends = column(reader, len, u32::from_le_bytes)?;
        let bytes = reader.bytes()?.to_vec();
        let is_whole = ends.last().is_none_or(|it| *it as usize == bytes.len());
        (ends.is_sorted() && is_whole).then_some(Self { ends, bytes })
    }
}

impl NodeBlock {
    /// How many entities it holds.
    pub(super) fn len(&self) -> usize {
        self.kinds.len()
    }

    /// Adds an entity at the end.
    pub(super) fn push(&mut self, kind: KindId, is_deleted: bool, record: &[u8]) {
        self.kinds.push(kind.0);
        self.deleted.push(u8::from(is_deleted));
        self.records.push(record);
    }

    /// Puts another state of an entity in its place.
    pub(super) fn set(&mut self, place: usize, is_deleted: bool, record: &[u8]) {
        self.deleted[place] = u8::from(is_deleted);
        self.records.set(place, record);
    }

    /// Gives back the memory that growing left over.
    pub(super) fn shrink(&mut self) {
        self.kinds.shrink_to_fit();
        self.deleted.shrink_to_fit();
        self.records.shrink();
    }

    /// The memory that it takes.
    pub(super) fn memory_bytes(&self) -> usize {
        let columns = size_of_val(&*self.kinds) + size_of_val(&*self.deleted);
        size_of::<Self>() + columns + self.records.memory_bytes()
    }

    #[inline]
    pub(super) fn kind(&self, place: usize) -> KindId {
        KindId(self.kinds[place])
    }

    #[inline]
    pub(super) fn is_deleted(&self, place: usize) -> bool {
        self.deleted[place] != 0
    }

    #[inline]
    pub(super) fn record(&self, place: usize) -> &[u8] {
        self.records.get(place)
    }

    /// The block as bytes.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.records.bytes.len() + self.len() * 7 + 16);
        put_number(&mut out, self.len() as u64);
        put_column(&mut out, &self.kinds, u16::to_le_bytes);
        out.extend_from_slice(&self.deleted);
        self.records.encode(&mut out);
        out
    }

    /// The block that `bytes` are; `None` where they are none, or refer to what is not there.
    pub(super) fn decode(bytes: &[u8], bounds: &Bounds) -> Option<Self> {
        let mut reader = Reader(bytes);
        let len = reader.small().filter(|it| *it <= BLOCK_LEN)?;
        let block = Self {
            kinds: column(&mut reader, len, u16::from_le_bytes)?,
            deleted: column(&mut reader, len, u8::from_le_bytes)?,
            records: Records::decode(&mut reader, len)?,
        };
        let is_sound = reader.is_empty()
            && block.kinds.iter().all(|it| usize::from(*it) < bounds.kinds)
            && (0..len).all(|it| check_entity(block.record(it), bounds));
        is_sound.then_some(block)
    }
}

impl EdgeBlock {
    /// How many relationships it holds.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Adds a relationship at the end.
    pub(super) fn push(&mut self, row: Row, record: &[u8]) {
        self.ends.push([row.source, row.target]);
        self.tags.push(row.tag.0);
        self.flags.push(row.flags);
        self.dates.push([row.from, row.to]);
        self.records.push(record);
    }

    /// Puts another state of a relationship in its place.
    pub(super) fn set(&mut self, place: usize, row: Row, record: &[u8]) {
        self.ends[place] = [row.source, row.target];
        self.tags[place] = row.tag.0;
        self.flags[place] = row.flags;
        self.dates[place] = [row.from, row.to];
        self.records.set(place, record);
    }

    /// Gives back the memory that growing left over.
    pub(super) fn shrink(&mut self) {
        self.ends.shrink_to_fit();
        self.tags.shrink_to_fit();
        self.flags.shrink_to_fit();
        self.dates.shrink_to_fit();
        self.records.shrink();
    }

    /// The memory that it takes.
    pub(super) fn memory_bytes(&self) -> usize {
        let pairs = size_of_val(&*self.ends) + size_of_val(&*self.dates);
        let columns = pairs + size_of_val(&*self.tags) + size_of_val(&*self.flags);
        size_of::<Self>() + columns + self.records.memory_bytes()
    }

    #[inline]
    pub(super) fn row(&self, place: usize) -> Row {
        let [source, target] = self.ends[place];
        let [from, to] = self.dates[place];
        Row { source, target, tag: Tag(self.tags[place]), flags: self.flags[place], from, to }
    }

    /// The bits of the dates of validity.
    #[inline]
    pub(super) fn dates(&self, place: usize) -> [u32; 2] {
        self.dates[place]
    }

    #[inline]
    pub(super) fn record(&self, place: usize) -> &[u8] {
        self.records.get(place)
    }

    /// The block as bytes.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.records.bytes.len() + self.len() * 23 + 16);
        put_number(&mut out, self.len() as u64);
        put_column(&mut out, self.ends.as_flattened(), u32::to_le_bytes);
        put_column(&mut out, &self.tags, u16::to_le_bytes);
        out.extend_from_slice(&self.flags);
        put_column(&mut out, self.dates.as_flattened(), u32::to_le_bytes);
        self.records.encode(&mut out);
        out
    }

    /// The block that `bytes` are; `None` where they are none, or refer to what is not there.
    pub(super) fn decode(bytes: &[u8], bounds: &Bounds) -> Option<Self> {
        let mut reader = Reader(bytes);
        let len = reader.small().filter(|it| *it <= BLOCK_LEN)?;
        let block = Self {
            ends: column(&mut reader, len, pair)?,
            tags: column(&mut reader, len, u16::from_le_bytes)?,
            flags: column(&mut reader, len, u8::from_le_bytes)?,
            dates: column(&mut reader, len, pair)?,
            records: Records::decode(&mut reader, len)?,
        };
        let is_sound = reader.is_empty()
            && (0..len).all(|it| {
                block.row(it).is_valid(bounds) && check_relationship(block.record(it), bounds)
            });
        is_sound.then_some(block)
    }
}

fn put_column<T: Copy, const N: usize>(
    out: &mut Vec<u8>,
    column: &[T],
    bytes: impl Fn(T) -> [u8; N],
) {
    for it in column {
        out.extend_from_slice(&bytes(*it));
    }
}

fn pair(bytes: [u8; 8]) -> [u32; 2] {
    let number = u64::from_le_bytes(bytes);
    [number as u32, (number >> 32) as u32]
}

fn column<T, const N: usize>(
    reader: &mut Reader<'_>,
    len: usize,
    value: impl Fn([u8; N]) -> T,
) -> Option<Vec<T>> {
    let (chunks, _) = reader.take(len * N)?.as_chunks::<N>();
    Some(chunks.iter().map(|it| value(*it)).collect())
}
