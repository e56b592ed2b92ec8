//! Random changes to real requests: none makes the server fail, and each refusal is short.
//!
//! Bounded by count and with fixed seeds, for every run of the tests; `fuzz/run` is guided by what the
//! code does.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/demo.rs"]
mod demo;
#[path = "common/hostile.rs"]
mod hostile;
#[path = "common/random_document.rs"]
mod random_document;

use fastrand::Rng;
use relata::api::{Api, Outcome, Request};
use serde::Deserialize;
use serde_json::{Value as Json, value::RawValue};

use self::random_document::{Words, random_document};

/// Requests that are tried.
const COUNT: u64 = 6_000;
/// Bytes of a request that is changed; longer ones are in `tests/hostile.rs`.
const BYTES_MAX: usize = 8 * 1024;
const REFUSAL_BYTES_MAX: usize = 16 * 1024;

/// What stands between characters that mean something, and what is too large, too small or wrong.
const PIECES: &[&str] = &[
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "$",
    "!",
    ":",
    "=",
    "@",
    "|",
    "...",
    "\"",
    "\"\"\"",
    "\\",
    "\\u",
    "#",
    "\n",
    ",",
    "null",
    "true",
    "-0",
    "1e999",
    "-2147483649",
    "9223372036854775808",
    "0x1",
    "on",
    "query",
    "mutation",
    "subscription",
    "fragment",
    "__typename",
    "@skip(if: true)",
    "@include(if: $x)",
    "first: -1",
    "after: \"x\"",
    "\u{0}",
    "\u{202e}",
    "é",
    "🧭",
    "\u{feff}",
];

/// A request, of which either part may be spoilt.
#[derive(Clone, Deserialize)]
struct Seed {
    query: String,
    #[serde(default)]
    variables: Json,
    /// Where it is from.
    #[serde(skip)]
    origin: String,
}

#[test]
fn no_change_to_a_request_makes_the_server_fail() {
    let api = demo::api();
    let corpus = corpus(&api);
    let fields = api.table().types().flat_map(|(_, it)| it.body.fields());
    let names: Vec<&str> = fields.map(|it| &*it.name).collect();
    let (mut executed, mut refused) = (0, 0);
    for seed in 0..COUNT {
        let mut rng = Rng::with_seed(seed);
        let mut request = corpus[rng.usize(0..corpus.len())].clone();
        let other = &corpus[rng.usize(0..corpus.len())];
        for _ in 0..rng.usize(0..3) {
            request.query = match rng.u8(0..3) {
                0 => changed(&request.query, &other.query, &mut rng),
                _ => renamed(&request.query, &names, &mut rng),
            };
        }
        let mut variables = request.variables.to_string();
        if rng.bool() {
            variables = changed(&variables, &other.variables.to_string(), &mut rng);
        }
        // What is no JSON never comes to the API.
        let variables = RawValue::from_string(variables).ok();
        let raw = variables.as_deref();
        let asked = Request { query: &request.query, operation_name: None, variables: raw };
        let response = api.execute(asked);
        let told = || {
            let body = String::from_utf8_lossy(&response.body);
            format!(
                "seed {seed}, from {}\n{}\n{raw:?}\n{body:.2000}",
                request.origin, request.query
            )
        };
        assert_ne!(response.outcome, Outcome::Failed, "{}", told());
        let body: Json =
            serde_json::from_slice(&response.body).unwrap_or_else(|_| panic!("{}", told()));
        let errors = body["errors"].as_array().map_or(&[][..], Vec::as_slice);
        for error in errors {
            let code = error["extensions"]["code"].as_str().unwrap_or_else(|| panic!("{}", told()));
            assert_ne!(code, "INTERNAL", "{}", told());
        }
        match response.outcome {
            Outcome::Refused => {
                assert!(!errors.is_empty() && body.get("data").is_none(), "{}", told());
                assert!(response.body.len() < REFUSAL_BYTES_MAX, "{}", told());
                refused += 1;
            }
            _ => executed += 1,
        }
    }
    // Else the changes are so wild that only the parser is tried.
    assert!(executed > COUNT / 20 && refused > COUNT / 4, "{executed} {refused}");
}

/// What is asked in the documentation, what hostile clients send, and what the schema makes.
fn corpus(api: &Api) -> Vec<Seed> {
    let mut corpus = Vec::new();
    for it in hostile::requests().iter().filter(|it| it.body.len() <= BYTES_MAX) {
        // Some are deeper than this test's own reader goes.
        if let Ok(seed) = serde_json::from_str::<Seed>(&it.body) {
            corpus.push(Seed { origin: format!("{}, {}", it.name, it.code), ..seed });
        }
    }
    for text in [include_str!("../README.md"), include_str!("../docs/analysts.md")] {
        let blocks = text.split("```graphql\n").skip(1).filter_map(|it| it.split("```").next());
        corpus.extend(blocks.map(|it| Seed {
            query: it.to_owned(),
            variables: Json::Null,
            origin: "documentation".to_owned(),
        }));
    }
    let words = Words {
        ids: &["country:AZE", "country:RUS", "nobody"],
        texts: &["Baku", "", "\"\\\u{1F600}"],
        dates: &["2018", "2018-09", "2018-09-27"],
    };
    for seed in 0..150 {
        let document = random_document(api.table(), words, &mut Rng::with_seed(seed));
        if document.text.len() <= BYTES_MAX {
            let variables = Json::Object(document.variables);
            let origin = format!("random document {seed}");
            corpus.push(Seed { query: document.text, variables, origin });
        }
    }
    corpus
}

/// The text with another name, of a field of the schema or of the text, in the place of one.
fn renamed(text: &str, names: &[&str], rng: &mut Rng) -> String {
    let is_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
    let words: Vec<&str> = text.split(|it| !is_name(it)).filter(|it| !it.is_empty()).collect();
    if words.is_empty() {
        return text.to_owned();
    }
    let word = words[rng.usize(0..words.len())];
    let start = word.as_ptr() as usize - text.as_ptr() as usize;
    let new = match rng.bool() {
        true => words[rng.usize(0..words.len())],
        false => names[rng.usize(0..names.len())],
    };
    format!("{}{new}{}", &text[..start], &text[start + word.len()..])
}

/// The text after one change: something goes, comes, comes again, changes places, or comes from
/// `other`.
fn changed(text: &str, other: &str, rng: &mut Rng) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let range = |of: usize, rng: &mut Rng| {
        let start = rng.usize(0..=of);
        start..(start + rng.usize(0..=(of - start).min(12)))
    };
    let place = range(bytes.len(), rng);
    match rng.u8(0..7) {
        0 => drop(bytes.drain(place)),
        1 => drop(bytes.splice(place, PIECES[rng.usize(0..PIECES.len())].bytes())),
        2 => {
            let piece = PIECES[rng.usize(0..PIECES.len())];
            drop(bytes.splice(place.start..place.start, piece.repeat(rng.usize(1..60)).bytes()));
        }
        3 => {
            let again = bytes[place.clone()].repeat(rng.usize(1..6));
            drop(bytes.splice(place.start..place.start, again));
        }
        4 => bytes[place].reverse(),
        5 => drop(bytes.splice(place, other.as_bytes()[range(other.len(), rng)].to_vec())),
        _ => bytes[place].iter_mut().for_each(|it| *it = it.wrapping_add(rng.u8(..))),
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
