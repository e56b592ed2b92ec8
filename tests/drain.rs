//! A server that is told to stop: what it has begun it ends, and it begins nothing more.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/served.rs"]
mod served;
#[path = "common/socket.rs"]
mod socket;

use std::{
    io::{BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
};

use self::{
    served::Server,
    socket::{Heard, Socket, connect, read_head},
};

const QUERY: &str = r#"{"query":"{ __typename }"}"#;
const CHANGES: &str = r#"{"query":"subscription { changes { kind } }"}"#;

/// A request of which all but the last bytes are sent.
fn begun(address: SocketAddr, accept: &str, body: &str, kept_back: usize) -> TcpStream {
    let mut stream = connect(address);
    let length = body.len();
    write!(
        stream,
        "POST /graphql HTTP/1.1\r\nhost: x\r\naccept: {accept}\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{}",
        &body[..length - kept_back]
    )
    .unwrap();
    stream
}

#[test]
fn what_was_begun_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &["--demo", "--workers", "1"]);
    let address = server.address.parse().unwrap();
    let mut socket = Socket::ready(address);
    socket.say(&format!(r#"{{"type":"subscribe","id":"s","payload":{CHANGES}}}"#));
    socket.say(&format!(r#"{{"type":"subscribe","id":"q","payload":{QUERY}}}"#));
    assert_eq!(socket.message()["id"], "q");
    assert_eq!(socket.message()["type"], "complete");
    let mut events = BufReader::new(begun(address, "text/event-stream", CHANGES, 0));
    assert_eq!(read_head(&mut events), 200);
    let mut half = begun(address, "application/json", QUERY, 5);
    // On the one worker it has been read when a later one is answered.
    assert!(server.ask("{ __typename }").contains("Query"));

    server.signal("-TERM");
    assert_eq!(socket.hear(), Some(Heard::Close(1001)));
    let mut rest = String::new();
    events.read_to_string(&mut rest).unwrap();
    assert!(!rest.contains("complete"), "clients would not ask again: {rest}");
    half.write_all(&QUERY.as_bytes()[QUERY.len() - 5..]).unwrap();
    let mut half = BufReader::new(half);
    assert_eq!(read_head(&mut half), 200);
    let mut answer = String::new();
    half.read_to_string(&mut answer).unwrap();
    assert!(answer.contains(r#"{"data":{"__typename":"Query"}}"#), "{answer}");
    let (status, log) = server.ended();
    assert_eq!(status, Some(0), "{log}");
}

#[test]
fn what_does_not_end_in_time_is_broken_off() {
    let folder = tempfile::tempdir().unwrap();
    let server =
        Server::start(folder.path(), &["--demo", "--workers", "1", "--drain-seconds", "1"]);
    let half = begun(server.address.parse().unwrap(), "application/json", QUERY, 5);
    assert!(server.ask("{ __typename }").contains("Query"));
    let (status, log) = server.stop("-INT");
    assert_eq!(status, Some(0), "{log}");
    drop(half);
}

#[test]
fn notice_is_given_while_all_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &["--demo", "--notice-seconds", "3"]);
    let address = server.address.parse().unwrap();
    let ready = || {
        let mut stream = connect(address);
        write!(stream, "GET /health/ready HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    assert!(ready().contains("200 OK"));
    server.signal("-TERM");
    let told = std::iter::repeat_with(ready).find(|it| it.contains("503")).unwrap();
    assert!(told.ends_with(r#"{"state":"STOPPING"}"#), "{told}");
    assert!(server.ask("{ __typename }").contains("Query"));
    assert_eq!(server.ended().0, Some(0));
}
