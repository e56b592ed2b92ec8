//! The greater part of a graph: immutable once it is shared by snapshots, rebuilt in the background.

use std::sync::{Arc, OnceLock};

use fixedbitset::FixedBitSet;

use super::{
    Entity,
    block::{BLOCK_LEN, BLOCK_SHIFT, EdgeBlock, NodeBlock},
    commit::{PutEdge, PutNode},
    csr::{Csr, Runs},
    half::Side,
    index::{Index, unique_hashes},
    merging::Redirects,
    row::{Row, validity},
    shape::Shape,
};
use crate::model::{KindId, Validity};

/// Blocks, and what is derived from them.
#[derive(Debug)]
pub(super) struct Base {
    blocks: Blocks,
    nodes: usize,
    edges: usize,
    /// Outgoing and incoming, from the first walk on: importing and exporting do without.
    runs: OnceLock<Runs>,
    index: Index,
    shape: Arc<Shape>,
}

/// What a base is made of: blocks that are all full, but the last of entities and the last of
/// relationships.
#[derive(Clone, Debug, Default)]
pub(super) struct Blocks {
    pub(super) nodes: Vec<Arc<NodeBlock>>,
    pub(super) edges: Vec<Arc<EdgeBlock>>,
}

impl Base {
    /// The base that blocks make. Costs a pass over the entities.
    pub(super) fn new(blocks: Blocks, shape: &Arc<Shape>) -> Self {
        let index = Index::new(&blocks.nodes, shape);
        Self::with_index(blocks, index, shape)
    }

    /// The base that blocks make, where their index is there already.
    pub(super) fn with_index(blocks: Blocks, index: Index, shape: &Arc<Shape>) -> Self {
        let nodes = blocks.nodes.iter().map(|it| it.len()).sum();
        let edges = blocks.edges.iter().map(|it| it.len()).sum();
        Self { blocks, nodes, edges, runs: OnceLock::new(), index, shape: Arc::clone(shape) }
    }

    /// The ends of all relationships by entity. The first call builds them: a few passes over all
    /// relationships, on two threads.
    #[inline]
    pub(super) fn runs(&self) -> &Runs {
        self.runs.get_or_init(|| self.build_runs())
    }

    #[cold]
    fn build_runs(&self) -> Runs {
        let deleted = self.deleted();
        Runs::build(self.nodes, || self.seen(&deleted), &self.shape)
    }

    /// The entities that are deleted. Costs a pass over all.
    pub(super) fn deleted(&self) -> FixedBitSet {
        let mut deleted = FixedBitSet::with_capacity(self.nodes);
        for node in (0..self.nodes as u32).filter(|it| self.is_deleted(*it)) {
            deleted.insert(node as usize);
        }
        deleted
    }

    /// The relationships that are neither retracted, hidden nor joined to one of the `deleted`.
    pub(super) fn seen(&self, deleted: &FixedBitSet) -> impl Iterator<Item = (u32, Row)> {
        let none_deleted = deleted.is_clear();
        let is_there = move |node: u32| none_deleted || !deleted.contains(node as usize);
        let blocks = self.blocks.edges.iter();
        let rows = blocks.flat_map(|block| (0..block.len()).map(|it| block.row(it)));
        (0..).zip(rows).filter(move |(_, row)| {
            !row.is_unseen() && is_there(row.source) && is_there(row.target)
        })
    }

    /// Takes an entity in place: the next one, or another state of one that is there.
    pub(super) fn put_node(&mut self, put: &PutNode) {
        let node = put.node.0;
        self.runs.take();
        let block = block_of(&mut self.blocks.nodes, node, NodeBlock::shrink);
        if put.node.index() < self.nodes {
            block.set(place(node), put.deleted, &put.record);
        } else {
            block.push(put.kind, put.deleted, &put.record);
            self.nodes += 1;
            self.index.insert_node(node, self.blocks.entity(node));
        }
        for hash in unique_hashes(self.blocks.entity(node), &self.shape) {
            self.index.insert_unique(hash, node);
        }
    }

    /// Takes relationships in place, likewise. They are yet to be [indexed](Self::index_edge).
    pub(super) fn put_edges<'p>(&mut self, puts: impl IntoIterator<Item = &'p PutEdge>) {
        self.runs.take();
        let mut puts = puts.into_iter().peekable();
        while let Some(first) = puts.peek().map(|it| it.edge.0) {
            // To take hold of a block waits for all that was written before: once for many.
            let block = block_of(&mut self.blocks.edges, first, EdgeBlock::shrink);
            while let Some(put) =
                puts.next_if(|it| it.edge.0 >> BLOCK_SHIFT == first >> BLOCK_SHIFT)
            {
                if put.edge.index() < self.edges {
                    block.set(place(put.edge.0), put.row(), &put.record);
                } else {
                    block.push(put.row(), &put.record);
                    self.edges += 1;
                }
            }
        }
    }

    /// Lets a relationship be found by the hashes of its id and of its content, where it has them.
    pub(super) fn index_edge(&mut self, edge: u32, id: Option<u64>, content: Option<u64>) {
        self.index.insert_edges(id.map(|it| (edge, it)).into_iter());
        self.index.insert_contents(content.map(|it| (edge, it)).into_iter());
    }

    /// Gives back the memory of what finds relationships; the next look-up builds it again.
    pub(super) fn forget_edge_ids(&mut self) {
        self.index.forget_edge_ids();
    }

    /// How many entities have a number here.
    pub(super) fn nodes(&self) -> usize {
        self.nodes
    }

    /// How many relationships have a number here.
    pub(super) fn edges(&self) -> usize {
        self.edges
    }

    pub(super) fn blocks(&self) -> &Blocks {
        &self.blocks
    }

    #[inline]
    pub(super) fn csr(&self, side: Side) -> &Csr {
        self.runs().side(side)
    }

    #[inline]
    pub(super) fn kind(&self, node: u32) -> KindId {
        self.blocks.node(node).kind(place(node))
    }

    pub(super) fn is_deleted(&self, node: u32) -> bool {
        self.blocks.node(node).is_deleted(place(node))
    }

    pub(super) fn node_record(&self, node: u32) -> &[u8] {
        self.blocks.node(node).record(place(node))
    }

    #[inline]
    pub(super) fn row(&self, edge: u32) -> Row {
        self.blocks.edge(edge).row(place(edge))
    }

    /// When a relationship held. One load.
    #[inline]
    pub(super) fn validity(&self, edge: u32) -> Validity {
        validity(self.blocks.edge(edge).dates(place(edge)))
    }

    /// The bits of a relationship's first date. One load.
    #[inline]
    pub(super) fn from(&self, edge: u32) -> u32 {
        let [from, _] = self.blocks.edge(edge).dates(place(edge));
        from
    }

    /// The memory that blocks, runs and indexes take.
    pub(super) fn memory_bytes(&self) -> usize {
        let Blocks { nodes, edges } = &self.blocks;
        nodes.iter().map(|it| it.memory_bytes()).sum::<usize>()
            + edges.iter().map(|it| it.memory_bytes()).sum::<usize>()
            + self.runs().memory_bytes()
            + self.index.memory_bytes()
    }

    pub(super) fn edge_record(&self, edge: u32) -> &[u8] {
        self.blocks.edge(edge).record(place(edge))
    }

    /// Entities that were merged into others. Costs a pass over all entities.
    pub(super) fn redirects(&self) -> Redirects {
        let deleted = (0..self.nodes as u32).filter(|it| self.is_deleted(*it));
        let merged = deleted.filter_map(|node| {
            let entity = Entity { kind: self.kind(node), record: self.node_record(node) };
            entity.merged().map(|it| (node, it.into.0))
        });
        merged.collect()
    }

    /// Entities and relationships by id, by value and by kind.
    pub(super) fn index(&self) -> &Index {
        &self.index
    }
}

impl Blocks {
    #[inline]
    fn node(&self, node: u32) -> &NodeBlock {
        &self.nodes[(node >> BLOCK_SHIFT) as usize]
    }

    fn entity(&self, node: u32) -> Entity<'_> {
        let block = self.node(node);
        Entity { kind: block.kind(place(node)), record: block.record(place(node)) }
    }

    #[inline]
    fn edge(&self, edge: u32) -> &EdgeBlock {
        &self.edges[(edge >> BLOCK_SHIFT) as usize]
    }
}

/// The block of a number, the next one where it begins there, to be changed. `finish` is given the
/// one before it then.
fn block_of<B: Clone + Default>(
    blocks: &mut Vec<Arc<B>>,
    id: u32,
    finish: impl Fn(&mut B),
) -> &mut B {
    let number = (id >> BLOCK_SHIFT) as usize;
    if number == blocks.len() {
        if let Some(full) = blocks.last_mut() {
            finish(Arc::make_mut(full));
        }
        blocks.push(Arc::default());
    }
    Arc::make_mut(&mut blocks[number])
}

#[inline]
fn place(id: u32) -> usize {
    id as usize % BLOCK_LEN
}
