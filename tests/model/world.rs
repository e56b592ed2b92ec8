//! A graph and the naive one beside it, step by step.

use std::{sync::Arc, time::Duration};

use fastrand::Rng;
use relata::{
    graph::{Draft, Graph, Options, Snapshot, WriteError},
    model::{Date, EdgeId, NodeId, Revision, Timestamp},
    ontology::Ontology,
    store::{MemoryStore, SledStore, Store},
};
use tempfile::TempDir;

use crate::{
    answers::{self, assert_same_answers},
    compare::assert_same,
    drafts::{DATES, beginning, draft, expecting},
    naive::{Naive, ONTOLOGY},
};

/// So that bases, deltas and checkpoints of every size come about.
const OPTIONS: Options = Options {
    queue_max: 8,
    group_max: 4,
    rebuild_percent: 10,
    rebuild_changes_min: 12,
    checkpoint_bytes: 6_000,
    history: None,
    // It stands still: the log goes on nevertheless.
    prune_every: Duration::from_secs(60),
    clock: Timestamp::default,
};
/// Of so many states one is kept in memory, to be looked at again at the end.
const KEPT_EVERY: usize = 7;
/// Of so many revisions one is asked for through the API.
const ASKED_EVERY: usize = 9;

/// Where a graph is kept.
pub(crate) enum Disk {
    Memory(Arc<MemoryStore>),
    Folder(TempDir),
}

/// What is done to a graph.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// One draft is committed.
    Commit(Draft),
    /// Several drafts are on their way at once.
    Submit(Vec<Draft>),
    /// A transaction is granted all that it wishes, and then given up.
    Abandon(Draft),
    Restart,
    Checkpoint,
}

/// A graph, and what it must hold now and must have held before.
pub(crate) struct World {
    disk: Disk,
    graph: Option<Graph>,
    naive: Naive,
    /// After each commit.
    past: Vec<Naive>,
    kept: Vec<(Arc<Snapshot>, Naive)>,
    steps: usize,
}

impl Disk {
    pub(crate) fn memory() -> Self {
        Self::Memory(Arc::default())
    }

    pub(crate) fn folder() -> Self {
        Self::Folder(tempfile::tempdir().unwrap())
    }

    fn open(&self) -> Graph {
        let store: Arc<dyn Store> = match self {
            Self::Memory(store) => store.clone(),
            Self::Folder(folder) => Arc::new(SledStore::open(folder.path()).unwrap()),
        };
        let ontology = Ontology::parse("test.graphql", ONTOLOGY).unwrap();
        Graph::open(store, Some(ontology), OPTIONS).unwrap()
    }
}

impl Step {
    /// Steps of a wish each that are about the same.
    pub(crate) fn parts(&self) -> Vec<Self> {
        let apart = |draft: &Draft| -> Vec<_> {
            let wishes = draft.wishes.iter().cloned();
            wishes.map(|it| Self::Commit(Draft { wishes: vec![it] })).collect()
        };
        match self {
            Self::Commit(draft) => apart(draft),
            Self::Submit(drafts) => drafts.iter().flat_map(apart).collect(),
            Self::Abandon(_) | Self::Restart | Self::Checkpoint => vec![self.clone()],
        }
    }
}

impl World {
    pub(crate) fn begin(disk: Disk) -> Self {
        let graph = Some(disk.open());
        let (naive, past, kept) = (Naive::default(), Vec::new(), Vec::new());
        let mut world = Self { disk, graph, naive, past, kept, steps: 0 };
        world.take(&Step::Commit(beginning()));
        world
    }

    /// A random step.
    pub(crate) fn invent(&self, rng: &mut Rng) -> Step {
        let draft = |rng: &mut Rng| draft(&self.naive, rng);
        match rng.u8(..24) {
            0 => Step::Restart,
            1 => Step::Checkpoint,
            2 => Step::Abandon(draft(rng)),
            3..6 => Step::Submit((0..rng.usize(2..8)).map(|_| draft(rng)).collect()),
            6..9 => Step::Commit(expecting(&self.naive, rng)),
            _ => Step::Commit(draft(rng)),
        }
    }

    /// Takes a step, and compares what there is afterwards.
    pub(crate) fn take(&mut self, step: &Step) {
        let graph = self.graph.clone().unwrap();
        match step {
            Step::Commit(draft) => self.settle(draft, graph.commit_blocking(draft.clone())),
            Step::Submit(drafts) => {
                let pending: Vec<_> =
                    drafts.iter().map(|it| graph.submit(it.clone()).unwrap()).collect();
                let outcomes: Vec<_> = pending.into_iter().map(|it| it.wait()).collect();
                drafts.iter().zip(outcomes).for_each(|(draft, it)| self.settle(draft, it));
            }
            Step::Abandon(draft) => abandon(&graph, draft),
            Step::Checkpoint => graph.checkpoint_blocking().unwrap(),
            Step::Restart => {
                drop(graph);
                drop(self.graph.take());
                self.graph = Some(self.disk.open());
            }
        }
        self.look();
    }

    /// Both graphs must grant a draft, or both refuse it.
    fn settle(&mut self, draft: &Draft, outcome: Result<Arc<Snapshot>, WriteError>) {
        match (self.naive.after(draft), outcome) {
            (Ok((next, is_changed)), Ok(_)) => {
                self.naive = next;
                if is_changed {
                    self.past.push(self.naive.clone());
                }
            }
            (Err(_), Err(WriteError::Rejected(_))) => {}
            (Ok(_), Err(err)) => panic!("{draft:?} should be granted: {err}"),
            (Err(_), Ok(_)) => panic!("{draft:?} should be refused"),
            (Err(_), Err(err)) => panic!("{draft:?}: {err}"),
        }
    }

    fn look(&mut self) {
        let snapshot = self.graph.as_ref().unwrap().snapshot();
        assert_eq!(snapshot.revision().0, self.past.len() as u64, "each change is a commit");
        learn(&mut self.naive, &snapshot);
        for then in self.past.iter_mut().rev().take_while(|it| !is_told(it)) {
            learn(then, &snapshot);
        }
        assert_same(&snapshot, &self.naive, &[None, Some(DATES[1].parse().unwrap())]);
        if self.steps.is_multiple_of(KEPT_EVERY) {
            self.kept.push((snapshot, self.naive.clone()));
        }
        self.steps += 1;
    }

    /// Compares every revision that there ever was, the last one first, and what was kept of them.
    pub(crate) fn end(self) {
        let graph = self.graph.unwrap();
        let dates: Vec<Option<Date>> =
            [None].into_iter().chain(DATES.iter().map(|it| it.parse().ok())).collect();
        let moments = moments(&graph);
        assert_eq!(moments.len(), self.past.len());
        let empty = graph.snapshot_at(Timestamp::default()).unwrap();
        assert_eq!((empty.revision(), empty.node_bound()), (Revision(0), 0));
        let api = answers::api(&graph);
        for (place, (at, then)) in moments.iter().zip(&self.past).enumerate().rev() {
            let snapshot = graph.snapshot_at(*at).unwrap();
            assert_eq!(snapshot.revision().0, place as u64 + 1, "what was known at {at}");
            assert_same(&snapshot, then, &dates);
            if place.is_multiple_of(ASKED_EVERY) {
                assert_same_answers(&api, then, Some(*at), &dates);
            }
        }
        assert_same_answers(&api, &self.naive, None, &dates);
        self.kept.iter().for_each(|(snapshot, then)| assert_same(snapshot, then, &dates));
    }
}

/// A transaction that is granted everything, and fails nevertheless.
fn abandon(graph: &Graph, draft: &Draft) {
    let draft = draft.clone();
    let outcome = graph.transact_blocking(move |transaction| -> Result<(), _> {
        draft.wishes.iter().for_each(|it| drop(transaction.grant(it)));
        Err(Vec::new())
    });
    assert!(matches!(outcome, Err(WriteError::Rejected(_))));
}

/// When each commit was recorded.
fn moments(graph: &Graph) -> Vec<Timestamp> {
    let mut feed = graph.changes(Revision(0)).unwrap();
    std::iter::from_fn(|| feed.try_next().unwrap()).map(|it| it.at).collect()
}

/// Whether the ids of all relationships are known.
fn is_told(naive: &Naive) -> bool {
    naive.relationships.iter().all(|it| it.id.is_some())
}

/// Takes over what only the graph can know: the ids that relationships without one were given,
/// which never change afterwards, and the revisions of the last changes.
fn learn(naive: &mut Naive, snapshot: &Snapshot) {
    for (edge, it) in naive.relationships.iter_mut().enumerate() {
        if it.id.is_none() && edge < snapshot.edge_bound() {
            it.id = Some(snapshot.relationship(EdgeId(edge as u32)).id().into_owned());
        }
    }
    let nodes = (0..snapshot.node_bound() as u32).map(NodeId);
    naive.entity_revisions = nodes.map(|it| snapshot.entity(it).revision()).collect();
    let edges = (0..snapshot.edge_bound() as u32).map(EdgeId);
    naive.relationship_revisions = edges.map(|it| snapshot.relationship(it).revision()).collect();
}
