//! One line of the log for every request, and the id that it has there.

use std::time::Duration;

use actix_web::{
    Error, HttpMessage, HttpRequest,
    body::{BodySize, MessageBody},
    dev::{Extensions, Service, ServiceRequest, ServiceResponse},
};
use tracing::Instrument;

use super::{
    account::{Account, cut},
    called::{Called, REQUEST_ID},
};
use crate::api::{Asked, Code};

/// The name under which the log's filter knows these lines.
const TARGET: &str = "relata::access";
/// Bytes of what clients chose: the name of an operation, a path.
const NAME_BYTES_MAX: usize = 100;

/// What a request leaves for the log.
struct Record {
    called: Called,
    account: Option<Account>,
}

/// Names the request, lets `service` answer, and writes what came of it to the log.
pub(super) fn logged<B, S>(
    request: ServiceRequest,
    service: &S,
) -> impl Future<Output = Result<ServiceResponse<B>, Error>> + use<B, S>
where
    B: MessageBody,
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
{
    let called = Called::by(request.headers());
    let span = called.span();
    #[cfg(feature = "otel")]
    let told = span.clone();
    request.extensions_mut().insert(Record { called: called.clone(), account: None });
    let answer = span.in_scope(|| service.call(request)).instrument(span);
    async move {
        let mut response = answer.await?;
        response.headers_mut().insert(REQUEST_ID, called.header());
        #[cfg(feature = "otel")]
        if let Some(account) = account_of(&response.request().extensions()) {
            account.record(&told);
        }
        tell(&called, &response, called.since.elapsed());
        Ok(response)
    }
}

/// The names that `request` was given when it came.
pub(super) fn called(request: &HttpRequest) -> Called {
    let named = request.extensions().get().map(|it: &Record| it.called.clone());
    named.unwrap_or_else(|| Called::by(request.headers()))
}

/// Leaves what became of the operation that `request` asks for.
pub(super) fn leave(request: &HttpRequest, account: Account) {
    if let Some(record) = request.extensions_mut().get_mut::<Record>() {
        record.account = Some(account);
    }
}

fn account_of(extensions: &Extensions) -> Option<&Account> {
    extensions.get::<Record>()?.account.as_ref()
}

fn tell<B: MessageBody>(called: &Called, response: &ServiceResponse<B>, took: Duration) {
    let request = response.request();
    let extensions = request.extensions();
    let account = account_of(&extensions);
    let path = request.path();
    // Asked for every few seconds, for ever.
    let is_watch = path.starts_with("/health/") || path == "/metrics";
    macro_rules! tell {
        ($level:ident) => {
            tracing::$level!(
                target: TARGET,
                parent: None,
                method = request.method().as_str(),
                path = cut(path, NAME_BYTES_MAX),
                status = response.status().as_u16(),
                ms = took.as_micros() as f64 / 1e3,
                bytes = bytes(response.response().body()),
                operation_type = account.and_then(Account::operation_type),
                operation = account.and_then(Account::operation),
                code = account.and_then(|it| it.code).map(Code::name),
                request_id = &*called.id,
                trace_id = called.trace_id(),
                client = request.peer_addr().map(|it| it.ip()).map(tracing::field::display),
            )
        };
    }
    if is_watch {
        tell!(debug);
    } else {
        tell!(info);
    }
}

/// Writes the end of an operation on a connection that may have many to the log.
pub(super) fn tell_operation(called: &Called, account: &Account) {
    tracing::info!(
        target: TARGET,
        parent: None,
        ms = called.since.elapsed().as_micros() as f64 / 1e3,
        operation_type = account.operation_type(),
        operation = account.operation(),
        code = account.code.map(Code::name),
        request_id = &*called.id,
        trace_id = called.trace_id(),
    );
}

/// The length of a body, where it is known before it is sent.
fn bytes(body: &impl MessageBody) -> u64 {
    match body.size() {
        BodySize::Sized(bytes) => bytes,
        BodySize::None | BodySize::Stream => 0,
    }
}

impl Account {
    /// Adds what the operation was to the span of its request, for a collector.
    #[cfg(feature = "otel")]
    fn record(&self, span: &tracing::Span) {
        span.record("operation_type", self.operation_type());
        span.record("operation", self.operation());
        span.record("code", self.code.map(Code::name));
    }

    fn operation_type(&self) -> Option<&'static str> {
        self.asked.as_ref().map(|it| it.operation_type().name())
    }

    fn operation(&self) -> Option<&str> {
        self.asked.as_ref().and_then(Asked::name).map(|it| cut(it, NAME_BYTES_MAX))
    }
}
