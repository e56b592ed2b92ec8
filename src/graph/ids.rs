//! Entities by id, for threads that look them up ahead of the one that puts relationships.

use std::sync::Arc;

use hashbrown::HashTable;

use super::{
    Wish,
    block::{BLOCK_LEN, BLOCK_SHIFT, NodeBlock},
    entity::{Entity, is_merged},
    index::id_hash,
};
use crate::model::{KindId, NodeId};

/// Look-ups that are made side by side, so that one waits for memory while others do.
const ABREAST: usize = 64;

/// The entities of a graph as they were, by id.
#[derive(Clone, Debug)]
pub struct Ids {
    table: Arc<HashTable<u32>>,
    blocks: Vec<Arc<NodeBlock>>,
    /// How often entities had changed.
    version: u64,
}

/// What [`Ids`] know of the ends of some wishes, one after another.
#[derive(Clone, Debug, Default)]
pub struct Known {
    ends: Vec<Ends>,
    version: u64,
}

/// Source and target of a relationship and their kinds, each where it is known to have the very id
/// that a wish names.
pub(super) type Ends = [Option<(NodeId, KindId)>; 2];

impl Ids {
    pub(super) fn new(
        table: &Arc<HashTable<u32>>,
        blocks: &[Arc<NodeBlock>],
        version: u64,
    ) -> Self {
        Self { table: Arc::clone(table), blocks: blocks.to_vec(), version }
    }

    /// Looks up the ends of the relationships among `wishes`. Costs a hash each, and less waiting for
    /// memory than one by one.
    pub fn ends_of(&self, wishes: &[Wish]) -> Known {
        let mut known = Known { ends: Vec::with_capacity(wishes.len()), version: self.version };
        let (mut nodes, mut records) = (Vec::new(), Vec::new());
        for wishes in wishes.chunks(ABREAST) {
            let ids = wishes.iter().flat_map(ends);
            // Each pass makes loads that do not wait for one another.
            nodes.clear();
            nodes.extend(ids.clone().map(|it| self.likely(it?)));
            records.clear();
            records.extend(nodes.iter().map(|it| self.record((*it)?)));
            let are_there = records.iter().map(|it| it.is_some_and(|(_, it)| !is_merged(it)));
            let are_there: Vec<bool> = are_there.collect();
            let found = ids.zip(&nodes).zip(&records).zip(are_there);
            let mut found = found.map(|(((id, node), record), is_there)| {
                let (kind, record) = (*record)?;
                let is_it = is_there && Entity { kind, record }.has_id(id?);
                is_it.then_some((NodeId((*node)?), kind))
            });
            while let (Some(source), Some(target)) = (found.next(), found.next()) {
                known.ends.push([source, target]);
            }
        }
        known
    }

    /// The entity that has the id `id`, or one whose id looks like it.
    fn likely(&self, id: &str) -> Option<u32> {
        self.table.find(id_hash(id), |_| true).copied()
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

impl Known {
    /// The ends of the first wishes, where entities have not changed since they were looked up.
    pub(super) fn ends(&self, version: u64) -> &[Ends] {
        if self.version == version { &self.ends } else { &[] }
    }
}
