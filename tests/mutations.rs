//! Mutations under competition, and random ones against a naive model: what they tell, that those
//! of which a part is refused leave nothing, and the past asked again.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/facts.rs"]
mod facts;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    thread,
};

use fastrand::Rng;
use relata::{
    api::{Api, Limits, Request},
    model::Timestamp,
};
use serde_json::{Value, json, value::to_raw_value};

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

const IDS: usize = 8;
const STEPS: usize = 60;

/// What the graph holds: counts of entities, and which leads to which.
#[derive(Clone, Debug, Default, PartialEq)]
struct Model {
    counts: BTreeMap<String, i64>,
    next: BTreeSet<(String, String)>,
}

/// An entity to be created, with what it leads to.
struct Thing {
    id: String,
    count: i64,
    connect: Vec<String>,
    create: Vec<Thing>,
}

/// The entity has an id that is taken.
struct Taken;

impl Thing {
    fn input(&self) -> String {
        let Self { id, count, connect, create } = self;
        let create: Vec<_> = create.iter().map(|it| format!("{{node: {}}}", it.input())).collect();
        let create = create.join(", ");
        format!(
            r#"{{id: "{id}", name: "n", count: {count}, next: {{create: [{create}], connect: [{{where: {{node: {{id: {{in: {connect:?}}}}}}}}}]}}}}"#
        )
    }
}

impl Model {
    /// A random root field, and whether it is refused; else what it leaves. `$count` is `count`.
    fn step(&mut self, rng: &mut Rng, count: i64) -> (String, Result<(), Taken>) {
        let (a, b) = (id(rng), id(rng));
        match rng.u8(0..6) {
            0 => {
                self.counts.insert(a.clone(), count);
                let upsert = format!(
                    r#"upsertThings(input: {{key: {{id: "{a}"}}, onCreate: {{name: "n", count: $count}}, onUpdate: {{count: {{set: $count}}}}}}) {{ info {{ ...I }} }}"#
                );
                (upsert, Ok(()))
            }
            1 => {
                self.counts.remove(&a);
                self.next.retain(|(from, to)| *from != a && *to != a);
                let delete = format!(
                    r#"deleteThings(where: {{id: {{eq: "{a}"}}}}, detach: true) {{ ...I }}"#
                );
                (delete, Ok(()))
            }
            2 => {
                if self.counts.contains_key(&a) {
                    self.connect(&a, &b);
                }
                (update(&a, "connect", &format!(r#"{{node: {{id: {{eq: "{b}"}}}}}}"#)), Ok(()))
            }
            3 => {
                self.next.retain(|(from, to)| *from != a || *to != b);
                (update(&a, "disconnect", &format!(r#"{{node: {{id: {{eq: "{b}"}}}}}}"#)), Ok(()))
            }
            _ => {
                let things: Vec<_> = (0..rng.usize(1..3)).map(|_| self.thing(rng, 2)).collect();
                let inputs: Vec<_> = things.iter().map(Thing::input).collect();
                let create =
                    format!("createThings(input: [{}]) {{ info {{ ...I }} }}", inputs.join(", "));
                (create, things.iter().try_for_each(|it| self.create(it)))
            }
        }
    }

    /// A thing that leads to others; mostly, an id is free.
    fn thing(&self, rng: &mut Rng, depth: usize) -> Thing {
        let mut new = id(rng);
        for _ in 0..6 {
            if self.counts.contains_key(&new) {
                new = id(rng);
            }
        }
        let connect = (0..rng.usize(0..3)).map(|_| id(rng)).collect();
        let creates = if depth == 0 { 0 } else { rng.usize(0..2) };
        let create = (0..creates).map(|_| self.thing(rng, depth - 1)).collect();
        Thing { id: new, count: rng.i64(0..100), connect, create }
    }

    fn create(&mut self, thing: &Thing) -> Result<(), Taken> {
        if self.counts.insert(thing.id.clone(), thing.count).is_some() {
            return Err(Taken);
        }
        thing.connect.iter().for_each(|it| self.connect(&thing.id, it));
        for it in &thing.create {
            self.create(it)?;
            self.connect(&thing.id, &it.id);
        }
        Ok(())
    }

    fn connect(&mut self, from: &str, to: &str) {
        if self.counts.contains_key(to) {
            self.next.insert((from.to_owned(), to.to_owned()));
        }
    }

    /// What a root field must have told that has led from `before` to this.
    fn info(&self, before: &Self) -> Value {
        let new = |a: &Self, b: &Self| {
            let nodes = a.counts.keys().filter(|it| !b.counts.contains_key(*it)).count();
            (nodes, a.next.difference(&b.next).count())
        };
        let ((nodes, relationships), gone) = (new(self, before), new(before, self));
        json!({
            "nodesCreated": nodes, "nodesDeleted": gone.0,
            "relationshipsCreated": relationships, "relationshipsDeleted": gone.1,
        })
    }

    /// What the API says that the graph held at a moment.
    fn read(api: &Api, known_at: &str) -> Self {
        let mut model = Self::default();
        for it in 0..IDS {
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

fn id(rng: &mut Rng) -> String {
    format!("t{}", rng.usize(..IDS))
}

fn update(id: &str, what: &str, filter: &str) -> String {
    format!(
        r#"updateThings(where: {{id: {{eq: "{id}"}}}}, update: {{next: {{{what}: {{where: {filter}}}}}}}) {{ info {{ ...I }} }}"#
    )
}

/// Runs a random mutation, and leaves `model` as the graph must be after it; whether it is recorded.
fn mutate(api: &Api, model: &mut Model, rng: &mut Rng) -> bool {
    let (mut after, mut told, mut roots) = (model.clone(), Vec::new(), String::new());
    let (mut taken, count) = (false, rng.i64(0..100));
    for it in 0..rng.usize(1..4) {
        let before = after.clone();
        let (root, outcome) = after.step(rng, count);
        taken |= outcome.is_err();
        told.push(after.info(&before));
        write!(roots, " m{it}: {root}").unwrap();
    }
    let declared = if roots.contains('$') { "($count: Int = 0)" } else { "" };
    let query = format!(
        "mutation {declared} {{ {roots} }} fragment I on MutationInfo {{ nodesCreated \
         nodesDeleted relationshipsCreated relationshipsDeleted }}"
    );
    let variables = to_raw_value(&json!({ "count": count })).unwrap();
    let request = Request { query: &query, operation_name: None, variables: Some(&variables) };
    let answer: Value = serde_json::from_slice(&api.execute(request).body).unwrap();
    if taken {
        assert_eq!(answer["data"], Value::Null, "{query} {answer}");
        for error in answer["errors"].as_array().unwrap() {
            assert_eq!(error["extensions"]["code"], "UNIQUE_VIOLATION", "{query} {answer}");
        }
    } else {
        assert!(answer.get("errors").is_none(), "{query} {answer}");
        for (it, expected) in told.iter().enumerate() {
            let payload = &answer["data"][format!("m{it}")];
            assert_eq!(payload.get("info").unwrap_or(payload), expected, "{query} {answer}");
        }
        *model = after;
    }
    assert_eq!(Model::read(api, "null"), *model, "{query}");
    !taken
}

#[test]
fn every_state_that_was_is_answered_again() {
    let mut refused = 0;
    for seed in 0..4 {
        println!("seed {seed}");
        let (api, mut rng) = (api(), Rng::with_seed(seed));
        let mut model = Model::default();
        let mut states = Vec::new();
        for _ in 0..STEPS {
            refused += usize::from(!mutate(&api, &mut model, &mut rng));
            states.push((Timestamp::now(), model.clone()));
        }
        for (moment, model) in states {
            assert_eq!(Model::read(&api, &format!("\"{moment}\"")), model, "seed {seed}");
        }
    }
    assert!((20..200).contains(&refused), "{refused}");
}
