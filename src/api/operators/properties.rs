//! The properties of an entity or a relationship as one JSON object.

use std::borrow::Cow;

use super::Value;
use crate::{
    graph,
    model::{PropertyId, ValueRef},
    ontology::{Property, PropertyType, Scalar},
};

/// Those that have a value, in the order of the ontology.
pub(super) fn json<'s>(
    properties: &[Property],
    value: impl Fn(PropertyId) -> Option<ValueRef<'s>>,
) -> Value<'s> {
    let mut json = String::from("{");
    for it in properties {
        let Some(value) = value(it.id) else { continue };
        if json.len() > 1 {
            json.push(',');
        }
        json.push_str(&quoted(&it.name));
        json.push(':');
        put(&mut json, it, value);
    }
    json.push('}');
    Value::Json(Cow::Owned(json))
}

fn put(json: &mut String, property: &Property, value: ValueRef<'_>) {
    match value {
        ValueRef::Bool(it) => json.push_str(if it { "true" } else { "false" }),
        // As the scalar `BigInt`: a program may not be able to hold 64 bits.
        ValueRef::Int(it) if property.ty == PropertyType::Scalar(Scalar::BigInt) => {
            json.push_str(&quoted(&it.to_string()));
        }
        ValueRef::Int(it) => json.push_str(&it.to_string()),
        ValueRef::Float(it) => json.push_str(&serde_json::Value::from(it).to_string()),
        ValueRef::Text(it) => json.push_str(&quoted(it)),
        ValueRef::Date(it) => json.push_str(&quoted(&it.to_string())),
        ValueRef::Timestamp(it) => json.push_str(&quoted(&it.to_string())),
        ValueRef::Json(it) => json.push_str(it),
        ValueRef::List(it) => {
            json.push('[');
            for (index, it) in graph::items(it).enumerate() {
                if index > 0 {
                    json.push(',');
                }
                put(json, property, it);
            }
            json.push(']');
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
