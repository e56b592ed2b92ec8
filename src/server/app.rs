//! What is answered where.

use std::sync::Arc;

use actix_web::{
    App, Error,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    guard::{self, GuardContext},
    http::{Method, header},
    web::{self, Data},
};

use super::{
    access, backup::backup, compress::compressed, graphql::graphql, health, import::import,
    metrics::metrics, origin, page, settings::Settings, websocket::websocket,
};
use crate::api::Api;

/// The application: all that the server answers, without the socket. One for each worker.
pub fn app(
    api: Api,
    settings: Settings,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let origins = Arc::clone(&settings.origins);
    let compress_bytes_min = settings.compress_bytes_min;
    App::new()
        .app_data(Data::new(api))
        .app_data(Data::new(settings))
        .wrap_fn(move |request, service| compressed(compress_bytes_min, request, service))
        .wrap_fn(move |request, service| origin::shared(&origins, request, service))
        .wrap_fn(access::logged)
        .service(
            web::resource("/graphql")
                .route(web::route().guard(guard::fn_guard(is_upgrade)).to(websocket))
                .to(graphql),
        )
        .service(web::resource("/import").route(web::post().to(import)))
        .service(web::resource("/backup").get(backup))
        .service(web::resource("/metrics").get(metrics))
        .configure(page::routes)
        .service(web::resource("/health/live").get(health::live).head(health::live))
        .service(web::resource("/health/ready").get(health::ready).head(health::ready))
}

fn is_upgrade(context: &GuardContext<'_>) -> bool {
    let head = context.head();
    let upgrade = head.headers().get(header::UPGRADE);
    head.method == Method::GET
        && upgrade.is_some_and(|it| it.as_bytes().eq_ignore_ascii_case(b"websocket"))
}
