//! Ordered bytes, committed atomically: the only room that touches a disk or a database.
//!
//! Invariants: it knows keys and values, never what they mean; what it acknowledged is durable.

use std::{fmt, ops::Range};

use crate::model::Revision;

/// Where a graph is kept: an ordered map from byte strings to byte strings, and a head.
///
/// # Contract
///
/// 1. **Atomic.** After a crash either all of a batch is there or none of it.
/// 2. **Durable.** When [`commit`](Self::commit) or [`write`](Self::write) returns `Ok`, the batch
///    survives a power cut.
/// 3. **Serial.** `commit` succeeds only where the head is at `expected`, and moves it to `next`.
///    Of two writers that race from one head, one wins; the other gets [`StoreError::Conflict`].
/// 4. **Ordered.** [`scan`](Self::scan) yields keys in ascending byte order.
///
/// Scans need not be isolated from commits. Values are at most [`VALUE_BYTES_MAX`] long and batches
/// hold at most [`BATCH_MAX`] operations: whoever writes more splits it.
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// The revision of the last commit, or zero for an empty store.
    fn head(&self) -> Result<Revision, StoreError>;

    /// All pairs whose key lies in `range`.
    fn scan(&self, range: Range<Vec<u8>>) -> Scan<'_>;

    /// Applies `batch` and moves the head from `expected` to `next`.
    fn commit(&self, expected: Revision, next: Revision, batch: &Batch) -> Result<(), StoreError>;

    /// Applies `batch` and leaves the head where it is: for what follows from the log, such as a
    /// checkpoint.
    fn write(&self, batch: &Batch) -> Result<(), StoreError>;
}

/// The longest value that a store must take, in bytes.
pub const VALUE_BYTES_MAX: usize = 120 * 1024;

/// The most operations that a batch may hold.
pub const BATCH_MAX: usize = 1_000;

/// The pairs of a range, in ascending key order.
pub type Scan<'a> = Box<dyn Iterator<Item = Result<(Vec<u8>, Vec<u8>), StoreError>> + Send + 'a>;

/// Puts and deletes to be applied together, in order.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    operations: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

impl Batch {
    /// Sets `key` to `value`.
    pub fn put(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.operations.push((key, Some(value)));
    }

    /// Removes `key`.
    pub fn delete(&mut self, key: Vec<u8>) {
        self.operations.push((key, None));
    }

    /// The keys in order, each with its new value, or `None` where it is removed.
    pub fn operations(&self) -> &[(Vec<u8>, Option<Vec<u8>>)] {
        &self.operations
    }
}

/// Why a store could not do as it was told.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another writer committed first; catch up and try again.
    #[error("expected the store at revision {expected}, found {head}")]
    Conflict {
        /// What the writer believed.
        expected: Revision,
        /// What the store holds.
        head: Revision,
    },
    /// Another process has the folder open.
    #[error("`{folder}` is in use by another process{}; stop it, or use another folder", .pid.map(|it| format!(" ({it})")).unwrap_or_default())]
    InUse {
        /// The folder.
        folder: String,
        /// The other process, where its lock file says.
        pid: Option<u32>,
    },
    /// The folder was written by a newer relata.
    #[error(
        "the store has format {found}, and this relata reads up to {known}; use a newer relata"
    )]
    Newer {
        /// The format of the store.
        found: u32,
        /// The newest format that this program knows.
        known: u32,
    },
    /// The bytes in the store are not what was written.
    #[error("the record under key {key:02x?} is corrupt; restore the folder from a backup")]
    Corrupt {
        /// The key whose value could not be read.
        key: Vec<u8>,
    },
    /// The underlying database or file system failed.
    #[error("{backend} could not {action}")]
    Backend {
        /// Which one.
        backend: &'static str,
        /// What it was asked to do.
        action: &'static str,
        /// What it said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
