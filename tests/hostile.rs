//! Requests made to cost, over every transport: each is refused with a code and few bytes, and the
//! server answers the next one.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/demo.rs"]
mod demo;
#[path = "common/hostile.rs"]
mod hostile;
#[path = "common/listening.rs"]
mod listening;
#[path = "common/socket.rs"]
mod socket;
#[path = "common/transports.rs"]
mod transports;

use std::io::{BufRead, BufReader, Write};

use relata::server::Settings;

use self::transports::Transport;

const QUERY: &str = r#"{"query":"{ __typename }"}"#;
/// The largest answer.
const ANSWER_BYTES_MAX: usize = 16 * 1024;

#[test]
fn hostile_requests_are_refused_over_every_transport() {
    let settings = Settings::new(2 << 20, std::env::temp_dir());
    let address = listening::serve(demo::api(), settings);
    let mut faults = Vec::new();
    for transport in Transport::ALL {
        for request in hostile::requests() {
            let (errors, bytes) = transport.errors(address, &request.body);
            let code = errors[0]["extensions"]["code"].as_str().unwrap_or("no error");
            if code != request.code || bytes > ANSWER_BYTES_MAX {
                let errors = errors.to_string();
                let name = &request.name;
                faults.push(format!("{transport:?} {name}: {bytes} bytes, {errors:.300}"));
            }
        }
        let (errors, _) = transport.errors(address, QUERY);
        assert!(errors.get(0).is_none(), "{transport:?} {errors}");
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_connection_outlives_requests_that_are_refused_and_bodies_in_parts() {
    let settings = Settings::new(2 << 20, std::env::temp_dir());
    let mut client = BufReader::new(socket::connect(listening::serve(demo::api(), settings)));
    let length = format!("content-length: {}\r\n\r\n{QUERY}", QUERY.len());
    let parts: Vec<_> = QUERY.as_bytes().chunks(7).map(|it| String::from_utf8_lossy(it)).collect();
    let parts: String = parts.iter().map(|it| format!("{:x}\r\n{it}\r\n", it.len())).collect();
    let parts = format!("transfer-encoding: chunked\r\n\r\n{parts}0\r\n\r\n");
    for (headers, body, status) in [
        ("content-type: text/plain\r\n", &length, 415),
        ("content-type: application/json\r\naccept: image/png\r\n", &length, 406),
        ("content-type: application/json\r\n", &parts, 200),
        ("content-type: application/json\r\n", &length, 200),
    ] {
        let stream = client.get_mut();
        write!(stream, "POST /graphql HTTP/1.1\r\nhost: x\r\n{headers}{body}").unwrap();
        let (found, answer) = answer(&mut client);
        assert_eq!(found, status, "{answer}");
        assert_eq!(answer == r#"{"data":{"__typename":"Query"}}"#, status == 200, "{answer}");
    }
}

/// Reads an answer: its status and its body.
fn answer(client: &mut impl BufRead) -> (u16, String) {
    let (mut status, mut length) = (0, 0);
    loop {
        let mut line = String::new();
        assert!(client.read_line(&mut line).unwrap() > 0, "the connection has ended");
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some(it) = line.strip_prefix("HTTP/1.1 ") {
            status = it[..3].parse().unwrap();
        } else if let Some(it) = line.strip_prefix("content-length: ") {
            length = it.parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    client.read_exact(&mut body).unwrap();
    (status, String::from_utf8(body).unwrap())
}
