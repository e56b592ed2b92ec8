//! Eight clients, a thousand operations through the API that contend for the same things: no update
//! is lost, keys stay unique, and no relationship leads to nothing.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/facts.rs"]
mod facts;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Barrier,
    thread,
};

use fastrand::Rng;
use relata::{
    api::{Api, Limits, Request},
    graph::{Lens, Snapshot},
    model::{Direction, ModalitySet},
};
use serde_json::Value;

const ONTOLOGY: &str = "type Thing implements Entity @node { code: String @unique count: Int
    next: [Thing!]! @relationship(type: \"NEXT\", direction: OUT) }";
const CLIENTS: u64 = 8;
const ROUNDS: usize = 125;
/// Entities that are merged into each other.
const MERGED: usize = 12;

/// How often an operation came to what: nothing stands for success.
type Tally = BTreeMap<(&'static str, Option<String>), usize>;

#[test]
fn a_thousand_operations_of_eight_clients_contradict_no_other() {
    let seed = 5;
    println!("seed {seed}");
    let api = Api::new(facts::graph(ONTOLOGY, ""), Limits::default()).unwrap();
    let merged = (0..MERGED).map(|it| {
        format!(r#"{{id: "m{it}", name: "M", next: {{connect: {{where: {{node: {{id: {{eq: "hub"}}}}}}}}}}}}"#)
    });
    let merged: Vec<_> = merged.collect();
    let begin = format!(
        r#"mutation {{ createThings(input: [{{id: "hub", name: "Hub"}}, {{id: "counter", name: "C", count: 0}}, {}]) {{ __typename }} }}"#,
        merged.join(", ")
    );
    assert_eq!(code(&ask(&api, &begin)), None);
    let round = Barrier::new(CLIENTS as usize);
    let tallies: Vec<Tally> = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|it| {
                let (api, round) = (&api, &round);
                let mut rng = Rng::with_seed(seed * CLIENTS + it);
                scope.spawn(move || contend(api, it, round, &mut rng))
            })
            .collect();
        clients.into_iter().map(|it| it.join().unwrap()).collect()
    });
    let mut tally = Tally::new();
    for (outcome, count) in tallies.into_iter().flatten() {
        *tally.entry(outcome).or_default() += count;
    }
    assert_eq!(tally.values().sum::<usize>(), ROUNDS * CLIENTS as usize);
    let made = |what| tally.get(&(what, None)).copied().unwrap_or_default();
    println!("{tally:?}");
    assert_outcomes(&tally);
    assert_nothing_is_lost(&api, &made);
    assert_mergers_are_whole(&api);
    assert_ends_are_there(&api.graph().snapshot());
}

/// What one client does: the same as all others, at the same time.
fn contend(api: &Api, client: u64, begin: &Barrier, rng: &mut Rng) -> Tally {
    let mut tally = Tally::new();
    for round in 0..ROUNDS {
        let key = round / 5;
        begin.wait();
        let (what, answer) = match round % 5 {
            0 => ("upsert", ask(api, &upsert(key))),
            1 => ("increment", increment(api)),
            2 => ("create", ask(api, &create(key, client))),
            3 => ("merge", ask(api, &merge(rng))),
            _ if client.is_multiple_of(2) => ("connect", ask(api, &connect(key))),
            _ => ("delete", ask(api, &delete(key))),
        };
        *tally.entry((what, code(&answer))).or_default() += 1;
    }
    tally
}

fn upsert(key: usize) -> String {
    format!(
        r#"mutation {{ upsertThings(input: {{key: {{code: "u{key}"}}, onCreate: {{name: "U", count: 1}}, onUpdate: {{count: {{add: 1}}}}}}) {{ __typename }} }}"#
    )
}

/// Adds one to what was read, if it is so still.
fn increment(api: &Api) -> Value {
    let there = ask(api, r#"{ thing(id: "counter") { count revision } }"#);
    let (count, revision) = (&there["data"]["thing"]["count"], &there["data"]["thing"]["revision"]);
    let next = count.as_i64().unwrap() + 1;
    let answer = ask(
        api,
        &format!(
            r#"mutation {{ updateThings(where: {{id: {{eq: "counter"}}}}, update: {{count: {{set: {next}}}}}, expectedRevision: {revision}) {{ __typename }} }}"#
        ),
    );
    let current = &answer["errors"][0]["extensions"]["current"];
    let number = |it: &Value| it.as_str().and_then(|it| it.parse::<u64>().ok());
    assert!(current.is_null() || number(current) > number(revision), "{answer}");
    answer
}

fn create(key: usize, client: u64) -> String {
    format!(
        r#"mutation {{ createThings(input: {{id: "c{key}-{client}", name: "C", code: "c{key}"}}) {{ __typename }} }}"#
    )
}

fn merge(rng: &mut Rng) -> String {
    let (winner, loser) = (rng.usize(..MERGED), rng.usize(..MERGED));
    format!(r#"mutation {{ mergeEntities(winner: "m{winner}", losers: ["m{loser}"]) {{ id }} }}"#)
}

/// Creates an entity unless it is there, and connects the hub with it.
fn connect(key: usize) -> String {
    format!(
        r#"mutation {{
            upsertThings(input: {{key: {{id: "v{key}"}}, onCreate: {{name: "V"}}}}) {{ __typename }}
            updateThings(where: {{id: {{eq: "hub"}}}}, update: {{next: {{connect: {{where: {{node: {{id: {{eq: "v{key}"}}}}}}}}}}}}) {{ __typename }}
        }}"#
    )
}

fn delete(key: usize) -> String {
    let detach = key.is_multiple_of(2);
    format!(
        r#"mutation {{ deleteThings(where: {{id: {{eq: "v{key}"}}}}, detach: {detach}) {{ revision }} }}"#
    )
}

/// Each operation fails for a reason of its own only.
fn assert_outcomes(tally: &Tally) {
    for (what, code) in tally.keys() {
        let expected = match *what {
            "increment" => "REVISION_CONFLICT",
            "create" => "UNIQUE_VIOLATION",
            "merge" => "BAD_USER_INPUT",
            "delete" => "STILL_CONNECTED",
            _ => "nothing",
        };
        assert!(code.as_ref().is_none_or(|it| it == expected), "{tally:?}");
    }
}

fn assert_nothing_is_lost(api: &Api, made: &dyn Fn(&'static str) -> usize) {
    let keys = ROUNDS / 5;
    assert_eq!(made("create"), keys, "each key has one owner");
    assert_eq!(made("upsert"), keys * CLIENTS as usize);
    let answer = ask(
        api,
        r#"{ counter: thing(id: "counter") { count } upserted: things(where: {code: {startsWith: "u"}}, limit: 100) { code count }
             created: things(where: {code: {startsWith: "c"}}, limit: 100) { code } }"#,
    );
    let data = &answer["data"];
    assert_eq!(data["counter"]["count"], made("increment"), "each increment counts once");
    let upserted = data["upserted"].as_array().unwrap();
    assert_eq!(upserted.len(), keys);
    assert!(upserted.iter().all(|it| it["count"] == CLIENTS), "{upserted:?}");
    let codes: BTreeSet<_> =
        data["created"].as_array().unwrap().iter().map(|it| it["code"].to_string()).collect();
    assert_eq!((codes.len(), data["created"].as_array().unwrap().len()), (keys, keys));
}

/// Every id means an entity that is there, and each of these leads to the hub once.
fn assert_mergers_are_whole(api: &Api) {
    let mut standing = BTreeSet::new();
    for it in 0..MERGED {
        let query = format!(
            r#"{{ entity(ref: {{id: "m{it}"}}) {{ id relationships {{ nodes {{ target {{ id }} }} }} }} }}"#
        );
        let answer = ask(api, &query);
        let entity = &answer["data"]["entity"];
        standing.insert(entity["id"].as_str().unwrap().to_owned());
        let ends = entity["relationships"]["nodes"].as_array().unwrap();
        assert_eq!((ends.len(), &ends[0]["target"]["id"]), (1, &"hub".into()), "{answer}");
    }
    let there = api.graph().snapshot();
    let there = there.nodes(None).map(|it| there.entity(it).id().to_owned());
    assert_eq!(there.filter(|it| it.starts_with('m')).collect::<BTreeSet<_>>(), standing);
}

fn assert_ends_are_there(snapshot: &Snapshot) {
    let view = snapshot.view(Lens { modalities: ModalitySet::ALL, ..Lens::default() });
    let mut count = 0;
    for it in view.all_edges().map(|it| snapshot.relationship(it)) {
        assert!(snapshot.has_node(it.source()) && snapshot.has_node(it.target()), "{}", it.id());
        count += 1;
    }
    assert_eq!(snapshot.counts().relationships, count);
    let hub = snapshot.node("hub").unwrap();
    let ends = view.edges_of(hub, Direction::Out).map(|it| it.other);
    let ends: Vec<_> = ends.collect();
    assert_eq!(ends.iter().collect::<BTreeSet<_>>().len(), ends.len(), "no twins");
    for key in 0..ROUNDS / 5 {
        let node = snapshot.node(&format!("v{key}"));
        assert_eq!(node.is_some_and(|it| ends.contains(&it)), node.is_some(), "v{key}");
    }
}

fn code(answer: &Value) -> Option<String> {
    answer["errors"][0]["extensions"]["code"].as_str().map(str::to_owned)
}

fn ask(api: &Api, query: &str) -> Value {
    let request = Request { query, operation_name: None, variables: None };
    serde_json::from_slice(&api.execute(request).body).unwrap()
}
