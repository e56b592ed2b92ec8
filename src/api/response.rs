//! What a request is answered with, and what there is to tell of it.

use std::{any::Any, fmt, sync::Arc};

use super::{
    Code, RequestError,
    document::Document,
    json::{self, PathStep, WrittenError},
    plan::{Plan, SelectionId, Step},
    reference::{INTERNAL_MESSAGE, log_internal},
};

/// Bytes after which the summary of a plan is cut off.
const SUMMARY_BYTES_MAX: usize = 500;

/// A response: the bytes of its JSON, and what became of the request.
#[derive(Clone, Debug)]
pub struct Response {
    /// The JSON.
    pub body: Vec<u8>,
    /// What became of it.
    pub outcome: Outcome,
    /// The code of its first error.
    pub code: Option<Code>,
    /// The operation that it answers, where the request was understood so far.
    pub asked: Option<Asked>,
}

/// What became of a request; a transport chooses its status by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was executed; there is `data`, perhaps with errors.
    Executed,
    /// It was refused; there is no `data`.
    Refused,
    /// It failed by our fault.
    Failed,
}

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationType {
    /// It asks.
    Query,
    /// It writes.
    Mutation,
    /// It follows.
    Subscription,
}

/// An operation that a client has asked for, and what its answer took.
#[derive(Clone)]
pub struct Asked {
    pub(super) document: Arc<Document>,
    pub(super) place: usize,
    pub(super) plan: Arc<Plan>,
    /// What it might have cost, as the limits count.
    pub cost: u64,
    /// Relationships and entities that were looked at.
    pub steps: u64,
    /// Items of lists that were written.
    pub rows: u64,
}

/// The JSON of an operation that was executed.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) body: Vec<u8>,
    /// The code of the first error.
    pub(super) code: Option<Code>,
    pub(super) steps: u64,
    pub(super) rows: u64,
}

impl Response {
    /// The response to a request that was executed.
    pub(super) fn executed(reply: Reply, asked: Asked) -> Self {
        let Reply { body, code, steps, rows } = reply;
        let asked = Some(Asked { steps, rows, ..asked });
        Self { body, outcome: Outcome::Executed, code, asked }
    }

    /// The response to a request that is not executed.
    pub(super) fn refusal(errors: &[RequestError]) -> Self {
        let code = errors.first().map(|it| it.code);
        Self { body: json::refusal(errors), outcome: Outcome::Refused, code, asked: None }
    }

    /// The response to a request in which we panicked.
    pub(super) fn failure(panic: &(dyn Any + Send)) -> Self {
        let code = Some(Code::Internal);
        Self { body: failure(panic), outcome: Outcome::Failed, code, asked: None }
    }

    /// The same, of the operation `asked`.
    pub(super) fn of(self, asked: Asked) -> Self {
        Self { asked: Some(asked), ..self }
    }
}

impl OperationType {
    /// The word for it in GraphQL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Mutation => "mutation",
            Self::Subscription => "subscription",
        }
    }
}

impl Asked {
    /// What it does.
    pub fn operation_type(&self) -> OperationType {
        self.document.operation(self.place).operation_type()
    }

    /// Its name in the document, which may be long.
    pub fn name(&self) -> Option<&str> {
        self.document.operation(self.place).operation.name.as_deref()
    }

    /// The response keys of its plan as they nest, without arguments, cut off after some hundred
    /// bytes.
    pub fn plan_summary(&self) -> String {
        let mut summary = String::new();
        summarise(&self.plan, self.plan.root, &mut summary);
        if summary.len() > SUMMARY_BYTES_MAX {
            summary.truncate(summary.floor_char_boundary(SUMMARY_BYTES_MAX));
            summary.push('…');
        }
        summary
    }
}

/// As deep as documents may nest.
fn summarise(plan: &Plan, selection: SelectionId, summary: &mut String) {
    for (place, shape) in plan.shapes(selection).enumerate() {
        summary.push_str(if place > 0 { " | " } else { "" });
        for (place, id) in shape.enumerate() {
            if summary.len() > SUMMARY_BYTES_MAX {
                return;
            }
            let field = plan.field(id);
            summary.push_str(if place > 0 { " " } else { "" });
            summary.push_str(&field.key);
            if let Step::Operate(operation) = &field.step
                && let Some(selection) = operation.selection
            {
                summary.push('{');
                summarise(plan, selection, summary);
                summary.push('}');
            }
        }
    }
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cost, steps, rows, .. } = self;
        let name = self.name();
        f.debug_struct("Asked")
            .field("name", &name)
            .field("cost", cost)
            .field("steps", steps)
            .field("rows", rows)
            .finish_non_exhaustive()
    }
}

/// The body of the response to a request in which we panicked.
fn failure(panic: &(dyn Any + Send)) -> Vec<u8> {
    let details = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without a message");
    let mut body = b"{\"errors\":[".to_vec();
    json::write_error(
        &mut body,
        WrittenError {
            code: Code::Internal,
            message: INTERNAL_MESSAGE,
            locations: &[],
            path: None::<std::iter::Empty<PathStep<'_>>>,
            extensions: &log_internal(details),
        },
    );
    body.extend_from_slice(b"]}");
    body
}
