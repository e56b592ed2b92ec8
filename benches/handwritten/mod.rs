//! The reference queries answered as one would by hand: variables in, serde structs out.

use relata::{
    graph::{Half, Lens, Snapshot, View},
    model::{Date, Direction, NodeId, ValueRef},
    query::{self, Budget, Hops, PathMode, PathQuestion, Step},
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct ById<'a> {
    id: &'a str,
}

#[derive(Deserialize)]
struct Between<'a> {
    from: &'a str,
    to: &'a str,
}

#[derive(Deserialize)]
struct Beginning<'a> {
    text: &'a str,
}

#[derive(Serialize)]
struct Data<T> {
    data: T,
}

#[derive(Serialize)]
struct Country<T> {
    country: Option<T>,
}

#[derive(Serialize)]
struct Found<'s> {
    name: &'s str,
    code: Option<&'s str>,
    founded: Option<String>,
    size: Option<i64>,
}

#[derive(Serialize)]
struct Relationships<T> {
    relationships: Edges<T>,
}

#[derive(Serialize)]
struct Edges<T> {
    edges: Vec<T>,
}

#[derive(Serialize)]
struct Edge<'s> {
    node: Relationship<'s>,
    other: Entity<'s>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Relationship<'s> {
    r#type: &'s str,
    valid_from: Option<String>,
}

#[derive(Serialize)]
struct Entity<'s> {
    id: &'s str,
    name: &'s str,
}

#[derive(Serialize)]
struct Other<T> {
    other: T,
}

#[derive(Serialize)]
struct Named<'s> {
    name: &'s str,
}

#[derive(Serialize)]
struct Joined<'s, T> {
    name: &'s str,
    relationships: Edges<T>,
}

#[derive(Serialize)]
struct Paths<'s> {
    paths: Answer<'s>,
}

#[derive(Serialize)]
struct Answer<'s> {
    paths: Vec<Path<'s>>,
}

#[derive(Serialize)]
struct Path<'s> {
    length: usize,
    nodes: Vec<Named<'s>>,
}

#[derive(Serialize)]
struct Search<'s> {
    search: Vec<Hit<'s>>,
}

#[derive(Serialize)]
struct Hit<'s> {
    entity: Entity<'s>,
}

#[derive(Serialize)]
struct Neighbors {
    neighbors: Total,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Total {
    total_count: u64,
}

/// Answers the reference query at `place`.
pub(crate) fn answer(snapshot: &Snapshot, place: usize, variables: &RawValue) -> Vec<u8> {
    let view = snapshot.view(Lens::default());
    match place {
        0 => json(&country(view, variables, found)),
        1 => json(&country(view, variables, relationships)),
        2 => json(&country(view, variables, ten_times_ten)),
        3 => json(&path(view, variables)),
        4 => json(&search(view, variables)),
        _ => json(&country(view, variables, neighbors)),
    }
}

fn json(data: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(&Data { data }).expect("memory takes what is written")
}

fn parse<'a, T: Deserialize<'a>>(variables: &'a RawValue) -> T {
    serde_json::from_str(variables.get()).expect("the variables are sound")
}

fn country<'s, T>(
    view: View<'s>,
    variables: &RawValue,
    select: fn(View<'s>, NodeId) -> T,
) -> Country<T> {
    let node = view.snapshot.node(parse::<ById<'_>>(variables).id);
    Country { country: node.map(|it| select(view, it)) }
}

fn found(view: View<'_>, node: NodeId) -> Found<'_> {
    let names = view.snapshot.ontology().names();
    let (mut code, mut founded, mut size) = (None, None, None);
    let entity = view.snapshot.entity(node);
    for (property, value) in entity.properties() {
        match (names.properties[property.index()].as_str(), value) {
            ("code", ValueRef::Text(it)) => code = Some(it),
            ("founded", ValueRef::Date(it)) => founded = Some(it.to_string()),
            ("size", ValueRef::Int(it)) => size = Some(it),
            _ => {}
        }
    }
    Found { name: entity.name(), code, founded, size }
}

fn newest<'s, T>(
    view: View<'s>,
    node: NodeId,
    first: usize,
    select: impl Fn(Half) -> T,
) -> Edges<T> {
    Edges { edges: view.newest_of(node, Direction::Any).take(first).map(select).collect() }
}

fn relationships(view: View<'_>, node: NodeId) -> Relationships<Edge<'_>> {
    let names = view.snapshot.ontology().names();
    let edge = |half: Half| {
        let from: Option<Date> = view.snapshot.relationship(half.edge).validity().from();
        Edge {
            node: Relationship {
                r#type: &names.relations[half.relation.index()],
                valid_from: from.map(|it| it.to_string()),
            },
            other: entity(view, half.other),
        }
    };
    Relationships { relationships: newest(view, node, 20, edge) }
}

fn ten_times_ten(view: View<'_>, node: NodeId) -> Joined<'_, Other<Joined<'_, Other<Named<'_>>>>> {
    let named = |it: NodeId| Named { name: view.snapshot.entity(it).name() };
    let inner = |half: Half| Other { other: named(half.other) };
    let outer = |half: Half| Other {
        other: Joined {
            name: view.snapshot.entity(half.other).name(),
            relationships: newest(view, half.other, 10, inner),
        },
    };
    Joined { name: view.snapshot.entity(node).name(), relationships: newest(view, node, 10, outer) }
}

fn entity(view: View<'_>, node: NodeId) -> Entity<'_> {
    let entity = view.snapshot.entity(node);
    Entity { id: entity.id(), name: entity.name() }
}

/// What the default of `paths` finds.
pub(crate) fn shortest(view: View<'_>, from: &str, to: &str) -> Vec<query::Path> {
    let node = |id| view.snapshot.node(id).expect("the ids are sound");
    let question = PathQuestion {
        from: node(from),
        to: node(to),
        mode: PathMode::Shortest,
        first: 10,
        max_hops: 6,
        via: Vec::new(),
        weight: None,
    };
    query::paths(view, &question, &mut Budget::unlimited()).paths
}

fn path<'s>(view: View<'s>, variables: &RawValue) -> Paths<'s> {
    let Between { from, to } = parse(variables);
    let named = |it: &NodeId| Named { name: view.snapshot.entity(*it).name() };
    let path = |it: &query::Path| Path {
        length: it.edges.len(),
        nodes: it.nodes.iter().map(named).collect(),
    };
    Paths { paths: Answer { paths: shortest(view, from, to).iter().map(path).collect() } }
}

/// What the default of `search` finds.
pub(crate) fn matches<'s>(view: View<'s>, text: &str) -> Vec<query::Hit<'s>> {
    query::search(view, text, &[], 1, 10, &mut Budget::unlimited())
}

fn search<'s>(view: View<'s>, variables: &RawValue) -> Search<'s> {
    let hits = matches(view, parse::<Beginning<'_>>(variables).text);
    Search { search: hits.iter().map(|it| Hit { entity: entity(view, it.node) }).collect() }
}

/// How many entities are within three hops.
pub(crate) fn within_three(view: View<'_>, node: NodeId) -> u64 {
    let repeat = Hops { min: 1, max: 3 };
    let (relations, direction) = (Vec::new(), Direction::Any);
    let step = Step { relations, direction, relationship: None, to: None, repeat };
    let budget = &mut Budget::unlimited();
    query::neighbors_count(view, node, &[step], None, budget)
}

fn neighbors(view: View<'_>, node: NodeId) -> Neighbors {
    Neighbors { neighbors: Total { total_count: within_three(view, node) } }
}
