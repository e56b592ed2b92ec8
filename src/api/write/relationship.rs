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
        properties: properties(writing, input),
        ..said(writing, input)
    };
    let source = entity(writing, input, "source");
    let target = entity(writing, input, "target");
    let wish = RelationshipWish { source: source?, target: target?, ..wish };
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
    let items = list.map_or(&[][..], Input::items);
    let mut wishes = Vec::with_capacity(items.len());
    for (index, it) in items.iter().enumerate() {
        wishes.extend(writing.at(&format!("evidence[{index}]"), |writing| piece(writing, it)));
    }
    wishes
}

/// The argument `expectedRevision`.
///
/// # Errors
///
/// It is negative.
pub(in crate::api) fn expected_revision(args: &Args) -> Result<Option<Revision>, FieldError> {
    let revision = |it| {
        let message = || format!("`expectedRevision` is {it}; no revision is negative");
        u64::try_from(it).map(Revision).map_err(|_| FieldError::input(message()))
    };
    args.int("expectedRevision").map(revision).transpose()
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

fn piece(writing: &mut Writing<'_>, input: &Input) -> Option<EvidenceWish> {
    let text = |name| input.field(name).map(|it| it.text().to_owned());
    let document = entity(writing, input, "document");
    let cited_source = maybe_entity(writing, input, "citedSource");
    let stated_by = maybe_entity(writing, input, "statedBy");
    Some(EvidenceWish {
        document: document?,
        cited_source: cited_source?,
        stated_by: stated_by?,
        stated_at: date(input, "statedAt"),
        locator: text("locator"),
        quote: text("quote"),
        summary: text("summary"),
        modality: text("modality"),
        stance: text("stance"),
        confidence: number(input, "confidence"),
        method: text("method"),
    })
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

/// The id of the entity that the field `name` refers to.
fn entity(writing: &mut Writing<'_>, input: &Input, name: &str) -> Option<String> {
    let reference = input.field(name).expect("it is required");
    let node = decode::known(&writing.context(), reference);
    let node = writing.at(name, |it| it.take(node))?;
    Some(writing.id(node))
}

/// The same where the field may be absent; the outer `None` where something is wrong.
fn maybe_entity(writing: &mut Writing<'_>, input: &Input, name: &str) -> Option<Option<String>> {
    match input.field(name) {
        Some(_) => entity(writing, input, name).map(Some),
        None => Some(None),
    }
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
