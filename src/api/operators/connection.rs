//! Pages, their rows and where they stand.

use super::{Context, Value, leaf};
use crate::{
    api::{Connection, Read, connection::Rows, cursor},
    graph::{Entity, Half},
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
        _ => other(link(parent)),
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
        Rows::Links(rows) if connection.is_typed() => other(rows[index]),
        Rows::Links(rows) => Value::of_relationship(context, rows[index].0.edge),
        Rows::Evidence(rows) => Value::Evidence(rows[index].clone()),
        Rows::Neighbors(found, range) => {
            Value::of_entity(context, found.neighbors[range.start + index].node)
        }
    }
}

/// The relationship of a row, and the entity at its other end.
fn link<'s>(row: &Value<'s>) -> (Half, Entity<'s>) {
    let (connection, index) = row.row();
    let Rows::Links(rows) = &connection.rows else { unreachable!("the field is one of links") };
    rows[index]
}

fn half(row: &Value<'_>) -> Half {
    link(row).0
}

fn other<'s>((half, entity): (Half, Entity<'s>)) -> Value<'s> {
    Value::Entity(half.other, entity)
}

fn cursor<'s>(context: &Context<'s>, connection: &Connection<'s>, index: usize) -> Value<'s> {
    Value::Text(cursor::encode(&connection.place(context, index)).into())
}
