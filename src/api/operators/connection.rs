//! Pages, their rows and where they stand.

use super::{Context, Value, leaf};
use crate::{
    api::{Connection, Read, connection::Rows, cursor},
    graph::Half,
};

pub(in crate::api) const EDGES: Read = |_, parent, _| {
    let connection = parent.connection();
    let row = |index: usize| Value::Row(connection.clone(), index as u32);
    Ok(leaf::list((0..connection.len()).map(row)))
};
pub(in crate::api) const NODES: Read = |context, parent, _| {
    let connection = parent.connection();
    Ok(leaf::list((0..connection.len()).map(|it| thing(context, connection, it))))
};
pub(in crate::api) const PAGE_INFO: Read =
    |_, parent, _| Ok(Value::Connection(parent.connection().clone()));
pub(in crate::api) const AGGREGATE: Read =
    |_, parent, _| Ok(Value::Aggregate(parent.connection().clone()));
pub(in crate::api) const TOTAL_COUNT: Read =
    |context, parent, _| Ok(leaf::count(parent.connection().total(context)?));

pub(in crate::api) const HAS_NEXT: Read =
    |_, parent, _| Ok(Value::Bool(parent.connection().has_next));
pub(in crate::api) const HAS_PREVIOUS: Read =
    |_, parent, _| Ok(Value::Bool(parent.connection().has_previous));
pub(in crate::api) const START_CURSOR: Read = |context, parent, _| {
    let connection = parent.connection();
    let first = (connection.len() > 0).then_some(0);
    Ok(leaf::maybe(first, |it| cursor(context, connection, it)))
};
pub(in crate::api) const END_CURSOR: Read = |context, parent, _| {
    let connection = parent.connection();
    Ok(leaf::maybe(connection.len().checked_sub(1), |it| cursor(context, connection, it)))
};

pub(in crate::api) const CURSOR: Read = |context, parent, _| {
    let (connection, index) = parent.row();
    Ok(cursor(context, connection, index))
};
pub(in crate::api) const NODE: Read = |context, parent, _| {
    let (connection, index) = parent.row();
    Ok(thing(context, connection, index))
};
pub(in crate::api) const RELATIONSHIP: Read =
    |context, parent, _| Ok(Value::of_relationship(context, half(parent).edge));
pub(in crate::api) const PROPERTIES: Read = |context, parent, _| {
    Ok(Value::Properties(context.view.snapshot.relationship(half(parent).edge)))
};
pub(in crate::api) const OTHER: Read = |context, parent, _| {
    let (connection, index) = parent.row();
    Ok(match &connection.rows {
        Rows::Relationships(rows) => {
            let target = context.view.snapshot.relationship(rows[index]).target();
            Value::of_entity(context, target)
        }
        _ => other(connection, index),
    })
};
pub(in crate::api) const DIRECTION: Read = |context, parent, _| {
    let (connection, index) = parent.row();
    let (relation, outgoing) = match &connection.rows {
        Rows::Relationships(rows) => {
            (context.view.snapshot.relationship(rows[index]).relation(), true)
        }
        _ => (half(parent).relation, half(parent).outgoing),
    };
    Ok(leaf::direction(context, relation, outgoing))
};

/// What a row is about, but for rows along a field: those are about the entity.
fn thing<'s>(context: &Context<'s>, connection: &Connection<'s>, index: usize) -> Value<'s> {
    match &connection.rows {
        Rows::Entities(rows) => Value::of_entity(context, rows[index]),
        Rows::Relationships(rows) => Value::of_relationship(context, rows[index]),
        Rows::Links(..) if connection.is_typed() => other(connection, index),
        Rows::Links(rows, _) => Value::of_relationship(context, rows[index].edge),
        Rows::Evidence(rows) => Value::Evidence(rows[index].clone()),
        Rows::Neighbors(found, range) => {
            Value::of_entity(context, found.neighbors[range.start + index].node)
        }
    }
}

fn half(row: &Value<'_>) -> Half {
    let (connection, index) = row.row();
    let Rows::Links(rows, _) = &connection.rows else { unreachable!("the field is one of links") };
    rows[index]
}

/// The entity at the other end of a row's relationship.
fn other<'s>(connection: &Connection<'s>, index: usize) -> Value<'s> {
    let Rows::Links(rows, others) = &connection.rows else {
        unreachable!("the field is one of links")
    };
    Value::Entity(rows[index].other, others[index])
}

fn cursor<'s>(context: &Context<'s>, connection: &Connection<'s>, index: usize) -> Value<'s> {
    Value::Text(cursor::encode(&connection.place(context, index)).into())
}
