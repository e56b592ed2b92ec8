//! Commits that become permanent together.

use std::{
    ops::Range,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    model::Revision,
    store::{Batch, Scan, Store, StoreError},
};

/// A store over another that can hold commits back: they are written and can be read through this
/// value, but the head of the store beneath stays where it is until [`seal`](Self::seal) moves it
/// past all of them at once. Without that, they are nothing to the next who opens the store.
///
/// Made for batches that put keys which are read only up to the head, as a log's.
#[derive(Debug)]
pub struct StagedStore {
    inner: Arc<dyn Store>,
    held: Mutex<Option<Held>>,
}

/// Commits that are written, but not sealed.
#[derive(Clone, Copy, Debug)]
struct Held {
    /// The head of the store beneath.
    base: Revision,
    /// The revision of the last of them.
    head: Revision,
}

impl StagedStore {
    /// A store over `inner` that holds nothing back yet.
    pub fn new(inner: Arc<dyn Store>) -> Self {
        Self { inner, held: Mutex::new(None) }
    }

    /// Holds back every commit from now on.
    ///
    /// # Errors
    ///
    /// Where the store beneath does not tell its head.
    pub fn hold(&self) -> Result<(), StoreError> {
        let base = self.inner.head()?;
        self.held().get_or_insert(Held { base, head: base });
        Ok(())
    }

    /// Makes what was held back permanent, all of it or nothing, and holds back no more.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] where somebody else has committed meanwhile.
    pub fn seal(&self) -> Result<(), StoreError> {
        let mut held = self.held();
        if let Some(Held { base, head }) = *held
            && head > base
        {
            self.inner.commit(base, head, &Batch::default())?;
        }
        *held = None;
        Ok(())
    }

    fn held(&self) -> MutexGuard<'_, Option<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for StagedStore {
    fn head(&self) -> Result<Revision, StoreError> {
        self.held().map_or_else(|| self.inner.head(), |it| Ok(it.head))
    }

    fn scan(&self, range: Range<Vec<u8>>) -> Scan<'_> {
        self.inner.scan(range)
    }

    fn commit(&self, expected: Revision, next: Revision, batch: &Batch) -> Result<(), StoreError> {
        let mut held = self.held();
        let Some(Held { head, .. }) = held.as_mut() else {
            return self.inner.commit(expected, next, batch);
        };
        if *head != expected {
            return Err(StoreError::Conflict { expected, head: *head });
        }
        self.inner.write(batch)?;
        *head = next;
        Ok(())
    }

    fn write(&self, batch: &Batch) -> Result<(), StoreError> {
        if self.held().is_none() {
            return self.inner.write(batch);
        }
        // It would follow from commits that may never have been.
        Err(StoreError::Backend {
            backend: "a staged store",
            action: "write what follows from commits that are not sealed".to_owned(),
            source: "seal them first".into(),
        })
    }
}
