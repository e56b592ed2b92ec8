//! The greater part of a graph: immutable, shared by snapshots, rebuilt in the background.

use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::{
    Entity,
    block::{BLOCK_LEN, BLOCK_SHIFT, EdgeBlock, NodeBlock},
    csr::Csr,
    half::Side,
    index::Index,
    row::{Row, validity},
    shape::Shape,
    snapshot::Redirects,
};
use crate::model::{KindId, Validity};

/// Blocks, and what is derived from them.
#[derive(Debug)]
pub(super) struct Base {
    blocks: Blocks,
    nodes: usize,
    edges: usize,
    out: Csr,
    into: Csr,
    index: Index,
}

/// What a base is made of: blocks that are all full, but the last of entities and the last of
/// relationships.
#[derive(Clone, Debug, Default)]
pub(super) struct Blocks {
    pub(super) nodes: Vec<Arc<NodeBlock>>,
    pub(super) edges: Vec<Arc<EdgeBlock>>,
}

impl Base {
    /// The base that blocks make. Costs a few passes over all of them, on two threads.
    pub(super) fn new(blocks: Blocks, shape: &Shape) -> Self {
        let index = Index::new(&blocks.nodes, shape);
        Self::with_index(blocks, index, shape)
    }

    /// The base that blocks make, where their index is there already.
    pub(super) fn with_index(blocks: Blocks, index: Index, shape: &Shape) -> Self {
        let nodes = blocks.nodes.iter().map(|it| it.len()).sum();
        let edges = blocks.edges.iter().map(|it| it.len()).sum();
        let deleted = deleted(&blocks, nodes);
        let build = |side| Csr::build(side, nodes, || seen(&blocks, &deleted), shape);
        let (out, into) = std::thread::scope(|scope| {
            let into = scope.spawn(|| build(Side::In));
            (build(Side::Out), into.join().expect("building a run does not panic"))
        });
        Self { blocks, nodes, edges, out, into, index }
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
        match side {
            Side::Out => &self.out,
            Side::In => &self.into,
        }
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
            + self.out.memory_bytes()
            + self.into.memory_bytes()
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

    #[inline]
    fn edge(&self, edge: u32) -> &EdgeBlock {
        &self.edges[(edge >> BLOCK_SHIFT) as usize]
    }
}

#[inline]
fn place(id: u32) -> usize {
    id as usize % BLOCK_LEN
}

fn deleted(blocks: &Blocks, nodes: usize) -> FixedBitSet {
    let mut deleted = FixedBitSet::with_capacity(nodes);
    for node in (0..nodes as u32).filter(|it| blocks.node(*it).is_deleted(place(*it))) {
        deleted.insert(node as usize);
    }
    deleted
}

/// The relationships that are neither retracted, hidden nor joined to a deleted entity.
fn seen(blocks: &Blocks, deleted: &FixedBitSet) -> impl Iterator<Item = (u32, Row)> {
    let is_there = |node: u32| !deleted.contains(node as usize);
    let rows = blocks.edges.iter().flat_map(|block| (0..block.len()).map(|it| block.row(it)));
    (0..)
        .zip(rows)
        .filter(move |(_, row)| !row.is_unseen() && is_there(row.source) && is_there(row.target))
}
