//! Coerced input values: what arguments are when an operator sees them.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::model::{Date, Timestamp};

/// An input value after coercion by its declared type: it cannot be of a wrong type any more.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// `null`, where the type allows it.
    Null,
    /// `Boolean`.
    Bool(bool),
    /// `Int` and `BigInt`.
    Int(i64),
    /// `Float`.
    Float(f64),
    /// `String` and `ID`.
    Text(Arc<str>),
    /// An enum value, by name.
    Enum(Arc<str>),
    /// `Date`.
    Date(Date),
    /// `DateTime`.
    DateTime(Timestamp),
    /// `JSON`.
    Json(Json),
    /// A list.
    List(Vec<Input>),
    /// An input object: the fields that were given or have a default, in declared order.
    Object(Vec<(Arc<str>, Input)>),
}

/// The arguments of one field: those that were given or have a default, by declared name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Args(pub Vec<(Arc<str>, Input)>);

impl Input {
    /// The field `name` of an input object; `None` where absent or null.
    pub fn field(&self, name: &str) -> Option<&Input> {
        match self {
            Self::Object(fields) => find(fields, name),
            _ => None,
        }
    }

    /// The fields of an input object that are not null, in declared order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &Input)> {
        let fields: &[(Arc<str>, Input)] = match self {
            Self::Object(fields) => fields,
            _ => &[],
        };
        fields.iter().filter(|(_, it)| *it != Self::Null).map(|(name, it)| (&**name, it))
    }

    /// The items of a list.
    pub fn items(&self) -> &[Input] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The text of a `String`, an `ID` or an enum value; empty for other values.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(it) | Self::Enum(it) => it,
            _ => "",
        }
    }
}

impl From<&Input> for Json {
    fn from(input: &Input) -> Self {
        match input {
            Input::Null => Self::Null,
            Input::Bool(it) => (*it).into(),
            Input::Int(it) => (*it).into(),
            Input::Float(it) => (*it).into(),
            Input::Text(it) | Input::Enum(it) => (**it).into(),
            Input::Date(it) => it.to_string().into(),
            Input::DateTime(it) => it.to_string().into(),
            Input::Json(it) => it.clone(),
            Input::List(items) => items.iter().map(Self::from).collect(),
            Input::Object(fields) => {
                fields.iter().map(|(name, it)| (name.to_string(), Self::from(it))).collect()
            }
        }
    }
}

impl Args {
    /// The argument `name`; `None` where absent or null.
    pub fn get(&self, name: &str) -> Option<&Input> {
        find(&self.0, name)
    }

    /// The argument `name`, which is a text, where it was given.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Input::Text(it) | Input::Enum(it) => Some(it),
            _ => None,
        }
    }

    /// The argument `name`, which is an integer, where it was given.
    pub fn int(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            Input::Int(it) => Some(*it),
            _ => None,
        }
    }

    /// The argument `name`, which is a date, where it was given.
    pub fn date(&self, name: &str) -> Option<Date> {
        match self.get(name)? {
            Input::Date(it) => Some(*it),
            _ => None,
        }
    }
}

fn find<'a>(fields: &'a [(Arc<str>, Input)], name: &str) -> Option<&'a Input> {
    fields.iter().find(|(it, _)| &**it == name).map(|(_, it)| it).filter(|it| **it != Input::Null)
}
