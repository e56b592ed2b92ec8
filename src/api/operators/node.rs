//! Anything by its id.

use std::rc::Rc;

use super::{Answer, Args, Context, FieldDef, FieldError, Value, leaf};
use crate::api::Read;

pub(in crate::api) const ID: Read = |context, parent, _| {
    Ok(match parent {
        Value::Entity(_, it) => leaf::text(it.id()),
        Value::Relationship(it) => Value::Text(it.id()),
        Value::Evidence(it) => Value::Text(it.id(context.view.snapshot).into()),
        _ => unreachable!("nothing else has an id"),
    })
};

pub(in crate::api) fn node<'s>(
    _: &Context<'s>,
    _: &FieldDef,
    args: &Args,
) -> Result<Answer<'s>, FieldError> {
    let id = args.text("id").unwrap_or_default().to_owned();
    Ok(Box::new(move |context, _| Ok(find(context, &id))))
}

pub(in crate::api) fn nodes<'s>(
    _: &Context<'s>,
    _: &FieldDef,
    args: &Args,
) -> Result<Answer<'s>, FieldError> {
    let ids = args.get("ids").map_or(&[][..], |it| it.items());
    let ids: Vec<_> = ids.iter().map(|it| it.text().to_owned()).collect();
    Ok(Box::new(move |context, _| Ok(leaf::list(ids.iter().map(|it| find(context, it))))))
}

/// The piece of evidence with this id, else the entity, else the relationship: what a piece of
/// evidence was once called it is always called, whatever else is recorded.
fn find<'s>(context: &Context<'s>, id: &str) -> Value<'s> {
    let snapshot = context.view.snapshot;
    if let Some(it) = snapshot.evidence(id) {
        return Value::Evidence(Rc::new(it));
    }
    if let Some(it) = snapshot.node(id) {
        return Value::of_entity(context, it);
    }
    leaf::maybe(snapshot.edge(id), |it| Value::of_relationship(context, it))
}
