//! Media types: what a request is in, and what its response may be in.

use actix_web::http::header::{self, HeaderMap, HeaderValue};

/// The media type of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    /// `application/graphql-response+json`: the status tells whether the request was executed.
    GraphqlResponse,
    /// `application/json`, for clients from before the specification: the status tells whether the
    /// request was understood.
    Json,
    /// `text/event-stream`: any number of answers.
    Events,
}

impl Media {
    /// The best that the `Accept` header allows; `None` where it allows neither. Without the
    /// header, and for `*/*`, plain JSON, which every client reads.
    pub(super) fn negotiate(headers: &HeaderMap) -> Option<Self> {
        let mut best: Option<(f32, u8, Self)> = None;
        let mut ranges = 0;
        for range in headers.get_all(header::ACCEPT).filter_map(|it| it.to_str().ok()) {
            for range in range.split(',').filter(|it| !it.trim().is_empty()) {
                ranges += 1;
                let Some((quality, precision, media)) = offer(range) else { continue };
                if best.is_none_or(|it| (quality, precision) > (it.0, it.1)) {
                    best = Some((quality, precision, media));
                }
            }
        }
        if ranges == 0 { Some(Self::Json) } else { best.map(|(_, _, media)| media) }
    }

    /// The value of `Content-Type`.
    pub(super) fn header(self) -> HeaderValue {
        const GRAPHQL_RESPONSE: HeaderValue =
            HeaderValue::from_static("application/graphql-response+json; charset=utf-8");
        const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
        const EVENTS: HeaderValue = HeaderValue::from_static("text/event-stream; charset=utf-8");
        match self {
            Self::GraphqlResponse => GRAPHQL_RESPONSE,
            Self::Json => JSON,
            Self::Events => EVENTS,
        }
    }
}

/// What one range of an `Accept` header allows: how much it is wanted, and how precisely it is named.
fn offer(range: &str) -> Option<(f32, u8, Media)> {
    let mut parts = range.split(';').map(|it| it.trim().to_ascii_lowercase());
    let (precision, media) = match parts.next()?.as_str() {
        "application/graphql-response+json" => (3, Media::GraphqlResponse),
        "text/event-stream" => (3, Media::Events),
        "application/json" => (2, Media::Json),
        "application/*" => (1, Media::Json),
        "*/*" => (0, Media::Json),
        _ => return None,
    };
    let quality = parts.find_map(|it| it.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
    (quality > 0.0).then_some((quality, precision, media))
}

/// Whether a body is JSON in UTF-8. Nothing else is taken: browsers send form types to any site
/// without asking it first.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE);
    if value.is_some_and(|it| it == "application/json") {
        return true;
    }
    let value = value.and_then(|it| it.to_str().ok()).unwrap_or("");
    let mut parts = value.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|it| it.eq_ignore_ascii_case("application/json"));
    let is_utf8 = |it: &str| it.trim_matches('"').eq_ignore_ascii_case("utf-8");
    is_json
        && parts
            .filter_map(|it| it.split_once('='))
            .all(|(name, value)| !name.eq_ignore_ascii_case("charset") || is_utf8(value))
}
