//! A delta folded into a new base.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    Change, Commit, Snapshot,
    base::{Base, Blocks},
    block::{BLOCK_LEN, BLOCK_SHIFT, EdgeBlock, NodeBlock},
    delta::Delta,
    index::{Index, unique_hashes},
    names::Names,
    relationship::evidence_count,
};
use crate::model::{EdgeId, NodeId};

/// While commits are read, the part of the graph that may have changed before it is packed anew.
const REPLAY_PART_MAX: usize = 4;
/// The changes below which that is not worth the while.
const REPLAY_CHANGES_MIN: usize = 250_000;

impl Snapshot {
    /// Applies one of many commits that are read one after another, while nobody looks: what only
    /// adds to a packed graph is packed at once, and the others whenever many of them have come.
    pub(super) fn follow(&mut self, commit: &Commit) {
        if self.delta_len() == 0 && Arc::get_mut(&mut self.base).is_some() && self.lacks(commit) {
            self.take(commit, &[]);
            return self.count(commit);
        }
        self.apply_in_place(commit);
        let size = self.node_bound() + self.edge_bound();
        if self.delta_len() > REPLAY_CHANGES_MIN.max(size / REPLAY_PART_MAX) {
            // An index of names would not hear of what is packed at once.
            *self = Self { names: Names::default(), ..self.rebuilt() };
        }
    }

    /// Whether all that a commit puts is new.
    fn lacks(&self, commit: &Commit) -> bool {
        commit.changes.iter().all(|it| match it {
            Change::PutNode(it) => it.node.index() >= self.node_bound(),
            Change::PutEdge(it) => it.edge.index() >= self.edge_bound(),
        })
    }

    /// Counts what a commit has added.
    fn count(&mut self, commit: &Commit) {
        for change in &commit.changes {
            match change {
                Change::PutNode(it) if it.deleted => {}
                Change::PutNode(it) => self.counts.add_node(it.kind),
                Change::PutEdge(it) => {
                    let row = it.row();
                    if self.is_seen(row) {
                        self.counts.add_edge(row, evidence_count(&it.record));
                    }
                }
            }
        }
    }

    /// The same graph with an empty delta. Blocks without a change are shared with this snapshot.
    ///
    /// Costs a few passes over all relationships and, while both are held, the memory of a second
    /// set of sparse rows (20 bytes a relationship) and indexes.
    #[must_use]
    pub fn rebuilt(&self) -> Self {
        let base = Arc::new(Base::with_index(self.blocks(), self.whole_index(), &self.shape));
        let names = self.names.rebased(&base);
        let delta = Delta::new(base.nodes(), base.edges());
        Self { base, delta, names, ..self.clone() }
    }

    /// The blocks of the whole graph. Those without a change are shared with this snapshot. Costs a
    /// pass over the blocks with one.
    pub(super) fn blocks(&self) -> Blocks {
        Blocks { nodes: self.node_blocks(), edges: self.edge_blocks() }
    }

    fn node_blocks(&self) -> Vec<Arc<NodeBlock>> {
        let changed = self.delta.nodes.changed().map(|it| it.0);
        let stale = stale_blocks(changed, self.base.nodes(), self.node_bound());
        blocks(&self.base.blocks().nodes, &stale, self.node_bound(), |range| {
            let mut block = NodeBlock::default();
            for node in range.map(NodeId) {
                let entity = self.entity(node);
                block.push(entity.kind(), !self.has_node(node), entity.record);
            }
            block.shrink();
            block
        })
    }

    fn edge_blocks(&self) -> Vec<Arc<EdgeBlock>> {
        let changed = self.delta.edges.changed().map(|it| it.0);
        let stale = stale_blocks(changed, self.base.edges(), self.edge_bound());
        blocks(&self.base.blocks().edges, &stale, self.edge_bound(), |range| {
            let mut block = EdgeBlock::default();
            for edge in range.map(EdgeId) {
                let (row, record) = self.row_and_record(edge);
                block.push(row, record);
            }
            block.shrink();
            block
        })
    }

    /// The base's index with the entries of the delta.
    fn whole_index(&self) -> Index {
        let mut index = self.base.index().clone();
        let new = self.base.nodes() as u32..self.node_bound() as u32;
        for node in new.clone() {
            index.insert_node(node, self.entity(NodeId(node)));
        }
        for node in self.delta.nodes.changed().map(|it| it.0).chain(new) {
            for hash in unique_hashes(self.entity(NodeId(node)), &self.shape) {
                index.insert_unique(hash, node);
            }
        }
        let new = self.base.edges() as u32..self.edge_bound() as u32;
        index.insert_edges(new.clone().map(|it| (it, self.edge_hash(it))));
        let changed = self.delta.edges.changed().map(|it| it.0);
        let hash_of = |it| self.relationship(EdgeId(it)).named_content_hash();
        index.insert_contents(changed.chain(new).filter_map(|it| Some((it, hash_of(it)?))));
        index
    }
}

/// The blocks with a changed number in them, or one of the new numbers from `first` to `bound`.
fn stale_blocks(changed: impl Iterator<Item = u32>, first: usize, bound: usize) -> BTreeSet<usize> {
    let new = first >> BLOCK_SHIFT..bound.div_ceil(BLOCK_LEN);
    let new = if first < bound { new } else { 0..0 };
    changed.map(|it| (it >> BLOCK_SHIFT) as usize).chain(new).collect()
}

/// All blocks below `bound`: the stale ones made by `build` from their numbers, the others shared.
fn blocks<B>(
    old: &[Arc<B>],
    stale: &BTreeSet<usize>,
    bound: usize,
    build: impl Fn(std::ops::Range<u32>) -> B,
) -> Vec<Arc<B>> {
    let block = |place: usize| match old.get(place).filter(|_| !stale.contains(&place)) {
        Some(block) => Arc::clone(block),
        None => {
            let first = place << BLOCK_SHIFT;
            Arc::new(build(first as u32..(first + BLOCK_LEN).min(bound) as u32))
        }
    };
    (0..bound.div_ceil(BLOCK_LEN)).map(block).collect()
}
