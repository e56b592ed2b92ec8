//! `/` of a server that is built without the feature `web`: how to ask it otherwise.

use actix_web::{
    HttpResponse,
    http::header,
    web::{self, ServiceConfig},
};

const NOTICE: &str = include_str!("notice.html");
/// The notice asks for nothing beyond itself.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// Adds the route of the notice.
pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(web::resource("/").get(notice));
}

async fn notice() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(NOTICE)
}
