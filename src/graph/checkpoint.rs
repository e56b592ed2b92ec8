//! The graph at one revision, as blocks in its store.
//!
//! A checkpoint is a *manifest* that says which blocks it is made of, and the blocks, each under
//! its number and the revision that it was written at. A block that has not changed stays where it
//! is. New blocks are written first; then the manifest is replaced, at once; then the blocks that it
//! no longer names are removed. Whenever that is cut short, the store holds the one checkpoint or
//! the other, and at most some blocks that the next start removes.

use std::{
    mem,
    ops::Range,
    panic::resume_unwind,
    sync::{Arc, Weak},
    thread,
};

use super::{
    Snapshot,
    base::Blocks,
    block::{EdgeBlock, NodeBlock},
    codec::{Reader, put_number},
    commit::Bounds,
    log,
};
use crate::{
    model::Revision,
    ontology::Names,
    store::{BATCH_MAX, Batch, Scan, Store, StoreError},
};

/// The key of the manifest.
const MANIFEST: &[u8] = b"k";
/// Keys of blocks of entities begin with it; number and revision follow.
const NODES: u8 = b'n';
/// Keys of blocks of relationships likewise.
const EDGES: u8 = b'e';
/// The blocks below which a thread is not worth the while.
const SHARE_MIN: usize = 64;
/// The bytes of blocks that are written to the store at once.
const BATCH_BYTES_MAX: usize = 4 << 20;

/// Whether a key is the manifest's or a block's.
pub(super) fn is_part(key: &[u8]) -> bool {
    key.first().is_some_and(|it| [MANIFEST[0], NODES, EDGES].contains(it))
}

/// What the last checkpoint is made of.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    /// The revision of the graph that it holds.
    pub(super) revision: Revision,
    node_count: usize,
    edge_count: usize,
    nodes: Vec<Saved<NodeBlock>>,
    edges: Vec<Saved<EdgeBlock>>,
}

/// Where a block is.
#[derive(Debug)]
struct Saved<B> {
    /// The revision at which it was written.
    written: Revision,
    /// The number of values that it takes.
    parts: usize,
    /// The block itself, so long as a snapshot still has it: then it has not changed.
    block: Weak<B>,
}

/// Makes `snapshot` the checkpoint, where `last` is the one in the store. Costs a pass over what
/// has changed since the snapshot's base was built, and writes the blocks that are not in `last`.
///
/// # Errors
///
/// Where the store fails; the checkpoint is then the last or the new one.
pub(super) fn write(
    store: &dyn Store,
    snapshot: &Snapshot,
    last: &Manifest,
) -> Result<Manifest, StoreError> {
    let blocks = snapshot.blocks();
    let mut batches = Batches::new(store);
    let revision = snapshot.revision();
    let manifest = Manifest {
        revision,
        node_count: snapshot.node_bound(),
        edge_count: snapshot.edge_bound(),
        nodes: save(&mut batches, NODES, revision, &blocks.nodes, &last.nodes, NodeBlock::encode)?,
        edges: save(&mut batches, EDGES, revision, &blocks.edges, &last.edges, EdgeBlock::encode)?,
    };
    batches.flush()?;
    batches.store.write(&manifest.batch())?;
    remove_stale(&mut batches, NODES, &last.nodes, &manifest.nodes)?;
    remove_stale(&mut batches, EDGES, &last.edges, &manifest.edges)?;
    batches.flush()?;
    Ok(manifest)
}

/// Writes the blocks that are not where `last` says.
fn save<B>(
    batches: &mut Batches<'_>,
    tag: u8,
    revision: Revision,
    blocks: &[Arc<B>],
    last: &[Saved<B>],
    encode: impl Fn(&B) -> Vec<u8>,
) -> Result<Vec<Saved<B>>, StoreError> {
    let mut saved = Vec::with_capacity(blocks.len());
    for (number, block) in blocks.iter().enumerate() {
        let weak = Arc::downgrade(block);
        if let Some(there) = last.get(number).filter(|it| it.block.ptr_eq(&weak)) {
            saved.push(Saved { block: weak, ..*there });
            continue;
        }
        let pairs = log::document(&block_key(tag, number, revision), &encode(block));
        saved.push(Saved { written: revision, parts: pairs.len(), block: weak });
        for (key, value) in pairs {
            batches.put(key, value)?;
        }
    }
    Ok(saved)
}

/// Removes the blocks of the checkpoint before that have been written anew.
fn remove_stale<B>(
    batches: &mut Batches<'_>,
    tag: u8,
    last: &[Saved<B>],
    next: &[Saved<B>],
) -> Result<(), StoreError> {
    let pairs = last.iter().zip(next).enumerate();
    for (number, (last, _)) in pairs.filter(|(_, (last, next))| last.written != next.written) {
        let stem = block_key(tag, number, last.written);
        for part in 0..last.parts {
            batches.delete(log::part_key(&stem, part))?;
        }
    }
    Ok(())
}

/// What a store's checkpoint holds.
pub(super) struct Loaded {
    pub(super) manifest: Manifest,
    pub(super) blocks: Blocks,
}

/// Reads the checkpoint; the empty graph where there is none. Removes blocks that an interrupted
/// checkpoint has left. `names` are those that the store's ontology has numbers for.
///
/// # Errors
///
/// Where the store fails, or a block is not there or not as it was written.
pub(super) fn load(store: &dyn Store, names: &Names) -> Result<Loaded, StoreError> {
    let mut manifest = match log::read(store, MANIFEST)? {
        None => Manifest::default(),
        Some(bytes) => Manifest::decode(&bytes)
            .ok_or_else(|| StoreError::Corrupt { key: MANIFEST.to_vec() })?,
    };
    let bounds = Bounds {
        nodes: manifest.node_count,
        edges: manifest.edge_count,
        kinds: names.kinds.len(),
        relations: names.relations.len(),
        properties: names.properties.len(),
    };
    let nodes =
        load_blocks(store, NODES, &mut manifest.nodes, |it| NodeBlock::decode(it, &bounds))?;
    let edges =
        load_blocks(store, EDGES, &mut manifest.edges, |it| EdgeBlock::decode(it, &bounds))?;
    let node_count: usize = nodes.iter().map(|it| it.len()).sum();
    let edge_count: usize = edges.iter().map(|it| it.len()).sum();
    if (node_count, edge_count) != (manifest.node_count, manifest.edge_count) {
        return Err(StoreError::Corrupt { key: MANIFEST.to_vec() });
    }
    Ok(Loaded { manifest, blocks: Blocks { nodes, edges } })
}

/// The blocks of a kind, each core's share of them on a thread of its own.
fn load_blocks<B: Send + Sync>(
    store: &dyn Store,
    tag: u8,
    saved: &mut [Saved<B>],
    decode: impl Fn(&[u8]) -> Option<B> + Sync,
) -> Result<Vec<Arc<B>>, StoreError> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let share = saved.len().div_ceil(threads).max(SHARE_MIN);
    let count = saved.len();
    // Together all keys of the tag, so that whatever is not a block of the checkpoint is removed.
    let keys = |first: usize, last: usize| {
        let bound = |number| block_key(tag, number, Revision(0));
        let begin = if first == 0 { vec![tag] } else { bound(first) };
        let end = if last >= count { vec![tag + 1] } else { bound(last) };
        begin..end
    };
    if count == 0 {
        return load_share(store, keys(0, 0), tag, 0, saved, &decode);
    }
    let decode = &decode;
    thread::scope(|scope| {
        let shares: Vec<_> = saved
            .chunks_mut(share)
            .zip((0..).step_by(share))
            .map(|(saved, first)| {
                let keys = keys(first, first + share);
                scope.spawn(move || load_share(store, keys, tag, first, saved, decode))
            })
            .collect();
        let mut blocks = Vec::with_capacity(count);
        for share in shares {
            blocks.extend(share.join().unwrap_or_else(|panic| resume_unwind(panic))?);
        }
        Ok(blocks)
    })
}

/// The blocks that are numbered from `first` on and lie in a range of keys. Removes what else does.
fn load_share<B>(
    store: &dyn Store,
    keys: Range<Vec<u8>>,
    tag: u8,
    first: usize,
    saved: &mut [Saved<B>],
    decode: impl Fn(&[u8]) -> Option<B>,
) -> Result<Vec<Arc<B>>, StoreError> {
    let batches = &mut Batches::new(store);
    let mut blocks = Vec::with_capacity(saved.len());
    let mut pairs = store.scan(keys);
    for (number, it) in (first..).zip(saved) {
        let stem = block_key(tag, number, it.written);
        let mut value = Vec::new();
        for part in 0..it.parts {
            value.extend(next_part(&mut pairs, batches, &log::part_key(&stem, part))?);
        }
        let bytes = log::assemble(value);
        let block = bytes.and_then(|it| decode(&it)).ok_or(StoreError::Corrupt { key: stem })?;
        let block = Arc::new(block);
        it.block = Arc::downgrade(&block);
        blocks.push(block);
    }
    for pair in pairs {
        batches.delete(pair?.0)?;
    }
    batches.flush()?;
    Ok(blocks)
}

/// The value of `key`. Removes what lies before it.
fn next_part(
    pairs: &mut Scan<'_>,
    batches: &mut Batches<'_>,
    key: &[u8],
) -> Result<Vec<u8>, StoreError> {
    for pair in pairs {
        match pair? {
            (found, value) if found == key => return Ok(value),
            (found, _) if *found < *key => batches.delete(found)?,
            _ => break,
        }
    }
    Err(StoreError::Corrupt { key: key.to_vec() })
}

fn block_key(tag: u8, number: usize, written: Revision) -> Vec<u8> {
    let number = u32::try_from(number).expect("there are fewer blocks than entities");
    [&[tag][..], &number.to_be_bytes(), &written.0.to_be_bytes()].concat()
}

impl Manifest {
    fn batch(&self) -> Batch {
        let mut batch = Batch::default();
        for (key, value) in log::document(MANIFEST, &self.encode()) {
            batch.put(key, value);
        }
        batch
    }

    fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_number(&mut out, self.revision.0);
        put_number(&mut out, self.node_count as u64);
        put_number(&mut out, self.edge_count as u64);
        put_saved(&mut out, &self.nodes);
        put_saved(&mut out, &self.edges);
        out
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        let manifest = Self {
            revision: Revision(reader.number()?),
            node_count: reader.small()?,
            edge_count: reader.small()?,
            nodes: read_saved(&mut reader)?,
            edges: read_saved(&mut reader)?,
        };
        reader.is_empty().then_some(manifest)
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

/// Puts and deletes that are written whenever enough has come together.
struct Batches<'s> {
    store: &'s dyn Store,
    batch: Batch,
    bytes: usize,
}

impl<'s> Batches<'s> {
    fn new(store: &'s dyn Store) -> Self {
        Self { store, batch: Batch::default(), bytes: 0 }
    }

    fn put(&mut self, key: Vec<u8>, value: Vec<u8>) -> Result<(), StoreError> {
        self.make_room()?;
        self.bytes += value.len();
        self.batch.put(key, value);
        Ok(())
    }

    fn delete(&mut self, key: Vec<u8>) -> Result<(), StoreError> {
        self.make_room()?;
        self.batch.delete(key);
        Ok(())
    }

    fn make_room(&mut self) -> Result<(), StoreError> {
        let is_full = self.batch.operations().len() == BATCH_MAX || self.bytes >= BATCH_BYTES_MAX;
        if is_full { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        if self.batch.operations().is_empty() {
            return Ok(());
        }
        self.bytes = 0;
        self.store.write(&mem::take(&mut self.batch))
    }
}
