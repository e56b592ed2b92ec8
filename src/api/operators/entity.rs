//! Entities.

use super::{Answer, Args, Context, FieldDef, FieldError, Value, leaf, properties};
use crate::{
    api::{
        Input, PAGE_SIZE, Read, Subject,
        connection::{List, Question, complete},
        decode::{self, Scope, Slice},
    },
    graph::Entity,
    model::{KindId, NodeId},
    ontology::Kind,
    query::{self, EntityFilter, PageRequest, Sort},
};

pub(in crate::api) const KIND: Read =
    |context, parent, _| Ok(leaf::text(&kind_of(context, of(parent)).name));
pub(in crate::api) const NAME: Read = |_, parent, _| Ok(leaf::text(of(parent).name()));
pub(in crate::api) const ALIASES: Read =
    |_, parent, _| Ok(leaf::list(of(parent).aliases().map(leaf::text)));
pub(in crate::api) const REVISION: Read = |_, parent, _| Ok(leaf::revision(of(parent).revision()));
pub(in crate::api) const PROPERTIES_JSON: Read = |context, parent, _| {
    let entity = of(parent);
    Ok(properties::json(&kind_of(context, entity).properties, |it| entity.property(it)))
};
pub(in crate::api) const PROPERTY: Read =
    |_, parent, field| Ok(leaf::property(of(parent).property(field.subject.property())));
pub(in crate::api) const BIG: Read =
    |_, parent, field| Ok(leaf::big(of(parent).property(field.subject.property())));

fn of<'s>(parent: &Value<'s>) -> Entity<'s> {
    parent.entity().1
}

fn kind_of<'s>(context: &Context<'s>, entity: Entity<'s>) -> &'s Kind {
    context.ontology.kind(entity.kind()).expect("entities are of kinds of the ontology")
}

pub(in crate::api) fn relationships<'s>(
    context: &Context<'s>,
    _: &FieldDef,
    args: &Args,
) -> Result<Answer<'s>, FieldError> {
    let links = decode::selection(context.ontology, args)?;
    pages(List::Links { links, sort: Sort::default(), typed: false }, args)
}

pub(in crate::api) fn degree<'s>(
    context: &Context<'s>,
    _: &FieldDef,
    args: &Args,
) -> Result<Answer<'s>, FieldError> {
    let links = decode::selection(context.ontology, args)?;
    Ok(Box::new(move |context, parent| {
        let budget = &mut context.budget.borrow_mut();
        let degree = links.count(context.view, parent.node(), budget);
        complete(budget.reason())?;
        Ok(leaf::count(degree))
    }))
}

pub(in crate::api) fn entity<'s>(
    _: &Context<'s>,
    _: &FieldDef,
    args: &Args,
) -> Result<Answer<'s>, FieldError> {
    let reference = args.get("ref").expect("it is required").clone();
    Ok(Box::new(move |context, _| {
        let found = decode::reference(context, &reference)?;
        Ok(leaf::maybe(found, |it| Value::of_entity(context, it)))
    }))
}

pub(in crate::api) fn entities<'s>(
    context: &Context<'s>,
    _: &FieldDef,
    args: &Args,
) -> Result<Answer<'s>, FieldError> {
    let filter =
        decode::given(args.get("where"), |it| decode::entity(context.ontology, Scope::ENTITY, it))?;
    pages(List::Entities { kinds: Vec::new(), filter, sort: Sort::default() }, args)
}

pub(in crate::api) fn by_key<'s>(
    context: &Context<'s>,
    field: &FieldDef,
    args: &Args,
) -> Result<Answer<'s>, FieldError> {
    let kind = kind(context, field);
    let keys = field.arguments.iter().filter(|it| !matches!(&*it.name, "asOf" | "knownAt"));
    let mut given = keys.clone().filter_map(|it| Some((&*it.name, args.get(&it.name)?)));
    let (Some((name, value)), None) = (given.next(), given.next()) else {
        let names: Vec<_> = keys.map(|it| format!("`{}`", it.name)).collect();
        let message = format!("`{}` takes exactly one of {}", field.name, names.join(", "));
        return Err(FieldError::input(message));
    };
    let found = find(context, kind, name, value)?;
    Ok(Box::new(move |context, _| Ok(leaf::maybe(found, |it| Value::of_entity(context, it)))))
}

/// The entity of a kind with this id, this name or this value of a `@unique` property.
///
/// # Errors
///
/// Several entities have the name.
pub(in crate::api) fn find(
    context: &Context<'_>,
    kind: &Kind,
    key: &str,
    value: &Input,
) -> Result<Option<NodeId>, FieldError> {
    let snapshot = context.view.snapshot;
    match key {
        "id" => Ok(snapshot.node(value.text()).filter(|it| snapshot.kind(*it) == kind.id)),
        "name" => decode::by_name(context, value.text(), Some(kind.id)),
        _ => {
            let property = kind.properties.iter().find(|it| it.name == key);
            let property = property.expect("the other keys are properties").id;
            Ok(snapshot.unique(kind.id, property, &decode::unique_text(value)))
        }
    }
}

pub(in crate::api) fn of_kind<'s>(
    context: &Context<'s>,
    field: &FieldDef,
    args: &Args,
) -> Result<Answer<'s>, FieldError> {
    let (kinds, filter, sort) = selected(context, field, args)?;
    let first = decode::count(args, "limit")?.unwrap_or(PAGE_SIZE as usize);
    let offset = decode::count(args, "offset")?.unwrap_or_default();
    let request = PageRequest { first: Some(first), offset, ..PageRequest::default() };
    Ok(Box::new(move |context, _| {
        let (view, budget) = (context.view, &mut *context.budget.borrow_mut());
        let page = query::entities_page(view, &kinds, filter.as_ref(), &sort, &request, budget);
        complete(page.truncated)?;
        Ok(leaf::entities(context, &page.rows))
    }))
}

pub(in crate::api) fn page_of_kind<'s>(
    context: &Context<'s>,
    field: &FieldDef,
    args: &Args,
) -> Result<Answer<'s>, FieldError> {
    let (kinds, filter, sort) = selected(context, field, args)?;
    pages(List::Entities { kinds, filter, sort }, args)
}

/// The field's kind, the condition `where` and the order `sort`.
fn selected(
    context: &Context<'_>,
    field: &FieldDef,
    args: &Args,
) -> Result<(Vec<KindId>, Option<EntityFilter>, Sort), FieldError> {
    let kind = kind(context, field);
    let scope = Scope::kind(context.ontology, kind.id);
    let filter =
        decode::given(args.get("where"), |it| decode::entity(context.ontology, scope, it))?;
    Ok((vec![kind.id], filter, decode::sort_nodes(scope, args.get("sort"))))
}

fn kind<'s>(context: &Context<'s>, field: &FieldDef) -> &'s Kind {
    let Subject::Kind(id) = field.subject else { unreachable!("the field is about a kind") };
    context.ontology.kind(id).expect("fields are about kinds of the ontology")
}

/// Answers with pages of `list`.
pub(super) fn pages<'s>(list: List, args: &Args) -> Result<Answer<'s>, FieldError> {
    let question = Question::new(list, Slice::decode(args, PAGE_SIZE as usize)?)?;
    Ok(Box::new(move |context, parent| {
        Ok(Value::Connection(question.page(context, parent)?.into()))
    }))
}
