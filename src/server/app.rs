//! What is answered where.

use actix_web::{
    App, Error, HttpResponse,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    http::header,
    web::{self, Data, PayloadConfig},
};

use super::{access, graphql::graphql};
use crate::api::{Api, Outcome, Request};

/// The page at `/`.
const PAGE: &str = include_str!("page.html");
const PLAIN: &str = "text/plain; charset=utf-8";
/// The page asks for nothing beyond itself.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// The application: all that the server answers, without the socket. One for each worker.
pub fn app(
    api: Api,
    body_bytes_max: usize,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    App::new()
        .app_data(Data::new(api))
        .app_data(PayloadConfig::new(body_bytes_max))
        .wrap_fn(access::logged)
        .service(web::resource("/graphql").to(graphql))
        .service(web::resource("/").get(page))
        .service(web::resource("/health/live").get(live))
        .service(web::resource("/health/ready").get(ready))
}

async fn page() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, PAGE_POLICY))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(PAGE)
}

/// The process answers.
async fn live() -> &'static str {
    "live\n"
}

/// The graph answers.
async fn ready(api: Data<Api>) -> HttpResponse {
    let probe = Request { query: "{ __typename }", operation_name: None, variables: None };
    match web::block(move || api.execute(probe).outcome).await {
        Ok(Outcome::Executed) => HttpResponse::Ok().content_type(PLAIN).body("ready\n"),
        _ => HttpResponse::ServiceUnavailable().content_type(PLAIN).body("not ready\n"),
    }
}
