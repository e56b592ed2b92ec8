//! What an entity is joined to along a field of its type.

use super::{Answer, Args, Context, FieldDef, FieldError, entity::pages, leaf};
use crate::{
    api::{
        PAGE_SIZE, Subject,
        connection::{List, complete},
        decode::{self, Scope},
    },
    model::RelationId,
    ontology::Target,
    query::Links,
};

pub(in crate::api) fn entities<'s>(
    context: &Context<'s>,
    field: &FieldDef,
    args: &Args,
) -> Result<Answer<'s>, FieldError> {
    let (mut links, _, target) = along(context, field);
    let scope = Scope::of(context.ontology, target);
    links.node =
        decode::given(args.get("where"), |it| decode::entity(context.ontology, scope, it))?;
    let sort = decode::sort_nodes(scope, args.get("sort"));
    let limit = decode::count(args, "limit")?.unwrap_or(PAGE_SIZE as usize);
    let offset = decode::count(args, "offset")?.unwrap_or_default();
    Ok(Box::new(move |context, parent| {
        let (view, budget) = (context.view, &mut *context.budget.borrow_mut());
        let nodes = links.entities(view, parent.node(), &sort, offset, limit, budget);
        complete(budget.reason())?;
        Ok(leaf::entities(context, &nodes))
    }))
}

pub(in crate::api) fn connection<'s>(
    context: &Context<'s>,
    field: &FieldDef,
    args: &Args,
) -> Result<Answer<'s>, FieldError> {
    let (mut links, relation, target) = along(context, field);
    links.relationship = decode::given(args.get("where"), |it| {
        decode::connection(context.ontology, relation, target, it)
    })?;
    let edge = context.ontology.relation(relation).expect("fields follow relations");
    let edge = context.ontology.properties_of(edge);
    let sort = decode::sort_links(Scope::of(context.ontology, target), edge, args.get("sort"));
    pages(List::Links { links, sort, typed: true }, args)
}

/// The relationships along the field, and what it is about.
fn along(context: &Context<'_>, field: &FieldDef) -> (Links, RelationId, Target) {
    let Subject::Link { relation, direction, target } = field.subject else {
        unreachable!("the field is about relationships")
    };
    let targets = decode::targets(context.ontology, target);
    let relations = vec![relation];
    (Links { relations, direction, targets, ..Links::default() }, relation, target)
}
