//! Documents by the rules of validation: relata's verdict on each must be the one that is recorded
//! with it, which `tests/validation/verify.js` holds against graphql-js.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/demo.rs"]
mod demo;

use std::{fs, path::Path};

use relata::api::{Api, Outcome, Request};
use serde_json::{Value as Json, value::RawValue};

/// The file whose documents come with variables, in a comment before each.
const VARIABLES: &str = "variables";

/// A document of the corpus.
struct Case {
    /// Where it is and why it is there.
    name: String,
    /// The verdict that is recorded: what graphql-js says, or relata where that differs.
    verdict: String,
    document: String,
}

/// The cases of one file: each begins with `### VERDICT[, here VERDICT]: why`.
fn cases(path: &Path) -> Vec<Case> {
    let text = format!("\n{}", fs::read_to_string(path).unwrap());
    let file = path.file_stem().unwrap().to_str().unwrap();
    let case = |it: &str| {
        let (heading, document) = it.split_once('\n').unwrap();
        let (verdict, why) = heading.split_once(": ").unwrap();
        Case {
            name: format!("{file}: {why}"),
            verdict: verdict.rsplit(", here ").next().unwrap().to_owned(),
            document: shown(document.trim_end()),
        }
    };
    text.split("\n### ").skip(1).map(case).collect()
}

/// The text that a file means: a character that it cannot show is written as `⟦U+FEFF⟧`.
fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("⟦U+") {
        let (code, after) = after.split_once('⟧').unwrap();
        shown.push_str(before);
        shown.push(char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap());
        rest = after;
    }
    shown + rest
}

/// What relata says of a document. No operation has the name that is asked for, so none is executed.
fn verdict(api: &Api, document: &str) -> String {
    let response =
        api.execute(Request { query: document, operation_name: Some(""), variables: None });
    assert_eq!(response.outcome, Outcome::Refused, "{document}");
    let body: Json = serde_json::from_slice(&response.body).unwrap();
    match body["errors"][0]["extensions"]["code"].as_str().unwrap() {
        "OPERATION_RESOLUTION_FAILURE" => "valid",
        "GRAPHQL_VALIDATION_FAILED" => "invalid",
        "GRAPHQL_PARSE_FAILED" => "unparsable",
        code => code,
    }
    .to_owned()
}

/// What relata says of the variables that a document begins with.
fn verdict_on_variables(api: &Api, document: &str) -> String {
    let given = document.strip_prefix("# ").unwrap().lines().next().unwrap();
    let variables = RawValue::from_string(given.to_owned()).unwrap();
    let request = Request { query: document, operation_name: None, variables: Some(&variables) };
    let response = api.execute(request);
    let body: Json = serde_json::from_slice(&response.body).unwrap();
    match (response.outcome, body["errors"][0]["extensions"]["code"].as_str()) {
        (Outcome::Executed, None) => "accepted".to_owned(),
        (Outcome::Refused, Some("BAD_USER_INPUT")) => "refused".to_owned(),
        _ => body.to_string(),
    }
}

/// Holds the verdicts on the documents of all files but that of variables, or of that alone.
fn check(of_variables: bool, verdict: fn(&Api, &str) -> String, cases_min: usize) {
    let api = demo::api();
    let mut files: Vec<_> =
        fs::read_dir("tests/validation").unwrap().map(|it| it.unwrap().path()).collect();
    files.retain(|it| it.extension().is_some_and(|it| it == "graphql"));
    files.retain(|it| (it.file_stem().unwrap() == VARIABLES) == of_variables);
    files.sort();
    let cases: Vec<_> = files.iter().flat_map(|it| cases(it)).collect();
    assert!(cases.len() >= cases_min, "{}", cases.len());
    let wrong = cases.iter().filter_map(|it| {
        let found = verdict(&api, &it.document);
        (found != it.verdict)
            .then(|| format!("{}: {found}, not {}\n{}\n", it.name, it.verdict, it.document))
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{} verdicts are others\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn documents_have_the_verdict_that_is_recorded() {
    check(false, verdict, 500);
}

#[test]
fn variables_have_the_verdict_that_is_recorded() {
    check(true, verdict_on_variables, 100);
}

#[test]
fn variables_stand_within_any_json() {
    let query = r#"mutation ($turnover: Float!, $how: Comparator, $none: Float) {
        assertRelationships(input: {
            type: TRADES_WITH, source: {id: "country:RUS"}, target: {id: "country:ARM"}
            properties: {turnoverUsd: $turnover, comparator: $how, none: $none}
        }) { relationships { propertiesJson } }
    }"#;
    let variables = RawValue::from_string(r#"{"turnover": 2, "how": "GT"}"#.to_owned()).unwrap();
    let request = Request { query, operation_name: None, variables: Some(&variables) };
    let response = String::from_utf8(demo::api().execute(request).body).unwrap();
    assert_eq!(
        response,
        r#"{"data":{"assertRelationships":{"relationships":[{"propertiesJson":{"turnoverUsd":2.0,"comparator":"GT"}}]}}}"#
    );
}

#[test]
fn an_argument_without_a_colon_is_told_with_its_place() {
    let query = "{\r\n  stats { entities }\n  countries(limit: 1 offset) { name }\n}";
    let request = Request { query, operation_name: None, variables: None };
    let response = String::from_utf8(demo::api().execute(request).body).unwrap();
    assert_eq!(
        response,
        r#"{"errors":[{"message":"syntax error: expected a `:` and a value after `offset`","locations":[{"line":3,"column":22}],"extensions":{"code":"GRAPHQL_PARSE_FAILED"}}]}"#
    );
}
