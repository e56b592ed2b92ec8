//! What the writer of a graph, what works beside it and the readers share.

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use tokio::sync::watch;

use super::{Meter, Snapshot, history::History, milestones::Milestones};
use crate::{
    model::{Revision, Timestamp},
    store::Store,
};

/// How a graph is kept.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Drafts that may wait for the writer, at least one; beyond it, whoever commits waits too.
    pub queue_max: usize,
    /// Drafts that share one write to the store.
    pub group_max: usize,
    /// The share of the graph, in percent, that may have changed before it is packed anew.
    pub rebuild_percent: usize,
    /// The changes below which that is not worth the while.
    pub rebuild_changes_min: usize,
    /// The bytes of commits after which a checkpoint is written.
    pub checkpoint_bytes: usize,
    /// How far back [`Graph::snapshot_at`](super::Graph::snapshot_at) goes; absent: to the beginning.
    pub history: Option<Duration>,
    /// How often it is looked, where that is bounded, whether there is something to forget; and
    /// the least time between two checkpoints that are written only for that.
    pub prune_every: Duration,
    /// What tells the time of a commit.
    pub clock: fn() -> Timestamp,
}

/// What the writer and the readers share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) store: Arc<dyn Store>,
    pub(super) current: ArcSwap<Snapshot>,
    pub(super) options: Options,
    /// The revision of `current`, for those who wait for the next.
    pub(super) head: watch::Sender<Revision>,
    pub(super) meter: Meter,
    pub(super) milestones: Milestones,
    pub(super) history: History,
    state: ArcSwap<State>,
}

/// Whether a graph takes commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It does.
    Writable,
    /// The store failed at the last one. Everything acknowledged is there and can be read. Each
    /// commit is an attempt to write again; a store that has stopped needs a restart of the
    /// process.
    ReadOnly {
        /// Since when.
        since: Timestamp,
        /// What the store said.
        reason: String,
    },
}

impl Default for Options {
    fn default() -> Self {
        Self {
            queue_max: 1024,
            group_max: 256,
            rebuild_percent: 1,
            rebuild_changes_min: 50_000,
            checkpoint_bytes: 64 << 20,
            history: None,
            prune_every: Duration::from_secs(60 * 60),
            clock: Timestamp::now,
        }
    }
}

impl Options {
    /// The first moment that may be asked for; absent: any.
    pub(super) fn history_begins(&self) -> Option<Timestamp> {
        self.history.map(|it| (self.clock)().before(it))
    }
}

impl Shared {
    /// What is shared of `snapshot`, which `store` holds.
    pub(super) fn new(
        store: Arc<dyn Store>,
        options: Options,
        snapshot: Snapshot,
        milestones: Milestones,
    ) -> Self {
        Self {
            store,
            options,
            head: watch::Sender::new(snapshot.revision()),
            current: ArcSwap::from_pointee(snapshot),
            meter: Meter::default(),
            milestones,
            history: History::default(),
            state: ArcSwap::from_pointee(State::Writable),
        }
    }

    /// Makes `next`, which is durable, visible.
    pub(super) fn publish(&self, next: Snapshot) {
        let revision = next.revision();
        self.current.store(Arc::new(next));
        self.head.send_replace(revision);
    }

    /// Whether the store takes commits.
    pub(super) fn state(&self) -> State {
        State::clone(&self.state.load())
    }

    /// Takes note whether the store takes commits.
    pub(super) fn enter(&self, state: State) {
        if **self.state.load() != state {
            self.state.store(Arc::new(state));
        }
    }
}
