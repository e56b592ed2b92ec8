//! A graph as the pairs of a store, out of one store and into another.

use std::{io, mem};

use super::{
    Graph, log,
    manifest::{self, Manifest},
};
use crate::{
    model::Revision,
    store::{BATCH_MAX, Batch, KEY_BYTES_MAX, Store, StoreError, VALUE_BYTES_MAX},
};

/// The bytes of pairs that are restored at once.
const BATCH_BYTES_MAX: usize = 4 << 20;

/// Why a graph could not be written out or read back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The pairs could not be written or read.
    #[error("the backup cannot be written or read")]
    Io(#[from] io::Error),
    /// It holds what no backup does.
    #[error(
        "the backup has a pair of {bytes} bytes, more than a store takes; it is none of relata's"
    )]
    TooLong {
        /// How long it is.
        bytes: usize,
    },
    /// There is something in the store already.
    #[error("there is a graph already; restore into an empty folder")]
    NotEmpty,
}

/// A part of a backup.
#[derive(Clone, Copy, Debug)]
pub enum Part<'a> {
    /// The revision that it holds: the first part.
    Revision(Revision),
    /// A key of the store and its value.
    Pair(&'a [u8], &'a [u8]),
}

impl Graph {
    /// Hands `take` all that a store needs to hold the graph as it is now, with its whole history.
    /// Neither readers nor writers are held up; what goes into it is not pruned meanwhile.
    ///
    /// Costs a read of the log and of the checkpoints that are kept.
    ///
    /// # Errors
    ///
    /// Where the store fails, or `take` does.
    pub fn backup(
        &self,
        take: &mut dyn FnMut(Part<'_>) -> io::Result<()>,
    ) -> Result<(), BackupError> {
        let store = self.store();
        // In this order: then no checkpoint is of a later graph.
        let (manifests, snapshot) = (self.milestones().pinned(), self.snapshot());
        take(Part::Revision(snapshot.revision()))?;
        // The log grows while it is read; what it has already stays as it is.
        let first = log::commit_key(manifests[0].revision);
        let log = first..log::commit_key(snapshot.revision().next());
        for range in [log, vec![]..log::begin(), log::end()..vec![u8::MAX]] {
            for pair in store.scan(range) {
                let (key, value) = pair?;
                let is_block = manifest::is_block(&key);
                let is_part = is_block && manifests.iter().any(|it| it.names(&key));
                if is_part || !is_block && !manifest::is_manifest(&key) {
                    take(Part::Pair(&key, &value))?;
                }
            }
        }
        let (newest, past) = manifests.split_last().expect("there is at least one");
        let keyed = past.iter().map(|it| (it, it.past_key()));
        let keyed = keyed.chain([(newest, Manifest::newest_key())]);
        for (manifest, key) in keyed.filter(|(it, _)| it.revision > Revision(0)) {
            for (key, value) in manifest.pairs(&key) {
                take(Part::Pair(&key, &value))?;
            }
        }
        Ok(())
    }
}

/// Puts `pairs` into `store`, and moves its head to `revision` when all are there.
///
/// # Errors
///
/// Where the store is not empty or fails, or a pair cannot be read; its head then stays at zero.
pub fn restore(
    store: &dyn Store,
    revision: Revision,
    pairs: impl Iterator<Item = io::Result<(Vec<u8>, Vec<u8>)>>,
) -> Result<(), BackupError> {
    if store.head()? != Revision(0) || store.scan(vec![]..vec![u8::MAX]).next().is_some() {
        return Err(BackupError::NotEmpty);
    }
    let (mut batch, mut bytes) = (Batch::default(), 0);
    for pair in pairs {
        let (key, value) = pair?;
        if key.len() > KEY_BYTES_MAX || value.len() > VALUE_BYTES_MAX {
            return Err(BackupError::TooLong { bytes: key.len() + value.len() });
        }
        bytes += value.len();
        batch.put(key, value);
        if batch.operations().len() == BATCH_MAX || bytes >= BATCH_BYTES_MAX {
            store.write(&mem::take(&mut batch))?;
            bytes = 0;
        }
    }
    if revision == Revision(0) {
        return Ok(store.write(&batch)?);
    }
    Ok(store.commit(Revision(0), revision, &batch)?)
}
