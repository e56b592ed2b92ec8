//! Answers a plan from one snapshot, writing JSON once.
//!
//! Follows the specification's `ExecuteSelectionSet`, `CompleteValue` and "Handling Execution
//! Errors": a field that fails is null, and where it may not be, the nearest field above that may
//! is null instead; what was written of it is cut off again.

use std::{sync::Arc, time::Instant};

use serde_json::Map;

use super::{
    Answer, Args, Code, Context, Effect, FieldError, Input, Operator, Table, TypeId, Value,
    bound::BoundArguments,
    error_list::ErrorList,
    introspection::Introspection,
    json::{PathStep, write_date, write_float, write_integer, write_quoted, write_text},
    past::Past,
    plan::{FieldId, Operation, Plan, SelectionId, Step},
    response::Reply,
};
use crate::{
    graph::{Lens, Snapshot, View},
    model::Date,
};

/// Fields between two looks at the clock.
const FIELDS_PER_LOOK: u32 = 256;

/// Answers `plan` of `root`; gives the whole response.
pub(super) fn run<'s>(
    context: Context<'s>,
    plan: &'s Plan,
    bound: &'s BoundArguments,
    past: &'s Past,
    introspection: &'s Introspection<'s>,
    root: &Value<'s>,
    deadline: Instant,
) -> Reply {
    let mut run = Run {
        plan,
        table: context.table,
        bound,
        past,
        present: context.view.snapshot,
        introspection,
        answers: std::iter::repeat_with(|| None).take(plan.fields().len()).collect(),
        out: Vec::with_capacity(plan.room()),
        path: Vec::new(),
        errors: ErrorList::default(),
        deadline,
        until_look: FIELDS_PER_LOOK,
        rows: 0,
    };
    run.out.extend_from_slice(b"{\"data\":");
    let start = run.out.len();
    if run.object(&context, plan.root, plan.root_type, root).is_err() {
        run.out.truncate(start);
        run.out.extend_from_slice(b"null");
    }
    run.finish()
}

/// Why a value was not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Halt {
    /// It is null and may not be: the value around it is null.
    Null,
    /// Time is up: the response is null.
    Stop,
}

/// A question bound to a field, with the graph and the `asOf` that it was bound under.
struct Bound<'s> {
    snapshot: &'s Snapshot,
    as_of: Option<Date>,
    answer: Answer<'s>,
}

impl Bound<'_> {
    fn is_under(&self, view: View<'_>) -> bool {
        std::ptr::eq(self.snapshot, view.snapshot) && self.as_of == view.lens.as_of
    }
}

/// A step of the path to the value that is being written.
#[derive(Clone, Copy, Debug)]
enum At {
    Field(FieldId),
    Index(usize),
}

struct Run<'s> {
    plan: &'s Plan,
    table: &'s Table,
    bound: &'s BoundArguments,
    past: &'s Past,
    /// The graph of the request, where no field asks for that of the past.
    present: &'s Snapshot,
    introspection: &'s Introspection<'s>,
    /// By field, once it was asked.
    answers: Vec<Option<Bound<'s>>>,
    out: Vec<u8>,
    path: Vec<At>,
    errors: ErrorList,
    deadline: Instant,
    /// Fields until the next look at the clock.
    until_look: u32,
    /// Items of lists that were written.
    rows: u64,
}

impl<'s> Run<'s> {
    fn object(
        &mut self,
        context: &Context<'s>,
        selection: SelectionId,
        ty: TypeId,
        value: &Value<'s>,
    ) -> Result<(), Halt> {
        let plan = self.plan;
        let Some(fields) = plan.shape(selection, ty) else {
            let name = &self.table.ty(ty).name;
            return Err(self.fail(&internal(format!("`{name}` is not a possible type here"))));
        };
        let start = self.out.len();
        for (id, field) in fields {
            self.out.extend_from_slice(&field.written_key);
            match &field.step {
                Step::TypeName => write_text(&mut self.out, &self.table.ty(ty).name),
                Step::Introspection => self.introspection.write(&field.key, &mut self.out),
                Step::Operate(operation) => self.field(context, id, operation, value)?,
            }
        }
        // The comma before the first key opens the object.
        match self.out.get_mut(start) {
            Some(comma) => *comma = b'{',
            None => self.out.push(b'{'),
        }
        self.out.push(b'}');
        Ok(())
    }

    #[inline]
    fn field(
        &mut self,
        context: &Context<'s>,
        id: FieldId,
        operation: &'s Operation,
        parent: &Value<'s>,
    ) -> Result<(), Halt> {
        let start = self.out.len();
        self.path.push(At::Field(id));
        let result = self.answer(context, id, operation, parent);
        self.path.pop();
        self.or_null(result, operation.ty.wrap.is_nullable(), start)
    }

    /// Where a value may be null and failed, null it is.
    #[inline]
    fn or_null(
        &mut self,
        result: Result<(), Halt>,
        nullable: bool,
        start: usize,
    ) -> Result<(), Halt> {
        if result == Err(Halt::Null) && nullable {
            self.out.truncate(start);
            self.out.extend_from_slice(b"null");
            return Ok(());
        }
        result
    }

    #[inline]
    fn answer(
        &mut self,
        context: &Context<'s>,
        id: FieldId,
        operation: &'s Operation,
        parent: &Value<'s>,
    ) -> Result<(), Halt> {
        self.look_at_the_clock()?;
        let definition = operation.definition(self.table);
        let ask = match definition.operator {
            Operator::Read(read) => {
                return match read(context, parent, definition) {
                    Ok(value) => self.complete(context, operation, &value),
                    Err(error) => Err(self.fail(&error)),
                };
            }
            Operator::Ask(ask) => ask,
            Operator::Write(_) => {
                let value = effect(context, parent, id);
                return self.complete(context, operation, &value);
            }
        };
        let bound = self.bound;
        let args = match bound.of(id) {
            Ok(args) => args,
            Err(error) => return Err(self.fail(error)),
        };
        let context = &match self.narrowed(context, args) {
            Ok(context) => context,
            Err(error) => return Err(self.fail(error)),
        };
        let view = context.view;
        if self.answers[id.index()].as_ref().is_none_or(|it| !it.is_under(view)) {
            let View { snapshot, lens: Lens { as_of, .. } } = view;
            match ask(context, definition, args) {
                Ok(answer) => {
                    self.answers[id.index()] = Some(Bound { snapshot, as_of, answer });
                }
                Err(error) => return Err(self.fail(&error)),
            }
        }
        let bound = self.answers[id.index()].as_ref().expect("it was bound above");
        match (bound.answer)(context, parent) {
            Ok(value) => self.complete(context, operation, &value),
            Err(error) => Err(self.fail(&error)),
        }
    }

    /// The context of a field and all below it, where the field is given `asOf` or `knownAt`.
    fn narrowed(&self, context: &Context<'s>, args: &Args) -> Result<Context<'s>, &'s FieldError> {
        let mut context = *context;
        for (name, given) in &args.0 {
            match (&**name, given) {
                ("asOf", Input::Date(it)) => context.view.lens.as_of = Some(*it),
                ("asOf", _) => context.view.lens.as_of = None,
                ("knownAt", Input::DateTime(it)) => context.view.snapshot = self.past.at(*it)?,
                ("knownAt", _) => context.view.snapshot = self.present,
                _ => {}
            }
        }
        Ok(context)
    }

    #[inline]
    fn complete(
        &mut self,
        context: &Context<'s>,
        operation: &'s Operation,
        value: &Value<'s>,
    ) -> Result<(), Halt> {
        let wrap = operation.ty.wrap;
        if wrap.is_list() {
            return self.list(context, operation, value);
        }
        self.item(context, operation, value, wrap.is_nullable())
    }

    fn list(
        &mut self,
        context: &Context<'s>,
        operation: &'s Operation,
        value: &Value<'s>,
    ) -> Result<(), Halt> {
        let wrap = operation.ty.wrap;
        let items = match value {
            Value::List(items) => items,
            Value::Null if wrap.is_nullable() => {
                self.out.extend_from_slice(b"null");
                return Ok(());
            }
            Value::Null => return Err(self.fail(&no_value())),
            _ => return Err(self.fail(&internal("a list field has a value that is no list"))),
        };
        let nullable = wrap.has_nullable_items();
        self.rows += items.len() as u64;
        self.out.push(b'[');
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.push(b',');
            }
            let start = self.out.len();
            self.path.push(At::Index(index));
            let result = self.item(context, operation, item, nullable);
            self.path.pop();
            self.or_null(result, nullable, start)?;
        }
        self.out.push(b']');
        Ok(())
    }

    #[inline]
    fn item(
        &mut self,
        context: &Context<'s>,
        operation: &'s Operation,
        value: &Value<'s>,
        nullable: bool,
    ) -> Result<(), Halt> {
        match (value, operation.selection) {
            (Value::Null, _) if nullable => self.out.extend_from_slice(b"null"),
            (Value::Null, _) => return Err(self.fail(&no_value())),
            (_, Some(selection)) => {
                let only = self.plan.only_type(selection);
                let ty = only.unwrap_or_else(|| value.concrete_type(context));
                return self.object(context, selection, ty, value);
            }
            (_, None) => return self.leaf(value),
        }
        Ok(())
    }

    #[inline]
    fn leaf(&mut self, value: &Value<'s>) -> Result<(), Halt> {
        let out = &mut self.out;
        match value {
            Value::Text(text) => write_text(out, text),
            Value::Int(it) if i32::try_from(*it).is_ok() => write_integer(out, *it),
            Value::Bool(it) => out.extend_from_slice(if *it { b"true" } else { b"false" }),
            Value::Float(it) if it.is_finite() => write_float(out, *it),
            Value::BigInt(it) => write_quoted(out, it),
            Value::Date(it) => write_date(out, *it),
            Value::DateTime(it) => write_quoted(out, it),
            Value::Json(text) => out.extend_from_slice(text.as_bytes()),
            Value::Int(_) => return Err(self.fail(&internal("an `Int` has more than 32 bits"))),
            Value::Float(_) => return Err(self.fail(&internal("a `Float` is not finite"))),
            _ => return Err(self.fail(&internal("a leaf has a value with fields"))),
        }
        Ok(())
    }

    #[inline]
    fn look_at_the_clock(&mut self) -> Result<(), Halt> {
        if self.until_look > 0 {
            self.until_look -= 1;
            return Ok(());
        }
        self.until_look = FIELDS_PER_LOOK;
        if Instant::now() < self.deadline {
            return Ok(());
        }
        let message = "the request took too long; ask for less at once";
        self.fail(&FieldError::new(Code::DeadlineExceeded, message));
        Err(Halt::Stop)
    }

    /// Tells an error of the field that is being answered.
    #[cold]
    fn fail(&mut self, error: &FieldError) -> Halt {
        let plan = self.plan;
        let field = self.path.iter().rev().find_map(|it| match it {
            At::Field(id) => Some(plan.field(*id)),
            At::Index(_) => None,
        });
        let path = self.path.iter().map(|it| match it {
            At::Field(id) => PathStep::Key(&plan.field(*id).key),
            At::Index(index) => PathStep::Index(*index),
        });
        let location = field.map(|it| it.location);
        self.errors.push(error, location.as_slice(), path);
        Halt::Null
    }

    fn finish(mut self) -> Reply {
        let code = self.errors.finish(&mut self.out);
        self.out.push(b'}');
        self.plan.note_length(self.out.len());
        Reply { body: self.out, code, steps: 0, rows: self.rows }
    }
}

/// What the root field of a mutation has led to.
fn effect<'s>(context: &Context<'s>, parent: &Value<'s>, id: FieldId) -> Value<'s> {
    let Value::Effects(effects) = parent else { unreachable!("only mutations write") };
    match effects.of(id.index()) {
        Effect::Written(it) => Value::Written(Arc::clone(it)),
        Effect::Entity(it) => Value::of_entity(context, *it),
        Effect::Relationship(it) => Value::of_relationship(context, *it),
    }
}

fn no_value() -> FieldError {
    internal("a field that must have a value has none")
}

fn internal(message: impl Into<String>) -> FieldError {
    FieldError { code: Code::Internal, message: message.into(), extensions: Map::new() }
}
