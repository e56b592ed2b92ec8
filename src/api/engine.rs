//! From a request and a snapshot to a response: guard, validate, plan, coerce, weigh, run.

use std::{cell::RefCell, time::Instant};

use serde_json::{Map, Value as Json, value::RawValue};

use super::{
    CacheCounters, Code, Context, Limits, Request, RequestError, Table, arguments::BoundArguments,
    cache::DocumentCache, coerce::variables, cost, document::Document,
    introspection::Introspection, run::run, schema::Schema,
};
use crate::{
    graph::{Lens, Snapshot},
    query::{Budget, Reason},
};

/// Everything that answers take but the graph.
#[derive(Debug)]
pub(super) struct Engine {
    table: Table,
    schema: Schema,
    limits: Limits,
    documents: DocumentCache,
}

impl Engine {
    /// The API that `table` describes.
    pub(super) fn new(table: Table, limits: Limits) -> Self {
        let schema = Schema::new(&table);
        Self { table, schema, limits, documents: DocumentCache::new() }
    }

    pub(super) fn table(&self) -> &Table {
        &self.table
    }

    pub(super) fn sdl(&self) -> String {
        self.schema.sdl()
    }

    pub(super) fn cache_counters(&self) -> CacheCounters {
        self.documents.counters()
    }

    /// Answers a request from `snapshot`; gives the bytes of the response, or `None` where `steps`
    /// are too few and the limits allow more.
    ///
    /// # Errors
    ///
    /// Why it was not executed.
    pub(super) fn answer(
        &self,
        snapshot: &Snapshot,
        request: Request<'_>,
        steps: u64,
    ) -> Result<Option<Vec<u8>>, Vec<RequestError>> {
        let deadline = Instant::now() + self.limits.deadline;
        let Self { table, limits, schema, .. } = self;
        let document = self
            .documents
            .get(request.query, || Document::prepare(request.query, table, schema, limits))?;
        let operation = document.operation(request.operation_name).map_err(|it| vec![it])?;
        let given = parse_variables(request.variables).map_err(|it| vec![it])?;
        let values = variables(table, &operation.variables, &given)?;
        let plan = operation.plan(&document, table, &values).map_err(|it| vec![it])?;
        let bound = BoundArguments::new(table, &plan, &values);
        cost::check(table, &plan, &bound, limits)?;

        let steps = steps.min(limits.expansions_max);
        let budget = RefCell::new(Budget::new(steps, Some(deadline)));
        let context = Context {
            view: snapshot.view(Lens::default()),
            ontology: snapshot.ontology(),
            table,
            limits,
            budget: &budget,
        };
        let introspection = Introspection::new(schema, &document, operation, &values);
        let body = run(context, &plan, &bound, &introspection, deadline);
        let is_short = budget.borrow().reason() == Some(Reason::Steps);
        Ok((!is_short || steps == limits.expansions_max).then_some(body))
    }
}

fn parse_variables(raw: Option<&RawValue>) -> Result<Map<String, Json>, RequestError> {
    let Some(raw) = raw else { return Ok(Map::new()) };
    let refusal = |message| RequestError { code: Code::BadUserInput, message, locations: vec![] };
    match serde_json::from_str(raw.get()) {
        Ok(Json::Object(it)) => Ok(it),
        Ok(Json::Null) => Ok(Map::new()),
        Ok(_) => Err(refusal("the variables must be a JSON object".to_owned())),
        Err(it) => Err(refusal(format!("the variables cannot be read: {it}"))),
    }
}
