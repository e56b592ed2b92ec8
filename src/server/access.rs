//! One line of the log for every request.

use std::time::Instant;

use actix_web::{
    Error, HttpMessage,
    body::{BodySize, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse},
};

/// The name under which the log's filter knows these lines.
const TARGET: &str = "relata::access";

/// The name of the GraphQL operation that a request asked for, left with the request.
#[derive(Debug)]
pub(super) struct Operation(pub(super) String);

/// Lets `service` answer, and writes what came of it to the log.
pub(super) fn logged<B, S>(
    request: ServiceRequest,
    service: &S,
) -> impl Future<Output = Result<ServiceResponse<B>, Error>> + use<B, S>
where
    B: MessageBody,
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
{
    let began = Instant::now();
    let answer = service.call(request);
    async move {
        let response = answer.await?;
        let request = response.request();
        let bytes = match response.response().body().size() {
            BodySize::Sized(bytes) => bytes,
            BodySize::None | BodySize::Stream => 0,
        };
        let operation = request.extensions_mut().remove::<Operation>().map(|it| it.0);
        let ms = began.elapsed().as_micros() as f64 / 1e3;
        let (method, path) = (request.method().as_str(), request.path());
        let status = response.status().as_u16();
        if path.starts_with("/health/") {
            // Asked for every few seconds, for ever.
            tracing::debug!(target: TARGET, method, path, status, ms, bytes, operation);
        } else {
            tracing::info!(target: TARGET, method, path, status, ms, bytes, operation);
        }
        Ok(response)
    }
}
