//! `/graphql`: GraphQL over HTTP, one step after the other.

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::{Method, StatusCode},
    web::{self, Bytes, Data},
};

use super::{
    access::Operation,
    app::Settings,
    events,
    media::{self, Media},
    params::{Input, Params},
    refusal::{Refusal, respond, status},
};
use crate::api::{Api, Response};

/// Answers a request for the API.
pub(super) async fn graphql(
    api: Data<Api>,
    settings: Data<Settings>,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let Some(media) = Media::negotiate(request.headers()) else {
        let message = "accept `application/graphql-response+json`, `application/json` or \
                       `text/event-stream`";
        return Refusal::new(StatusCode::NOT_ACCEPTABLE, message).respond(Media::Json);
    };
    if media == Media::Events {
        // Whoever asks for events cannot read a refusal as one, but sees the status.
        return stream(api, &settings, &request, body)
            .unwrap_or_else(|refusal| refusal.respond(Media::Json));
    }
    match answer(api, &request, body).await {
        Ok(response) => respond(media, status(response.outcome, media), response.body),
        Err(refusal) => refusal.respond(media),
    }
}

async fn answer(
    api: Data<Api>,
    request: &HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> Result<Response, Refusal> {
    let input = Input::of(request, body)?;
    let params = input.params()?;
    admit(&api, request, &params)?;
    if let Some(response) = api.execute_briefly(params.request()) {
        return Ok(response);
    }
    // It may take seconds, and other connections wait for this thread.
    drop(params);
    let answer = move || Ok(api.execute(input.params()?.request()));
    web::block(answer).await.unwrap_or_else(|_| Err(Refusal::internal()))
}

/// Answers with as many events as there are answers.
fn stream(
    api: Data<Api>,
    settings: &Settings,
    request: &HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Refusal> {
    let input = Input::of(request, body)?;
    admit(&api, request, &input.params()?)?;
    events::respond(api, settings, input)
}

/// Leaves the name of the operation for the log, and refuses a mutation by GET: browsers, and
/// whoever stands between, ask by GET without being told to.
fn admit(api: &Api, request: &HttpRequest, params: &Params<'_>) -> Result<(), Refusal> {
    if let Some(name) = params.operation_name() {
        request.extensions_mut().insert(Operation(name.to_owned()));
    }
    if request.method() == Method::GET && api.is_mutation(params.request()) {
        return Err(Refusal::method("POST", "send a mutation by POST"));
    }
    Ok(())
}

impl Input {
    fn of(request: &HttpRequest, body: Result<Bytes, actix_web::Error>) -> Result<Self, Refusal> {
        match *request.method() {
            Method::GET => Ok(Self::QueryString(request.query_string().to_owned())),
            Method::POST if !media::is_json(request.headers()) => {
                let message = "send `Content-Type: application/json`, in UTF-8";
                Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message))
            }
            Method::POST => body.map(Self::Body).map_err(|err| unreadable(&err)),
            _ => Err(Refusal::method("GET, POST", "send the request by POST, or a query by GET")),
        }
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
