//! A store that lives as long as its process.

use std::{
    collections::BTreeMap,
    iter,
    ops::{Bound, Range},
    sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    vec,
};

use crate::{
    model::Revision,
    store::{Batch, Scan, Store, StoreError},
};

/// How many pairs a scan copies at a time, and so how long it keeps writers waiting.
const PAGE_MAX: usize = 256;

/// A store in memory, for tests and for graphs that nobody wants to keep. Nothing in it outlives
/// the process; within it the whole contract holds, and no operation fails but by a conflict.
#[derive(Debug, Default)]
pub struct MemoryStore {
    content: RwLock<Content>,
}

#[derive(Debug, Default)]
struct Content {
    head: Revision,
    pairs: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl Store for MemoryStore {
    fn head(&self) -> Result<Revision, StoreError> {
        Ok(self.shared().head)
    }

    fn scan(&self, range: Range<Vec<u8>>) -> Scan<'_> {
        let Range { start: mut from, end } = range;
        let mut page = Vec::new().into_iter();
        Box::new(iter::from_fn(move || {
            if page.len() == 0 {
                page = self.page(&from, &end);
            }
            let (key, value) = page.next()?;
            if page.len() == 0 {
                // The next key that there can be.
                from = [key.as_slice(), &[0]].concat();
            }
            Some(Ok((key, value)))
        }))
    }

    fn commit(&self, expected: Revision, next: Revision, batch: &Batch) -> Result<(), StoreError> {
        let mut content = self.exclusive();
        let head = content.head;
        if head != expected {
            return Err(StoreError::Conflict { expected, head });
        }
        content.apply(batch);
        content.head = next;
        Ok(())
    }

    fn write(&self, batch: &Batch) -> Result<(), StoreError> {
        self.exclusive().apply(batch);
        Ok(())
    }
}

impl MemoryStore {
    /// The next pairs of a scan, copied so that no lock is held while the caller looks at them.
    fn page(&self, from: &[u8], end: &[u8]) -> vec::IntoIter<(Vec<u8>, Vec<u8>)> {
        // `BTreeMap::range` panics where a range ends before it begins.
        let range = (Bound::Included(from), Bound::Excluded(end.max(from)));
        let content = self.shared();
        let pairs = content.pairs.range::<[u8], _>(range).take(PAGE_MAX);
        pairs.map(|(key, value)| (key.clone(), value.clone())).collect::<Vec<_>>().into_iter()
    }

    fn shared(&self) -> RwLockReadGuard<'_, Content> {
        self.content.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn exclusive(&self) -> RwLockWriteGuard<'_, Content> {
        self.content.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Content {
    fn apply(&mut self, batch: &Batch) {
        for (key, value) in batch.operations() {
            match value {
                Some(value) => self.pairs.insert(key.clone(), value.clone()),
                None => self.pairs.remove(key),
            };
        }
    }
}
