//! Relationships of any type, and evidence.

use serde_json::{Map, Value as Json};

use super::Writing;
use crate::{
    api::{Args, FieldError, Input, decode},
    graph::{EvidenceWish, Granted, RelationshipWish, Wish},
    model::{EdgeId, Revision},
};

/// Asserts a relationship.
pub(in crate::api) fn assert(writing: &mut Writing<'_>, input: &Input) -> Option<EdgeId> {
    let text = |name| input.field(name).map(|it| it.text().to_owned());
    let wish = RelationshipWish {
        id: text("id"),
        relation: text("type").expect("it is required"),
        source: entity(writing, input, "source"),
        target: entity(writing, input, "target"),
        properties: properties(writing, input),
        ..said(writing, input)
    };
    match writing.grant(&Wish::AssertRelationship(wish))? {
        Granted::Relationship { edge, .. } => Some(edge),
        Granted::Entity { .. } => None,
    }
}

/// The pieces of evidence in a list.
pub(in crate::api) fn evidence(
    writing: &mut Writing<'_>,
    list: Option<&Input>,
) -> Vec<EvidenceWish> {
    let items = list.map_or(&[][..], Input::items).iter().enumerate();
    let piece = |(index, it): (usize, &Input)| {
        writing.at(&format!("evidence[{index}]"), |writing| piece(writing, it))
    };
    items.map(piece).collect()
}

/// The argument `expectedRevision`; the outer `None` where it is negative, which is told.
pub(in crate::api) fn expected_revision(
    writing: &mut Writing<'_>,
    args: &Args,
) -> Option<Option<Revision>> {
    let Some(it) = args.int("expectedRevision") else { return Some(None) };
    let revision = u64::try_from(it).map(Revision);
    let revision = revision.map_err(|_| FieldError::input("no revision is negative"));
    writing.at("expectedRevision", |it| it.take(revision)).map(Some)
}

/// What `input` says of a relationship, beside its type, its ends and its properties.
pub(super) fn said(writing: &mut Writing<'_>, input: &Input) -> RelationshipWish {
    RelationshipWish {
        valid_from: date(input, "validFrom"),
        valid_to: date(input, "validTo"),
        confidence: number(input, "confidence"),
        evidence: evidence(writing, input.field("evidence")),
        ..RelationshipWish::default()
    }
}

fn piece(writing: &mut Writing<'_>, input: &Input) -> EvidenceWish {
    let text = |name| input.field(name).map(|it| it.text().to_owned());
    EvidenceWish {
        document: entity(writing, input, "document"),
        cited_source: maybe_entity(writing, input, "citedSource"),
        stated_by: maybe_entity(writing, input, "statedBy"),
        stated_at: date(input, "statedAt"),
        locator: text("locator"),
        quote: text("quote"),
        summary: text("summary"),
        modality: text("modality"),
        stance: text("stance"),
        confidence: number(input, "confidence"),
        method: text("method"),
    }
}

fn properties(writing: &mut Writing<'_>, input: &Input) -> Map<String, Json> {
    match input.field("properties") {
        Some(Input::Json(Json::Object(it))) => it.clone(),
        Some(Input::Json(Json::Null)) | None => Map::new(),
        Some(_) => {
            let message = "properties are an object, as `{\"turnoverUsd\": 1}`";
            writing.at("properties", |it| it.fail(FieldError::input(message)));
            Map::new()
        }
    }
}

/// The id of the entity that the field `name` refers to; where there is none, which is told, an
/// empty one, which no entity has.
fn entity(writing: &mut Writing<'_>, input: &Input, name: &str) -> String {
    let reference = input.field(name).expect("it is required");
    let node = decode::known(&writing.context(), reference);
    let node = writing.at(name, |it| it.take(node));
    node.map(|it| writing.id(it)).unwrap_or_default()
}

/// The same where the field may be absent.
fn maybe_entity(writing: &mut Writing<'_>, input: &Input, name: &str) -> Option<String> {
    input.field(name).map(|_| entity(writing, input, name))
}

fn date(input: &Input, name: &str) -> Option<String> {
    match input.field(name) {
        Some(Input::Date(it)) => Some(it.to_string()),
        _ => None,
    }
}

fn number(input: &Input, name: &str) -> Option<f64> {
    match input.field(name) {
        Some(Input::Float(it)) => Some(*it),
        _ => None,
    }
}
