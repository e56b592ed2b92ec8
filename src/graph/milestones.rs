//! The checkpoints from which the past is read, and how far back it goes.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use super::{
    Snapshot,
    checkpoint::{self, Batches},
    log,
    manifest::Manifest,
};
use crate::{
    model::{Revision, Timestamp},
    store::{Store, StoreError},
};

/// Checkpoints that are kept, the newest among them.
const MILESTONES_MAX: usize = 24;

/// The checkpoints that are kept: the first of them is where the history begins, the last is where
/// the next start does. A past graph is the last one before it and the commits that follow.
///
/// They stand the wider apart the longer ago they are, so that what lies between two of them is at
/// most a part of all that has come since; and no closer than the graph is large, so that together
/// they take a few times the room of the log at most.
#[derive(Debug)]
pub(super) struct Milestones {
    /// In the order of revisions, at least one. Whoever has clones of some, beside this list, reads
    /// what they are made of and what follows them in the log: so long those stay.
    manifests: Mutex<Vec<Arc<Manifest>>>,
    /// Whether the graph is to be closed without delay.
    is_closing: AtomicBool,
}

/// A checkpoint that is kept no longer.
struct Removed {
    manifest: Arc<Manifest>,
    /// The keys of blocks that only it is made of.
    keys: Vec<Vec<u8>>,
}

impl Milestones {
    /// Those that a store has, at least one, in the order of revisions.
    pub(super) fn new(manifests: Vec<Manifest>) -> Self {
        assert!(!manifests.is_empty(), "a graph has begun somewhere");
        let manifests = Mutex::new(manifests.into_iter().map(Arc::new).collect());
        Self { manifests, is_closing: AtomicBool::new(false) }
    }

    /// All of them. What they are made of, and what follows the first in the log, stays until the
    /// last clone is dropped.
    pub(super) fn pinned(&self) -> Vec<Arc<Manifest>> {
        self.manifests().clone()
    }

    /// The last one at `revision` or before, pinned likewise; `None` where the history begins later.
    pub(super) fn before(&self, revision: Revision) -> Option<Arc<Manifest>> {
        self.manifests().iter().rfind(|it| it.revision <= revision).cloned()
    }

    /// The revision with which the history begins.
    pub(super) fn begins(&self) -> Revision {
        self.manifests()[0].revision
    }

    /// When that was recorded; `None` where it is the empty graph's.
    pub(super) fn begins_at(&self) -> Option<Timestamp> {
        let first = &self.manifests()[0];
        (first.revision > Revision(0)).then_some(first.at)
    }

    /// The newest.
    pub(super) fn newest(&self) -> Arc<Manifest> {
        self.manifests().last().cloned().expect("there is at least one")
    }

    /// Writes a checkpoint of `snapshot`, to which so many bytes of commits led, unless the newest
    /// is one; whether it did. One thread at a time may.
    ///
    /// # Errors
    ///
    /// Where the store fails; the newest before it then still holds.
    pub(super) fn write(
        &self,
        store: &dyn Store,
        snapshot: &Snapshot,
        log_bytes: u64,
    ) -> Result<bool, StoreError> {
        let newest = self.newest();
        if newest.revision == snapshot.revision() {
            return Ok(false);
        }
        let manifest = checkpoint::write(store, snapshot, &newest, log_bytes)?;
        self.manifests().push(Arc::new(manifest));
        Ok(true)
    }

    /// Removes those that nobody needs and nobody reads, and the commits before the first of the
    /// others. Of all that were recorded before `begins` the last is needed, and is the beginning
    /// of the history. The same thread may as writes them.
    ///
    /// # Errors
    ///
    /// Where the store fails; what it could not remove is removed another time.
    pub(super) fn thin(
        &self,
        store: &dyn Store,
        begins: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let removed = thin(&mut self.manifests(), begins);
        if let Err(err) = forget_manifests(store, &removed) {
            // They may be in the store, and then they need their blocks.
            let mut manifests = self.manifests();
            manifests.extend(removed.into_iter().map(|it| it.manifest));
            manifests.sort_by_key(|it| it.revision);
            return Err(err);
        }
        let mut batches = Batches::new(store);
        for key in removed.into_iter().flat_map(|it| it.keys) {
            batches.delete(key)?;
        }
        batches.flush()?;
        log::forget_before(store, self.begins(), || !self.is_closing.load(Ordering::Relaxed))
    }

    /// Ends what can be done another time.
    pub(super) fn close(&self) {
        self.is_closing.store(true, Ordering::Relaxed);
    }

    fn manifests(&self) -> MutexGuard<'_, Vec<Arc<Manifest>>> {
        self.manifests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn forget_manifests(store: &dyn Store, removed: &[Removed]) -> Result<(), StoreError> {
    let mut batches = Batches::new(store);
    for Removed { manifest, .. } in removed {
        for (key, _) in manifest.pairs(&manifest.past_key()) {
            batches.delete(key)?;
        }
    }
    batches.flush()
}

/// Takes out of a list those that nobody needs and nobody reads.
fn thin(manifests: &mut Vec<Arc<Manifest>>, begins: Option<Timestamp>) -> Vec<Removed> {
    let mut removed = Vec::new();
    while manifests.get(1).is_some_and(|it| begins.is_some_and(|begins| it.at <= begins))
        && is_free(&manifests[0])
    {
        removed.push(remove(manifests, 0));
    }
    let mut place = 1;
    while place + 1 < manifests.len() {
        if is_close(&manifests[place - 1], &manifests[place]) && is_free(&manifests[place]) {
            removed.push(remove(manifests, place));
        } else {
            place += 1;
        }
    }
    while manifests.len() > MILESTONES_MAX
        && let Some(place) = least_needed(manifests)
    {
        removed.push(remove(manifests, place));
    }
    removed
}

/// Whether nobody reads it.
fn is_free(manifest: &Arc<Manifest>) -> bool {
    Arc::strong_count(manifest) == 1
}

/// Whether there is less in the log between two of them than the graph is large.
fn is_close(before: &Manifest, manifest: &Manifest) -> bool {
    manifest.log_bytes.saturating_sub(before.log_bytes) < manifest.record_bytes()
}

/// The place of the one without which the gap were least for its age, but for the first and the
/// last.
fn least_needed(manifests: &[Arc<Manifest>]) -> Option<usize> {
    let newest = manifests.last()?.log_bytes;
    let width = |place: usize| {
        let [before, it, after] = [place - 1, place, place + 1].map(|it| manifests[it].log_bytes);
        (after.saturating_sub(before)) as f64 / (newest.saturating_sub(it) + 1) as f64
    };
    let free = (1..manifests.len() - 1).filter(|it| is_free(&manifests[*it]));
    free.min_by(|a, b| width(*a).total_cmp(&width(*b)))
}

/// Removes one that is not the last.
fn remove(manifests: &mut Vec<Arc<Manifest>>, place: usize) -> Removed {
    let manifest = manifests.remove(place);
    let nothing = Manifest::default();
    let before = place.checked_sub(1).map_or(&nothing, |it| &manifests[it]);
    let keys = manifest.own_keys(before, &manifests[place]);
    Removed { manifest, keys }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::manifest::RECORD_BYTES;

    /// A checkpoint of a graph of so many records, after so many bytes of commits.
    fn manifest(log_bytes: u64, records: usize) -> Arc<Manifest> {
        let revision = Revision(log_bytes);
        Arc::new(Manifest { revision, log_bytes, node_count: records, ..Manifest::default() })
    }

    /// Where the milestones are after a checkpoint of every `step` bytes.
    fn kept(step: u64, count: u64, records: impl Fn(u64) -> usize) -> Vec<u64> {
        let mut manifests = vec![manifest(0, 0)];
        for log_bytes in (1..=count).map(|it| it * step) {
            manifests.push(manifest(log_bytes, records(log_bytes)));
            thin(&mut manifests, None);
        }
        manifests.iter().map(|it| it.log_bytes).collect()
    }

    #[test]
    fn gaps_grow_with_age() {
        let kept = kept(100, 5_000, |_| 1);
        assert_eq!((kept[0], kept.len()), (0, MILESTONES_MAX));
        for gap in kept.windows(2) {
            let (width, age) = (gap[1] - gap[0], 500_000 - gap[0]);
            assert!(width <= 200.max(age / 2), "{width} wide, {age} ago");
        }
    }

    #[test]
    fn gaps_are_no_shorter_than_the_graph() {
        // Of four bytes in the log, one makes the graph larger.
        let kept = kept(1_000, 400, |log_bytes| (log_bytes / RECORD_BYTES / 4) as usize);
        let (_, older) = kept.split_last().unwrap();
        assert!(older.len() > 3, "{older:?}");
        assert!(older.windows(2).all(|gap| gap[1] - gap[0] >= gap[1] / 4), "{older:?}");
    }

    #[test]
    fn what_somebody_reads_is_kept() {
        let mut manifests: Vec<_> = (0..4).map(|it| manifest(it, 1_000)).collect();
        let pinned = [Arc::clone(&manifests[0]), Arc::clone(&manifests[2])];
        assert_eq!(thin(&mut manifests, Some(Timestamp::default())).len(), 1);
        drop(pinned);
        assert_eq!(thin(&mut manifests, Some(Timestamp::default())).len(), 2);
        assert_eq!(manifests[0].log_bytes, 3);
    }
}
