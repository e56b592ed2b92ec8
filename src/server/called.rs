//! What a request is called in the log and by whoever sent it: its id, and the trace that it is
//! part of.

use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use tracing::Span;

/// The header of a request's id, in requests and responses.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The header of the trace that a request is part of: <https://www.w3.org/TR/trace-context/>.
const TRACE_PARENT: HeaderName = HeaderName::from_static("traceparent");
/// Characters of an id that a client may give.
const ID_CHARS_MAX: usize = 128;

/// The names of a request. Clones are cheap.
#[derive(Clone, Debug)]
pub(super) struct Called {
    /// The client's, where it gave a sound one, else ours.
    pub(super) id: Arc<str>,
    /// When it came, or began.
    pub(super) since: Instant,
    /// The `traceparent` that came with it, where that is sound.
    parent: Option<Arc<str>>,
}

impl Called {
    /// The names that the headers of a request give it.
    pub(super) fn by(headers: &HeaderMap) -> Self {
        let text = |name: HeaderName| headers.get(name).and_then(|it| it.to_str().ok());
        let given = text(REQUEST_ID).filter(|it| is_sound(it));
        let id = given.map_or_else(new_id, Arc::from);
        let parent = text(TRACE_PARENT).filter(|it| trace_id(it).is_some());
        Self { id, since: Instant::now(), parent: parent.map(Arc::from) }
    }

    /// The names of an operation, by its number, on the connection that this request has opened.
    pub(super) fn operation(&self, number: u64) -> Self {
        let id = format!("{}.{number}", self.id).into();
        Self { id, since: Instant::now(), parent: self.parent.clone() }
    }

    /// The value of [`REQUEST_ID`] in the response.
    pub(super) fn header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.id).expect("an id is made of printable characters")
    }

    /// The trace that it is part of, in 32 hexadecimal digits.
    pub(super) fn trace_id(&self) -> Option<&str> {
        self.parent.as_deref().and_then(trace_id)
    }

    /// The span in the log of all that is done for it.
    pub(super) fn span(&self) -> Span {
        let (request_id, trace_id) = (&*self.id, self.trace_id());
        #[cfg(not(feature = "otel"))]
        let span = tracing::info_span!("request", request_id, trace_id);
        #[cfg(feature = "otel")]
        let span = crate::telemetry::span(request_id, trace_id, self.parent.as_deref());
        // One that nobody follows would be told to the crate `log` all the same, at every step.
        if span.is_disabled() { Span::none() } else { span }
    }
}

/// Whether an id is such that nobody who reads the log, or a header, takes it for something else.
fn is_sound(id: &str) -> bool {
    let sound = |it: u8| it.is_ascii_alphanumeric() || b"-_.:/+=".contains(&it);
    (1..=ID_CHARS_MAX).contains(&id.len()) && id.bytes().all(sound)
}

/// An id that this process gives once, and others hardly ever.
fn new_id() -> Arc<str> {
    static FIRST: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(0));
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let mut id = FIRST.wrapping_add(COUNT.fetch_add(1, Relaxed));
    let digits: [u8; 16] = std::array::from_fn(|_| {
        id = id.rotate_left(4);
        b"0123456789abcdef"[(id & 15) as usize]
    });
    str::from_utf8(&digits).expect("digits are text").into()
}

/// The trace id in a `traceparent`: of any version, of which only the first parts are known.
fn trace_id(value: &str) -> Option<&str> {
    let mut parts = value.split('-');
    let (version, trace, parent, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |it: &str, length: usize| {
        it.len() == length && it.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_sound = is_hex(version, 2)
        && version != "ff"
        && is_hex(trace, 32)
        && is_hex(parent, 16)
        && is_hex(flags, 2)
        && (version != "00" || parts.next().is_none());
    let is_zero = |it: &str| it.bytes().all(|it| it == b'0');
    (is_sound && !is_zero(trace) && !is_zero(parent)).then_some(trace)
}

#[cfg(test)]
mod tests {
    use super::{is_sound, new_id, trace_id};

    #[test]
    fn only_sound_ids_are_taken() {
        for (id, sound) in [
            ("a", true),
            ("7f3-A_b.c:d/e+f=", true),
            (&"x".repeat(128), true),
            (&"x".repeat(129), false),
            ("", false),
            ("a b", false),
            ("a\"b", false),
            ("a\nb", false),
            ("é", false),
        ] {
            assert_eq!(is_sound(id), sound, "{id}");
        }
        assert!(is_sound(&new_id()) && new_id() != new_id());
    }

    #[test]
    fn a_trace_is_known_by_a_valid_header_alone() {
        const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
        for (header, known) in [
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true),
            ("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", true),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", false),
            ("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false),
            ("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", false),
            ("00-00000000000000000000000000000000-00f067aa0ba902b7-01", false),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", false),
            ("00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01", false),
            ("00", false),
            ("", false),
        ] {
            assert_eq!(trace_id(header), known.then_some(TRACE), "{header}");
        }
    }
}
