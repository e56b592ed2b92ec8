//! Media types: what a request is in, and what its response may be in.

use std::cmp::Reverse;

use actix_web::http::header::{self, HeaderMap, HeaderValue};

/// The precision of a range without wildcards.
const PRECISE: u8 = 3;

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

/// How much a client wants a media type; the greatest is answered with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Wish {
    /// In thousandths; zero where it is not wanted.
    quality: u16,
    /// How precisely it is named.
    precision: u8,
    /// Whether it goes before others that are wanted alike.
    leads: bool,
    /// Where it is named among others.
    place: Reverse<usize>,
}

impl Media {
    /// All there are; of those that are wanted alike, the last is taken.
    const ALL: [Self; 3] = [Self::Events, Self::Json, Self::GraphqlResponse];

    /// The best that the `Accept` header allows; `None` where it allows none. Without the header,
    /// and for `*/*`, plain JSON, which every client reads.
    ///
    /// Each type is wanted as much as the most precise range says that holds it:
    /// <https://www.rfc-editor.org/rfc/rfc9110.html#name-accept>.
    pub(super) fn negotiate(headers: &HeaderMap) -> Option<Self> {
        let values = headers.get_all(header::ACCEPT).filter_map(|it| it.to_str().ok());
        let ranges = values.flat_map(|it| it.split(',')).map(str::trim);
        let mut ranges = ranges.filter(|it| !it.is_empty()).enumerate().peekable();
        if ranges.peek().is_none() {
            return Some(Self::Json);
        }
        let mut wishes = [Wish::default(); Self::ALL.len()];
        for (place, range) in ranges {
            let (name, quality) = named(range);
            for (media, wish) in Self::ALL.into_iter().zip(&mut wishes) {
                let precision = media.precision(name);
                if precision > wish.precision {
                    let leads = (media == Self::Json) != (precision == PRECISE);
                    *wish = Wish { quality, precision, leads, place: Reverse(place) };
                }
            }
        }
        let best = Self::ALL.into_iter().zip(wishes).max_by_key(|(_, it)| *it);
        best.filter(|(_, it)| it.quality > 0).map(|(media, _)| media)
    }

    /// How precisely a range names it; zero where it does not hold it.
    fn precision(self, range: &str) -> u8 {
        let (name, family) = match self {
            Self::GraphqlResponse => ("application/graphql-response+json", "application/*"),
            Self::Json => ("application/json", "application/*"),
            Self::Events => ("text/event-stream", "text/*"),
        };
        match range {
            it if it.eq_ignore_ascii_case(name) => PRECISE,
            it if it.eq_ignore_ascii_case(family) => 2,
            "*/*" => 1,
            _ => 0,
        }
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

/// The name of a range, and how much it is wanted.
fn named(range: &str) -> (&str, u16) {
    let mut parts = range.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let quality = parts
        .filter_map(|it| it.split_once('='))
        .find(|(parameter, _)| parameter.eq_ignore_ascii_case("q"))
        .and_then(|(_, it)| it.parse().ok())
        .map_or(1.0, |it: f32| it.clamp(0.0, 1.0));
    (name, (quality * 1_000.0) as u16)
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
