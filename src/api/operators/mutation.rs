//! The root fields of mutations.

use super::{Args, FieldDef, FieldError};
use crate::{
    api::{Effect, Input, Subject, Writing, write},
    graph::{Granted, Wish},
    ontology::Kind,
};

pub(in crate::api) fn create(
    writing: &mut Writing<'_>,
    field: &FieldDef,
    args: &Args,
) -> Option<Effect> {
    let kind = kind(writing, field);
    each(writing, args, |writing, it| {
        let node = write::create(writing, kind, it);
        writing.mean_node(node);
    });
    Some(writing.effect())
}

pub(in crate::api) fn update(
    writing: &mut Writing<'_>,
    field: &FieldDef,
    args: &Args,
) -> Option<Effect> {
    let kind = kind(writing, field);
    let expected = write::expected_revision(writing, args)?;
    let nodes = write::chosen(&writing.context(), kind, args.get("where"));
    let nodes = writing.at("where", |it| it.take(nodes))?;
    let input = args.get("update").expect("it is required");
    for node in nodes {
        writing.at("update", |it| write::update(it, kind, node, input, expected));
        writing.mean_node(Some(node));
    }
    Some(writing.effect())
}

pub(in crate::api) fn upsert(
    writing: &mut Writing<'_>,
    field: &FieldDef,
    args: &Args,
) -> Option<Effect> {
    let kind = kind(writing, field);
    each(writing, args, |writing, it| {
        let node = write::upsert(writing, kind, it);
        writing.mean_node(node);
    });
    Some(writing.effect())
}

pub(in crate::api) fn delete(
    writing: &mut Writing<'_>,
    field: &FieldDef,
    args: &Args,
) -> Option<Effect> {
    let kind = kind(writing, field);
    let nodes = write::chosen(&writing.context(), kind, args.get("where"));
    let nodes = writing.at("where", |it| it.take(nodes))?;
    let detach = args.get("detach") == Some(&Input::Bool(true));
    nodes.into_iter().for_each(|it| write::delete(writing, it, detach));
    Some(writing.effect())
}

pub(in crate::api) fn assert(
    writing: &mut Writing<'_>,
    _: &FieldDef,
    args: &Args,
) -> Option<Effect> {
    each(writing, args, |writing, it| {
        let edge = write::assert(writing, it);
        writing.mean_edge(edge);
    });
    Some(writing.effect())
}

pub(in crate::api) fn add_evidence(
    writing: &mut Writing<'_>,
    _: &FieldDef,
    args: &Args,
) -> Option<Effect> {
    let evidence = write::evidence(writing, args.get("evidence"));
    let relationship = text(args, "relationship");
    grant(writing, &Wish::AddEvidence { relationship, evidence })
}

pub(in crate::api) fn end(writing: &mut Writing<'_>, _: &FieldDef, args: &Args) -> Option<Effect> {
    let wish = Wish::EndRelationship {
        id: text(args, "id"),
        valid_to: args.date("validTo").expect("it is required").to_string(),
        evidence: write::evidence(writing, args.get("evidence")),
        expected_revision: write::expected_revision(writing, args)?,
    };
    grant(writing, &wish)
}

pub(in crate::api) fn retract(
    writing: &mut Writing<'_>,
    _: &FieldDef,
    args: &Args,
) -> Option<Effect> {
    let wish = Wish::RetractRelationship {
        id: text(args, "id"),
        reason: text(args, "reason"),
        expected_revision: write::expected_revision(writing, args)?,
    };
    grant(writing, &wish)
}

pub(in crate::api) fn merge(
    writing: &mut Writing<'_>,
    _: &FieldDef,
    args: &Args,
) -> Option<Effect> {
    let losers = args.get("losers").map_or(&[][..], Input::items);
    if losers.is_empty() {
        let error = FieldError::input("it is empty; name at least one");
        writing.at("losers", |it| it.fail(error));
        return None;
    }
    let wish = Wish::MergeEntities {
        winner: text(args, "winner"),
        losers: losers.iter().map(|it| it.text().to_owned()).collect(),
        reason: args.text("reason").map(str::to_owned),
    };
    grant(writing, &wish)
}

pub(in crate::api) fn unmerge(
    writing: &mut Writing<'_>,
    _: &FieldDef,
    args: &Args,
) -> Option<Effect> {
    grant(writing, &Wish::UnmergeEntity { id: text(args, "id") })
}

/// Does `work` with each item of the argument `input`.
fn each(writing: &mut Writing<'_>, args: &Args, mut work: impl FnMut(&mut Writing<'_>, &Input)) {
    let items = args.get("input").map_or(&[][..], Input::items);
    for (index, it) in items.iter().enumerate() {
        writing.at(&format!("input[{index}]"), |writing| work(writing, it));
    }
}

fn grant(writing: &mut Writing<'_>, wish: &Wish) -> Option<Effect> {
    Some(match writing.grant(wish)? {
        Granted::Entity { node, .. } => Effect::Entity(node),
        Granted::Relationship { edge, .. } => Effect::Relationship(edge),
    })
}

fn kind<'t>(writing: &Writing<'t>, field: &FieldDef) -> &'t Kind {
    let Subject::Kind(id) = field.subject else { unreachable!("the field is about a kind") };
    writing.ontology().kind(id).expect("fields are about kinds of the ontology")
}

fn text(args: &Args, name: &str) -> String {
    args.text(name).unwrap_or_default().to_owned()
}
