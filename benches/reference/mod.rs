//! The reference queries.

use relata::{
    api::{Api, Limits},
    graph::{Graph, Snapshot},
    model::{Direction, NodeId},
};
use serde_json::{Value, json, value::RawValue};

/// Entities that each query is asked of in turn.
const SAMPLES: usize = 64;
/// A sampled entity has at least so many relationships: enough for ten times ten.
const DEGREE_MIN: usize = 20;

/// A reference query, and the variables it is asked with.
pub(crate) struct Question {
    /// What it is called in the results.
    pub(crate) name: &'static str,
    /// The document.
    pub(crate) document: &'static str,
    /// JSON objects, one a sample.
    pub(crate) variables: Vec<Box<RawValue>>,
}

/// The API of `graph`, with room for the greatest walks.
pub(crate) fn api(graph: &Graph) -> Api {
    let limits = Limits { expansions_max: u64::MAX, ..Limits::default() };
    Api::new(graph.clone(), limits).expect("the ontology has no clashes")
}

/// The reference queries, asked of entities of `snapshot`.
pub(crate) fn questions(snapshot: &Snapshot) -> Vec<Question> {
    let countries = snapshot.ontology().kind_named("Country").map(|it| it.id);
    let well_joined = |it: &NodeId| snapshot.degree_bound(*it, Direction::Any) >= DEGREE_MIN;
    let samples: Vec<_> = snapshot.nodes(countries).filter(well_joined).take(SAMPLES).collect();
    let id = |it: NodeId| snapshot.entity(it).id();
    let ask = |name, document, variables: &dyn Fn(usize) -> Value| Question {
        name,
        document,
        variables: (0..samples.len())
            .map(|it| RawValue::from_string(variables(it).to_string()).expect("it is JSON"))
            .collect(),
    };
    let one = |it: usize| json!({ "id": id(samples[it]) });
    let two = |it: usize| {
        let other = samples[(it + 1) % samples.len()];
        json!({ "from": id(samples[it]), "to": id(other) })
    };
    let beginning = |it: usize| json!({ "text": &snapshot.entity(samples[it]).name()[..4] });
    vec![
        ask(
            "Q1 entity by id",
            "query($id: ID!) { country(id: $id) { name code founded size } }",
            &one,
        ),
        ask(
            "Q2 20 relationships",
            "query($id: ID!) { country(id: $id) { relationships(first: 20) { edges { node { type validFrom } other { id name } } } } }",
            &one,
        ),
        ask(
            "Q3 10 × 10 names",
            "query($id: ID!) { country(id: $id) { name relationships(first: 10) { edges { other { name relationships(first: 10) { edges { other { name } } } } } } } }",
            &one,
        ),
        ask(
            "Q4 shortest path",
            "query($from: ID!, $to: ID!) { paths(from: {id: $from}, to: {id: $to}) { paths { length nodes { name } } } }",
            &two,
        ),
        ask(
            "Q5 prefix search",
            "query($text: String!) { search(text: $text, first: 10) { entity { id name } } }",
            &beginning,
        ),
        ask(
            "Q6 within 3 hops",
            "query($id: ID!) { country(id: $id) { neighbors(hops: {min: 1, max: 3}, first: 1) { totalCount } } }",
            &one,
        ),
    ]
}
