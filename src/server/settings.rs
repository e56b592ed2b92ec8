//! What all workers share, and what the server is about to do.

use std::{path::PathBuf, sync::Arc, time::Duration};

use tokio::sync::watch;

use super::{meters::Meters, origin::Origin};

/// What an answer has before compressing it is worth the while.
const COMPRESS_BYTES_MIN: usize = 2048;

/// What all workers share.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The longest body of a request, and the longest message of a WebSocket, in bytes.
    pub body_bytes_max: usize,
    /// Where bodies of any length are kept while they are read.
    pub spool: PathBuf,
    /// Operations that took so long are told in the log.
    pub slow_query: Option<Duration>,
    /// The shortest body that is compressed; zero: none is.
    pub compress_bytes_min: usize,
    /// Pages of these origins may ask, beside our own.
    pub origins: Arc<[Origin]>,
    pub(super) meters: Arc<Meters>,
    /// What the server is about to do; closed where it serves for ever.
    pub(super) phase: watch::Receiver<Phase>,
}

impl Settings {
    /// For a server that nobody stops, which tells of no slow operations
    /// and lets no other pages ask.
    pub fn new(body_bytes_max: usize, spool: PathBuf) -> Self {
        Self {
            body_bytes_max,
            spool,
            slow_query: None,
            compress_bytes_min: COMPRESS_BYTES_MIN,
            origins: Arc::new([]),
            meters: Arc::default(),
            phase: watch::channel(Phase::Serves).1,
        }
    }

    /// Whether the server is about to stop.
    pub(super) fn is_stopping(&self) -> bool {
        *self.phase.borrow() != Phase::Serves
    }

    /// Waits until the server takes no more connections.
    pub(super) fn stopped(&self) -> impl Future<Output = ()> + use<> {
        let mut phase = self.phase.clone();
        async move {
            if phase.wait_for(|it| *it == Phase::Stops).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}

/// What a server is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// To go on.
    Serves,
    /// To stop soon: it still answers, and tells those who watch over it.
    Leaves,
    /// To stop: it takes no more connections.
    Stops,
}
