//! A store that fails when it is told to.

use std::{
    iter,
    ops::{Bound, Range, RangeBounds},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use relata::{
    model::Revision,
    store::{Batch, Scan, Store, StoreError},
};

/// Passes every call on to another store, but for some, which fail before anything has happened.
///
/// Calls of all four methods are counted together, from zero; those whose number lies in a given
/// range fail. So `3..4` fails once and recovers, `3..` fails for good, and a test that runs its
/// scenario with `n..` for every `n` until no call fails has met every way to fail half-way.
#[derive(Debug)]
pub(crate) struct FailingStore {
    inner: Arc<dyn Store>,
    failing: (Bound<u64>, Bound<u64>),
    calls: AtomicU64,
}

impl FailingStore {
    pub(crate) fn new(inner: Arc<dyn Store>, failing: impl RangeBounds<u64>) -> Self {
        let failing = (failing.start_bound().cloned(), failing.end_bound().cloned());
        Self { inner, failing, calls: AtomicU64::new(0) }
    }

    fn call(&self, action: &str) -> Result<&dyn Store, StoreError> {
        let call = self.calls.fetch_add(1, Ordering::SeqCst);
        if self.failing.contains(&call) {
            return Err(StoreError::Backend {
                backend: "the failing store",
                action: action.to_owned(),
                source: format!("call {call} was to fail").into(),
            });
        }
        Ok(self.inner.as_ref())
    }
}

impl Store for FailingStore {
    fn head(&self) -> Result<Revision, StoreError> {
        self.call("tell its head")?.head()
    }

    fn scan(&self, range: Range<Vec<u8>>) -> Scan<'_> {
        match self.call("scan") {
            Ok(inner) => inner.scan(range),
            Err(error) => Box::new(iter::once(Err(error))),
        }
    }

    fn commit(&self, expected: Revision, next: Revision, batch: &Batch) -> Result<(), StoreError> {
        self.call("commit")?.commit(expected, next, batch)
    }

    fn write(&self, batch: &Batch) -> Result<(), StoreError> {
        self.call("write")?.write(batch)
    }
}
