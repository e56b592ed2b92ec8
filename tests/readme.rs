//! Every query in README.md gives the answer that stands below it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/demo.rs"]
mod demo;

use relata::api::Request;
use serde_json::Value;

const README: &str = include_str!("../README.md");

/// At least so many are printed; fewer found means that this test no longer sees them.
const QUERIES_MIN: usize = 5;

#[test]
fn every_query_has_the_answer_that_is_printed() {
    let api = demo::api();
    let section = between(README, "## What you can ask", "**A larger graph.**");
    let mut queries = 0;
    for part in section.split("```graphql\n").skip(1) {
        let (query, rest) = part.split_once("```").unwrap();
        let answer = between(rest, "```json\n", "```");
        let request = Request { query, operation_name: None, variables: None };
        let given: Value = serde_json::from_slice(&api.execute(request).body).unwrap();
        let printed: Value = serde_json::from_str(answer).unwrap();
        assert_eq!(given.to_string(), printed.to_string(), "{query}");
        queries += 1;
    }
    assert!(queries >= QUERIES_MIN, "{queries} queries found");
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let from = text.split_once(start).unwrap().1;
    from.split_once(end).map_or(from, |it| it.0)
}
