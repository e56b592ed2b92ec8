//! What checkpoints are made of, and the keys of it.

use std::{ops::Range, sync::Weak};

use super::{
    block::{EdgeBlock, NodeBlock},
    codec::{Reader, put_number},
    log,
};
use crate::model::{Revision, Timestamp};

/// The key of the newest manifest.
const NEWEST: &[u8] = b"k";
/// Keys of manifests before it begin with it; their revision follows.
const PAST: u8 = b'p';
/// Keys of blocks of entities begin with it; number and revision follow.
pub(super) const NODES: u8 = b'n';
/// Keys of blocks of relationships likewise.
pub(super) const EDGES: u8 = b'e';
/// What a record takes in the log at least, about.
pub(super) const RECORD_BYTES: u64 = 16;

/// What one checkpoint is made of.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    /// The revision of the graph that it holds.
    pub(super) revision: Revision,
    /// When that was recorded. Not written: its commit says so.
    pub(super) at: Timestamp,
    /// The bytes of all commits that led there, about.
    pub(super) log_bytes: u64,
    pub(super) node_count: usize,
    pub(super) edge_count: usize,
    pub(super) nodes: Vec<Saved<NodeBlock>>,
    pub(super) edges: Vec<Saved<EdgeBlock>>,
}

/// Where a block is.
#[derive(Debug)]
pub(super) struct Saved<B> {
    /// The revision at which it was written.
    pub(super) written: Revision,
    /// The number of values that it takes.
    pub(super) parts: usize,
    /// The block itself, so long as a snapshot still has it: then it has not changed.
    pub(super) block: Weak<B>,
}

/// The key of a block, without its parts.
pub(super) fn block_key(tag: u8, number: usize, written: Revision) -> Vec<u8> {
    let number = u32::try_from(number).expect("there are fewer blocks than entities");
    [&[tag][..], &number.to_be_bytes(), &written.0.to_be_bytes()].concat()
}

/// The keys of all manifests but the newest.
pub(super) fn past_keys() -> Range<Vec<u8>> {
    vec![PAST]..vec![PAST + 1]
}

/// Whether a key is a manifest's.
pub(super) fn is_manifest(key: &[u8]) -> bool {
    key.first().is_some_and(|it| [NEWEST[0], PAST].contains(it))
}

/// Whether a key is a block's.
pub(super) fn is_block(key: &[u8]) -> bool {
    key.first().is_some_and(|it| [NODES, EDGES].contains(it))
}

impl Manifest {
    /// The key of the newest.
    pub(super) fn newest_key() -> Vec<u8> {
        NEWEST.to_vec()
    }

    /// The key under which it is kept when another is the newest.
    pub(super) fn past_key(&self) -> Vec<u8> {
        [&[PAST][..], &self.revision.0.to_be_bytes()].concat()
    }

    /// The records of the graph, in the bytes that they take in the log at least.
    pub(super) fn record_bytes(&self) -> u64 {
        (self.node_count + self.edge_count) as u64 * RECORD_BYTES
    }

    /// Whether `key` is one of a block that this one is made of.
    pub(super) fn names(&self, key: &[u8]) -> bool {
        let Some((block, part)) = key.split_last_chunk().filter(|(it, _)| it.len() == 13) else {
            return false;
        };
        let (number, written) = block[1..].split_first_chunk().expect("it is longer");
        let number = u32::from_be_bytes(*number) as usize;
        let is_here = |written_here: Revision, parts: usize| {
            written_here.0.to_be_bytes() == *written
                && usize::from(u16::from_be_bytes(*part)) < parts
        };
        match block[0] {
            NODES => self.nodes.get(number).is_some_and(|it| is_here(it.written, it.parts)),
            EDGES => self.edges.get(number).is_some_and(|it| is_here(it.written, it.parts)),
            _ => false,
        }
    }

    /// The keys of blocks that neither the one before nor the one after is made of. As a block that
    /// changes is written anew, no other is made of them either.
    pub(super) fn own_keys(&self, before: &Self, after: &Self) -> Vec<Vec<u8>> {
        let mut keys = Vec::new();
        own_keys(NODES, &self.nodes, [&before.nodes, &after.nodes], &mut keys);
        own_keys(EDGES, &self.edges, [&before.edges, &after.edges], &mut keys);
        keys
    }

    /// Takes note of the blocks in memory that it shares with a later one.
    pub(super) fn share(&mut self, later: &Self) {
        share(&mut self.nodes, &later.nodes);
        share(&mut self.edges, &later.edges);
    }

    /// The pairs to put, so that it is found under `key`.
    pub(super) fn pairs(&self, key: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
        log::document(key, &self.encode())
    }

    fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_number(&mut out, self.revision.0);
        put_number(&mut out, self.node_count as u64);
        put_number(&mut out, self.edge_count as u64);
        put_saved(&mut out, &self.nodes);
        put_saved(&mut out, &self.edges);
        put_number(&mut out, self.log_bytes);
        out
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        let mut manifest = Self {
            revision: Revision(reader.number()?),
            at: Timestamp::default(),
            log_bytes: 0,
            node_count: reader.small()?,
            edge_count: reader.small()?,
            nodes: read_saved(&mut reader)?,
            edges: read_saved(&mut reader)?,
        };
        // The first manifests did not say.
        let is_said = !reader.is_empty();
        manifest.log_bytes = if is_said { reader.number()? } else { manifest.record_bytes() };
        reader.is_empty().then_some(manifest)
    }
}

impl<B> Clone for Saved<B> {
    fn clone(&self) -> Self {
        Self { block: Weak::clone(&self.block), ..*self }
    }
}

fn own_keys<B>(tag: u8, saved: &[Saved<B>], others: [&[Saved<B>]; 2], keys: &mut Vec<Vec<u8>>) {
    for (number, it) in saved.iter().enumerate() {
        let is_there =
            |other: &[Saved<B>]| other.get(number).is_some_and(|o| o.written == it.written);
        if others.into_iter().any(is_there) {
            continue;
        }
        let stem = block_key(tag, number, it.written);
        keys.extend((0..it.parts).map(|part| log::part_key(&stem, part)));
    }
}

fn share<B>(saved: &mut [Saved<B>], later: &[Saved<B>]) {
    for (it, later) in saved.iter_mut().zip(later) {
        if it.written == later.written {
            it.block = Weak::clone(&later.block);
        }
    }
}

fn put_saved<B>(out: &mut Vec<u8>, saved: &[Saved<B>]) {
    put_number(out, saved.len() as u64);
    for it in saved {
        put_number(out, it.written.0);
        put_number(out, it.parts as u64);
    }
}

fn read_saved<B>(reader: &mut Reader<'_>) -> Option<Vec<Saved<B>>> {
    let count = reader.number()?;
    let saved = || {
        let written = Revision(reader.number()?);
        Some(Saved { written, parts: reader.small()?, block: Weak::new() })
    };
    std::iter::repeat_with(saved).take(usize::try_from(count).ok()?).collect()
}
