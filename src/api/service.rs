//! The door of this room: a request in, a response out.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use serde_json::value::RawValue;

use super::{
    CacheCounters, Code, Limits, OperationType, RequestError, Response, Subscription, Table, Value,
    engine::Engine,
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
            let mut prepared = match self.engine.prepare(request) {
                Ok(prepared) => prepared,
                Err(errors) => return Some(Response::refusal(&errors)),
            };
            let operation = prepared.operation_type();
            if operation == OperationType::Subscription {
                return Some(Response::refusal(&[unfollowed()]).of(prepared.into_asked()));
            }
            let is_mutation = operation == OperationType::Mutation;
            let takes_long = || {
                let unindexed = self.graph.snapshot().unindexed() as u64;
                let must_index =
                    unindexed > BRIEF_STEPS && prepared.names_relationships(self.engine.table());
                is_mutation || must_index || prepared.asks_for_past()
            };
            if steps < u64::MAX && takes_long() {
                return None;
            }
            prepared.recall(&self.graph);
            if is_mutation {
                let asked = prepared.asked();
                return Some(Response::executed(self.engine.write(&self.graph, prepared), asked));
            }
            let reply = self.engine.run(&self.graph.snapshot(), &prepared, &Value::Root, steps)?;
            Some(Response::executed(reply, prepared.into_asked()))
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
            let asked = prepared.asked();
            let begun = Subscription::begin(&self.graph, &self.engine, prepared);
            begun.map(Some).map_err(|it| it.of(asked))
        };
        catch_unwind(AssertUnwindSafe(begin)).unwrap_or_else(|it| Err(Response::failure(&*it)))
    }
}

/// What `answer` gives, whatever happens in it.
pub(super) fn guarded(answer: impl FnOnce() -> Option<Response>) -> Option<Response> {
    catch_unwind(AssertUnwindSafe(answer)).unwrap_or_else(|it| Some(Response::failure(&*it)))
}

fn unfollowed() -> RequestError {
    let message = "a subscription has more than one answer; ask for it over a WebSocket, or accept \
                   `text/event-stream`";
    RequestError { code: Code::BadRequest, message: message.to_owned(), locations: Vec::new() }
}
