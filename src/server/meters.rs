//! What the server counts.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant, SystemTime},
};

use super::closing::Closing;
use crate::{
    api::{Code, OperationType},
    model::{Counter, Histogram},
};

/// The operation types, and what is no request that could be understood.
pub(super) const OPERATIONS: [Option<OperationType>; 4] = [
    Some(OperationType::Query),
    Some(OperationType::Mutation),
    Some(OperationType::Subscription),
    None,
];
/// What a request may come to: all well, or the code of its first error.
pub(super) const OUTCOMES: usize = 1 + Code::ALL.len();

/// What one server counts, over all workers. Counting takes no lock and no memory.
#[derive(Debug)]
pub(super) struct Meters {
    /// By the place in [`OPERATIONS`], and the outcome: all well, and then [`Code::ALL`].
    pub(super) requests: [[Counter; OUTCOMES]; OPERATIONS.len()],
    /// By the place in [`OPERATIONS`].
    pub(super) durations: [Histogram; OPERATIONS.len()],
    /// Requests that were handed to a thread on which nobody waits.
    pub(super) handed_over: Counter,
    /// Answers to subscriptions.
    pub(super) events: Counter,
    pub(super) subscriptions: Gauge,
    pub(super) sockets: Gauge,
    /// Sockets that the server has closed, by the place in [`Closing::ALL`].
    pub(super) closings: [Counter; Closing::ALL.len()],
    /// When the server was made.
    pub(super) since: (Instant, SystemTime),
}

/// How many of something there are. Clones count the same things.
#[derive(Clone, Debug, Default)]
pub(super) struct Gauge(Arc<AtomicU64>);

/// One of the things that a [`Gauge`] counts, until it is dropped.
#[derive(Debug)]
pub(super) struct Counted(Gauge);

impl Default for Meters {
    fn default() -> Self {
        Self {
            requests: Default::default(),
            durations: std::array::from_fn(|_| Histogram::of_durations()),
            handed_over: Counter::default(),
            events: Counter::default(),
            subscriptions: Gauge::default(),
            sockets: Gauge::default(),
            closings: Default::default(),
            since: (Instant::now(), SystemTime::now()),
        }
    }
}

impl Meters {
    /// A request was answered, with `code` for its first error.
    pub(super) fn answered(
        &self,
        operation: Option<OperationType>,
        code: Option<Code>,
        took: Duration,
    ) {
        let place = operation.map_or(OPERATIONS.len() - 1, |it| it as usize);
        self.requests[place][code.map_or(0, |it| 1 + it as usize)].add(1);
        self.durations[place].add_duration(took);
    }

    /// The server closes a WebSocket.
    pub(super) fn closed(&self, closing: Closing) {
        self.closings[closing as usize].add(1);
    }
}

impl Gauge {
    /// There is one more, until what this gives is dropped.
    pub(super) fn enter(&self) -> Counted {
        self.0.fetch_add(1, Relaxed);
        Counted(self.clone())
    }

    /// How many there are.
    pub(super) fn level(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::{Closing, Code, OPERATIONS};

    #[test]
    fn places_are_the_numbers_of_what_they_stand_for() {
        for (place, code) in Code::ALL.into_iter().enumerate() {
            assert_eq!(code as usize, place);
        }
        for (place, closing) in Closing::ALL.into_iter().enumerate() {
            assert_eq!(closing as usize, place);
        }
        for (place, operation) in OPERATIONS.into_iter().flatten().enumerate() {
            assert_eq!(operation as usize, place);
        }
    }
}
