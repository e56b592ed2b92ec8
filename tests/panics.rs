//! Panics, wherever they happen: an error with a code and a reference, and everything else goes on.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread,
};

use actix_web::test;
use relata::{
    api::{
        Answer, Api, Args, Context, Effect, FieldDef, FieldError, Limits, Operator, Outcome,
        Request, Table, TypeBody, Value, Writing,
    },
    graph::{Graph, Options, State, WriteError},
    model::Revision,
    ontology::Ontology,
    server::{self, Settings},
    store::{Batch, MemoryStore, Scan, Store, StoreError},
};
use serde_json::{Value as Json, json};

const ONTOLOGY: &str = "type Town @node { code: String } type River @node { code: String }";
const SECRET: &str = "a panic that the test means";

/// A store that panics when it is told to.
#[derive(Debug, Default)]
struct PanickingStore {
    inner: MemoryStore,
    panics: AtomicBool,
}

impl Store for PanickingStore {
    fn head(&self) -> Result<Revision, StoreError> {
        self.inner.head()
    }

    fn scan(&self, range: Range<Vec<u8>>) -> Scan<'_> {
        self.inner.scan(range)
    }

    fn commit(&self, expected: Revision, next: Revision, batch: &Batch) -> Result<(), StoreError> {
        assert!(!self.panics.load(SeqCst), "{SECRET}");
        self.inner.commit(expected, next, batch)
    }

    fn write(&self, batch: &Batch) -> Result<(), StoreError> {
        assert!(!self.panics.load(SeqCst), "{SECRET}");
        self.inner.write(batch)
    }
}

fn read<'s>(_: &Context<'s>, _: &Value<'s>, _: &FieldDef) -> Result<Value<'s>, FieldError> {
    panic!("{SECRET}")
}

fn ask<'s>(_: &Context<'s>, _: &FieldDef, _: &Args) -> Result<Answer<'s>, FieldError> {
    panic!("{SECRET}")
}

fn write(_: &mut Writing<'_>, _: &FieldDef, _: &Args) -> Option<Effect> {
    panic!("{SECRET}")
}

/// The table of the ontology in which some fields panic.
fn table() -> Table {
    let table = Table::build(&Ontology::parse("test", ONTOLOGY).unwrap()).unwrap();
    let mut types: Vec<_> = table.types().map(|(_, it)| it.clone()).collect();
    for (ty, field, operator) in [
        ("Query", "search", Operator::Ask(ask)),
        ("Change", "kind", Operator::Read(read)),
        ("Mutation", "createTowns", Operator::Write(write)),
    ] {
        let ty = types.iter_mut().find(|it| &*it.name == ty).unwrap();
        let TypeBody::Object { fields, .. } = &mut ty.body else { panic!("no object") };
        fields.iter_mut().find(|it| &*it.name == field).unwrap().operator = operator;
    }
    Table::new(types, table.query())
}

/// The API of a graph over `store`; the writer may not be waited for by a thread that drives an
/// async runtime.
fn api(store: Arc<dyn Store>, table: fn() -> Table) -> Api {
    let build = move || {
        let ontology = Ontology::parse("test", ONTOLOGY).unwrap();
        let graph = Graph::open(store, Some(ontology), Options::default()).unwrap();
        Api::over(graph, table(), Limits::default())
    };
    thread::spawn(build).join().unwrap()
}

/// Asks over HTTP; gives the body, and the id of the request.
async fn ask_over_http(api: &Api, query: &str) -> (u16, Json, String) {
    let settings = Settings::new(100_000, std::env::temp_dir());
    let app = test::init_service(server::app(api.clone(), settings)).await;
    let request = test::TestRequest::post().uri("/graphql").set_json(json!({ "query": query }));
    let response = test::call_service(&app, request.to_request()).await;
    let id = response.headers().get("x-request-id").unwrap().to_str().unwrap().to_owned();
    let status = response.status().as_u16();
    (status, serde_json::from_slice(&test::read_body(response).await).unwrap(), id)
}

fn check(body: &Json, reference: Option<&str>) {
    let extensions = &body["errors"][0]["extensions"];
    assert_eq!(extensions["code"], "INTERNAL", "{body}");
    assert!(extensions["reference"].is_string(), "{body}");
    assert!(reference.is_none_or(|it| extensions["reference"] == it), "{body} {reference:?}");
    assert!(!body.to_string().contains("means"), "{body}");
}

#[actix_web::test]
async fn a_panic_is_an_error_and_its_reference_is_the_request_s_id() {
    let api = api(Arc::new(MemoryStore::default()), table);
    let create = "mutation { createTowns(input: [{name: \"A\"}]) { info { nodesCreated } } }";
    let (status, body, id) = ask_over_http(&api, "{ search(text: \"a\") { score } }").await;
    check(&body, Some(&id));
    assert_eq!(status, 500);
    let (_, body, id) = ask_over_http(&api, create).await;
    check(&body, Some(&id));

    let other = create.replace("Towns", "Rivers");
    let (_, body, _) = ask_over_http(&api, &other).await;
    assert_eq!(body["errors"][0]["extensions"]["code"], Json::Null, "the writer goes on: {body}");
}

#[actix_web::test]
async fn a_subscription_outlives_the_panics_of_its_answers() {
    let api = api(Arc::new(MemoryStore::default()), table);
    let subscribe = |query| {
        let request = Request { query, operation_name: None, variables: None };
        api.subscribe(request).unwrap().unwrap()
    };
    let mut subscription = subscribe("subscription { changes { kind } }");
    let mut sound = subscribe("subscription { changes { revision } }");
    for revision in ["1", "2"] {
        let create = format!(
            "mutation {{ createRivers(input: [{{name: \"{revision}\"}}]) {{ info {{ nodesCreated }} }} }}"
        );
        ask_over_http(&api, &create).await;
        let response = subscription.next().await.unwrap().answer();
        assert_eq!(response.outcome, Outcome::Failed);
        check(&serde_json::from_slice(&response.body).unwrap(), None);
        let told = sound.next().await.unwrap().answer().body;
        let expected = json!({ "data": { "changes": { "revision": revision } } });
        assert_eq!(serde_json::from_slice::<Json>(&told).unwrap(), expected);
    }
}

#[actix_web::test]
async fn a_store_that_panics_leaves_a_graph_that_can_be_read() {
    let store = Arc::new(PanickingStore::default());
    let table = || Table::build(&Ontology::parse("test", ONTOLOGY).unwrap()).unwrap();
    let api = api(Arc::clone(&store) as Arc<dyn Store>, table);
    let create = "mutation { createTowns(input: [{name: \"A\"}]) { info { nodesCreated } } }";
    let created = json!({ "data": { "createTowns": { "info": { "nodesCreated": 1 } } } });
    assert_eq!(ask_over_http(&api, create).await.1, created);
    store.panics.store(true, SeqCst);
    let (_, body, _) = ask_over_http(&api, create).await;
    assert_eq!(body["errors"][0]["extensions"]["code"], "READ_ONLY", "{body}");
    let graph = api.graph().clone();
    let checkpoint = thread::spawn(move || graph.checkpoint_blocking()).join().unwrap();
    assert!(matches!(checkpoint, Err(WriteError::Store(_))), "{checkpoint:?}");
    // What is wrong by itself does not try the store.
    let wrong = create.replace("\"A\"", "\"\"");
    let (_, body, _) = ask_over_http(&api, &wrong).await;
    assert_eq!(body["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{body}");
    assert!(matches!(api.graph().state(), State::ReadOnly { .. }));
    let (_, body, _) = ask_over_http(&api, "{ towns { name } }").await;
    assert_eq!(body, json!({ "data": { "towns": [{ "name": "A" }] } }));
    store.panics.store(false, SeqCst);
    assert_eq!(ask_over_http(&api, create).await.1, created);
    assert_eq!(api.graph().state(), State::Writable);
}
