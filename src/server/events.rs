//! Server-sent events: one operation a connection, for clients that need no WebSocket.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::{
    HttpResponse,
    body::{BodySize, MessageBody},
    http::header,
    rt,
    web::{Bytes, Data},
};
use tokio::{
    select,
    sync::mpsc::{self, Receiver},
    time::{Instant, interval_at, timeout},
};

use super::{
    called::Called,
    operation::{Answer, Listens, Operation},
    params::Input,
    refusal::Refusal,
    settings::Settings,
};
use crate::api::Api;

/// A client that takes nothing for so long is gone.
const SEND_WAIT: Duration = Duration::from_secs(40);
/// Answers on their way to a client; beyond it, its operation waits.
const ANSWERS_MAX: usize = 16;
/// So often something is sent, lest anyone between takes the connection for dead.
const COMMENT_EVERY: Duration = Duration::from_secs(15);

/// A body of events.
struct Events(Receiver<Bytes>);

/// Answers the operation that `input` asks for with a stream of events: `next` for each answer, and
/// `complete` where no more can come.
///
/// # Errors
///
/// Where it is no GraphQL request.
pub(super) fn respond(
    api: Data<Api>,
    settings: &Data<Settings>,
    called: Called,
    input: Input,
) -> Result<HttpResponse, Refusal> {
    // Before the client is told that it is heard, so that it misses nothing after that.
    let operation = Operation::begin(api, settings.clone(), called, input)?;
    let (events, receiver) = mpsc::channel(ANSWERS_MAX);
    let stopped = settings.stopped();
    rt::spawn(async move {
        let send = async |event: Bytes| match timeout(SEND_WAIT, events.send(event)).await {
            Ok(Ok(())) => Listens::Yes,
            _ => Listens::No,
        };
        let answer = async |answer| {
            let (Answer::Next(body) | Answer::Refused(body)) = answer;
            send([b"event: next\ndata: ", &body[..], b"\n\n"].concat().into()).await
        };
        let comments = async {
            let mut ticks = interval_at(Instant::now() + COMMENT_EVERY, COMMENT_EVERY);
            loop {
                ticks.tick().await;
                // A full queue shows as well that the connection lives.
                let _ = events.try_send(Bytes::from_static(b":\n\n"));
            }
        };
        let is_complete = select! {
            () = operation.run(answer) => true,
            () = comments => false,
            () = events.closed() => false,
            // A stream that ends without a word is asked for again, of whoever serves then.
            () = stopped => false,
        };
        if is_complete {
            // Whoever has gone away need not know.
            send(Bytes::from_static(b"event: complete\ndata:\n\n")).await;
        }
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/event-stream; charset=utf-8"))
        .insert_header((header::VARY, "Accept"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        // Else some proxies keep events back.
        .insert_header(("X-Accel-Buffering", "no"))
        .body(Events(receiver)))
}

impl MessageBody for Events {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        self.0.poll_recv(context).map(|it| it.map(Ok))
    }
}
