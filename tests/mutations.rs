//! Mutations under competition, and at random against a naive model with the past asked again.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/facts.rs"]
mod facts;

use std::{
    collections::{BTreeMap, BTreeSet},
    thread,
};

use fastrand::Rng;
use relata::{
    api::{Api, Limits, Request},
    model::Timestamp,
};
use serde_json::Value;

const ONTOLOGY: &str = "type Thing @node { code: String @unique count: Int
    next: [Thing!]! @relationship(type: \"NEXT\", direction: OUT) }";

fn api() -> Api {
    Api::new(facts::graph(ONTOLOGY, ""), Limits::default()).unwrap()
}

fn ask(api: &Api, query: &str) -> Value {
    let request = Request { query, operation_name: None, variables: None };
    serde_json::from_slice(&api.execute(request).body).unwrap()
}

#[test]
fn a_unique_value_has_one_owner_and_no_addition_is_lost_whoever_races() {
    let api = api();
    ask(
        &api,
        r#"mutation { createThings(input: {id: "sum", name: "sum", count: 0}) { __typename } }"#,
    );
    let race = |writer: usize| {
        let mut won = 0;
        for round in 0..50 {
            let name = format!("{writer}-{round}");
            let create = format!(
                r#"mutation {{ createThings(input: {{id: "{name}", name: "x", code: "{round}"}}) {{ __typename }} }}"#
            );
            let answer = ask(&api, &create);
            match answer["errors"][0]["extensions"]["code"].as_str() {
                None => won += 1,
                Some(code) => assert_eq!(code, "UNIQUE_VIOLATION", "{answer}"),
            }
            let add = r#"mutation { updateThings(where: {id: {eq: "sum"}}, update: {count: {add: 1}}) { __typename } }"#;
            assert!(ask(&api, add).get("errors").is_none());
        }
        won
    };
    let won: usize = thread::scope(|scope| {
        let writers: Vec<_> = (0..8).map(|it| scope.spawn(move || race(it))).collect();
        writers.into_iter().map(|it| it.join().unwrap()).sum()
    });
    assert_eq!(won, 50);
    let answer = ask(&api, r#"{ thing(id: "sum") { count } thingsConnection { totalCount } }"#);
    assert_eq!(answer["data"]["thing"]["count"], 400);
    assert_eq!(answer["data"]["thingsConnection"]["totalCount"], 51);
}

/// What the graph holds: counts of entities, and which leads to which.
#[derive(Clone, Debug, Default, PartialEq)]
struct Model {
    counts: BTreeMap<String, i64>,
    next: BTreeSet<(String, String)>,
}

impl Model {
    /// A random mutation, and what it leaves.
    fn step(&mut self, rng: &mut Rng) -> String {
        let ids: Vec<_> = (0..6).map(|it| format!("t{it}")).collect();
        let (a, b) = (rng.choice(&ids).unwrap().clone(), rng.choice(&ids).unwrap().clone());
        let count = rng.i64(0..100);
        match rng.u8(0..4) {
            0 => {
                self.counts.insert(a.clone(), count);
                format!(
                    r#"upsertThings(input: {{key: {{id: "{a}"}}, onCreate: {{name: "n", count: {count}}}, onUpdate: {{count: {{set: {count}}}}}}}) {{ __typename }}"#
                )
            }
            1 => {
                self.counts.remove(&a);
                self.next.retain(|(from, to)| *from != a && *to != a);
                format!(
                    r#"deleteThings(where: {{id: {{eq: "{a}"}}}}, detach: true) {{ __typename }}"#
                )
            }
            2 => {
                if self.counts.contains_key(&a) && self.counts.contains_key(&b) {
                    self.next.insert((a.clone(), b.clone()));
                }
                format!(
                    r#"updateThings(where: {{id: {{eq: "{a}"}}}}, update: {{next: {{connect: {{where: {{node: {{id: {{eq: "{b}"}}}}}}}}}}}}) {{ __typename }}"#
                )
            }
            _ => {
                self.next.retain(|(from, to)| *from != a || *to != b);
                format!(
                    r#"updateThings(where: {{id: {{eq: "{a}"}}}}, update: {{next: {{disconnect: {{where: {{node: {{id: {{eq: "{b}"}}}}}}}}}}}}) {{ __typename }}"#
                )
            }
        }
    }

    /// What the API says that the graph held at a moment.
    fn read(api: &Api, known_at: &str) -> Self {
        let mut model = Self::default();
        for it in 0..6 {
            let query = format!(
                r#"{{ thing(id: "t{it}", knownAt: {known_at}) {{ id count next {{ id }} }} }}"#
            );
            let answer = ask(api, &query);
            assert!(answer.get("errors").is_none(), "{answer}");
            let thing = &answer["data"]["thing"];
            let Some(id) = thing["id"].as_str() else { continue };
            model.counts.insert(id.to_owned(), thing["count"].as_i64().unwrap());
            let next = thing["next"].as_array().unwrap().iter();
            model.next.extend(next.map(|it| (id.to_owned(), it["id"].as_str().unwrap().into())));
        }
        model
    }
}

#[test]
fn every_state_that_was_is_answered_again() {
    for seed in 0..4 {
        let (api, mut rng) = (api(), Rng::with_seed(seed));
        let mut model = Model::default();
        let mut states = Vec::new();
        for _ in 0..40 {
            let roots = (0..rng.usize(1..4)).map(|it| format!("m{it}: {}", model.step(&mut rng)));
            let mutation = format!("mutation {{ {} }}", roots.collect::<Vec<_>>().join(" "));
            let answer = ask(&api, &mutation);
            assert!(answer.get("errors").is_none(), "seed {seed}: {mutation} {answer}");
            assert_eq!(Model::read(&api, "null"), model, "seed {seed}: {mutation}");
            states.push((Timestamp::now(), model.clone()));
        }
        for (moment, model) in states {
            assert_eq!(Model::read(&api, &format!("\"{moment}\"")), model, "seed {seed}");
        }
    }
}
