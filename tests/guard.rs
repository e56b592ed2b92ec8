//! Documents made to cost: each is refused with a code and few bytes, or answered.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/random_document.rs"]
mod random_document;
#[path = "common/things.rs"]
mod things;

use std::{fmt::Write as _, sync::Arc};

use fastrand::Rng;
use random_document::{Words, random_document};
use relata::{
    api::{Api, Limits, Outcome, Request},
    graph::{Graph, Options},
    ontology::{DEFAULT_SOURCE, Ontology},
    store::MemoryStore,
};
use serde_json::{Value as Json, value::RawValue};

/// The largest refusal.
const REFUSAL_BYTES_MAX: usize = 16 * 1024;

fn execute(api: &Api, query: &str) -> (Outcome, Json, usize) {
    let request = Request { query, operation_name: None, variables: None };
    let response = api.execute(request);
    let length = response.body.len();
    (response.outcome, serde_json::from_slice(&response.body).unwrap(), length)
}

/// Each document is refused with the code; all of its errors have it.
fn check(cases: &[(&str, String)]) {
    let api = things::api(Limits::default());
    for (code, document) in cases {
        let (outcome, response, length) = execute(&api, document);
        let start = &document[..document.len().min(200)];
        assert_eq!(outcome, Outcome::Refused, "{start}");
        assert!(response.get("data").is_none(), "{start}");
        assert!(length < REFUSAL_BYTES_MAX, "{length} bytes for {start}");
        let errors = response["errors"].as_array().unwrap();
        assert!((1..=20).contains(&errors.len()), "{start}");
        for error in errors {
            assert_eq!(error["extensions"]["code"], *code, "{error} {start}");
        }
    }
}

/// Fragments of which each spreads the next twice.
fn bomb(levels: usize, leaf: &str) -> String {
    let mut document = "{ ...F0 }".to_owned();
    for level in 0..levels {
        let next = level + 1;
        write!(document, "fragment F{level} on Query{{...F{next}...F{next}}}").unwrap();
    }
    write!(document, "fragment F{levels} on Query{{{leaf}}}").unwrap();
    document
}

#[test]
fn fragments_that_multiply_are_refused() {
    let many = "...F1 ".repeat(50);
    let thrice = (0..8)
        .map(|it| format!("fragment F{it} on Query {{ {} }}", format!("...F{} ", it + 1).repeat(9)))
        .collect::<String>();
    check(&[
        ("QUERY_TOO_COMPLEX", bomb(24, "name")),
        ("QUERY_TOO_COMPLEX", format!("{{ ...F0 }} {thrice} fragment F8 on Query {{ name }}")),
        (
            "QUERY_TOO_COMPLEX",
            format!(
                "{{ ...F0 }} fragment F0 on Query {{ {many} }} fragment F1 on Query {{ {} }}",
                "name ".repeat(50)
            ),
        ),
        ("QUERY_TOO_COMPLEX", bomb(24, "...Nowhere")),
        // Even where no operation spreads them.
        ("QUERY_TOO_COMPLEX", bomb(24, "name").replace("{ ...F0 }", "{ name }")),
        (
            "GRAPHQL_VALIDATION_FAILED",
            "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }".to_owned(),
        ),
        ("GRAPHQL_VALIDATION_FAILED", "{ name } fragment A on Query { thing { ...A } }".to_owned()),
        (
            "GRAPHQL_VALIDATION_FAILED",
            bomb(24, "").replace("F24 on Query{}", "F24 on Query{...F0}"),
        ),
    ]);
}

#[test]
fn long_documents_are_refused() {
    let fields = (0..10_000).map(|it| format!("f{it} ")).collect::<String>();
    let unknown = (0..1_900).map(|it| format!("f{it} ")).collect::<String>();
    let long = "f".repeat(60_000);
    let aliases = (0..51).map(|it| format!("a{it}: name ")).collect::<String>();
    let directives = format!("name {}", "@include(if: true) ".repeat(300));
    let operations = (0..51).map(|it| format!("query Q{it} {{ name }} ")).collect::<String>();
    check(&[
        ("QUERY_TOO_COMPLEX", format!("{{ {} }}", "name ".repeat(60_000))),
        ("QUERY_TOO_COMPLEX", format!("{{ {} }}", "name,".repeat(3_000))),
        ("QUERY_TOO_COMPLEX", format!("{{ {fields} }}")),
        ("GRAPHQL_VALIDATION_FAILED", format!("{{ {unknown} }}")),
        ("GRAPHQL_VALIDATION_FAILED", format!("{{ {long} }}")),
        ("GRAPHQL_VALIDATION_FAILED", format!("{{ echo(text: {long}) }}")),
        ("QUERY_TOO_COMPLEX", format!("{{ {aliases} }}")),
        ("QUERY_TOO_COMPLEX", format!("{{ {directives} }}")),
        ("QUERY_TOO_COMPLEX", operations),
        ("QUERY_TOO_COMPLEX", format!("# {}\n{{ name }}", "x".repeat(70_000))),
    ]);
}

#[test]
fn deep_documents_are_refused() {
    let nested = |n: usize| format!("{{ {} name {} }}", "thing {".repeat(n), "}".repeat(n));
    check(&[
        ("QUERY_TOO_DEEP", nested(16)),
        ("QUERY_TOO_DEEP", nested(1_000)),
        ("QUERY_TOO_DEEP", "{".repeat(60_000)),
        ("QUERY_TOO_DEEP", format!("{{ echo(numbers: {}", "[".repeat(60_000))),
        ("QUERY_TOO_DEEP", format!("{{ echo(outer: {}", "{a:".repeat(10_000))),
        ("QUERY_TOO_DEEP", format!("{{ {} name {} }}", "... {".repeat(100), "}".repeat(100))),
        ("GRAPHQL_PARSE_FAILED", format!("{{ name {}", "}".repeat(3_000))),
        ("GRAPHQL_PARSE_FAILED", format!("query ($a: {}", "Int! ".repeat(500))),
    ]);
}

#[test]
fn what_is_no_graphql_is_refused() {
    check(&[
        ("GRAPHQL_PARSE_FAILED", String::new()),
        ("GRAPHQL_PARSE_FAILED", "{".to_owned()),
        ("GRAPHQL_PARSE_FAILED", "{ name".to_owned()),
        ("GRAPHQL_PARSE_FAILED", "{ name \"".to_owned()),
        ("GRAPHQL_PARSE_FAILED", "{ name(x: \"\"\"".to_owned()),
        ("GRAPHQL_PARSE_FAILED", "\u{0}\u{1}\u{2}".to_owned()),
        ("GRAPHQL_PARSE_FAILED", "{ echo(text: \"\\ud800\") }".to_owned()),
        ("GRAPHQL_PARSE_FAILED", "select * from entities".to_owned()),
        ("GRAPHQL_VALIDATION_FAILED", "type A { b: Int }".to_owned()),
        ("GRAPHQL_VALIDATION_FAILED", "mutation { createThing }".to_owned()),
        ("GRAPHQL_VALIDATION_FAILED", "subscription { changes }".to_owned()),
        ("OPERATION_RESOLUTION_FAILURE", "query A { name } query B { name }".to_owned()),
    ]);
}

#[test]
fn numbers_beyond_all_bounds_are_refused() {
    let digits = "9".repeat(50_000);
    check(&[
        ("GRAPHQL_VALIDATION_FAILED", "{ echo(number: 4294967296) }".to_owned()),
        ("GRAPHQL_VALIDATION_FAILED", format!("{{ echo(number: {digits}) }}")),
        ("GRAPHQL_VALIDATION_FAILED", format!("{{ echo(number: -{digits}) }}")),
        ("GRAPHQL_VALIDATION_FAILED", format!("{{ echo(number: 1e{digits}) }}")),
        ("GRAPHQL_VALIDATION_FAILED", format!("{{ echo(date: \"{digits}\") }}")),
        ("BAD_USER_INPUT", "{ page(first: 2147483647) { name } }".to_owned()),
        ("BAD_USER_INPUT", "{ page(first: -2147483648) { name } }".to_owned()),
    ]);
}

#[test]
fn spoilt_documents_and_variables_never_fail_by_our_fault() {
    let api = things::api(Limits { cost_max: u64::MAX, ..Limits::default() });
    let words = Words { ids: &["a"], texts: &["", "\"\\\u{1F600}"], dates: &["2018"] };
    let pieces = [
        "{", "}", "\"", "$", "...", "[", ")", ":", " on ", "#", "null", "-", "\u{0}", "é", "@skip",
    ];
    for seed in 0..2_000 {
        let mut rng = Rng::with_seed(seed);
        let document = random_document(api.table(), words, &mut rng);
        let variables = Json::Object(document.variables).to_string();
        let spoilt = spoil(&document.text, &pieces, &mut rng);
        let raw = RawValue::from_string(spoil(&variables, &pieces, &mut rng));
        let raw = raw.or_else(|_| RawValue::from_string(variables)).unwrap();
        let request = Request { query: &spoilt, operation_name: None, variables: Some(&raw) };
        let response = api.execute(request);
        assert_ne!(response.outcome, Outcome::Failed, "seed {seed}\n{spoilt}\n{raw}");
        serde_json::from_slice::<Json>(&response.body).unwrap();
    }
}

/// The text with a few characters gone and a few pieces more.
fn spoil(text: &str, pieces: &[&str], rng: &mut Rng) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..rng.usize(0..3) {
        let at = rng.usize(0..characters.len());
        let length = rng.usize(0..4).min(characters.len() - at);
        let piece = pieces[rng.usize(0..pieces.len())];
        characters.splice(at..at + length, piece.chars());
    }
    characters.into_iter().collect()
}

#[test]
fn introspection_is_answered_but_not_multiplied() {
    let ontology = Ontology::parse("schema.graphql", DEFAULT_SOURCE).unwrap();
    let store = Arc::new(MemoryStore::default());
    let graph = Graph::open(store, Some(ontology), Options::default()).unwrap();
    for api in [things::api(Limits::default()), Api::new(graph, Limits::default()).unwrap()] {
        let (outcome, response, _) = execute(&api, INTROSPECTION);
        assert_eq!(outcome, Outcome::Executed, "{response}");
        assert!(response.get("errors").is_none(), "{response}");
        assert_eq!(response["data"]["__schema"]["queryType"]["name"], "Query");
    }

    let (_, whole) = INTROSPECTION.split_once("query IntrospectionQuery {").unwrap();
    let (whole, fragments) = whole.split_once("\n}").unwrap();
    let aliased = (0..50)
        .map(|it| whole.replace("__schema", &format!("a{it}: __schema")))
        .collect::<String>();
    let types = (0..50).map(|it| {
        format!(
            "a{it}: types {{ fields {{ name args {{ name }} type {{ fields {{ name }} }} }} }} "
        )
    });
    check(&[
        ("QUERY_TOO_COMPLEX", format!("{{ {aliased} }} {fragments}")),
        ("QUERY_TOO_COMPLEX", format!("{{ __schema {{ {} }} }}", types.collect::<String>())),
    ]);
    let levels = |n: usize| {
        let open = "type { fields { ".repeat(n);
        format!("{{ __schema {{ types {{ fields {{ {open} name {} }} }} }} }}", "} } ".repeat(n))
    };
    check(&[("QUERY_TOO_DEEP", levels(3)), ("QUERY_TOO_DEEP", levels(12))]);
}

#[test]
fn introspection_can_be_switched_off() {
    let api = things::api(Limits { introspection: false, ..Limits::default() });
    for document in
        [INTROSPECTION, "{ name ...F } fragment F on Query { __type(name: \"A\") { name } }"]
    {
        let (outcome, response, _) = execute(&api, document);
        assert_eq!(outcome, Outcome::Refused);
        assert_eq!(response["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
    }
    assert_eq!(execute(&api, "{ __typename }").0, Outcome::Executed);
}

/// The query with which graphql-js 16 and GraphiQL ask for a schema, with everything they can ask.
const INTROSPECTION: &str = r"
query IntrospectionQuery {
  __schema {
    description
    queryType { name }
    mutationType { name }
    subscriptionType { name }
    types { ...FullType }
    directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } }
  }
}
fragment FullType on __Type {
  kind
  name
  description
  specifiedByURL
  isOneOf
  fields(includeDeprecated: true) {
    name
    description
    args(includeDeprecated: true) { ...InputValue }
    type { ...TypeRef }
    isDeprecated
    deprecationReason
  }
  inputFields(includeDeprecated: true) { ...InputValue }
  interfaces { ...TypeRef }
  enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
  possibleTypes { ...TypeRef }
}
fragment InputValue on __InputValue {
  name
  description
  type { ...TypeRef }
  defaultValue
  isDeprecated
  deprecationReason
}
fragment TypeRef on __Type {
  kind
  name
  ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
    ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } }
}
";
