//! Wishes for relationships checked by other threads, ahead of the one that puts them.

use std::sync::Arc;

use super::{
    Wish,
    block::{BLOCK_LEN, BLOCK_SHIFT, NodeBlock},
    by_hash::ByHash,
    entity::{Entity, is_merged},
    index::id_hash,
    resolve::{Ends, Said, foresee},
};
use crate::{
    model::{KindId, NodeId},
    ontology::Ontology,
};

/// The entities of a graph as they were, by id, and what may be said of them.
#[derive(Clone, Debug)]
pub struct Foresight {
    ontology: Arc<Ontology>,
    ids: Arc<ByHash>,
    blocks: Vec<Arc<NodeBlock>>,
    /// How often entities had changed.
    version: u64,
}

/// What became of wishes that were looked at ahead of their commit.
#[derive(Clone, Debug, Default)]
pub struct Foreseen {
    /// For each wish in order what it says; `None` where it has stayed a wish.
    said: Vec<Option<Said>>,
    /// How many have.
    stayed: usize,
    /// The packed properties of the others, one after another.
    packed: Vec<u8>,
    version: u64,
}

impl Foresight {
    /// So many wishes are best looked at together: one waits for memory while others do.
    pub const ABREAST: usize = 64;

    pub(super) fn new(
        ontology: &Arc<Ontology>,
        ids: &Arc<ByHash>,
        blocks: &[Arc<NodeBlock>],
        version: u64,
    ) -> Self {
        let (ontology, ids) = (Arc::clone(ontology), Arc::clone(ids));
        Self { ontology, ids, blocks: blocks.to_vec(), version }
    }

    /// Looks at the wishes that were added since it last did. Takes those for relationships that are
    /// named by their content, have no evidence and have nothing wrong with them, and keeps in
    /// `foreseen` what they say: less memory, and less work for the thread that commits it. All must be
    /// wishes to record.
    pub fn look_at(&self, wishes: &mut Vec<Wish>, foreseen: &mut Foreseen) {
        foreseen.version = self.version;
        let ends = self.ends(&wishes[foreseen.stayed..]);
        let mut place = 0;
        let mut ends = ends.into_iter();
        wishes.retain(|wish| {
            place += 1;
            if place <= foreseen.stayed {
                return true;
            }
            let said = self.say(wish, ends.next().flatten(), &mut foreseen.packed);
            foreseen.said.push(said);
            said.is_none()
        });
        foreseen.stayed = wishes.len();
    }

    fn say(&self, wish: &Wish, ends: Option<Ends>, packed: &mut Vec<u8>) -> Option<Said> {
        match wish {
            Wish::AssertRelationship(it) => foresee(&self.ontology, it, ends?, packed),
            _ => None,
        }
    }

    /// The ends of each wish, where it has two that are there.
    fn ends(&self, wishes: &[Wish]) -> Vec<Option<Ends>> {
        let ids = wishes.iter().flat_map(ends);
        // Each pass makes loads that do not wait for one another.
        let nodes: Vec<_> = ids.clone().map(|it| self.likely(it?)).collect();
        let records: Vec<_> = nodes.iter().map(|it| self.record((*it)?)).collect();
        let are_there = records.iter().map(|it| it.is_some_and(|(_, it)| !is_merged(it)));
        let are_there: Vec<bool> = are_there.collect();
        let found = ids.zip(&nodes).zip(&records).zip(are_there);
        let found = found.map(|(((id, node), record), is_there)| {
            let (kind, record) = (*record)?;
            let is_it = is_there && Entity { kind, record }.has_id(id?);
            is_it.then_some((NodeId((*node)?), kind))
        });
        let found: Vec<_> = found.collect();
        found.as_chunks().0.iter().map(|[source, target]| Some([(*source)?, (*target)?])).collect()
    }

    /// The entity that has the id `id`, or one whose id looks like it.
    fn likely(&self, id: &str) -> Option<u32> {
        self.ids.under(id_hash(id)).next()
    }

    /// Kind and record of an entity that is there.
    fn record(&self, node: u32) -> Option<(KindId, &[u8])> {
        let block = &self.blocks[(node >> BLOCK_SHIFT) as usize];
        let place = node as usize % BLOCK_LEN;
        (!block.is_deleted(place)).then(|| (block.kind(place), block.record(place)))
    }
}

/// The ids of source and target, if it is a relationship that is wished.
fn ends(wish: &Wish) -> [Option<&str>; 2] {
    match wish {
        Wish::AssertRelationship(it) => [Some(&it.source), Some(&it.target)],
        _ => [None; 2],
    }
}

impl Foreseen {
    /// Whether it is about no wish that was taken.
    pub(super) fn is_empty(&self) -> bool {
        self.said.len() == self.stayed
    }

    /// For each wish that was looked at what it says, if it was taken.
    pub(super) fn said(&self) -> &[Option<Said>] {
        &self.said
    }

    /// The packed properties of all of them.
    pub(super) fn packed(&self) -> &[u8] {
        &self.packed
    }

    /// Whether entities have changed since.
    pub(super) fn is_stale(&self, version: u64) -> bool {
        self.version != version
    }
}
