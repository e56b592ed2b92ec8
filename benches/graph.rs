//! What a graph in memory costs: bytes, building, applying, walking and searching.
//!
//! `cargo bench --bench graph` measures a power-law graph of 131,072 entities and 1,048,576
//! relationships; `cargo bench --bench graph -- 20 8` one of 2^20 entities and 8 relationships each.

mod rmat;

use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

use relata::{
    graph::{Draft, Graph, Lens, Options, Snapshot, View},
    model::{Date, Direction, NodeId, Timestamp},
    store::MemoryStore,
};

use self::rmat::Rmat;

/// Commits of one relationship each.
const SMALL_COMMITS: usize = 1_000;
/// Names that are searched for, and how often each: the best time counts.
const SEARCHED: usize = 256;
const SEARCH_TURNS: usize = 5;
/// Commits between two rebuilds while the graph is loaded.
const COMMITS_PER_REBUILD: usize = 250;

fn main() {
    let numbers: Vec<usize> = std::env::args().filter_map(|it| it.parse().ok()).collect();
    let scale = numbers.first().map_or(17, |it| *it as u32);
    let factor = numbers.get(1).copied().unwrap_or(8);
    let rmat = Rmat { scale, factor, seed: 42 };
    let start = Instant::now();
    let snapshot = load(rmat);
    let edges = snapshot.edge_bound();
    report("load", start.elapsed(), edges, "relationship");
    let bytes = snapshot.memory_bytes() as f64 / edges as f64;
    println!("memory: {bytes:.1} bytes a relationship, entities and indexes included");
    println!("resident at the peak: {} MB", resident_bytes_max() / 1_000_000);
    let start = Instant::now();
    let again = black_box(&snapshot).rebuilt();
    report("rebuild", start.elapsed(), edges, "relationship");
    drop(again);
    apply(&snapshot, rmat);
    walk(&snapshot);
    search(&snapshot);
    drop(snapshot);
    open(rmat);
}

fn load(rmat: Rmat) -> Snapshot {
    let mut snapshot = Snapshot::empty(Arc::new(Rmat::ontology()));
    let (mut resolving, mut applying, mut rebuilding) =
        (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    for (place, draft) in rmat.drafts().enumerate() {
        let commit = timed(&mut resolving, || draft.resolve(&snapshot, Timestamp::now()));
        let commit = commit.expect("the drafts are sound");
        snapshot = timed(&mut applying, || snapshot.apply(&commit));
        if place % COMMITS_PER_REBUILD == COMMITS_PER_REBUILD - 1 {
            snapshot = timed(&mut rebuilding, || snapshot.rebuilt());
        }
    }
    snapshot = timed(&mut rebuilding, || snapshot.rebuilt());
    println!("resolving {resolving:.2?}, applying {applying:.2?}, rebuilding {rebuilding:.2?}");
    snapshot
}

/// Committing the same through a writer, and opening what it has kept, without a disk.
fn open(rmat: Rmat) {
    let store = Arc::new(MemoryStore::default());
    let graph = Graph::open(store.clone(), Some(Rmat::ontology()), Options::default());
    let graph = graph.expect("an empty store can be opened");
    let start = Instant::now();
    for draft in rmat.drafts() {
        graph.commit_blocking(draft).expect("the drafts are sound");
    }
    let edges = graph.snapshot().edge_bound();
    report("commit", start.elapsed(), edges, "relationship");
    graph.checkpoint_blocking().expect("memory can be written to");
    drop(graph);
    let start = Instant::now();
    let graph = Graph::open(store, None, Options::default()).expect("what was written can be read");
    report("open", start.elapsed(), graph.snapshot().edge_bound(), "relationship");
}

/// Small commits on a great graph.
fn apply(snapshot: &Snapshot, rmat: Rmat) {
    let drafts: Vec<Draft> = Rmat { factor: 1, seed: 7, ..rmat }
        .drafts()
        .flat_map(|it| it.wishes)
        .skip(rmat.nodes() as usize)
        .take(SMALL_COMMITS)
        .map(|it| Draft { wishes: vec![it] })
        .collect();
    let mut current = snapshot.clone();
    let mut applying = Duration::ZERO;
    for draft in &drafts {
        let commit = draft.resolve(&current, Timestamp::now()).expect("the drafts are sound");
        current = timed(&mut applying, || current.apply(&commit));
    }
    report("apply, one relationship a commit", applying, drafts.len(), "commit");
}

fn walk(snapshot: &Snapshot) {
    let nodes = (0..snapshot.node_bound() as u32).map(NodeId);
    let degree = |it: &NodeId| snapshot.degree_bound(*it, Direction::Any);
    let hub = nodes.max_by_key(degree).expect("there are entities");
    println!("greatest degree: {}", degree(&hub));
    let day: Option<Date> = "2018-09".parse().ok();
    for (name, lens) in [
        ("3 hops out of the hub", Lens::default()),
        ("the same as of a month", Lens { as_of: day, ..Lens::default() }),
    ] {
        let view = snapshot.view(lens);
        let start = Instant::now();
        let (reached, steps) = reach(view, hub, 3);
        println!("{name}: {reached} entities over {steps} relationships, {:.2?}", start.elapsed());
    }
    let view = snapshot.view(Lens::default());
    let start = Instant::now();
    let page = view.newest_of(hub, Direction::Any).take(25).count();
    report("the hub's newest 25", start.elapsed(), page, "relationship");
}

/// How many entities are within `hops`, and how many relationships were looked at.
fn reach(view: View<'_>, from: NodeId, hops: usize) -> (usize, usize) {
    let mut seen = vec![false; view.snapshot.node_bound()];
    seen[from.index()] = true;
    let mut layer = vec![from];
    let (mut reached, mut steps) = (0, 0);
    for _ in 0..hops {
        let mut next = Vec::new();
        for half in layer.iter().flat_map(|it| view.edges_of(*it, Direction::Any)) {
            steps += 1;
            if !std::mem::replace(&mut seen[half.other.index()], true) {
                next.push(half.other);
            }
        }
        reached += next.len();
        layer = next;
    }
    (reached, steps)
}

/// What is searched for, within how many edits, and its text made of a name.
type Search = (&'static str, u8, fn(&str) -> String);

fn search(snapshot: &Snapshot) {
    let start = Instant::now();
    snapshot.warm_names();
    report("names index", start.elapsed(), snapshot.node_bound(), "entity");
    let step = (snapshot.node_bound() / SEARCHED).max(1);
    let nodes = (0..snapshot.node_bound() as u32).step_by(step).map(NodeId);
    let names: Vec<_> = nodes.map(|it| snapshot.entity(it).name().to_lowercase()).collect();
    let whole = |name: &str| name.to_owned();
    let beginning = |name: &str| name[..4].to_owned();
    // Without the letter in its middle.
    let mistaken = |name: &str| [&name[..name.len() / 2], &name[name.len() / 2 + 1..]].concat();
    let wrong = |name: &str| [&name[..2], "w", &name[3..4]].concat();
    let searches: [Search; 5] = [
        ("a whole name", 0, whole),
        ("4 letters", 0, beginning),
        ("4 letters, one of them wrong, within 1", 1, wrong),
        ("a name without a letter, within 1", 1, mistaken),
        ("the same, within 2", 2, mistaken),
    ];
    for (what, distance, text) in searches {
        let texts = names.iter().map(|it| text(it));
        let took = |text: String| {
            let once = || {
                let start = Instant::now();
                black_box(snapshot.matches(&text, distance, 10, &mut |_| true));
                start.elapsed()
            };
            (0..SEARCH_TURNS).map(|_| once()).min().unwrap_or_default()
        };
        let mut times: Vec<Duration> = texts.map(took).collect();
        times.sort_unstable();
        let [median, most] = [times.len() / 2, times.len() - 1].map(|it| times[it]);
        println!("search for {what}: {median:.2?}, at most {most:.2?}");
    }
}

fn timed<T>(sum: &mut Duration, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    *sum += start.elapsed();
    result
}

fn report(what: &str, took: Duration, count: usize, unit: &str) {
    let each = took.as_nanos() as f64 / count.max(1) as f64;
    println!("{what}: {took:.2?}, {each:.1} ns a {unit}");
}

/// The most that the process has held in memory; zero where the system does not say.
fn resident_bytes_max() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|it| it.trim().trim_end_matches(" kB").parse().ok());
    kilobytes.unwrap_or(0) * 1024
}
