//! A store that forgets, in a crash, what was not made durable.

use std::{
    iter,
    ops::Range,
    sync::{Arc, Mutex},
};

use relata::{
    model::Revision,
    store::{Batch, MemoryStore, Scan, Store, StoreError},
};

/// What the disk holds of the write during which the power failed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fate {
    /// Nothing.
    Lost,
    /// All of it, though it was never acknowledged.
    Kept,
}

/// A store on a disk that a test keeps in its hand.
///
/// The disk is what is durable, and all that is there after a crash: drop the store (or keep using
/// it, as a program does that has not understood), and open another on the same disk. A write
/// reaches the disk before it returns `Ok`. The power fails during the write of a given number,
/// counted from zero: that write fails, its fate is the test's to choose (a program must bear
/// both), and every later call fails as well.
#[derive(Debug)]
pub(crate) struct ForgetfulStore {
    disk: Arc<MemoryStore>,
    fate: Fate,
    writes_left: Mutex<Option<u64>>,
}

impl ForgetfulStore {
    pub(crate) fn open(disk: Arc<MemoryStore>, power_fails_at: u64, fate: Fate) -> Self {
        Self { disk, fate, writes_left: Mutex::new(Some(power_fails_at)) }
    }

    fn stopped() -> StoreError {
        StoreError::Stopped { folder: "the forgetful store".to_owned() }
    }

    fn disk(&self) -> Result<&MemoryStore, StoreError> {
        self.writes_left.lock().unwrap().map(|_| self.disk.as_ref()).ok_or_else(Self::stopped)
    }

    fn attempt(
        &self,
        write: impl FnOnce(&MemoryStore) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut left = self.writes_left.lock().unwrap();
        let remaining = left.ok_or_else(Self::stopped)?;
        *left = remaining.checked_sub(1);
        if left.is_some() {
            return write(&self.disk);
        }
        if let Fate::Kept = self.fate {
            write(&self.disk)?;
        }
        Err(Self::stopped())
    }
}

impl Store for ForgetfulStore {
    fn head(&self) -> Result<Revision, StoreError> {
        self.disk()?.head()
    }

    fn scan(&self, range: Range<Vec<u8>>) -> Scan<'_> {
        match self.disk() {
            Ok(disk) => disk.scan(range),
            Err(error) => Box::new(iter::once(Err(error))),
        }
    }

    fn commit(&self, expected: Revision, next: Revision, batch: &Batch) -> Result<(), StoreError> {
        self.attempt(|disk| disk.commit(expected, next, batch))
    }

    fn write(&self, batch: &Batch) -> Result<(), StoreError> {
        self.attempt(|disk| disk.write(batch))
    }
}
