//! The door of this room: a request in, a response out.

use std::sync::Arc;

use serde_json::value::RawValue;

use super::{Limits, Table};
use crate::{graph::Graph, ontology::Diagnostic};

/// The GraphQL API of a graph. Clones are handles to the same one.
#[derive(Clone, Debug)]
pub struct Api {
    graph: Graph,
    table: Arc<Table>,
    limits: Arc<Limits>,
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
        todo!("{graph:?} {limits:?}")
    }

    /// The schema as SDL, valid by itself.
    pub fn sdl(&self) -> String {
        todo!("{:?} {:?}", self.table, self.limits)
    }

    /// Answers a request from one snapshot. Takes as long as the request's walks do, at most the
    /// deadline: call it where a thread may work.
    pub fn execute(&self, request: Request<'_>) -> Response {
        todo!("{:?} {request:?}", self.graph)
    }
}
