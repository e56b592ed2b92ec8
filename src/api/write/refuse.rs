//! Mutations of which nothing is recorded, and what clients are told.

use std::iter;

use serde_json::Map;

use super::Failure;
use crate::{
    api::{
        Code, FieldError,
        json::{PathStep, WrittenError, write_error, write_integer},
        plan::Plan,
        reference::{INTERNAL_MESSAGE, log_internal},
    },
    graph::{Rejection, Rule, WriteError},
};

/// Errors that a response tells; the rest are counted.
const ERRORS_MAX: usize = 100;

/// The response to a mutation in which something is wrong.
pub(in crate::api) fn refuse(plan: &Plan, failure: &Failure) -> Vec<u8> {
    let mut out = b"{\"data\":null,\"errors\":[".to_vec();
    for (index, (id, error)) in failure.iter().take(ERRORS_MAX).enumerate() {
        if index > 0 {
            out.push(b',');
        }
        let field = plan.field(*id);
        let internal;
        let (message, extensions) = if error.code == Code::Internal {
            internal = log_internal(&error.message);
            (INTERNAL_MESSAGE, &internal)
        } else {
            (error.message.as_str(), &error.extensions)
        };
        let locations = &[field.location];
        let path = Some(iter::once(PathStep::Key(&field.key)));
        let error = WrittenError { code: error.code, message, locations, path, extensions };
        write_error(&mut out, error);
    }
    out.push(b']');
    if failure.len() > ERRORS_MAX {
        out.extend_from_slice(b",\"extensions\":{\"errorsLeftOut\":");
        write_integer(&mut out, (failure.len() - ERRORS_MAX) as i64);
        out.push(b'}');
    }
    out.push(b'}');
    out
}

/// Why a mutation that is right was not written.
pub(in crate::api) fn unwritten(err: &WriteError) -> FieldError {
    let code = match err {
        // What the store said is in the log.
        WriteError::Store(_) => {
            let message = "the graph is read-only: the store failed; nothing of this is recorded";
            return FieldError::new(Code::ReadOnly, message);
        }
        WriteError::ReadOnly(_) => Code::ReadOnly,
        WriteError::Rejected(_) | WriteError::Panicked | WriteError::Closed => Code::Internal,
    };
    FieldError { code, message: err.to_string(), extensions: Map::new() }
}

/// A broken rule as clients are told of it.
pub(in crate::api) fn rejected(rejection: Rejection) -> FieldError {
    let code = match rejection.rule {
        Rule::Invalid | Rule::NotMerged => Code::BadUserInput,
        Rule::UnknownEntity => Code::UnknownEntity,
        Rule::UnknownRelationship => Code::UnknownRelationship,
        Rule::Unique | Rule::Taken => Code::UniqueViolation,
        Rule::RevisionConflict { .. } => Code::RevisionConflict,
        Rule::StillConnected => Code::StillConnected,
    };
    let mut error = FieldError::new(code, rejection.message);
    if let Rule::RevisionConflict { current } = rejection.rule {
        error.extensions.insert("current".to_owned(), current.to_string().into());
    }
    error
}
