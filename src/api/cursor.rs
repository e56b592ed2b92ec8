//! Cursors: places in a list, as clients keep them.

use std::fmt::Write;

/// A place as text that means nothing to its reader: the bytes in hexadecimal.
pub(super) fn encode(place: &[u8]) -> String {
    let mut cursor = String::with_capacity(place.len() * 2);
    for byte in place {
        write!(cursor, "{byte:02x}").expect("a string takes what is written");
    }
    cursor
}

/// The place that a cursor stands for; `None` where it is none.
pub(super) fn decode(cursor: &str) -> Option<Vec<u8>> {
    let digit = |it: &u8| char::from(*it).to_digit(16).and_then(|it| u8::try_from(it).ok());
    let byte = |pair: &[u8]| match pair {
        [high, low] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    };
    cursor.as_bytes().chunks(2).map(byte).collect()
}
