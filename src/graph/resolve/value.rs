//! JSON values checked against the property that is to hold them.

use std::str::FromStr;

use serde_json::Value;

use crate::{
    graph::codec,
    model::{List, ValueRef},
    ontology::{EnumId, Ontology, Property, PropertyType, Scalar, did_you_mean},
};

/// Of a wrong value, the most that a message repeats.
const SHOWN_CHARS_MAX: usize = 60;

/// A checked value. Most are borrowed from the wish.
#[derive(Debug)]
pub(super) enum Checked<'w> {
    /// A value that needs no bytes of its own.
    Borrowed(ValueRef<'w>),
    /// JSON as text.
    Json(String),
    /// The packed values of a list.
    List(Vec<u8>),
}

impl Checked<'_> {
    /// The value as records hold it.
    pub(super) fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Self::Borrowed(it) => *it,
            Self::Json(text) => ValueRef::Json(text),
            Self::List(bytes) => ValueRef::List(List(bytes)),
        }
    }
}

/// `value` as `property` holds it.
///
/// # Errors
///
/// What the property takes and what was found instead.
pub(super) fn check<'w>(
    ontology: &Ontology,
    property: &Property,
    value: &'w Value,
) -> Result<Checked<'w>, String> {
    if !property.list {
        return single(ontology, property.ty, value);
    }
    let Value::Array(values) = value else {
        return Err(format!("takes a list, not {}", shown(value)));
    };
    let mut items = Vec::with_capacity(values.len());
    for value in values {
        if value.is_null() {
            return Err("takes a list without `null`".to_owned());
        }
        items.push(single(ontology, property.ty, value)?);
    }
    Ok(Checked::List(codec::pack_list(items.iter().map(Checked::as_ref))))
}

fn single<'w>(
    ontology: &Ontology,
    ty: PropertyType,
    value: &'w Value,
) -> Result<Checked<'w>, String> {
    let scalar = match ty {
        PropertyType::Scalar(Scalar::Json) => return Ok(Checked::Json(value.to_string())),
        PropertyType::Scalar(scalar) => scalar,
        PropertyType::Enum(id) => return enum_value(ontology, id, value),
    };
    let found = match scalar {
        Scalar::String | Scalar::Id => value.as_str().map(ValueRef::Text),
        Scalar::Boolean => value.as_bool().map(ValueRef::Bool),
        Scalar::Int => value.as_i64().filter(|it| i32::try_from(*it).is_ok()).map(ValueRef::Int),
        Scalar::BigInt => big_int(value).map(ValueRef::Int),
        // Zero has one sign, so that equal contents have equal bytes.
        Scalar::Float => {
            value.as_f64().filter(|it| it.is_finite()).map(|it| ValueRef::Float(it + 0.0))
        }
        Scalar::Date => parsed(value).map(ValueRef::Date),
        Scalar::DateTime => parsed(value).map(ValueRef::Timestamp),
        Scalar::Json => None,
    };
    match found {
        Some(it) => Ok(Checked::Borrowed(it)),
        None => Err(format!("takes {}, not {}", wanted(scalar), shown(value))),
    }
}

fn enum_value<'w>(
    ontology: &Ontology,
    id: EnumId,
    value: &'w Value,
) -> Result<Checked<'w>, String> {
    let ty = &ontology.enums()[usize::from(id.0)];
    let names = || ty.values.iter().map(|it| it.name.as_str());
    let Some(text) = value.as_str() else {
        return Err(format!("takes a value of `{}`, not {}", ty.name, shown(value)));
    };
    if names().any(|it| it == text) {
        return Ok(Checked::Borrowed(ValueRef::Text(text)));
    }
    let hint = did_you_mean(text, names());
    Err(format!("takes a value of `{}`, which has no {}{hint}", ty.name, shown(value)))
}

fn big_int(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.parse().ok(),
        it => it.as_i64(),
    }
}

fn parsed<T: FromStr>(value: &Value) -> Option<T> {
    value.as_str()?.parse().ok()
}

/// What a property of this type takes, in words.
fn wanted(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::String | Scalar::Id => "text",
        Scalar::Int => "a whole number of 32 bits",
        Scalar::Float => "a number",
        Scalar::Boolean => "`true` or `false`",
        Scalar::BigInt => "a whole number of 64 bits, plain or as text",
        Scalar::Date => "a date as `2024`, `2024-08` or `2024-08-19`",
        Scalar::DateTime => "a moment as `2024-08-19T10:30:00Z`",
        Scalar::Json => "any JSON",
    }
}

/// The beginning of `value`, as JSON.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}
