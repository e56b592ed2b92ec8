//! What lists add up to.

use rustc_hash::FxHashSet;

use super::{Value, leaf};
use crate::{
    api::{FieldError, Read, value::Side},
    query::{Aggregate, Number},
};

pub(in crate::api) const COUNT: Read =
    |_, parent, _| Ok(Value::Aggregate(parent.connection().clone()));
pub(in crate::api) const EDGES: Read =
    |context, parent, _| Ok(leaf::count(parent.connection().total(context)?));
pub(in crate::api) const NODES: Read = |context, parent, _| {
    let mut nodes = FxHashSet::default();
    parent.connection().each(context, &mut |node, _| nodes.extend(node))?;
    Ok(leaf::count(nodes.len() as u64))
};

pub(in crate::api) const NODE: Read =
    |_, parent, _| Ok(Value::Sums(parent.connection().clone(), Side::Node));
pub(in crate::api) const EDGE: Read =
    |_, parent, _| Ok(Value::Sums(parent.connection().clone(), Side::Edge));
pub(in crate::api) const PROPERTY: Read = |context, parent, field| {
    let Value::Sums(connection, side) = parent else { unreachable!("the field is one of sums") };
    let (snapshot, property) = (context.view.snapshot, field.subject.property());
    let mut sum = Aggregate::default();
    connection.each(context, &mut |node, edge| {
        let value = match side {
            Side::Node => node.and_then(|it| snapshot.entity(it).property(property)),
            Side::Edge => edge.and_then(|it| snapshot.relationship(it).property(property)),
        };
        value.into_iter().for_each(|it| sum.add(it));
    })?;
    Ok(Value::Sum(sum.into()))
};

pub(in crate::api) const MIN: Read =
    |_, parent, _| Ok(leaf::maybe(of(parent).range, |(least, _)| number(least)));
pub(in crate::api) const MAX: Read =
    |_, parent, _| Ok(leaf::maybe(of(parent).range, |(_, greatest)| number(greatest)));
pub(in crate::api) const MIN_BIG: Read =
    |_, parent, _| Ok(leaf::maybe(of(parent).range, |(least, _)| big(least)));
pub(in crate::api) const MAX_BIG: Read =
    |_, parent, _| Ok(leaf::maybe(of(parent).range, |(_, greatest)| big(greatest)));
pub(in crate::api) const AVERAGE: Read =
    |_, parent, _| Ok(leaf::maybe(of(parent).average(), Value::Float));
pub(in crate::api) const SUM: Read = |_, parent, _| Ok(leaf::maybe(of(parent).sum(), Value::Float));
pub(in crate::api) const SUM_INT: Read = |_, parent, _| {
    let Some(sum) = of(parent).sum_int() else { return Ok(Value::Null) };
    let sum = i64::try_from(sum);
    sum.map(Value::BigInt).map_err(|_| FieldError::input("the sum is no 64-bit integer"))
};

fn of<'v>(parent: &'v Value<'_>) -> &'v Aggregate {
    let Value::Sum(it) = parent else { unreachable!("the field is one of a sum") };
    it
}

fn number<'s>(number: Number) -> Value<'s> {
    match number {
        Number::Int(it) => Value::Int(it),
        Number::Float(it) => Value::Float(it),
    }
}

fn big<'s>(number: Number) -> Value<'s> {
    match number {
        Number::Int(it) => Value::BigInt(it),
        Number::Float(it) => Value::Float(it),
    }
}
