//! GraphQL documents and their answers, over the article's facts and over an ontology that uses
//! every part of the language.
//!
//! `tests/api/{news,film}/*.graphql` hold operations; the file of the same name in `.json` holds
//! the answer to each. `UPDATE_EXPECT=1 cargo test --test api` writes them anew.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/facts.rs"]
mod facts;

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use expect_test::{expect, expect_file};
use relata::{
    api::{Api, Limits, Request, TypeBody},
    graph::Graph,
    model::Timestamp,
    ontology::DEFAULT_SOURCE,
};
use serde_json::{Map, Value, value::RawValue};

fn news() -> Graph {
    facts::graph(DEFAULT_SOURCE, include_str!("../data/facts.jsonl"))
}

fn film() -> Graph {
    facts::graph(include_str!("api/film/schema.sdl"), include_str!("api/film/facts.jsonl"))
}

/// Answers every operation of every document in `folder` over `graph`.
fn check(folder: &str, graph: &Graph) {
    let api = Api::new(graph.clone(), Limits::default()).unwrap();
    for path in documents(folder) {
        let document = fs::read_to_string(&path).unwrap();
        let answers: Map<_, _> =
            operations(&document).map(|it| (it.to_owned(), answer(&api, &document, it))).collect();
        let answers = serde_json::to_string_pretty(&answers).unwrap() + "\n";
        expect_file![path.with_extension("json")].assert_eq(&answers);
    }
}

/// The documents of a folder, in order.
fn documents(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api").join(folder);
    let files = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let mut documents: Vec<_> =
        files.filter(|it| it.extension().is_some_and(|it| it == "graphql")).collect();
    documents.sort();
    assert!(!documents.is_empty());
    documents
}

/// The names of the operations in a document, each of which begins a line.
fn operations(document: &str) -> impl Iterator<Item = &str> {
    let named = document
        .lines()
        .filter_map(|it| it.strip_prefix("query ").or_else(|| it.strip_prefix("mutation ")));
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
                if ["recordedAt", "retractedAt"].contains(&name.as_str()) && !value.is_null() {
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
fn changes_are_made_and_answered() {
    check("writes", &facts::graph(include_str!("api/film/schema.sdl"), ""));
}

#[test]
fn every_field_argument_and_input_is_asked_for() {
    let documents = ["news", "film", "writes"].into_iter().flat_map(documents);
    let mut asked: String = documents.map(|it| fs::read_to_string(it).unwrap()).collect();
    // Subscriptions are asked for where their transports are.
    asked += include_str!("subscriptions.rs");
    let words: HashSet<_> = asked.split(|it: char| !it.is_alphanumeric() && it != '_').collect();
    let api = Api::new(film(), Limits::default()).unwrap();
    let mut missing = Vec::new();
    for (_, ty) in api.table().types() {
        let mut names: Vec<&str> = Vec::new();
        if let TypeBody::Input { fields, .. } = &ty.body {
            names.extend(fields.iter().map(|it| &*it.name));
        }
        for field in ty.body.fields() {
            names.push(&field.name);
            names.extend(field.arguments.iter().map(|it| &*it.name));
        }
        names.retain(|it| !words.contains(it));
        missing.extend(names.iter().map(|it| format!("{}.{it}", ty.name)));
    }
    assert!(missing.is_empty(), "not asked for: {}", missing.join(", "));
}

/// Answers a query under limits, in one line.
fn limited(limits: Limits, query: &str) -> String {
    let api = Api::new(news(), limits).unwrap();
    let request = Request { query, operation_name: None, variables: None };
    String::from_utf8(api.execute(request).body).unwrap()
}

#[test]
fn a_spent_budget_is_told_where_it_can_be_and_is_an_error_elsewhere() {
    let few = Limits { expansions_max: 3, ..Limits::default() };
    let late = Limits { deadline: Duration::ZERO, ..Limits::default() };
    for (limits, query, answer) in [
        (
            &few,
            r#"{ paths(from: {id: "org:usc"}, to: {id: "country:ARM"}) { found truncated reason } }"#,
            expect![[r#"{"data":{"paths":{"found":false,"truncated":true,"reason":"steps"}}}"#]],
        ),
        (
            &few,
            r#"{ country(iso3: "RUS") { neighbors(hops: {max: 3}) { truncated nodes { id } } } }"#,
            expect![[r#"{"data":{"country":{"neighbors":{"truncated":true,"nodes":[]}}}}"#]],
        ),
        (
            &few,
            r#"{ relationships(where: {disputed: true}) { totalCount } }"#,
            expect![[
                r#"{"data":null,"errors":[{"message":"the request looks at more of the graph than is allowed; ask for less of it","locations":[{"line":1,"column":3}],"path":["relationships"],"extensions":{"code":"QUERY_TOO_COMPLEX"}}]}"#
            ]],
        ),
        (
            &late,
            r#"{ countriesConnection(where: {name: {contains: "i"}}) { totalCount } }"#,
            expect![[
                r#"{"data":null,"errors":[{"message":"time was up before the answer was complete; ask for less","locations":[{"line":1,"column":3}],"path":["countriesConnection"],"extensions":{"code":"DEADLINE_EXCEEDED"}}]}"#
            ]],
        ),
    ] {
        answer.assert_eq(&limited(limits.clone(), query));
    }
}

#[test]
fn names_that_may_have_been_meant_are_told_to_whoever_may_ask_for_the_schema() {
    let [open, closed] = [true, false].map(|introspection| {
        Api::new(news(), Limits { introspection, ..Limits::default() }).unwrap()
    });
    let variables = RawValue::from_string(r#"{"where": {"nmae": {}}, "type": "Cuontry"}"#.into());
    let variables = variables.unwrap();
    let messages = |api: &Api, query: &str| {
        let request = Request { query, operation_name: None, variables: Some(&variables) };
        let answer: Value = serde_json::from_slice(&api.execute(request).body).unwrap();
        let errors = answer["errors"].as_array().unwrap().iter();
        errors.map(|it| it["message"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let mut told = String::new();
    for query in [
        "{ contry(id: 1) { id } somethingElseAltogether }",
        "{ countries { tradeWiht { id } } }",
        "{ entity(ref: {id: 1}) { iso3 nmae } }",
        "{ country(izo3: 1) { id } }",
        "{ countries(where: {nmae: {eq: 1}}) { id } }",
        r#"{ search(text: "x", types: [Cuontry]) { score } }"#,
        "query($x: EntityWere) { entities(where: $x) { totalCount } }",
        "{ node(id: 1) { ... on Contry { id } } }",
        "{ node(id: 1) { ...F } } fragment F on Orgnization { id }",
        "query($where: EntityWhere) { entities(where: $where) { totalCount } }",
        r#"query($type: EntityType!) { search(text: "x", types: [$type]) { score } }"#,
    ] {
        for (told_openly, shorter) in messages(&open, query).iter().zip(messages(&closed, query)) {
            let hint = told_openly.strip_prefix(&shorter).unwrap();
            told += &format!("{shorter}{}\n", hint.replace("; ", "\n  "));
        }
    }
    expect![[r#"
        type `Query` does not have a field `contry`
          did you mean `country`?
        type `Query` does not have a field `somethingElseAltogether`
        type `Country` does not have a field `tradeWiht`
          did you mean `tradesWith`?
        type `Entity` does not have a field `iso3`
          did you mean to ask for it by `... on Country`?
        type `Entity` does not have a field `nmae`
          did you mean `name`?
        the argument `izo3` is not supported by `Query.country`
          did you mean `iso3`?
        field `nmae` does not exist on `CountryWhere`
          did you mean `name`?
        value `Cuontry` does not exist on `EntityType`
          did you mean `Country`?
        cannot find type `EntityWere` in this document
          did you mean `EntityWhere`?
        variable `$x` of type `EntityWere` cannot be used for argument `where` of type `EntityWhere`
        type condition `Contry` of inline fragment is not a type defined in the schema
          did you mean `Country` or `Control`?
        cannot find fragment `F` in this document
        type condition `Orgnization` of fragment `F` is not a type defined in the schema
          did you mean `Organization`?
        `$where` has no field `nmae`
          did you mean `name`?
        `$type` has no value `Cuontry` of `EntityType`
          did you mean `Country`?
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_mutation_that_makes_too_many_changes_is_refused_whole() {
    let line = |it| {
        format!(
            r#"{{"kind":"entity","id":"{it}","type":"Movie","name":"{it}","properties":{{"title":"x"}}}}"#
        )
    };
    let lines: Vec<_> = (0..300).map(line).collect();
    let graph = facts::graph(include_str!("api/film/schema.sdl"), &lines.join("\n"));
    let api = Api::new(graph, Limits::default()).unwrap();
    let update = |it| {
        format!(
            r#"m{it}: updateMovies(update: {{rank: {{set: null}}, title: {{set: "{it}"}}}}) {{ __typename }}"#
        )
    };
    let updates: Vec<_> = (0..34).map(update).collect();
    let answer = answer(&api, &format!("mutation Much {{ {} }}", updates.join(" ")), "Much");
    expect![[r#"[{"message":"`update`: the mutation makes more than 10000 changes; divide it","locations":[{"line":1,"column":2703}],"path":["m33"],"extensions":{"code":"QUERY_TOO_COMPLEX","argument":"update"}}]"#]]
    .assert_eq(&answer["errors"].to_string());
    assert_eq!((&answer["data"], answer["errors"].as_array().unwrap().len()), (&Value::Null, 1));
    let query = r#"query Left { movies(where: {title: {eq: "x"}}, limit: 1000) { id } stats { revision } }"#;
    let left = self::answer(&api, query, "Left");
    assert_eq!(left["data"]["movies"].as_array().unwrap().len(), 300);
    assert_eq!(left["data"]["stats"]["revision"], "1");
}

#[test]
fn pages_put_together_are_the_list() {
    let api = Api::new(news(), Limits::default()).unwrap();
    for (backwards, query) in [
        (false, r#"page: entities($) {…}"#),
        (true, r#"page: relationships($) {…}"#),
        (true, r#"page: topicsConnection(sort: {name: DESC}, $) {…}"#),
        (true, r#"of: country(iso3: "RUS") { page: relationships($, direction: ANY) {…} }"#),
        (
            true,
            r#"of: country(iso3: "RUS") {
                page: cooperatesWithConnection(
                    where: {relationship: {modality: [ASSERTED, POSSIBLE]}}
                    sort: {edge: {topic: ASC}}
                    $
                ) {…}
            }"#,
        ),
        (false, r#"of: country(iso3: "RUS") { page: neighbors(hops: {max: 4}, $) {…} }"#),
        (false, r#"of: relationship(id: "trade") { page: evidence($) {…} }"#),
    ] {
        let (all, _) = page(&api, query, "first: 100");
        for size in 1..=all.len() + 1 {
            let (mut forth, mut arguments) = (Vec::new(), format!("first: {size}"));
            loop {
                let (ids, info) = page(&api, query, &arguments);
                forth.extend(ids);
                if info["hasNextPage"] == false {
                    break;
                }
                arguments = format!("first: {size}, after: {}", info["endCursor"]);
            }
            assert_eq!(forth, all, "{query} by {size}");
            if !backwards {
                continue;
            }
            let (mut back, mut arguments) = (Vec::new(), format!("last: {size}"));
            loop {
                let (ids, info) = page(&api, query, &arguments);
                back.splice(0..0, ids);
                if info["hasPreviousPage"] == false {
                    break;
                }
                arguments = format!("last: {size}, before: {}", info["startCursor"]);
            }
            assert_eq!(back, all, "{query} backwards by {size}");
        }
    }
}

/// The ids on a page, and where it stands: of `query` with `arguments` for its `$`.
fn page(api: &Api, query: &str, arguments: &str) -> (Vec<Value>, Value) {
    let fields = "{nodes {id} pageInfo {hasNextPage hasPreviousPage startCursor endCursor}}";
    let query = query.replace('$', arguments).replace("{…}", fields);
    let answer = answer(api, &format!("query Page {{ {query} }}"), "Page");
    let data = &answer["data"];
    let page = data.get("page").unwrap_or(&data["of"]["page"]);
    let ids = page["nodes"].as_array().unwrap_or_else(|| panic!("{query}: {answer}"));
    (ids.iter().map(|it| it["id"].clone()).collect(), page["pageInfo"].clone())
}
