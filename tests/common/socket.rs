//! A client of one WebSocket, of a few lines.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::Value;

/// A connection on which nothing is waited for long.
pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// Reads the head of an answer, and gives the status.
pub(crate) fn read_head(answer: &mut BufReader<TcpStream>) -> u16 {
    let mut head = String::new();
    while answer.read_line(&mut head).unwrap() > 2 {}
    head.split(' ').nth(1).unwrap().parse().unwrap()
}

/// A client's end of a WebSocket.
#[derive(Debug)]
pub(crate) struct Socket(BufReader<TcpStream>);

/// What comes over one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Heard {
    Message(Value),
    Close(u16),
}

impl Socket {
    /// Connects and speaks `protocol`; gives the status where it is not let in.
    pub(crate) fn open(address: SocketAddr, protocol: &str, header: &str) -> Result<Self, u16> {
        let mut stream = connect(address);
        write!(
            stream,
            "GET /graphql HTTP/1.1\r\nhost: {address}\r\nconnection: Upgrade\r\n\
             upgrade: websocket\r\nsec-websocket-version: 13\r\n\
             sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             sec-websocket-protocol: {protocol}\r\n{header}\r\n"
        )
        .unwrap();
        let mut stream = BufReader::new(stream);
        match read_head(&mut stream) {
            101 => Ok(Self(stream)),
            status => Err(status),
        }
    }

    /// Connects, and says and hears what comes first.
    pub(crate) fn ready(address: SocketAddr) -> Self {
        let mut socket = Self::open(address, "graphql-transport-ws", "").unwrap();
        socket.say(r#"{"type":"connection_init"}"#);
        assert_eq!(socket.message()["type"], "connection_ack");
        socket
    }

    pub(crate) fn say(&mut self, text: &str) {
        self.send(1, text.as_bytes());
    }

    /// Sends a frame under a mask of zeros.
    pub(crate) fn send(&mut self, opcode: u8, bytes: &[u8]) {
        let mut frame = vec![0x80 | opcode];
        match u16::try_from(bytes.len()) {
            Ok(it) if it < 126 => frame.push(0x80 | it as u8),
            Ok(it) => {
                frame.push(0x80 | 126);
                frame.extend_from_slice(&it.to_be_bytes());
            }
            Err(_) => {
                frame.push(0x80 | 127);
                frame.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
            }
        }
        frame.extend_from_slice(&[0; 4]);
        frame.extend_from_slice(bytes);
        // A server that refuses a message may be gone before all of it is sent.
        let _ = self.0.get_mut().write_all(&frame);
    }

    /// The next thing that is no ping; `None` where the connection has ended.
    pub(crate) fn hear(&mut self) -> Option<Heard> {
        loop {
            let [first, second] = self.array()?;
            let length = match second {
                126 => usize::from(u16::from_be_bytes(self.array()?)),
                127 => u64::from_be_bytes(self.array()?) as usize,
                it => usize::from(it),
            };
            let mut bytes = vec![0; length];
            self.0.read_exact(&mut bytes).ok()?;
            match first & 0x0f {
                1 => return Some(Heard::Message(serde_json::from_slice(&bytes).unwrap())),
                8 => {
                    assert!(length <= 125, "control frames are short");
                    let code = bytes.first_chunk().map_or(1005, |it| u16::from_be_bytes(*it));
                    return Some(Heard::Close(code));
                }
                _ => {}
            }
        }
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        self.0.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    pub(crate) fn message(&mut self) -> Value {
        match self.hear() {
            Some(Heard::Message(it)) => it,
            other => panic!("a message, not {other:?}"),
        }
    }
}
