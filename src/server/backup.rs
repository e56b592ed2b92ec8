//! `GET /backup`: the whole graph with its history, as it is at one revision.

use std::{
    io::{self, Write},
    pin::Pin,
    task::{Context, Poll},
    thread,
};

use actix_web::{
    HttpResponse,
    body::{BodySize, MessageBody},
    http::header,
    web::{Bytes, Data},
};
use tokio::sync::mpsc::{self, Receiver, Sender};

use crate::{api::Api, io::write_backup, model::with_causes};

/// Parts of the body that are made ahead of the client.
const PARTS_MAX: usize = 16;

/// A body whose parts another thread makes. An error breaks the connection off, so that nobody
/// takes what was sent for all there is.
struct Parts(Receiver<io::Result<Bytes>>);

/// Where that thread writes.
struct Out(Sender<io::Result<Bytes>>);

/// Sends the backup as it is read. Writes go on meanwhile.
pub(super) async fn backup(api: Data<Api>) -> HttpResponse {
    let (parts, received) = mpsc::channel(PARTS_MAX);
    let graph = api.graph().clone();
    let started = thread::Builder::new().name("backup".to_owned()).spawn(move || {
        let failed = parts.clone();
        match write_backup(&graph, &mut Out(parts)) {
            Ok(revision) => tracing::info!(%revision, "a backup was sent"),
            Err(error) => {
                tracing::warn!(error = with_causes(&error), "a backup was not sent");
                // Whoever has gone away need not know.
                let _ = failed.blocking_send(Err(io::Error::other(error)));
            }
        }
    });
    if let Err(error) = started {
        tracing::error!(%error, "there is no thread for a backup");
        return HttpResponse::ServiceUnavailable().finish();
    }
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/octet-stream"))
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"graph.relata\""))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(Parts(received))
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes)));
        sent.map(|()| bytes.len()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MessageBody for Parts {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Bytes>>> {
        self.0.poll_recv(context)
    }
}
