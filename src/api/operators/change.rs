//! Changes, as subscriptions tell of them.

use super::{Answer, Args, Context, FieldDef, FieldError, Value, leaf};
use crate::{
    api::{Read, change::Change},
    graph::{ChangeKind, Thing},
};

pub(in crate::api) const CURSOR: Read =
    |_, parent, _| Ok(Value::Text(of(parent).next.cursor().into()));
pub(in crate::api) const KIND: Read = |_, parent, _| {
    Ok(leaf::text(match of(parent).changed.kind {
        ChangeKind::Created => "CREATED",
        ChangeKind::Updated => "UPDATED",
        ChangeKind::Deleted => "DELETED",
        ChangeKind::Retracted => "RETRACTED",
    }))
};
pub(in crate::api) const REVISION: Read = |_, parent, _| Ok(leaf::revision(of(parent).revision));
pub(in crate::api) const AT: Read = |_, parent, _| Ok(Value::DateTime(of(parent).at));
pub(in crate::api) const ENTITY: Read = |context, parent, _| {
    Ok(match of(parent).changed.thing {
        Thing::Node(it) => Value::of_entity(context, it),
        Thing::Edge(_) => Value::Null,
    })
};
pub(in crate::api) const RELATIONSHIP: Read = |context, parent, _| {
    Ok(match of(parent).changed.thing {
        Thing::Edge(it) => Value::of_relationship(context, it),
        Thing::Node(_) => Value::Null,
    })
};

/// The change that the parent is already: which one is told is decided before the plan runs.
pub(in crate::api) fn changes<'s>(
    _: &Context<'s>,
    _: &FieldDef,
    _: &Args,
) -> Result<Answer<'s>, FieldError> {
    Ok(Box::new(|_, parent| Ok(parent.clone())))
}

fn of<'v>(parent: &'v Value<'_>) -> &'v Change {
    let Value::Change(it) = parent else { unreachable!("the field is one of changes") };
    it
}
