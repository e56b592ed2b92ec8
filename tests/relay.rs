//! What Relay builds upon: pages in both directions, and objects that can be asked for again.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/demo.rs"]
mod demo;
#[path = "common/facts.rs"]
mod facts;

use std::{
    collections::{BTreeMap, BTreeSet},
    iter,
};

use fastrand::Rng;
use relata::api::{Api, Limits, Request};
use serde_json::{Value, json, value::to_raw_value};

const SEED: u64 = 21;
const PAGES: usize = 300;
const WALKS: usize = 6;
const EVERYTHING: &str = "modality: [ASSERTED, INTENDED, POSSIBLE, REQUESTED]";

fn ask(api: &Api, query: &str, variables: &Value) -> Value {
    let raw = to_raw_value(variables).unwrap();
    let request = Request { query, operation_name: None, variables: Some(&raw) };
    let response: Value = serde_json::from_slice(&api.execute(request).body).unwrap();
    assert!(response.get("errors").is_none(), "{query} {variables} {response}");
    response["data"].clone()
}

/// Asks for a page of the connection that `field` selects, with `PAGE` among its arguments and
/// `EDGES` for what is selected of it.
fn page_query(field: &str, two_way: bool) -> String {
    let (declared, given) = if two_way {
        ("$last: Int, $before: String", "last: $last, before: $before")
    } else {
        ("", "")
    };
    let field = field.replace("PAGE", &format!("first: $first, after: $after, {given}")).replace(
        "EDGES",
        "edges { cursor node { id } } nodes { id } totalCount \
         pageInfo { hasNextPage hasPreviousPage startCursor endCursor }",
    );
    format!("query ($first: Int, $after: String, {declared}) {{ {field} }}")
}

/// Compares random pages of a connection with what the Relay specification makes of all edges.
fn check_pages(field: &str, two_way: bool) {
    let query = page_query(field, two_way);
    let page = |variables: &Value| innermost(ask(&demo::api(), &query, variables));

    let all = page(&json!({ "first": 1000 }));
    let edges = all["edges"].as_array().unwrap();
    assert!(edges.len() >= 3, "{field}");
    let cursors: Vec<_> = edges.iter().map(|it| it["cursor"].as_str().unwrap()).collect();
    assert_eq!(cursors.iter().collect::<BTreeSet<_>>().len(), edges.len(), "{field}");

    let mut rng = Rng::with_seed(SEED);
    for _ in 0..PAGES {
        let place = |rng: &mut Rng| rng.bool().then(|| rng.usize(..edges.len()));
        let count = rng.usize(..edges.len() + 2);
        let after = place(&mut rng);
        let (last, before) = if two_way { (rng.bool(), place(&mut rng)) } else { (false, None) };
        let variables = json!({
            (if last { "last" } else { "first" }): count,
            "after": after.map(|it| cursors[it]),
            "before": before.map(|it| cursors[it]),
        });

        let start = after.map_or(0, |it| it + 1);
        let between = &edges[start..before.unwrap_or(edges.len()).max(start)];
        let surplus = between.len().saturating_sub(count);
        let expected = if last { &between[surplus..] } else { &between[..between.len() - surplus] };
        let nodes: Vec<_> = expected.iter().map(|it| &it["node"]).collect();
        let expected = json!({
            "edges": expected,
            "nodes": nodes,
            "pageInfo": {
                "hasNextPage": before.is_some() || !last && surplus > 0,
                "hasPreviousPage": after.is_some() || last && surplus > 0,
                "startCursor": expected.first().map(|it| &it["cursor"]),
                "endCursor": expected.last().map(|it| &it["cursor"]),
            },
            "totalCount": all["totalCount"],
        });
        assert_eq!(page(&variables), expected, "seed {SEED}: {query} {variables}");
    }
    assert_eq!(all["totalCount"], edges.len(), "{field}");
}

/// Pages through a connection, forwards or backwards, while topics and what they are connected with
/// come and go, and checks that what was there all the time is seen once and in order.
fn check_pages_under_writes(field: &str, rng: &mut Rng) {
    let api = demo::fresh();
    let query = page_query(field, true);
    let page = |variables: &Value| innermost(ask(&api, &query, variables));
    let ids = |page: &Value| -> Vec<String> {
        let edges = page["edges"].as_array().unwrap().iter();
        edges.map(|it| it["node"]["id"].as_str().unwrap().to_owned()).collect()
    };
    let (count, cursor, end, more) = if rng.bool() {
        ("first", "after", "endCursor", "hasNextPage")
    } else {
        ("last", "before", "startCursor", "hasPreviousPage")
    };
    let before = ids(&page(&json!({ "first": 1000 })));
    let mut seen: Vec<String> = Vec::new();
    let mut place = Value::Null;
    loop {
        let found = page(&json!({ (count): rng.usize(1..4), (cursor): place }));
        let ids = ids(&found);
        seen = if count == "first" { [seen, ids].concat() } else { [ids, seen].concat() };
        place = found["pageInfo"][end].clone();
        if found["pageInfo"][more] == false || place.is_null() {
            break;
        }
        for _ in 0..rng.usize(..3) {
            write(&api, &before, &seen, rng);
        }
    }
    let after = ids(&page(&json!({ "first": 1000 })));
    assert_eq!(
        seen.iter().collect::<BTreeSet<_>>().len(),
        seen.len(),
        "seed {SEED}: {field} {seen:?}"
    );
    let stayed: Vec<_> = before.iter().filter(|it| after.contains(it)).collect();
    let seen: Vec<_> = seen.iter().filter(|it| stayed.contains(it)).collect();
    assert_eq!(seen, stayed, "seed {SEED}: {field} by {count}");
}

/// Makes a topic that an event is about, or deletes one.
fn write(api: &Api, before: &[String], seen: &[String], rng: &mut Rng) {
    let name: String = iter::repeat_with(|| rng.lowercase()).take(6).collect();
    let topics: Vec<_> = before.iter().chain(seen).filter(|it| it.starts_with("topic:")).collect();
    match rng.choice(topics).filter(|_| rng.bool()) {
        Some(id) => {
            let query = "mutation ($id: ID!) { deleteTopics(where: {id: {eq: $id}}, detach: true) { nodesDeleted } }";
            ask(api, query, &json!({ "id": id }));
        }
        None => {
            let query = "mutation ($id: ID!, $name: String!) {
                createTopics(input: [{id: $id, name: $name}]) { info { nodesCreated } }
                assertRelationships(input: [{type: ABOUT, source: {id: \"event:putin-aliyev-baku\"}, target: {id: $id}}]) { info { relationshipsCreated } }
            }";
            ask(api, query, &json!({ "id": format!("topic:{name}"), "name": name }));
        }
    }
}

/// The object that has edges, below objects of one field each.
fn innermost(mut value: Value) -> Value {
    while value.get("edges").is_none() {
        value = value.as_object_mut().unwrap().values_mut().next().unwrap().take();
    }
    value
}

#[test]
fn a_page_is_what_the_specification_makes_of_all_edges() {
    let event = r#"event(id: "event:putin-aliyev-baku")"#;
    for field in [
        format!("relationships(where: {{{EVERYTHING}}}, PAGE) {{ EDGES }}"),
        format!("{event} {{ relationships(PAGE) {{ EDGES }} }}"),
        format!(
            "{event} {{ relationships(where: {{{EVERYTHING}}}, asOf: \"2024\", PAGE) {{ EDGES }} }}"
        ),
        format!("{event} {{ aboutConnection(PAGE) {{ EDGES }} }}"),
        format!(
            "country(id: \"country:RUS\") {{ cooperatesWithConnection(where: {{relationship: \
             {{{EVERYTHING}}}}}, sort: [{{edge: {{status: DESC}}}}], PAGE) {{ EDGES }} }}"
        ),
        "topicsConnection(PAGE) { EDGES }".to_owned(),
        "topicsConnection(sort: [{name: DESC}], PAGE) { EDGES }".to_owned(),
        "topicsConnection(where: {name: {contains: \"i\"}}, sort: [{id: ASC}], PAGE) { EDGES }"
            .to_owned(),
    ] {
        check_pages(&field, true);
    }
    check_pages("entities(PAGE) { EDGES }", false);
    check_pages(
        r#"country(id: "country:RUS") { neighbors(hops: {min: 1, max: 3}, PAGE) { EDGES } }"#,
        false,
    );
}

#[test]
fn what_stays_is_seen_once_while_other_things_come_and_go() {
    let mut rng = Rng::with_seed(SEED);
    for field in [
        "topicsConnection(PAGE) { EDGES }",
        "topicsConnection(sort: [{name: DESC}], PAGE) { EDGES }",
        "relationships(PAGE) { EDGES }",
        "event(id: \"event:putin-aliyev-baku\") { relationships(PAGE) { EDGES } }",
        "event(id: \"event:putin-aliyev-baku\") { aboutConnection(PAGE) { EDGES } }",
    ] {
        for _ in 0..WALKS {
            check_pages_under_writes(field, &mut rng);
        }
    }
}

/// All ids of a graph, each with the type of its object.
fn ids(api: &Api) -> BTreeMap<String, String> {
    let query = format!(
        "{{ entities(first: 1000) {{ nodes {{ __typename id }} }} \
         relationships(where: {{{EVERYTHING}}}, first: 100) {{ nodes {{ __typename id \
         evidence(first: 40) {{ nodes {{ __typename id }} }} }} }} }}"
    );
    let data = ask(api, &query, &json!({}));
    let relationships = data["relationships"]["nodes"].as_array().unwrap();
    let evidence = relationships.iter().flat_map(|it| it["evidence"]["nodes"].as_array().unwrap());
    let entities = data["entities"]["nodes"].as_array().unwrap();
    let mut ids = BTreeMap::new();
    for object in entities.iter().chain(relationships).chain(evidence) {
        let text = |name: &str| object[name].as_str().unwrap().to_owned();
        assert_eq!(ids.insert(text("id"), text("__typename")), None, "{object}");
    }
    ids
}

#[test]
fn every_object_with_an_id_is_found_by_it_alone() {
    let films = include_str!("api/film/facts.jsonl");
    let graph = facts::graph(include_str!("api/film/schema.sdl"), films);
    let film = Api::new(graph, Limits::default()).unwrap();
    let possible = ask(&film, "{ __type(name: \"Node\") { possibleTypes { name } } }", &json!({}));
    let possible: BTreeSet<_> = possible["__type"]["possibleTypes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids(&film).into_values().collect::<BTreeSet<_>>(), possible);

    for api in [film, demo::api()] {
        let ids = ids(&api);
        let one = "query ($id: ID!) { node(id: $id) { __typename id } }";
        for (id, name) in &ids {
            let node = ask(&api, one, &json!({ "id": id }));
            assert_eq!(node, json!({ "node": { "__typename": name, "id": id } }));
        }
        let several = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        let mut wanted: Vec<_> = ids.keys().map(String::as_str).rev().take(99).collect();
        wanted.insert(5, "nobody");
        let expected: Vec<_> =
            wanted.iter().map(|it| (*it != "nobody").then(|| json!({ "id": it }))).collect();
        let nodes = ask(&api, several, &json!({ "ids": wanted }));
        assert_eq!(nodes, json!({ "nodes": expected }));
        for id in ["", "#", "#0", "nobody#0", "r1#999", "r1#-1", "r1#00", "r1#+0", "r1#", "\0"] {
            assert_eq!(ask(&api, one, &json!({ "id": id })), json!({ "node": null }), "{id:?}");
        }
    }
}

#[test]
fn evidence_is_found_by_its_id_whatever_else_is_called_so() {
    let ontology =
        r#"type Thing @node { next: [Thing!]! @relationship(type: "NEXT", direction: OUT) }"#;
    // Older than the evidence, or they were refused. Only the second has the id of a piece that is there.
    let things = ["a", "r1#0", "r1#00", "r1#1"];
    let mut lines: Vec<_> = things
        .iter()
        .map(|it| json!({ "kind": "entity", "id": it, "type": "Thing", "name": "x" }).to_string())
        .collect();
    lines.push(
        json!({
            "kind": "relationship", "id": "r1", "type": "NEXT", "source": "a", "target": "a",
            "evidence": [{ "document": "a" }],
        })
        .to_string(),
    );
    let api = Api::new(facts::graph(ontology, &lines.join("\n")), Limits::default()).unwrap();
    let ids = ["a", "r1", "r1#0", "r1#00", "r1#1"];
    let query =
        "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } thing(id: \"r1#0\") { id } }";
    let names = ["Thing", "Next", "Evidence", "Thing", "Thing"];
    let nodes: Vec<_> =
        ids.iter().zip(names).map(|(id, name)| json!({ "__typename": name, "id": id })).collect();
    let expected = json!({ "nodes": nodes, "thing": { "id": "r1#0" } });
    assert_eq!(ask(&api, query, &json!({ "ids": ids })), expected);
}
