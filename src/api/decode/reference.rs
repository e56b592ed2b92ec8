//! Which entity is meant.

use serde_json::json;

use crate::{
    api::{Code, Context, FieldError, Input},
    model::{KindId, NodeId},
    query,
};

/// How many names are suggested for one that is not there.
const SUGGESTIONS: usize = 3;
/// How many letters of a suggested name may differ.
const SUGGESTION_EDITS: u8 = 2;

/// The entity that an `EntityRef` means, where there is one.
///
/// # Errors
///
/// Several entities have the name, or a property is not `@unique`.
pub(in crate::api) fn reference(
    context: &Context<'_>,
    input: &Input,
) -> Result<Option<NodeId>, FieldError> {
    if let Some(it) = input.field("id") {
        return Ok(context.view.snapshot.node(it.text()));
    }
    if let Some(it) = input.field("name") {
        return by_name(context, text(it, "name"), kind(context, it));
    }
    let unique = input.field("unique").expect("exactly one field is given");
    by_unique(context, unique)
}

/// The entity that an `EntityRef` means.
///
/// # Errors
///
/// As [`reference`], or no entity is meant.
pub(in crate::api) fn known(context: &Context<'_>, input: &Input) -> Result<NodeId, FieldError> {
    reference(context, input)?.ok_or_else(|| unknown(context, input))
}

/// The entity called `name`; the one of that very spelling where several differ only in case or
/// accents.
pub(in crate::api) fn by_name(
    context: &Context<'_>,
    name: &str,
    kind: Option<KindId>,
) -> Result<Option<NodeId>, FieldError> {
    let snapshot = context.view.snapshot;
    let mut named = snapshot.named(name);
    named.retain(|it| kind.is_none_or(|kind| snapshot.kind(*it) == kind));
    let mut exact = named.iter().filter(|it| snapshot.entity(**it).name() == name);
    match (&named[..], exact.next(), exact.next()) {
        ([], ..) => Ok(None),
        ([one], ..) | (_, Some(one), None) => Ok(Some(*one)),
        _ => Err(ambiguous(context, name, &named)),
    }
}

/// A value of a `@unique` property as text.
pub(in crate::api) fn unique_text(value: &Input) -> String {
    match value {
        Input::Bool(it) => it.to_string(),
        Input::Int(it) => it.to_string(),
        Input::Float(it) => it.to_string(),
        Input::Date(it) => it.to_string(),
        Input::DateTime(it) => it.to_string(),
        other => other.text().to_owned(),
    }
}

fn by_unique(context: &Context<'_>, input: &Input) -> Result<Option<NodeId>, FieldError> {
    let kind = context.ontology.kind_named(text(input, "type")).expect("the enum has types");
    let field = text(input, "field");
    let property = kind.properties.iter().find(|it| it.name == field && it.unique);
    let Some(property) = property else {
        let unique = kind.properties.iter().filter(|it| it.unique);
        let unique: Vec<_> = unique.map(|it| format!("`{}`", it.name)).collect();
        let message = match &unique[..] {
            [] => format!("`{}` has no unique property; refer by `id` or `name`", kind.name),
            some => {
                let way_out = some.join(" or ");
                format!("`{}` has no unique property `{field}`; write {way_out}", kind.name)
            }
        };
        return Err(FieldError::input(message));
    };
    Ok(context.view.snapshot.unique(kind.id, property.id, text(input, "value")))
}

fn ambiguous(context: &Context<'_>, name: &str, named: &[NodeId]) -> FieldError {
    let candidate = |it: &NodeId| {
        let entity = context.view.snapshot.entity(*it);
        let kind = context.ontology.kind(entity.kind()).map_or("", |it| &it.name);
        json!({"id": entity.id(), "name": entity.name(), "type": kind})
    };
    let message = format!(
        "{} entities are called `{name}`; refer to one of the candidates by `id`, or say its type",
        named.len()
    );
    let mut error = FieldError::new(Code::AmbiguousName, message);
    let candidates = named.iter().map(candidate).collect();
    error.extensions.insert("candidates".to_owned(), candidates);
    error
}

fn unknown(context: &Context<'_>, input: &Input) -> FieldError {
    let (what, text, kinds) = match (input.field("id"), input.field("name")) {
        (Some(id), _) => ("has the id", id.text(), Vec::new()),
        (_, Some(it)) => ("is called", text(it, "name"), kind(context, it).into_iter().collect()),
        _ => {
            let unique = input.field("unique").expect("exactly one field is given");
            let (kind, field) = (text(unique, "type"), text(unique, "field"));
            let message = format!("no `{kind}` has the `{field}` `{}`", text(unique, "value"));
            return FieldError::new(Code::UnknownEntity, message);
        }
    };
    let budget = &mut context.budget.borrow_mut();
    let hits = query::search(context.view, text, &kinds, SUGGESTION_EDITS, SUGGESTIONS, budget);
    let suggest = |it: &query::Hit<'_>| {
        let entity = context.view.snapshot.entity(it.node);
        format!("`{}` ({})", it.matched, entity.id())
    };
    let hits: Vec<_> = hits.iter().map(suggest).collect();
    let suggestion = match &hits[..] {
        [] => String::new(),
        some => format!("; did you mean {}?", some.join(" or ")),
    };
    FieldError::new(Code::UnknownEntity, format!("no entity {what} `{text}`{suggestion}"))
}

fn text<'i>(input: &'i Input, field: &str) -> &'i str {
    input.field(field).map_or("", Input::text)
}

fn kind(context: &Context<'_>, input: &Input) -> Option<KindId> {
    context.ontology.kind_named(text(input, "type")).map(|it| it.id)
}
