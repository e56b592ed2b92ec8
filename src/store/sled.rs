//! A store in a folder on this machine.
//!
//! sled 0.34 needs four things said to it, each with a test in `tests/store.rs`: see
//! [`Folder`](super::folder::Folder) for one process at a time and for what a kill leaves behind,
//! [`Batch`] for the size of writes, `persist` for durability, and [`SEGMENT_BYTES`] for values.

use std::{
    any::Any,
    fmt,
    fs::File,
    io, iter,
    ops::Range,
    panic::{self, AssertUnwindSafe},
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{
    model::Revision,
    store::{
        Batch, Scan, Store, StoreError,
        folder::{self, Folder},
    },
};

/// How much of the database sled keeps in memory. The graph has its own memory: the store is read
/// at start-up, in order, and hardly ever after.
const CACHE_BYTES: u64 = 64 * 1024 * 1024;

/// The unit in which sled's log grows and is reclaimed.
///
/// sled writes a page of more than a quarter of it to a file in `blobs/` that it never syncs, so
/// that a power cut could take an acknowledged page. A page holds up to 20 pairs (17 before it is
/// split, 19 after two are merged); with the longest keys and values they still fit in 2 MiB.
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
    database: sled::Db,
    log: Log,
    writer: Mutex<Writer>,
    folder: Folder,
}

struct Writer {
    head: Revision,
    /// Whether all that was written is durable. Once it is not, it stays so: what a failed fsync
    /// left on the disk cannot be known.
    sound: bool,
}

/// sled's log, through a handle of our own.
struct Log(File);

impl Drop for Log {
    fn drop(&mut self) {
        // sled's threads keep its lock on this file a moment longer than its `Db` lives, and whoever
        // opens the folder before they are done is refused. An error says that the file system
        // knows no locks, and then there is nothing to wait for.
        let _ = self.0.lock();
    }
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
        let database = folder.database(|unfinished| create(unfinished, &folder))?;
        let (database, log) = start(&database, &folder)?;
        let head = read_head(&database, &folder)?;
        Ok(Self { database, log, writer: Mutex::new(Writer { head, sound: true }), folder })
    }

    fn writer(&self) -> Result<MutexGuard<'_, Writer>, StoreError> {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if !writer.sound {
            return Err(StoreError::Stopped { folder: self.folder.name() });
        }
        Ok(writer)
    }

    /// Makes `changes` durable.
    fn persist(&self, writer: &mut Writer, changes: sled::Batch) -> Result<(), StoreError> {
        // Until all is done, so that an error or a panic on the way leaves it so.
        writer.sound = false;
        let failed = |it| translate(it, "write to", &self.folder);
        self.database.apply_batch(changes).map_err(failed)?;
        // Batches that are not flushed stay in memory for ever, about 1.3 KB each.
        self.database.flush().map_err(failed)?;
        // On Linux sled's flush is `sync_file_range`, which leaves the disk's own cache and the
        // file's length as they are.
        self.log.0.sync_data().map_err(|it| translate(it.into(), "write to", &self.folder))?;
        writer.sound = true;
        Ok(())
    }
}

impl Store for SledStore {
    fn head(&self) -> Result<Revision, StoreError> {
        Ok(self.writer()?.head)
    }

    fn scan(&self, range: Range<Vec<u8>>) -> Scan<'_> {
        // After a failed write sled may show what is not durable.
        if let Err(error) = self.writer() {
            return Box::new(iter::once(Err(error)));
        }
        let pairs = self.database.range(caller_key(&range.start)..caller_key(&range.end));
        Box::new(pairs.map(|pair| {
            let (key, value) = pair.map_err(|it| translate(it, "read", &self.folder))?;
            Ok((key[1..].to_vec(), value.to_vec()))
        }))
    }

    fn commit(&self, expected: Revision, next: Revision, batch: &Batch) -> Result<(), StoreError> {
        let mut writer = self.writer()?;
        let head = writer.head;
        if head != expected {
            return Err(StoreError::Conflict { expected, head });
        }
        let mut changes = encode(batch);
        changes.insert(HEAD, &next.0.to_be_bytes());
        self.persist(&mut writer, changes)?;
        writer.head = next;
        Ok(())
    }

    fn write(&self, batch: &Batch) -> Result<(), StoreError> {
        let mut writer = self.writer()?;
        self.persist(&mut writer, encode(batch))
    }
}

impl fmt::Debug for SledStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // sled's own would print every pair.
        f.debug_struct("SledStore").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// Makes a database without pairs, whose head is at zero. Whoever called makes it durable.
fn create(path: &Path, folder: &Folder) -> Result<(), StoreError> {
    let (database, _log) = start(path, folder)?;
    let failed = |it| translate(it, "create", folder);
    database.insert(HEAD, &Revision(0).0.to_be_bytes()).map_err(failed)?;
    database.flush().map_err(failed)?;
    // Not by the end of the scope, where what was declared last goes first.
    drop(database);
    Ok(())
}

/// Opens sled's files in `path`, and a handle of our own to its log.
fn start(path: &Path, folder: &Folder) -> Result<(sled::Db, Log), StoreError> {
    let config = sled::Config::new()
        .path(path)
        .cache_capacity(CACHE_BYTES)
        .segment_size(SEGMENT_BYTES)
        .flush_every_ms(None);
    // On files that are not what it wrote, sled panics as often as it fails.
    let opened = panic::catch_unwind(AssertUnwindSafe(|| config.open()));
    let database = match opened {
        Ok(opened) => opened.map_err(|it| translate(it, "open", folder))?,
        Err(panic) => {
            return Err(StoreError::Damaged {
                folder: folder.name(),
                source: panic_text(panic.as_ref()).into(),
            });
        }
    };
    let log = File::open(path.join("db")).and_then(|it| folder::sync(path).map(|()| Log(it)));
    Ok((database, log.map_err(|it| translate(it.into(), "open", folder))?))
}

fn read_head(database: &sled::Db, folder: &Folder) -> Result<Revision, StoreError> {
    let head = database.get(HEAD).map_err(|it| translate(it, "read", folder))?;
    // Every database has one. sled takes a log that it cannot read for an empty one.
    match head.as_deref().map(<[u8; 8]>::try_from) {
        Some(Ok(bytes)) => Ok(Revision(u64::from_be_bytes(bytes))),
        _ => Err(StoreError::Damaged { folder: folder.name(), source: "it has no head".into() }),
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

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given").to_owned()
}
