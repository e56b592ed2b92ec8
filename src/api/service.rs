//! The door of this room: a request in, a response out.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use apollo_compiler::ast::OperationType;
use serde_json::value::RawValue;

use super::{
    CacheCounters, Code, Limits, RequestError, Subscription, Table, Value,
    engine::Engine,
    json::{self, PathStep, WrittenError},
    reference::{INTERNAL_MESSAGE, log_internal},
};
use crate::{graph::Graph, ontology::Diagnostic};

/// Relationships and entities that a brief request looks at. What a request that turns out not to
/// be brief has done until then, it does again.
pub(super) const BRIEF_STEPS: u64 = 4_096;

/// The GraphQL API of a graph. Clones are handles to the same one.
#[derive(Clone, Debug)]
pub struct Api {
    graph: Graph,
    engine: Arc<Engine>,
}

/// A request, as a transport hands it over.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The document.
    pub query: &'a str,
    /// Which of its operations.
    pub operation_name: Option<&'a str>,
    /// The variables: a JSON object, or `null`.
    pub variables: Option<&'a RawValue>,
}

/// A response: the bytes of its JSON, and what became of the request.
#[derive(Clone, Debug)]
pub struct Response {
    /// The JSON.
    pub body: Vec<u8>,
    /// What became of it.
    pub outcome: Outcome,
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

impl Api {
    /// The API of `graph`.
    ///
    /// # Errors
    ///
    /// Names that the ontology makes clash.
    pub fn new(graph: Graph, limits: Limits) -> Result<Self, Vec<Diagnostic>> {
        let table = Table::build(graph.snapshot().ontology())?;
        Ok(Self::over(graph, table, limits))
    }

    /// The API of `graph` that `table` describes, whatever the graph's ontology implies.
    pub fn over(graph: Graph, table: Table, limits: Limits) -> Self {
        Self { graph, engine: Arc::new(Engine::new(table, limits)) }
    }

    /// The graph that it answers from.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Whether a request is valid and a mutation.
    pub fn is_mutation(&self, request: Request<'_>) -> bool {
        let is_mutation = || {
            let prepared = self.engine.prepare(request);
            prepared.is_ok_and(|it| it.operation_type() == OperationType::Mutation)
        };
        catch_unwind(AssertUnwindSafe(is_mutation)).unwrap_or(false)
    }

    /// The types and fields that it answers.
    pub fn table(&self) -> &Table {
        self.engine.table()
    }

    /// The schema as SDL, valid by itself.
    pub fn sdl(&self) -> String {
        self.engine.sdl()
    }

    /// How the cache of documents has served so far.
    pub fn cache_counters(&self) -> CacheCounters {
        self.engine.cache_counters()
    }

    /// Answers a request from one snapshot. Takes as long as the request's walks do, at most the
    /// deadline; a mutation waits for the writer: call it where a thread may work and wait.
    pub fn execute(&self, request: Request<'_>) -> Response {
        self.attempt(request, u64::MAX).expect("no request is allowed more steps than these")
    }

    /// Answers a request on the spot, where that takes few steps; `None` where it would take more,
    /// and is to be asked of [`execute`](Self::execute). Takes well under a millisecond, or what
    /// the limits allow of preparing a document: call it where others wait for the thread.
    pub fn execute_briefly(&self, request: Request<'_>) -> Option<Response> {
        self.attempt(request, BRIEF_STEPS)
    }

    /// Answers a request, unless `steps` are too few where the limits allow more.
    fn attempt(&self, request: Request<'_>, steps: u64) -> Option<Response> {
        guarded(|| {
            let mut prepared = self.engine.prepare(request).map_err(|it| Response::refusal(&it))?;
            let operation = prepared.operation_type();
            if operation == OperationType::Subscription {
                return Err(Response::refusal(&[unfollowed()]));
            }
            let is_mutation = operation == OperationType::Mutation;
            if steps < u64::MAX && (is_mutation || prepared.asks_for_past()) {
                return Ok(None);
            }
            prepared.recall(&self.graph);
            if is_mutation {
                return Ok(Some(self.engine.write(&self.graph, prepared)));
            }
            Ok(self.engine.run(&self.graph.snapshot(), &prepared, &Value::Root, steps))
        })
    }

    /// Begins to follow what a request subscribes to; `None` where it is no subscription, and is
    /// to be [`execute`](Self::execute)d.
    ///
    /// # Errors
    ///
    /// The response to a request that is refused, or cannot begin where it wants to.
    pub fn subscribe(&self, request: Request<'_>) -> Result<Option<Subscription>, Response> {
        let begin = || {
            let prepared = self.engine.prepare(request).map_err(|it| Response::refusal(&it))?;
            if prepared.operation_type() != OperationType::Subscription {
                return Ok(None);
            }
            Subscription::begin(&self.graph, &self.engine, prepared).map(Some)
        };
        catch_unwind(AssertUnwindSafe(begin)).unwrap_or_else(|it| Err(Response::failure(&*it)))
    }
}

/// What `answer` gives, whatever happens in it.
pub(super) fn guarded(
    answer: impl FnOnce() -> Result<Option<Vec<u8>>, Response>,
) -> Option<Response> {
    match catch_unwind(AssertUnwindSafe(answer)) {
        Ok(Ok(body)) => Some(Response { body: body?, outcome: Outcome::Executed }),
        Ok(Err(response)) => Some(response),
        Err(panic) => Some(Response::failure(&*panic)),
    }
}

impl Response {
    /// The response to a request that is not executed.
    pub(super) fn refusal(errors: &[RequestError]) -> Self {
        Self { body: json::refusal(errors), outcome: Outcome::Refused }
    }

    /// The response to a request in which we panicked.
    fn failure(panic: &(dyn Any + Send)) -> Self {
        Self { body: failure(panic), outcome: Outcome::Failed }
    }
}

fn unfollowed() -> RequestError {
    let message = "a subscription has more than one answer; ask for it over a WebSocket, or accept \
                   `text/event-stream`";
    RequestError { code: Code::BadRequest, message: message.to_owned(), locations: Vec::new() }
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
