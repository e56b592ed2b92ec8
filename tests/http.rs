//! GraphQL over HTTP: media types, methods, statuses, limits and codes, without a socket.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/demo.rs"]
mod demo;
#[path = "common/failing.rs"]
mod failing;

use std::sync::Arc;

use actix_web::{http::StatusCode, test};
use relata::{
    api::{Api, Limits},
    graph::{Graph, Options},
    ontology::{DEFAULT_SOURCE, Ontology},
    server::{self, Settings},
    store::MemoryStore,
};
use serde_json::{Value, json};

use self::{demo::api, failing::FailingStore};

const FACTS: &[u8] = include_bytes!("../data/facts.jsonl");
const BODY_BYTES_MAX: usize = 100_000;
const NEW: &str = "application/graphql-response+json";
const OLD: &str = "application/json";
const QUERY: &str = r#"{"query":"{ country(id: \"country:AZE\") { name } }"}"#;

/// A request: its method and URI, its headers and its body.
#[derive(Clone, Copy)]
struct Ask<'a> {
    line: &'a str,
    headers: &'a [(&'a str, &'a str)],
    body: &'a str,
}

/// What comes back.
struct Answer {
    status: StatusCode,
    media: String,
    allow: String,
    body: Value,
}

fn post(body: &str) -> Ask<'_> {
    Ask { line: "POST /graphql", headers: &[("content-type", OLD)], body }
}

fn get(line: &str) -> Ask<'_> {
    Ask { line, headers: &[], body: "" }
}

async fn send(ask: Ask<'_>) -> Answer {
    let app =
        test::init_service(server::app(api(), Settings::new(BODY_BYTES_MAX, std::env::temp_dir())))
            .await;
    let (method, uri) = ask.line.split_once(' ').unwrap();
    let mut request = test::TestRequest::with_uri(uri)
        .method(method.parse().unwrap())
        .set_payload(ask.body.to_owned());
    for header in ask.headers {
        request = request.insert_header(*header);
    }
    let response = test::call_service(&app, request.to_request()).await;
    let header = |name: &str| {
        let value = response.headers().get(name).map(|it| it.to_str().unwrap());
        value.unwrap_or_default().to_owned()
    };
    let (status, media, allow) = (response.status(), header("content-type"), header("allow"));
    let body = test::read_body(response).await;
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    Answer { status, media, allow, body }
}

/// Sends the request and checks the status and the code of the first error, if there is to be one.
async fn check(ask: Ask<'_>, status: u16, code: Option<&str>) -> Answer {
    let answer = send(ask).await;
    let what = format!("{} {:?} {:.200}\n{}", ask.line, ask.headers, ask.body, answer.body);
    assert_eq!(answer.status.as_u16(), status, "{what}");
    assert_eq!(answer.body["errors"][0]["extensions"]["code"].as_str(), code, "{what}");
    if code.is_some() && answer.status != 200 {
        assert!(answer.body.get("data").is_none(), "{what}");
    }
    answer
}

#[actix_web::test]
async fn a_query_is_answered_by_post_and_by_get() {
    let expected = json!({ "data": { "country": { "name": "Azerbaijan" } } });
    let query = "query=%7B%20country(id%3A%20%22country%3AAZE%22)%20%7B%20name%20%7D%20%7D";
    let line = format!("GET /graphql?{query}");
    for ask in [post(QUERY), get(&line)] {
        assert_eq!(check(ask, 200, None).await.body, expected);
    }
}

#[actix_web::test]
async fn variables_and_operation_names_come_along() {
    let document = "query A($id: ID) { country(id: $id) { name } } query B { __typename }";
    let expected = json!({ "data": { "country": { "name": "Armenia" } } });
    let body = json!({
        "query": document, "operationName": "A", "variables": { "id": "country:ARM" },
        "extensions": { "anything": 1 }, "unknown": true
    });
    assert_eq!(check(post(&body.to_string()), 200, None).await.body, expected);
    let query = "query=query%20A(%24id%3A%20ID)%20%7B%20country(id%3A%20%24id)%20%7B%20name%20%7D\
                 %20%7D&operationName=A&variables=%7B%22id%22%3A%22country%3AARM%22%7D";
    let line = format!("GET /graphql?{query}");
    assert_eq!(check(get(&line), 200, None).await.body, expected);
}

#[actix_web::test]
async fn the_client_chooses_the_media_type() {
    for (accept, media) in [
        ("", OLD),
        ("*/*", OLD),
        ("application/*", OLD),
        (OLD, OLD),
        (NEW, NEW),
        ("application/graphql-response+json, application/json;q=0.9", NEW),
        ("application/graphql-response+json;q=0.5, application/json", OLD),
        ("text/html, application/graphql-response+json;charset=utf-8", NEW),
        ("application/graphql-response+json;q=0, */*;q=0.1", OLD),
        ("APPLICATION/GraphQL-Response+JSON", NEW),
        ("text/html, application/xhtml+xml, */*;q=0.8", OLD),
        ("application/json;q=0, */*", NEW),
        ("*/*, application/json; Q=0.1", NEW),
        ("text/*;q=0.5, application/*;q=0.6", OLD),
    ] {
        let headers = [("content-type", OLD), ("accept", accept)];
        let answer = check(Ask { headers: &headers, ..post(QUERY) }, 200, None).await;
        assert_eq!(answer.media, format!("{media}; charset=utf-8"), "{accept}");
    }
    for accept in ["text/html", "application/json;q=0", "image/*", "*/*;q=0"] {
        let headers = [("content-type", OLD), ("accept", accept)];
        check(Ask { headers: &headers, ..post(QUERY) }, 406, Some("BAD_REQUEST")).await;
    }
}

#[actix_web::test]
async fn only_json_in_utf_8_is_taken() {
    for media in [OLD, "application/json; charset=utf-8", "Application/JSON;charset=\"UTF-8\""] {
        check(Ask { headers: &[("content-type", media)], ..post(QUERY) }, 200, None).await;
    }
    for media in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/json; charset=utf-16",
        "application/graphql",
        "",
    ] {
        let ask = Ask { headers: &[("content-type", media)], ..post(QUERY) };
        check(ask, 415, Some("BAD_REQUEST")).await;
    }
    check(Ask { headers: &[], ..post(QUERY) }, 415, Some("BAD_REQUEST")).await;
}

#[actix_web::test]
async fn what_is_no_graphql_request_is_bad() {
    for body in [
        "",
        "null",
        "3",
        "\"{ __typename }\"",
        "{",
        "{}",
        r#"{"query": null}"#,
        r#"{"query": 3}"#,
        r#"{"query": "{ __typename }"} {}"#,
        r#"{"query": "{ __typename }", "query": "{ __typename }"}"#,
        r#"{"query": "{ __typename }", "variables": []}"#,
        r#"{"query": "{ __typename }", "variables": "{}"}"#,
        r#"{"query": "{ __typename }", "operationName": 1}"#,
        r#"{"query": "{ __typename }", "extensions": 1}"#,
        r#"[{"query": "{ __typename }"}]"#,
        r#"["{ __typename }", null, null, null]"#,
        "\u{feff}{}",
    ] {
        for accept in [OLD, NEW] {
            let headers = [("content-type", OLD), ("accept", accept)];
            check(Ask { headers: &headers, ..post(body) }, 400, Some("BAD_REQUEST")).await;
        }
    }
    for query in [
        "",
        "?variables=%7B%7D",
        "?query=%7B__typename%7D&variables=%5B%5D",
        "?query=%7B__typename%7D&variables=%7B",
    ] {
        let line = format!("GET /graphql{query}");
        check(get(&line), 400, Some("BAD_REQUEST")).await;
    }
}

#[actix_web::test]
async fn who_names_a_document_by_its_hash_is_told_to_send_it() {
    let code = Some("PERSISTED_QUERY_NOT_SUPPORTED");
    let extensions = r#"{"persistedQuery":{"version":1,"sha256Hash":"0a"}}"#;
    check(post(&format!(r#"{{"extensions":{extensions}}}"#)), 400, code).await;
    let line = "GET /graphql?extensions=%7B%22persistedQuery%22%3A%7B%7D%7D";
    check(get(line), 400, code).await;
    check(post(&format!(r#"{{"query":"{{ __typename }}","extensions":{extensions}}}"#)), 200, None)
        .await;
}

#[actix_web::test]
async fn a_refused_document_has_its_status_by_media_type() {
    for (document, code) in [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("", "GRAPHQL_PARSE_FAILED"),
        ("{ nothingOfThisName }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { __typename } query B { __typename }", "OPERATION_RESOLUTION_FAILURE"),
        ("query($id: ID!) { node(id: $id) { id } }", "BAD_USER_INPUT"),
    ] {
        let body = json!({ "query": document }).to_string();
        for (accept, status) in [(OLD, 200), (NEW, 400)] {
            let headers = [("content-type", OLD), ("accept", accept)];
            let answer = check(Ask { headers: &headers, ..post(&body) }, status, Some(code)).await;
            assert!(answer.body.get("data").is_none(), "{document}");
        }
    }
}

#[actix_web::test]
async fn a_failed_field_is_an_executed_request() {
    let document = "{ paths(from: {id: \"nobody\"}, to: {id: \"nobody\"}) { found } }";
    let body = json!({ "query": document }).to_string();
    let headers = [("content-type", OLD), ("accept", NEW)];
    let answer = check(Ask { headers: &headers, ..post(&body) }, 200, Some("UNKNOWN_ENTITY")).await;
    assert_eq!(answer.body["data"], Value::Null);
}

#[actix_web::test]
async fn other_methods_are_told_which_are_allowed() {
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS"] {
        let line = format!("{method} /graphql");
        let ask = Ask { line: &line, ..post(QUERY) };
        assert_eq!(check(ask, 405, Some("BAD_REQUEST")).await.allow, "GET, POST");
    }
}

#[actix_web::test]
async fn nothing_but_a_query_runs_by_get() {
    for document in ["mutation%7B__typename%7D", "subscription%7B__typename%7D"] {
        let line = format!("GET /graphql?query={document}");
        let answer = send(Ask { headers: &[("accept", NEW)], ..get(&line) }).await;
        assert!(answer.status.is_client_error() && answer.body.get("data").is_none(), "{line}");
        let is_mutation = document.starts_with("mutation");
        assert_eq!(answer.status == 405 && answer.allow == "POST", is_mutation, "{line}");
    }
}

#[actix_web::test]
async fn a_body_is_bounded_before_it_is_read() {
    let fits = format!("{QUERY}{}", " ".repeat(BODY_BYTES_MAX - QUERY.len()));
    check(post(&fits), 200, None).await;
    check(post(&format!("{fits} ")), 413, Some("BAD_REQUEST")).await;
}

#[actix_web::test]
async fn a_document_is_bounded_before_it_is_parsed() {
    let document = format!("{{ {} }}", "__typename ".repeat(Limits::default().tokens_max + 1));
    let body = json!({ "query": document }).to_string();
    check(post(&body), 200, Some("QUERY_TOO_COMPLEX")).await;
}

/// An API of its own over an empty graph, and its graph.
fn empty() -> Api {
    let build = || {
        let ontology = Ontology::parse("schema.graphql", DEFAULT_SOURCE).unwrap();
        let store = Arc::new(MemoryStore::default());
        Api::new(Graph::open(store, Some(ontology), Options::default()).unwrap(), Limits::default())
            .unwrap()
    };
    std::thread::spawn(build).join().unwrap()
}

/// Sends lines to `/import`, and gives the status and the report.
async fn import_lines(api: &Api, uri: &str, media: &str, lines: &[u8]) -> (u16, Value) {
    let settings = Settings::new(BODY_BYTES_MAX, std::env::temp_dir());
    let app = test::init_service(server::app(api.clone(), settings)).await;
    let request = test::TestRequest::post()
        .uri(uri)
        .insert_header(("content-type", media))
        .set_payload(lines.to_owned())
        .to_request();
    let response = test::call_service(&app, request).await;
    let status = response.status().as_u16();
    (status, serde_json::from_slice(&test::read_body(response).await).unwrap())
}

#[actix_web::test]
async fn lines_are_imported_while_the_graph_is_served() {
    const LINES: &str = "application/x-ndjson";
    let api = empty();
    let (status, report) = import_lines(&api, "/import", LINES, FACTS).await;
    assert_eq!((status, &report["recorded"]), (200, &json!("ALL")), "{report}");
    assert_eq!((&report["lines"], &report["entitiesCreated"]), (&json!(57), &json!(25)));
    assert_eq!((&report["relationshipsCreated"], &report["bad"]), (&json!(32), &json!(0)));
    let again = import_lines(&api, "/import", "application/jsonl; charset=utf-8", FACTS).await.1;
    assert_eq!(again["revision"], report["revision"], "nothing changes: {again}");

    let bad = br#"{"kind":"entity","id":"country:NEW","type":"Country","name":"New"}

        {"kind":"entity","id":"x"}
        nonsense"#;
    let (status, refused) = import_lines(&api, "/import", LINES, bad).await;
    assert_eq!((status, &refused["recorded"]), (422, &json!("NONE")), "{refused}");
    assert_eq!(refused["faults"][0]["line"], 3, "{refused}");
    assert_eq!(refused["bad"], 2, "{refused}");
    assert_eq!(refused["revision"], report["revision"], "nothing is recorded");
    let (status, taken) = import_lines(&api, "/import?skipBad=true", LINES, bad).await;
    assert_eq!((status, &taken["recorded"]), (200, &json!("SOME")), "{taken}");
    assert_eq!(taken["entitiesCreated"], 1, "{taken}");

    for (uri, media, status) in
        [("/import", OLD, 415), ("/import", "text/plain", 415), ("/import?skip=1", LINES, 400)]
    {
        let (found, body) = import_lines(&api, uri, media, FACTS).await;
        assert_eq!(found, status, "{uri} {media} {body}");
        assert_eq!(body["errors"][0]["extensions"]["code"], "BAD_REQUEST", "{body}");
    }
}

#[actix_web::test]
async fn a_body_of_lines_may_be_longer_than_other_bodies() {
    let line = |it: usize| {
        format!(
            "{{\"kind\":\"entity\",\"id\":\"country:{it}\",\"type\":\"Country\",\"name\":\"{it}\"}}\n"
        )
    };
    let lines: String = (0..5_000).map(line).collect();
    assert!(lines.len() > 3 * BODY_BYTES_MAX);
    let report =
        import_lines(&empty(), "/import", "application/x-ndjson", lines.as_bytes()).await.1;
    assert_eq!(report["entitiesCreated"], 5_000, "{report}");
}

/// An API over a graph whose store fails at so many calls from its first commit on.
fn failing(calls: u64) -> Api {
    let open = move |first: u64| {
        let ontology = Ontology::parse("schema.graphql", DEFAULT_SOURCE).unwrap();
        let store =
            FailingStore::new(Arc::new(MemoryStore::default()), first..first.saturating_add(calls));
        let graph = Graph::open(Arc::new(store), Some(ontology), Options::default()).ok()?;
        Some(Api::new(graph, Limits::default()).unwrap())
    };
    let first = move || (0..100).find_map(open).expect("opening takes fewer calls");
    std::thread::spawn(first).join().unwrap()
}

#[actix_web::test]
async fn a_store_that_fails_makes_the_server_read_only_and_well_enough_to_read() {
    let api = failing(u64::MAX);
    let settings = Settings::new(BODY_BYTES_MAX, std::env::temp_dir());
    let app = test::init_service(server::app(api.clone(), settings)).await;
    let ready = || test::TestRequest::get().uri("/health/ready").to_request();
    let health: Value = test::call_and_read_body_json(&app, ready()).await;
    assert_eq!(health, json!({ "state": "WRITABLE" }));

    let (status, body) = import_lines(&api, "/import", "application/jsonl", FACTS).await;
    assert_eq!((status, &body["errors"][0]["extensions"]["code"]), (503, &json!("READ_ONLY")));
    let create = "mutation { createCountries(input: [{name: \"A\"}]) { info { nodesCreated } } }";
    let post =
        test::TestRequest::post().uri("/graphql").set_json(json!({ "query": create })).to_request();
    let refused: Value = test::call_and_read_body_json(&app, post).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "READ_ONLY", "{refused}");

    let health: Value = test::call_and_read_body_json(&app, ready()).await;
    assert_eq!(health["state"], "READ_ONLY");
    assert!(health["reason"].as_str().unwrap().contains("store"), "{health}");
}

#[actix_web::test]
async fn a_store_that_recovers_makes_the_server_writable_again() {
    let api = failing(1);
    let settings = Settings::new(BODY_BYTES_MAX, std::env::temp_dir());
    let app = test::init_service(server::app(api, settings)).await;
    let create = "mutation { createCountries(input: [{name: \"A\"}]) { info { nodesCreated } } }";
    for (code, state) in [(json!("READ_ONLY"), "READ_ONLY"), (Value::Null, "WRITABLE")] {
        let post = test::TestRequest::post().uri("/graphql").set_json(json!({ "query": create }));
        let answer: Value = test::call_and_read_body_json(&app, post.to_request()).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{answer}");
        let ready = test::TestRequest::get().uri("/health/ready").to_request();
        let health: Value = test::call_and_read_body_json(&app, ready).await;
        assert_eq!(health["state"], state, "{health}");
    }
}

#[actix_web::test]
async fn the_rest_of_the_server_answers() {
    for (uri, status, media) in [
        ("/", 200, "text/html; charset=utf-8"),
        ("/health/live", 200, "text/plain; charset=utf-8"),
        ("/health/ready", 200, OLD),
        ("/nothing", 404, ""),
    ] {
        for method in ["GET", "HEAD"] {
            let answer = send(get(&format!("{method} {uri}"))).await;
            let found = (answer.status.as_u16(), answer.media.as_str());
            assert_eq!(found, (status, media), "{method} {uri}");
        }
    }
}
