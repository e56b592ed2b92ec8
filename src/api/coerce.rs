//! Input values, coerced by their declared types: the leaves, and whole values from their JSON.
//!
//! Follows the specification's "Input Coercion" of every type.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::{Input, Table, TypeBody, TypeId, TypeRef, Wrap, guard::shortened};
use crate::ontology::Scalar;

/// The type of an input position or of a variable. Lists do not nest, as none of the API does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InputType {
    /// The named type.
    pub(super) base: TypeId,
    /// Whether the whole may be null.
    pub(super) nullable: bool,
    /// A list, and whether its items may be null.
    pub(super) items_nullable: Option<bool>,
}

impl From<TypeRef> for InputType {
    fn from(TypeRef { base, wrap }: TypeRef) -> Self {
        let (nullable, items_nullable) = match wrap {
            Wrap::Nullable => (true, None),
            Wrap::Required => (false, None),
            Wrap::List => (true, Some(false)),
            Wrap::RequiredList => (false, Some(false)),
            Wrap::ListOfNullable => (false, Some(true)),
        };
        Self { base, nullable, items_nullable }
    }
}

impl InputType {
    /// The type of the items of this list.
    pub(super) fn item(self) -> Self {
        Self { nullable: self.items_nullable.unwrap_or(true), items_nullable: None, ..self }
    }

    /// The type as documents write it.
    pub(super) fn name(self, table: &Table) -> String {
        let base = &table.ty(self.base).name;
        let bang = |it: bool| if it { "" } else { "!" };
        match self.items_nullable {
            Some(items) => format!("[{base}{}]{}", bang(items), bang(self.nullable)),
            None => format!("{base}{}", bang(self.nullable)),
        }
    }
}

/// One variable of an operation.
#[derive(Clone, Debug)]
pub(super) struct VariableDef {
    pub(super) name: Arc<str>,
    pub(super) ty: InputType,
    pub(super) default: Option<Input>,
    /// Where it is defined: line and column.
    pub(super) location: (usize, usize),
}

/// The values of an operation's variables, in the order of their definitions; `None` where one has
/// neither a value nor a default.
pub(super) type Variables = Vec<Option<Input>>;

/// Coerces a JSON value. On an error `place` says where it is.
///
/// # Errors
///
/// The first thing in it that does not fit; continues "`$name` …".
pub(super) fn json(
    table: &Table,
    ty: InputType,
    value: &Json,
    place: &mut String,
) -> Result<Input, String> {
    if value.is_null() {
        return if ty.nullable { Ok(Input::Null) } else { Err(not_null(table, ty)) };
    }
    if ty.items_nullable.is_some() {
        let Json::Array(items) = value else {
            return Ok(Input::List(vec![json(table, ty.item(), value, place)?]));
        };
        let length = place.len();
        let mut list = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            place.push_str(&format!("[{index}]"));
            list.push(json(table, ty.item(), item, place)?);
            place.truncate(length);
        }
        return Ok(Input::List(list));
    }
    match (&table.ty(ty.base).body, value) {
        (TypeBody::Input { .. }, Json::Object(given)) => object(table, ty.base, given, place),
        (TypeBody::Scalar(Scalar::Json), _) => Ok(Input::Json(value.clone())),
        _ => leaf(table, ty.base, json_leaf(value)),
    }
}

fn object(
    table: &Table,
    ty: TypeId,
    given: &Map<String, Json>,
    place: &mut String,
) -> Result<Input, String> {
    let TypeBody::Input { fields, one_of } = &table.ty(ty).body else {
        unreachable!("the caller looked at the body");
    };
    if let Some(unknown) = given.keys().find(|key| fields.iter().all(|it| *it.name != ***key)) {
        let hint = table.did_you_mean(unknown, fields.iter().map(|it| &*it.name));
        return Err(format!("has no field `{}`{hint}", shortened(unknown)));
    }
    let length = place.len();
    let mut values = Vec::with_capacity(given.len());
    for field in fields {
        let value = match (given.get(&*field.name), &field.default) {
            (Some(value), _) => {
                place.push('.');
                place.push_str(&field.name);
                let value = json(table, field.ty.into(), value, place)?;
                place.truncate(length);
                value
            }
            (None, Some(default)) => default.clone(),
            (None, None) if field.ty.wrap.is_nullable() => continue,
            (None, None) => return Err(missing(&field.name)),
        };
        values.push((Arc::clone(&field.name), value));
    }
    if *one_of {
        check_one_of(&values)?;
    }
    Ok(Input::Object(values))
}

/// An input object marked `@oneOf` has exactly one field, and it is not null.
pub(super) fn check_one_of(fields: &[(Arc<str>, Input)]) -> Result<(), String> {
    match fields {
        [(_, value)] if *value != Input::Null => Ok(()),
        _ => Err("must have exactly one field, and not null".to_owned()),
    }
}

/// What is said where an input object lacks a field.
pub(super) fn missing(field: &str) -> String {
    format!("lacks the field `{field}`")
}

/// What is said where `null` stands and may not.
pub(super) fn not_null(table: &Table, ty: InputType) -> String {
    format!("must not be null: it is of type `{}`", ty.name(table))
}

/// A value without parts, from JSON or from a document.
#[derive(Clone, Copy, Debug)]
pub(super) enum Leaf<'a> {
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text(&'a str),
    /// A name in a document, or a text in JSON, which has no names.
    Name(&'a str),
    /// A text in JSON, which may stand for a name.
    TextOrName(&'a str),
    List,
    Object,
}

fn json_leaf(value: &Json) -> Leaf<'_> {
    /// Above this not every integer is a double.
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    match value {
        Json::Bool(it) => Leaf::Bool(*it),
        Json::String(it) => Leaf::TextOrName(it),
        Json::Array(_) => Leaf::List,
        Json::Object(_) | Json::Null => Leaf::Object,
        Json::Number(it) => match (it.as_i128(), it.as_f64()) {
            (Some(integer), _) => Leaf::Integer(integer),
            // JSON does not tell 1.0 from 1.
            (None, Some(x)) if x.fract() == 0.0 && x.abs() <= EXACT_MAX => Leaf::Integer(x as i128),
            (None, x) => Leaf::Float(x.unwrap_or(f64::INFINITY)),
        },
    }
}

/// Coerces a leaf to the scalar or enum `ty`; the error continues "`$name` …".
pub(super) fn leaf(table: &Table, ty: TypeId, leaf: Leaf<'_>) -> Result<Input, String> {
    let definition = table.ty(ty);
    match &definition.body {
        TypeBody::Scalar(it) => scalar(*it, leaf),
        TypeBody::Enum(values) => {
            let (Leaf::Name(name) | Leaf::TextOrName(name)) = leaf else {
                return Err(unexpected(&definition.name, leaf));
            };
            let value = values.iter().find(|it| &*it.name == name).ok_or_else(|| {
                let hint = table.did_you_mean(name, values.iter().map(|it| &*it.name));
                format!("has no value `{}` of `{}`{hint}", shortened(name), definition.name)
            })?;
            Ok(Input::Enum(Arc::clone(&value.name)))
        }
        _ => Err(unexpected(&definition.name, leaf)),
    }
}

fn scalar(ty: Scalar, leaf: Leaf<'_>) -> Result<Input, String> {
    let (Leaf::Text(text) | Leaf::TextOrName(text)) = leaf else {
        return without_text(ty, leaf);
    };
    match ty {
        Scalar::String | Scalar::Id => Ok(Input::Text(text.into())),
        Scalar::BigInt => match text.parse() {
            Ok(it) => Ok(Input::Int(it)),
            Err(_) => Err(format!("is no 64-bit integer: `{}`", shortened(text))),
        },
        Scalar::Date => text.parse().map(Input::Date).map_err(|it| format!("is wrong: {it}")),
        Scalar::DateTime => {
            text.parse().map(Input::DateTime).map_err(|it| format!("is wrong: {it}"))
        }
        Scalar::Json => Ok(Input::Json(text.into())),
        Scalar::Int | Scalar::Float | Scalar::Boolean => Err(unexpected(ty.name(), leaf)),
    }
}

fn without_text(ty: Scalar, leaf: Leaf<'_>) -> Result<Input, String> {
    match (ty, leaf) {
        (Scalar::Boolean, Leaf::Bool(it)) => Ok(Input::Bool(it)),
        (Scalar::Float, Leaf::Integer(it)) => Ok(Input::Float(it as f64)),
        (Scalar::Float, Leaf::Float(it)) if it.is_finite() => Ok(Input::Float(it)),
        (Scalar::Id, Leaf::Integer(it)) => Ok(Input::Text(it.to_string().into())),
        (Scalar::Int, Leaf::Integer(it)) => match i32::try_from(it) {
            Ok(it) => Ok(Input::Int(it.into())),
            Err(_) => Err(format!("is no 32-bit integer: {it}")),
        },
        (Scalar::BigInt, Leaf::Integer(it)) => match i64::try_from(it) {
            Ok(it) => Ok(Input::Int(it)),
            Err(_) => Err(format!("is no 64-bit integer: {it}")),
        },
        (Scalar::Json, Leaf::Bool(it)) => Ok(Input::Json(it.into())),
        (Scalar::Json, Leaf::Float(it)) => Ok(Input::Json(it.into())),
        (Scalar::Json, Leaf::Integer(it)) => match i64::try_from(it) {
            Ok(it) => Ok(Input::Json(it.into())),
            Err(_) => Ok(Input::Json((it as f64).into())),
        },
        _ => Err(unexpected(ty.name(), leaf)),
    }
}

fn unexpected(ty: &str, leaf: Leaf<'_>) -> String {
    let found = match leaf {
        Leaf::Bool(_) => "a boolean",
        Leaf::Integer(_) => "an integer",
        Leaf::Float(_) => "a number with a fraction",
        Leaf::Text(_) | Leaf::TextOrName(_) => "a text",
        Leaf::Name(_) => "a name",
        Leaf::List => "a list",
        Leaf::Object => "an object",
    };
    format!("must be of type `{ty}`, not {found}")
}
