//! Puts and deletes that belong together.

use crate::store::{BATCH_MAX, KEY_BYTES_MAX, VALUE_BYTES_MAX};

/// Puts and deletes to be applied together, in order: of two for one key, the later holds.
///
/// Never more than a store must take: at most [`BATCH_MAX`] operations, with keys and values of at
/// most [`KEY_BYTES_MAX`] and [`VALUE_BYTES_MAX`]. Whoever has more splits it beforehand.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    operations: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

impl Batch {
    /// Sets `key` to `value`.
    ///
    /// # Panics
    ///
    /// Where the batch is full, or the key or the value is too long.
    pub fn put(&mut self, key: Vec<u8>, value: Vec<u8>) {
        let length = value.len();
        assert!(length <= VALUE_BYTES_MAX, "a value of {length} bytes, more than a store takes");
        self.push(key, Some(value));
    }

    /// Removes `key`. A key that is not there may be removed too.
    ///
    /// # Panics
    ///
    /// Where the batch is full, or the key is too long.
    pub fn delete(&mut self, key: Vec<u8>) {
        self.push(key, None);
    }

    /// The keys in order, each with its new value, or `None` where it is removed.
    pub fn operations(&self) -> &[(Vec<u8>, Option<Vec<u8>>)] {
        &self.operations
    }

    fn push(&mut self, key: Vec<u8>, value: Option<Vec<u8>>) {
        let length = key.len();
        assert!(length <= KEY_BYTES_MAX, "a key of {length} bytes, more than a store takes");
        assert!(self.operations.len() < BATCH_MAX, "a batch takes {BATCH_MAX} operations");
        self.operations.push((key, value));
    }
}
