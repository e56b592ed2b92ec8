//! How many relationships a second are written durably, one a request, by 1, 8 and 32 clients.
//!
//! `cargo bench --bench writes` (or `… -- 4` for 4 clients) serves an empty folder under the
//! temporary folder; name one on the disk to be measured with `TMPDIR`. The server is the command
//! itself, each request is a mutation over HTTP, and each is answered only when it is on the disk.

mod timing;

use std::{
    io::{BufRead, BufReader, Error, Read, Result, Write},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use self::timing::median;

const CLIENTS: [usize; 3] = [1, 8, 32];
/// Entities that the relationships connect.
const COUNTRIES: usize = 200;
const ROUNDS: usize = 5;
const TURN: Duration = Duration::from_millis(2_000);
const WRITE: &str = "mutation($input: [RelationshipInput!]!) { assertRelationships(input: $input) \
                     { info { relationshipsCreated } } }";

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut child = Command::new(env!("CARGO_BIN_EXE_relata"))
        .args(["serve", "--bind", "127.0.0.1:0", "--data"])
        .arg(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let measured = measure(&mut child);
    child.kill()?;
    child.wait()?;
    measured
}

fn measure(child: &mut Child) -> Result<()> {
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("it is piped")).read_line(&mut line)?;
    let address = line.trim().trim_end_matches('/').rsplit("//").next().unwrap_or_default();
    let address: SocketAddr = address.parse().map_err(Error::other)?;
    let countries: Vec<_> =
        (0..COUNTRIES).map(|it| json!({ "id": it.to_string(), "name": it.to_string() })).collect();
    let create = "mutation($input: [CountryCreateInput!]!) { createCountries(input: $input) { info \
                  { nodesCreated } } }";
    Client::open(address)?.ask(create, &json!({ "input": countries }))?;
    println!("relationships written durably a second; medians of {ROUNDS} turns");
    let given = timing::arguments();
    for clients in if given.is_empty() { &CLIENTS[..] } else { &given[..] } {
        let turns: Result<Vec<_>> =
            (0..ROUNDS).map(|round| turn(address, *clients, round)).collect();
        println!("{clients:2} clients {:7.0}/s", median(turns?));
    }
    Ok(())
}

/// Relationships a second that so many clients have written.
fn turn(address: SocketAddr, clients: usize, round: usize) -> Result<f64> {
    let begin = Instant::now();
    let written = thread::scope(|scope| {
        let write = |client| {
            let name = format!("{clients}-{round}-{client}");
            scope.spawn(move || write(address, &name, client, begin + TURN))
        };
        let threads: Vec<_> = (0..clients).map(write).collect();
        threads
            .into_iter()
            .map(|it| it.join().expect("clients do not panic"))
            .sum::<Result<usize>>()
    });
    Ok(written? as f64 / begin.elapsed().as_secs_f64())
}

fn write(address: SocketAddr, name: &str, seed: usize, end: Instant) -> Result<usize> {
    let mut client = Client::open(address)?;
    let mut count = 0;
    while Instant::now() < end {
        let (source, target) = ((seed + count) % COUNTRIES, (seed + 7 * count + 1) % COUNTRIES);
        let input = json!([{
            "id": format!("{name}-{count}"), "type": "TRADES_WITH",
            "source": { "id": source.to_string() }, "target": { "id": target.to_string() },
            "properties": { "turnoverUsd": count }, "validFrom": "2024"
        }]);
        let answer = client.ask(WRITE, &json!({ "input": input }))?;
        let created = &answer["data"]["assertRelationships"]["info"]["relationshipsCreated"];
        assert_eq!(*created, 1, "{answer}");
        count += 1;
    }
    Ok(count)
}

/// A connection that is kept.
struct Client {
    address: SocketAddr,
    stream: BufReader<TcpStream>,
}

impl Client {
    fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self { address, stream: BufReader::new(stream) })
    }

    fn ask(&mut self, query: &str, variables: &Value) -> Result<Value> {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let (address, length) = (self.address, body.len());
        let request = format!(
            "POST /graphql HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let (mut line, mut length) = (String::new(), 0);
        while self.stream.read_line(&mut line)? > 2 {
            let lower = line.to_ascii_lowercase();
            if let Some(it) = lower.strip_prefix("content-length: ") {
                length = it.trim().parse().map_err(Error::other)?;
            }
            line.clear();
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(serde_json::from_slice(&body)?)
    }
}
