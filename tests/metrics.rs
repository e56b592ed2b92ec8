//! `/metrics`: what is counted, in a format that Prometheus reads.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/demo.rs"]
mod demo;
#[path = "common/exposition.rs"]
mod exposition;

use std::{collections::BTreeSet, sync::Arc};

use actix_web::test;
use relata::{
    api::{Api, Limits},
    graph::{Graph, Options},
    ontology::{DEFAULT_SOURCE, Ontology},
    server::{self, Settings},
    store::SledStore,
};
use serde_json::json;

use self::{demo::api, exposition::Exposition};

#[actix_web::test]
async fn what_happens_is_counted() {
    let settings = Settings::new(100_000, std::env::temp_dir());
    let app = test::init_service(server::app(api(), settings)).await;
    let scrape = async || {
        let request = test::TestRequest::get().uri("/metrics").to_request();
        let response = test::call_service(&app, request).await;
        assert_eq!(response.status(), 200);
        let media = response.headers().get("content-type").unwrap();
        assert_eq!(media, "text/plain; version=0.0.4; charset=utf-8");
        let body = test::read_body(response).await;
        let body = str::from_utf8(&body).unwrap();
        Exposition::parse(body).unwrap_or_else(|it| panic!("{it}\n{body}"))
    };
    let ask = async |query: &str| {
        let request = test::TestRequest::post().uri("/graphql");
        let request = request.set_json(json!({ "query": query })).to_request();
        test::call_and_read_body(&app, request).await;
    };
    let before = scrape().await;
    for query in [
        "{ countries { name } }",
        "{ countries { name } }",
        "{ nothing }",
        "{",
        "{ paths(from: {id: \"nobody\"}, to: {id: \"nobody\"}) { found } }",
        "mutation { createCountries(input: [{name: \"A\"}]) { info { nodesCreated } } }",
        "subscription { changes { kind } }",
    ] {
        ask(query).await;
    }
    let media = test::TestRequest::post().uri("/graphql").set_payload("{}").to_request();
    test::call_and_read_body(&app, media).await;

    let after = scrape().await;
    let requests = |operation: &str, code: &str| {
        format!("relata_requests_total{{operation=\"{operation}\",code=\"{code}\"}}")
    };
    for (key, times) in [
        (requests("query", "OK"), 2.0),
        (requests("query", "UNKNOWN_ENTITY"), 1.0),
        (requests("mutation", "OK"), 1.0),
        (requests("subscription", "BAD_REQUEST"), 1.0),
        (requests("unknown", "BAD_REQUEST"), 1.0),
        (requests("unknown", "GRAPHQL_PARSE_FAILED"), 1.0),
        (requests("unknown", "GRAPHQL_VALIDATION_FAILED"), 1.0),
        ("relata_request_duration_seconds_count{operation=\"query\"}".to_owned(), 3.0),
        ("relata_request_duration_seconds_count{operation=\"unknown\"}".to_owned(), 3.0),
        ("relata_handed_over_total".to_owned(), 1.0),
        ("relata_plan_cache_entries".to_owned(), 4.0),
        ("relata_commits_total".to_owned(), 1.0),
        ("relata_commit_group_size_sum".to_owned(), 1.0),
        ("relata_revision".to_owned(), 1.0),
        ("relata_entities".to_owned(), 1.0),
    ] {
        assert_eq!(after.value(&key) - before.value(&key), times, "{key}");
    }
    assert!(after.value("relata_plan_cache_hits_total") >= 1.0);
    assert_eq!(after.value("relata_writable"), 1.0);
    assert_eq!(after.value("relata_writer_queue_capacity"), 1024.0);
    assert!(after.value("relata_graph_bytes") > 0.0);
    assert_eq!(before.types, after.types);
    assert_eq!(before.samples.len(), after.samples.len(), "no labels that clients make");
    for (key, value) in &before.samples {
        let name = key.split('{').next().unwrap();
        let is_counter =
            ["_total", "_count", "_bucket", "_sum"].iter().any(|it| name.ends_with(it));
        assert!(!is_counter || after.samples[key] >= *value, "{key} only grows");
    }
}

#[actix_web::test]
#[cfg(target_os = "linux")]
async fn operators_read_of_every_metric_and_its_labels() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SledStore::open(folder.path()).unwrap());
    let ontology = Ontology::parse("schema.graphql", DEFAULT_SOURCE).unwrap();
    let graph = Graph::open(store, Some(ontology), Options::default()).unwrap();
    let api = Api::new(graph, Limits::default()).unwrap();
    let settings = Settings::new(100_000, folder.path().to_owned());
    let app = test::init_service(server::app(api, settings)).await;
    let request = test::TestRequest::get().uri("/metrics").to_request();
    let body = test::call_and_read_body(&app, request).await;
    let told = Exposition::parse(str::from_utf8(&body).unwrap()).unwrap();
    let told: BTreeSet<_> = told.types.keys().map(|name| told.labelled(name)).collect();

    let page = include_str!("../docs/operators.md");
    let table =
        page.split("## Metrics").nth(1).unwrap().split("\n\n").find(|it| it.starts_with('|'));
    let rows = table.unwrap().lines().skip(2).map(|it| it.split('|').nth(1).unwrap());
    let printed = rows.flat_map(|it| it.split('`').skip(1).step_by(2)).map(str::to_owned);
    assert_eq!(printed.collect::<BTreeSet<_>>(), told);
}
