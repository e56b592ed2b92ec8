//! Errors with what they came from.

use std::error::Error;

/// An error and what it came from, in one line: `sled could not read the folder: permission denied`.
pub fn with_causes(err: &dyn Error) -> String {
    let mut text = err.to_string();
    let mut cause = err.source();
    while let Some(err) = cause {
        text.push_str(": ");
        text.push_str(&err.to_string());
        cause = err.source();
    }
    text
}
