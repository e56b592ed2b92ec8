//! Execution as the specification has it: documents, and the responses they must have.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/things.rs"]
mod things;

use relata::api::{Api, Limits, Outcome, Request, Table, TypeBody, Value};
use serde_json::{Value as Json, value::RawValue};

/// Checks documents with their variables against what is answered: the data or `refused`, and of
/// each error its code, path, place and message.
fn check(cases: &[(&str, &str, &str)]) {
    let api = things::api(Limits::default());
    for (query, variables, expected) in cases {
        let raw = RawValue::from_string((*variables).to_owned()).unwrap();
        let request = Request { query, operation_name: None, variables: Some(&raw) };
        let response: Json = serde_json::from_slice(&api.execute(request).body).unwrap();
        let errors = response["errors"].as_array().into_iter().flatten().map(|it| {
            let path = it.get("path").map_or(String::new(), Json::to_string);
            let at = &it["locations"][0];
            let code = it["extensions"]["code"].as_str().unwrap();
            format!(" {code}{path}@{}:{} {}", at["line"], at["column"], it["message"])
        });
        let data = response.get("data").map_or("refused".to_owned(), Json::to_string);
        let found = data + &errors.collect::<String>();
        assert_eq!(&found, expected, "{query} {variables}");
    }
}

#[test]
fn fields_are_merged_in_the_order_of_the_document() {
    check(&[
        ("{ b: name a: name b: name }", "{}", r#"{"b":"x","a":"x"}"#),
        (
            "{ thing { name } ...F thing { n: nothing } } fragment F on Query { thing { t: __typename } }",
            "{}",
            r#"{"thing":{"name":"x","t":"Thing","n":null}}"#,
        ),
        ("{ __typename ... on Query { name } }", "{}", r#"{"__typename":"Query","name":"x"}"#),
        (
            "query ($y: Boolean!, $n: Boolean = false) { a: name @skip(if: $y) b: name @include(if: $y) c: name @include(if: $n) }",
            r#"{"y": true}"#,
            r#"{"b":"x"}"#,
        ),
        (
            "query ($y: Boolean!) { ... @skip(if: $y) { a: name } b: name @include(if: true) }",
            r#"{"y": false}"#,
            r#"{"a":"x","b":"x"}"#,
        ),
    ]);
}

#[test]
fn what_is_skipped_leaves_nothing_behind() {
    let both = "query ($y: Boolean!) { ...F @skip(if: $y) ...F } fragment F on Query { name }";
    check(&[
        ("{ name @skip(if: true) }", "{}", "{}"),
        ("{ thing { name @skip(if: true) } }", "{}", r#"{"thing":{}}"#),
        (
            "{ ... @include(if: false) { fails } ...F @skip(if: true) } fragment F on Query { fails }",
            "{}",
            "{}",
        ),
        // A spread that was skipped does not count as spread.
        (both, r#"{"y": true}"#, r#"{"name":"x"}"#),
        (both, r#"{"y": false}"#, r#"{"name":"x"}"#),
        (
            "query ($y: Boolean!) { a: name @skip(if: $y) @include(if: $y) b: name @include(if: $y) @skip(if: false) }",
            r#"{"y": true}"#,
            r#"{"b":"x"}"#,
        ),
        (
            "query ($y: Boolean!) { thing @include(if: $y) { name } thing { n: nothing } }",
            r#"{"y": false}"#,
            r#"{"thing":{"n":null}}"#,
        ),
        (
            "query ($y: Boolean!) { __schema @skip(if: $y) { queryType { name } } __typename @include(if: $y) }",
            r#"{"y": true}"#,
            r#"{"__typename":"Query"}"#,
        ),
    ]);
}

#[test]
fn strings_are_read_as_the_specification_says() {
    let said = |it: &str| format!("{{\"echo\":{}}}", Json::from(format!("text={it:?} number=7")));
    for (literal, value) in [
        (r#""""#, ""),
        (r#""\u00e9\u{1F600}\uD83D\uDE00\t\b\f\/""#, "é😀😀\t\u{8}\u{c}/"),
        (r#""""""""#, ""),
        (r#""""   """"#, ""),
        (r#""""\n \u0041""""#, r"\n \u0041"),
        ("\"\"\"\n\n  x \\\"\"\" y\n\n\"\"\"", "x \"\"\" y"),
        ("\"\"\"\n    a\n      b\n    \n  c\n  \"\"\"", "  a\n    b\n  \nc"),
        ("\"\"\"a\n   b\n  c\"\"\"", "a\n b\nc"),
        ("\"\"\"\r\n  a\r\n    b\r  c\r\n\"\"\"", "a\n  b\nc"),
        ("\"\"\"\t\ta\n\tb\"\"\"", "\t\ta\nb"),
        ("\"\"\"\n  a\n \t \n  b   \n\"\"\"", "a\n \nb   "),
    ] {
        check(&[(&format!("{{ echo(text: {literal}) }}"), "{}", &said(value))]);
    }
}

#[test]
fn nulls_go_up_to_the_nearest_field_that_may_be_null() {
    let no_value = r#""the server failed; the log has the details under `extensions.reference`""#;
    check(&[
        ("{ fails }", "{}", r#"{"fails":null} UNKNOWN_ENTITY["fails"]@1:3 "no""#),
        (
            "{ name thing { name sureThing { mustFail } } }",
            "{}",
            r#"{"name":"x","thing":null} UNKNOWN_ENTITY["thing","sureThing","mustFail"]@1:33 "no""#,
        ),
        (
            "{ name sureThing { mustFail } }",
            "{}",
            r#"null UNKNOWN_ENTITY["sureThing","mustFail"]@1:20 "no""#,
        ),
        ("{ holes }", "{}", r#"{"holes":["a",null]}"#),
        ("{ list }", "{}", &format!(r#"{{"list":null}} INTERNAL["list",1]@1:3 {no_value}"#)),
        (
            "{ sureThing { a: missing } }",
            "{}",
            &format!(r#"null INTERNAL["sureThing","a"]@1:15 {no_value}"#),
        ),
        ("{ large }", "{}", &format!(r#"{{"large":null}} INTERNAL["large"]@1:3 {no_value}"#)),
        (
            "{ thing { page { mustFail } } }",
            "{}",
            r#"{"thing":null} UNKNOWN_ENTITY["thing","page",0,"mustFail"]@1:18 "no""#,
        ),
        (
            "{ page { fails } }",
            "{}",
            r#"{"page":[{"fails":null},{"fails":null}]} UNKNOWN_ENTITY["page",0,"fails"]@1:10 "no" UNKNOWN_ENTITY["page",1,"fails"]@1:10 "no""#,
        ),
    ]);
}

#[test]
fn arguments_are_coerced_by_their_types() {
    let echo = |it: &str| format!(r#"{{"echo":{}}}"#, Json::from(it));
    check(&[
        ("{ echo }", "{}", &echo("number=7")),
        (
            r#"{ echo(text: null, number: 2, numbers: 3) }"#,
            "{}",
            &echo("text=null number=2 numbers=[3]"),
        ),
        (
            r#"{ echo(outer: {inners: {c: "d"}}, color: RED, date: "2018-09") }"#,
            "{}",
            &echo(r#"number=7 date=2018-09 color=RED outer={inners:[{a:1,c:"d"}],flag:true}"#),
        ),
        (
            "query ($i: Int = 5, $c: String!) { echo(number: $i, numbers: [1, $i], outer: {inners: [{b: $i, c: $c}], flag: null}) }",
            r#"{"c": "d", "unknown": 1}"#,
            &echo(r#"number=5 numbers=[1,5] outer={inners:[{a:1,b:5,c:"d"}],flag:null}"#),
        ),
        // A variable without a value leaves its argument to its default, or without a value.
        ("query ($t: String, $i: Int) { echo(text: $t, number: $i) }", "{}", &echo("number=7")),
        (
            "query ($t: String = null, $i: Int) { echo(text: $t, numbers: [2], number: $i) }",
            r#"{"i": 3}"#,
            &echo("text=null number=3 numbers=[2]"),
        ),
        ("query ($n: [Int!]) { echo(numbers: $n) }", r#"{"n": 4}"#, &echo("number=7 numbers=[4]")),
        (
            "query ($i: Int) { echo(outer: {inners: [{b: $i, c: \"e\"}]}) }",
            "{}",
            &echo(r#"number=7 outer={inners:[{a:1,c:"e"}],flag:true}"#),
        ),
    ]);
}

#[test]
fn values_that_do_not_fit_are_refused_with_their_place() {
    let bad =
        |at: &str, message: &str| format!("refused BAD_USER_INPUT@{at} {}", Json::from(message));
    check(&[
        (
            "query ($o: Outer) { echo(outer: $o) }",
            r#"{"o": {"inners": [{"c": "x"}, {"c": 1}]}}"#,
            &bad("1:8", "`$o.inners[1].c` must be of type `String`, not an integer"),
        ),
        (
            "query ($o: Outer) { echo(outer: $o) }",
            r#"{"o": {"inners": {"a": 1}}}"#,
            &bad("1:8", "`$o.inners` lacks the field `c`"),
        ),
        (
            "query ($o: Outer) { echo(outer: $o) }",
            r#"{"o": {"x": 1}}"#,
            &bad("1:8", "`$o` has no field `x`"),
        ),
        (
            "query ($n: Int) { echo(number: 1, numbers: [$n]) }",
            "{}",
            r#"refused GRAPHQL_VALIDATION_FAILED@1:45 "variable `$n` of type `Int` cannot be used for argument `numbers` of type `Int!`""#,
        ),
        (
            "query ($n: Int = 1) { echo(number: $n) }",
            r#"{"n": null}"#,
            r#"{"echo":null} BAD_USER_INPUT["echo"]@1:23 "argument `number` must not be null: it is of type `Int!`""#,
        ),
        (
            "query ($n: Int!) { echo(number: $n) }",
            r#"{"n": 4294967296}"#,
            &bad("1:8", "`$n` is no 32-bit integer: 4294967296"),
        ),
        (
            "query ($n: Int!) { echo(number: $n) }",
            "{}",
            &bad("1:8", "`$n` must be given: it is of type `Int!`"),
        ),
        (
            "query ($r: Ref) { echo(ref: $r) }",
            r#"{"r": {"id": "a", "date": "2018"}}"#,
            &bad("1:8", "`$r` must have exactly one field, and not null"),
        ),
        (
            "query ($c: Color) { echo(color: $c) }",
            r#"{"c": "GREEN"}"#,
            &bad("1:8", "`$c` has no value `GREEN` of `Color`"),
        ),
        (
            "query ($d: Date) { echo(date: $d) }",
            r#"{"d": "2018-13"}"#,
            &bad(
                "1:8",
                "`$d` is wrong: `2018-13` is not a date; write `2024`, `2024-08` or `2024-08-19`",
            ),
        ),
        (
            "{ echo }",
            "[]",
            "refused BAD_USER_INPUT@null:null \"the variables must be a JSON object\"",
        ),
        (
            "{ page(first: -1) { name } }",
            "{}",
            &bad("1:3", "argument `first` of `page` must be 0 to 1000, not -1"),
        ),
        (
            "{ a: page(first: 1001) { name } }",
            "{}",
            &bad("1:3", "argument `first` of `page` must be 0 to 1000, not 1001"),
        ),
    ]);
}

#[test]
fn as_of_is_inherited_until_it_is_given_again() {
    check(&[(
        r#"{ asOf dated(asOf: "2018") { asOf thing { asOf } again: dated { asOf } none: dated(asOf: null) { asOf } other: dated(asOf: "2019-01") { asOf } } }"#,
        "{}",
        r#"{"asOf":null,"dated":{"asOf":"2018","thing":{"asOf":"2018"},"again":{"asOf":"2018"},"none":{"asOf":null},"other":{"asOf":"2019-01"}}}"#,
    )]);
}

#[test]
fn an_operation_that_costs_too_much_is_refused_with_its_dearest_field() {
    check(&[(
        "{ name all: page(first: 200) { page(first: 200) { name } } }",
        "{}",
        r#"refused QUERY_TOO_COMPLEX@1:32 "the operation would cost 40202; the limit is 20000; the dearest field is `all.page`, answered for 200 × 200 rows; ask for smaller pages or fewer fields""#,
    )]);
}

#[test]
fn documents_are_as_valid_as_the_specification_says() {
    let api = things::api(Limits::default());
    for query in [
        "{ a: name a: nothing }",
        "{ thing { a: name } thing { a: nothing } }",
        "{ page { name } page(first: 2) { name } }",
        "{ name name: nothing @skip(if: true) }",
        r#"{ echo(color: "RED") }"#,
        "{ echo(text: RED) }",
        "{ echo(number: 1.0) }",
        "{ echo(number: null) }",
        "{ echo(nope: 1) }",
        "{ echo(number: 1, number: 2) }",
        "{ echo(number: $a) }",
        "{ ...F } fragment F on Query { echo(number: $a) }",
        "query ($a: Int!) { name }",
        "query ($a: Int, $a: Int) { echo(number: $a) }",
        "query ($a: Thing) { echo(text: $a) }",
        "query ($a: [[Int!]!]) { echo(numbers: $a) }",
        "query ($a: Int! = null) { echo(number: $a) }",
        "query ($x: Boolean) { name @skip(if: $x) }",
        "{ name } fragment F on Query { name }",
        "{ ... on Thing { name } }",
        "{ ... on String { name } }",
        "{ ...F } fragment F on Query { name } fragment F on Query { name }",
        "{ name } query A { name }",
        "{ thing }",
        "{ name { a } }",
        "{ name @nope }",
        "{ name @skip(if: true) @skip(if: false) }",
        r#"{ echo(ref: {id: "a", date: "2018"}) }"#,
        "{ echo(ref: {}) }",
        "{ echo(ref: {id: null}) }",
        r#"query ($i: String = "a") { echo(ref: {id: $i}) }"#,
        r#"{ echo(outer: {inners: [{c: "x", c: "y"}]}) }"#,
        "{ echo(outer: {inners: [{a: 1}]}) }",
        "{ echo(outer: {inners: [null]}) }",
        r#"{ echo(date: "2018-13") }"#,
        "{ echo(date: 2018) }",
        "{ __type(name: 1) { name } }",
    ] {
        let response = api.execute(Request { query, operation_name: None, variables: None });
        let body: Json = serde_json::from_slice(&response.body).unwrap();
        assert_eq!(response.outcome, Outcome::Refused, "{query} {body}");
        assert_eq!(
            body["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED",
            "{query} {body}"
        );
        assert!(body["errors"][0]["locations"][0]["line"].is_number(), "{query} {body}");
    }
}

#[test]
fn one_of_several_operations_is_executed() {
    let api = things::api(Limits::default());
    let query = "query A { a: name } query B($n: Int!) { echo(number: $n) }";
    let check = |operation_name, expected: &str| {
        let variables = RawValue::from_string(r#"{"n": 3}"#.to_owned()).unwrap();
        let response = api.execute(Request { query, operation_name, variables: Some(&variables) });
        assert!(String::from_utf8(response.body).unwrap().starts_with(expected));
    };
    check(Some("A"), r#"{"data":{"a":"x"}}"#);
    check(Some("B"), r#"{"data":{"echo":"number=3"}}"#);
    check(Some("C"), r#"{"errors":[{"message":"the document has no operation called `C`""#);
    check(None, r#"{"errors":[{"message":"the document has several operations;"#);
    let counters = api.cache_counters();
    assert_eq!((counters.misses, counters.hits, counters.entries), (1, 3, 1));
}

#[test]
fn introspection_stands_beside_other_fields_in_the_order_of_the_document() {
    check(&[
        (
            r#"query ($t: String!) { a: name t: __type(name: $t) { name inputFields { name } isOneOf } b: __typename s: __schema { queryType { name } } c: name none: __type(name: "Nope") { name } }"#,
            r#"{"t": "Ref"}"#,
            r#"{"a":"x","t":{"name":"Ref","inputFields":[{"name":"id"},{"name":"date"}],"isOneOf":true},"b":"Query","s":{"queryType":{"name":"Query"}},"c":"x","none":null}"#,
        ),
        (
            r#"{ __type(name: "Date") { ...F } ...G } fragment F on __Type { kind specifiedByURL } fragment G on Query { __type(name: "Date") { name } }"#,
            "{}",
            r#"{"__type":{"kind":"SCALAR","specifiedByURL":"https://www.loc.gov/standards/datetime/","name":"Date"}}"#,
        ),
    ]);
}

#[test]
fn a_condition_that_is_null_is_refused() {
    check(&[(
        "query ($y: Boolean = true) { name @skip(if: $y) }",
        r#"{"y": null}"#,
        r#"refused BAD_USER_INPUT@1:8 "`$y` must not be null: `@skip` or `@include` needs it""#,
    )]);
}

#[test]
fn after_a_hundred_errors_the_rest_are_counted() {
    let api = things::api(Limits::default());
    let query = "{ page(first: 150) { fails } }";
    let response = api.execute(Request { query, operation_name: None, variables: None });
    let body: Json = serde_json::from_slice(&response.body).unwrap();
    assert_eq!(body["errors"].as_array().unwrap().len(), 100);
    assert_eq!(body["extensions"]["errorsLeftOut"], 50);
}

#[test]
fn a_panic_is_an_error_with_a_reference() {
    let mut types: Vec<_> = things::table().types().map(|(_, it)| it.clone()).collect();
    let query = things::table().query();
    let TypeBody::Object { fields, .. } = &mut types[query.0 as usize].body else { panic!() };
    fields[0].operator = relata::api::Operator::Read(|_, _, _| -> Result<Value<'_>, _> {
        panic!("a panic that the test means")
    });
    let name = fields[0].name.to_string();
    let api = things::api_of(Table::new(types, query), Limits::default());
    let check = |query: &str| {
        let response = api.execute(Request { query, operation_name: None, variables: None });
        (response.outcome, serde_json::from_slice::<Json>(&response.body).unwrap())
    };
    let (outcome, body) = check(&format!("{{ {name} }}"));
    assert_eq!(outcome, Outcome::Failed);
    assert_eq!(body["errors"][0]["extensions"]["code"], "INTERNAL");
    assert!(body["errors"][0]["extensions"]["reference"].is_string());
    assert!(!body.to_string().contains("means"), "{body}");
    assert_eq!(check("{ nothing }").0, Outcome::Executed);
}

#[test]
fn time_is_up_at_the_deadline() {
    let limits = Limits { deadline: std::time::Duration::ZERO, ..Limits::default() };
    let api: Api = things::api(limits);
    let query = "{ page(first: 1000) { name } }";
    let response = api.execute(Request { query, operation_name: None, variables: None });
    let body: Json = serde_json::from_slice(&response.body).unwrap();
    assert_eq!(body["data"], Json::Null);
    assert_eq!(body["errors"][0]["extensions"]["code"], "DEADLINE_EXCEEDED", "{body}");
}
