//! The graph as it was recorded at a moment of the past.

use std::sync::{Arc, Mutex, PoisonError};

use super::{Snapshot, checkpoint, log, manifest::Manifest, milestones::Milestones};
use crate::{
    model::{Revision, Timestamp},
    store::{Store, StoreError},
};

/// Snapshots of the past that are kept for whoever asks next.
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
    kept: Mutex<Vec<Arc<Snapshot>>>,
}

impl From<StoreError> for HistoryError {
    fn from(err: StoreError) -> Self {
        Self::Store(Arc::new(err))
    }
}

impl History {
    /// The graph as it was at `known_at`, where `current` is the present, and no further back than
    /// `begins`, or than the log. One past state is built at a time.
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
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let snapshot = match kept.iter().position(|it| it.revision() == revision) {
            Some(place) => kept.remove(place),
            None => {
                // Else it has been forgotten this moment.
                let milestone = milestones.before(revision).ok_or_else(|| {
                    let begins = milestones.begins_at().unwrap_or_default();
                    HistoryError::TooFar { begins, known_at }
                })?;
                Arc::new(build(store, current, &kept, &milestone, revision)?)
            }
        };
        if kept.len() == KEPT_MAX {
            kept.remove(0);
        }
        kept.push(Arc::clone(&snapshot));
        Ok(snapshot)
    }
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

/// The graph at `revision`, from the nearest of `kept` before it, or from `milestone`.
fn build(
    store: &dyn Store,
    current: &Snapshot,
    kept: &[Arc<Snapshot>],
    milestone: &Manifest,
    revision: Revision,
) -> Result<Snapshot, StoreError> {
    let between = milestone.revision..revision;
    let nearest = kept.iter().filter(|it| between.contains(&it.revision()));
    let mut snapshot = match nearest.max_by_key(|it| it.revision()) {
        Some(nearest) => Snapshot::clone(nearest),
        None => {
            let ontology = Arc::clone(current.ontology());
            let blocks = checkpoint::read(store, milestone, ontology.names())?;
            Snapshot::from_blocks(ontology, milestone.revision, blocks)
        }
    };
    log::replay(store, &mut snapshot, Some(revision), |it, _, _| it.pack_while_replaying())?;
    if snapshot.revision() < revision {
        return Err(StoreError::Corrupt { key: log::commit_key(snapshot.revision().next()) });
    }
    snapshot.warm_walks();
    Ok(snapshot)
}
