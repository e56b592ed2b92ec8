//! One line of the log for every request.

use std::time::Instant;

use actix_web::{
    Error, HttpMessage,
    body::{BodySize, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse},
};

/// The name of the GraphQL operation that a request asked for, left with the request.
#[derive(Debug)]
pub(super) struct Operation(pub(super) Option<String>);

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
        let operation = request.extensions_mut().remove::<Operation>().and_then(|it| it.0);
        tracing::info!(
            target: "relata::access",
            method = %request.method(),
            path = request.path(),
            status = response.status().as_u16(),
            ms = began.elapsed().as_secs_f64() * 1e3,
            bytes,
            operation,
        );
        Ok(response)
    }
}
