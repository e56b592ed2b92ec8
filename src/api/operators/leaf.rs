//! Leaves: values that are written as they are.

use std::borrow::Cow;

use crate::{
    api::{Context, Value},
    graph,
    model::{Direction, EdgeId, NodeId, RelationId, Revision, ValueRef},
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

pub(super) fn entities<'s>(context: &Context<'s>, nodes: &[NodeId]) -> Value<'s> {
    let entities = context.view.snapshot.entities(nodes.iter().copied());
    list(nodes.iter().zip(entities).map(|(node, it)| Value::Entity(*node, it)))
}

pub(super) fn relationships<'s>(context: &Context<'s>, edges: &[EdgeId]) -> Value<'s> {
    list(edges.iter().map(|it| Value::of_relationship(context, *it)))
}

/// A number of things. Beyond 32 bits it is said to be as many as an `Int` can say.
pub(super) fn count<'s>(count: u64) -> Value<'s> {
    Value::Int(i64::from(i32::try_from(count).unwrap_or(i32::MAX)))
}

pub(super) fn revision<'s>(revision: Revision) -> Value<'s> {
    Value::BigInt(i64::try_from(revision.0).unwrap_or(i64::MAX))
}

/// The direction in which a relationship is followed, from its source or not.
pub(super) fn direction<'s>(
    context: &Context<'s>,
    relation: RelationId,
    outgoing: bool,
) -> Value<'s> {
    let symmetric = context.ontology.relation(relation).is_some_and(|it| it.symmetric);
    let direction = match (symmetric, outgoing) {
        (true, _) => Direction::Any,
        (false, true) => Direction::Out,
        (false, false) => Direction::In,
    };
    text(direction.name())
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
