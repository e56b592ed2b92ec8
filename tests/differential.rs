//! Random documents, answered by the real executor and by a naive one: the bytes of the data and
//! the errors must be equal.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/naive_executor.rs"]
mod naive_executor;
#[path = "common/random_document.rs"]
mod random_document;
#[path = "common/random_world.rs"]
mod random_world;
#[path = "common/things.rs"]
mod things;

use std::{
    cell::RefCell,
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use fastrand::Rng;
use naive_executor::execute;
use random_document::{RandomDocument, Words, random_document};
use relata::{
    api::{Api, Context, Limits, Outcome, Request},
    graph::{Lens, Snapshot},
    query::Budget,
};
use serde_json::{Value as Json, value::RawValue};

/// Limits under which every random document runs to its end.
fn limits() -> Limits {
    Limits {
        fields_max: 1_000_000,
        aliases_max: 1_000_000,
        cost_max: u64::MAX,
        expansions_max: u64::MAX,
        deadline: Duration::from_secs(3_600),
        ..Limits::default()
    }
}

/// What became of the documents of one run.
#[derive(Debug, Default)]
struct Tally {
    executed: usize,
    with_errors: usize,
    refused: usize,
    bytes: usize,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.executed += other.executed;
        self.with_errors += other.with_errors;
        self.refused += other.refused;
        self.bytes += other.bytes;
    }

    /// The documents were of all sorts, and had answers.
    fn check(&self) {
        let Self { executed, with_errors, refused, bytes } = self;
        let all = executed + refused;
        let sorted = *executed > 1_000 && with_errors * 5 > all && refused * 50 > all;
        assert!(sorted && bytes / executed > 300, "{self:?}");
    }
}

fn check(api: &Api, snapshot: &Snapshot, words: Words<'_>, seed: u64, tally: &mut Tally) {
    let RandomDocument { text, variables } =
        random_document(api.table(), words, &mut Rng::with_seed(seed));
    let raw = RawValue::from_string(Json::Object(variables.clone()).to_string()).unwrap();
    let request = Request { query: &text, operation_name: None, variables: Some(&raw) };
    let response = api.execute(request);
    let body = String::from_utf8(response.body).unwrap();
    let told = format!("seed {seed}\n{text}\n{raw}\n{body}");

    // All that random documents know was recorded before this graph began.
    let past = Snapshot::empty(snapshot.ontology().clone());
    let limits = limits();
    let budget = RefCell::new(Budget::new(limits.expansions_max, None));
    let context = Context {
        view: snapshot.view(Lens::default()),
        ontology: snapshot.ontology(),
        table: api.table(),
        limits: &limits,
        budget: &budget,
    };
    let Some(expected) = execute(&context, &past, &text, &variables) else {
        assert_eq!(response.outcome, Outcome::Refused, "{told}");
        tally.refused += 1;
        return;
    };
    assert_eq!(response.outcome, Outcome::Executed, "{told}");
    let data = format!("{{\"data\":{}", expected.data);
    assert!(body.starts_with(&data), "{told}\n{data}");
    tally.executed += 1;
    tally.bytes += body.len();
    let errors = serde_json::from_str::<Json>(&body).unwrap();
    let errors = errors["errors"].as_array().map_or(&[][..], Vec::as_slice);
    tally.with_errors += usize::from(!errors.is_empty());
    assert_eq!(errors.len(), expected.errors.len().min(100), "{told}\n{:?}", expected.errors);
    for (error, (message, path)) in errors.iter().zip(&expected.errors) {
        assert_eq!(&error["path"], path, "{told}");
        assert!(error["message"].as_str().unwrap().starts_with(message), "{told}\n{message}");
    }
}

/// Names a seed where its document makes the executor panic.
struct Told(u64);

impl Drop for Told {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("seed {}", self.0);
        }
    }
}

/// Checks the documents of `seeds`, on all cores.
fn check_all(api: &Api, snapshot: &Snapshot, words: Words<'_>, seeds: Range<u64>) -> Tally {
    let next = AtomicU64::new(seeds.start);
    let check_some = || {
        let mut tally = Tally::default();
        while let seed = next.fetch_add(1, Relaxed)
            && seed < seeds.end
        {
            let _told = Told(seed);
            check(api, snapshot, words, seed, &mut tally);
        }
        tally
    };
    thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(check_some)).collect();
        let mut all = Tally::default();
        threads.into_iter().for_each(|it| all.add(&it.join().unwrap()));
        all
    })
}

#[test]
fn a_table_made_by_hand() {
    let api = things::api(limits());
    let snapshot = Snapshot::empty(Arc::new(things::ontology()));
    let words = Words {
        ids: &["a", "b"],
        texts: &["", "x", "ä\"\\\n"],
        dates: &["2018", "2018-09", "2018-09-27"],
    };
    check_all(&api, &snapshot, words, 0..8_000).check();
}

#[test]
fn random_graphs_of_random_ontologies() {
    let mut tally = Tally::default();
    for world in 0..24 {
        let graph = random_world::random_graph(&mut Rng::with_seed(world));
        let snapshot = graph.snapshot();
        let api = Api::new(graph, limits()).unwrap();
        let words = Words {
            ids: random_world::IDS,
            texts: random_world::NAMES,
            dates: random_world::DATES,
        };
        let seeds = world * 1_000..world * 1_000 + 500;
        tally.add(&check_all(&api, &snapshot, words, seeds));
    }
    tally.check();
}
