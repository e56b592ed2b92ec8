//! An executor written straight from the specification's algorithms, one function each, with no
//! thought for speed: what the real one is held against.

use std::{convert::Infallible, sync::Arc};

use async_graphql::{
    Name, Value as Constant,
    parser::{
        parse_query,
        types::{
            BaseType, Directive, ExecutableDocument, Field, OperationDefinition, Selection,
            SelectionSet, Type,
        },
    },
};
use relata::{
    api::{
        Args, ArgumentDef, Code, Context, FieldDef, FieldError, Input, Operator, Table, TypeBody,
        TypeId, TypeRef, Value, Wrap,
    },
    graph::Snapshot,
    ontology::Scalar,
};
use serde_json::{Map, Value as Json};

/// A response: the data, and of each error its message and its path.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) data: Json,
    pub(crate) errors: Vec<(String, Json)>,
}

/// What the real executor says instead of an error that is the server's fault.
const INTERNAL: &str = "the server failed; the log has the details under `extensions.reference`";

/// Stands for the value of a variable that has none.
const ABSENT: &str = "__ABSENT";

/// An error was told already; the value around it is null.
struct Failed;

type Variables = Map<String, Json>;

/// `ExecuteRequest`. `None` where a variable does not fit its type.
///
/// `past` is the graph at any moment that `knownAt` may name.
pub(crate) fn execute(
    context: &Context<'_>,
    past: &Snapshot,
    text: &str,
    variables: &Map<String, Json>,
) -> Option<Answer> {
    let document = parse_query(text).unwrap();
    let operation = document.operations.iter().next().unwrap().1;
    let variables = coerce_variable_values(context.table, &operation.node, variables)?;
    let mut request = Request {
        document: &document,
        variables,
        present: context.view.snapshot,
        past,
        path: Vec::new(),
        errors: Vec::new(),
    };
    let sets = [&operation.node.selection_set.node];
    let query = context.table.query();
    let data = request.execute_selection_sets(context, &sets, query, &Value::Root);
    Some(Answer { data: data.unwrap_or(Json::Null), errors: request.errors })
}

/// `CoerceVariableValues`: what is given, or the default; as JSON, coerced where it is used.
fn coerce_variable_values(
    table: &Table,
    operation: &OperationDefinition,
    given: &Map<String, Json>,
) -> Option<Variables> {
    let mut coerced = Variables::new();
    for definition in &operation.variable_definitions {
        let name = definition.node.name.node.as_str();
        let ty = &definition.node.var_type.node;
        match (given.get(name), &definition.node.default_value) {
            (Some(value), _) => {
                coerce_input(table, &Shape::of(table, ty), value)?;
                coerced.insert(name.to_owned(), value.clone());
            }
            (None, Some(default)) => {
                let default: &Constant = &default.node;
                coerced.insert(name.to_owned(), default.clone().into_json().unwrap());
            }
            (None, None) if ty.nullable => {}
            (None, None) => return None,
        }
    }
    Some(coerced)
}

/// An input type.
#[derive(Clone)]
struct Shape {
    nullable: bool,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    Named(TypeId),
    List(Box<Shape>),
}

impl Shape {
    fn of(table: &Table, ty: &Type) -> Self {
        let kind = match &ty.base {
            BaseType::Named(name) => Kind::Named(table.named(name).unwrap()),
            BaseType::List(item) => Kind::List(Box::new(Self::of(table, item))),
        };
        Self { nullable: ty.nullable, kind }
    }
}

impl From<TypeRef> for Shape {
    fn from(TypeRef { base, wrap }: TypeRef) -> Self {
        let named = |nullable| Self { nullable, kind: Kind::Named(base) };
        let list = |nullable, items| Self { nullable, kind: Kind::List(Box::new(named(items))) };
        match wrap {
            Wrap::Nullable => named(true),
            Wrap::Required => named(false),
            Wrap::List => list(true, false),
            Wrap::RequiredList => list(false, false),
            Wrap::ListOfNullable => list(false, true),
        }
    }
}

/// "Input Coercion" of every type, from JSON; `None` is an error.
fn coerce_input(table: &Table, shape: &Shape, value: &Json) -> Option<Input> {
    if value.is_null() {
        return shape.nullable.then_some(Input::Null);
    }
    let ty = match (&shape.kind, value) {
        (Kind::List(item), Json::Array(items)) => {
            let items = items.iter().map(|it| coerce_input(table, item, it));
            return items.collect::<Option<_>>().map(Input::List);
        }
        (Kind::List(item), _) => return Some(Input::List(vec![coerce_input(table, item, value)?])),
        (Kind::Named(ty), _) => table.ty(*ty),
    };
    match &ty.body {
        TypeBody::Scalar(scalar) => coerce_scalar(*scalar, value),
        TypeBody::Enum(values) => {
            let value = values.iter().find(|it| Some(&*it.name) == value.as_str())?;
            Some(Input::Enum(Arc::clone(&value.name)))
        }
        TypeBody::Input { fields, one_of } => {
            let given = value.as_object()?;
            if given.keys().any(|key| !fields.iter().any(|it| &*it.name == key.as_str())) {
                return None;
            }
            let mut coerced = Vec::new();
            for field in fields {
                match (given.get(&*field.name), &field.default) {
                    (Some(value), _) => {
                        let value = coerce_input(table, &field.ty.into(), value)?;
                        coerced.push((Arc::clone(&field.name), value));
                    }
                    (None, Some(default)) => {
                        coerced.push((Arc::clone(&field.name), default.clone()));
                    }
                    (None, None) if field.ty.wrap.is_nullable() => {}
                    (None, None) => return None,
                }
            }
            let fits = !one_of || (coerced.len() == 1 && coerced[0].1 != Input::Null);
            fits.then_some(Input::Object(coerced))
        }
        TypeBody::Object { .. } | TypeBody::Interface { .. } | TypeBody::Union { .. } => None,
    }
}

fn coerce_scalar(scalar: Scalar, value: &Json) -> Option<Input> {
    Some(match scalar {
        Scalar::String => Input::Text(value.as_str()?.into()),
        Scalar::Id => match value.as_i64() {
            Some(it) => Input::Text(it.to_string().into()),
            None => Input::Text(value.as_str()?.into()),
        },
        Scalar::Int => Input::Int(i32::try_from(value.as_i64()?).ok()?.into()),
        Scalar::Float => Input::Float(value.as_f64()?),
        Scalar::Boolean => Input::Bool(value.as_bool()?),
        Scalar::BigInt => match value.as_i64() {
            Some(it) => Input::Int(it),
            None => Input::Int(value.as_str()?.parse().ok()?),
        },
        Scalar::Date => Input::Date(value.as_str()?.parse().ok()?),
        Scalar::DateTime => Input::DateTime(value.as_str()?.parse().ok()?),
        Scalar::Json => Input::Json(value.clone()),
    })
}

struct Request<'d> {
    document: &'d ExecutableDocument,
    variables: Variables,
    present: &'d Snapshot,
    past: &'d Snapshot,
    path: Vec<Json>,
    errors: Vec<(String, Json)>,
}

impl<'d> Request<'d> {
    /// `ExecuteSelectionSet` of what `MergeSelectionSets` gives.
    fn execute_selection_sets(
        &mut self,
        context: &Context<'d>,
        sets: &[&'d SelectionSet],
        ty: TypeId,
        value: &Value<'d>,
    ) -> Result<Json, Failed> {
        let mut grouped = Vec::new();
        let mut visited = Vec::new();
        for set in sets {
            self.collect_fields(context.table, ty, set, &mut visited, &mut grouped);
        }
        let mut object = Map::new();
        for (key, fields) in grouped {
            self.path.push(key.clone().into());
            let result = self.execute_field(context, ty, value, &fields);
            self.path.pop();
            object.insert(key, result?);
        }
        Ok(Json::Object(object))
    }

    /// `CollectFields`.
    fn collect_fields(
        &self,
        table: &Table,
        ty: TypeId,
        set: &'d SelectionSet,
        visited: &mut Vec<&'d Name>,
        grouped: &mut Vec<(String, Vec<&'d Field>)>,
    ) {
        for selection in &set.items {
            if !selection.node.directives().iter().all(|it| self.includes(&it.node)) {
                continue;
            }
            match &selection.node {
                Selection::Field(field) => {
                    let key = field.node.response_key().node.as_str();
                    match grouped.iter_mut().find(|(it, _)| it == key) {
                        Some((_, fields)) => fields.push(&field.node),
                        None => grouped.push((key.to_owned(), vec![&field.node])),
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if visited.contains(&name) {
                        continue;
                    }
                    visited.push(name);
                    let fragment = &self.document.fragments[name].node;
                    if applies(table, &fragment.type_condition.node.on.node, ty) {
                        let set = &fragment.selection_set.node;
                        self.collect_fields(table, ty, set, visited, grouped);
                    }
                }
                Selection::InlineFragment(fragment) => {
                    let condition = &fragment.node.type_condition;
                    if condition.as_ref().is_none_or(|it| applies(table, &it.node.on.node, ty)) {
                        let set = &fragment.node.selection_set.node;
                        self.collect_fields(table, ty, set, visited, grouped);
                    }
                }
            }
        }
    }

    fn includes(&self, directive: &Directive) -> bool {
        let condition = directive.get_argument("if").unwrap().node.clone();
        let holds = condition.into_const_with(|name| self.variable(&name)).unwrap();
        (holds == Constant::Boolean(true)) == (directive.name.node.as_str() == "include")
    }

    /// The value of a variable, or [`ABSENT`].
    fn variable(&self, name: &str) -> Result<Constant, Infallible> {
        Ok(match self.variables.get(name) {
            Some(value) => Constant::from_json(value.clone()).unwrap(),
            None => Constant::Enum(Name::new(ABSENT)),
        })
    }

    /// `ExecuteField`, and "Handling Execution Errors".
    fn execute_field(
        &mut self,
        context: &Context<'d>,
        ty: TypeId,
        parent: &Value<'d>,
        fields: &[&'d Field],
    ) -> Result<Json, Failed> {
        let table = context.table;
        let name = fields[0].name.node.as_str();
        if name == "__typename" {
            return Ok(Json::from(&*table.ty(ty).name));
        }
        let definition = table.field(ty, name).unwrap();
        let result = match self.resolve(context, definition, parent, fields[0]) {
            Ok((context, value)) => {
                self.complete_value(&context, &definition.ty.into(), fields, &value)
            }
            Err(error) => Err(self.fail(error)),
        };
        nullable(result, definition.ty.wrap.is_nullable())
    }

    fn resolve(
        &self,
        context: &Context<'d>,
        definition: &FieldDef,
        parent: &Value<'d>,
        field: &Field,
    ) -> Result<(Context<'d>, Value<'d>), FieldError> {
        let mut context = *context;
        match definition.operator {
            Operator::Read(read) => {
                let value = read(&context, parent, definition)?;
                Ok((context, value))
            }
            Operator::Ask(ask) => {
                let args = self.coerce_argument_values(context.table, definition, field)?;
                match args.0.iter().find(|(name, _)| &**name == "asOf") {
                    Some((_, Input::Date(it))) => context.view.lens.as_of = Some(*it),
                    Some(_) => context.view.lens.as_of = None,
                    None => {}
                }
                match args.0.iter().find(|(name, _)| &**name == "knownAt") {
                    Some((_, Input::DateTime(_))) => context.view.snapshot = self.past,
                    Some(_) => context.view.snapshot = self.present,
                    None => {}
                }
                let value = ask(&context, definition, &args)?(&context, parent)?;
                Ok((context, value))
            }
            Operator::Write(_) => unreachable!("random documents only ask"),
        }
    }

    /// `CoerceArgumentValues`.
    fn coerce_argument_values(
        &self,
        table: &Table,
        definition: &FieldDef,
        field: &Field,
    ) -> Result<Args, FieldError> {
        let given = |name: &str| {
            let literal = field.get_argument(name)?.node.clone();
            present(literal.into_const_with(|name| self.variable(&name)).unwrap())
        };
        let mut args = Vec::new();
        for argument in &definition.arguments {
            let other = argument.gives_way_to.and_then(given);
            let has_no_default = other.is_some_and(|it| it != Json::Null);
            let value = match given(&argument.name) {
                Some(value) => coerce_input(table, &argument.ty.into(), &value)
                    .ok_or_else(|| FieldError::new(Code::BadUserInput, wrong(argument)))?,
                None => match &argument.default {
                    Some(default) if !has_no_default => default.clone(),
                    _ if argument.ty.wrap.is_nullable() => continue,
                    _ => return Err(FieldError::new(Code::BadUserInput, wrong(argument))),
                },
            };
            args.push((Arc::clone(&argument.name), value));
        }
        Ok(Args(args))
    }

    /// `CompleteValue`.
    fn complete_value(
        &mut self,
        context: &Context<'d>,
        shape: &Shape,
        fields: &[&'d Field],
        value: &Value<'d>,
    ) -> Result<Json, Failed> {
        match (value, &shape.kind) {
            (Value::Null, _) if shape.nullable => Ok(Json::Null),
            (Value::Null, _) => Err(self.fail(FieldError::new(Code::Internal, ""))),
            (Value::List(items), Kind::List(item)) => {
                let mut list = Vec::new();
                for (index, value) in items.iter().enumerate() {
                    self.path.push(index.into());
                    let result = self.complete_value(context, item, fields, value);
                    self.path.pop();
                    list.push(nullable(result, item.nullable)?);
                }
                Ok(Json::Array(list))
            }
            (_, Kind::List(_)) => Err(self.fail(FieldError::new(Code::Internal, ""))),
            (_, Kind::Named(ty)) => self.complete_named(context, *ty, fields, value),
        }
    }

    fn complete_named(
        &mut self,
        context: &Context<'d>,
        ty: TypeId,
        fields: &[&'d Field],
        value: &Value<'d>,
    ) -> Result<Json, Failed> {
        let ty = match context.table.ty(ty).body {
            TypeBody::Object { .. } => ty,
            TypeBody::Interface { .. } | TypeBody::Union { .. } => value.concrete_type(context),
            _ => {
                return leaf(value).ok_or_else(|| self.fail(FieldError::new(Code::Internal, "")));
            }
        };
        let sets: Vec<_> = fields.iter().map(|it| &it.selection_set.node).collect();
        self.execute_selection_sets(context, &sets, ty, value)
    }

    fn fail(&mut self, error: FieldError) -> Failed {
        let internal = error.code == Code::Internal;
        let message = if internal { INTERNAL.to_owned() } else { error.message };
        self.errors.push((message, self.path.clone().into()));
        Failed
    }
}

fn nullable(result: Result<Json, Failed>, nullable: bool) -> Result<Json, Failed> {
    match result {
        Err(Failed) if nullable => Ok(Json::Null),
        result => result,
    }
}

/// A literal as JSON; `None` where it is a variable without a value. In an object, a field without
/// one is absent; in a list, an item without one is null.
fn present(literal: Constant) -> Option<Json> {
    Some(match literal {
        Constant::Enum(it) if it == ABSENT => return None,
        Constant::List(items) => {
            items.into_iter().map(|it| present(it).unwrap_or(Json::Null)).collect()
        }
        Constant::Object(fields) => Json::Object(
            fields
                .into_iter()
                .filter_map(|(name, it)| Some((name.to_string(), present(it)?)))
                .collect(),
        ),
        other => other.into_json().unwrap(),
    })
}

/// `DoesFragmentTypeApply`.
fn applies(table: &Table, condition: &Name, ty: TypeId) -> bool {
    let condition = table.named(condition).unwrap();
    condition == ty || table.possible(condition).contains(&ty)
}

/// The mark of an error about an argument: the real executor says more.
fn wrong(argument: &ArgumentDef) -> String {
    format!("argument `{}`", argument.name)
}

/// "Result Coercion" of the scalars; `None` is an error.
fn leaf(value: &Value<'_>) -> Option<Json> {
    Some(match value {
        Value::Bool(it) => (*it).into(),
        Value::Int(it) => i32::try_from(*it).ok()?.into(),
        Value::BigInt(it) => it.to_string().into(),
        Value::Float(it) if !it.is_finite() => return None,
        Value::Float(it) => (*it).into(),
        Value::Text(it) => it.as_ref().into(),
        Value::Date(it) => it.to_string().into(),
        Value::DateTime(it) => it.to_string().into(),
        Value::Json(it) => serde_json::from_str(it).unwrap(),
        _ => panic!("no leaf: {value:?}"),
    })
}
