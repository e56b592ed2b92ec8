//! Changes as they are committed: over a WebSocket and as server-sent events, to the letter of both
//! protocols, in order, without a gap or a repeat.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/listening.rs"]
mod listening;
#[path = "common/socket.rs"]
mod socket;
#[path = "common/wishes.rs"]
mod wishes;

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::Arc,
    time::Duration,
};

use expect_test::expect;
use relata::{
    api::{Api, Limits},
    graph::{Graph, Options},
    ontology::Ontology,
    server::Settings,
    store::MemoryStore,
};
use serde_json::{Value, json};

use crate::{
    listening::serve,
    socket::{Heard, Socket, connect, read_head},
    wishes::draft,
};

const ONTOLOGY: &str = r#"
type Town @node { twins: [Town!]! @relationship(type: "TWINNED", direction: OUT) }
type River @node { towns: [Town!]! @relationship(type: "PASSES", direction: OUT) }
"#;
const INIT: &str = r#"{"type":"connection_init"}"#;
const PROTOCOL: &str = "graphql-transport-ws";
const CHANGES: &str = "subscription { changes { kind entity { id } } }";

/// What a server takes in one message or body.
const BODY_BYTES_MAX: usize = 100_000;

struct World {
    graph: Graph,
    address: SocketAddr,
}

fn world() -> World {
    world_with(Options::default())
}

/// A world that forgets everything at every checkpoint.
fn forgetful_world() -> World {
    world_with(Options { history: Some(Duration::ZERO), ..Options::default() })
}

fn world_with(options: Options) -> World {
    let ontology = Ontology::parse("schema.graphql", ONTOLOGY).unwrap();
    let store = Arc::new(MemoryStore::default());
    let graph = Graph::open(store, Some(ontology), options).unwrap();
    let settings = Settings::new(BODY_BYTES_MAX, std::env::temp_dir());
    let address = serve(Api::new(graph.clone(), Limits::default()).unwrap(), settings);
    World { graph, address }
}

fn town(id: impl std::fmt::Display) -> String {
    format!(r#"{{"id":"{id}","type":"Town","name":"{id}"}}"#)
}

fn subscribe(id: &str, query: &str) -> String {
    json!({ "type": "subscribe", "id": id, "payload": { "query": query } }).to_string()
}

impl World {
    fn commit(&self, lines: &str) {
        self.graph.commit_blocking(draft(lines)).unwrap();
    }

    /// Says `messages` over a connection of its own, and gives the code that ends it.
    fn close_code(&self, messages: &[&str]) -> u16 {
        let mut socket = Socket::open(self.address, PROTOCOL, "").unwrap();
        messages.iter().for_each(|it| socket.say(it));
        ending(&mut socket)
    }

    /// What `/metrics` tells.
    fn metrics(&self) -> String {
        let mut stream = connect(self.address);
        write!(stream, "GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Follows changes, and is told that it is heard before this returns.
    fn follow(&self, query: &str) -> Socket {
        let mut socket = Socket::ready(self.address);
        socket.say(&subscribe("s", query));
        // An answer to what was said later comes later than what came of this.
        socket.say(&subscribe("q", "{ __typename }"));
        assert_eq!(socket.message()["type"], "next");
        assert_eq!(socket.message(), json!({ "id": "q", "type": "complete" }));
        socket
    }
}

fn ending(socket: &mut Socket) -> u16 {
    loop {
        match socket.hear().expect("a close frame comes before the end") {
            Heard::Close(code) => return code,
            Heard::Message(_) => {}
        }
    }
}

/// The change in the next message.
fn change(socket: &mut Socket) -> Value {
    let message = socket.message();
    assert_eq!(message["type"], "next", "{message}");
    message["payload"]["data"]["changes"].clone()
}

#[test]
fn every_misuse_has_its_close_code() {
    let world = world();
    let (again, long) = (subscribe("1", CHANGES), subscribe(&"1".repeat(300), CHANGES));
    for (messages, code) in [
        (&["nonsense"][..], 4400),
        (&["[]"], 4400),
        (&["{}"], 4400),
        (&[r#"{"type":"hello"}"#], 4400),
        (&[r#"{"type":"connection_init","payload":3}"#], 4400),
        (&[r#"{"type":"ping","payload":"x"}"#], 4400),
        (&[INIT, r#"{"type":"complete"}"#], 4400),
        (&[INIT, r#"{"type":"subscribe","payload":{"query":"{ __typename }"}}"#], 4400),
        (&[INIT, r#"{"type":"subscribe","id":"","payload":{"query":"{ __typename }"}}"#], 4400),
        (&[INIT, r#"{"type":"subscribe","id":"1"}"#], 4400),
        (&[INIT, r#"{"type":"subscribe","id":"1","payload":{}}"#], 4400),
        (&[INIT, r#"{"type":"subscribe","id":"1","payload":{"query":1}}"#], 4400),
        (&[INIT, r#"{"type":"subscribe","id":"1","payload":{"query":"","variables":1}}"#], 4400),
        (&[&again], 4401),
        (&[INIT, &again, &again], 4409),
        (&[INIT, &long, &long], 4409),
        (&[INIT, INIT], 4429),
        (&[], 4408),
    ] {
        assert_eq!(world.close_code(messages), code, "{messages:?}");
    }
    assert_eq!(world.close_code(&[&" ".repeat(BODY_BYTES_MAX + 1)]), 1009);
    let mut socket = Socket::open(world.address, PROTOCOL, "").unwrap();
    socket.send(2, INIT.as_bytes());
    assert_eq!(ending(&mut socket), 4400);
    let mut socket = Socket::open(world.address, "graphql-ws", "").unwrap();
    assert_eq!(ending(&mut socket), 4406);
    let metrics = world.metrics();
    let closed = metrics.lines().filter(|it| it.starts_with("relata_websockets_closed_total"));
    expect![[r#"
        relata_websockets_closed_total{code="1001"} 0
        relata_websockets_closed_total{code="1009"} 1
        relata_websockets_closed_total{code="4400"} 14
        relata_websockets_closed_total{code="4401"} 1
        relata_websockets_closed_total{code="4406"} 1
        relata_websockets_closed_total{code="4408"} 1
        relata_websockets_closed_total{code="4409"} 2
        relata_websockets_closed_total{code="4429"} 1"#]]
    .assert_eq(&closed.collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_close_is_answered_with_its_own_code() {
    let mut socket = Socket::ready(world().address);
    socket.send(8, &1000_u16.to_be_bytes());
    assert_eq!(ending(&mut socket), 1000);
}

#[test]
fn a_page_of_another_origin_is_not_let_in() {
    let World { graph, address } = world();
    let mut settings = Settings::new(BODY_BYTES_MAX, std::env::temp_dir());
    settings.origins = ["https://example.org".parse().unwrap()].into();
    let shared = serve(Api::new(graph, Limits::default()).unwrap(), settings);
    let open = |address, origin: &str| {
        let header = format!("origin: {origin}\r\n");
        Socket::open(address, PROTOCOL, &header).map(drop)
    };
    assert_eq!(open(address, &format!("http://{address}")), Ok(()));
    for origin in ["http://example.org", "https://example.org", "null", "http://127.0.0.1:1"] {
        assert_eq!(open(address, origin), Err(403), "{origin}");
        let listed = if origin == "https://example.org" { Ok(()) } else { Err(403) };
        assert_eq!(open(shared, origin), listed, "{origin}");
    }
}

#[test]
fn queries_are_answered_and_refusals_told() {
    let world = world();
    let mut socket = Socket::ready(world.address);
    socket.say(r#"{"type":"ping","payload":{"x":1}}"#);
    assert_eq!(socket.message(), json!({ "type": "pong" }));
    socket.say(&subscribe("a\"1", "{ __typename }"));
    let data = json!({ "data": { "__typename": "Query" } });
    assert_eq!(socket.message(), json!({ "id": "a\"1", "type": "next", "payload": data }));
    assert_eq!(socket.message(), json!({ "id": "a\"1", "type": "complete" }));
    let tokens = format!("{{ {} }}", "__typename ".repeat(5_000));
    let where_to_begin =
        |after: &str| format!("subscription {{ changes(after: \"{after}\") {{ kind }} }}");
    for (query, code) in [
        ("{".to_owned(), "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }".to_owned(), "GRAPHQL_VALIDATION_FAILED"),
        (tokens, "QUERY_TOO_COMPLEX"),
        ("subscription { a: changes { kind } b: changes { kind } }".to_owned(), VALIDATION),
        ("subscription { ...F } fragment F on Subscription { changes { kind } x: changes { at } }".to_owned(), VALIDATION),
        ("subscription { changes @skip(if: false) { kind } }".to_owned(), VALIDATION),
        ("subscription { __typename }".to_owned(), VALIDATION),
        (where_to_begin(""), "BAD_USER_INPUT"),
        (where_to_begin("garbage"), "BAD_USER_INPUT"),
        (where_to_begin(&"é".repeat(12)), "BAD_USER_INPUT"),
        (where_to_begin(&"f".repeat(24)), "BAD_USER_INPUT"),
        (where_to_begin("000000000000000000000001"), "BAD_USER_INPUT"),
    ] {
        socket.say(&subscribe("e", &query));
        let message = socket.message();
        assert_eq!(message["type"], "error", "{query:.100} {message}");
        assert_eq!(message["payload"][0]["extensions"]["code"], code, "{query:.100} {message}");
    }
}

const VALIDATION: &str = "GRAPHQL_VALIDATION_FAILED";

#[test]
fn a_connection_has_so_many_operations_and_no_more() {
    let world = world();
    let mut socket = Socket::ready(world.address);
    (0..65).for_each(|it| socket.say(&subscribe(&it.to_string(), CHANGES)));
    let refused = socket.message();
    assert_eq!((&refused["id"], &refused["type"]), (&json!("64"), &json!("error")), "{refused}");
    let counted = "relata_requests_total{operation=\"unknown\",code=\"BAD_REQUEST\"} 1\n";
    assert!(world.metrics().contains(counted));
    socket.say(r#"{"type":"complete","id":"0"}"#);
    socket.say(&subscribe("q", "{ __typename }"));
    assert_eq!(socket.message()["id"], "q", "there is room again");
}

#[test]
fn changes_are_told_in_order_and_resumed_after_any() {
    let world = world();
    let query = "subscription { changes { cursor kind revision entity { id name } relationship { \
                 type source { id } } } }";
    let mut socket = world.follow(query);
    world.commit(&[town("a"), town("b")].join("\n"));
    world.commit(r#"{"id":"a","type":"Town","name":"A"}"#);
    world.commit(r#"{"type":"TWINNED","source":"a","target":"b"}"#);
    let told: Vec<Value> = (0..4).map(|_| change(&mut socket)).collect();
    let said: Vec<_> =
        told.iter().map(|it| json!([it["kind"], it["revision"], it["entity"]["id"]])).collect();
    let expected = json!([
        ["CREATED", "1", "a"],
        ["CREATED", "1", "b"],
        ["UPDATED", "2", "a"],
        ["CREATED", "3", null]
    ]);
    assert_eq!(json!(said), expected);
    let twinned = json!({ "type": "TWINNED", "source": { "id": "a" } });
    assert_eq!(told[3]["relationship"], twinned);
    for (place, seen) in told.iter().enumerate() {
        let after = seen["cursor"].as_str().unwrap();
        let query = query.replace("changes {", &format!("changes(after: \"{after}\") {{"));
        let mut socket = Socket::ready(world.address);
        socket.say(&subscribe("s", &query));
        for expected in &told[place + 1..] {
            let again = change(&mut socket);
            assert_eq!(again["cursor"], expected["cursor"]);
            assert_eq!(again["kind"], expected["kind"]);
        }
        world.commit(&town(format!("c{place}")));
        for expected in 0..=place {
            assert_eq!(change(&mut socket)["entity"]["id"], format!("c{expected}"));
        }
    }
}

#[test]
fn only_changes_that_pass_are_told() {
    let world = world();
    for (filter, expected) in [
        ("{entityTypes: [Town]}", &["a", "b"][..]),
        ("{entityTypes: [River]}", &["r"]),
        ("{entityTypes: []}", &[]),
        ("{relationshipTypes: [TWINNED]}", &["TWINNED"]),
        ("{entityTypes: [River], relationshipTypes: [PASSES]}", &["r", "PASSES"]),
        ("{touching: [\"r\"]}", &["r", "PASSES"]),
        ("{touching: [\"a\"]}", &["a", "PASSES", "TWINNED"]),
        ("{touching: [\"a\"], relationshipTypes: [TWINNED]}", &["TWINNED"]),
        ("{touching: [\"nobody\"]}", &[]),
        ("{}", &["a", "b", "r", "PASSES", "TWINNED"]),
    ] {
        let query = format!(
            "subscription {{ changes(where: {filter}) {{ entity {{ id }} relationship {{ type }} \
             }} }}"
        );
        let fresh = self::world();
        let mut socket = fresh.follow(&query);
        fresh.commit(&[town("a"), town("b")].join("\n"));
        fresh.commit(r#"{"id":"r","type":"River","name":"r"}"#);
        fresh.commit(r#"{"type":"PASSES","source":"r","target":"a"}"#);
        fresh.commit(r#"{"type":"TWINNED","source":"b","target":"a"}"#);
        for expected in expected {
            let told = change(&mut socket);
            let what = told["entity"]["id"].as_str().or(told["relationship"]["type"].as_str());
            assert_eq!(what, Some(*expected), "{filter}");
        }
        socket.say(r#"{"type":"ping"}"#);
        assert_eq!(socket.message()["type"], "pong", "{filter} lets no more through");
    }
    drop(world);
}

#[test]
fn fields_that_merge_to_one_are_one() {
    let world = world();
    let query = "subscription { changes { kind } ...F ... { changes { entity { name } } } } \
                 fragment F on Subscription { changes { entity { id } kind } }";
    let mut socket = world.follow(query);
    world.commit(&town("a"));
    let told = change(&mut socket);
    assert_eq!(told.to_string(), r#"{"kind":"CREATED","entity":{"id":"a","name":"a"}}"#);
}

#[test]
fn who_reads_late_reads_everything() {
    let world = world();
    let mut socket = world.follow(CHANGES);
    let count = 3_000;
    for group in (0..count).collect::<Vec<_>>().chunks(10) {
        world.commit(&group.iter().map(town).collect::<Vec<_>>().join("\n"));
    }
    for expected in 0..count {
        assert_eq!(change(&mut socket)["entity"]["id"], expected.to_string());
    }
}

#[test]
fn who_resumes_after_what_is_forgotten_is_told_what_to_do() {
    let world = forgetful_world();
    world.commit(&town("a"));
    world.commit(&town("b"));
    let begin = "000000000000000000000000";
    let query = format!("subscription {{ changes(after: \"{begin}\") {{ entity {{ id }} }} }}");
    let follow = || {
        let mut socket = Socket::ready(world.address);
        socket.say(&subscribe("s", &query));
        socket.message()
    };
    assert_eq!(follow()["type"], "next", "nothing is forgotten yet");
    world.graph.checkpoint_blocking().unwrap();
    let error = json!({
        "message": "the changes after revision 0 are not kept any more; read the graph anew, and \
                    leave `after` out to follow what is committed from now on",
        "extensions": { "code": "CURSOR_TOO_OLD" }
    });
    assert_eq!(follow(), json!({ "id": "s", "type": "error", "payload": [error] }));
    let (status, mut answer) = get(world.address, &query);
    assert_eq!(status, 200);
    let told = events(&mut answer, usize::MAX);
    let told = told.strip_prefix("event: next\ndata: ").unwrap();
    let told: Value =
        serde_json::from_str(told.strip_suffix("\n\nevent: complete\ndata:\n\n").unwrap()).unwrap();
    assert_eq!(told, json!({ "errors": [error] }));
}

#[test]
fn who_reads_so_late_that_it_is_forgotten_is_told() {
    let world = forgetful_world();
    let mut socket = world.follow("subscription { changes { entity { name } } }");
    // More than a socket holds.
    let (count, length) = (600, 64 << 10);
    for it in 0..count {
        let name = it.to_string() + &"x".repeat(length);
        world.commit(&format!(r#"{{"id":"a","type":"Town","name":"{name}"}}"#));
    }
    world.graph.checkpoint_blocking().unwrap();
    for _ in 0..count {
        let message = socket.message();
        if message["type"] == "error" {
            assert_eq!(message["payload"][0]["extensions"]["code"], "CURSOR_TOO_OLD");
            return;
        }
    }
    panic!("it was not told");
}

#[test]
fn events_are_streamed() {
    let world = world();
    let get = |query: &str| get(world.address, query);
    let (status, mut answer) = get("{ __typename }");
    assert_eq!(status, 200);
    let data = "event: next\ndata: {\"data\":{\"__typename\":\"Query\"}}\n\nevent: \
                complete\ndata:\n\n";
    assert_eq!(events(&mut answer, usize::MAX), data);
    let (_, mut answer) = get("{ nothing }");
    let refused = events(&mut answer, usize::MAX);
    assert!(refused.contains(VALIDATION) && refused.ends_with("event: complete\ndata:\n\n"));
    let head = "POST /graphql HTTP/1.1\r\naccept: text/event-stream\r\ncontent-type: \
                application/json";
    let (status, mut answer) =
        ask(world.address, head, json!({ "query": CHANGES }).to_string().as_bytes());
    assert_eq!(status, 200);
    for place in 0..3 {
        world.commit(&town(place));
        let told = events(&mut answer, 1);
        let id = format!("{{\"kind\":\"CREATED\",\"entity\":{{\"id\":\"{place}\"}}}}");
        assert!(told.contains(&id), "{told}");
    }
    let (status, _) = ask(world.address, head, b"{}");
    assert_eq!(status, 400);
}

/// Asks for events by GET.
fn get(address: SocketAddr, query: &str) -> (u16, BufReader<TcpStream>) {
    let query = query.replace(' ', "%20").replace('{', "%7B").replace('}', "%7D");
    let query = query.replace('"', "%22");
    let head = format!("GET /graphql?query={query} HTTP/1.1\r\naccept: text/event-stream");
    ask(address, &head, b"")
}

/// So many events, or all until the end, without what cuts them into chunks.
fn events(answer: &mut BufReader<TcpStream>, count: usize) -> String {
    let mut events = String::new();
    for _ in 0..count {
        let mut line = String::new();
        answer.read_line(&mut line).unwrap();
        let length = usize::from_str_radix(line.trim(), 16).unwrap();
        let mut chunk = vec![0; length + 2];
        answer.read_exact(&mut chunk).unwrap();
        if length == 0 {
            break;
        }
        events.push_str(str::from_utf8(&chunk[..length]).unwrap());
    }
    events
}

/// Sends a request, with `connection: close`, and gives the reader of its answer, and the status.
fn ask(address: SocketAddr, head: &str, body: &[u8]) -> (u16, BufReader<TcpStream>) {
    let mut stream = connect(address);
    let length = body.len();
    write!(stream, "{head}\r\nhost: {address}\r\nconnection: close\r\n").unwrap();
    write!(stream, "content-length: {length}\r\n\r\n").unwrap();
    stream.write_all(body).unwrap();
    let mut answer = BufReader::new(stream);
    let status = read_head(&mut answer);
    (status, answer)
}
