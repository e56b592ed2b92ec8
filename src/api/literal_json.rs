//! Literals of the scalar that takes any JSON.

use apollo_compiler::{Node, ast::Value as Literal};
use rustc_hash::FxHashSet;
use serde_json::Value as Json;

use super::{
    coerce::{VariableDef, Variables},
    guard::shortened,
    literal::{LiteralError, place},
};

/// A literal as JSON, but for the variables in it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum JsonTemplate {
    /// A value without parts.
    Leaf(Json),
    /// A variable, by its place among the operation's.
    Variable(usize),
    /// An array.
    List(Vec<JsonTemplate>),
    /// An object.
    Object(Vec<(String, JsonTemplate)>),
}

impl JsonTemplate {
    /// The literal `value`, names as texts.
    ///
    /// # Errors
    ///
    /// A field that is given twice, or a variable that is not defined.
    pub(super) fn new(
        variables: &[VariableDef],
        value: &Node<Literal>,
    ) -> Result<Self, LiteralError> {
        Ok(match &**value {
            Literal::Null => Self::Leaf(Json::Null),
            Literal::Boolean(it) => Self::Leaf((*it).into()),
            Literal::String(it) => Self::Leaf(it.as_str().into()),
            Literal::Enum(it) => Self::Leaf(it.as_str().into()),
            Literal::Int(it) => Self::Leaf(number(it.as_str())),
            Literal::Float(it) => Self::Leaf(number(it.as_str())),
            Literal::Variable(name) => Self::Variable(place(variables, name, value)?),
            Literal::List(items) => Self::List(
                items.iter().map(|it| Self::new(variables, it)).collect::<Result<_, _>>()?,
            ),
            Literal::Object(fields) => {
                let mut seen = FxHashSet::default();
                let mut object = Vec::with_capacity(fields.len());
                for (name, value) in fields {
                    if !seen.insert(name) {
                        let message = format!("`{}` is given twice", shortened(name));
                        return Err(LiteralError { message, location: value.location() });
                    }
                    object.push((name.to_string(), Self::new(variables, value)?));
                }
                Self::Object(object)
            }
        })
    }

    /// The JSON, where there are no variables in it.
    pub(super) fn constant(&self) -> Option<Json> {
        match self {
            Self::Leaf(it) => Some(it.clone()),
            Self::Variable(_) => None,
            Self::List(items) => items.iter().map(Self::constant).collect(),
            Self::Object(fields) => {
                fields.iter().map(|(name, it)| Some((name.clone(), it.constant()?))).collect()
            }
        }
    }

    /// The JSON. A field whose variable has no value is not there; anywhere else it is null.
    pub(super) fn bind(&self, variables: &Variables) -> Json {
        self.value(variables).unwrap_or(Json::Null)
    }

    fn value(&self, variables: &Variables) -> Option<Json> {
        Some(match self {
            Self::Leaf(it) => it.clone(),
            Self::Variable(place) => variables[*place].as_ref()?.into(),
            Self::List(items) => items.iter().map(|it| it.bind(variables)).collect(),
            Self::Object(fields) => {
                let value =
                    |(name, it): &(String, Self)| Some((name.clone(), it.value(variables)?));
                fields.iter().filter_map(value).collect()
            }
        })
    }
}

/// GraphQL's numbers are JSON's, but for those that are too great for a double.
fn number(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or(Json::Null)
}
