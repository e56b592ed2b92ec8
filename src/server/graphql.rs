//! `/graphql`: GraphQL over HTTP, one step after the other.

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::{Method, StatusCode},
    web::{self, Bytes, Data},
};

use super::{
    access::Operation,
    media::{self, Media},
    params::Params,
    refusal::{Refusal, respond, status},
};
use crate::api::{Api, Response};

/// Where the parameters are, before they are read.
enum Input {
    Body(Bytes),
    QueryString(String),
}

/// Answers a request for the API.
pub(super) async fn graphql(
    api: Data<Api>,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let Some(media) = Media::negotiate(request.headers()) else {
        let message = "accept `application/graphql-response+json` or `application/json`";
        return Refusal::new(StatusCode::NOT_ACCEPTABLE, message).respond(Media::Json);
    };
    let input = match input(&request, body) {
        Ok(input) => input,
        Err(refusal) => return refusal.respond(media),
    };
    // A walk may take seconds, and other connections wait for this thread.
    let answer = web::block(move || answer(&api, &input)).await;
    match answer {
        Ok(Ok((response, operation))) => {
            request.extensions_mut().insert(Operation(operation));
            respond(media, status(response.outcome, media), response.body)
        }
        Ok(Err(refusal)) => refusal.respond(media),
        Err(_) => {
            let message = "an internal error; the log says more";
            Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, message).respond(media)
        }
    }
}

fn input(request: &HttpRequest, body: Result<Bytes, actix_web::Error>) -> Result<Input, Refusal> {
    match *request.method() {
        Method::GET => Ok(Input::QueryString(request.query_string().to_owned())),
        Method::POST if !media::is_json(request.headers()) => {
            let message = "send `Content-Type: application/json`, in UTF-8";
            Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message))
        }
        Method::POST => body.map(Input::Body).map_err(|err| unreadable(&err)),
        _ => Err(Refusal::method("GET, POST", "send the request by POST, or a query by GET")),
    }
}

fn unreadable(err: &actix_web::Error) -> Refusal {
    match err.as_response_error().status_code() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let message = "the body is larger than this server takes; send less at a time";
            Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message)
        }
        _ => Refusal::bad(format!("the body cannot be read: {err}")),
    }
}

fn answer(api: &Api, input: &Input) -> Result<(Response, Option<String>), Refusal> {
    let params = match input {
        Input::Body(bytes) => Params::from_body(bytes)?,
        Input::QueryString(text) => Params::from_query_string(text)?,
    };
    let response = api.execute(params.request());
    Ok((response, params.into_operation_name()))
}
