//! A server that is killed at random moments under eight writers and a subscriber: every
//! acknowledged operation is there and whole, and the subscriber misses nothing and hears nothing
//! twice. `RELATA_SOAK_KILLS=1000` takes longer.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/socket.rs"]
mod socket;

use std::{
    collections::HashSet,
    env, hint,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use fastrand::Rng;
use relata::{
    graph::{Graph, Snapshot},
    store::SledStore,
};
use serde_json::{Value, json};

use crate::socket::{Heard, Socket};

const WRITERS: usize = 8;
const KILLS: usize = 50;
/// Entities that one operation creates; the last of them is named by the operation.
const PARTS: [&str; 3] = ["a", "b", "c"];

/// A server in a process of its own.
struct Server {
    child: Child,
    address: SocketAddr,
    /// Kept open, lest the server's words have nowhere to go.
    _out: BufReader<ChildStdout>,
}

/// What the clients know.
#[derive(Default)]
struct Known {
    acknowledged: Mutex<Vec<String>>,
    heard: Vec<String>,
    cursor: Option<String>,
}

#[test]
fn a_killed_server_keeps_what_it_said_and_tells_all_of_it() {
    let seed = 23;
    let mut rng = Rng::with_seed(seed);
    let kills = env::var("RELATA_SOAK_KILLS").map_or(KILLS, |it| it.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let mut known = Known::default();
    known.begin(folder.path());
    for round in 0..kills {
        let mut server = Server::start(folder.path());
        let subscriber = known.subscribe(server.address);
        let pause = Duration::from_micros(rng.u64(..150_000));
        let heard = thread::scope(|scope| {
            let heard = scope.spawn(|| listen(subscriber, usize::MAX));
            for writer in 0..WRITERS {
                let (address, known) = (server.address, &known.acknowledged);
                scope.spawn(move || write(address, &format!("{round}-{writer}"), known));
            }
            wait(pause);
            server.child.kill().unwrap();
            server.child.wait().unwrap();
            heard.join().unwrap()
        });
        heard.iter().for_each(|it| known.hear(it));
        let context = format!("seed {seed}, round {round}");
        check(&stored(folder.path()), &known, &context);
    }
    let entities = stored(folder.path()).counts().entities as usize;
    let mut server = Server::start(folder.path());
    let subscriber = known.subscribe(server.address);
    let rest = entities - known.heard.len();
    listen(subscriber, rest).iter().for_each(|it| known.hear(it));
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    let all: HashSet<&String> = known.heard.iter().collect();
    assert_eq!((all.len(), known.heard.len()), (entities, entities), "seed {seed}: all, and once");
    assert!(entities > kills, "something was written between kills");
}

impl Server {
    fn start(folder: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_relata"));
        command.args(["serve", "--bind", "127.0.0.1:0", "--workers", "1", "--data"]).arg(folder);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").unwrap();
        let address = address.trim_end_matches('/').parse().unwrap();
        Self { child, address, _out: out }
    }
}

impl Known {
    /// Hears of one operation, and so has a cursor: whoever has none begins with what comes next.
    fn begin(&mut self, folder: &Path) {
        let mut server = Server::start(folder);
        let subscriber = self.subscribe(server.address);
        create(server.address, "first").unwrap();
        listen(subscriber, PARTS.len()).iter().for_each(|it| self.hear(it));
        assert_eq!(self.heard.len(), PARTS.len());
        server.child.kill().unwrap();
        server.child.wait().unwrap();
    }

    /// Goes on after what was heard last; nothing that is written from now on is missed.
    fn subscribe(&self, address: SocketAddr) -> Socket {
        let after = self.cursor.as_ref().map_or(String::new(), |it| format!("(after: \"{it}\")"));
        let query = format!("subscription {{ changes{after} {{ cursor kind entity {{ id }} }} }}");
        let mut socket = Socket::ready(address);
        let payload = json!({ "query": query });
        socket.say(&json!({ "type": "subscribe", "id": "s", "payload": payload }).to_string());
        if self.cursor.is_none() {
            // A pong comes after the subscription has begun.
            socket.say(r#"{"type":"ping"}"#);
            assert_eq!(socket.message()["type"], "pong");
        }
        socket
    }

    fn hear(&mut self, change: &Value) {
        assert_eq!(change["kind"], "CREATED", "{change}");
        self.heard.push(change["entity"]["id"].as_str().unwrap().to_owned());
        self.cursor = Some(change["cursor"].as_str().unwrap().to_owned());
    }
}

/// So many changes, or all until the connection is lost.
fn listen(mut socket: Socket, count: usize) -> Vec<Value> {
    let mut changes = Vec::new();
    while changes.len() < count {
        let Some(Heard::Message(message)) = socket.hear() else { break };
        assert_eq!(message["type"], "next", "{message}");
        changes.push(message["payload"]["data"]["changes"].clone());
    }
    changes
}

/// Writes one operation after another until the server is gone.
fn write(address: SocketAddr, name: &str, acknowledged: &Mutex<Vec<String>>) {
    for number in 0.. {
        let operation = format!("{name}-{number}");
        let Some(()) = create(address, &operation) else { return };
        acknowledged.lock().unwrap().push(operation);
    }
}

/// One operation, if the server acknowledges it.
fn create(address: SocketAddr, operation: &str) -> Option<()> {
    let parts = PARTS.map(|it| format!(r#"{{id: "{operation}-{it}", name: "{operation}"}}"#));
    let query = format!(
        "mutation {{ createCountries(input: [{}]) {{ info {{ nodesCreated }} }} }}",
        parts.join(", ")
    );
    let answer = post(address, &json!({ "query": query }).to_string())?;
    assert_eq!(answer["data"]["createCountries"]["info"]["nodesCreated"], 3, "{answer}");
    Some(())
}

/// The whole answer, or nothing.
fn post(address: SocketAddr, body: &str) -> Option<Value> {
    let mut stream = TcpStream::connect(address).ok()?;
    let length = body.len();
    write!(
        stream,
        "POST /graphql HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    serde_json::from_str(answer.split_once("\r\n\r\n")?.1).ok()
}

fn stored(folder: &Path) -> Snapshot {
    let store = SledStore::open(folder).unwrap();
    Graph::check(&store, None).unwrap().snapshot
}

fn check(snapshot: &Snapshot, known: &Known, context: &str) {
    for operation in known.acknowledged.lock().unwrap().iter() {
        let last = PARTS.map(|it| format!("{operation}-{it}"));
        assert!(
            last.iter().all(|it| snapshot.node(it).is_some()),
            "{context}: {operation} is lost"
        );
    }
    let entities = snapshot.counts().entities as usize;
    assert_eq!(entities % PARTS.len(), 0, "{context}: an operation is half there");
    assert!(known.heard.len() <= entities, "{context}: what was told is not there");
}

/// Keeps busy for so long, because a sleep is never as short as the moments that matter.
fn wait(time: Duration) {
    let begin = Instant::now();
    while begin.elapsed() < time {
        hint::spin_loop();
    }
}
