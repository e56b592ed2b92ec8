//! The graph at one revision, as blocks in its store.
//!
//! A checkpoint is a *manifest* that says which blocks it is made of, and the blocks, each under
//! its number and the revision that it was written at. A block that has not changed stays where it
//! is. New blocks are written first; then the manifest becomes the newest and the one before it a
//! past one, at once; past ones go when [`Milestones`](super::milestones::Milestones) has no use for
//! them: first the manifest, then the blocks that no other is made of. Whenever that is cut short,
//! every manifest in the store has all its blocks, and there are at most some that the next start
//! removes.

use std::{mem, ops::Range, panic::resume_unwind, sync::Arc, thread};

use super::{
    Snapshot,
    base::Blocks,
    block::{EdgeBlock, NodeBlock},
    bounds::Bounds,
    log,
    manifest::{self, EDGES, Manifest, NODES, Saved, block_key},
};
use crate::{
    model::Revision,
    ontology::Names,
    store::{BATCH_MAX, Batch, Scan, Store, StoreError, VALUE_BYTES_MAX},
};

/// The blocks below which a thread is not worth the while.
const SHARE_MIN: usize = 64;
/// The bytes of blocks that are written to the store at once.
const BATCH_BYTES_MAX: usize = 4 << 20;
/// The bytes of one value of a block: few, because a store may keep a number of pages in memory, each of
/// some values. More where a block would have more such parts than this.
const PART_BYTES: usize = 8 << 10;
const PARTS: usize = 1 << 12;

/// Makes `snapshot` the newest checkpoint, where `last` is the newest in the store, and so many
/// bytes of commits led to it. Costs a pass over what has changed since the snapshot's base was
/// built, and writes the blocks that are not in `last`.
///
/// # Errors
///
/// Where the store fails; the newest checkpoint is then the last or the new one.
pub(super) fn write(
    store: &dyn Store,
    snapshot: &Snapshot,
    last: &Manifest,
    log_bytes: u64,
) -> Result<Manifest, StoreError> {
    let blocks = snapshot.blocks();
    let mut batches = Batches::new(store);
    let revision = snapshot.revision();
    let manifest = Manifest {
        revision,
        at: log::glance(store, revision)?,
        log_bytes,
        node_count: snapshot.node_bound(),
        edge_count: snapshot.edge_bound(),
        nodes: save(&mut batches, NODES, revision, &blocks.nodes, &last.nodes, NodeBlock::encode)?,
        edges: save(&mut batches, EDGES, revision, &blocks.edges, &last.edges, EdgeBlock::encode)?,
    };
    batches.flush()?;
    let mut batch = Batch::default();
    let past = (last.revision > Revision(0)).then(|| last.pairs(&last.past_key()));
    let newest = manifest.pairs(&Manifest::newest_key());
    for (key, value) in past.into_iter().flatten().chain(newest) {
        batch.put(key, value);
    }
    store.write(&batch)?;
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
            saved.push(there.clone());
            continue;
        }
        let key = block_key(tag, number, revision);
        let bytes = encode(block);
        let part_max = PART_BYTES.max(bytes.len() / PARTS).min(VALUE_BYTES_MAX);
        let pairs = log::document_in_parts(&key, &bytes, part_max);
        saved.push(Saved { written: revision, parts: pairs.len(), block: weak });
        for (key, value) in pairs {
            batches.put(key, value)?;
        }
    }
    Ok(saved)
}

/// What a store's checkpoints hold.
pub(super) struct Loaded {
    /// The checkpoints in the order of revisions, from where the history begins: the empty graph,
    /// unless the log was pruned.
    pub(super) manifests: Vec<Manifest>,
    /// The blocks of the last of them.
    pub(super) blocks: Blocks,
}

/// Reads the newest checkpoint, and what the others are made of. Removes blocks that an interrupted
/// checkpoint has left. `names` are those that the store's ontology has numbers for.
///
/// # Errors
///
/// Where the store fails, or a block is not there or not as it was written.
pub(super) fn load(store: &dyn Store, names: &Names) -> Result<Loaded, StoreError> {
    let mut newest = match log::read(store, &Manifest::newest_key())? {
        None => Manifest::default(),
        Some(bytes) => decode(&Manifest::newest_key(), &bytes)?,
    };
    let mut manifests = load_past(store, newest.revision)?;
    let bounds = bounds(&newest, names);
    let node = |it: &[u8]| NodeBlock::decode(it, &bounds);
    let edge = |it: &[u8]| EdgeBlock::decode(it, &bounds);
    let nodes = load_blocks(store, NODES, &mut newest.nodes, &manifests, node)?;
    let edges = load_blocks(store, EDGES, &mut newest.edges, &manifests, edge)?;
    let blocks = whole(&newest, Blocks { nodes, edges })?;
    manifests.iter_mut().for_each(|it| it.share(&newest));
    manifests.push(newest);
    for it in manifests.iter_mut().filter(|it| it.revision > Revision(0)) {
        it.at = log::glance(store, it.revision)?;
    }
    Ok(Loaded { manifests, blocks })
}

/// The manifests before the newest, at `newest`, that the log still follows. Removes the others,
/// which pruning would have removed had it not been cut short.
fn load_past(store: &dyn Store, newest: Revision) -> Result<Vec<Manifest>, StoreError> {
    let first = log::first(store)?.unwrap_or_default();
    let mut manifests = Vec::new();
    if first <= Revision(1) && newest > Revision(0) {
        manifests.push(Manifest::default());
    }
    let mut batches = Batches::new(store);
    for document in log::documents(store, manifest::past_keys()) {
        let (key, bytes) = document?;
        let manifest = decode(&key, &bytes)?;
        if (first..newest).contains(&manifest.revision) {
            manifests.push(manifest);
            continue;
        }
        for (key, _) in manifest.pairs(&key) {
            batches.delete(key)?;
        }
    }
    batches.flush()?;
    Ok(manifests)
}

fn decode(key: &[u8], bytes: &[u8]) -> Result<Manifest, StoreError> {
    Manifest::decode(bytes).ok_or_else(|| StoreError::Corrupt { key: key.to_vec() })
}

/// The blocks that a checkpoint is made of. Those that a snapshot has are not read.
///
/// # Errors
///
/// Where the store fails, or a block is not there or not as it was written.
pub(super) fn read(
    store: &dyn Store,
    manifest: &Manifest,
    names: &Names,
) -> Result<Blocks, StoreError> {
    let bounds = bounds(manifest, names);
    let nodes = read_blocks(store, NODES, &manifest.nodes, |it| NodeBlock::decode(it, &bounds))?;
    let edges = read_blocks(store, EDGES, &manifest.edges, |it| EdgeBlock::decode(it, &bounds))?;
    whole(manifest, Blocks { nodes, edges })
}

fn read_blocks<B>(
    store: &dyn Store,
    tag: u8,
    saved: &[Saved<B>],
    decode: impl Fn(&[u8]) -> Option<B>,
) -> Result<Vec<Arc<B>>, StoreError> {
    let read = |(number, it): (usize, &Saved<B>)| {
        if let Some(block) = it.block.upgrade() {
            return Ok(block);
        }
        let key = block_key(tag, number, it.written);
        let block = log::read(store, &key)?.and_then(|it| decode(&it));
        block.map(Arc::new).ok_or(StoreError::Corrupt { key })
    };
    saved.iter().enumerate().map(read).collect()
}

/// What the blocks of a checkpoint may refer to.
fn bounds(manifest: &Manifest, names: &Names) -> Bounds {
    Bounds {
        nodes: manifest.node_count,
        edges: manifest.edge_count,
        kinds: names.kinds.len(),
        relations: names.relations.len(),
        properties: names.properties.len(),
    }
}

/// The blocks, if they hold as much as the manifest says.
fn whole(manifest: &Manifest, blocks: Blocks) -> Result<Blocks, StoreError> {
    let node_count: usize = blocks.nodes.iter().map(|it| it.len()).sum();
    let edge_count: usize = blocks.edges.iter().map(|it| it.len()).sum();
    if (node_count, edge_count) != (manifest.node_count, manifest.edge_count) {
        return Err(StoreError::Corrupt { key: Manifest::newest_key() });
    }
    Ok(blocks)
}

/// The blocks of a kind, each core's share of them on a thread of its own.
fn load_blocks<B: Send + Sync>(
    store: &dyn Store,
    tag: u8,
    saved: &mut [Saved<B>],
    past: &[Manifest],
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
        return load_share(store, keys(0, 0), tag, 0, saved, past, &decode);
    }
    let decode = &decode;
    thread::scope(|scope| {
        let shares: Vec<_> = saved
            .chunks_mut(share)
            .zip((0..).step_by(share))
            .map(|(saved, first)| {
                let keys = keys(first, first + share);
                scope.spawn(move || load_share(store, keys, tag, first, saved, past, decode))
            })
            .collect();
        let mut blocks = Vec::with_capacity(count);
        for share in shares {
            blocks.extend(share.join().unwrap_or_else(|panic| resume_unwind(panic))?);
        }
        Ok(blocks)
    })
}

/// The blocks that are numbered from `first` on and lie in a range of keys. Removes what else does
/// and no past checkpoint is made of.
fn load_share<B>(
    store: &dyn Store,
    keys: Range<Vec<u8>>,
    tag: u8,
    first: usize,
    saved: &mut [Saved<B>],
    past: &[Manifest],
    decode: impl Fn(&[u8]) -> Option<B>,
) -> Result<Vec<Arc<B>>, StoreError> {
    let batches = &mut Batches::new(store);
    let mut blocks = Vec::with_capacity(saved.len());
    let mut pairs = store.scan(keys);
    for (number, it) in (first..).zip(saved) {
        let stem = block_key(tag, number, it.written);
        let mut value = Vec::new();
        for part in 0..it.parts {
            value.extend(next_part(&mut pairs, batches, past, &log::part_key(&stem, part))?);
        }
        let bytes = log::assemble(value);
        let block = bytes.and_then(|it| decode(&it)).ok_or(StoreError::Corrupt { key: stem })?;
        let block = Arc::new(block);
        it.block = Arc::downgrade(&block);
        blocks.push(block);
    }
    for pair in pairs {
        batches.sweep(past, pair?.0)?;
    }
    batches.flush()?;
    Ok(blocks)
}

/// The value of `key`. Removes what lies before it and no past checkpoint is made of.
fn next_part(
    pairs: &mut Scan<'_>,
    batches: &mut Batches<'_>,
    past: &[Manifest],
    key: &[u8],
) -> Result<Vec<u8>, StoreError> {
    for pair in pairs {
        match pair? {
            (found, value) if found == key => return Ok(value),
            (found, _) if *found < *key => batches.sweep(past, found)?,
            _ => break,
        }
    }
    Err(StoreError::Corrupt { key: key.to_vec() })
}

/// Puts and deletes that are written whenever enough has come together.
pub(super) struct Batches<'s> {
    store: &'s dyn Store,
    batch: Batch,
    bytes: usize,
}

impl<'s> Batches<'s> {
    pub(super) fn new(store: &'s dyn Store) -> Self {
        Self { store, batch: Batch::default(), bytes: 0 }
    }

    fn put(&mut self, key: Vec<u8>, value: Vec<u8>) -> Result<(), StoreError> {
        self.make_room()?;
        self.bytes += value.len();
        self.batch.put(key, value);
        Ok(())
    }

    pub(super) fn delete(&mut self, key: Vec<u8>) -> Result<(), StoreError> {
        self.make_room()?;
        self.batch.delete(key);
        Ok(())
    }

    /// Deletes the key of a block that no checkpoint of the past is made of.
    fn sweep(&mut self, past: &[Manifest], key: Vec<u8>) -> Result<(), StoreError> {
        if past.iter().any(|it| it.names(&key)) { Ok(()) } else { self.delete(key) }
    }

    fn make_room(&mut self) -> Result<(), StoreError> {
        let is_full = self.batch.operations().len() == BATCH_MAX || self.bytes >= BATCH_BYTES_MAX;
        if is_full { self.flush() } else { Ok(()) }
    }

    pub(super) fn flush(&mut self) -> Result<(), StoreError> {
        if self.batch.operations().is_empty() {
            return Ok(());
        }
        self.bytes = 0;
        self.store.write(&mem::take(&mut self.batch))
    }
}
