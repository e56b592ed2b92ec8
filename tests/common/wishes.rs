//! Wishes written as JSON, in the form of the interchange files.

use relata::graph::{Draft, EntityWish, EvidenceWish, RelationshipWish, Wish};
use serde_json::{Map, Value};

/// The draft of some wishes: a JSON object a line.
pub(crate) fn draft(lines: &str) -> Draft {
    let lines = lines.lines().map(str::trim).filter(|it| !it.is_empty());
    Draft { wishes: lines.map(|it| wish(serde_json::from_str(it).unwrap())).collect() }
}

fn wish(mut json: Map<String, Value>) -> Wish {
    let wish = if json.contains_key("source") {
        Wish::AssertRelationship(RelationshipWish {
            id: text(&mut json, "id"),
            relation: text(&mut json, "type").unwrap_or_default(),
            source: text(&mut json, "source").unwrap_or_default(),
            target: text(&mut json, "target").unwrap_or_default(),
            valid_from: text(&mut json, "validFrom"),
            valid_to: text(&mut json, "validTo"),
            confidence: number(&mut json, "confidence"),
            properties: object(&mut json, "properties"),
            evidence: list(&mut json, "evidence").into_iter().map(evidence).collect(),
        })
    } else {
        Wish::PutEntity(EntityWish {
            id: text(&mut json, "id").unwrap_or_default(),
            kind: text(&mut json, "type").unwrap_or_default(),
            name: text(&mut json, "name"),
            aliases: json.remove("aliases").map(|it| serde_json::from_value(it).unwrap()),
            properties: object(&mut json, "properties"),
            ..EntityWish::default()
        })
    };
    json.remove("kind");
    assert!(json.is_empty(), "a wish has no {json:?}");
    wish
}

fn evidence(json: Value) -> EvidenceWish {
    let Value::Object(mut json) = json else { panic!("evidence is an object") };
    let wish = EvidenceWish {
        document: text(&mut json, "document").unwrap_or_default(),
        cited_source: text(&mut json, "citedSource"),
        stated_by: text(&mut json, "statedBy"),
        stated_at: text(&mut json, "statedAt"),
        locator: text(&mut json, "locator"),
        quote: text(&mut json, "quote"),
        summary: text(&mut json, "summary"),
        modality: text(&mut json, "modality"),
        stance: text(&mut json, "stance"),
        confidence: number(&mut json, "confidence"),
        method: text(&mut json, "method"),
    };
    assert!(json.is_empty(), "evidence has no {json:?}");
    wish
}

fn text(json: &mut Map<String, Value>, name: &str) -> Option<String> {
    json.remove(name).map(|it| it.as_str().unwrap().to_owned())
}

fn number(json: &mut Map<String, Value>, name: &str) -> Option<f64> {
    json.remove(name).map(|it| it.as_f64().unwrap())
}

fn object(json: &mut Map<String, Value>, name: &str) -> Map<String, Value> {
    json.remove(name).map(|it| it.as_object().unwrap().clone()).unwrap_or_default()
}

fn list(json: &mut Map<String, Value>, name: &str) -> Vec<Value> {
    json.remove(name).map(|it| it.as_array().unwrap().clone()).unwrap_or_default()
}
