//! Graphs from lines of facts.

use std::sync::Arc;

use relata::{
    graph::{Draft, EntityWish, EvidenceWish, Graph, Options, RelationshipWish, Wish},
    ontology::Ontology,
    store::MemoryStore,
};
use serde_json::Value;

/// A graph in memory over the ontology `source` with the facts of `lines`, one JSON object a line.
pub(crate) fn graph(source: &str, lines: &str) -> Graph {
    let ontology = Ontology::parse("schema.graphql", source).unwrap();
    let graph = Graph::open(Arc::new(MemoryStore::default()), Some(ontology), Options::default());
    let graph = graph.unwrap();
    let lines = lines.lines().filter(|it| !it.is_empty());
    let wishes = lines.map(|it| wish(&serde_json::from_str(it).unwrap())).collect();
    graph.commit_blocking(Draft { wishes }).unwrap();
    graph
}

fn wish(fact: &Value) -> Wish {
    let text = |name: &str| fact[name].as_str().map(str::to_owned);
    let required = |name: &str| text(name).unwrap();
    let properties = fact["properties"].as_object().cloned().unwrap_or_default();
    if fact["kind"] == "entity" {
        let aliases = fact["aliases"].as_array();
        return Wish::PutEntity(EntityWish {
            id: required("id"),
            kind: required("type"),
            name: text("name"),
            aliases: aliases.map(|it| it.iter().map(|it| it.as_str().unwrap().into()).collect()),
            properties,
            ..EntityWish::default()
        });
    }
    let evidence = fact["evidence"].as_array().map(Vec::as_slice).unwrap_or_default();
    Wish::AssertRelationship(RelationshipWish {
        id: text("id"),
        relation: required("type"),
        source: required("source"),
        target: required("target"),
        valid_from: text("validFrom"),
        valid_to: text("validTo"),
        confidence: fact["confidence"].as_f64(),
        properties,
        evidence: evidence.iter().map(piece).collect(),
    })
}

fn piece(fact: &Value) -> EvidenceWish {
    let text = |name: &str| fact[name].as_str().map(str::to_owned);
    EvidenceWish {
        document: text("document").unwrap(),
        cited_source: text("citedSource"),
        stated_by: text("statedBy"),
        stated_at: text("statedAt"),
        locator: text("locator"),
        quote: text("quote"),
        summary: text("summary"),
        modality: text("modality"),
        stance: text("stance"),
        confidence: fact["confidence"].as_f64(),
        method: text("method"),
    }
}
