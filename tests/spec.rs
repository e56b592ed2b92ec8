//! Execution as the specification has it: documents, and the responses they must have.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/things.rs"]
mod things;

use relata::api::{Limits, Request};
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
        r#"refused QUERY_TOO_COMPLEX@null:null "the operation would cost 40202; the limit is 20000; the dearest field is `all.page`, answered for 200 × 200 rows; ask for smaller pages or fewer fields""#,
    )]);
}
