//! A mutation as a program over a transaction: its root fields in order.

use std::{cell::RefCell, mem, sync::Arc, time::Instant};

use rustc_hash::FxHashSet;

use super::{Effect, Effects, Written, refuse};
use crate::{
    api::{
        Args, Code, Context, FieldDef, FieldError, Limits, Operator, Table, Write,
        bound::BoundArguments,
        plan::{FieldId, Plan, Step},
    },
    graph::{Granted, Lens, Place, Rejection, Rule, Snapshot, Transaction, Wish},
    model::{EdgeId, NodeId},
    ontology::Ontology,
    query::Budget,
};

/// Wishes that one mutation may make of the graph.
const WISHES_MAX: usize = 10_000;
/// The argument that says what a thing's last change must be.
const EXPECTED_REVISION: &str = "expectedRevision";

/// Everything that is wrong with a mutation, by root field.
pub(in crate::api) type Failure = Vec<(FieldId, FieldError)>;

/// A mutation that may run.
#[derive(Clone, Copy, Debug)]
pub(in crate::api) struct Program<'p> {
    pub(in crate::api) table: &'p Table,
    pub(in crate::api) limits: &'p Limits,
    pub(in crate::api) plan: &'p Plan,
    pub(in crate::api) bound: &'p BoundArguments,
    pub(in crate::api) deadline: Instant,
}

/// A transaction as a root field of a mutation writes it: with the place in its arguments that is
/// being looked at, and what was found wrong so far.
#[derive(Debug)]
pub struct Writing<'t> {
    transaction: &'t mut Transaction,
    ontology: &'t Ontology,
    table: &'t Table,
    limits: &'t Limits,
    budget: &'t RefCell<Budget>,
    deadline: Instant,
    /// Where in the arguments, as `input[3].tradesWith`.
    place: String,
    written: Written,
    errors: Vec<FieldError>,
    /// The places of these errors.
    wrong: FxHashSet<String>,
    wishes: usize,
    ids: u32,
}

impl Program<'_> {
    /// Runs the root fields, in order and to the end.
    ///
    /// # Errors
    ///
    /// Everything that is wrong; then nothing of it may be recorded.
    pub(in crate::api) fn run(self, transaction: &mut Transaction) -> Result<Effects, Failure> {
        let Self { table, limits, plan, bound, deadline } = self;
        let budget = RefCell::new(Budget::new(limits.expansions_max, Some(deadline)));
        let ontology = Arc::clone(transaction.snapshot().ontology());
        let mut writing = Writing {
            transaction,
            ontology: &ontology,
            table,
            limits,
            budget: &budget,
            deadline,
            place: String::new(),
            written: Written::default(),
            errors: Vec::new(),
            wrong: FxHashSet::default(),
            wishes: 0,
            ids: 0,
        };
        let (mut effects, mut failure) = (Effects::default(), Failure::new());
        let roots = plan.shape(plan.root, plan.root_type).expect("a root has one shape");
        for (id, field) in roots {
            let Step::Operate(operation) = &field.step else { continue };
            let definition = operation.definition(table);
            let Operator::Write(write) = definition.operator else { continue };
            let effect = match bound.of(id) {
                Ok(args) => writing.field(write, definition, args),
                Err(error) => Err(vec![error.clone()]),
            };
            match effect {
                Ok(effect) => effects.put(id.index(), effect),
                Err(errors) => failure.extend(errors.into_iter().map(|it| (id, it))),
            }
        }
        if failure.is_empty() { Ok(effects) } else { Err(failure) }
    }
}

impl<'t> Writing<'t> {
    fn field(
        &mut self,
        write: Write,
        definition: &FieldDef,
        args: &Args,
    ) -> Result<Effect, Vec<FieldError>> {
        let effect = write(self, definition, args);
        self.written = Written::default();
        self.wrong.clear();
        match (effect, mem::take(&mut self.errors)) {
            (Some(effect), errors) if errors.is_empty() => Ok(effect),
            (_, errors) => Err(errors),
        }
    }

    /// The graph with everything that was granted so far.
    pub(super) fn snapshot(&self) -> &Snapshot {
        self.transaction.snapshot()
    }

    /// What may exist.
    pub(in crate::api) fn ontology(&self) -> &'t Ontology {
        self.ontology
    }

    /// The context in which the arguments of the field are read.
    pub(in crate::api) fn context(&self) -> Context<'_> {
        Context {
            view: self.snapshot().view(Lens::default()),
            ontology: self.ontology,
            table: self.table,
            limits: self.limits,
            budget: self.budget,
        }
    }

    /// The id of an entity.
    pub(super) fn id(&self, node: NodeId) -> String {
        self.snapshot().entity(node).id().to_owned()
    }

    /// An id for a new entity, which nothing else has.
    pub(super) fn fresh_id(&mut self, kind: &str) -> String {
        let revision = self.snapshot().revision().next().0;
        loop {
            self.ids += 1;
            let id = format!("{kind}:{revision:x}-{:x}", self.ids);
            if self.snapshot().node(&id).is_none() && self.snapshot().edge(&id).is_none() {
                return id;
            }
        }
    }

    /// Does `work` at `step` further into the arguments.
    pub(in crate::api) fn at<T>(&mut self, step: &str, work: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.place.len();
        if length > 0 {
            self.place.push('.');
        }
        self.place.push_str(step);
        let result = work(self);
        self.place.truncate(length);
        result
    }

    /// Tells that something is wrong with what is being looked at.
    pub(in crate::api) fn fail(&mut self, mut error: FieldError) {
        if !self.place.is_empty() {
            error.message = format!("`{}`: {}", self.place, error.message);
            error.extensions.insert("argument".to_owned(), self.place.as_str().into());
            self.wrong.insert(self.place.clone());
        }
        // Several entities may fail alike for one reason.
        if self.errors.last() != Some(&error) {
            self.errors.push(error);
        }
    }

    /// What there is; `None` where there is an error instead, which is told.
    pub(in crate::api) fn take<T>(&mut self, result: Result<T, FieldError>) -> Option<T> {
        result.map_err(|it| self.fail(it)).ok()
    }

    /// The changed value of the field `name`; `None` where there is none, which is told.
    pub(super) fn changed<T>(&mut self, name: &str, change: Result<T, String>) -> Option<T> {
        self.at(name, |it| it.take(change.map_err(FieldError::input)))
    }

    /// Grants a wish; `None` where it breaks a rule, which is told.
    pub(in crate::api) fn grant(&mut self, wish: &Wish) -> Option<Granted> {
        self.grant_at(wish, |step| step)
    }

    /// As [`grant`](Self::grant), where `place` says from where each part of the wish has come,
    /// which would come from `step` further into the arguments otherwise.
    pub(super) fn grant_at(
        &mut self,
        wish: &Wish,
        place: impl Fn(Option<String>) -> Option<String>,
    ) -> Option<Granted> {
        let rejections = match self.attempt(wish)? {
            Ok(granted) => return Some(granted),
            Err(rejections) => rejections,
        };
        for rejection in rejections {
            let step = place(refuse::argument(wish, &rejection.place));
            self.reject(step.as_deref(), rejection);
        }
        None
    }

    /// As [`grant`](Self::grant), where the relationship is along a field and its ends are no
    /// arguments: one that is missing is told of elsewhere.
    pub(super) fn grant_along(&mut self, wish: &Wish) {
        for rejection in self.attempt(wish).and_then(Result::err).into_iter().flatten() {
            let step = match &rejection.place {
                Place::Field("source" | "target") => continue,
                Place::Property(name) => Some(format!("edge.{name}")),
                place => refuse::argument(wish, place),
            };
            self.reject(step.as_deref(), rejection);
        }
    }

    /// The transaction's answer to a wish; `None` where it is not asked any more, which is told.
    fn attempt(&mut self, wish: &Wish) -> Option<Result<Granted, Vec<Rejection>>> {
        self.wishes += 1;
        if self.wishes > WISHES_MAX {
            let message = format!("the mutation makes more than {WISHES_MAX} changes; divide it");
            self.fail(FieldError::new(Code::QueryTooComplex, message));
            return None;
        }
        if Instant::now() >= self.deadline {
            let message = "time was up before the mutation was complete; do less at once";
            self.fail(FieldError::new(Code::DeadlineExceeded, message));
            return None;
        }
        let answer = self.transaction.grant(wish);
        answer.iter().for_each(|it| self.written.note(*it));
        Some(answer)
    }

    /// Tells of a broken rule, at `step` further into the arguments.
    fn reject(&mut self, step: Option<&str>, rejection: Rejection) {
        let is_unknown = rejection.rule == Rule::UnknownEntity;
        let tell = |writing: &mut Self| {
            // A reference that means nothing was told of when it was looked up.
            if !(is_unknown && writing.wrong.contains(&writing.place)) {
                writing.fail(refuse::rejected(rejection));
            }
        };
        match step {
            // It is an argument of the root field, wherever the entity is that it is about.
            Some(EXPECTED_REVISION) => {
                let place = mem::take(&mut self.place);
                self.at(EXPECTED_REVISION, tell);
                self.place = place;
            }
            Some(step) => self.at(step, tell),
            None => tell(self),
        }
    }

    /// The field is about this entity.
    pub(in crate::api) fn mean_node(&mut self, node: Option<NodeId>) {
        node.into_iter().for_each(|it| self.written.mean_node(it));
    }

    /// The field is about this relationship.
    pub(in crate::api) fn mean_edge(&mut self, edge: Option<EdgeId>) {
        edge.into_iter().for_each(|it| self.written.mean_edge(it));
    }

    /// What the field has led to so far.
    pub(in crate::api) fn effect(&mut self) -> Effect {
        Effect::Written(Arc::new(mem::take(&mut self.written)))
    }
}
