//! The pages at `/` and `/graphiql`: what they are served with, and that the example queries have
//! answers.

#![cfg(feature = "web")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/demo.rs"]
mod demo;

use std::fs;

use actix_web::{dev::ServiceResponse, http::header, test};
use relata::{
    api::{Outcome, Request},
    server::{self, Settings},
};

use self::demo::api;

const PACKED: &[(&str, &[u8])] = include!("../web/built/files.rs");

async fn get(path: &str, accept: Option<&str>) -> ServiceResponse {
    let settings = Settings::new(100_000, std::env::temp_dir());
    let app = test::init_service(server::app(api(), settings)).await;
    let mut request = test::TestRequest::with_uri(path);
    if let Some(accept) = accept {
        request = request.insert_header((header::ACCEPT_ENCODING, accept));
    }
    test::call_service(&app, request.to_request()).await.map_into_boxed_body()
}

fn header<'a>(response: &'a ServiceResponse, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |it| it.to_str().unwrap())
}

fn path(name: &str) -> String {
    match name {
        "index.html" => "/".to_owned(),
        "graphiql.html" => "/graphiql".to_owned(),
        _ => format!("/{name}"),
    }
}

#[actix_web::test]
async fn every_file_is_served_as_it_was_built() {
    for (name, packed) in PACKED {
        let response = get(&path(name), Some("gzip, deflate, br, zstd")).await;
        assert_eq!(header(&response, "content-encoding"), "br", "{name}");
        assert_eq!(header(&response, "vary"), "accept-encoding", "{name}");
        assert_eq!(header(&response, "x-content-type-options"), "nosniff", "{name}");
        assert_eq!(header(&response, "referrer-policy"), "no-referrer", "{name}");
        let policy = header(&response, "content-security-policy");
        assert!(policy.starts_with("default-src 'self';"), "{name}: {policy}");
        let keeps = header(&response, "cache-control").contains("immutable");
        assert_eq!(keeps, name.starts_with("assets/"), "{name}");
        assert_eq!(test::read_body(response).await, *packed, "{name}");
    }
}

#[actix_web::test]
async fn who_takes_no_brotli_is_given_the_plain_file() {
    for accept in [None, Some("gzip, deflate"), Some("br;q=0, identity"), Some("")] {
        let response = get("/", accept).await;
        assert_eq!(header(&response, "content-encoding"), "", "{accept:?}");
        assert_eq!(header(&response, "content-type"), "text/html; charset=utf-8");
        let body = test::read_body(response).await;
        assert!(body.starts_with(b"<!doctype html>"), "{accept:?}");
    }
}

#[actix_web::test]
async fn every_file_that_a_page_names_is_there() {
    for page in ["/", "/graphiql"] {
        let body = test::read_body(get(page, None).await).await;
        let html = str::from_utf8(&body).unwrap();
        let names = html.split(['"', '\'']).filter_map(|it| it.strip_prefix("./"));
        assert!(names.clone().count() >= 3, "{html}");
        for name in names {
            assert!(get(&format!("/{name}"), None).await.status().is_success(), "{name}");
        }
    }
}

#[actix_web::test]
async fn a_link_to_a_query_goes_on_to_graphiql() {
    for (from, to) in [
        ("/?query=%7Bstats%7D", "graphiql?query=%7Bstats%7D"),
        ("/?variables=%7B%7D&query=q", "graphiql?variables=%7B%7D&query=q"),
        ("/?from=elsewhere", ""),
        ("/graphiql?query=q", ""),
    ] {
        let response = get(from, None).await;
        assert_eq!(header(&response, "location"), to, "{from}");
        assert_eq!(response.status().is_redirection(), !to.is_empty(), "{from}");
    }
}

#[actix_web::test]
async fn the_build_tells_nothing_of_where_it_was_made() {
    for (name, _) in PACKED.iter().filter(|(name, _)| *name != "licenses.txt") {
        let body = test::read_body(get(&path(name), None).await).await;
        let text = String::from_utf8_lossy(&body);
        assert!(
            !text.contains("sourceMappingURL=") || text.contains("sourceMappingURL=\""),
            "{name}"
        );
        assert!(!text.contains("node_modules/"), "{name}");
    }
}

#[actix_web::test]
async fn every_example_query_has_an_answer() {
    let mut names: Vec<_> = fs::read_dir("web/src/examples")
        .unwrap()
        .map(|it| it.unwrap().path())
        .chain(["web/src/welcome.graphql".into()])
        .collect();
    names.sort();
    assert!(names.len() > 5);
    for name in names {
        let query = fs::read_to_string(&name).unwrap();
        let request = Request { query: &query, operation_name: None, variables: None };
        let response = api().execute(request);
        let body = String::from_utf8(response.body.to_vec()).unwrap();
        assert!(matches!(response.outcome, Outcome::Executed), "{}: {body}", name.display());
        assert!(!body.contains(r#""errors""#), "{}: {body}", name.display());
    }
}
