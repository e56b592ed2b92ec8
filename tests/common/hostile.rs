//! Requests made to cost, over the default ontology, each with the code of the first error that it
//! must come to.

use std::fmt::Write as _;

use serde_json::{Value, json};

/// A request made to cost.
pub(crate) struct Hostile {
    pub(crate) name: String,
    pub(crate) code: &'static str,
    /// The JSON of the request.
    pub(crate) body: String,
}

/// All of them.
pub(crate) fn requests() -> Vec<Hostile> {
    let mut all = Vec::new();
    let mut add = |name: &str, code, query: String, variables: Option<&str>| {
        let query = Value::from(query);
        let variables = variables.map_or_else(String::new, |it| format!(",\"variables\":{it}"));
        let body = format!("{{\"query\":{query}{variables}}}");
        all.push(Hostile { name: name.to_owned(), code, body });
    };
    documents(&mut |name, code, query| add(name, code, query, None));
    variables(&mut |name, code, query, variables| {
        add(name, code, query.to_owned(), Some(&variables));
    });
    all
}

fn documents(add: &mut dyn FnMut(&str, &'static str, String)) {
    let complex = "QUERY_TOO_COMPLEX";
    add("fragments, 2^24 fields in 996 bytes", complex, bomb());
    add("fragments, 10 spreads on 9 levels", complex, spreads());
    add("60,000 times one field", complex, format!("{{{}}}", "a ".repeat(60_000)));
    let within = format!("{{{}}}", "__typename ".repeat(1_999));
    add("1,999 times one unknown field", VALIDATION, within.replace("__typename", "nothing"));
    let unknown: String = (0..10_000).map(|it| format!("f{it} ")).collect();
    add("10,000 unknown fields", complex, format!("{{{unknown}}}"));
    let introspect = "__schema{types{fields{args{type{ofType{name}}}}}}";
    let aliased: String = (0..50).map(|it| format!("a{it}:{introspect} ")).collect();
    add("50 aliased __schema", complex, format!("{{{aliased}}}"));
    let lists = "[".repeat(20_000);
    add("20,000 nested lists", "QUERY_TOO_DEEP", format!("{{search(text:{lists}"));
    add("60,000 nested selections", "QUERY_TOO_DEEP", "{a".repeat(30_000));
    let objects = "{AND:".repeat(10_000);
    add("10,000 nested objects", "QUERY_TOO_DEEP", format!("{{countries(where:{objects}"));
    let operations: String = (0..10_000).map(|it| format!("query Q{it}{{a}}")).collect();
    add("10,000 operations", complex, operations);
    let directives = "@skip(if:false)".repeat(4_000);
    add("4,000 directives", complex, format!("{{__typename {directives}}}"));
    add("a comment of 1 MB", complex, format!("#{}\n{{__typename}}", "x".repeat(1_000_000)));
    add("a string of 60 KB", BAD_INPUT, search(&"é".repeat(30_000)));
    add("a number of 60,000 digits", VALIDATION, page(&"9".repeat(60_000)));
    add("a name of 60 KB", VALIDATION, format!("{{{}}}", "f".repeat(60_000)));
    add("first: 1000000", BAD_INPUT, page("1000000"));
    add("first: 2147483647", BAD_INPUT, page("2147483647"));
    add("first: -1", BAD_INPUT, page("-1"));
    let pages = "{countries(first:1000){borders(first:1000){borders(first:1000){id}}}}";
    add("1,000 × 1,000 × 1,000 rows", complex, pages.replace("first", "limit"));
    let paths = "{paths(from:{id:\"country:AZE\"},to:{id:\"country:RUS\"},mode:ALL_SIMPLE,\
                 first:1000,maxHops:2147483647){paths{length}}}";
    add("paths of any length", complex, paths.to_owned());
    for (name, garbage) in GARBAGE {
        let garbage = json!(garbage);
        let cursor = format!("{{relationships(after:{garbage}){{totalCount}}}}");
        add(&format!("a cursor: {name}"), BAD_INPUT, cursor);
        let id = format!("{{paths(from:{{id:{garbage}}},to:{{id:{garbage}}}){{found}}}}");
        add(&format!("an id: {name}"), "UNKNOWN_ENTITY", id);
    }
}

fn variables(add: &mut dyn FnMut(&str, &'static str, &str, String)) {
    let filter = "query($w:CountryWhere){countries(where:$w){id}}";
    let nested = |levels| format!("{{\"w\":{}}}", nested("{\"NOT\":", "{}", "}", levels));
    add("variables 128 deep", BAD_INPUT, filter, nested(128));
    add("variables 100,000 deep", "QUERY_TOO_COMPLEX", filter, nested(100_000));
    let lists = format!("{{\"w\":{}}}", self::nested("[", "", "]", 128));
    add("lists 128 deep", BAD_INPUT, filter, lists);
    let many = vec!["{}"; 200_000].join(",");
    add("200,000 filters", "QUERY_TOO_COMPLEX", filter, format!("{{\"w\":{{\"OR\":[{many}]}}}}"));
    let wrong = vec!["1"; 200_000].join(",");
    add("200,000 wrong items", BAD_INPUT, filter, format!("{{\"w\":{{\"OR\":[{wrong}]}}}}"));
    let keys: Vec<_> = (0..60_000).map(|it| format!("\"k{it}\":1")).collect();
    add("60,000 unknown keys", BAD_INPUT, filter, format!("{{\"w\":{{{}}}}}", keys.join(",")));
    let matches = "query($m:String!){countries(where:{name:{matches:$m}}){id}}";
    let pattern = json!({ "m": "(".repeat(50_000) }).to_string();
    add("a pattern of 50,000 parentheses", BAD_INPUT, matches, pattern);
    let pattern = json!({ "m": "((((((x{1,99}){1,99}){1,99}){1,99}){1,99}){1,99})" }).to_string();
    add("a pattern of 99^6 states", BAD_INPUT, matches, pattern);
}

const VALIDATION: &str = "GRAPHQL_VALIDATION_FAILED";
const BAD_INPUT: &str = "BAD_USER_INPUT";
/// What no cursor and no id is.
const GARBAGE: [(&str, &str); 6] = [
    ("nothing", ""),
    ("a word", "garbage"),
    ("base64 of nothing known", "AAECAwQFBgcICQoLDA0ODw=="),
    ("other scripts", "курсор🧭"),
    ("controls", "\u{1}\u{7f}\u{202e}"),
    ("digits", "99999999999999999999999999999999"),
];

fn page(first: &str) -> String {
    format!("{{relationships(first:{first}){{totalCount}}}}")
}

fn search(text: &str) -> String {
    format!("{{search(text:{}){{score}}}}", json!(text))
}

fn nested(open: &str, middle: &str, close: &str, levels: usize) -> String {
    [&open.repeat(levels), middle, &close.repeat(levels)].concat()
}

/// Fragments of which each spreads the next twice.
fn bomb() -> String {
    let mut document = "{...F0}".to_owned();
    for level in 0..24 {
        let next = level + 1;
        write!(document, "fragment F{level} on Query{{...F{next}...F{next}}}").unwrap();
    }
    document + "fragment F24 on Query{__typename}"
}

/// Fragments of which each spreads the next ten times.
fn spreads() -> String {
    let mut document = "{...F0}".to_owned();
    for level in 0..9 {
        let spreads = format!("...F{} ", level + 1).repeat(10);
        write!(document, "fragment F{level} on Query{{{spreads}}}").unwrap();
    }
    document + "fragment F9 on Query{__typename}"
}
