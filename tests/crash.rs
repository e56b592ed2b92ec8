//! A process that is killed at a random moment: what it acknowledged is there, and nothing by half.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/steps.rs"]
mod steps;
#[path = "common/wishes.rs"]
mod wishes;

use std::{
    env, hint,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use fastrand::Rng;
use relata::{graph::Graph, store::SledStore};

use crate::{
    steps::{BUSY, ONTOLOGY, count_steps, ontology, step},
    wishes::draft,
};

/// The folder that a child is to work in.
const FOLDER: &str = "RELATA_TEST_CRASH_FOLDER";
/// What a child says before it opens the folder, and before the number of each step that is done.
const OPENING: &str = "opening";
const DONE: &str = "done ";
/// Steps that a child has on their way at once.
const PENDING: usize = 8;

const FOLDERS: usize = 3;
const KILLS: usize = 14;

#[test]
fn a_kill_at_any_moment_loses_nothing_that_was_acknowledged() {
    let seed = 11;
    let mut rng = Rng::with_seed(seed);
    for _ in 0..FOLDERS {
        let folder = tempfile::tempdir().unwrap();
        let mut held = 0;
        for kill in 0..KILLS {
            let acknowledged = run_and_kill(folder.path(), &mut rng).unwrap_or(held);
            let context = format!("seed {seed}, kill {kill}: {held} held, {acknowledged} said");
            let store = SledStore::open(folder.path());
            let store = store.unwrap_or_else(|err| panic!("{context}: {err}"));
            let graph = Graph::open(Arc::new(store), Some(ontology(ONTOLOGY)), BUSY);
            let graph = graph.unwrap_or_else(|err| panic!("{context}: {err}"));
            let found = count_steps(&graph.snapshot());
            assert!(found >= acknowledged.max(held), "{context}, {found} found");
            held = found;
        }
        assert!(held > 0, "some child has come to do something");
    }
}

/// Starts a child, kills it at a random moment, and gives the number of steps it has acknowledged,
/// if any.
fn run_and_kill(folder: &Path, rng: &mut Rng) -> Option<usize> {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    lines.find(|it| it == OPENING).expect("a child begins by opening the folder");
    // Every other time during the opening, or what little comes after it.
    let steps = if rng.bool() { 0 } else { rng.usize(1..40) };
    let mut last = None;
    for line in lines.by_ref().take(steps) {
        last = done(&line).or(last);
    }
    wait(Duration::from_micros(rng.u64(..20_000)));
    kill(&mut child);
    lines.fold(last, |last, line| done(&line).or(last))
}

fn done(line: &str) -> Option<usize> {
    line.strip_prefix(DONE)?.parse().ok()
}

/// Keeps busy for so long, because a sleep is never as short as the moments that matter.
fn wait(time: Duration) {
    let begin = Instant::now();
    while begin.elapsed() < time {
        hint::spin_loop();
    }
}

fn kill(child: &mut Child) {
    child.kill().unwrap();
    let status = child.wait().unwrap();
    assert_eq!(status.code(), None, "a child goes on until it is killed");
}

/// Not a test but what is killed: opens the folder and takes step after step, for ever.
#[test]
fn child() {
    let Ok(folder) = env::var(FOLDER) else { return };
    println!("{OPENING}");
    let store = Arc::new(SledStore::open(Path::new(&folder)).unwrap());
    let graph = Graph::open(store, Some(ontology(ONTOLOGY)), BUSY).unwrap();
    let first = count_steps(&graph.snapshot());
    for group in (first..).step_by(PENDING) {
        let steps = group..group + PENDING;
        let pending: Vec<_> =
            steps.clone().map(|it| graph.submit(draft(&step(it))).unwrap()).collect();
        for (it, pending) in steps.zip(pending) {
            pending.wait().unwrap();
            println!("{DONE}{}", it + 1);
        }
        if group % 3 == 0 {
            graph.checkpoint_blocking().unwrap();
        }
    }
}
