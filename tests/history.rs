//! The past of a graph that forgets: whole within its window, refused before it, and the same after
//! a restart and out of a backup.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    fmt::Write,
    ops::Range,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
        mpsc::{self, Receiver, Sender},
    },
    thread,
    time::Duration,
};

use fastrand::Rng;
use relata::{
    graph::{
        self, Draft, EntityWish, EvidenceWish, FeedError, Graph, HistoryError, Lens, Options, Part,
        RelationshipWish, Snapshot, Wish,
    },
    model::{EdgeId, ModalitySet, NodeId, Revision, Timestamp},
    ontology::Ontology,
    store::{Batch, MemoryStore, Scan, SledStore, Store, StoreError},
};

const ONTOLOGY: &str = r#"
type Person implements Entity @node {
  knows: [Person!]! @relationship(type: "KNOWS", direction: OUT)
}
"#;
const SEEDS: u64 = 6;
const STEPS: usize = 200;
/// How far back the graphs look that forget.
const WINDOW: Duration = Duration::from_millis(20);
/// Beyond the clocks of most tests: they say when something is forgotten.
const PRUNE_EVERY: Duration = Duration::from_secs(60);
/// What has not happened after it will never happen.
const PATIENCE: Duration = Duration::from_secs(60);
/// The longest time between two commits, in microseconds.
const PAUSE_MAX: i64 = 800;

/// The clocks of the tests, one each: they stand still but for [`wait`].
static NOW: [AtomicI64; 8] = [const { AtomicI64::new(1_000_000_000_000) }; 8];

fn clock<const TEST: usize>() -> Timestamp {
    Timestamp::from_micros(NOW[TEST].load(Ordering::SeqCst)).unwrap()
}

fn wait<const TEST: usize>(micros: i64) {
    NOW[TEST].fetch_add(micros, Ordering::SeqCst);
}

/// A graph by the clock of a test, so that bases, deltas and checkpoints of every size come about.
fn open<const TEST: usize>(store: Arc<dyn Store>, history: Option<Duration>) -> Graph {
    let options = Options {
        queue_max: 8,
        group_max: 4,
        rebuild_percent: 10,
        rebuild_changes_min: 12,
        checkpoint_bytes: 2_000,
        history,
        prune_every: PRUNE_EVERY,
        clock: clock::<TEST>,
    };
    let ontology = Ontology::parse("test.graphql", ONTOLOGY).unwrap();
    Graph::open(store, Some(ontology), options).unwrap()
}

/// What was recorded, and when.
type Past = Vec<(Timestamp, String)>;

/// Everything that a graph holds, seen or not, but for its revision.
fn shown(snapshot: &Snapshot) -> String {
    let mut text = format!("{:?}\n", snapshot.counts());
    for node in (0..snapshot.node_bound() as u32).map(NodeId) {
        let it = snapshot.entity(node);
        let aliases: Vec<_> = it.aliases().collect();
        let place = (snapshot.has_node(node), snapshot.standing(node), it.revision());
        writeln!(text, "{} {} {aliases:?} {place:?}", it.id(), it.name()).unwrap();
    }
    for edge in (0..snapshot.edge_bound() as u32).map(EdgeId) {
        let it = snapshot.relationship(edge);
        let times = (it.recorded_at(), it.retraction(), it.revision());
        let ends = (it.source(), it.target(), it.validity(), it.modality());
        let evidence: Vec<_> = it.evidence().map(|it| it.quote).collect();
        writeln!(text, "{} {ends:?} {times:?} {evidence:?}", it.id()).unwrap();
    }
    let view = snapshot.view(Lens { modalities: ModalitySet::ALL, ..Lens::default() });
    let seen: Vec<_> = view.all_edges().collect();
    format!("{text}{seen:?}")
}

/// The graph is at every moment what it was then, from `begins` on, and before that it says so.
fn assert_past(graph: &Graph, past: &[(Timestamp, String)], begins: Timestamp, context: &str) {
    let first_whole = past.iter().rposition(|it| it.0 <= begins).unwrap_or(0);
    let some = (0..past.len()).step_by(past.len() / 30 + 1);
    for place in some.chain(first_whole.saturating_sub(1)..past.len().min(first_whole + 2)) {
        let (at, then) = &past[place];
        let next = past.get(place + 1).map_or(*at, |it| it.0.before(Duration::from_micros(1)));
        for moment in [*at, begins.clamp(*at, next), next] {
            match graph.snapshot_at(moment) {
                Ok(found) => {
                    assert!(moment >= begins, "{context}: {moment} is no more");
                    assert_eq!(found.revision(), Revision(place as u64 + 1), "{context}, {moment}");
                    let is_same = shown(&found) == *then;
                    assert!(is_same, "{context}, {moment}: {} is not {then}", shown(&found));
                }
                Err(HistoryError::TooFar { begins: told, .. }) => {
                    assert_eq!(told, begins, "{context}, {moment}");
                    assert!(moment < begins, "{context}: {moment} is no more");
                }
                Err(err) => panic!("{context}: {err}"),
            }
        }
    }
}

/// Whoever follows after any revision from `first` on hears everything once; and before that, that
/// it is gone.
fn assert_feeds(graph: &Graph, past: &[(Timestamp, String)], first: u64, context: &str) {
    for after in 0..=past.len() as u64 {
        let mut feed = match graph.changes(Revision(after)) {
            Ok(feed) => feed,
            Err(FeedError::Gone { .. }) => {
                assert!(after + 1 < first, "{context}: what comes after {after} is gone");
                continue;
            }
            Err(err) => panic!("{context}: {err}"),
        };
        assert!(after + 1 >= first, "{context}: what comes after {after} is there");
        for (revision, (at, _)) in (after + 1..).zip(&past[after as usize..]) {
            let update = feed.try_next().unwrap().unwrap();
            assert_eq!((update.at, update.revision), (*at, Revision(revision)), "{context}");
        }
        assert_eq!(feed.try_next().unwrap(), None, "{context}");
    }
}

/// The revision of the first commit in a store.
fn first_commit(store: &dyn Store) -> u64 {
    let (key, _) = store.scan(b"c".to_vec()..b"d".to_vec()).next().unwrap().unwrap();
    u64::from_be_bytes(key[1..9].try_into().unwrap())
}

fn commit(graph: &Graph, past: &mut Past, wishes: Vec<Wish>) {
    let before = graph.snapshot().revision();
    let Ok(snapshot) = graph.commit_blocking(Draft { wishes }) else { return };
    if snapshot.revision() > before {
        let mut feed = graph.changes(before).unwrap();
        past.push((feed.try_next().unwrap().unwrap().at, shown(&snapshot)));
    }
}

/// With a name so long that the commits of a few take more than their records do at least.
fn person(number: u8) -> Wish {
    let id = format!("p{number}");
    Wish::PutEntity(EntityWish {
        name: Some(format!("the person with the number {number}")),
        kind: "Person".to_owned(),
        id,
        ..EntityWish::default()
    })
}

fn knows(source: u8, target: u8, quote: &str) -> Wish {
    let (source, target) = (format!("p{source}"), format!("p{target}"));
    let evidence = EvidenceWish {
        document: "p0".to_owned(),
        quote: Some(quote.to_owned()),
        ..EvidenceWish::default()
    };
    Wish::AssertRelationship(RelationshipWish {
        relation: "KNOWS".to_owned(),
        source,
        target,
        evidence: vec![evidence],
        ..RelationshipWish::default()
    })
}

fn random(snapshot: &Snapshot, rng: &mut Rng) -> Vec<Wish> {
    let id = |rng: &mut Rng| format!("p{}", rng.u8(..30));
    let edge = |rng: &mut Rng| match snapshot.edge_bound() as u32 {
        0 => "none".to_owned(),
        bound => snapshot.relationship(EdgeId(rng.u32(..bound))).id().into_owned(),
    };
    let expected_revision = None;
    match rng.u8(..12) {
        0..3 => (0..rng.u8(1..40)).map(|_| person(rng.u8(..30))).collect(),
        3 => {
            let reason = "wrong".to_owned();
            vec![Wish::RetractRelationship { id: edge(rng), reason, expected_revision }]
        }
        4 => {
            let (id, valid_to) = (edge(rng), "2020".to_owned());
            vec![Wish::EndRelationship { id, valid_to, evidence: Vec::new(), expected_revision }]
        }
        5 => vec![Wish::DeleteEntity { id: id(rng), detach: true }],
        6 => {
            let (winner, losers) = (id(rng), vec![id(rng)]);
            vec![Wish::MergeEntities { winner, losers, reason: None }]
        }
        7 => vec![Wish::UnmergeEntity { id: id(rng) }],
        _ => (0..rng.u8(1..9))
            .map(|it| knows(rng.u8(..30), rng.u8(..30), &format!("quote {it}")))
            .collect(),
    }
}

/// Random commits, checkpoints and restarts.
fn run<const TEST: usize>(seed: u64, store: &dyn Fn() -> Arc<dyn Store>) {
    println!("seed {seed}");
    let mut rng = Rng::with_seed(seed);
    let mut graph = Some(open::<TEST>(store(), Some(WINDOW)));
    let mut past = Past::new();
    commit(graph.as_ref().unwrap(), &mut past, (0..30).map(person).collect());
    for step in 0..STEPS {
        wait::<TEST>(rng.i64(1..PAUSE_MAX));
        let handle = graph.as_ref().unwrap();
        match rng.u8(..16) {
            0 => {
                drop(graph.take());
                graph = Some(open::<TEST>(store(), Some(WINDOW)));
            }
            1 | 2 => handle.checkpoint_blocking().unwrap(),
            _ => commit(handle, &mut past, random(&handle.snapshot(), &mut rng)),
        }
        if rng.u8(..20) == 0 {
            let begins = clock::<TEST>().before(WINDOW);
            let context = format!("seed {seed}, step {step}");
            assert_past(graph.as_ref().unwrap(), &past, begins, &context);
        }
    }
    let handle = graph.take().unwrap();
    handle.checkpoint_blocking().unwrap();
    drop(handle);
    let store = store();
    let first = first_commit(store.as_ref());
    let (begins, _) = past[first as usize - 1];
    assert!(begins <= clock::<TEST>().before(WINDOW), "no more is forgotten than may be");
    assert!(first as usize > past.len() / 4, "{first}: the log does not grow for ever");
    let checked = Graph::check(store.as_ref(), None).unwrap();
    assert_eq!(checked.history_begins, Some(begins));
    for history in [None, Some(WINDOW)] {
        let graph = open::<TEST>(Arc::clone(&store), history);
        let window = history.map(|it| clock::<TEST>().before(it));
        let context = format!("seed {seed}, {history:?}");
        assert_past(&graph, &past, window.unwrap_or(begins), &context);
        assert_feeds(&graph, &past, first, &context);
    }
    let graph = open::<TEST>(store, None);
    let restored = open::<TEST>(restored(&graph), None);
    assert_eq!(shown(&restored.snapshot()), shown(&graph.snapshot()));
    assert_past(&restored, &past, begins, &format!("seed {seed}, restored"));
    assert_feeds(&restored, &past, first, &format!("seed {seed}, restored"));
}

/// A store made of a graph's backup.
fn restored(graph: &Graph) -> Arc<MemoryStore> {
    restored_beside(graph, &mut || ()).0
}

/// The same, and its revision, where something is done between one part and the next.
fn restored_beside(graph: &Graph, beside: &mut dyn FnMut()) -> (Arc<MemoryStore>, Revision) {
    let (mut revision, mut pairs) = (Revision(0), Vec::new());
    let mut take = |part: Part<'_>| {
        match part {
            Part::Revision(it) => revision = it,
            Part::Pair(key, value) => pairs.push(Ok((key.to_vec(), value.to_vec()))),
        }
        beside();
        Ok(())
    };
    graph.backup(&mut take).unwrap();
    let store = Arc::new(MemoryStore::default());
    graph::restore(store.as_ref(), revision, pairs.into_iter()).unwrap();
    (store, revision)
}

#[test]
fn the_past_is_whole_within_the_window_and_forgotten_before_it() {
    for seed in 0..SEEDS {
        let store = Arc::new(MemoryStore::default());
        run::<0>(seed, &|| store.clone());
    }
}

#[test]
fn the_past_in_a_folder_is_whole_within_the_window_and_forgotten_before_it() {
    let folder = tempfile::tempdir().unwrap();
    run::<1>(1_000, &|| Arc::new(SledStore::open(folder.path()).unwrap()));
}

#[test]
fn a_graph_that_forgets_nothing_has_all_of_its_past() {
    let store = Arc::new(MemoryStore::default());
    let mut past = Past::new();
    let mut rng = Rng::with_seed(1);
    for round in 0..3 {
        let graph = open::<2>(store.clone(), None);
        for step in 0..80 {
            wait::<2>(10);
            commit(&graph, &mut past, vec![person(rng.u8(..30)), person(rng.u8(..30))]);
            let sources = (0..6).map(|_| knows(rng.u8(..30), rng.u8(..30), "so it is"));
            commit(&graph, &mut past, sources.collect());
            if step % 4 == 0 {
                graph.checkpoint_blocking().unwrap();
            }
        }
        let begins = Timestamp::default();
        assert_past(&graph, &past, begins, &format!("round {round}"));
    }
    let keys = store.scan(b"p".to_vec()..b"q".to_vec()).count();
    assert!((4..24).contains(&keys), "{keys} checkpoints are kept");
    let graph = open::<2>(store, None);
    assert_past(&open::<2>(restored(&graph), None), &past, Timestamp::default(), "restored");
}

#[test]
fn a_past_that_cannot_be_read_is_not_sound() {
    let store = Arc::new(MemoryStore::default());
    let graph = open::<5>(store.clone(), None);
    let mut past = Past::new();
    commit(&graph, &mut past, (0..30).map(person).collect());
    graph.checkpoint_blocking().unwrap();
    commit(&graph, &mut past, vec![knows(1, 2, "so it is")]);
    commit(&graph, &mut past, vec![knows(1, 3, "so it is")]);
    graph.checkpoint_blocking().unwrap();
    drop(graph);
    let pairs: Vec<_> = store.scan(vec![]..vec![u8::MAX]).map(Result::unwrap).collect();
    assert_eq!(Graph::check(store.as_ref(), None).unwrap().history_begins, None);
    // A log without its first commits is one that was pruned.
    let commit = |key: &[u8]| key.starts_with(b"c") && key[8] == 2;
    // What was written at the first checkpoint, and the second is not made of.
    let block = |key: &[u8]| key.starts_with(b"n") && key[12] == 1 || key.starts_with(b"p");
    let mut tried = 0;
    for (key, _) in pairs.iter().filter(|it| commit(&it.0) || block(&it.0)) {
        let copy = MemoryStore::default();
        let mut batch = Batch::default();
        let rest = pairs.iter().filter(|it| it.0 != *key);
        rest.for_each(|(key, value)| batch.put(key.clone(), value.clone()));
        copy.commit(Revision(0), Revision(3), &batch).unwrap();
        let is_manifest = key.starts_with(b"p");
        assert_eq!(Graph::check(&copy, None).is_ok(), is_manifest, "{key:?}");
        tried += 1;
    }
    assert!(tried >= 2, "{tried}");
}

#[test]
fn who_reads_too_slowly_is_told() {
    let store = Arc::new(MemoryStore::default());
    let graph = open::<3>(store.clone(), Some(Duration::ZERO));
    let mut past = Past::new();
    commit(&graph, &mut past, (0..30).map(person).collect());
    let mut slow = graph.changes(Revision(0)).unwrap();
    for it in 0..200 {
        wait::<3>(1);
        commit(&graph, &mut past, vec![knows(it % 30, it / 30, "so it is")]);
    }
    graph.checkpoint_blocking().unwrap();
    let mut heard = 0;
    let ended = loop {
        match slow.try_next() {
            Ok(Some(update)) => {
                heard += 1;
                assert_eq!(update.revision, Revision(heard));
            }
            Ok(None) => panic!("it was not told"),
            Err(err) => break err,
        }
    };
    assert!(matches!(ended, FeedError::Gone { after: Revision(it) } if it == heard), "{ended}");
    assert_eq!(first_commit(store.as_ref()), 201);
    assert_feeds(&graph, &past, 201, "afterwards");
}

/// A store that tells when something in it is removed.
#[derive(Debug)]
struct Watched {
    inner: MemoryStore,
    removed: Mutex<Sender<()>>,
}

impl Store for Watched {
    fn head(&self) -> Result<Revision, StoreError> {
        self.inner.head()
    }

    fn scan(&self, range: Range<Vec<u8>>) -> Scan<'_> {
        self.inner.scan(range)
    }

    fn commit(&self, expected: Revision, next: Revision, batch: &Batch) -> Result<(), StoreError> {
        self.inner.commit(expected, next, batch)
    }

    fn write(&self, batch: &Batch) -> Result<(), StoreError> {
        self.inner.write(batch)?;
        if batch.operations().iter().any(|(key, value)| key[0] == b'c' && value.is_none()) {
            // A test that has seen enough listens no more.
            let _ = self.removed.lock().unwrap().send(());
        }
        Ok(())
    }
}

#[test]
fn a_graph_that_nobody_writes_to_forgets_as_time_passes() {
    let (removed, told) = mpsc::channel();
    let store = Arc::new(Watched { inner: MemoryStore::default(), removed: Mutex::new(removed) });
    let options = Options {
        history: Some(WINDOW),
        prune_every: Duration::from_millis(1),
        clock: clock::<6>,
        ..Options::default()
    };
    let ontology = Ontology::parse("test.graphql", ONTOLOGY).unwrap();
    let graph = Graph::open(store.clone(), Some(ontology), options).unwrap();
    let mut past = Past::new();
    for number in 0..9 {
        wait::<6>(1);
        commit(&graph, &mut past, vec![person(number)]);
    }
    assert_eq!(first_commit(store.as_ref()), 1);
    assert!(told.try_recv().is_err(), "all of it is within the window");
    wait::<6>(1_000_000);
    told.recv_timeout(PATIENCE).expect("the log is pruned");
    assert_eq!(first_commit(store.as_ref()), 9);
}

/// A store in which those who read commits to build a graph of the past are held up, each until it
/// is let on.
#[derive(Debug, Default)]
struct Gated {
    inner: MemoryStore,
    /// Who comes to the gate, and with what it is let on.
    gate: Mutex<Option<Sender<Sender<()>>>>,
}

impl Gated {
    fn close(&self) -> Receiver<Sender<()>> {
        let (arrived, at_gate) = mpsc::channel();
        *self.gate.lock().unwrap() = Some(arrived);
        at_gate
    }
}

impl Store for Gated {
    fn head(&self) -> Result<Revision, StoreError> {
        self.inner.head()
    }

    fn scan(&self, range: Range<Vec<u8>>) -> Scan<'_> {
        let arrived = self.gate.lock().unwrap().clone();
        // Who looks for a moment reads one commit, and one part of it.
        let reads_commits = range.start[0] == b'c' && range.start.len() == 9;
        if let Some(arrived) = arrived.filter(|_| reads_commits) {
            let (go_on, gone_on) = mpsc::channel();
            arrived.send(go_on).unwrap();
            assert_eq!(gone_on.recv_timeout(PATIENCE), Ok(()), "it is let on");
        }
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
fn who_asks_for_the_past_waits_only_for_who_builds_the_same() {
    let store = Arc::new(Gated::default());
    let graph = &open::<7>(store.clone(), None);
    let mut past = Past::new();
    for number in 0..9 {
        wait::<7>(1);
        commit(graph, &mut past, vec![person(number)]);
    }
    let at = |place: usize| {
        let found = graph.snapshot_at(past[place].0).unwrap();
        assert_eq!(shown(&found), past[place].1);
        found
    };
    let kept = at(0);
    let at_gate = store.close();
    let arrives = || at_gate.recv_timeout(PATIENCE).expect("somebody builds");
    thread::scope(|scope| {
        let first = [(); 2].map(|()| scope.spawn(|| at(3)));
        let first_goes_on = arrives();
        assert!(Arc::ptr_eq(&at(0), &kept), "what is there is given at once");
        let others = [4, 5, 6].map(|it| scope.spawn(move || at(it)));
        let others_go_on = [(); 3].map(|()| arrives());
        // As many are being built as may be.
        let last = scope.spawn(|| at(7));
        others_go_on.iter().for_each(|it| it.send(()).unwrap());
        others.into_iter().for_each(|it| drop(it.join().unwrap()));
        arrives().send(()).unwrap();
        last.join().unwrap();
        first_goes_on.send(()).unwrap();
        let [one, two] = first.map(|it| it.join().unwrap());
        assert!(Arc::ptr_eq(&one, &two), "it is built once");
    });
    assert!(at_gate.try_recv().is_err(), "nobody else has built anything");
}

#[test]
fn what_a_backup_reads_is_not_forgotten_meanwhile() {
    let store = Arc::new(MemoryStore::default());
    let graph = open::<4>(store.clone(), Some(WINDOW));
    let mut past = Past::new();
    commit(&graph, &mut past, (0..30).map(person).collect());
    let mut count = 0_u8;
    let mut go_on = |past: &mut Past| {
        wait::<4>(1_000);
        commit(&graph, past, vec![knows(count % 30, 0, &format!("quote {count}"))]);
        graph.checkpoint_blocking().unwrap();
        count = (count + 1) % 240;
    };
    (0..49).for_each(|_| go_on(&mut past));
    let first = first_commit(store.as_ref());
    assert!(first > 10, "{first}");
    let (copy, revision) = restored_beside(&graph, &mut || go_on(&mut past));
    assert!(first_commit(store.as_ref()) == first, "nothing was forgotten meanwhile");
    go_on(&mut past);
    assert!(first_commit(store.as_ref()) > first, "but it is afterwards");
    assert_eq!(revision, Revision(50));
    past.truncate(50);
    assert_eq!(first_commit(copy.as_ref()), first);
    let (begins, _) = past[first as usize - 1];
    assert_past(&open::<4>(copy, None), &past, begins, "the copy");
}
