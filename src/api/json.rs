//! Writes values and errors as JSON.

use std::io::Write as _;

use serde_json::{Map, Value as Json};

use super::{Code, RequestError};

/// Writes a text in quotes, escaped.
pub(super) fn write_text(out: &mut Vec<u8>, text: &str) {
    // Looked at as a whole: that takes less time than to stop at the first that needs an escape.
    let needs_escape = |it: &u8| (*it < b' ') | (*it == b'"') | (*it == b'\\');
    if text.as_bytes().iter().fold(false, |any, it| any | needs_escape(it)) {
        serde_json::to_writer(out, text).expect("memory takes what is written");
        return;
    }
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

/// Writes an integer.
pub(super) fn write_integer(out: &mut Vec<u8>, value: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

/// Writes a finite number so that it reads back the same.
pub(super) fn write_float(out: &mut Vec<u8>, value: f64) {
    serde_json::to_writer(out, &value).expect("memory takes what is written");
}

/// Writes what `value` displays, in quotes; it must need no escapes.
pub(super) fn write_quoted(out: &mut Vec<u8>, value: impl std::fmt::Display) {
    write!(out, "\"{value}\"").expect("memory takes what is written");
}

/// The parts of an error as it is written.
#[derive(Debug)]
pub(super) struct WrittenError<'a, P> {
    pub(super) code: Code,
    pub(super) message: &'a str,
    pub(super) locations: &'a [(usize, usize)],
    /// The response path; absent for errors of the whole request.
    pub(super) path: Option<P>,
    pub(super) extensions: &'a Map<String, Json>,
}

/// A step of a response path.
#[derive(Clone, Copy, Debug)]
pub(super) enum PathStep<'a> {
    Key(&'a str),
    Index(usize),
}

/// Writes one error.
pub(super) fn write_error<'p, P: Iterator<Item = PathStep<'p>>>(
    out: &mut Vec<u8>,
    error: WrittenError<'_, P>,
) {
    out.extend_from_slice(b"{\"message\":");
    write_text(out, error.message);
    if !error.locations.is_empty() {
        out.extend_from_slice(b",\"locations\":[");
        for (index, (line, column)) in error.locations.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            write!(out, "{comma}{{\"line\":{line},\"column\":{column}}}")
                .expect("memory takes what is written");
        }
        out.push(b']');
    }
    if let Some(path) = error.path {
        out.extend_from_slice(b",\"path\":[");
        for (index, step) in path.enumerate() {
            if index > 0 {
                out.push(b',');
            }
            match step {
                PathStep::Key(key) => write_text(out, key),
                PathStep::Index(it) => write_integer(out, it as i64),
            }
        }
        out.push(b']');
    }
    out.extend_from_slice(b",\"extensions\":{\"code\":");
    write_text(out, error.code.name());
    for (key, value) in error.extensions {
        out.push(b',');
        write_text(out, key);
        out.push(b':');
        serde_json::to_writer(&mut *out, value).expect("memory takes what is written");
    }
    out.extend_from_slice(b"}}");
}

/// The response to a request that was not executed.
pub(super) fn refusal(errors: &[RequestError]) -> Vec<u8> {
    let mut out = b"{\"errors\":[".to_vec();
    for (index, error) in errors.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_error(
            &mut out,
            WrittenError {
                code: error.code,
                message: &error.message,
                locations: &error.locations,
                path: None::<std::iter::Empty<PathStep<'_>>>,
                extensions: &Map::new(),
            },
        );
    }
    out.extend_from_slice(b"]}");
    out
}
