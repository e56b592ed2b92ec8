//! Errors that are our fault: a reference for the client, the details for the log.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use serde_json::{Map, Value as Json};

use crate::model::Timestamp;

/// What a client is told of an error that is our fault.
pub(super) const INTERNAL_MESSAGE: &str =
    "the server failed; the log has the details under `extensions.reference`";

static COUNT: AtomicU64 = AtomicU64::new(0);

/// Logs `details` under a new reference; gives the extensions that tell it.
pub(super) fn log_internal(details: &str) -> Map<String, Json> {
    let reference = format!("{:x}-{:x}", Timestamp::now().micros(), COUNT.fetch_add(1, Relaxed));
    tracing::error!(reference, details, "a request failed by our fault");
    Map::from_iter([("reference".to_owned(), reference.into())])
}
