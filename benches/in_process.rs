//! What a query costs without HTTP: here, by async-graphql's executor, and by hand.
//!
//! `cargo bench --bench in_process` asks a graph of 2^16 entities; `… -- 14 Q3` one of 2^14, and
//! only the third query.

mod derived;
mod handwritten;
mod reference;
mod rmat;
mod timing;
mod world;

use std::{
    cell::Cell,
    hint::black_box,
    time::{Duration, Instant},
};

use relata::api::{Api, Request};
use serde_json::{Value, value::RawValue};

use self::{timing::median, world::World};

/// How often each case has its turn.
const ROUNDS: usize = 31;
/// How long a turn takes, about.
const TURN: Duration = Duration::from_millis(10);

fn main() {
    let scale = timing::arguments().first().map_or(16, |it| *it as u32);
    let World { graph, api, questions } = &World::new(scale);
    let snapshot = &graph.snapshot();
    let schema = &derived::schema(snapshot.clone());
    println!("2^{scale} entities, {} relationships", snapshot.edge_bound());
    println!("median µs a query: warm and cold cache, async-graphql, by hand; ratios to warm");
    let asked = std::env::args().find(|it| it.starts_with('Q')).unwrap_or_default();
    for (place, question) in questions.iter().enumerate() {
        if !question.name.starts_with(&asked) {
            continue;
        }
        let variables = |sample: usize| &*question.variables[sample % question.variables.len()];
        let by_hand = |sample| handwritten::answer(snapshot, place, variables(sample));
        let by_macros = |sample| derived::answer(schema, question.document, variables(sample));
        let warm = |sample| ask(api, question.document, variables(sample));
        for sample in 0..question.variables.len() {
            let expected = parsed(&by_hand(sample));
            assert_eq!(parsed(&warm(sample)), expected, "{}", question.name);
            assert_eq!(parsed(&by_macros(sample)), expected, "{}", question.name);
        }
        let fresh = Cell::new(0u64);
        let cold = |sample| {
            // A document that was never seen before: the same, and a comment that counts.
            fresh.set(fresh.get() + 1);
            ask(api, &format!("{} #{}", question.document, fresh.get()), variables(sample))
        };
        let medians = interleaved(&mut [
            Case::new(|it| drop(black_box(warm(it)))),
            Case::new(|it| drop(black_box(cold(it)))),
            Case::new(|it| drop(black_box(by_macros(it)))),
            Case::new(|it| drop(black_box(by_hand(it)))),
        ]);
        let [warm, cold, macros, hand] = medians[..] else { unreachable!("four were given") };
        println!(
            "{:20} {warm:9.2} {cold:9.2} {macros:9.2} {hand:9.2}   async-graphql ÷ warm {:5.1}, warm ÷ by hand {:5.2}",
            question.name,
            macros / warm,
            warm / hand
        );
    }
}

fn ask(api: &Api, document: &str, variables: &RawValue) -> Vec<u8> {
    let variables = Some(variables);
    api.execute(Request { query: document, operation_name: None, variables }).body
}

fn parsed(answer: &[u8]) -> Value {
    serde_json::from_slice(answer).expect("answers are JSON")
}

/// Something to be measured.
struct Case<'a> {
    run: Box<dyn FnMut(usize) + 'a>,
    runs: usize,
}

impl<'a> Case<'a> {
    /// A case that is given the number of the run.
    fn new(run: impl FnMut(usize) + 'a) -> Self {
        Self { run: Box::new(run), runs: 0 }
    }

    /// One turn: nanoseconds a run. The first finds out how many runs a turn has.
    fn turn(&mut self) -> f64 {
        let start = Instant::now();
        let mut runs = 0;
        while if self.runs == 0 { start.elapsed() < TURN } else { runs < self.runs } {
            (self.run)(runs);
            runs += 1;
        }
        self.runs = runs;
        start.elapsed().as_nanos() as f64 / runs as f64
    }
}

/// The median of each case's turns, in microseconds a run.
fn interleaved(cases: &mut [Case<'_>]) -> Vec<f64> {
    let mut turns = vec![Vec::new(); cases.len()];
    for round in 0..=ROUNDS {
        for (case, turns) in cases.iter_mut().zip(&mut turns) {
            let turn = case.turn();
            if round > 0 {
                turns.push(turn / 1e3);
            }
        }
    }
    turns.into_iter().map(median).collect()
}
