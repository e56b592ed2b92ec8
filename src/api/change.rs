//! Committed changes, as subscriptions tell of them, and where in their order a reader is.

use std::mem;

use rustc_hash::FxHashSet;

use super::{FieldError, Input, cursor, decode};
use crate::{
    graph::{Changed, Snapshot, Thing, Update},
    model::{KindId, NodeId, RelationId, Revision, Timestamp},
    ontology::Ontology,
};

/// The most entities that one subscription may name.
const TOUCHING_MAX: usize = 1_000;

/// One committed change to one thing.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    /// What follows it.
    pub(super) next: Position,
    pub(super) revision: Revision,
    pub(super) at: Timestamp,
    pub(super) changed: Changed,
}

/// A place between two changes: everything up to `revision` and the first `place` changes of the
/// commit after it have been seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) revision: Revision,
    place: u32,
}

/// Which changes are told.
#[derive(Clone, Debug, Default)]
pub(super) struct ChangeFilter {
    kinds: Option<Vec<KindId>>,
    relations: Option<Vec<RelationId>>,
    /// Ids of entities.
    touching: Option<FxHashSet<String>>,
}

impl Position {
    const BYTES: usize = 12;

    /// After everything up to `revision`.
    pub(super) fn after(revision: Revision) -> Self {
        Self { revision, place: 0 }
    }

    /// As text that means nothing to its reader.
    pub(super) fn cursor(self) -> String {
        let bytes = [&self.revision.0.to_be_bytes()[..], &self.place.to_be_bytes()[..]];
        cursor::encode(&bytes.concat())
    }

    /// The place that a cursor stands for, in a graph whose newest revision is `newest`.
    ///
    /// # Errors
    ///
    /// Where it is no cursor of that graph.
    pub(super) fn parse(text: &str, newest: Revision) -> Result<Self, FieldError> {
        let parse = || {
            let bytes = (text.len() == 2 * Self::BYTES).then(|| cursor::decode(text)).flatten()?;
            let (revision, place) = bytes.split_first_chunk()?;
            let revision = Revision(u64::from_be_bytes(*revision));
            Some(Self { revision, place: u32::from_be_bytes(place.try_into().ok()?) })
        };
        // What is beyond the newest was never given out: a graph restored from a backup, perhaps.
        let is_past = |it: &Self| it.revision < newest || *it == Self::after(newest);
        parse().filter(is_past).ok_or_else(|| {
            let message = "`after` is no cursor of a change in this graph; read the graph anew, and \
                           leave `after` out to follow what is committed from now on";
            FieldError::input(message)
        })
    }

    /// The changes of the next commit that are not seen yet; moves past it.
    pub(super) fn take(&mut self, update: &Update) -> Vec<Change> {
        let before = mem::replace(self, Self::after(update.revision));
        let Update { revision, at, ref changes } = *update;
        let next = |place| match place {
            last if last as usize == changes.len() => *self,
            place => Self { place, ..before },
        };
        let unseen = (1..).zip(changes).skip(before.place as usize);
        unseen
            .map(|(place, changed)| Change { next: next(place), revision, at, changed: *changed })
            .collect()
    }
}

impl ChangeFilter {
    /// What a `ChangeWhere` lets through.
    ///
    /// # Errors
    ///
    /// Where it names too many entities.
    pub(super) fn decode(ontology: &Ontology, input: &Input) -> Result<Self, FieldError> {
        let touching = input.field("touching").map(Input::items);
        if touching.is_some_and(|it| it.len() > TOUCHING_MAX) {
            let message = format!("`touching` takes at most {TOUCHING_MAX} ids");
            return Err(FieldError::input(message));
        }
        Ok(Self {
            kinds: input.field("entityTypes").map(|it| decode::kinds(ontology, it)),
            relations: input.field("relationshipTypes").map(|it| decode::relations(ontology, it)),
            touching: touching.map(|it| it.iter().map(|it| it.text().to_owned()).collect()),
        })
    }

    /// Whether a change is told.
    pub(super) fn passes(&self, snapshot: &Snapshot, change: &Change) -> bool {
        let has_types = self.kinds.is_some() || self.relations.is_some();
        match change.changed.thing {
            Thing::Node(it) => {
                let kind = snapshot.kind(it);
                self.kinds.as_ref().map_or(!has_types, |kinds| kinds.contains(&kind))
                    && self.touches(snapshot, &[it])
            }
            Thing::Edge(it) => {
                let it = snapshot.relationship(it);
                let relation = it.relation();
                self.relations.as_ref().map_or(!has_types, |them| them.contains(&relation))
                    && self.touches(snapshot, &[it.source(), it.target()])
            }
        }
    }

    fn touches(&self, snapshot: &Snapshot, nodes: &[NodeId]) -> bool {
        let Some(ids) = &self.touching else { return true };
        // An id that was merged into another means the other; one that is gone, still itself.
        nodes.iter().any(|it| ids.contains(snapshot.entity(*it).id()))
            || ids.iter().filter_map(|it| snapshot.node(it)).any(|it| nodes.contains(&it))
    }
}
