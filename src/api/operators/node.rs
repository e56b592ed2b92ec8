//! Anything by its id.

use std::rc::Rc;

use super::{Answer, Args, Context, FieldDef, FieldError, Value, leaf};
use crate::{api::Read, graph::Snapshot};

pub(in crate::api) const ID: Read = |context, parent, _| {
    let snapshot = context.view.snapshot;
    Ok(match parent {
        Value::Entity(it) => leaf::text(snapshot.entity(*it).id()),
        Value::Relationship(it) => Value::Text(snapshot.relationship(*it).id()),
        Value::Evidence(it) => {
            let relationship = snapshot.relationship(it.relationship).id();
            Value::Text(format!("{relationship}#{}", it.ordinal).into())
        }
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

/// The entity with this id, else the relationship, else the piece of evidence.
fn find<'s>(snapshot: &'s Snapshot, id: &str) -> Value<'s> {
    if let Some(it) = snapshot.node(id) {
        return Value::Entity(it);
    }
    if let Some(it) = snapshot.edge(id) {
        return Value::Relationship(it);
    }
    let evidence = || {
        let (relationship, digits) = id.rsplit_once('#')?;
        let relationship = snapshot.relationship(snapshot.edge(relationship)?);
        // No piece has two ids: `+1` and `01` are not that of `1`.
        let ordinal = digits.parse().ok().filter(|it: &usize| it.to_string() == digits)?;
        relationship.evidence().nth(ordinal)
    };
    leaf::maybe(evidence(), |it| Value::Evidence(Rc::new(it)))
}
