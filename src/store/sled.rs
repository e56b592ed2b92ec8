//! A store in a folder on this machine.
//!
//! sled 0.34 keeps what [`Store`] promises only if it is held to four rules, and
//! `tests/store_sled.rs` has a test for each: one process at a time, and nothing left of an
//! interrupted open ([`Folder`]); an fsync after its flush, and a flush after every batch
//! ([`Database::persist`]); batches of a bounded size ([`Batch`]); no page too large for its log
//! ([`SEGMENT_BYTES`]).

use std::{
    any::Any,
    fmt,
    fs::File,
    io, iter,
    ops::Range,
    panic::{self, AssertUnwindSafe},
    path::Path,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use crate::{
    model::{Histogram, Revision},
    store::{
        Batch, Scan, Store, StoreError,
        folder::{self, Folder},
    },
};

/// How much of the database sled keeps in memory. The graph has its own memory: the store is read
/// at start-up, in order, and hardly ever after.
const CACHE_BYTES: u64 = 16 * 1024 * 1024;

/// How often a scan looks at each pair. sled thinks of its limit only once 64 looks have come together
/// at pages of one of 256 shards; what is scanned, which takes one look a page of up to 16 pairs, would
/// stay in memory, all of it.
const LOOKS: usize = 6;

/// The unit in which sled's log grows and is reclaimed.
///
/// sled writes a page of more than a quarter of it to a file in `blobs/` that it never syncs, so
/// that a power cut could take an acknowledged page, and that it often forgets to delete. A page
/// holds at most 20 pairs: the 17 that make it split, and 3 of a neighbour that is merged into it.
/// With the longest keys and values that is less than 2 MiB.
const SEGMENT_BYTES: usize = 8 * 1024 * 1024;

const _: () = {
    let pair = crate::store::KEY_BYTES_MAX + crate::store::VALUE_BYTES_MAX;
    assert!(20 * pair < SEGMENT_BYTES / 4 - 1024);
};

/// Where the head is kept. Callers' keys follow [`CALLER`], so that none can be this one.
const HEAD: &[u8] = b"\0head";

/// What stands before every key of a caller.
const CALLER: u8 = 1;

/// A store in a folder, on sled. Takes the folder for itself until it is dropped.
///
/// Every write is one sled batch, which carries the head along, and one fsync.
pub struct SledStore {
    // Dropped in this order: sled lets go of its files before the folder is free for another.
    database: Database,
    /// Held by whoever writes. Poisoned where that has panicked: what is durable then is unknown.
    head: Mutex<Revision>,
    /// Whether no write has failed. Once one has, it stays so: what a failed fsync left on the disk
    /// cannot be known.
    sound: AtomicBool,
    folder: Folder,
}

impl SledStore {
    /// Opens the store in `folder`, and creates both where they are missing.
    ///
    /// Reads the tail of the log, and the page table: milliseconds for gigabytes.
    ///
    /// # Errors
    ///
    /// [`StoreError::InUse`] while another process has the folder; [`StoreError::Foreign`],
    /// [`StoreError::Newer`] and [`StoreError::Damaged`] where it cannot be read;
    /// [`StoreError::Backend`] where the folder cannot be made, read or written.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let folder = Folder::take(folder)?;
        let path =
            folder.database(|unfinished| Database::open(unfinished, &folder)?.begin(&folder))?;
        let database = Database::open(&path, &folder)?;
        let head = database.head(&folder)?;
        Ok(Self { database, head: Mutex::new(head), sound: AtomicBool::new(true), folder })
    }

    /// The head, which nobody else moves meanwhile.
    fn writer(&self) -> Result<MutexGuard<'_, Revision>, StoreError> {
        let head = self.head.lock().unwrap_or_else(PoisonError::into_inner);
        self.check()?;
        Ok(head)
    }

    /// Whether all that was written is durable, or about to be.
    fn check(&self) -> Result<(), StoreError> {
        let is_sound = self.sound.load(Ordering::Acquire) && !self.head.is_poisoned();
        if is_sound { Ok(()) } else { Err(StoreError::Stopped { folder: self.folder.name() }) }
    }

    fn persist(
        &self,
        _: &MutexGuard<'_, Revision>,
        changes: sled::Batch,
    ) -> Result<(), StoreError> {
        self.database.persist(changes).map_err(|it| {
            self.sound.store(false, Ordering::Release);
            translate(it, "write to", &self.folder)
        })
    }
}

impl Store for SledStore {
    fn head(&self) -> Result<Revision, StoreError> {
        Ok(*self.writer()?)
    }

    fn scan(&self, range: Range<Vec<u8>>) -> Scan<'_> {
        // After a failed write sled may show what is not durable. A write under way is not waited for.
        if let Err(error) = self.check() {
            return Box::new(iter::once(Err(error)));
        }
        let pairs = self.database.pairs.range(caller_key(&range.start)..caller_key(&range.end));
        Box::new(pairs.map(|pair| {
            let failed = |it| translate(it, "read", &self.folder);
            let (key, value) = pair.map_err(failed)?;
            for _ in 0..LOOKS {
                self.database.pairs.contains_key(&key).map_err(failed)?;
            }
            Ok((key[1..].to_vec(), value.to_vec()))
        }))
    }

    fn commit(&self, expected: Revision, next: Revision, batch: &Batch) -> Result<(), StoreError> {
        let mut head = self.writer()?;
        if *head != expected {
            return Err(StoreError::Conflict { expected, head: *head });
        }
        let mut changes = encode(batch);
        changes.insert(HEAD, &next.0.to_be_bytes());
        self.persist(&head, changes)?;
        *head = next;
        Ok(())
    }

    fn write(&self, batch: &Batch) -> Result<(), StoreError> {
        self.persist(&self.writer()?, encode(batch))
    }

    fn syncs(&self) -> Option<&Histogram> {
        Some(&self.database.syncs)
    }
}

impl fmt::Debug for SledStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // sled's own would print every pair.
        f.debug_struct("SledStore").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// sled's files, and what sled does not do with them.
struct Database {
    // Dropped in this order: `Log` waits for sled.
    pairs: sled::Db,
    log: Log,
    /// How long it took each time to make what was applied durable.
    syncs: Histogram,
}

impl Database {
    /// Opens sled's files in `path`, and makes them where there are none.
    fn open(path: &Path, folder: &Folder) -> Result<Self, StoreError> {
        let config = sled::Config::new()
            .path(path)
            .cache_capacity(CACHE_BYTES)
            .segment_size(SEGMENT_BYTES)
            .flush_every_ms(None);
        // On files that are not what it wrote, sled panics as often as it fails.
        let opened = panic::catch_unwind(AssertUnwindSafe(|| config.open()));
        let opened = opened.map_err(|it| damaged(folder, panic_text(it.as_ref())))?;
        let pairs = opened.map_err(|it| translate(it, "open", folder))?;
        let log = File::open(path.join("db")).and_then(|it| folder::sync(path).map(|()| Log(it)));
        let log = log.map_err(|it| translate(it.into(), "open", folder))?;
        Ok(Self { pairs, log, syncs: Histogram::of_durations() })
    }

    /// Sets the head of a new database to zero.
    fn begin(&self, folder: &Folder) -> Result<(), StoreError> {
        let mut changes = sled::Batch::default();
        changes.insert(HEAD, &Revision(0).0.to_be_bytes());
        self.persist(changes).map_err(|it| translate(it, "create", folder))
    }

    fn head(&self, folder: &Folder) -> Result<Revision, StoreError> {
        let head = self.pairs.get(HEAD).map_err(|it| translate(it, "read", folder))?;
        // Every database has one. sled takes a log that it cannot read for an empty one.
        match head.as_deref().map(<[u8; 8]>::try_from) {
            Some(Ok(bytes)) => Ok(Revision(u64::from_be_bytes(bytes))),
            _ => Err(damaged(folder, "it has no head".to_owned())),
        }
    }

    /// Makes `changes` durable, together.
    fn persist(&self, changes: sled::Batch) -> sled::Result<()> {
        self.pairs.apply_batch(changes)?;
        let began = Instant::now();
        // Batches that are not flushed stay in memory for ever, about 1.3 KB each.
        self.pairs.flush()?;
        // On Linux sled's flush is `sync_file_range`, which leaves the disk's own cache and the
        // file's length as they are.
        self.log.0.sync_data()?;
        self.syncs.add_duration(began.elapsed());
        Ok(())
    }
}

/// sled's log, through a handle of our own.
struct Log(File);

impl Drop for Log {
    fn drop(&mut self) {
        // sled's threads keep its lock on this file a moment longer than its `Db` lives, and whoever
        // opens the folder before they are done is refused. An error says that the file system
        // knows no locks, and then there is nothing to wait for.
        let _ = self.0.lock().and_then(|()| self.0.unlock());
    }
}

fn encode(batch: &Batch) -> sled::Batch {
    let mut changes = sled::Batch::default();
    for (key, value) in batch.operations() {
        match value {
            Some(value) => changes.insert(caller_key(key), value.as_slice()),
            None => changes.remove(caller_key(key)),
        }
    }
    changes
}

fn caller_key(key: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(1 + key.len());
    out.push(CALLER);
    out.extend_from_slice(key);
    out
}

fn translate(error: sled::Error, verb: &str, folder: &Folder) -> StoreError {
    let folder = folder.name();
    match error {
        sled::Error::Corruption { .. } => StoreError::Damaged { folder, source: Box::new(error) },
        sled::Error::Io(source) => backend(verb, &folder, source),
        other => backend(verb, &folder, io::Error::other(other)),
    }
}

fn backend(verb: &str, folder: &str, source: io::Error) -> StoreError {
    let action = format!("{verb} the database in `{folder}`");
    StoreError::Backend { backend: "sled", action, source: Box::new(source) }
}

fn damaged(folder: &Folder, why: String) -> StoreError {
    StoreError::Damaged { folder: folder.name(), source: why.into() }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given").to_owned()
}
