//! What Relay builds upon: pages in both directions, and objects that can be asked for again.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/demo.rs"]
mod demo;
#[path = "common/facts.rs"]
mod facts;

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use relata::api::{Api, Limits, Request};
use serde_json::{Value, json, value::to_raw_value};

const SEED: u64 = 21;
const PAGES: usize = 300;
const EVERYTHING: &str = "modality: [ASSERTED, INTENDED, POSSIBLE, REQUESTED]";

fn ask(api: &Api, query: &str, variables: &Value) -> Value {
    let raw = to_raw_value(variables).unwrap();
    let request = Request { query, operation_name: None, variables: Some(&raw) };
    let response: Value = serde_json::from_slice(&api.execute(request).body).unwrap();
    assert!(response.get("errors").is_none(), "{query} {variables} {response}");
    response["data"].clone()
}

/// Asks for random pages of a connection, which `field` selects with `PAGE` among its arguments
/// and its nodes by id, and compares each with what the Relay specification makes of all edges.
fn check_pages(field: &str, two_way: bool) {
    let (declared, given) = if two_way {
        ("$last: Int, $before: String", "last: $last, before: $before")
    } else {
        ("", "")
    };
    let field = field
        .replace("PAGE", &format!("first: $first, after: $after, {given}"))
        .replace("NODES", "edges { cursor node { id } } nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount");
    let query = format!("query ($first: Int, $after: String, {declared}) {{ {field} }}");
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

/// The only object that has edges, below objects of one field each.
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
        format!("relationships(where: {{{EVERYTHING}}}, PAGE) {{ NODES }}"),
        format!("{event} {{ relationships(PAGE) {{ NODES }} }}"),
        format!(
            "{event} {{ relationships(where: {{{EVERYTHING}}}, asOf: \"2024\", PAGE) {{ NODES }} }}"
        ),
        format!("{event} {{ aboutConnection(PAGE) {{ NODES }} }}"),
        format!(
            "country(id: \"country:RUS\") {{ cooperatesWithConnection(where: {{relationship: \
             {{{EVERYTHING}}}}}, sort: [{{edge: {{status: DESC}}}}], PAGE) {{ NODES }} }}"
        ),
        "topicsConnection(PAGE) { NODES }".to_owned(),
        "topicsConnection(sort: [{name: DESC}], PAGE) { NODES }".to_owned(),
        "topicsConnection(where: {name: {contains: \"i\"}}, sort: [{id: ASC}], PAGE) { NODES }"
            .to_owned(),
    ] {
        check_pages(&field, true);
    }
    check_pages("entities(PAGE) { NODES }", false);
    check_pages(
        r#"country(id: "country:RUS") { neighbors(hops: {min: 1, max: 3}, PAGE) { NODES } }"#,
        false,
    );
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
