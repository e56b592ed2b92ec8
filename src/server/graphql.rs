//! `/graphql`: GraphQL over HTTP, one step after the other.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode},
    web::{Bytes, Data, Payload},
};

use super::{
    access,
    account::Account,
    body,
    called::Called,
    events,
    media::{self, Media},
    operation,
    params::{Input, Params},
    refusal::{Refusal, respond, status},
    settings::Settings,
};
use crate::api::{Api, Response};

/// What is told to those who accept nothing that is spoken here.
const ACCEPT: &str =
    "accept `application/graphql-response+json`, `application/json` or `text/event-stream`";

/// Answers a request for the API.
pub(super) async fn graphql(
    api: Data<Api>,
    settings: Data<Settings>,
    request: HttpRequest,
    body: Payload,
) -> HttpResponse {
    let called = access::called(&request);
    // Of a request that is refused, too: else its connection could not be kept.
    let body = body::whole(body, request.headers(), settings.body_bytes_max).await;
    let media = Media::negotiate(request.headers());
    let answered = match media {
        Some(Media::Events) => stream(api, &settings, &called, &request, body),
        Some(media) => answer(api, &settings, &called, &request, body).await.map(|response| {
            let Response { body, outcome, code, asked } = response;
            access::leave(&request, Account { asked, code });
            respond(media, status(outcome, media), body)
        }),
        None => Err(Refusal::new(StatusCode::NOT_ACCEPTABLE, ACCEPT)),
    };
    answered.unwrap_or_else(|refusal| {
        settings.note_refused(refusal.code, called.since.elapsed());
        access::leave(&request, Account { asked: None, code: Some(refusal.code) });
        // Whoever asks for events cannot read a refusal as one, but sees the status.
        let media = media.filter(|it| *it != Media::Events);
        refusal.respond(media.unwrap_or(Media::Json))
    })
}

async fn answer(
    api: Data<Api>,
    settings: &Settings,
    called: &Called,
    request: &HttpRequest,
    body: Result<Bytes, Refusal>,
) -> Result<Response, Refusal> {
    let input = Input::of(request, body)?;
    let params = input.params()?;
    admit(&api, request, &params)?;
    operation::once(api, settings, called, &input, params).await.ok_or_else(Refusal::internal)
}

/// Answers with as many events as there are answers.
fn stream(
    api: Data<Api>,
    settings: &Data<Settings>,
    called: &Called,
    request: &HttpRequest,
    body: Result<Bytes, Refusal>,
) -> Result<HttpResponse, Refusal> {
    let input = Input::of(request, body)?;
    admit(&api, request, &input.params()?)?;
    events::respond(api, settings, called.clone(), input)
}

/// Refuses a mutation by GET: browsers, and whoever stands between, ask by GET without being told
/// to.
fn admit(api: &Api, request: &HttpRequest, params: &Params<'_>) -> Result<(), Refusal> {
    if request.method() == Method::GET && api.is_mutation(params.request()) {
        return Err(Refusal::method("POST", "send a mutation by POST"));
    }
    Ok(())
}

impl Input {
    fn of(request: &HttpRequest, body: Result<Bytes, Refusal>) -> Result<Self, Refusal> {
        match *request.method() {
            Method::GET => Ok(Self::QueryString(request.query_string().to_owned())),
            Method::POST if !media::is_json(request.headers()) => {
                let message = "send `Content-Type: application/json`, in UTF-8";
                Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message))
            }
            Method::POST => body.map(Self::Body),
            _ => Err(Refusal::method("GET, POST", "send the request by POST, or a query by GET")),
        }
    }
}
