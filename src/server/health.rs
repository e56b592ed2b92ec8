//! Whether the server is well, for those who watch over it.

use actix_web::{
    HttpResponse,
    web::{self, Data},
};
use serde_json::json;

use crate::api::{Api, Outcome, Request};

/// The process answers.
pub(super) async fn live() -> &'static str {
    "live\n"
}

/// The graph answers.
pub(super) async fn ready(api: Data<Api>) -> HttpResponse {
    let probe = Request { query: "{ __typename }", operation_name: None, variables: None };
    match web::block(move || api.execute(probe).outcome).await {
        Ok(Outcome::Executed) => HttpResponse::Ok().json(json!({ "state": "WRITABLE" })),
        _ => HttpResponse::ServiceUnavailable().json(json!({ "state": "NOT_READY" })),
    }
}
