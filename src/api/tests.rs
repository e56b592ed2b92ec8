//! The engine over a table made by hand: what no ontology's operators do can happen here.

use std::sync::Arc;

use serde_json::{Value as Json, value::RawValue};

use super::{
    ArgumentDef, Code, Cost, EnumValueDef, FieldDef, FieldError, Input, Limits, Operator, Request,
    Subject, Table, TypeBody, TypeDef, TypeId, TypeRef, Value, Wrap, engine::Engine, json,
};
use crate::{
    graph::Snapshot,
    ontology::{Ontology, Scalar},
};

/// The types of the table, by their places.
const STRING: u32 = 0;
const INT: u32 = 1;
const BOOLEAN: u32 = 2;
const DATE: u32 = 3;
const COLOR: u32 = 4;
const INNER: u32 = 5;
const OUTER: u32 = 6;
const REF: u32 = 7;
const THING: u32 = 8;
const QUERY: u32 = 9;

fn ty(base: u32, wrap: Wrap) -> TypeRef {
    TypeRef { base: TypeId(base), wrap }
}

fn argument(name: &str, ty: TypeRef, default: Option<Input>) -> ArgumentDef {
    ArgumentDef { name: name.into(), description: "".into(), ty, default }
}

fn field(name: &str, ty: TypeRef, operator: Operator) -> FieldDef {
    FieldDef {
        name: name.into(),
        description: "".into(),
        arguments: vec![],
        ty,
        cost: Cost::One,
        subject: Subject::None,
        operator,
    }
}

fn taking(field: FieldDef, arguments: Vec<ArgumentDef>, cost: Cost) -> FieldDef {
    FieldDef { arguments, cost, ..field }
}

/// An operator that says what its arguments are.
const ECHO: Operator = Operator::Ask(|_, _, args| {
    let text: Vec<_> = args.0.iter().map(|(name, it)| format!("{name}={}", said(it))).collect();
    let text = text.join(" ");
    Ok(Box::new(move |_, _| Ok(Value::Text(text.clone().into()))))
});

fn said(value: &Input) -> String {
    match value {
        Input::Null => "null".to_owned(),
        Input::Bool(it) => it.to_string(),
        Input::Int(it) => it.to_string(),
        Input::Float(it) => it.to_string(),
        Input::Text(it) => format!("{it:?}"),
        Input::Enum(it) => it.to_string(),
        Input::Date(it) => it.to_string(),
        Input::DateTime(it) => it.to_string(),
        Input::Json(it) => it.to_string(),
        Input::List(items) => {
            format!("[{}]", items.iter().map(said).collect::<Vec<_>>().join(","))
        }
        Input::Object(fields) => {
            let fields = fields.iter().map(|(name, it)| format!("{name}:{}", said(it)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
    }
}

fn things() -> Vec<FieldDef> {
    let thing = Operator::Read(|_, _, _| Ok(Value::Root));
    let page = argument("first", ty(INT, Wrap::Nullable), Some(Input::Int(2)));
    let as_of = argument("asOf", ty(DATE, Wrap::Nullable), None);
    let dated = Operator::Ask(|_, _, _| Ok(Box::new(|_, _| Ok(Value::Root))));
    vec![
        field(
            "name",
            ty(STRING, Wrap::Required),
            Operator::Read(|_, _, _| Ok(Value::Text("x".into()))),
        ),
        field("nothing", ty(STRING, Wrap::Nullable), Operator::Read(|_, _, _| Ok(Value::Null))),
        field("missing", ty(STRING, Wrap::Required), Operator::Read(|_, _, _| Ok(Value::Null))),
        field("fails", ty(STRING, Wrap::Nullable), Operator::Read(fails)),
        field("mustFail", ty(STRING, Wrap::Required), Operator::Read(fails)),
        field("panics", ty(STRING, Wrap::Nullable), Operator::Read(|_, _, _| panic!("as told"))),
        field("large", ty(INT, Wrap::Nullable), Operator::Read(|_, _, _| Ok(Value::Int(1 << 40)))),
        field("thing", ty(THING, Wrap::Nullable), thing),
        field("sureThing", ty(THING, Wrap::Required), thing),
        field("holes", ty(STRING, Wrap::ListOfNullable), Operator::Read(holes)),
        field("list", ty(STRING, Wrap::List), Operator::Read(holes)),
        taking(
            field(
                "page",
                ty(THING, Wrap::RequiredList),
                Operator::Ask(|_, _, args| {
                    let rows = args.int("first").unwrap_or(0);
                    Ok(Box::new(move |_, _| {
                        Ok(Value::List((0..rows).map(|_| Value::Root).collect()))
                    }))
                }),
            ),
            vec![page],
            Cost::Page(2),
        ),
        taking(field("dated", ty(THING, Wrap::Nullable), dated), vec![as_of], Cost::One),
        field(
            "asOf",
            ty(DATE, Wrap::Nullable),
            Operator::Read(|context, _, _| {
                Ok(context.view.lens.as_of.map_or(Value::Null, Value::Date))
            }),
        ),
        taking(
            field("echo", ty(STRING, Wrap::Nullable), ECHO),
            vec![
                argument("text", ty(STRING, Wrap::Nullable), None),
                argument("number", ty(INT, Wrap::Required), Some(Input::Int(7))),
                argument("numbers", ty(INT, Wrap::List), None),
                argument("date", ty(DATE, Wrap::Nullable), None),
                argument("color", ty(COLOR, Wrap::Nullable), None),
                argument("outer", ty(OUTER, Wrap::Nullable), None),
                argument("ref", ty(REF, Wrap::Nullable), None),
            ],
            Cost::One,
        ),
    ]
}

fn fails<'s>(_: &super::Context<'s>, _: &Value<'s>, _: &FieldDef) -> Result<Value<'s>, FieldError> {
    Err(FieldError::new(Code::UnknownEntity, "no"))
}

fn holes<'s>(_: &super::Context<'s>, _: &Value<'s>, _: &FieldDef) -> Result<Value<'s>, FieldError> {
    Ok(Value::List(vec![Value::Text("a".into()), Value::Null]))
}

fn table() -> Table {
    let scalar = |it: Scalar| (it.name(), TypeBody::Scalar(it));
    let value = |name: &str| EnumValueDef { name: name.into(), description: "".into() };
    let inner = vec![
        argument("a", ty(INT, Wrap::Required), Some(Input::Int(1))),
        argument("b", ty(INT, Wrap::Nullable), None),
        argument("c", ty(STRING, Wrap::Required), None),
    ];
    let outer = vec![
        argument("inners", ty(INNER, Wrap::List), None),
        argument("flag", ty(BOOLEAN, Wrap::Nullable), Some(Input::Bool(true))),
    ];
    let one_of = vec![
        argument("id", ty(STRING, Wrap::Nullable), None),
        argument("date", ty(DATE, Wrap::Nullable), None),
    ];
    let types = [
        scalar(Scalar::String),
        scalar(Scalar::Int),
        scalar(Scalar::Boolean),
        scalar(Scalar::Date),
        ("Color", TypeBody::Enum(vec![value("RED"), value("BLUE")])),
        ("Inner", TypeBody::Input { fields: inner, one_of: false }),
        ("Outer", TypeBody::Input { fields: outer, one_of: false }),
        ("Ref", TypeBody::Input { fields: one_of, one_of: true }),
        ("Thing", TypeBody::Object { fields: things(), interfaces: vec![] }),
        ("Query", TypeBody::Object { fields: things(), interfaces: vec![] }),
    ];
    let types = types
        .into_iter()
        .map(|(name, body)| TypeDef { name: name.into(), description: "".into(), body })
        .collect();
    Table::new(types, TypeId(QUERY))
}

/// The response to a document, without `extensions` but for the code.
fn answer(engine: &Engine, query: &str, variables: &str) -> Json {
    let ontology = Ontology::parse("test", "type A @node { a: String }").unwrap();
    let snapshot = Snapshot::empty(Arc::new(ontology));
    let raw = RawValue::from_string(variables.to_owned()).unwrap();
    let request = Request { query, operation_name: None, variables: Some(&raw) };
    let body = engine.answer(&snapshot, request).unwrap_or_else(|it| json::refusal(&it));
    serde_json::from_slice(&body).unwrap()
}

fn check(cases: &[(&str, &str, &str)]) {
    let engine = Engine::new(table(), Limits::default());
    for (query, variables, expected) in cases {
        let response = answer(&engine, query, variables);
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
        ("{ a: missing }", "{}", &format!(r#"null INTERNAL["a"]@1:3 {no_value}"#)),
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
