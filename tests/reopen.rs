//! What a graph finds in its store: after failures, with another ontology, with damaged bytes.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/failing.rs"]
mod failing;
#[path = "common/forgetful.rs"]
mod forgetful;
#[path = "common/steps.rs"]
mod steps;
#[path = "common/wishes.rs"]
mod wishes;

use std::{
    iter,
    ops::{Range, RangeInclusive},
    sync::{Arc, Mutex},
    time::Duration,
};

use expect_test::{Expect, expect};
use fastrand::Rng;
use relata::{
    graph::{BackupError, Graph, HistoryError, OpenError, Options, WriteError, restore},
    model::Revision,
    store::{Batch, MemoryStore, Scan, SledStore, Store, StoreError},
};

use crate::{
    failing::FailingStore,
    forgetful::{Fate, ForgetfulStore},
    steps::{BUSY, ONTOLOGY, count_steps, ontology, step},
    wishes::draft,
};

/// So that nothing is kept of the past but what a busy graph cannot do without.
const BRIEF: Options = Options { history: Some(Duration::ZERO), ..BUSY };

/// Steps and checkpoints until something fails; how many steps were acknowledged.
fn run(store: Arc<dyn Store>, options: Options) -> Result<usize, usize> {
    let Ok(graph) = Graph::open(store, Some(ontology(ONTOLOGY)), options) else { return Err(0) };
    let first = count_steps(&graph.snapshot());
    for it in first..first + 12 {
        match graph.commit_blocking(draft(&step(it))) {
            Ok(snapshot) => assert!(count_steps(&snapshot) > it),
            Err(WriteError::Store(_) | WriteError::ReadOnly(_)) => {
                assert_eq!(count_steps(&graph.snapshot()), it, "nothing of it is visible");
                return Err(it);
            }
            Err(err) => panic!("{err}"),
        }
        if it % 4 == 3 {
            // Whether it succeeds or not, nothing may be lost.
            drop(graph.checkpoint_blocking());
        }
    }
    Ok(first + 12)
}

/// What is on a disk after so many steps were acknowledged, whether a last one is there or not: all
/// of it, with all of the past that the log has; and the next step can be taken.
fn assert_whole(disk: Arc<MemoryStore>, possible: &RangeInclusive<usize>, context: &str) {
    let first = pairs(disk.as_ref()).into_iter().find(|it| it.0.starts_with(b"c"));
    let first = first.map_or(0, |it| u64::from_be_bytes(it.0[1..9].try_into().unwrap()) - 1);
    let graph = Graph::open(disk, Some(ontology(ONTOLOGY)), BUSY).unwrap();
    let held = count_steps(&graph.snapshot());
    assert!(possible.contains(&held), "{held} of {possible:?}, {context}");
    let mut feed = (first..=first + 12).find_map(|it| graph.changes(Revision(it)).ok()).unwrap();
    while let Some(update) = feed.try_next().unwrap() {
        match graph.snapshot_at(update.at) {
            Ok(then) => assert_eq!(count_steps(&then) as u64, update.revision.0, "{context}"),
            Err(HistoryError::TooFar { begins, .. }) => assert!(update.at < begins, "{context}"),
            Err(err) => panic!("{err}, {context}"),
        }
    }
    graph.commit_blocking(draft(&step(held))).unwrap();
}

#[test]
fn a_store_that_fails_at_any_call_loses_nothing_that_was_acknowledged() {
    for (is_lasting, options) in [(false, BUSY), (true, BUSY), (false, BRIEF), (true, BRIEF)] {
        let mut call = 0;
        loop {
            let disk = Arc::new(MemoryStore::default());
            let failing = match is_lasting {
                true => FailingStore::new(disk.clone(), call..),
                false => FailingStore::new(disk.clone(), call..=call),
            };
            let acknowledged = run(Arc::new(failing), options);
            let held = acknowledged.unwrap_or_else(|it| it);
            assert_whole(disk, &(held..=held), &format!("call {call} of {options:?}"));
            call += 1;
            if acknowledged.is_ok() && call > 90 {
                break;
            }
        }
    }
}

#[test]
fn a_power_cut_at_any_write_loses_nothing_that_was_acknowledged() {
    for (fate, options) in
        [Fate::Lost, Fate::Kept].into_iter().flat_map(|it| [(it, BUSY), (it, BRIEF)])
    {
        for write in 0..60 {
            let disk = Arc::new(MemoryStore::default());
            let store = ForgetfulStore::open(Arc::clone(&disk), write, fate);
            let acknowledged = run(Arc::new(store), options).unwrap_or_else(|it| it);
            let possible = acknowledged..=acknowledged + 1;
            assert_whole(disk, &possible, &format!("{fate:?} {write} of {options:?}"));
        }
    }
}

#[test]
fn a_folder_can_be_opened_again_at_once() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..4 {
        let store = Arc::new(SledStore::open(folder.path()).unwrap());
        assert_eq!(run(store, BUSY), Ok((round + 1) * 12));
    }
}

/// The pairs of a store.
fn pairs(store: &dyn Store) -> Vec<(Vec<u8>, Vec<u8>)> {
    store.scan(Vec::new()..vec![u8::MAX; 8]).map(Result::unwrap).collect()
}

#[test]
fn checkpoints_leave_nothing_behind() {
    let store = Arc::new(MemoryStore::default());
    let lazy = Options { checkpoint_bytes: usize::MAX, ..BRIEF };
    let open = || Graph::open(store.clone(), Some(ontology(ONTOLOGY)), lazy).unwrap();
    let keys = || {
        let pairs = pairs(store.as_ref()).into_iter().map(|it| it.0);
        pairs.filter(|it| !it.starts_with(b"c")).collect::<Vec<_>>()
    };
    let graph = open();
    graph.commit_blocking(draft(&step(0))).unwrap();
    graph.checkpoint_blocking().unwrap();
    let first = keys();
    graph.checkpoint_blocking().unwrap();
    assert_eq!(keys(), first, "nothing has changed");
    graph.commit_blocking(draft(&step(1))).unwrap();
    graph.checkpoint_blocking().unwrap();
    let second = keys();
    assert_ne!(second, first);
    assert_eq!(second.len(), first.len());
    drop(graph);
    // What an interrupted checkpoint leaves is in nobody's way, and goes.
    let mut batch = Batch::default();
    for key in [b"n".as_slice(), b"n\0\0\0\0\0\0\0\0\0\0\0\x01\0\0", b"e\xff", b"eoo"] {
        batch.put(key.to_vec(), b"rest".to_vec());
    }
    store.write(&batch).unwrap();
    assert_eq!(count_steps(&open().snapshot()), 2);
    assert_eq!(keys(), second);
}

#[test]
fn damaged_bytes_are_told_and_never_read_as_a_graph() {
    let seed = 7;
    let mut rng = Rng::with_seed(seed);
    let source = Arc::new(MemoryStore::default());
    let lazy = Options { checkpoint_bytes: usize::MAX, ..BUSY };
    let graph = Graph::open(source.clone(), Some(ontology(ONTOLOGY)), lazy).unwrap();
    for it in 0..6 {
        graph.commit_blocking(draft(&step(it))).unwrap();
        if it == 3 {
            graph.checkpoint_blocking().unwrap();
        }
    }
    drop(graph);
    for round in 0..600 {
        let store = Arc::new(MemoryStore::default());
        let mut pairs = pairs(source.as_ref());
        let place = rng.usize(..pairs.len());
        let value = &mut pairs[place].1;
        match rng.u8(..3) {
            0 => value.truncate(rng.usize(..value.len())),
            1 => value.push(rng.u8(..)),
            _ => {
                let byte = rng.usize(..value.len());
                value[byte] ^= 1 << rng.u8(..8);
            }
        }
        let key = pairs[place].0.clone();
        let mut batch = Batch::default();
        pairs.into_iter().for_each(|(key, value)| batch.put(key, value));
        store.commit(Revision(0), Revision(6), &batch).unwrap();
        match Graph::open(store, None, lazy) {
            // Commits before the checkpoint are history.
            Ok(graph) => {
                assert_eq!(count_steps(&graph.snapshot()), 6, "seed {seed}, round {round}");
            }
            Err(OpenError::Store(StoreError::Corrupt { .. } | StoreError::Newer { .. })) => {}
            Err(err) => panic!("seed {seed}, round {round}, key {key:?}: {err}"),
        }
    }
}

#[test]
fn a_lost_commit_is_noticed() {
    let store = Arc::new(MemoryStore::default());
    run(store.clone(), BUSY).unwrap();
    let last = pairs(store.as_ref()).into_iter().rfind(|it| it.0.starts_with(b"c")).unwrap().0;
    let mut batch = Batch::default();
    batch.delete(last);
    store.write(&batch).unwrap();
    let opened = Graph::open(store, None, BUSY);
    assert!(matches!(opened, Err(OpenError::Store(StoreError::Corrupt { .. }))));
}

#[test]
fn a_key_that_is_no_commit_s_is_noticed() {
    for key in [&b"c"[..], b"c\0", b"c\0\0"] {
        let store = holding(HELD);
        let mut batch = Batch::default();
        batch.put(key.to_vec(), vec![0; 9]);
        store.write(&batch).unwrap();
        let opened = Graph::open(store, None, BUSY);
        assert!(matches!(opened, Err(OpenError::Store(StoreError::Corrupt { .. }))), "{key:?}");
    }
}

#[test]
fn a_backup_of_what_no_store_takes_is_refused() {
    for (key, value) in [(vec![0; 1 << 11], vec![]), (vec![0], vec![0; 1 << 17])] {
        let store = MemoryStore::default();
        let outcome = restore(&store, Revision(1), iter::once(Ok((key, value))));
        assert!(matches!(outcome, Err(BackupError::TooLong { .. })), "{outcome:?}");
        assert_eq!(store.head().unwrap(), Revision(0));
    }
}

/// A store on which somebody else commits as soon as it has told its head for the first time.
#[derive(Debug)]
struct Shared {
    inner: Arc<MemoryStore>,
    other: Mutex<Option<Graph>>,
}

impl Store for Shared {
    fn head(&self) -> Result<Revision, StoreError> {
        let head = self.inner.head();
        if let Some(other) = self.other.lock().unwrap().take() {
            other.commit_blocking(draft(&step(1))).unwrap();
        }
        head
    }

    fn scan(&self, range: Range<Vec<u8>>) -> Scan<'_> {
        self.inner.scan(range)
    }

    fn commit(&self, expected: Revision, next: Revision, batch: &Batch) -> Result<(), StoreError> {
        self.inner.commit(expected, next, batch)
    }

    fn write(&self, batch: &Batch) -> Result<(), StoreError> {
        self.inner.write(batch)
    }
}

#[test]
fn opening_a_store_beside_its_writer_takes_nothing_away() {
    let inner = Arc::new(MemoryStore::default());
    let lazy = Options { checkpoint_bytes: usize::MAX, ..BUSY };
    let other = Graph::open(inner.clone(), Some(ontology(ONTOLOGY)), lazy).unwrap();
    other.commit_blocking(draft(&step(0))).unwrap();
    let store = Shared { inner: inner.clone(), other: Mutex::new(Some(other)) };
    let graph = Graph::open(Arc::new(store), None, lazy).unwrap();
    graph.commit_blocking(draft(&step(2))).unwrap();
    assert_eq!(count_steps(&graph.snapshot()), 3);
    drop(graph);
    assert_eq!(count_steps(&Graph::open(inner, None, lazy).unwrap().snapshot()), 3);
}

/// A store whose graph begins with some wishes.
fn holding(wishes: &str) -> Arc<MemoryStore> {
    let store = Arc::new(MemoryStore::default());
    let graph = Graph::open(store.clone(), Some(ontology(ONTOLOGY)), BUSY).unwrap();
    graph.commit_blocking(draft(wishes)).unwrap();
    store
}

const HELD: &str = r#"
{"id": "p:1", "type": "Person", "name": "One", "properties": {"code": "A", "age": 3}}
{"id": "p:2", "type": "Person", "name": "Two", "properties": {"code": "A"}}
{"id": "d:1", "type": "Document", "name": "Paper", "properties": {"title": "Paper"}}
{"id": "k1", "type": "KNOWS", "source": "p:1", "target": "p:2", "properties": {"weight": 0.5}}
{"id": "r1", "type": "READS", "source": "p:1", "target": "d:1"}
"#;

fn unfit(changed: &str, expected: &Expect) {
    let store = holding(HELD);
    let before = pairs(store.as_ref());
    match Graph::open(store.clone(), Some(ontology(changed)), BUSY) {
        Err(OpenError::Unfit(problems)) => expected.assert_eq(&(problems.join("\n") + "\n")),
        other => panic!("{other:?}"),
    }
    assert_eq!(pairs(store.as_ref()), before, "nothing is touched");
    Graph::open(store, None, BUSY).unwrap();
}

#[test]
fn an_ontology_that_stored_data_does_not_fit_is_refused_with_all_that_is_in_the_way() {
    unfit(
        r#"
        type Person implements Entity @node {
          code: String @unique
          age: String
          home: String!
          knows: [Person!]! @relationship(type: "KNOWS", direction: OUT)
        }
        type Book implements Entity @node {
          title: String
          knownBy: [Person!]! @relationship(type: "READS", direction: IN)
        }
        "#,
        &expect![[r#"
            entity `p:1`: its `age` is of another type
            entity `p:1`: it has no `home`, which `Person` requires
            entity `p:2`: it has no `home`, which `Person` requires
            entity `p:2`: `p:1` has the code `A` too, which is unique
            entity `d:1`: there is no entity type `Document`
            relationship `k1`: `KNOWS` has no property `weight`
            relationship `r1`: `READS` does not lead from `Person` to `Document`
        "#]],
    );
    unfit(
        r#"
        type Person implements Entity @node {
          code: Code
          age: [Int!]
          reads: [Person!]! @relationship(type: "READS", direction: OUT)
          knows: [Person!]! @relationship(type: "KNOWS", direction: OUT, properties: "Link")
        }
        type Document implements Entity @node { title: JSON }
        type Link @relationshipProperties { weight: Int }
        enum Code { B }
        "#,
        &expect![[r#"
            entity `p:1`: its `code` is of another type
            entity `p:1`: its `age` is of another type
            entity `p:2`: its `code` is of another type
            entity `d:1`: its `title` is of another type
            relationship `k1`: its `weight` is of another type
            relationship `r1`: `READS` does not lead from `Person` to `Document`
        "#]],
    );
}

#[test]
fn an_ontology_that_fits_takes_the_place_of_the_stored_one() {
    let store = holding(HELD);
    let wider = r#"
        type Document implements Entity @node { title: String pages: Int }
        type Place implements Entity @node { title: String }
        type Person implements Entity @node {
          pages: Int
          age: Int
          code: String
          livesIn: [Place!]! @relationship(type: "LIVES_IN", direction: OUT)
          reads: [Document!]! @relationship(type: "READS", direction: OUT)
          knows: [Person!]! @relationship(type: "KNOWS", direction: OUT, queryDirection: UNDIRECTED, properties: "Link")
        }
        type Link @relationshipProperties { weight: Float }
    "#;
    let graph = Graph::open(store.clone(), Some(ontology(wider)), BUSY).unwrap();
    graph
        .commit_blocking(draft(
            r#"
            {"id": "l:1", "type": "Place", "name": "Here", "properties": {"title": "here"}}
            {"type": "LIVES_IN", "source": "p:2", "target": "l:1"}
            {"id": "p:2", "type": "Person", "properties": {"pages": 5}}
            "#,
        ))
        .unwrap();
    drop(graph);
    let snapshot = Graph::open(store, None, BUSY).unwrap().snapshot();
    assert_eq!(snapshot.ontology().source(), wider);
    let kind = |id| snapshot.ontology().kind(snapshot.kind(snapshot.node(id).unwrap())).unwrap();
    assert_eq!(kind("p:1").name, "Person");
    assert_eq!(kind("d:1").name, "Document");
    assert_eq!(kind("l:1").name, "Place");
    let one = snapshot.entity(snapshot.node("p:1").unwrap());
    let names = &snapshot.ontology().names().properties;
    let known: Vec<_> = one.properties().map(|(it, _)| names[it.index()].as_str()).collect();
    assert_eq!(known, ["code", "age"]);
}

#[test]
fn a_store_says_what_it_lacks() {
    let empty = Graph::open(Arc::new(MemoryStore::default()), None, BUSY);
    assert!(matches!(empty, Err(OpenError::NoOntology)));
    let store = holding(HELD);
    let mut batch = Batch::default();
    let (key, mut value) =
        pairs(store.as_ref()).into_iter().find(|it| it.0.starts_with(b"mf")).unwrap();
    // The format of a newer relata, with its checksum.
    value[12..].copy_from_slice(&2u32.to_le_bytes());
    let checksum = xxhash_rust::xxh3::xxh3_64(&value[12..]).to_le_bytes();
    value[4..12].copy_from_slice(&checksum);
    batch.put(key, value);
    store.write(&batch).unwrap();
    let newer = Graph::open(store, None, BUSY).unwrap_err();
    assert_eq!(
        newer.to_string(),
        "the store has format 2, and this relata reads up to 1; use a newer relata"
    );
}
