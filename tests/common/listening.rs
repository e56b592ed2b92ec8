//! A server in this process, on a socket.

use std::{net::SocketAddr, sync::mpsc, thread};

use actix_web::{HttpServer, rt::System};
use relata::{
    api::Api,
    server::{self, Settings},
};

/// Serves `api` until the process ends, and gives the address.
pub(crate) fn serve(api: Api, settings: Settings) -> SocketAddr {
    let (bound, address) = mpsc::channel();
    thread::spawn(move || {
        System::new().block_on(async {
            let server = HttpServer::new(move || server::app(api.clone(), settings.clone()));
            let server = server.workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
            bound.send(server.addrs()[0]).unwrap();
            server.run().await.unwrap();
        });
    });
    address.recv().unwrap()
}
