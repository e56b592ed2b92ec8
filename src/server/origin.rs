//! Pages of other origins: which may ask, and how browsers are told so (CORS).
//!
//! Follows <https://fetch.spec.whatwg.org/#http-cors-protocol>. Nothing is told where no origin is
//! listed, and then browsers let no other page read an answer, or send JSON.

use std::str::FromStr;

use actix_web::{
    Error, HttpRequest, HttpResponse,
    body::{EitherBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HeaderMap, HeaderValue},
    },
};
use serde::Deserialize;

/// How long browsers may remember what they were told: the longest that any of them does is a day.
const REMEMBER_SECONDS: &str = "7200";
/// Headers of answers that pages may read, beside those that all may.
const EXPOSED: &str = "x-request-id";

/// An origin, as browsers send it, or `*` for any.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Origin(String);

/// Why a text is not an [`Origin`].
#[derive(Clone, Debug, thiserror::Error)]
#[error(
    "`{0}` is not an origin as browsers send it; write `https://example.org`, in small letters and with a port where it is not the scheme's own, or `*`"
)]
pub struct OriginError(String);

/// What a browser is told of a page.
enum Verdict {
    /// The page may read the answer, and send the user's credentials.
    Listed(HeaderValue),
    /// Every page may read the answer.
    Any,
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let is_sound = |(scheme, host): (&str, &str)| {
            let is_plain = |it: &u8| !it.is_ascii_uppercase() && it.is_ascii_graphic();
            // Browsers leave it out.
            let has_usual_port = match scheme {
                "http" => host.ends_with(":80"),
                "https" => host.ends_with(":443"),
                _ => false,
            };
            !scheme.is_empty()
                && !host.is_empty()
                && text.as_bytes().iter().all(is_plain)
                && !host.contains(['/', '?', '#', '@', '*', ','])
                && !has_usual_port
        };
        if text == "*" || text.split_once("://").is_some_and(is_sound) {
            return Ok(Self(text.to_owned()));
        }
        Err(OriginError(text.chars().take(100).collect()))
    }
}

impl TryFrom<String> for Origin {
    type Error = OriginError;

    fn try_from(text: String) -> Result<Self, OriginError> {
        text.parse()
    }
}

impl Origin {
    /// As it is written.
    pub fn text(&self) -> &str {
        &self.0
    }

    fn is_any(&self) -> bool {
        self.0 == "*"
    }
}

/// Whether a browser sends `request` for a page that is neither ours nor of a listed origin.
/// Browsers let any page open a WebSocket to any server, and send no preflight.
pub(super) fn is_foreign(request: &HttpRequest, listed: &[Origin]) -> bool {
    let header = |name| request.headers().get(name).map(HeaderValue::as_bytes);
    let Some(origin) = header(header::ORIGIN) else { return false };
    let origin = String::from_utf8_lossy(origin);
    let authority = origin.split_once("://").map(|(_, it)| it);
    let is_ours = authority.is_some() && authority.map(str::as_bytes) == header(header::HOST);
    !is_ours && !listed.iter().any(|it| it.is_any() || it.0 == origin)
}

/// Answers what browsers ask before they send a request for a page of a listed origin, and tells
/// them that the page may read what `service` answers.
pub(super) fn shared<B, S>(
    listed: &[Origin],
    request: ServiceRequest,
    service: &S,
) -> impl Future<Output = Result<ServiceResponse<EitherBody<B>>, Error>> + use<B, S>
where
    B: MessageBody,
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
{
    let is_asked = !listed.is_empty();
    let verdict = is_asked.then(|| verdict(listed, request.headers())).flatten();
    let depends = is_asked && listed.iter().any(|it| !it.is_any());
    let answer = match verdict {
        Some(_) if is_preflight(&request) => Err(permit(request)),
        _ => Ok(service.call(request)),
    };
    async move {
        let mut response = match answer {
            Ok(answer) => answer.await?.map_into_left_body(),
            Err(response) => response.map_into_right_body(),
        };
        let headers = response.headers_mut();
        if depends {
            headers.append(header::VARY, HeaderValue::from_static("Origin"));
        }
        if let Some(verdict) = verdict {
            verdict.tell(headers);
            let exposed = HeaderValue::from_static(EXPOSED);
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
        }
        Ok(response)
    }
}

/// What is to be told of the page that a request is sent for; nothing where it may not ask.
fn verdict(listed: &[Origin], headers: &HeaderMap) -> Option<Verdict> {
    let origin = headers.get(header::ORIGIN)?;
    if listed.iter().any(|it| it.0.as_bytes() == origin.as_bytes()) {
        return Some(Verdict::Listed(origin.clone()));
    }
    listed.iter().any(Origin::is_any).then_some(Verdict::Any)
}

fn is_preflight(request: &ServiceRequest) -> bool {
    request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// The answer to a preflight: any header may be sent.
fn permit(request: ServiceRequest) -> ServiceResponse {
    let mut response = HttpResponse::NoContent();
    response
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, REMEMBER_SECONDS))
        .insert_header((header::VARY, "Access-Control-Request-Headers"));
    if let Some(wanted) = request.headers().get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        response.insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, wanted));
    }
    request.into_response(response.finish())
}

impl Verdict {
    fn tell(&self, headers: &mut HeaderMap) {
        let (origin, credentials) = match self {
            Self::Listed(origin) => (origin.clone(), true),
            Self::Any => (HeaderValue::from_static("*"), false),
        };
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if credentials {
            let yes = HeaderValue::from_static("true");
            headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, yes);
        }
    }
}
