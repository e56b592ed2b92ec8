//! Every error that a client can meet, and its code.

use serde_json::{Map, Value};

/// The stable code in `extensions.code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// What was sent is not a GraphQL request.
    BadRequest,
    /// A document is named by its hash, and none is kept. Clients then send it whole.
    PersistedQueryNotSupported,
    /// The document is not GraphQL.
    ParseFailed,
    /// The document does not fit the schema.
    ValidationFailed,
    /// No operation has the name, or a name is needed.
    OperationResolutionFailure,
    /// A variable or argument has a value that its type or its field does not allow.
    BadUserInput,
    /// No entity has the id or name.
    UnknownEntity,
    /// Several entities have the name; the candidates are in `extensions.candidates`.
    AmbiguousName,
    /// No relationship has the id, or it was retracted.
    UnknownRelationship,
    /// Another entity or relationship has the id, or another entity the value of a `@unique` field.
    UniqueViolation,
    /// The thing has changed since; its revision is in `extensions.current`.
    RevisionConflict,
    /// The entity has relationships, and cannot be deleted without them.
    StillConnected,
    /// The changes after a cursor are not kept any more.
    CursorTooOld,
    /// The document nests deeper than is allowed.
    QueryTooDeep,
    /// The document is larger or dearer than is allowed.
    QueryTooComplex,
    /// Time was up.
    DeadlineExceeded,
    /// The graph takes no writes.
    ReadOnly,
    /// Our fault; the details are in the log under `extensions.reference`.
    Internal,
}

impl Code {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 18] = [
        Self::BadRequest,
        Self::PersistedQueryNotSupported,
        Self::ParseFailed,
        Self::ValidationFailed,
        Self::OperationResolutionFailure,
        Self::BadUserInput,
        Self::UnknownEntity,
        Self::AmbiguousName,
        Self::UnknownRelationship,
        Self::UniqueViolation,
        Self::RevisionConflict,
        Self::StillConnected,
        Self::CursorTooOld,
        Self::QueryTooDeep,
        Self::QueryTooComplex,
        Self::DeadlineExceeded,
        Self::ReadOnly,
        Self::Internal,
    ];

    /// The code as clients see it.
    pub fn name(self) -> &'static str {
        match self {
            Self::BadRequest => "BAD_REQUEST",
            Self::PersistedQueryNotSupported => "PERSISTED_QUERY_NOT_SUPPORTED",
            Self::ParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::ValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::OperationResolutionFailure => "OPERATION_RESOLUTION_FAILURE",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::UnknownEntity => "UNKNOWN_ENTITY",
            Self::AmbiguousName => "AMBIGUOUS_NAME",
            Self::UnknownRelationship => "UNKNOWN_RELATIONSHIP",
            Self::UniqueViolation => "UNIQUE_VIOLATION",
            Self::RevisionConflict => "REVISION_CONFLICT",
            Self::StillConnected => "STILL_CONNECTED",
            Self::CursorTooOld => "CURSOR_TOO_OLD",
            Self::QueryTooDeep => "QUERY_TOO_DEEP",
            Self::QueryTooComplex => "QUERY_TOO_COMPLEX",
            Self::DeadlineExceeded => "DEADLINE_EXCEEDED",
            Self::ReadOnly => "READ_ONLY",
            Self::Internal => "INTERNAL",
        }
    }
}

/// Why a field has no value. The executor adds `path` and `locations`.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct FieldError {
    /// Which kind of error.
    pub code: Code,
    /// What is wrong, where, and what to do.
    pub message: String,
    /// More for programs, beside `code`: e.g. `candidates`.
    pub extensions: Map<String, Value>,
}

/// Why a request was not executed at all.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct RequestError {
    /// Which kind of error.
    pub code: Code,
    /// What is wrong, where, and what to do.
    pub message: String,
    /// Line and column in the document, both from 1.
    pub locations: Vec<(usize, usize)>,
}

impl FieldError {
    /// An error with nothing but a code and a message.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), extensions: Map::new() }
    }

    /// An argument has a value that its field does not allow.
    pub(super) fn input(message: impl Into<String>) -> Self {
        Self::new(Code::BadUserInput, message)
    }
}
