//! What is answered where.

use std::path::PathBuf;

use actix_web::{
    App, Error,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    web::{self, Data, PayloadConfig},
};

use super::{access, backup::backup, graphql::graphql, health, import::import, page};
use crate::api::Api;

/// What all workers share.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The longest body of a request, and the longest message of a WebSocket, in bytes.
    pub body_bytes_max: usize,
    /// Where bodies of any length are kept while they are read.
    pub spool: PathBuf,
}

impl Settings {
    /// These settings.
    pub fn new(body_bytes_max: usize, spool: PathBuf) -> Self {
        Self { body_bytes_max, spool }
    }
}

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
    App::new()
        .app_data(Data::new(api))
        .app_data(PayloadConfig::new(settings.body_bytes_max))
        .app_data(Data::new(settings))
        .wrap_fn(access::logged)
        .service(web::resource("/graphql").to(graphql))
        .service(web::resource("/import").route(web::post().to(import)))
        .service(web::resource("/backup").get(backup))
        .configure(page::routes)
        .service(web::resource("/health/live").get(health::live))
        .service(web::resource("/health/ready").get(health::ready))
}
