//! What is counted while it happens, to be read at any time.
//!
//! Counting is a few relaxed additions: no lock, no allocation. A reading that is taken meanwhile may
//! have one of them and lack another.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

/// The lengths of time that a [`Histogram`] of durations tells apart, in microseconds.
const DURATION_BOUNDS: &[u64] = &[
    50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
    1_000_000, 2_500_000, 5_000_000, 10_000_000, 30_000_000, 60_000_000,
];
/// The sizes that a [`Histogram`] of sizes tells apart.
const SIZE_BOUNDS: &[u64] = &[1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024];

/// How often something has happened.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

/// How often something has happened, by how long it took or how large it was.
#[derive(Debug)]
pub struct Histogram {
    bounds: &'static [u64],
    /// One for each bound, and one for what lies beyond them.
    counts: Box<[AtomicU64]>,
    sum: AtomicU64,
}

/// What a [`Histogram`] has counted so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distribution {
    /// Bounds, ascending, and how often there was that much or less.
    pub up_to: Vec<(u64, u64)>,
    /// How often it has happened.
    pub count: u64,
    /// How much it was altogether.
    pub sum: u64,
}

impl Counter {
    /// It has happened so many times more.
    pub fn add(&self, times: u64) {
        self.0.fetch_add(times, Relaxed);
    }

    /// How often it has happened.
    pub fn total(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

impl Histogram {
    /// Nothing yet, to be counted by microseconds up to a minute.
    pub fn of_durations() -> Self {
        Self::new(DURATION_BOUNDS)
    }

    /// Nothing yet, to be counted by sizes up to about a thousand.
    pub fn of_sizes() -> Self {
        Self::new(SIZE_BOUNDS)
    }

    fn new(bounds: &'static [u64]) -> Self {
        let counts = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
        Self { bounds, counts, sum: AtomicU64::new(0) }
    }

    /// It has happened once more, and was so much.
    pub fn add(&self, value: u64) {
        let place = self.bounds.partition_point(|it| *it < value);
        self.counts[place].fetch_add(1, Relaxed);
        self.sum.fetch_add(value, Relaxed);
    }

    /// It has happened once more, and took so long.
    pub fn add_duration(&self, took: Duration) {
        self.add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }

    /// What was counted so far.
    pub fn distribution(&self) -> Distribution {
        let mut count = 0;
        let mut up_to = Vec::with_capacity(self.bounds.len());
        for (place, it) in self.counts.iter().enumerate() {
            count += it.load(Relaxed);
            up_to.extend(self.bounds.get(place).map(|bound| (*bound, count)));
        }
        Distribution { up_to, count, sum: self.sum.load(Relaxed) }
    }
}

#[cfg(test)]
mod tests {
    use super::Histogram;

    #[test]
    fn each_value_counts_under_every_bound_that_it_does_not_exceed() {
        let sizes = Histogram::of_sizes();
        [1, 2, 3, 1_024, 1_025, 0].into_iter().for_each(|it| sizes.add(it));
        let found = sizes.distribution();
        assert_eq!(found.up_to[..3], [(1, 2), (2, 3), (4, 4)]);
        assert_eq!((found.up_to[10], found.count, found.sum), ((1_024, 5), 6, 2_055));
    }
}
