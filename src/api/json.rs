//! Writes values and errors as JSON.

use std::io::Write as _;

use serde_json::{Map, Value as Json};

use super::{Code, RequestError};
use crate::model::Date;

/// Writes a text in quotes, escaped.
pub(super) fn write_text(out: &mut Vec<u8>, text: &str) {
    if needs_escapes(text.as_bytes()) {
        serde_json::to_writer(out, text).expect("memory takes what is written");
        return;
    }
    out.reserve(text.len() + 2);
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

/// Whether JSON escapes any of `bytes`: eight are looked at together.
fn needs_escapes(bytes: &[u8]) -> bool {
    let escaped = |it: &u8| *it < b' ' || matches!(it, b'"' | b'\\');
    let Some(last) = bytes.last_chunk() else { return bytes.iter().any(escaped) };
    let words = bytes.as_chunks().0.iter().chain([last]);
    words.fold(0, |any, it| any | escapes(u64::from_le_bytes(*it))) != 0
}

/// Not zero where one of the bytes of `word` is escaped (Lamport 1975, "Multiple byte processing
/// with full-word instructions").
fn escapes(word: u64) -> u64 {
    const EACH: u64 = u64::from_le_bytes([1; 8]);
    const HIGHEST: u64 = u64::from_le_bytes([0x80; 8]);
    // The highest bit of a byte stays where it was less; a byte above it is wrong only then.
    let less = |word: u64, than: u8| word.wrapping_sub(EACH * u64::from(than)) & !word;
    let is = |byte: u8| less(word ^ (EACH * u64::from(byte)), 1);
    (less(word, b' ') | is(b'"') | is(b'\\')) & HIGHEST
}

/// Writes an integer.
pub(super) fn write_integer(out: &mut Vec<u8>, value: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

/// Writes a finite number so that it reads back the same.
pub(super) fn write_float(out: &mut Vec<u8>, value: f64) {
    serde_json::to_writer(out, &value).expect("memory takes what is written");
}

/// Writes a date.
pub(super) fn write_date(out: &mut Vec<u8>, date: Date) {
    out.push(b'"');
    date.put(out);
    out.push(b'"');
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

#[cfg(test)]
mod tests {
    use super::write_text;

    #[test]
    fn a_text_is_escaped_wherever_it_must_be() {
        let characters = ['"', '\\', '\0', '\n', '\u{1f}', ' ', '!', '#', '[', ']', '\u{7f}', 'é'];
        for length in 0..20 {
            for place in 0..=length {
                for it in characters {
                    let mut text = "\u{a0}".repeat(length / 3) + &"a".repeat(length);
                    text.insert(text.len() - place, it);
                    let mut out = Vec::new();
                    write_text(&mut out, &text);
                    assert_eq!(out, serde_json::to_vec(&text).unwrap(), "{text:?}");
                }
            }
        }
    }
}
