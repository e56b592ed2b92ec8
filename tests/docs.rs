//! Every query in README.md and in docs/ is answered as it says there.
//!
//! The blocks of a file are asked in order of a graph of its own, which begins as the demo. A block
//! of JSON after a query is its answer, or, where the words between speak of variables, those. What
//! stands in client code is only checked to be valid.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/demo.rs"]
mod demo;

use std::{fs, path::Path};

use relata::{
    api::{Api, Request},
    ontology::Ontology,
};
use serde_json::{Value, value::RawValue};

/// At least so many are printed; fewer found means that this test no longer sees them.
const ANSWERS_MIN: usize = 30;
/// What stands before a document in client code, and what after it.
const QUOTES: [(&str, &str); 4] =
    [("gql`", "`"), ("graphql`", "`"), ("graphql(`", "`"), ("gql(\"\"\"", "\"\"\"")];
/// Directives that clients take out of a document before they send it.
const CLIENT_DIRECTIVES: [&str; 2] = ["@connection(", "@refetchable("];

/// A fenced block, and the words before it.
struct Block<'a> {
    before: &'a str,
    language: &'a str,
    text: &'a str,
}

#[test]
fn every_query_has_the_answer_that_is_printed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![root.join("README.md")];
    files.extend(fs::read_dir(root.join("docs")).unwrap().map(|it| it.unwrap().path()));
    files.retain(|it| it.extension().is_some_and(|it| it == "md"));
    assert!(files.len() > 1);
    let answers: usize = files.iter().map(|it| check(&fs::read_to_string(it).unwrap())).sum();
    assert!(answers >= ANSWERS_MIN, "{answers} answers found");
}

/// Asks everything in a file, and gives the number of answers in it.
fn check(text: &str) -> usize {
    let api = demo::fresh();
    let mut blocks = blocks(text).into_iter().peekable();
    let mut answers = 0;
    while let Some(block) = blocks.next() {
        match block.language {
            "graphql" if is_schema(block.text) => {
                Ontology::parse("block", block.text).unwrap();
            }
            "graphql" => {
                let speaks_of_variables = |it: &Block<'_>| it.before.contains("ariables");
                let variables =
                    blocks.next_if(|it| it.language == "json" && speaks_of_variables(it));
                let answer = blocks.next_if(|it| it.language == "json");
                answers += usize::from(answer.is_some());
                ask(&api, block.text, variables.map(|it| it.text), answer.map(|it| it.text));
            }
            "js" | "ts" | "tsx" | "python" => check_code(block.text),
            _ => {}
        }
    }
    answers
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut parts = text.split("```");
    let mut before = parts.next().unwrap();
    let mut blocks = Vec::new();
    while let (Some(block), Some(after)) = (parts.next(), parts.next()) {
        let (language, text) = block.split_once('\n').unwrap();
        blocks.push(Block { before, language, text });
        before = after;
    }
    blocks
}

fn is_schema(text: &str) -> bool {
    !["{", "query", "mutation", "subscription"].iter().any(|it| text.starts_with(it))
}

fn ask(api: &Api, query: &str, variables: Option<&str>, answer: Option<&str>) {
    let variables = variables.map(|it| RawValue::from_string(it.trim().to_owned()).unwrap());
    let request = Request { query, operation_name: None, variables: variables.as_deref() };
    if query.starts_with("subscription") {
        assert!(api.subscribe(request).is_ok_and(|it| it.is_some()), "{query}");
        return;
    }
    let given: Value = serde_json::from_slice(&api.execute(request).body).unwrap();
    match answer {
        Some(printed) => {
            let printed: Value = serde_json::from_str(printed).unwrap();
            assert_eq!(given.to_string(), printed.to_string(), "{query}");
        }
        None => assert_eq!(given.get("errors"), None, "{query}"),
    }
}

/// Checks that the documents in client code are valid together.
fn check_code(code: &str) {
    let mut document = String::new();
    let mut rest = code;
    while let Some((start, end)) = QUOTES.iter().find(|it| rest.contains(it.0)) {
        let (text, after) = rest.split_once(start).unwrap().1.split_once(end).unwrap();
        document += text;
        rest = after;
    }
    for directive in CLIENT_DIRECTIVES {
        while let Some((before, after)) = document.split_once(directive) {
            document = before.to_owned() + after.split_once(')').unwrap().1;
        }
    }
    if document.is_empty() {
        return;
    }
    let request = Request { query: &document, operation_name: None, variables: None };
    let given: Value = serde_json::from_slice(&demo::api().execute(request).body).unwrap();
    let code = given["errors"][0]["extensions"]["code"].as_str().unwrap_or_default();
    assert!(!code.starts_with("GRAPHQL_"), "{document}\n{given}");
}
