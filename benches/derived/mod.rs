//! The reference queries answered by async-graphql's executor, over types made by its macros.

use std::{
    pin::pin,
    sync::Arc,
    task::{Context as TaskContext, Poll, Waker},
};

use async_graphql::{
    Context, EmptyMutation, EmptySubscription, ID, InputObject, Object, Request, Schema,
    SimpleObject, Variables,
};
use relata::{
    graph::{Half, Lens, Snapshot, View},
    model::{Direction, EdgeId, NodeId, PropertyId, ValueRef},
    query,
};
use serde_json::value::RawValue;

use crate::handwritten::{matches, shortest, within_three};

/// The schema of the reference queries over one snapshot.
pub(crate) type Derived = Schema<Query, EmptyMutation, EmptySubscription>;

/// The root.
pub(crate) struct Query;

#[derive(InputObject)]
struct EntityRef {
    id: ID,
}

#[derive(InputObject)]
struct HopsInput {
    min: i32,
    max: i32,
}

struct Entity(NodeId);

struct Relationship(EdgeId);

#[derive(SimpleObject)]
struct Edge {
    node: Relationship,
    other: Entity,
}

#[derive(SimpleObject)]
struct Edges {
    edges: Vec<Edge>,
}

struct Path(query::Path);

#[derive(SimpleObject)]
struct Paths {
    paths: Vec<Path>,
}

#[derive(SimpleObject)]
struct Hit {
    entity: Entity,
}

#[derive(SimpleObject)]
struct Neighbors {
    total_count: u64,
}

#[Object]
impl Query {
    async fn country(&self, context: &Context<'_>, id: ID) -> Option<Entity> {
        view(context).snapshot.node(&id).map(Entity)
    }

    async fn paths(&self, context: &Context<'_>, from: EntityRef, to: EntityRef) -> Paths {
        let paths = shortest(view(context), &from.id, &to.id);
        Paths { paths: paths.into_iter().map(Path).collect() }
    }

    async fn search(&self, context: &Context<'_>, text: String, first: usize) -> Vec<Hit> {
        let hits = matches(view(context), &text);
        hits.iter().take(first).map(|it| Hit { entity: Entity(it.node) }).collect()
    }
}

#[Object]
impl Entity {
    async fn id<'c>(&self, context: &Context<'c>) -> &'c str {
        view(context).snapshot.entity(self.0).id()
    }

    async fn name<'c>(&self, context: &Context<'c>) -> &'c str {
        view(context).snapshot.entity(self.0).name()
    }

    async fn code<'c>(&self, context: &Context<'c>) -> Option<&'c str> {
        match self.property(context, "code")? {
            ValueRef::Text(it) => Some(it),
            _ => None,
        }
    }

    async fn founded(&self, context: &Context<'_>) -> Option<String> {
        match self.property(context, "founded")? {
            ValueRef::Date(it) => Some(it.to_string()),
            _ => None,
        }
    }

    async fn size(&self, context: &Context<'_>) -> Option<i64> {
        match self.property(context, "size")? {
            ValueRef::Int(it) => Some(it),
            _ => None,
        }
    }

    async fn relationships(&self, context: &Context<'_>, first: usize) -> Edges {
        let edge = |it: Half| Edge { node: Relationship(it.edge), other: Entity(it.other) };
        let halves = view(context).newest_of(self.0, Direction::Any).take(first);
        Edges { edges: halves.map(edge).collect() }
    }

    async fn neighbors(&self, context: &Context<'_>, hops: HopsInput, first: usize) -> Neighbors {
        assert_eq!((hops.min, hops.max, first), (1, 3, 1), "nothing else is asked here");
        Neighbors { total_count: within_three(view(context), self.0) }
    }
}

impl Entity {
    fn property<'c>(&self, context: &Context<'c>, name: &str) -> Option<ValueRef<'c>> {
        let snapshot = view(context).snapshot;
        let names = &snapshot.ontology().names().properties;
        let property = names.iter().position(|it| it == name)?;
        snapshot.entity(self.0).property(PropertyId(property as u16))
    }
}

#[Object]
impl Relationship {
    async fn r#type<'c>(&self, context: &Context<'c>) -> &'c str {
        let snapshot = view(context).snapshot;
        let relation = snapshot.relationship(self.0).relation();
        &snapshot.ontology().names().relations[relation.index()]
    }

    async fn valid_from(&self, context: &Context<'_>) -> Option<String> {
        let validity = view(context).snapshot.relationship(self.0).validity();
        validity.from().map(|it| it.to_string())
    }
}

#[Object]
impl Path {
    async fn length(&self) -> usize {
        self.0.edges.len()
    }

    async fn nodes(&self) -> Vec<Entity> {
        self.0.nodes.iter().map(|it| Entity(*it)).collect()
    }
}

/// The schema over `snapshot`.
pub(crate) fn schema(snapshot: Arc<Snapshot>) -> Derived {
    Schema::build(Query, EmptyMutation, EmptySubscription).data(snapshot).finish()
}

/// Answers a request whose resolvers never wait.
pub(crate) fn answer(schema: &Derived, document: &str, variables: &RawValue) -> Vec<u8> {
    let variables = serde_json::from_str(variables.get()).expect("the variables are sound");
    let request = Request::new(document).variables(Variables::from_json(variables));
    let mut answer = pin!(schema.execute(request));
    match answer.as_mut().poll(&mut TaskContext::from_waker(Waker::noop())) {
        Poll::Ready(response) => serde_json::to_vec(&response).expect("memory takes it"),
        Poll::Pending => unreachable!("no resolver waits"),
    }
}

fn view<'c>(context: &Context<'c>) -> View<'c> {
    context.data_unchecked::<Arc<Snapshot>>().view(Lens::default())
}
