//! One suite for every store: what the trait `Store` promises, asked of each implementation.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/failing.rs"]
mod failing;
#[path = "common/forgetful.rs"]
mod forgetful;

use std::{collections::BTreeMap, panic, sync::Arc, thread};

use fastrand::Rng;
use relata::{
    model::Revision,
    store::{
        BATCH_MAX, Batch, KEY_BYTES_MAX, MemoryStore, SledStore, StagedStore, Store, StoreError,
        VALUE_BYTES_MAX,
    },
};

use crate::{
    failing::FailingStore,
    forgetful::{Fate, ForgetfulStore},
};

/// Opens the same store again and again; whoever opens it has dropped it before.
type Open = Box<dyn Fn() -> Arc<dyn Store>>;

/// What is promised, and the proof.
type Promise = (&'static str, fn(&Open));

type Pairs = BTreeMap<Vec<u8>, Vec<u8>>;

const PROMISES: &[Promise] = &[
    ("a new store is empty", a_new_store_is_empty),
    ("a commit moves the head and a write does not", a_commit_moves_the_head),
    ("a conflict changes nothing", a_conflict_changes_nothing),
    ("of two operations on one key the later holds", the_later_operation_holds),
    ("ranges are half-open, and may be empty or inverted", ranges_are_half_open),
    ("the largest batch, keys and values fit", the_largest_batch_fits),
    ("a store is an ordered map", a_store_is_an_ordered_map),
    ("of racing writers one wins", of_racing_writers_one_wins),
    ("a scan does not hold up a commit", a_scan_does_not_hold_up_a_commit),
];

fn check(fresh: fn() -> Open) {
    for (promise, keep) in PROMISES {
        eprintln!("{promise}");
        keep(&fresh());
    }
}

#[test]
fn a_store_in_memory_keeps_its_promises() {
    check(|| {
        let store = Arc::new(MemoryStore::default());
        Box::new(move || Arc::clone(&store) as Arc<dyn Store>)
    });
}

#[test]
fn a_store_on_sled_keeps_its_promises() {
    check(|| {
        let folder = tempfile::tempdir().unwrap();
        Box::new(move || Arc::new(SledStore::open(folder.path()).unwrap()))
    });
}

#[test]
fn a_failing_store_that_does_not_fail_keeps_its_promises() {
    check(|| {
        let store = Arc::new(MemoryStore::default());
        Box::new(move || Arc::new(FailingStore::new(Arc::clone(&store) as Arc<dyn Store>, 0..0)))
    });
}

#[test]
fn a_forgetful_store_keeps_its_promises() {
    check(|| {
        let disk = Arc::new(MemoryStore::default());
        Box::new(move || Arc::new(ForgetfulStore::open(Arc::clone(&disk), u64::MAX, Fate::Lost)))
    });
}

#[test]
fn a_staged_store_that_holds_nothing_back_keeps_its_promises() {
    check(|| {
        let store = Arc::new(MemoryStore::default());
        Box::new(move || Arc::new(StagedStore::new(Arc::clone(&store) as Arc<dyn Store>)))
    });
}

#[test]
fn what_is_held_back_becomes_permanent_together() {
    let beneath: Arc<dyn Store> = Arc::new(MemoryStore::default());
    beneath.commit(Revision(0), Revision(2), &puts(&[("a", "1")])).unwrap();
    let staged: Arc<StagedStore> = Arc::new(StagedStore::new(Arc::clone(&beneath)));
    staged.hold().unwrap();
    staged.commit(Revision(2), Revision(3), &puts(&[("b", "2")])).unwrap();
    staged.commit(Revision(3), Revision(4), &puts(&[("c", "3")])).unwrap();
    assert!(matches!(
        staged.commit(Revision(2), Revision(5), &Batch::default()),
        Err(StoreError::Conflict { head: Revision(4), .. })
    ));
    staged.write(&puts(&[("d", "4")])).unwrap_err();
    assert_eq!((staged.head().unwrap(), beneath.head().unwrap()), (Revision(4), Revision(2)));
    staged.seal().unwrap();
    assert_eq!((staged.head().unwrap(), beneath.head().unwrap()), (Revision(4), Revision(4)));
    assert_eq!(all(&beneath), pairs(&[("a", "1"), ("b", "2"), ("c", "3")]));
    staged.commit(Revision(4), Revision(5), &Batch::default()).unwrap();
    assert_eq!(beneath.head().unwrap(), Revision(5));
}

#[test]
fn what_is_held_back_is_not_sealed_over_the_commits_of_another() {
    let beneath: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let staged = StagedStore::new(Arc::clone(&beneath));
    staged.hold().unwrap();
    staged.commit(Revision(0), Revision(1), &Batch::default()).unwrap();
    beneath.commit(Revision(0), Revision(1), &Batch::default()).unwrap();
    assert!(matches!(staged.seal(), Err(StoreError::Conflict { .. })));
}

fn a_new_store_is_empty(open: &Open) {
    for _ in 0..2 {
        let store = open();
        assert_eq!(store.head().unwrap(), Revision(0));
        assert_eq!(all(&store), []);
    }
}

fn a_commit_moves_the_head(open: &Open) {
    let store = open();
    store.commit(Revision(0), Revision(1), &puts(&[("a", "1")])).unwrap();
    store.write(&puts(&[("b", "2")])).unwrap();
    store.commit(Revision(1), Revision(7), &Batch::default()).unwrap();
    drop(store);
    let store = open();
    assert_eq!(store.head().unwrap(), Revision(7));
    assert_eq!(all(&store), pairs(&[("a", "1"), ("b", "2")]));
}

fn a_conflict_changes_nothing(open: &Open) {
    let store = open();
    store.commit(Revision(0), Revision(3), &puts(&[("a", "1")])).unwrap();
    for expected in [0, 2, 4, u64::MAX].map(Revision) {
        let refused = store.commit(expected, Revision(9), &puts(&[("a", "2"), ("b", "2")]));
        let Err(StoreError::Conflict { expected: told, head }) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!((told, head), (expected, Revision(3)));
    }
    assert_eq!(store.head().unwrap(), Revision(3));
    assert_eq!(all(&store), pairs(&[("a", "1")]));
}

fn the_later_operation_holds(open: &Open) {
    let store = open();
    let mut batch = puts(&[("a", "1"), ("b", "1"), ("a", "2"), ("c", "1")]);
    batch.delete(b"b".to_vec());
    batch.delete(b"d".to_vec());
    batch.put(b"d".to_vec(), b"2".to_vec());
    batch.delete(b"never there".to_vec());
    store.write(&batch).unwrap();
    assert_eq!(all(&store), pairs(&[("a", "2"), ("c", "1"), ("d", "2")]));
}

fn ranges_are_half_open(open: &Open) {
    let store = open();
    store.write(&puts(&[("", "0"), ("a", "1"), ("a\0", "2"), ("b", "3"), ("c", "4")])).unwrap();
    for (start, end, values) in [
        ("", "", ""),
        ("", "a", "0"),
        ("", "z", "01234"),
        ("a", "b", "12"),
        ("a\0", "c", "23"),
        ("a", "a", ""),
        ("c", "a", ""),
        ("d", "z", ""),
    ] {
        let found: Vec<u8> =
            store.scan(start.into()..end.into()).flat_map(|it| it.unwrap().1).collect();
        assert_eq!(String::from_utf8(found).unwrap(), values, "{start:?}..{end:?}");
    }
}

fn the_largest_batch_fits(open: &Open) {
    let store = open();
    let mut expected = Pairs::new();
    let mut batch = Batch::default();
    for n in 0..BATCH_MAX {
        // One in 25 is as long as can be: as many as a page of sled's holds.
        let longest = n % 25 == 0;
        let mut key = n.to_be_bytes().to_vec();
        key.resize(if longest { KEY_BYTES_MAX } else { 8 }, b'k');
        let value = vec![n as u8; if longest { VALUE_BYTES_MAX } else { n }];
        batch.put(key.clone(), value.clone());
        expected.insert(key, value);
    }
    store.commit(Revision(0), Revision(1), &batch).unwrap();
    drop(store);
    assert!(all(&open()) == expected.into_iter().collect::<Vec<_>>());
}

/// Random batches, ranges and restarts, against a `BTreeMap`.
fn a_store_is_an_ordered_map(open: &Open) {
    for seed in 0..4 {
        eprintln!("seed {seed}");
        let mut rng = Rng::with_seed(seed);
        let mut store = open();
        let mut expected: Pairs = all(&store).into_iter().collect();
        for _ in 0..40 {
            let batch = random_batch(&mut rng);
            apply(&mut expected, &batch);
            let head = store.head().unwrap();
            if rng.bool() {
                store.commit(head, head.next(), &batch).unwrap();
            } else {
                store.write(&batch).unwrap();
            }
            if rng.u8(..) < 32 {
                drop(store);
                store = open();
            }
            let (from, to) = (random_key(&mut rng), random_key(&mut rng));
            let found: Vec<_> = store.scan(from.clone()..to.clone()).map(Result::unwrap).collect();
            let sought: Vec<_> = expected
                .iter()
                .filter(|(key, _)| (&from..&to).contains(key))
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect();
            assert!(found == sought, "{from:?}..{to:?}");
        }
        assert!(all(&store) == expected.into_iter().collect::<Vec<_>>());
    }
}

fn of_racing_writers_one_wins(open: &Open) {
    let store = open();
    let mut wins = Pairs::new();
    thread::scope(|scope| {
        let store = store.as_ref();
        let writers: Vec<_> = (0..8).map(|it| scope.spawn(move || race(store, it))).collect();
        for (key, value) in writers.into_iter().flat_map(|it| it.join().unwrap()) {
            assert!(wins.insert(key, value).is_none(), "two won from one head");
        }
    });
    assert_eq!(store.head().unwrap(), Revision(RACE_COMMITS));
    assert_eq!(all(&store), wins.into_iter().collect::<Vec<_>>());
}

const RACE_COMMITS: u64 = 200;

/// Commits until there are enough, and tells what it won.
fn race(store: &dyn Store, writer: u8) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut won = Vec::new();
    loop {
        let head = store.head().unwrap();
        if head.0 >= RACE_COMMITS {
            return won;
        }
        let (key, value) = (head.0.to_be_bytes().to_vec(), vec![writer]);
        let mut batch = Batch::default();
        batch.put(key.clone(), value.clone());
        match store.commit(head, head.next(), &batch) {
            Ok(()) => won.push((key, value)),
            Err(StoreError::Conflict { expected, head: now }) => {
                assert!(expected == head && now > head);
            }
            Err(other) => panic!("{other}"),
        }
    }
}

fn a_scan_does_not_hold_up_a_commit(open: &Open) {
    let store = open();
    let key = |n: u64| n.to_be_bytes().to_vec();
    let mut batch = Batch::default();
    (0..1_000).for_each(|n| batch.put(key(2 * n), vec![]));
    store.write(&batch).unwrap();
    let mut seen = Vec::new();
    for (n, pair) in (0..300).zip(store.scan(vec![]..vec![0xff; 9])) {
        seen.push(pair.unwrap().0);
        let mut batch = Batch::default();
        batch.put(key(2 * n + 1), vec![]);
        store.commit(Revision(n), Revision(n + 1), &batch).unwrap();
    }
    assert!(seen.is_sorted_by(|a, b| a < b));
}

#[test]
fn a_batch_refuses_more_than_a_store_must_take() {
    let refuses =
        |work: fn(&mut Batch)| panic::catch_unwind(|| work(&mut Batch::default())).is_err();
    assert!(refuses(|it| it.put(vec![], vec![0; VALUE_BYTES_MAX + 1])));
    assert!(refuses(|it| it.put(vec![0; KEY_BYTES_MAX + 1], vec![])));
    assert!(refuses(|it| it.delete(vec![0; KEY_BYTES_MAX + 1])));
    assert!(refuses(|it| (0..=BATCH_MAX).for_each(|_| it.delete(vec![]))));
    assert!(!refuses(|it| (0..BATCH_MAX).for_each(|_| it.delete(vec![]))));
}

#[test]
fn a_failing_store_fails_when_told_and_changes_nothing_then() {
    for (recovers, expected) in [(true, "ok fail ok ok"), (false, "ok fail fail fail")] {
        let inner: Arc<dyn Store> = Arc::new(MemoryStore::default());
        let store = match recovers {
            true => FailingStore::new(Arc::clone(&inner), 1..2),
            false => FailingStore::new(Arc::clone(&inner), 1..),
        };
        let calls = [
            store.write(&puts(&[("a", "1")])).is_ok(),
            store.commit(Revision(0), Revision(1), &puts(&[("a", "2")])).is_ok(),
            store.scan(vec![]..vec![9]).all(|it| it.is_ok()),
            store.head().is_ok(),
        ];
        let told = calls.map(|it| if it { "ok" } else { "fail" }).join(" ");
        assert_eq!(told, expected);
        assert_eq!((inner.head().unwrap(), all(&inner)), (Revision(0), pairs(&[("a", "1")])));
    }
}

#[test]
fn a_forgetful_store_keeps_what_it_acknowledged_and_then_stops() {
    for (fate, survivors) in [(Fate::Lost, 3), (Fate::Kept, 4)] {
        let disk = Arc::new(MemoryStore::default());
        let store = ForgetfulStore::open(Arc::clone(&disk), 3, fate);
        let acknowledged = (0..6).map(|n| {
            store.commit(Revision(n), Revision(n + 1), &puts(&[(&n.to_string(), "")])).is_ok()
        });
        assert_eq!(acknowledged.filter(|it| *it).count(), 3);
        assert!(store.head().is_err() && store.scan(vec![]..vec![9]).any(|it| it.is_err()));
        let store: Arc<dyn Store> = Arc::new(ForgetfulStore::open(disk, u64::MAX, fate));
        assert_eq!(store.head().unwrap(), Revision(survivors));
        assert_eq!(all(&store).len() as u64, survivors);
    }
}

fn all(store: &Arc<dyn Store>) -> Vec<(Vec<u8>, Vec<u8>)> {
    store.scan(vec![]..vec![0xff; KEY_BYTES_MAX + 1]).map(Result::unwrap).collect()
}

fn pairs(texts: &[(&str, &str)]) -> Vec<(Vec<u8>, Vec<u8>)> {
    texts.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect()
}

fn puts(texts: &[(&str, &str)]) -> Batch {
    let mut batch = Batch::default();
    pairs(texts).into_iter().for_each(|(key, value)| batch.put(key, value));
    batch
}

fn apply(expected: &mut Pairs, batch: &Batch) {
    for (key, value) in batch.operations() {
        match value {
            Some(value) => expected.insert(key.clone(), value.clone()),
            None => expected.remove(key),
        };
    }
}

fn random_batch(rng: &mut Rng) -> Batch {
    let mut batch = Batch::default();
    for _ in 0..rng.usize(..60) {
        let key = random_key(rng);
        match rng.u8(..4) {
            0 => batch.delete(key),
            1 => batch.put(key, vec![rng.u8(..); rng.usize(..40_000)]),
            _ => batch.put(key, vec![rng.u8(..); rng.usize(..10)]),
        }
    }
    batch
}

/// Keys that meet, extend one another, and try the ends of the order.
fn random_key(rng: &mut Rng) -> Vec<u8> {
    (0..rng.usize(..5)).map(|_| rng.choice([0, 1, b'k', 0xfe, 0xff]).unwrap()).collect()
}
