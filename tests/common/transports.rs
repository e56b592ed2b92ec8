//! One request over each transport, and what comes back.

use std::{
    io::{BufReader, Read, Write},
    net::SocketAddr,
};

use serde_json::Value;

use crate::socket::{Heard, Socket, connect, read_head};

/// A way to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    Post,
    Events,
    WebSocket,
}

impl Transport {
    pub(crate) const ALL: [Self; 3] = [Self::Post, Self::Events, Self::WebSocket];

    /// The errors that the request `body` comes to, and the bytes of the whole answer. A WebSocket
    /// tells no errors of what is no request: it is closed with 4400, which is an error of that
    /// code here.
    pub(crate) fn errors(self, address: SocketAddr, body: &str) -> (Value, usize) {
        match self {
            Self::Post => {
                let answer = ask(address, "application/json", body);
                let value: Value = serde_json::from_str(&answer).unwrap();
                (value["errors"].clone(), answer.len())
            }
            Self::Events => {
                let answer = ask(address, "text/event-stream", body);
                let event = answer.split("data: ").nth(1);
                let json = event.and_then(|it| it.split('\n').next()).unwrap_or(&answer);
                let value: Value = serde_json::from_str(json).unwrap();
                (value["errors"].clone(), answer.len())
            }
            Self::WebSocket => {
                let mut socket = Socket::ready(address);
                socket.say(&format!("{{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{body}}}"));
                match socket.hear().unwrap() {
                    Heard::Close(code) => {
                        assert_eq!(code, 4400);
                        let code = serde_json::json!({ "code": "BAD_REQUEST" });
                        (serde_json::json!([{ "extensions": code }]), 0)
                    }
                    Heard::Message(told) => {
                        let payload = &told["payload"];
                        let errors = payload.get("errors").unwrap_or(payload);
                        (errors.clone(), told.to_string().len())
                    }
                }
            }
        }
    }
}

/// Sends a request by POST, and gives the body of its answer, chunks and all.
fn ask(address: SocketAddr, accept: &str, body: &str) -> String {
    let mut stream = connect(address);
    let length = body.len();
    write!(
        stream,
        "POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\naccept: {accept}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = BufReader::new(stream);
    read_head(&mut answer);
    let mut text = String::new();
    answer.read_to_string(&mut text).unwrap();
    text
}
