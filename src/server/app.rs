//! What is answered where.

use std::path::PathBuf;

use actix_web::{
    App, Error, HttpResponse,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    http::header,
    web::{self, Data, PayloadConfig},
};

use super::{access, backup::backup, graphql::graphql, health, import::import};
use crate::api::Api;

/// The page at `/`.
const PAGE: &str = include_str!("page.html");
/// The page asks for nothing beyond itself.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// What all workers share.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The longest body of a request, and the longest message of a WebSocket, in bytes.
    pub body_bytes_max: usize,
    /// Where bodies of any length are kept while they are read.
    pub spool: PathBuf,
}

impl Settings {
    /// These settings.
    pub fn new(body_bytes_max: usize, spool: PathBuf) -> Self {
        Self { body_bytes_max, spool }
    }
}

/// The application: all that the server answers, without the socket. One for each worker.
pub fn app(
    api: Api,
    settings: Settings,
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
        .app_data(PayloadConfig::new(settings.body_bytes_max))
        .app_data(Data::new(settings))
        .wrap_fn(access::logged)
        .service(web::resource("/graphql").to(graphql))
        .service(web::resource("/import").route(web::post().to(import)))
        .service(web::resource("/backup").get(backup))
        .service(web::resource("/").get(page))
        .service(web::resource("/health/live").get(health::live))
        .service(web::resource("/health/ready").get(health::ready))
}

async fn page() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, PAGE_POLICY))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(PAGE)
}
