//! What whoever runs a server sees of it, or decides: ids of requests, the log, pages of other
//! origins, compression.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/demo.rs"]
mod demo;

use std::{
    io::{self, Read, Write},
    sync::{Arc, Mutex},
    time::Duration,
};

use actix_web::{http::header::HeaderMap, test};
use relata::server::{self, Settings};
use serde_json::{Value, json};

use self::demo::api;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// The lines of a log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a request came to.
struct Told {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
    log: Vec<Value>,
}

impl Told {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().unwrap())
    }

    fn line(&self, target: &str) -> &Value {
        self.log.iter().find(|it| it["target"] == target).unwrap_or(&Value::Null)
    }
}

/// Sends a request, and gives what the server says of it, to the client and to the log.
async fn told(settings: Settings, request: test::TestRequest) -> Told {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_max_level(tracing::Level::INFO)
        .with_writer(move || writer.clone())
        .finish();
    let logging = tracing::subscriber::set_default(subscriber);
    let app = test::init_service(server::app(api(), settings)).await;
    let response = test::call_service(&app, request.to_request()).await;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = test::read_body(response).await.to_vec();
    drop(logging);
    let bytes = log.0.lock().unwrap();
    let log = str::from_utf8(&bytes).unwrap().lines();
    Told { status, headers, body, log: log.map(|it| serde_json::from_str(it).unwrap()).collect() }
}

fn settings() -> Settings {
    Settings::new(100_000, std::env::temp_dir())
}

fn post(body: &Value) -> test::TestRequest {
    test::TestRequest::post().uri("/graphql").set_json(body)
}

#[actix_web::test]
async fn every_request_has_an_id_and_may_bring_it() {
    let body = json!({ "query": "{ __typename }" });
    for (given, kept) in [("abc-1.2_3", true), ("", false), ("a b", false), ("\"<x>\"", false)] {
        let request = post(&body).insert_header(("x-request-id", given));
        let told = told(settings(), request).await;
        let id = told.header("x-request-id");
        assert_eq!(id == given, kept, "{given} {id}");
        assert!(!id.is_empty());
        assert_eq!(told.line("relata::access")["request_id"], id);
    }
    let nowhere = told(settings(), test::TestRequest::get().uri("/nowhere")).await;
    assert_eq!(nowhere.status, 404);
    assert!(!nowhere.header("x-request-id").is_empty());
}

#[actix_web::test]
async fn a_request_is_one_line_of_the_log() {
    let body = json!({ "query": "query Q { country(id: \"country:AZE\") { name } }" });
    let trace = format!("00-{TRACE}-00f067aa0ba902b7-01");
    let request = post(&body)
        .insert_header(("traceparent", trace))
        .peer_addr("192.0.2.7:1234".parse().unwrap());
    let told = told(settings(), request).await;
    let line = told.line("relata::access");
    for (field, value) in [
        ("method", json!("POST")),
        ("path", json!("/graphql")),
        ("status", json!(200)),
        ("operation_type", json!("query")),
        ("operation", json!("Q")),
        ("trace_id", json!(TRACE)),
        ("client", json!("192.0.2.7")),
        ("bytes", json!(42)),
    ] {
        assert_eq!(line[field], value, "{field} {line}");
    }
    assert!(line["ms"].is_number() && line.get("code").is_none(), "{line}");
    assert_eq!(told.log.len(), 1, "{:?}", told.log);

    let refused = self::told(settings(), post(&json!({ "query": "{" }))).await;
    let line = refused.line("relata::access");
    assert_eq!(line["code"], "GRAPHQL_PARSE_FAILED", "{line}");
    let quiet = self::told(settings(), test::TestRequest::get().uri("/health/live")).await;
    assert!(quiet.log.is_empty(), "{:?}", quiet.log);
    let long = format!("/{}", "x".repeat(10_000));
    let line = self::told(settings(), test::TestRequest::get().uri(&long)).await;
    assert!(line.log[0]["path"].as_str().unwrap().len() <= 100);
}

#[actix_web::test]
async fn a_slow_operation_is_told_with_what_it_took_but_no_values() {
    let document = "query Q($to: ID!) { paths(from: {name: {name: \"Baku Shipyard\"}}, to: {id: \
                    $to}) { paths { length } } }";
    let body =
        json!({ "query": document, "variables": { "to": "country:RUS", "secret": "s3cret" }});
    let mut settings = settings();
    settings.slow_query = Some(Duration::ZERO);
    let slow = told(settings.clone(), post(&body)).await;
    let line = slow.line("relata::slow");
    assert_eq!(line["document"], document);
    assert_eq!(line["variables"], "$secret, $to");
    assert_eq!(line["plan"], "paths{paths{length}}");
    assert_eq!(line["rows"], 1, "{line}");
    assert_eq!(line["request_id"], slow.header("x-request-id"));
    assert!(line["steps"].as_u64() > Some(0) && line["cost"].as_u64() > Some(0), "{line}");
    assert!(!slow.log.iter().any(|it| it.to_string().contains("s3cret")), "{:?}", slow.log);
    settings.slow_query = Some(Duration::from_secs(60));
    assert_eq!(told(settings, post(&body)).await.line("relata::slow"), &Value::Null);
}

const OURS: &str = "https://app.example.org";

/// Settings under which pages of these origins may ask.
fn open_to(origins: &[&str]) -> Settings {
    let mut settings = settings();
    settings.origins = origins.iter().map(|it| it.parse().unwrap()).collect();
    settings
}

#[actix_web::test]
async fn pages_of_listed_origins_alone_may_ask() {
    let body = json!({ "query": "{ __typename }" });
    for (listed, origin, allowed, credentials) in [
        (&[][..], OURS, "", ""),
        (&[OURS], OURS, OURS, "true"),
        (&[OURS], "https://example.org", "", ""),
        (&[OURS], "http://app.example.org", "", ""),
        (&[OURS], "https://app.example.org:8443", "", ""),
        (&[OURS], "https://app.example.org.evil.org", "", ""),
        (&[OURS], "null", "", ""),
        (&["*"], "https://example.org", "*", ""),
        (&["*", OURS], OURS, OURS, "true"),
        (&["*", OURS], "null", "*", ""),
    ] {
        let request = post(&body).insert_header(("origin", origin));
        let told = told(open_to(listed), request).await;
        let what = format!("{listed:?} {origin}");
        assert_eq!(told.status, 200, "{what}: the browser decides who reads it");
        assert_eq!(told.header("access-control-allow-origin"), allowed, "{what}");
        assert_eq!(told.header("access-control-allow-credentials"), credentials, "{what}");
        let exposed = if allowed.is_empty() { "" } else { "x-request-id" };
        assert_eq!(told.header("access-control-expose-headers"), exposed, "{what}");
        let vary: Vec<_> = told.headers.get_all("vary").map(|it| it.to_str().unwrap()).collect();
        assert_eq!(vary.contains(&"Origin"), listed.contains(&OURS), "{what} {vary:?}");
        assert!(vary.contains(&"Accept"), "{what} {vary:?}");
    }
}

#[actix_web::test]
async fn browsers_are_answered_before_they_send_a_page_s_request() {
    let ask = |origin| {
        test::TestRequest::with_uri("/graphql")
            .method("OPTIONS".parse().unwrap())
            .insert_header(("origin", origin))
            .insert_header(("access-control-request-method", "POST"))
            .insert_header(("access-control-request-headers", "content-type,x-mine"))
    };
    let told = told(open_to(&[OURS]), ask(OURS)).await;
    assert_eq!(told.status, 204);
    for (name, value) in [
        ("access-control-allow-origin", OURS),
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-methods", "GET, POST"),
        ("access-control-allow-headers", "content-type,x-mine"),
        ("access-control-max-age", "7200"),
    ] {
        assert_eq!(told.header(name), value, "{name}");
    }
    for settings in [settings(), open_to(&["https://example.org"])] {
        let told = self::told(settings, ask(OURS)).await;
        assert_eq!((told.status, told.header("access-control-allow-origin")), (405, ""));
    }
}

#[actix_web::test]
async fn only_origins_can_be_listed() {
    for (text, sound) in [
        ("*", true),
        ("https://example.org", true),
        ("http://[::1]:3000", true),
        ("app://obsidian.md", true),
        ("https://example.org:80", true),
        ("https://example.org:443", false),
        ("http://example.org:80", false),
        ("example.org", false),
        ("https://example.org/", false),
        ("https://*.example.org", false),
        ("https://Example.org", false),
        ("https://a.org,https://b.org", false),
        ("null", false),
        ("", false),
    ] {
        assert_eq!(text.parse::<server::Origin>().is_ok(), sound, "{text}");
    }
}

/// A body as it was before it was compressed.
fn unpacked(encoding: &str, body: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match encoding {
        "gzip" => flate2::read::GzDecoder::new(body).read_to_end(&mut plain).unwrap(),
        "br" => brotli::Decompressor::new(body, 4096).read_to_end(&mut plain).unwrap(),
        "zstd" => {
            let mut decoder = ruzstd::decoding::StreamingDecoder::new(body).unwrap();
            decoder.read_to_end(&mut plain).unwrap()
        }
        _ => {
            plain.extend_from_slice(body);
            plain.len()
        }
    };
    plain
}

#[actix_web::test]
async fn long_answers_are_compressed_as_the_client_likes() {
    let long = json!({ "query": "{ relationships(first: 30) { nodes { id source { id name } target \
                       { id name } evidence { nodes { locator summary } } } } }" });
    let short = json!({ "query": "{ country(id: \"country:AZE\") { name } }" });
    let plain = told(settings(), post(&long)).await;
    assert!(plain.body.len() > 4 * 1024 && plain.header("content-encoding").is_empty());
    for (accepted, chosen) in [
        ("", ""),
        ("identity", ""),
        ("gzip", "gzip"),
        ("br", "br"),
        ("zstd", "zstd"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("gzip;q=0.5, br;q=0.9", "br"),
        ("gzip;q=0, zstd", "zstd"),
        ("deflate", ""),
        ("gzip;q=0", ""),
        ("nonsense;;", ""),
    ] {
        let ask = |body| post(body).insert_header(("accept-encoding", accepted));
        let answer = told(settings(), ask(&long)).await;
        assert_eq!(answer.header("content-encoding"), chosen, "{accepted}");
        assert!(unpacked(chosen, &answer.body) == plain.body, "{accepted}");
        assert!(chosen.is_empty() || answer.body.len() < plain.body.len() / 3, "{accepted}");
        assert_eq!(answer.log[0]["bytes"], answer.body.len(), "what was sent is what is logged");
        let vary: Vec<_> = answer.headers.get_all("vary").map(|it| it.to_str().unwrap()).collect();
        assert_eq!(vary, ["Accept", "Accept-Encoding"], "{accepted}");
        let answer = told(settings(), ask(&short)).await;
        assert_eq!(answer.header("content-encoding"), "", "{accepted}");
        let mut never = settings();
        never.compress_bytes_min = 0;
        let answer = told(never, ask(&long)).await;
        assert!(answer.body == plain.body && answer.header("content-encoding").is_empty());
    }
    let events = post(&long).insert_header(("accept", "text/event-stream"));
    let events = told(settings(), events.insert_header(("accept-encoding", "gzip"))).await;
    assert_eq!(events.header("content-encoding"), "", "events go out as they come");
    assert!(events.body.len() > plain.body.len());
}
