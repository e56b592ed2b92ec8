//! Blocks: runs of 1,024 entities or relationships, the unit of memory, checkpoint and rebuild.

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
#[derive(Debug, Default)]
pub(super) struct NodeBlock {
    kinds: Vec<u16>,
    deleted: Vec<u8>,
    records: Records,
}

/// A run of relationships.
#[derive(Debug, Default)]
pub(super) struct EdgeBlock {
    sources: Vec<u32>,
    targets: Vec<u32>,
    tags: Vec<u16>,
    flags: Vec<u8>,
    froms: Vec<u32>,
    tos: Vec<u32>,
    records: Records,
}

/// Byte strings one after another.
#[derive(Debug, Default)]
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
        let start = if place == 0 { 0 } else { self.ends[place - 1] as usize };
        &self.bytes[start..self.ends[place] as usize]
    }

    fn shrink(&mut self) {
        self.ends.shrink_to_fit();
        self.bytes.shrink_to_fit();
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

    /// Gives back the memory that growing left over.
    pub(super) fn shrink(&mut self) {
        self.kinds.shrink_to_fit();
        self.deleted.shrink_to_fit();
        self.records.shrink();
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
        self.sources.len()
    }

    /// Adds a relationship at the end.
    pub(super) fn push(&mut self, row: Row, record: &[u8]) {
        self.sources.push(row.source);
        self.targets.push(row.target);
        self.tags.push(row.tag.0);
        self.flags.push(row.flags);
        self.froms.push(row.from);
        self.tos.push(row.to);
        self.records.push(record);
    }

    /// Gives back the memory that growing left over.
    pub(super) fn shrink(&mut self) {
        self.sources.shrink_to_fit();
        self.targets.shrink_to_fit();
        self.tags.shrink_to_fit();
        self.flags.shrink_to_fit();
        self.froms.shrink_to_fit();
        self.tos.shrink_to_fit();
        self.records.shrink();
    }

    #[inline]
    pub(super) fn row(&self, place: usize) -> Row {
        Row {
            source: self.sources[place],
            target: self.targets[place],
            tag: Tag(self.tags[place]),
            flags: self.flags[place],
            from: self.froms[place],
            to: self.tos[place],
        }
    }

    #[inline]
    pub(super) fn from(&self, place: usize) -> u32 {
        self.froms[place]
    }

    #[inline]
    pub(super) fn record(&self, place: usize) -> &[u8] {
        self.records.get(place)
    }

    /// The block as bytes.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.records.bytes.len() + self.len() * 23 + 16);
        put_number(&mut out, self.len() as u64);
        put_column(&mut out, &self.sources, u32::to_le_bytes);
        put_column(&mut out, &self.targets, u32::to_le_bytes);
        put_column(&mut out, &self.tags, u16::to_le_bytes);
        out.extend_from_slice(&self.flags);
        put_column(&mut out, &self.froms, u32::to_le_bytes);
        put_column(&mut out, &self.tos, u32::to_le_bytes);
        self.records.encode(&mut out);
        out
    }

    /// The block that `bytes` are; `None` where they are none, or refer to what is not there.
    pub(super) fn decode(bytes: &[u8], bounds: &Bounds) -> Option<Self> {
        let mut reader = Reader(bytes);
        let len = reader.small().filter(|it| *it <= BLOCK_LEN)?;
        let block = Self {
            sources: column(&mut reader, len, u32::from_le_bytes)?,
            targets: column(&mut reader, len, u32::from_le_bytes)?,
            tags: column(&mut reader, len, u16::from_le_bytes)?,
            flags: column(&mut reader, len, u8::from_le_bytes)?,
            froms: column(&mut reader, len, u32::from_le_bytes)?,
            tos: column(&mut reader, len, u32::from_le_bytes)?,
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

fn column<T, const N: usize>(
    reader: &mut Reader<'_>,
    len: usize,
    value: impl Fn([u8; N]) -> T,
) -> Option<Vec<T>> {
    let (chunks, _) = reader.take(len * N)?.as_chunks::<N>();
    Some(chunks.iter().map(|it| value(*it)).collect())
}
