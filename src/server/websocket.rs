//! `graphql-transport-ws`: any number of operations over one WebSocket.

use std::{collections::HashMap, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    rt::{self, task::JoinHandle},
    web::{Bytes, Data, Payload},
};
use actix_ws::{
    AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, Closed, ProtocolError,
    Session,
};
use serde::Deserialize;
use serde_json::{Value as Json, value::RawValue};
use tokio::{
    select,
    sync::mpsc::{self, Receiver, Sender},
    time::{Instant, Interval, interval_at, sleep_until, timeout},
};

use super::{
    access,
    account::cut,
    called::Called,
    closing::Closing,
    operation::{Answer, Listens, Operation},
    origin::is_foreign,
    params::Input,
    refusal::{Refusal, errors_of},
    settings::Settings,
};
use crate::api::Api;

const PROTOCOL: &str = "graphql-transport-ws";
/// A client says `connection_init` within this time.
const INIT_WAIT: Duration = Duration::from_secs(3);
const PING_EVERY: Duration = Duration::from_secs(15);
/// A client that sends nothing for so long, not even pongs, is gone.
const SILENCE_MAX: Duration = Duration::from_secs(40);
/// A client that takes nothing for so long is gone.
const SEND_WAIT: Duration = Duration::from_secs(40);
/// Bytes that the frame which closes a connection holds beside its code.
const REASON_BYTES_MAX: usize = 123;
/// Operations under way on one connection.
const OPERATIONS_MAX: usize = 64;
/// Answers on their way to one client; beyond it, its operations wait.
const ANSWERS_MAX: usize = 16;

/// A message of a client.
#[derive(Deserialize)]
struct Message<'a> {
    r#type: String,
    id: Option<String>,
    #[serde(borrow)]
    payload: Option<&'a RawValue>,
}

/// What an operation has to say.
struct Told {
    operation: Name,
    /// `None` when it is done.
    answer: Option<Answer>,
}

/// An operation by the client's id, and by a number that is not used again.
#[derive(Clone, PartialEq, Eq)]
struct Name {
    id: String,
    number: u64,
}

struct Running {
    number: u64,
    task: JoinHandle<()>,
}

/// Why a connection ends.
enum End {
    /// It is lost, or the client has closed it without a word.
    Lost,
    /// The client has closed it, and is answered with its own code.
    Answer(CloseCode),
    /// The server closes it, and tells the client why.
    Close(Closing, String),
}

struct Connection {
    api: Data<Api>,
    settings: Data<Settings>,
    called: Called,
    session: Session,
    running: HashMap<String, Running>,
    number: u64,
    answers: Sender<Told>,
    initialised: bool,
    heard: Instant,
}

/// Takes the connection over, unless a page that may not ask wants it.
pub(super) async fn websocket(
    api: Data<Api>,
    settings: Data<Settings>,
    request: HttpRequest,
    payload: Payload,
) -> HttpResponse {
    if is_foreign(&request, &settings.origins) {
        let message =
            "a page of another origin may not connect; `--cors-origin` lists those that may";
        return Refusal::forbidden(message).respond_json();
    }
    let upgraded = actix_ws::handle_with_protocols(&request, payload, &[PROTOCOL]);
    let (response, session, messages) = match upgraded {
        Ok(it) => it,
        Err(err) => return Refusal::bad(err.to_string()).respond_json(),
    };
    let messages = messages
        .max_frame_size(settings.body_bytes_max)
        .aggregate_continuations()
        .max_continuation_size(settings.body_bytes_max);
    let called = access::called(&request);
    let speaks = response.headers().contains_key(header::SEC_WEBSOCKET_PROTOCOL);
    rt::spawn(async move {
        if !speaks {
            let end = End::close(Closing::Subprotocol, "Subprotocol not acceptable");
            return close(session, end, &settings).await;
        }
        let (answers, told) = mpsc::channel(ANSWERS_MAX);
        let stopped = settings.stopped();
        let _open = settings.meters.sockets.enter();
        let mut connection = Connection {
            api,
            settings,
            called,
            session,
            running: HashMap::new(),
            number: 0,
            answers,
            initialised: false,
            heard: Instant::now(),
        };
        let end = connection.serve(messages, told, stopped).await;
        connection.running.into_values().for_each(|it| it.task.abort());
        close(connection.session, end, &connection.settings).await;
    });
    response
}

async fn close(session: Session, end: End, settings: &Settings) {
    let reason = match end {
        End::Lost => None,
        End::Answer(code) => Some(code.into()),
        End::Close(closing, why) => {
            settings.meters.closed(closing);
            let code = CloseCode::from(closing.code());
            Some(CloseReason { code, description: Some(why) })
        }
    };
    // Whoever has gone away needs no reason; whoever takes nothing gets none.
    let _ = timeout(SEND_WAIT, session.close(reason)).await;
}

impl Connection {
    async fn serve(
        &mut self,
        mut messages: AggregatedMessageStream,
        mut told: Receiver<Told>,
        stopped: impl Future<Output = ()>,
    ) -> End {
        let deadline = Instant::now() + INIT_WAIT;
        let mut ping: Interval = interval_at(Instant::now() + PING_EVERY, PING_EVERY);
        let mut stopped = std::pin::pin!(stopped);
        loop {
            let step = select! {
                () = &mut stopped => Err(End::close(Closing::Stopping, "The server is stopping")),
                () = sleep_until(deadline), if !self.initialised => {
                    Err(End::close(Closing::Uninitialised, "Connection initialisation timeout"))
                }
                _ = ping.tick() => self.ping().await,
                Some(it) = told.recv() => self.tell(it).await,
                message = messages.recv() => self.hear(message).await,
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    async fn ping(&mut self) -> Result<(), End> {
        if self.heard.elapsed() > SILENCE_MAX {
            return Err(End::Lost);
        }
        sent(self.session.ping(b"")).await
    }

    async fn say(&mut self, text: String) -> Result<(), End> {
        sent(self.session.text(text)).await
    }

    async fn tell(&mut self, told: Told) -> Result<(), End> {
        let Name { id, number } = told.operation;
        if self.running.get(&id).is_none_or(|it| it.number != number) {
            // The client has completed it meanwhile.
            return Ok(());
        }
        let quoted = Json::String(id.clone());
        let text = match told.answer {
            Some(Answer::Next(body)) => {
                let body = String::from_utf8(body).expect("a response is JSON, and so UTF-8");
                return self
                    .say(format!(r#"{{"id":{quoted},"type":"next","payload":{body}}}"#))
                    .await;
            }
            Some(Answer::Refused(body)) => {
                let errors = errors_of(&body);
                format!(r#"{{"id":{quoted},"type":"error","payload":{errors}}}"#)
            }
            None => format!(r#"{{"id":{quoted},"type":"complete"}}"#),
        };
        self.running.remove(&id);
        self.say(text).await
    }

    async fn hear(
        &mut self,
        message: Option<Result<AggregatedMessage, ProtocolError>>,
    ) -> Result<(), End> {
        self.heard = Instant::now();
        match message {
            Some(Ok(AggregatedMessage::Text(text))) => self.obey(&text).await,
            Some(Ok(AggregatedMessage::Ping(bytes))) => sent(self.session.pong(&bytes)).await,
            Some(Ok(AggregatedMessage::Pong(_))) => Ok(()),
            Some(Ok(AggregatedMessage::Binary(_))) => {
                Err(End::close(Closing::Invalid, "Send text"))
            }
            Some(Err(ProtocolError::Overflow)) => {
                Err(End::close(Closing::TooLarge, "The message is larger than this server takes"))
            }
            // Clients tell by the answer whether the end was orderly: graphql-ws connects again
            // only after its own 1000.
            Some(Ok(AggregatedMessage::Close(Some(CloseReason { code, .. })))) => {
                Err(End::Answer(code))
            }
            Some(Ok(AggregatedMessage::Close(None)) | Err(_)) | None => Err(End::Lost),
        }
    }

    async fn obey(&mut self, text: &str) -> Result<(), End> {
        let message: Message<'_> =
            serde_json::from_str(text).map_err(|it| invalid(&it.to_string()))?;
        match (message.r#type.as_str(), message.id) {
            ("connection_init", _) if self.initialised => {
                Err(End::close(Closing::Reinitialised, "Too many initialisation requests"))
            }
            ("connection_init", _) => {
                object_or_nothing(message.payload)?;
                self.initialised = true;
                self.say(r#"{"type":"connection_ack"}"#.to_owned()).await
            }
            ("ping", _) => {
                object_or_nothing(message.payload)?;
                self.say(r#"{"type":"pong"}"#.to_owned()).await
            }
            ("pong", _) => object_or_nothing(message.payload),
            ("complete", Some(id)) => {
                if let Some(it) = self.running.remove(&id) {
                    it.task.abort();
                }
                Ok(())
            }
            ("subscribe", Some(id)) if !id.is_empty() => {
                let payload = message.payload.ok_or_else(|| invalid("`payload` is missing"))?;
                self.subscribe(id, Input::Body(Bytes::copy_from_slice(payload.get().as_bytes())))
                    .await
            }
            _ => Err(invalid("there is no such message, or it needs an `id`")),
        }
    }

    async fn subscribe(&mut self, id: String, input: Input) -> Result<(), End> {
        if !self.initialised {
            return Err(End::close(Closing::Unauthorized, "Unauthorized"));
        }
        if self.running.contains_key(&id) {
            return Err(End::close(
                Closing::Duplicate,
                &format!("Subscriber for {id} already exists"),
            ));
        }
        if self.running.len() >= OPERATIONS_MAX {
            let message = format!(
                "{OPERATIONS_MAX} operations are under way on this connection; complete one first"
            );
            let refusal = Refusal::bad(message);
            self.settings.note_refused(refusal.code, Duration::ZERO);
            let errors = refusal.body();
            let (quoted, errors) = (Json::String(id), errors_of(&errors).to_owned());
            return self
                .say(format!(r#"{{"id":{quoted},"type":"error","payload":{errors}}}"#))
                .await;
        }
        self.number += 1;
        let number = self.number;
        let called = self.called.operation(number);
        let operation = Operation::begin(self.api.clone(), self.settings.clone(), called, input)
            .map_err(|it| invalid(&it.message))?;
        let name = Name { id: id.clone(), number };
        let answers = self.answers.clone();
        let task = rt::spawn(async move {
            let send = async |answer| {
                let told = Told { operation: name.clone(), answer: Some(answer) };
                if answers.send(told).await.is_ok() { Listens::Yes } else { Listens::No }
            };
            operation.run(send).await;
            // Whoever has gone away need not know.
            let _ = answers.send(Told { operation: name, answer: None }).await;
        });
        self.running.insert(id, Running { number, task });
        Ok(())
    }
}

impl End {
    fn close(closing: Closing, why: &str) -> Self {
        Self::Close(closing, cut(why, REASON_BYTES_MAX).to_owned())
    }
}

fn invalid(why: &str) -> End {
    End::close(Closing::Invalid, &format!("Invalid message: {why}"))
}

fn object_or_nothing(payload: Option<&RawValue>) -> Result<(), End> {
    match payload.map(RawValue::get) {
        None | Some("null") => Ok(()),
        Some(it) if it.starts_with('{') => Ok(()),
        Some(_) => Err(invalid("`payload` must be an object")),
    }
}

async fn sent(sending: impl Future<Output = Result<(), Closed>>) -> Result<(), End> {
    match timeout(SEND_WAIT, sending).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(End::Lost),
    }
}
