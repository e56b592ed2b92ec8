//! The body of a request, whole and bounded.

use std::{future::poll_fn, pin::Pin};

use actix_web::{
    error::PayloadError,
    http::{
        StatusCode,
        header::{self, HeaderMap},
    },
    web::{Bytes, BytesMut, Payload},
};
use futures_core::Stream as _;

use super::refusal::Refusal;

/// Reads a body of at most `bytes_max`. One that comes in one part, as short ones do, is not copied.
///
/// # Errors
///
/// Where it is longer, of which no more is read than that, or breaks off.
pub(super) async fn whole(
    mut body: Payload,
    headers: &HeaderMap,
    bytes_max: usize,
) -> Result<Bytes, Refusal> {
    if length(headers).is_some_and(|it| it > bytes_max) {
        return Err(too_long());
    }
    let (mut first, mut whole) = (Bytes::new(), BytesMut::new());
    while let Some(part) = next(&mut body).await {
        let part = part.map_err(|err| Refusal::bad(format!("the body cannot be read: {err}")))?;
        if first.len().max(whole.len()) + part.len() > bytes_max {
            return Err(too_long());
        }
        if first.is_empty() {
            first = part;
            continue;
        }
        if whole.is_empty() {
            whole.extend_from_slice(&first);
        }
        whole.extend_from_slice(&part);
    }
    Ok(if whole.is_empty() { first } else { whole.freeze() })
}

/// The next part of a body; `None` at its end.
pub(super) async fn next(body: &mut Payload) -> Option<Result<Bytes, PayloadError>> {
    poll_fn(|context| Pin::new(&mut *body).poll_next(context)).await
}

/// The length that the client says the body has.
fn length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_long() -> Refusal {
    let message = "the body is larger than this server takes; send less at a time";
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message)
}
