//! One line of the log for every request.

use std::time::Instant;

use actix_web::{
    Error, HttpMessage,
    body::{BodySize, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse},
};

use super::account::{Account, cut};
use crate::api::{Asked, Code};

/// The name under which the log's filter knows these lines.
const TARGET: &str = "relata::access";
/// Bytes of the name of an operation.
const NAME_BYTES_MAX: usize = 100;

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
        let account = request.extensions_mut().remove::<Account>();
        let asked = account.as_ref().and_then(|it| it.asked.as_ref());
        let operation_type = asked.map(|it| it.operation_type().name());
        let operation = asked.and_then(Asked::name).map(|it| cut(it, NAME_BYTES_MAX));
        let code = account.as_ref().and_then(|it| it.code).map(Code::name);
        let ms = began.elapsed().as_micros() as f64 / 1e3;
        let (method, path) = (request.method().as_str(), request.path());
        let status = response.status().as_u16();
        // Asked for every few seconds, for ever.
        let is_watch = path.starts_with("/health/") || path == "/metrics";
        macro_rules! tell {
            ($tell:ident) => {
                tracing::$tell!(
                    target: TARGET, method, path, status, ms, bytes, operation_type, operation, code
                )
            };
        }
        if is_watch {
            tell!(debug);
        } else {
            tell!(info);
        }
        Ok(response)
    }
}
