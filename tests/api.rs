//! GraphQL documents and their answers, over the article's facts and over an ontology that uses
//! every part of the language.
//!
//! `tests/api/{news,film}/*.graphql` hold operations; the file of the same name in `.json` holds
//! the answer to each. `UPDATE_EXPECT=1 cargo test --test api` writes them anew.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/facts.rs"]
mod facts;

use std::{fs, path::Path};

use expect_test::expect_file;
use relata::{
    api::{Api, Limits, Request},
    graph::Graph,
    model::Timestamp,
    ontology::DEFAULT_SOURCE,
};
use serde_json::{Map, Value};

fn news() -> Graph {
    facts::graph(DEFAULT_SOURCE, include_str!("../data/facts.jsonl"))
}

fn film() -> Graph {
    facts::graph(include_str!("api/film/schema.sdl"), include_str!("api/film/facts.jsonl"))
}

/// Answers every operation of every document in `folder` over `graph`.
fn check(folder: &str, graph: &Graph) {
    let api = Api::new(graph.clone(), Limits::default()).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api").join(folder);
    let files = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let mut documents: Vec<_> =
        files.filter(|it| it.extension().is_some_and(|it| it == "graphql")).collect();
    documents.sort();
    assert!(!documents.is_empty());
    for path in documents {
        let document = fs::read_to_string(&path).unwrap();
        let answers: Map<_, _> =
            operations(&document).map(|it| (it.to_owned(), answer(&api, &document, it))).collect();
        let answers = serde_json::to_string_pretty(&answers).unwrap() + "\n";
        expect_file![path.with_extension("json")].assert_eq(&answers);
    }
}

/// The names of the operations in a document, each of which begins a line.
fn operations(document: &str) -> impl Iterator<Item = &str> {
    let named = document.lines().filter_map(|it| it.strip_prefix("query "));
    named.map(|it| it.split([' ', '(']).next().unwrap())
}

fn answer(api: &Api, query: &str, operation: &str) -> Value {
    let request = Request { query, operation_name: Some(operation), variables: None };
    let mut answer = serde_json::from_slice(&api.execute(request).body).unwrap();
    forget_clock(&mut answer);
    answer
}

/// Replaces moments of recording, which differ from run to run.
fn forget_clock(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if name == "recordedAt" {
                    assert!(value.as_str().unwrap().parse::<Timestamp>().unwrap().micros() > 0);
                    *value = "the present".into();
                }
                forget_clock(value);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(forget_clock),
        _ => (),
    }
}

#[test]
fn news_are_answered() {
    check("news", &news());
}

#[test]
fn films_are_answered() {
    check("film", &film());
}

#[test]
fn the_schema_of_the_default_ontology_is_as_checked_in() {
    let api = Api::new(news(), Limits::default()).unwrap();
    expect_file!["snapshots/default.graphql"].assert_eq(&api.sdl());
}
