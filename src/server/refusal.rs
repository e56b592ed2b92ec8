//! Requests that never reach the API, and the statuses of all responses.

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use serde::Deserialize;
use serde_json::{json, value::RawValue};

use super::media::Media;
use crate::api::{Code, Outcome};

/// Why a request is refused before the API sees it.
#[derive(Debug)]
pub(super) struct Refusal {
    /// The status.
    pub(super) status: StatusCode,
    /// What is wrong, and what to do.
    pub(super) message: String,
    /// Its code.
    pub(super) code: Code,
    /// The methods that are allowed, where this one is not.
    pub(super) allow: Option<&'static str>,
}

impl Refusal {
    /// A request that is not a GraphQL request.
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// A request that names its document by a hash. Clients know this message.
    pub(super) fn persisted() -> Self {
        let code = Code::PersistedQueryNotSupported;
        Self { code, ..Self::bad("PersistedQueryNotSupported") }
    }

    /// A request that HTTP itself has a status for.
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let code = if status.is_server_error() { Code::Internal } else { Code::BadRequest };
        Self { status, message: message.into(), code, allow: None }
    }

    /// A request from where none is taken.
    pub(super) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    /// A request that would write, where nothing is written.
    pub(super) fn read_only(reason: impl std::fmt::Display) -> Self {
        let message = format!("the graph takes no writes: {reason}");
        let code = Code::ReadOnly;
        Self { code, ..Self::new(StatusCode::SERVICE_UNAVAILABLE, message) }
    }

    /// A request that failed by our fault.
    pub(super) fn internal() -> Self {
        let message =
            "an internal error; the log says more under the id in the header `x-request-id`";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, message)
    }

    /// A request by a method that will not do.
    pub(super) fn method(allow: &'static str, message: impl Into<String>) -> Self {
        Self { allow: Some(allow), ..Self::new(StatusCode::METHOD_NOT_ALLOWED, message) }
    }

    /// The response that says so.
    pub(super) fn respond(&self, media: Media) -> HttpResponse {
        let mut response = respond(media, self.status, self.body());
        if let Some(methods) = self.allow {
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(methods));
        }
        response
    }

    /// The same in plain JSON.
    pub(super) fn respond_json(&self) -> HttpResponse {
        self.respond(Media::Json)
    }

    /// The body of that response.
    pub(super) fn body(&self) -> Vec<u8> {
        let code = self.code.name();
        let error = json!({ "message": self.message, "extensions": { "code": code } });
        json!({ "errors": [error] }).to_string().into_bytes()
    }
}

/// The list of errors in the body of a response to a request that was refused.
pub(super) fn errors_of(body: &[u8]) -> &str {
    /// A response that has nothing but errors.
    #[derive(Deserialize)]
    struct Refused<'a> {
        #[serde(borrow)]
        errors: &'a RawValue,
    }
    let refused: Refused<'_> = serde_json::from_slice(body).expect("it has nothing but errors");
    refused.errors.get()
}

/// A response of `media`.
pub(super) fn respond(media: Media, status: StatusCode, body: Vec<u8>) -> HttpResponse {
    const ACCEPT: HeaderValue = HeaderValue::from_static("Accept");
    const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
    const NO_SNIFF: HeaderValue = HeaderValue::from_static("nosniff");
    HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, media.header()))
        .insert_header((header::VARY, ACCEPT))
        .insert_header((header::CACHE_CONTROL, NO_STORE))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, NO_SNIFF))
        .body(body)
}

/// The status for what became of a request. Clients that ask for plain JSON expect 200 for every
/// request that was understood.
pub(super) fn status(outcome: Outcome, media: Media) -> StatusCode {
    match (outcome, media) {
        (Outcome::Executed, _) | (Outcome::Refused, Media::Json | Media::Events) => StatusCode::OK,
        (Outcome::Refused, Media::GraphqlResponse) => StatusCode::BAD_REQUEST,
        (Outcome::Failed, _) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
