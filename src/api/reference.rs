//! Errors that are our fault: a reference for the client, the details for the log.

use std::{
    cell::RefCell,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use serde_json::{Map, Value as Json};

use crate::model::Timestamp;

/// What a client is told of an error that is our fault.
pub(super) const INTERNAL_MESSAGE: &str =
    "the server failed; the log has the details under `extensions.reference`";

static COUNT: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// The id of the request that this thread answers: an error may arise, or a panic, where nobody
    /// knows of requests.
    static REQUEST: RefCell<Option<Arc<str>>> = const { RefCell::new(None) };
}

/// Gives what `answer` gives. Errors in it that are our fault have `id` for their reference.
pub fn referring_to<T>(id: &Arc<str>, answer: impl FnOnce() -> T) -> T {
    let before = REQUEST.replace(Some(Arc::clone(id)));
    // Whatever panics in an answer is caught there.
    let answer = answer();
    REQUEST.replace(before);
    answer
}

/// Logs `details` under the request's id, or a new reference; gives the extensions that tell it.
pub(super) fn log_internal(details: &str) -> Map<String, Json> {
    let reference = REQUEST.with_borrow(|it| it.as_deref().map(str::to_owned));
    let reference = reference.unwrap_or_else(|| {
        format!("{:x}-{:x}", Timestamp::now().micros(), COUNT.fetch_add(1, Relaxed))
    });
    tracing::error!(reference, details, "a request failed by our fault");
    Map::from_iter([("reference".to_owned(), reference.into())])
}
