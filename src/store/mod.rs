//! Ordered bytes, committed atomically: the only room that touches a disk or a database.
//!
//! Invariants: it knows keys and values, never what they mean; what it acknowledged is durable.

mod batch;
mod error;
mod folder;
mod memory;
mod sled;
mod staged;

use std::{fmt, ops::Range};

pub use self::{
    batch::Batch, error::StoreError, memory::MemoryStore, sled::SledStore, staged::StagedStore,
};
use crate::model::{Histogram, Revision};

/// Where a graph is kept: an ordered map from byte strings to byte strings, and a head.
///
/// # Contract
///
/// 1. **Atomic.** After a crash either all of a batch is there or none of it.
/// 2. **Durable.** When [`commit`](Self::commit) or [`write`](Self::write) returns `Ok`, the batch
///    survives a power cut. When either fails with anything but [`StoreError::Conflict`], the batch
///    may or may not be there once the store is opened again; until then the store may refuse
///    everything ([`StoreError::Stopped`]).
/// 3. **Serial.** `commit` succeeds only where the head is at `expected`, and moves it to `next`.
///    Of two writers that race from one head, one wins; the other gets [`StoreError::Conflict`].
/// 4. **Ordered.** [`scan`](Self::scan) yields keys in ascending byte order.
///
/// Scans need not be isolated from commits, and do not hold them up.
/// `tests/store.rs` holds every implementation to this.
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

    /// How long it took each time to make a batch durable, where the store knows.
    fn syncs(&self) -> Option<&Histogram> {
        None
    }
}

/// The longest key that a store must take, in bytes.
pub const KEY_BYTES_MAX: usize = 1024;

/// The longest value that a store must take, in bytes.
pub const VALUE_BYTES_MAX: usize = 96 * 1024;

/// The most operations that a batch may hold.
pub const BATCH_MAX: usize = 1_000;

/// The pairs of a range, in ascending key order.
pub type Scan<'a> = Box<dyn Iterator<Item = Result<(Vec<u8>, Vec<u8>), StoreError>> + Send + 'a>;
