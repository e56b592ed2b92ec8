//! Anything by its id.

use std::rc::Rc;

use super::{Answer, Args, Context, FieldDef, FieldError, Value, leaf};
use crate::{api::Read, graph::Snapshot};

pub(in crate::api) const ID: Read = |context, parent, _| {
    let snapshot = context.view.snapshot;
    Ok(match parent {
        Value::Entity(it) => leaf::text(snapshot.entity(*it).id()),
        Value::Relationship(it) => Value::Text(snapshot.relationship(*it).id()),
        Value::Evidence(it) => Value::Text(it.id(snapshot).into()),
        _ => unreachable!("nothing else has an id"),
    })
};

pub(in crate::api) fn node<'s>(
    _: &Context<'s>,
    _: &FieldDef,
    args: &Args,
) -> Result<Answer<'s>, FieldError> {
    let id = args.text("id").unwrap_or_default().to_owned();
    Ok(Box::new(move |context, _| Ok(find(context.view.snapshot, &id))))
}

pub(in crate::api) fn nodes<'s>(
    _: &Context<'s>,
    _: &FieldDef,
    args: &Args,
) -> Result<Answer<'s>, FieldError> {
    let ids = args.get("ids").map_or(&[][..], |it| it.items());
    let ids: Vec<_> = ids.iter().map(|it| it.text().to_owned()).collect();
    Ok(Box::new(move |context, _| {
        Ok(leaf::list(ids.iter().map(|it| find(context.view.snapshot, it))))
    }))
}

/// The piece of evidence with this id, else the entity, else the relationship: what a piece of
/// evidence was once called it is always called, whatever else is recorded.
fn find<'s>(snapshot: &'s Snapshot, id: &str) -> Value<'s> {
    if let Some(it) = snapshot.evidence(id) {
        return Value::Evidence(Rc::new(it));
    }
    let relationship = || leaf::maybe(snapshot.edge(id), Value::Relationship);
    snapshot.node(id).map_or_else(relationship, Value::Entity)
}
