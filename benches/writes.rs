//! How many relationships a second are written durably, one a request, by 1, 8 and 32 clients.
//!
//! `cargo bench --bench writes` (or `… -- 4` for 4 clients) writes into empty folders under the
//! temporary folder; name one on the disk to be measured with `TMPDIR`. Over HTTP the server is the
//! command itself and each request is a mutation; beside it the same through the graph's own door.
//! Each is answered only when it is on the disk, which is measured by itself, too.

mod timing;

use std::{
    fs::File,
    io::{BufRead, BufReader, Error, Read, Result, Seek, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use relata::{
    graph::{Draft, EntityWish, Graph, Options, RelationshipWish, Wish},
    ontology::{DEFAULT_SOURCE, Ontology},
    store::SledStore,
};
use serde_json::{Map, Value, json};

use self::timing::median;

const CLIENTS: [usize; 3] = [1, 8, 32];
/// Entities that the relationships connect.
const COUNTRIES: usize = 200;
const ROUNDS: usize = 5;
const TURN: Duration = Duration::from_millis(2_000);
const CREATE: &str = "mutation($input: [CountryCreateInput!]!) { createCountries(input: $input) { \
                      info { nodesCreated } } }";
const WRITE: &str = "mutation($input: [RelationshipInput!]!) { assertRelationships(input: $input) \
                     { info { relationshipsCreated } } }";

/// Writes the relationship of this id and number.
type Writer = Box<dyn FnMut(String, usize) -> Result<()>>;

/// A relationship to be written: its ends and its turnover.
struct Trade {
    source: String,
    target: String,
    turnover: usize,
}

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    println!("4 KiB overwritten and synchronised: {:.0}/s", syncs(folder.path())?);
    println!("relationships written durably a second; medians of {ROUNDS} turns");
    let server = Server::start(&folder.path().join("served"))?;
    let address = server.address;
    measure("HTTP", &|| {
        let mut client = Client::open(address)?;
        Ok(Box::new(move |id, number| client.write(&id, &Trade::new(number))))
    })?;
    drop(server);
    let graph = open(&folder.path().join("graph")).map_err(Error::other)?;
    measure("graph", &|| {
        let graph = graph.clone();
        Ok(Box::new(move |id, number| write(&graph, id, Trade::new(number))))
    })
}

/// How often a page can be made durable in a second.
fn syncs(folder: &Path) -> Result<f64> {
    let mut file = File::create(folder.join("page"))?;
    let (begin, mut count) = (Instant::now(), 0);
    while begin.elapsed() < TURN {
        // In place, as into a database's file: a file that grows costs more.
        file.rewind()?;
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        count += 1;
    }
    Ok(f64::from(count) / begin.elapsed().as_secs_f64())
}

fn measure(door: &str, open: &(dyn Fn() -> Result<Writer> + Sync)) -> Result<()> {
    let given = timing::arguments();
    for clients in if given.is_empty() { &CLIENTS[..] } else { &given[..] } {
        let turns: Result<Vec<_>> = (0..ROUNDS).map(|round| turn(open, *clients, round)).collect();
        println!("{door:>5} {clients:2} clients {:7.0}/s", median(turns?));
    }
    Ok(())
}

/// Relationships a second that so many clients have written.
fn turn(open: &(dyn Fn() -> Result<Writer> + Sync), clients: usize, round: usize) -> Result<f64> {
    let begin = Instant::now();
    let written = thread::scope(|scope| {
        let client = |client| {
            scope.spawn(move || -> Result<usize> {
                let mut write = open()?;
                let mut count = 0;
                while begin.elapsed() < TURN {
                    write(format!("{clients}-{round}-{client}-{count}"), client + count)?;
                    count += 1;
                }
                Ok(count)
            })
        };
        let threads: Vec<_> = (0..clients).map(client).collect();
        threads
            .into_iter()
            .map(|it| it.join().expect("clients do not panic"))
            .sum::<Result<usize>>()
    });
    Ok(written? as f64 / begin.elapsed().as_secs_f64())
}

impl Trade {
    /// A trade of one country with another.
    fn new(number: usize) -> Self {
        let [source, target] = [number, 7 * number + 1].map(|it| (it % COUNTRIES).to_string());
        Self { source, target, turnover: number }
    }
}

/// A graph in a folder, with its countries.
fn open(folder: &Path) -> std::result::Result<Graph, Box<dyn std::error::Error + Send + Sync>> {
    let store = Arc::new(SledStore::open(folder)?);
    let ontology = Ontology::parse("schema.graphql", DEFAULT_SOURCE);
    let ontology = ontology.expect("the default ontology is sound");
    let graph = Graph::open(store, Some(ontology), Options::default())?;
    let country = |it: usize| {
        let (id, kind) = (it.to_string(), "Country".to_owned());
        let name = Some(id.clone());
        Wish::PutEntity(EntityWish { id, kind, name, ..EntityWish::default() })
    };
    graph.commit_blocking(Draft { wishes: (0..COUNTRIES).map(country).collect() })?;
    Ok(graph)
}

fn write(graph: &Graph, id: String, trade: Trade) -> Result<()> {
    let wish = RelationshipWish {
        id: Some(id),
        relation: "TRADES_WITH".to_owned(),
        source: trade.source,
        target: trade.target,
        valid_from: Some("2024".to_owned()),
        properties: Map::from_iter([("turnoverUsd".to_owned(), trade.turnover.into())]),
        ..RelationshipWish::default()
    };
    let draft = Draft { wishes: vec![Wish::AssertRelationship(wish)] };
    graph.commit_blocking(draft).map(drop).map_err(Error::other)
}

/// The command, serving a folder with its countries.
struct Server {
    child: Child,
    address: SocketAddr,
    /// Kept open, lest the server's words have nowhere to go.
    _out: BufReader<ChildStdout>,
}

impl Server {
    fn start(folder: &Path) -> Result<Self> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_relata"))
            .args(["serve", "--bind", "127.0.0.1:0", "--data"])
            .arg(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut out = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut line = String::new();
        out.read_line(&mut line)?;
        let address = line.trim().trim_end_matches('/').rsplit("//").next().unwrap_or_default();
        let address: SocketAddr = address.parse().map_err(Error::other)?;
        let server = Self { child, address, _out: out };
        let country = |it: usize| json!({ "id": it.to_string(), "name": it.to_string() });
        let countries: Vec<_> = (0..COUNTRIES).map(country).collect();
        let answer = Client::open(address)?.ask(CREATE, &json!({ "input": countries }))?;
        assert_eq!(answer["data"]["createCountries"]["info"]["nodesCreated"], COUNTRIES);
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has nothing to lose, and may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
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

    fn write(&mut self, id: &str, trade: &Trade) -> Result<()> {
        let input = json!([{
            "id": id, "type": "TRADES_WITH", "validFrom": "2024",
            "source": { "id": trade.source }, "target": { "id": trade.target },
            "properties": { "turnoverUsd": trade.turnover },
        }]);
        let answer = self.ask(WRITE, &json!({ "input": input }))?;
        let created = &answer["data"]["assertRelationships"]["info"]["relationshipsCreated"];
        assert_eq!(*created, 1, "{answer}");
        Ok(())
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
