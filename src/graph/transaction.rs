//! Wishes granted one after another, each seen by the next: what becomes one commit.

use super::{
    Change, Commit, Foreseen, Foresight, Place, Rejection, Rule, Snapshot, Wish,
    changes::Changes,
    relationship::evidence_count,
    resolve::{Problems, Resolver, Said, is_recording},
};
use crate::model::{EdgeId, NodeId, Timestamp};

/// Wishes on their way into one commit. What was granted is in its [`snapshot`](Self::snapshot) at
/// once; nobody else sees it before all of it is committed.
#[derive(Debug)]
pub struct Transaction {
    working: Snapshot,
    at: Timestamp,
    /// How many wishes were made.
    wishes: usize,
    changes: Changes,
}

/// What a granted wish has led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Granted {
    /// It was about an entity.
    Entity {
        /// The entity; of a merger, the winner.
        node: NodeId,
        /// What became of it.
        outcome: Outcome,
        /// How many relationships were retracted or moved with it.
        relationships: u32,
    },
    /// It was about a relationship.
    Relationship {
        /// The relationship.
        edge: EdgeId,
        /// What became of it.
        outcome: Outcome,
        /// How many pieces of evidence were added to it.
        evidence: u32,
    },
}

/// What became of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It is new.
    Created,
    /// It is different.
    Updated,
    /// It was so already.
    Unchanged,
    /// It was deleted or retracted.
    Deleted,
}

impl Granted {
    pub(super) fn entity(node: NodeId, outcome: Outcome) -> Self {
        Self::Entity { node, outcome, relationships: 0 }
    }

    pub(super) fn unchanged(edge: EdgeId) -> Self {
        Self::Relationship { edge, outcome: Outcome::Unchanged, evidence: 0 }
    }
}

impl Transaction {
    /// No wishes on top of `base`; what comes of them is recorded at `at`.
    pub(super) fn begin(base: Snapshot, at: Timestamp) -> Self {
        Self { working: base, at, wishes: 0, changes: Changes::default() }
    }

    /// The graph with everything that was granted so far. Its revision is that before the commit.
    pub fn snapshot(&self) -> &Snapshot {
        &self.working
    }

    /// When it is recorded.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// Grants a wish. Costs a few microseconds a thing that changes.
    ///
    /// # Errors
    ///
    /// Every rule that the wish breaks; then it has changed nothing.
    pub fn grant(&mut self, wish: &Wish) -> Result<Granted, Vec<Rejection>> {
        let mut resolver = Resolver::new(&self.working, self.at);
        let number = self.wishes;
        self.wishes += 1;
        let granted = resolver.grant(wish);
        let granted = granted.map_err(|it| rejections(it, number, wish))?;
        let (changes, _) = resolver.into_changes();
        self.take(changes);
        Ok(granted)
    }

    /// Grants all the wishes, those that only record at one go, and tells what has become of each
    /// thing that they change.
    ///
    /// # Errors
    ///
    /// Every rule that any of them breaks.
    pub(super) fn grant_all(&mut self, wishes: &[Wish]) -> Result<Vec<Granted>, Vec<Rejection>> {
        let (mut granted, mut rejected) = (Vec::new(), Vec::new());
        for run in wishes.chunk_by(|a, b| is_recording(a) && is_recording(b)) {
            let changes = grant_run(&self.working, self.at, self.wishes, run, &mut rejected);
            self.wishes += run.len();
            granted.extend(told(&changes, &self.working));
            self.take(changes);
        }
        if rejected.is_empty() { Ok(granted) } else { Err(rejected) }
    }

    fn take(&mut self, changes: Changes) {
        changes.nodes().iter().for_each(|it| self.working.put_node(it));
        changes.edges().iter().for_each(|it| self.working.put_edge(it));
        self.changes.extend(changes);
    }

    /// The graph after the commit, and the commit; one without changes need not be kept.
    pub(super) fn finish(self) -> (Snapshot, Commit) {
        let Self { mut working, at, changes, .. } = self;
        let revision = working.revision().next();
        let changes: Vec<Change> = changes.into_vec();
        if !changes.is_empty() {
            working.revision = revision;
        }
        (working, Commit { revision, at, changes })
    }
}

/// The commit that wishes that only record lead to on top of `base`, those that are `foreseen` in their
/// places among the others, and the hashes of the ids of its new relationships, in their order.
/// `is_stale` where entities have changed since.
///
/// # Errors
///
/// Every rule that any of them breaks.
pub(super) fn check(
    base: &Snapshot,
    at: Timestamp,
    wishes: &[Wish],
    foreseen: &Foreseen,
    is_stale: bool,
) -> Result<(Commit, Vec<u64>), Vec<Rejection>> {
    let mut rejected = Vec::new();
    let mut resolver = Resolver::new(base, at);
    let mut wishes = wishes.iter();
    let mut number = 0;
    for run in foreseen.said().chunks(Foresight::ABREAST) {
        resolver.touch(run.iter().flatten());
        for said in run {
            match said {
                Some(it) if is_stale && let Some(gone) = gone(base, it) => {
                    rejected.push(Rejection { wish: number, ..gone });
                }
                Some(it) => {
                    resolver.grant_said(it, foreseen.packed());
                }
                None => {
                    let wish = wishes.next().expect("it has stayed a wish");
                    grant(&mut resolver, number, wish, &mut rejected);
                }
            }
            number += 1;
        }
    }
    for (number, wish) in (number..).zip(wishes) {
        grant(&mut resolver, number, wish, &mut rejected);
    }
    let (changes, hashes) = resolver.into_changes();
    let (revision, changes) = (base.revision().next(), changes.into_vec());
    if rejected.is_empty() { Ok((Commit { revision, at, changes }, hashes)) } else { Err(rejected) }
}

/// What a run of wishes, the first of which is number `first`, leads to on top of `base`.
fn grant_run(
    base: &Snapshot,
    at: Timestamp,
    first: usize,
    run: &[Wish],
    rejected: &mut Vec<Rejection>,
) -> Changes {
    let mut resolver = Resolver::new(base, at);
    for (number, wish) in (first..).zip(run) {
        grant(&mut resolver, number, wish, rejected);
    }
    resolver.into_changes().0
}

fn grant<'w>(
    resolver: &mut Resolver<'w>,
    number: usize,
    wish: &'w Wish,
    rejected: &mut Vec<Rejection>,
) {
    if let Err(problems) = resolver.grant(wish) {
        rejected.extend(rejections(problems, number, wish));
    }
}

/// Why what was said cannot be recorded any more, if an end of it is gone.
fn gone(base: &Snapshot, said: &Said) -> Option<Rejection> {
    let end = said.ends().into_iter().find(|it| !base.has_node(*it))?;
    let id = base.entity(end).id();
    let message = format!("entity `{id}` was deleted or merged meanwhile; look at it again");
    Some(Rejection { wish: 0, rule: Rule::UnknownEntity, place: Place::Whole, message })
}

/// What changes on top of `base` make of each thing.
fn told(changes: &Changes, base: &Snapshot) -> impl Iterator<Item = Granted> {
    let outcome = |is_new| if is_new { Outcome::Created } else { Outcome::Updated };
    let nodes = changes.nodes().iter().map(move |it| Granted::entity(it.node, outcome(it.is_new)));
    let edges = changes.edges().iter().map(move |it| {
        let before = if it.is_new { 0 } else { evidence_count(base.row_and_record(it.edge).1) };
        let evidence = evidence_count(&it.record).saturating_sub(before) as u32;
        Granted::Relationship { edge: it.edge, outcome: outcome(it.is_new), evidence }
    });
    nodes.chain(edges)
}

fn rejections(problems: Problems, number: usize, wish: &Wish) -> Vec<Rejection> {
    problems.into_rejections(number, wish).collect()
}
