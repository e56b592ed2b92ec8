//! From a request and a snapshot to a response: guard, validate, plan, coerce, weigh, run.

use std::{
    cell::RefCell,
    mem,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use super::{
    Args, Asked, CacheCounters, Context, FieldError, Limits, OperationType, Request, RequestError,
    Table, Value,
    bound::BoundArguments,
    cache::DocumentCache,
    coerce::Variables,
    cost,
    document::{Document, PreparedOperation},
    introspection::Introspection,
    past::{self, Past},
    plan::{FieldId, Plan, PlanField, Step},
    response::Reply,
    run::run,
    schema::Schema,
    variables::variables,
    write::{self, Failure, Program},
};
use crate::{
    graph::{Graph, Lens, Snapshot, Transaction, WriteError},
    model::Timestamp,
    query::{Budget, Reason},
};

/// A request that can run: valid, with its variables coerced, and not dearer than is allowed.
#[derive(Debug)]
pub(super) struct Prepared {
    document: Arc<Document>,
    /// Which of its operations.
    place: usize,
    values: Variables,
    plan: Arc<Plan>,
    bound: BoundArguments,
    /// What it may cost.
    cost: u64,
    /// The moments of the past that it asks for, and the graphs as they were then.
    moments: Vec<Timestamp>,
    past: Past,
}

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
    pub(super) fn new(mut table: Table, limits: Limits) -> Self {
        table.is_open = limits.introspection;
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

    /// Makes a request ready to run.
    ///
    /// # Errors
    ///
    /// Why it is not executed.
    pub(super) fn prepare(&self, request: Request<'_>) -> Result<Prepared, Vec<RequestError>> {
        let Self { table, limits, schema, .. } = self;
        let document = self
            .documents
            .get(request.query, || Document::prepare(request.query, table, schema, limits))?;
        let place = document.place(request.operation_name).map_err(|it| vec![it])?;
        let operation = document.operation(place);
        let values = variables(table, &operation.variables, request.variables, limits)?;
        let plan = operation.plan(&document, table, &values).map_err(|it| vec![it])?;
        let bound = BoundArguments::new(table, Arc::clone(&plan), &values);
        let cost = cost::check(table, &plan, &bound, limits)?;
        let moments = past::moments(&plan, &bound).map_err(|it| vec![it])?;
        let past = Past::default();
        Ok(Prepared { document, place, values, plan, bound, cost, moments, past })
    }

    /// Answers `prepared` with `root` as the parent of its root fields, from `snapshot`; gives the
    /// response, or `None` where `steps` are too few and the limits allow more.
    pub(super) fn run(
        &self,
        snapshot: &Snapshot,
        prepared: &Prepared,
        root: &Value<'_>,
        steps: u64,
    ) -> Option<Reply> {
        let deadline = Instant::now() + self.limits.deadline;
        let Self { table, limits, schema, .. } = self;
        let Prepared { document, place, values, plan, bound, past, .. } = prepared;
        let steps = steps.min(limits.expansions_max);
        let budget = RefCell::new(Budget::new(steps, Some(deadline)));
        let context = Context {
            view: snapshot.view(Lens::default()),
            ontology: snapshot.ontology(),
            table,
            limits,
            budget: &budget,
        };
        let PreparedOperation { operation, variables, .. } = document.operation(*place);
        let introspection =
            Introspection::new(schema, &document.executable, operation, variables, values);
        let reply = run(context, plan, bound, past, &introspection, root, deadline);
        let budget = budget.borrow();
        let is_short = budget.reason() == Some(Reason::Steps);
        let is_whole = !is_short || steps == limits.expansions_max;
        is_whole.then_some(Reply { steps: budget.spent(), ..reply })
    }

    /// Writes what the mutation `prepared` asks for, and answers it; on a thread that may wait.
    /// Nothing is recorded where anything is wrong.
    pub(super) fn write(self: &Arc<Self>, graph: &Graph, prepared: Prepared) -> Reply {
        // The writer is kept waiting for nothing that can be done before.
        graph.snapshot().warm_edges();
        let deadline = Instant::now() + self.limits.deadline;
        let prepared = Arc::new(prepared);
        let failure = Arc::new(Mutex::new(Failure::new()));
        let plan = {
            let (engine, prepared) = (Arc::clone(self), Arc::clone(&prepared));
            let failure = Arc::clone(&failure);
            move |transaction: &mut Transaction| {
                let Self { table, limits, .. } = &*engine;
                let Prepared { plan, bound, .. } = &*prepared;
                let program = Program { table, limits, plan, bound, deadline };
                program.run(transaction).map_err(|it| {
                    *failure.lock().unwrap_or_else(PoisonError::into_inner) = it;
                    Vec::new()
                })
            }
        };
        let failure = match graph.transact_blocking(plan) {
            Ok((effects, snapshot)) => {
                let root = Value::Effects(&effects);
                let reply = self.run(&snapshot, &prepared, &root, u64::MAX);
                return reply.expect("no request is allowed more steps than these");
            }
            Err(WriteError::Rejected(rejections)) => {
                let mut failure = failure.lock().unwrap_or_else(PoisonError::into_inner);
                let whole = rejections.into_iter().map(write::rejected);
                failure.extend(whole.map(|it| (prepared.first_root(), it)));
                mem::take(&mut *failure)
            }
            Err(err) => vec![(prepared.first_root(), write::unwritten(&err))],
        };
        write::refuse(&prepared.plan, &failure)
    }
}

impl Prepared {
    /// Whether it asks, writes or follows.
    pub(super) fn operation_type(&self) -> OperationType {
        self.document.operation(self.place).operation_type()
    }

    /// What there is to tell of it, once it has run.
    pub(super) fn into_asked(self) -> Asked {
        let Self { document, place, plan, cost, .. } = self;
        Asked { document, place, plan, cost, steps: 0, rows: 0 }
    }

    /// What there is to tell of it, before it has run.
    pub(super) fn asked(&self) -> Asked {
        let Self { document, place, plan, cost, .. } = self;
        let (document, plan) = (Arc::clone(document), Arc::clone(plan));
        Asked { document, place: *place, plan, cost: *cost, steps: 0, rows: 0 }
    }

    /// Whether it asks for the graph as it was recorded at some moment.
    pub(super) fn asks_for_past(&self) -> bool {
        !self.moments.is_empty()
    }

    /// Whether it may look up relationships by their ids.
    pub(super) fn names_relationships(&self, table: &Table) -> bool {
        let fields = self.plan.shape(self.plan.root, self.plan.root_type);
        let name = |it: &'_ PlanField| match &it.step {
            Step::Operate(operation) => &*operation.definition(table).name,
            Step::TypeName | Step::Introspection => "",
        };
        let mut fields = fields.into_iter().flatten();
        fields.any(|(_, it)| matches!(name(it), "node" | "nodes" | "relationship"))
    }

    /// Gets the graphs of the past that it asks for. May take long.
    pub(super) fn recall(&mut self, graph: &Graph) {
        self.past = Past::of(graph, &self.moments);
    }

    fn first_root(&self) -> FieldId {
        let fields = self.plan.shape(self.plan.root, self.plan.root_type);
        let first = fields.and_then(|mut it| it.next());
        first.expect("an operation has a root field").0
    }

    /// The arguments of the first root field.
    ///
    /// # Errors
    ///
    /// Why it has none.
    pub(super) fn root_arguments(&self) -> Result<&Args, &FieldError> {
        self.bound.of(self.first_root())
    }
}
