//! A graph as the pairs of a store, out of one store and into another.

use std::{
    io, iter, mem,
    ops::Range,
    sync::mpsc::{self, SyncSender},
    thread,
};

use super::{
    Graph,
    checkpoint::{self, Manifest},
    log,
};
use crate::{
    model::Revision,
    store::{BATCH_MAX, Batch, Scan, Store, StoreError},
};

/// The bytes of pairs that are restored at once.
const BATCH_BYTES_MAX: usize = 4 << 20;

/// Batches of a checkpoint that are made ahead of whoever takes them.
const BATCHES_MAX: usize = 4;

/// Why a graph could not be written out or read back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The pairs could not be written or read.
    #[error("the backup cannot be written or read")]
    Io(#[from] io::Error),
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
    /// Neither readers nor writers are held up.
    ///
    /// Costs a read of the log, and of what has changed since the graph was packed.
    ///
    /// # Errors
    ///
    /// Where the store fails, or `take` does.
    pub fn backup(
        &self,
        take: &mut dyn FnMut(Part<'_>) -> io::Result<()>,
    ) -> Result<(), BackupError> {
        let (store, snapshot) = (self.store(), self.snapshot());
        take(Part::Revision(snapshot.revision()))?;
        // The log grows while it is read; what it has already stays as it is.
        let log = log::commit_key(Revision(0))..log::commit_key(snapshot.revision().next());
        let rest = [vec![]..log.start.clone(), log::end()..vec![u8::MAX]];
        for range in [&log].into_iter().chain(&rest) {
            for pair in store.scan(range.clone()) {
                let (key, value) = pair?;
                if !checkpoint::is_part(&key) {
                    take(Part::Pair(&key, &value))?;
                }
            }
        }
        // The checkpoint in the store may be replaced while it is read, so it is made anew.
        let (batches, written) = mpsc::sync_channel(BATCHES_MAX);
        thread::scope(|scope| {
            let checkpoint = scope
                .spawn(move || checkpoint::write(&Sink(batches), &snapshot, &Manifest::default()));
            for batch in written {
                for (key, value) in batch.operations() {
                    let value = value.as_ref().expect("a first checkpoint removes nothing");
                    // Where it fails, the receiver goes, and with it the thread.
                    take(Part::Pair(key, value))?;
                }
            }
            checkpoint.join().expect("checkpoints do not panic")?;
            Ok(())
        })
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

/// What looks like an empty store to whoever writes a checkpoint.
#[derive(Debug)]
struct Sink(SyncSender<Batch>);

impl Store for Sink {
    fn head(&self) -> Result<Revision, StoreError> {
        Ok(Revision(0))
    }

    fn scan(&self, _: Range<Vec<u8>>) -> Scan<'_> {
        Box::new(iter::empty())
    }

    fn commit(&self, _: Revision, _: Revision, batch: &Batch) -> Result<(), StoreError> {
        self.write(batch)
    }

    fn write(&self, batch: &Batch) -> Result<(), StoreError> {
        self.0.send(batch.clone()).map_err(|err| StoreError::Backend {
            backend: "a backup",
            action: "take a checkpoint".to_owned(),
            source: Box::new(err),
        })
    }
}
