//! What the writer of a graph has done.

use std::time::Duration;

use crate::model::{Counter, Histogram};

/// What the writer of a graph has done since the graph was opened.
#[derive(Debug)]
pub struct Meter {
    /// Commits that are durable.
    pub commits: Counter,
    /// Commits that shared one write to the store.
    pub group_sizes: Histogram,
    /// How long such a write took.
    pub writes: Histogram,
    /// Writes that the store refused.
    pub failures: Counter,
    /// How long checkpoints took.
    pub checkpoints: Histogram,
    /// How long it took to pack the graph anew.
    pub rebuilds: Histogram,
}

impl Default for Meter {
    fn default() -> Self {
        Self {
            commits: Counter::default(),
            group_sizes: Histogram::of_sizes(),
            writes: Histogram::of_durations(),
            failures: Counter::default(),
            checkpoints: Histogram::of_durations(),
            rebuilds: Histogram::of_durations(),
        }
    }
}

impl Meter {
    /// So many commits were made durable together.
    pub(super) fn written(&self, commits: usize, took: Duration) {
        self.commits.add(commits as u64);
        self.group_sizes.add(commits as u64);
        self.writes.add_duration(took);
    }
}
