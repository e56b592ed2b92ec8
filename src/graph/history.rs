//! The graph as it was recorded at a moment of the past.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::{Snapshot, checkpoint, log, manifest::Manifest, milestones::Milestones};
use crate::{
    model::{Revision, Timestamp},
    store::{Store, StoreError},
};

/// Snapshots of the past that are kept for whoever asks next, or being built.
const KEPT_MAX: usize = 4;

/// Why a past state cannot be given.
#[derive(Clone, Debug, thiserror::Error)]
pub enum HistoryError {
    /// It lies further back than is kept.
    #[error("the history begins at `{begins}`, and `{known_at}` lies before that")]
    TooFar {
        /// The first moment that can be asked for.
        begins: Timestamp,
        /// The moment asked for.
        known_at: Timestamp,
    },
    /// The store failed.
    #[error(transparent)]
    Store(Arc<StoreError>),
}

/// The last few past states of a graph that were asked for.
#[derive(Debug, Default)]
pub(super) struct History {
    /// The one asked for last comes last.
    kept: Mutex<Vec<Kept>>,
    /// Wakes those who wait for one of them to be built.
    built: Condvar,
}

/// The graph at a revision of the past.
#[derive(Debug)]
struct Kept {
    revision: Revision,
    /// Absent while somebody builds it.
    snapshot: Option<Arc<Snapshot>>,
}

/// What there is of a revision.
enum Found<'h> {
    Kept(Arc<Snapshot>),
    /// Nothing, but a place for it.
    Nothing(Place<'h>),
}

/// The place of a snapshot that is being built; given up where it is dropped unfilled.
struct Place<'h> {
    history: &'h History,
    revision: Revision,
    /// The last one before it of those that were kept.
    nearest: Option<Arc<Snapshot>>,
}

impl From<StoreError> for HistoryError {
    fn from(err: StoreError) -> Self {
        Self::Store(Arc::new(err))
    }
}

impl History {
    /// The graph as it was at `known_at`, where `current` is the present, and no further back than
    /// `begins`, or than the log. Waits for nobody but whoever builds the same, and where as many are
    /// being built as may be kept.
    pub(super) fn at(
        &self,
        store: &dyn Store,
        milestones: &Milestones,
        current: &Arc<Snapshot>,
        known_at: Timestamp,
        begins: Option<Timestamp>,
    ) -> Result<Arc<Snapshot>, HistoryError> {
        let revision = find(store, milestones, current.revision(), known_at, begins)?;
        if revision == current.revision() {
            return Ok(Arc::clone(current));
        }
        let place = match self.take(revision) {
            Found::Kept(snapshot) => return Ok(snapshot),
            Found::Nothing(place) => place,
        };
        // Else it has been forgotten this moment.
        let milestone = milestones.before(revision).ok_or_else(|| {
            let begins = milestones.begins_at().unwrap_or_default();
            HistoryError::TooFar { begins, known_at }
        })?;
        let snapshot = build(store, current, place.nearest.as_deref(), &milestone, revision)?;
        Ok(place.fill(snapshot))
    }

    fn take(&self, revision: Revision) -> Found<'_> {
        let mut kept = self.lock();
        loop {
            if let Some(place) = kept.iter().position(|it| it.revision == revision) {
                if let Some(snapshot) = kept[place].snapshot.clone() {
                    kept[place..].rotate_left(1);
                    return Found::Kept(snapshot);
                }
            } else {
                let nearest = nearest(&kept, revision);
                if make_room(&mut kept) {
                    kept.push(Kept { revision, snapshot: None });
                    return Found::Nothing(Place { history: self, revision, nearest });
                }
            }
            kept = self.built.wait(kept).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place<'_> {
    fn fill(self, snapshot: Snapshot) -> Arc<Snapshot> {
        let snapshot = Arc::new(snapshot);
        let mut kept = self.history.lock();
        let place = kept.iter_mut().find(|it| it.revision == self.revision);
        place.expect("nobody takes a place away").snapshot = Some(Arc::clone(&snapshot));
        snapshot
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let is_empty = |it: &Kept| it.revision == self.revision && it.snapshot.is_none();
        self.history.lock().retain(|it| !is_empty(it));
        self.history.built.notify_all();
    }
}

/// The last snapshot before `revision` of those that are kept.
fn nearest(kept: &[Kept], revision: Revision) -> Option<Arc<Snapshot>> {
    let before = kept.iter().filter(|it| it.revision < revision);
    before.filter_map(|it| it.snapshot.clone()).max_by_key(|it| it.revision())
}

/// Makes room for one more, where they are not all being built.
fn make_room(kept: &mut Vec<Kept>) -> bool {
    if kept.len() < KEPT_MAX {
        return true;
    }
    let oldest = kept.iter().position(|it| it.snapshot.is_some());
    oldest.map(|it| kept.remove(it)).is_some()
}

/// The revision of the last commit that was recorded at `known_at` or before, up to `head`.
fn find(
    store: &dyn Store,
    milestones: &Milestones,
    head: Revision,
    known_at: Timestamp,
    begins: Option<Timestamp>,
) -> Result<Revision, HistoryError> {
    let pinned = milestones.pinned();
    match begins.max(milestones.begins_at()) {
        Some(begins) if known_at < begins => Err(HistoryError::TooFar { begins, known_at }),
        _ => Ok(last_before(store, pinned[0].revision, head, known_at)?),
    }
}

/// The revision of the last commit from `first` to `head` that was recorded at `known_at` or before;
/// `first` where there is none. Looks at as many commits as the number of them has binary digits.
fn last_before(
    store: &dyn Store,
    first: Revision,
    head: Revision,
    known_at: Timestamp,
) -> Result<Revision, StoreError> {
    let (mut before, mut after) = (first.0, head.0 + 1);
    while after - before > 1 {
        let middle = before.midpoint(after);
        match log::glance(store, Revision(middle))? <= known_at {
            true => before = middle,
            false => after = middle,
        }
    }
    Ok(Revision(before))
}

/// The graph at `revision`, from `nearest` or `milestone`, whichever comes later before it.
fn build(
    store: &dyn Store,
    current: &Snapshot,
    nearest: Option<&Snapshot>,
    milestone: &Manifest,
    revision: Revision,
) -> Result<Snapshot, StoreError> {
    let mut snapshot = match nearest.filter(|it| it.revision() >= milestone.revision) {
        Some(nearest) => nearest.clone(),
        None => {
            let ontology = Arc::clone(current.ontology());
            let blocks = checkpoint::read(store, milestone, ontology.names())?;
            Snapshot::from_blocks(ontology, milestone.revision, blocks)
        }
    };
    log::replay(store, &mut snapshot, Some(revision), |it, commit, _| it.follow(&commit))?;
    if snapshot.revision() < revision {
        return Err(StoreError::Corrupt { key: log::commit_key(snapshot.revision().next()) });
    }
    snapshot.warm_walks();
    Ok(snapshot)
}
