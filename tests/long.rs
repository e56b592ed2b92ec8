//! A request that takes long holds up no other: not one on the same thread.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

use actix_web::test as web;
use relata::{
    api::{
        Api, Context, Cost, FieldDef, FieldError, Limits, Operator, Read, Request, Subject, Table,
        TypeBody, TypeDef, TypeId, TypeRef, Value, Wrap,
    },
    graph::{Draft, EntityWish, Graph, Options, RelationshipWish, Wish},
    ontology::{Ontology, Scalar},
    server::{self, Settings},
    store::{MemoryStore, Store},
};
use serde_json::json;

/// More than a thread that serves connections looks at, and less than a request may.
const MANY_STEPS: u64 = 100_000;
/// A test that fails must end too.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whether the short request was answered.
static ANSWERED: (Mutex<bool>, Condvar) = (Mutex::new(false), Condvar::new());

#[actix_web::test]
async fn a_short_request_is_answered_while_a_long_one_runs() {
    let app =
        web::init_service(server::app(api(), Settings::new(1_000, std::env::temp_dir()))).await;
    let ask = async |document: &str| {
        let body = json!({ "query": document }).to_string();
        let request = web::TestRequest::post().uri("/graphql").set_payload(body);
        let request = request.insert_header(("content-type", "application/json"));
        web::call_and_read_body(&app, request.to_request()).await
    };
    let (long, short) = tokio::join!(ask("{ long }"), async {
        let short = ask("{ short }").await;
        *ANSWERED.0.lock().unwrap() = true;
        ANSWERED.1.notify_all();
        short
    });
    assert_eq!(short, r#"{"data":{"short":true}}"#);
    assert_eq!(long, r#"{"data":{"long":true}}"#);
}

#[test]
fn a_look_up_that_indexes_a_great_graph_is_no_brief_one() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let ontology = r#"type A @node { to: [A!]! @relationship(type: "TO", direction: OUT) }"#;
    let open = || {
        let ontology = Ontology::parse("test", ontology).unwrap();
        let graph = Graph::open(Arc::clone(&store), Some(ontology), Options::default()).unwrap();
        Api::new(graph, Limits::default()).unwrap()
    };
    let brief = |api: &Api, query| {
        let request = Request { query, operation_name: None, variables: None };
        api.execute_briefly(request).is_some()
    };
    let answer = |api: &Api, query| {
        let request = Request { query, operation_name: None, variables: None };
        String::from_utf8(api.execute(request).body).unwrap()
    };
    let graph = open().graph().clone();
    let a = EntityWish {
        id: "a".into(),
        kind: "A".into(),
        name: Some("A".into()),
        ..EntityWish::default()
    };
    let edge = |it: usize| {
        let (id, relation) = (Some(format!("r{it}")), "TO".to_owned());
        let (source, target) = ("a".to_owned(), "a".to_owned());
        let wish = RelationshipWish { id, relation, source, target, ..Default::default() };
        Wish::AssertRelationship(wish)
    };
    let wishes = [Wish::PutEntity(a)].into_iter().chain((0..5000).map(edge)).collect();
    graph.commit_blocking(Draft { wishes }).unwrap();
    graph.checkpoint_blocking().unwrap();
    drop(graph);
    let by_id = r#"{ relationship(id: "r7") { id } }"#;
    let found = r#"{"data":{"relationship":{"id":"r7"}}}"#;
    for first in [by_id, r#"mutation { addEvidence(relationship: "none", evidence: []) { id } }"#] {
        let api = open();
        assert!(brief(&api, r#"{ a(id: "a") { id } }"#));
        assert!(!brief(&api, by_id) && !brief(&api, r#"{ node(id: "a") { id } }"#));
        assert_eq!(api.graph().snapshot().unindexed(), 5000);
        answer(&api, first);
        assert_eq!(api.graph().snapshot().unindexed(), 0, "{first}");
        assert!(brief(&api, by_id));
        assert_eq!(answer(&api, by_id), found);
    }
}

/// Looks at much of the graph, and then waits until the short request was answered.
fn long<'s>(context: &Context<'s>, _: &Value<'s>, _: &FieldDef) -> Result<Value<'s>, FieldError> {
    if !context.budget.borrow_mut().draw(MANY_STEPS) {
        return Ok(Value::Bool(false));
    }
    let (answered, changed) = &ANSWERED;
    let answered = answered.lock().unwrap();
    let waited = changed.wait_timeout_while(answered, PATIENCE, |it| !*it).unwrap();
    Ok(Value::Bool(*waited.0))
}

/// The API of both fields over an empty graph.
fn api() -> Api {
    let field = |name: &str, read: Read| FieldDef {
        name: name.into(),
        description: "".into(),
        arguments: vec![],
        ty: TypeRef { base: TypeId(0), wrap: Wrap::Required },
        cost: Cost::One,
        subject: Subject::None,
        operator: Operator::Read(read),
    };
    let fields = vec![field("long", long), field("short", |_, _, _| Ok(Value::Bool(true)))];
    let types = [
        (Scalar::Boolean.name(), TypeBody::Scalar(Scalar::Boolean)),
        ("Query", TypeBody::Object { fields, interfaces: vec![] }),
    ];
    let types = types
        .into_iter()
        .map(|(name, body)| TypeDef { name: name.into(), description: "".into(), body })
        .collect();
    let ontology = Ontology::parse("test", "type A @node { a: String }").unwrap();
    let store = Arc::new(MemoryStore::default());
    let graph = Graph::open(store, Some(ontology), Options::default()).unwrap();
    Api::over(graph, Table::new(types, TypeId(1)), Limits::default())
}
