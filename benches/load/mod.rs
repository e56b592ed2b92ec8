//! A client that asks as fast as it is answered, for a bounded time, over loopback.

use std::{
    fs,
    io::{Error, ErrorKind, Read, Result, Write},
    net::{SocketAddr, TcpStream},
    thread,
    time::{Duration, Instant},
};

/// Connections, each with one request on its way.
const CONNECTIONS: usize = 8;
/// How long a turn takes.
const TURN: Duration = Duration::from_millis(1_000);
/// Requests of one connection in a turn, at most.
const REQUESTS_MAX: usize = 1_000_000;
/// The longest response.
const RESPONSE_BYTES_MAX: usize = 1 << 20;
/// Ticks of the times in `/proc/<pid>/stat`, on every Linux there is.
const TICKS_PER_SECOND: f64 = 100.0;

/// Something to ask: whole requests, asked in turn.
pub(crate) struct Target {
    /// Who answers.
    pub(crate) address: SocketAddr,
    /// The bytes of the requests.
    pub(crate) requests: Vec<Vec<u8>>,
}

/// What a turn came to.
#[derive(Clone, Copy)]
pub(crate) struct Served {
    /// Requests answered in a second.
    pub(crate) per_second: f64,
    /// CPU time that the server spent on each, in microseconds.
    pub(crate) cpu_micros: f64,
}

impl Target {
    /// Requests by POST with these bodies.
    pub(crate) fn post(
        address: SocketAddr,
        path: &str,
        bodies: impl IntoIterator<Item = String>,
    ) -> Self {
        let request = |body: String| {
            let length = body.len();
            format!(
                "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
            )
            .into_bytes()
        };
        Self { address, requests: bodies.into_iter().map(request).collect() }
    }

    /// The body of the answer to a request.
    pub(crate) fn ask(&self, sample: usize) -> Result<Vec<u8>> {
        let mut connection = Connection::open(self.address)?;
        connection.ask(&self.requests[sample % self.requests.len()])?;
        Ok(connection.body().to_vec())
    }

    /// One turn against the server that is process `pid`.
    pub(crate) fn turn(&self, pid: u32) -> Result<Served> {
        let (cpu, start) = (cpu_seconds(pid)?, Instant::now());
        let count: usize = thread::scope(|scope| {
            let client = |first| scope.spawn(move || self.ask_until(first, start + TURN));
            let clients: Vec<_> = (0..CONNECTIONS).map(client).collect();
            clients
                .into_iter()
                .map(|it| it.join().expect("clients do not panic"))
                .sum::<Result<_>>()
        })?;
        let (cpu, elapsed) = (cpu_seconds(pid)? - cpu, start.elapsed());
        let count = count as f64;
        Ok(Served { per_second: count / elapsed.as_secs_f64(), cpu_micros: cpu * 1e6 / count })
    }

    fn ask_until(&self, first: usize, end: Instant) -> Result<usize> {
        let mut connection = Connection::open(self.address)?;
        for count in 0..REQUESTS_MAX {
            if Instant::now() >= end {
                return Ok(count);
            }
            connection.ask(&self.requests[(first + count) % self.requests.len()])?;
        }
        Ok(REQUESTS_MAX)
    }
}

/// CPU time that a process has spent.
fn cpu_seconds(pid: u32) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name of the process is in parentheses and may hold anything.
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks = fields.split_whitespace().skip(11).take(2).filter_map(|it| it.parse::<f64>().ok());
    Ok(ticks.sum::<f64>() / TICKS_PER_SECOND)
}

/// A connection that is kept.
pub(crate) struct Connection {
    stream: TcpStream,
    response: Vec<u8>,
    body_start: usize,
    end: usize,
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Self { stream, response: vec![0; RESPONSE_BYTES_MAX], body_start: 0, end: 0 })
    }

    /// Sends a request and reads the whole response.
    pub(crate) fn ask(&mut self, request: &[u8]) -> Result<()> {
        self.stream.write_all(request)?;
        self.end = 0;
        loop {
            let count = self.stream.read(&mut self.response[self.end..])?;
            if count == 0 {
                return Err(Error::new(ErrorKind::UnexpectedEof, "the response ends early"));
            }
            self.end += count;
            let Some(head) = find(&self.response[..self.end], b"\r\n\r\n") else { continue };
            self.body_start = head + 4;
            if self.end - self.body_start >= content_length(&self.response[..head])? {
                return Ok(());
            }
        }
    }

    fn body(&self) -> &[u8] {
        &self.response[self.body_start..self.end]
    }
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|it| it == part)
}

/// The length of the body; an error where the status is not 200 or no length is told.
fn content_length(head: &[u8]) -> Result<usize> {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let length =
        head.split("\r\n").find_map(|it| it.strip_prefix("content-length: ")?.parse().ok());
    match length {
        Some(length) if head.starts_with("http/1.1 200") => Ok(length),
        _ => Err(Error::new(ErrorKind::InvalidData, head)),
    }
}
