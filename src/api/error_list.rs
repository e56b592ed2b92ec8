//! The errors of a response: the first hundred as they are written, and how many more there are.

use super::{
    Code, FieldError,
    json::{PathStep, WrittenError, write_error, write_integer},
    reference::{INTERNAL_MESSAGE, log_internal},
};

/// Errors that a response tells; the rest are counted.
const ERRORS_MAX: usize = 100;

/// Errors of fields, written as they come.
#[derive(Debug, Default)]
pub(super) struct ErrorList {
    written: Vec<u8>,
    count: usize,
    first: Option<Code>,
}

impl ErrorList {
    /// Adds the error of a field. One that is our fault is told by a reference alone; its details go
    /// to the log.
    pub(super) fn push<'p>(
        &mut self,
        error: &FieldError,
        locations: &[(usize, usize)],
        path: impl Iterator<Item = PathStep<'p>>,
    ) {
        self.count += 1;
        self.first.get_or_insert(error.code);
        if self.count > ERRORS_MAX {
            return;
        }
        if self.count > 1 {
            self.written.push(b',');
        }
        let internal;
        let (message, extensions) = if error.code == Code::Internal {
            internal = log_internal(&error.message);
            (INTERNAL_MESSAGE, &internal)
        } else {
            (error.message.as_str(), &error.extensions)
        };
        let error =
            WrittenError { code: error.code, message, locations, path: Some(path), extensions };
        write_error(&mut self.written, error);
    }

    /// Writes the response's keys about errors, which follow another one; gives the code of the
    /// first error.
    pub(super) fn finish(self, out: &mut Vec<u8>) -> Option<Code> {
        if self.count > 0 {
            out.extend_from_slice(b",\"errors\":[");
            out.extend_from_slice(&self.written);
            out.push(b']');
        }
        if let Some(untold) = self.count.checked_sub(ERRORS_MAX).filter(|it| *it > 0) {
            out.extend_from_slice(b",\"extensions\":{\"errorsLeftOut\":");
            write_integer(out, untold as i64);
            out.push(b'}');
        }
        self.first
    }
}
