//! Whether the server is well, for those who watch over it.

use actix_web::{
    HttpResponse,
    web::{self, Data},
};
use serde_json::json;

use super::settings::Settings;
use crate::{
    api::{Api, Outcome, Request},
    graph::State,
};

/// The process answers.
pub(super) async fn live() -> &'static str {
    "live\n"
}

/// The graph answers, and goes on to. It may be that it takes no writes: that is told, and is no
/// reason to send readers elsewhere.
pub(super) async fn ready(api: Data<Api>, settings: Data<Settings>) -> HttpResponse {
    if settings.is_stopping() {
        return HttpResponse::ServiceUnavailable().json(json!({ "state": "STOPPING" }));
    }
    let state = api.graph().state();
    let probe = Request { query: "{ __typename }", operation_name: None, variables: None };
    match web::block(move || api.execute(probe).outcome).await {
        Ok(Outcome::Executed) => HttpResponse::Ok().json(match state {
            State::Writable => json!({ "state": "WRITABLE" }),
            State::ReadOnly { since, reason } => {
                json!({ "state": "READ_ONLY", "since": since.to_string(), "reason": reason })
            }
        }),
        _ => HttpResponse::ServiceUnavailable().json(json!({ "state": "NOT_READY" })),
    }
}
