//! One line of the interchange form as a wish.

use std::str;

use serde::Deserialize;
use serde_json::{Map, Value, error::Category};

use crate::{
    graph::{EntityWish, EvidenceWish, RelationshipWish, Wish},
    ontology::did_you_mean,
};

/// What is recorded as the method of evidence that names none.
const METHOD: &str = "import:jsonl";

const ENTITY_KEYS: &[&str] = &["kind", "id", "type", "name", "aliases", "properties"];
const RELATIONSHIP_KEYS: &[&str] = &[
    "kind",
    "id",
    "type",
    "source",
    "target",
    "validFrom",
    "validTo",
    "confidence",
    "properties",
    "evidence",
];
const EVIDENCE_KEYS: &[&str] = &[
    "document",
    "citedSource",
    "statedBy",
    "statedAt",
    "locator",
    "quote",
    "summary",
    "modality",
    "stance",
    "confidence",
    "method",
];

/// Which of the two things a line describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum LineKind {
    Entity,
    Relationship,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Line {
    kind: LineKind,
    id: Option<String>,
    r#type: String,
    name: Option<String>,
    aliases: Option<Vec<String>>,
    source: Option<String>,
    target: Option<String>,
    valid_from: Option<String>,
    valid_to: Option<String>,
    confidence: Option<f64>,
    #[serde(default)]
    properties: Map<String, Value>,
    evidence: Option<Vec<EvidenceLine>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct EvidenceLine {
    document: String,
    cited_source: Option<String>,
    stated_by: Option<String>,
    stated_at: Option<String>,
    locator: Option<String>,
    quote: Option<String>,
    summary: Option<String>,
    modality: Option<String>,
    stance: Option<String>,
    confidence: Option<f64>,
    method: Option<String>,
}

impl LineKind {
    /// The kind of a line, from its first few bytes, as `export` and most programs write them;
    /// `None` where only a parser can tell.
    pub(super) fn glance(line: &[u8]) -> Option<Self> {
        let rest = line.strip_prefix(b"{\"kind\":")?;
        match rest.strip_prefix(b" ").unwrap_or(rest) {
            [b'"', b'e', ..] => Some(Self::Entity),
            [b'"', b'r', ..] => Some(Self::Relationship),
            _ => None,
        }
    }
}

/// Reads one line. One pass over its bytes, unless it is wrong.
///
/// # Errors
///
/// What is wrong with it, and what to write.
pub(super) fn parse(line: &[u8]) -> Result<Wish, String> {
    let text = str::from_utf8(line).map_err(|it| {
        format!("byte {} is not UTF-8; save the file as UTF-8", it.valid_up_to() + 1)
    })?;
    let line = serde_json::from_str(text).map_err(|it| explain(text, &it))?;
    wish(line).map_err(|()| misplaced(text))
}

/// The wish of a line; fails where a key belongs to the other kind, or one is missing.
fn wish(line: Line) -> Result<Wish, ()> {
    match line.kind {
        LineKind::Entity => entity(line).map(Wish::PutEntity),
        LineKind::Relationship => relationship(line).map(Wish::AssertRelationship),
    }
}

fn entity(line: Line) -> Result<EntityWish, ()> {
    let Line {
        id: Some(id),
        r#type: kind,
        name,
        aliases,
        properties,
        source: None,
        target: None,
        valid_from: None,
        valid_to: None,
        confidence: None,
        evidence: None,
        ..
    } = line
    else {
        return Err(());
    };
    Ok(EntityWish { id, kind, name, aliases, properties, ..EntityWish::default() })
}

fn relationship(line: Line) -> Result<RelationshipWish, ()> {
    let Line { source: Some(source), target: Some(target), name: None, aliases: None, .. } = line
    else {
        return Err(());
    };
    Ok(RelationshipWish {
        id: line.id,
        relation: line.r#type,
        source,
        target,
        valid_from: line.valid_from,
        valid_to: line.valid_to,
        confidence: line.confidence,
        properties: line.properties,
        evidence: line.evidence.into_iter().flatten().map(evidence).collect(),
    })
}

fn evidence(line: EvidenceLine) -> EvidenceWish {
    EvidenceWish {
        document: line.document,
        cited_source: line.cited_source,
        stated_by: line.stated_by,
        stated_at: line.stated_at,
        locator: line.locator,
        quote: line.quote,
        summary: line.summary,
        modality: line.modality,
        stance: line.stance,
        confidence: line.confidence,
        method: line.method.or_else(|| Some(METHOD.to_owned())),
    }
}

/// What is wrong with a line that is no [`Line`].
fn explain(text: &str, error: &serde_json::Error) -> String {
    if error.classify() == Category::Data
        && let Some(problem) = key_problem(text)
    {
        return problem;
    }
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = message.strip_suffix(&place).unwrap_or(&message);
    if error.classify() == Category::Eof {
        return format!("the line ends before the JSON does: {message}");
    }
    format!("column {}: {message}", error.column())
}

/// What is wrong with a line whose keys do not fit its kind.
fn misplaced(text: &str) -> String {
    key_problem(text).expect("only keys out of place and missing ends are refused after parsing")
}

/// The first thing wrong with the keys of a line, or with its `kind`.
fn key_problem(text: &str) -> Option<String> {
    let Value::Object(line) = serde_json::from_str(text).ok()? else {
        return Some("a line is a JSON object, as `{\"kind\":\"entity\", …}`".to_owned());
    };
    let (what, known, needed): (_, _, &[&str]) = match line.get("kind").and_then(Value::as_str) {
        Some("entity") => ("an entity", ENTITY_KEYS, &["id", "type"]),
        Some("relationship") => {
            ("a relationship", RELATIONSHIP_KEYS, &["type", "source", "target"])
        }
        _ => return Some("`kind` must be `\"entity\"` or `\"relationship\"`".to_owned()),
    };
    let evidence = line.get("evidence").and_then(Value::as_array);
    unknown_key(&line, what, known)
        .or_else(|| missing_key(&line, what, needed))
        .or_else(|| evidence?.iter().find_map(evidence_problem))
}

fn evidence_problem(evidence: &Value) -> Option<String> {
    let evidence = evidence.as_object()?;
    unknown_key(evidence, "evidence", EVIDENCE_KEYS)
        .or_else(|| missing_key(evidence, "evidence", &["document"]))
}

fn unknown_key(object: &Map<String, Value>, what: &str, known: &[&str]) -> Option<String> {
    let key = object.iter().find(|(key, value)| {
        // `null` is the same as nothing, but only under a key that one of the two kinds has.
        let elsewhere =
            value.is_null() && [ENTITY_KEYS, RELATIONSHIP_KEYS].concat().contains(&key.as_str());
        !known.contains(&key.as_str()) && !elsewhere
    });
    let (key, _) = key?;
    let hint = did_you_mean(key, known.iter().copied());
    if !hint.is_empty() {
        return Some(format!("{what} has no `{key}`{hint}"));
    }
    let keys = known.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
    Some(format!("{what} has no `{key}`; it may have {keys}"))
}

fn missing_key(object: &Map<String, Value>, what: &str, needed: &[&str]) -> Option<String> {
    let key = needed.iter().find(|it| object.get(**it).is_none_or(Value::is_null))?;
    Some(format!("{what} needs `{key}`"))
}
