//! Documents that were parsed, validated and planned already, by their text.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use hashbrown::DefaultHashBuilder;
use quick_cache::{Lifecycle, Weighter, sync::Cache};

use super::document::Document;

/// Bytes of text that are kept. What is made of a text takes up to about fifty times as much.
const TEXT_BYTES_MAX: u64 = 1024 * 1024;
/// What an entry weighs beside its text.
const ENTRY_BYTES: u64 = 128;
/// Entries that are expected.
const ENTRIES: usize = 1_000;

/// Documents by their text, bounded; those that are used often stay. Invalid documents are not
/// kept: they are cheap to refuse and anyone can make many.
#[derive(Debug)]
pub(super) struct DocumentCache {
    documents: Cache<Box<str>, Arc<Document>, ByText, DefaultHashBuilder, Evictions>,
    evictions: Evictions,
    hits: AtomicU64,
    misses: AtomicU64,
}

/// How the cache of documents has served so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheCounters {
    /// Requests whose document was there.
    pub hits: u64,
    /// Requests whose document was not there.
    pub misses: u64,
    /// Documents that made room for others.
    pub evictions: u64,
    /// Documents that are there.
    pub entries: u64,
}

#[derive(Clone, Debug)]
struct ByText;

#[derive(Clone, Debug, Default)]
struct Evictions(Arc<AtomicU64>);

impl Weighter<Box<str>, Arc<Document>> for ByText {
    fn weight(&self, text: &Box<str>, _: &Arc<Document>) -> u64 {
        text.len() as u64 + ENTRY_BYTES
    }
}

impl Lifecycle<Box<str>, Arc<Document>> for Evictions {
    type RequestState = ();

    fn on_evict(&self, (): &mut (), _: Box<str>, _: Arc<Document>) {
        self.0.fetch_add(1, Relaxed);
    }
}

impl DocumentCache {
    pub(super) fn new() -> Self {
        let evictions = Evictions::default();
        Self {
            documents: Cache::with(
                ENTRIES,
                TEXT_BYTES_MAX,
                ByText,
                DefaultHashBuilder::default(),
                evictions.clone(),
            ),
            evictions,
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        }
    }

    /// The document of `text`: the one that is there, or what `prepare` makes of it.
    pub(super) fn get<E>(
        &self,
        text: &str,
        prepare: impl FnOnce() -> Result<Document, E>,
    ) -> Result<Arc<Document>, E> {
        if let Some(document) = self.documents.get(text) {
            self.hits.fetch_add(1, Relaxed);
            return Ok(document);
        }
        self.misses.fetch_add(1, Relaxed);
        let document = Arc::new(prepare()?);
        self.documents.insert(text.into(), Arc::clone(&document));
        Ok(document)
    }

    pub(super) fn counters(&self) -> CacheCounters {
        CacheCounters {
            hits: self.hits.load(Relaxed),
            misses: self.misses.load(Relaxed),
            evictions: self.evictions.0.load(Relaxed),
            entries: self.documents.len() as u64,
        }
    }
}
