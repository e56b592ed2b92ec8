//! Leaves: values that are written as they are.

use std::borrow::Cow;

use crate::{
    api::Value,
    graph,
    model::{NodeId, ValueRef},
    query::Reason,
};

/// A property's value.
pub(super) fn property(value: Option<ValueRef<'_>>) -> Value<'_> {
    match value {
        None => Value::Null,
        Some(ValueRef::Bool(it)) => Value::Bool(it),
        Some(ValueRef::Int(it)) => Value::Int(it),
        Some(ValueRef::Float(it)) => Value::Float(it),
        Some(ValueRef::Text(it)) => text(it),
        Some(ValueRef::Date(it)) => Value::Date(it),
        Some(ValueRef::Timestamp(it)) => Value::DateTime(it),
        Some(ValueRef::Json(it)) => Value::Json(Cow::Borrowed(it)),
        Some(ValueRef::List(it)) => list(graph::items(it).map(|it| property(Some(it)))),
    }
}

/// The value of a property whose integers have 64 bits.
pub(super) fn big(value: Option<ValueRef<'_>>) -> Value<'_> {
    match value {
        Some(ValueRef::Int(it)) => Value::BigInt(it),
        Some(ValueRef::List(it)) => list(graph::items(it).map(|it| big(Some(it)))),
        other => property(other),
    }
}

pub(super) fn text(text: &str) -> Value<'_> {
    Value::Text(Cow::Borrowed(text))
}

pub(super) fn maybe<'s, T>(value: Option<T>, as_value: impl FnOnce(T) -> Value<'s>) -> Value<'s> {
    value.map_or(Value::Null, as_value)
}

pub(super) fn list<'s>(values: impl Iterator<Item = Value<'s>>) -> Value<'s> {
    Value::List(values.collect())
}

pub(super) fn entities<'s>(nodes: &[NodeId]) -> Value<'s> {
    list(nodes.iter().map(|it| Value::Entity(*it)))
}

/// A number of things. Beyond 32 bits it is said to be as many as an `Int` can say.
pub(super) fn count<'s>(count: u64) -> Value<'s> {
    Value::Int(i64::from(i32::try_from(count).unwrap_or(i32::MAX)))
}

pub(super) fn revision<'s>(revision: crate::model::Revision) -> Value<'s> {
    Value::BigInt(i64::try_from(revision.0).unwrap_or(i64::MAX))
}

/// Why an answer is not complete.
pub(super) fn reason<'s>(reason: Option<Reason>) -> Value<'s> {
    maybe(reason, |it| {
        text(match it {
            Reason::Steps => "steps",
            Reason::Deadline => "deadline",
            Reason::Rows => "rows",
        })
    })
}
