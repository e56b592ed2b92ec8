//! The API's answers beside those of the naive graph, now and as of any date and moment.

use std::collections::VecDeque;

use relata::{
    api::{Api, Limits, Request},
    graph::Graph,
    model::{Date, Direction, ModalitySet, Timestamp},
};
use serde_json::{Value, json, value::to_raw_value};

use crate::{compare::is_end, naive::Naive};

const QUERY: &str = "query($id: ID!, $to: ID!, $at: DateTime, $on: Date, $all: [Modality!]) {
    entity(ref: {id: $id}, knownAt: $at, asOf: $on) {
        id name aliases degree out: degree(direction: OUT) in: degree(direction: IN)
        relationships(first: 500, where: {modality: $all}) { totalCount edges {
            direction other { id }
            node {
                id type source { id } target { id } validFrom validTo modality disputed confidence
                propertiesJson
            }
        } }
        neighbors(hops: {max: 3}, first: 100) { edges { hops node { id } } }
    }
    relationships(knownAt: $at, asOf: $on) { totalCount }
    paths(from: {id: $id}, to: {id: $to}, knownAt: $at, asOf: $on) { paths { length } }
}";
/// The longest path that is looked for.
const HOPS_MAX: usize = 6;

pub(crate) fn api(graph: &Graph) -> Api {
    Api::new(graph.clone(), Limits::default()).unwrap()
}

/// What is answered of each entity, as of each date, as it was known at a moment.
pub(crate) fn assert_same_answers(
    api: &Api,
    naive: &Naive,
    known_at: Option<Timestamp>,
    dates: &[Option<Date>],
) {
    let there: Vec<_> = (0..naive.entities.len()).filter(|it| naive.is_there(*it)).collect();
    for (place, entity) in there.iter().enumerate() {
        let other = there[(place + 1) % there.len()];
        let ids = [*entity, other].map(|it| &naive.entities[it].id);
        for as_of in dates {
            let on = as_of.map(|it| it.to_string());
            let at = known_at.map(|it| it.to_string());
            let variables = json!({
                "id": ids[0], "to": ids[1], "at": at, "on": on,
                "all": ["ASSERTED", "INTENDED", "POSSIBLE", "REQUESTED"],
            });
            let expected = json!({ "data": answer(naive, *entity, other, *as_of) });
            assert_eq!(ask(api, &variables), expected, "{variables}");
        }
    }
}

fn ask(api: &Api, variables: &Value) -> Value {
    let variables = to_raw_value(variables).unwrap();
    let request = Request { query: QUERY, operation_name: None, variables: Some(&variables) };
    let mut answer: Value = serde_json::from_slice(&api.execute(request).body).unwrap();
    // Those that are as near as each other come in any order.
    if let Some(neighbors) = answer["data"]["entity"]["neighbors"]["edges"].as_array_mut() {
        neighbors.sort_by_key(|it| (it["hops"].as_u64(), it["node"]["id"].to_string()));
    }
    answer
}

fn answer(naive: &Naive, entity: usize, other: usize, as_of: Option<Date>) -> Value {
    let it = &naive.entities[entity];
    let asserted = naive.seen(as_of, ModalitySet::ASSERTED);
    let degree =
        |direction| asserted.iter().filter(|it| is_end(naive, **it, entity, direction)).count();
    let mut ends = naive.seen(as_of, ModalitySet::ALL);
    ends.retain(|it| is_end(naive, *it, entity, Direction::Any));
    ends.sort_by_key(|it| {
        let from = naive.relationships[*it].validity.from();
        std::cmp::Reverse((from.map(Date::first_day), *it))
    });
    let edges: Vec<_> = ends.iter().map(|it| edge(naive, entity, *it)).collect();
    let hops = hops(naive, entity, &asserted);
    let mut neighbors: Vec<_> = (0..naive.entities.len())
        .filter(|it| (1..=3).contains(&hops[*it]))
        .map(|it| json!({ "hops": hops[it], "node": { "id": naive.entities[it].id } }))
        .collect();
    neighbors.sort_by_key(|it| (it["hops"].as_u64(), it["node"]["id"].to_string()));
    let length = hops[other];
    let path = (length <= HOPS_MAX).then(|| json!({ "length": length }));
    json!({
        "entity": {
            "id": it.id, "name": it.name, "aliases": it.aliases,
            "degree": degree(Direction::Any),
            "out": degree(Direction::Out), "in": degree(Direction::In),
            "relationships": { "totalCount": edges.len(), "edges": edges },
            "neighbors": { "edges": neighbors },
        },
        "relationships": { "totalCount": asserted.len() },
        "paths": { "paths": path.into_iter().collect::<Vec<_>>() },
    })
}

/// A relationship as it is read from an entity.
fn edge(naive: &Naive, entity: usize, relationship: usize) -> Value {
    let it = &naive.relationships[relationship];
    let (source, target) = naive.ends(relationship);
    let id = |entity: usize| json!({ "id": naive.entities[entity].id });
    let direction = match () {
        () if it.is_symmetric() => "ANY",
        () if source == entity => "OUT",
        () => "IN",
    };
    let date = |date: Option<Date>| date.map(|it| it.to_string());
    json!({
        "direction": direction,
        "other": id(if source == entity { target } else { source }),
        "node": {
            "id": it.id, "type": it.relation, "source": id(source), "target": id(target),
            "validFrom": date(it.validity.from()), "validTo": date(it.validity.to()),
            "modality": naive.modality(relationship).name(),
            "disputed": naive.is_disputed(relationship), "confidence": it.confidence,
            "propertiesJson": it.properties,
        },
    })
}

/// How many relationships lie between an entity and each other; documents end a path. What cannot
/// be reached is further away than any.
fn hops(naive: &Naive, start: usize, seen: &[usize]) -> Vec<usize> {
    let mut hops = vec![usize::MAX; naive.entities.len()];
    let mut queue = VecDeque::from([start]);
    hops[start] = 0;
    while let Some(it) = queue.pop_front() {
        if it != start && naive.entities[it].kind == "Document" {
            continue;
        }
        for (source, target) in seen.iter().map(|it| naive.ends(*it)) {
            let ends = [(source, target), (target, source)];
            for (_, next) in ends.into_iter().filter(|(end, _)| *end == it) {
                if hops[next] == usize::MAX {
                    hops[next] = hops[it] + 1;
                    queue.push_back(next);
                }
            }
        }
    }
    hops
}
