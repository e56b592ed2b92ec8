//! A process that is killed at a random moment: what it acknowledged is there, and nothing by half.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/steps.rs"]
mod steps;
#[path = "common/wishes.rs"]
mod wishes;

use std::{
    env, fs, hint,
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

/// Entities in a backup: so many that writing it and reading it take a while.
const ENTITIES: usize = 4_000;
const BACKUP_KILLS: usize = 12;

/// The command, on its way.
fn command(folder: &Path, arguments: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_relata"));
    command.current_dir(folder).args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// A folder with a graph in `a` and a backup of it, and how long it took to make that.
fn backed_up() -> (tempfile::TempDir, Duration) {
    let folder = tempfile::tempdir().unwrap();
    let line = |it: usize| {
        format!("{{\"kind\":\"entity\",\"id\":\"t:{it}\",\"type\":\"Topic\",\"name\":\"{it}\"}}\n")
    };
    let lines: String = (0..ENTITIES).map(line).collect();
    fs::write(folder.path().join("lines.jsonl"), lines).unwrap();
    let import = command(folder.path(), &["import", "lines.jsonl", "--data", "a"]).wait();
    assert!(import.unwrap().success());
    let begin = Instant::now();
    let backup = command(folder.path(), &["backup", "backup", "--data", "a"]).wait();
    assert!(backup.unwrap().success());
    (folder, begin.elapsed())
}

/// How many entities the graph in a folder has; none where there is no folder.
fn count_entities(folder: &Path) -> Option<u64> {
    if !folder.exists() {
        return None;
    }
    let store = SledStore::open(folder).unwrap();
    Some(Graph::check(&store, None).unwrap().snapshot.counts().entities)
}

/// Starts the command, and kills it at a random moment before it would end.
fn kill_midway(folder: &Path, arguments: &[&str], time: Duration, rng: &mut Rng) {
    let mut child = command(folder, arguments);
    wait(time.mul_f64(rng.f64() * 1.2));
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_restoration_that_is_killed_leaves_everything_or_nothing_and_can_be_run_again() {
    let seed = 13;
    println!("seed {seed}");
    let mut rng = Rng::with_seed(seed);
    let (folder, time) = backed_up();
    let restored = folder.path().join("b");
    let arguments = ["restore", "backup", "--data", "b"];
    for _ in 0..BACKUP_KILLS {
        kill_midway(folder.path(), &arguments, time, &mut rng);
        let left = count_entities(&restored);
        let is_made = command(folder.path(), &arguments).wait().unwrap().success();
        // Only what is whole is in the way.
        assert_eq!((left, is_made), (left.map(|_| ENTITIES as u64), left.is_none()));
        assert_eq!(count_entities(&restored), Some(ENTITIES as u64));
        fs::remove_dir_all(&restored).unwrap();
    }
}

#[test]
fn a_backup_that_is_killed_leaves_the_one_before_and_the_graph() {
    let seed = 17;
    println!("seed {seed}");
    let mut rng = Rng::with_seed(seed);
    let (folder, time) = backed_up();
    let [first, next] = ["backup", "next"].map(|it| folder.path().join(it));
    let before = fs::read(&first).unwrap();
    for _ in 0..BACKUP_KILLS {
        kill_midway(folder.path(), &["backup", "backup", "--data", "a"], time, &mut rng);
        assert!(fs::read(&first).unwrap() == before, "the same graph gives the same bytes");
        kill_midway(folder.path(), &["backup", "next", "--data", "a"], time, &mut rng);
        assert!(!next.exists() || fs::read(&next).unwrap() == before, "it is whole or not there");
        assert_eq!(count_entities(&folder.path().join("a")), Some(ENTITIES as u64));
        drop(fs::remove_file(&next));
    }
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
