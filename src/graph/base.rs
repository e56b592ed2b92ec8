//! The greater part of a graph: immutable, shared by snapshots, rebuilt in the background.

use std::sync::Arc;

use super::{
    block::{BLOCK_LEN, BLOCK_SHIFT, EdgeBlock, NodeBlock},
    csr::{Csr, newest_first},
    half::Side,
    index::Index,
    row::Row,
    shape::Shape,
};
use crate::model::KindId;

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
        let order = newest_first(seen(&blocks), |edge| blocks.edge(edge).from(place(edge)));
        let build = |side| {
            let row = |edge: u32| blocks.edge(edge).row(place(edge));
            Csr::build(side, nodes, &order, row, shape)
        };
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

    pub(super) fn edge_record(&self, edge: u32) -> &[u8] {
        self.blocks.edge(edge).record(place(edge))
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

/// The relationships that are neither retracted nor joined to a deleted entity.
fn seen(blocks: &Blocks) -> Vec<u32> {
    let is_deleted = |node: u32| blocks.node(node).is_deleted(place(node));
    let is_seen =
        |row: Row| !(row.is_retracted() || is_deleted(row.source) || is_deleted(row.target));
    let mut seen = Vec::with_capacity(blocks.edges.len() * BLOCK_LEN);
    for (block, first) in blocks.edges.iter().zip((0u32..).step_by(BLOCK_LEN)) {
        let places = (0..block.len()).filter(|it| is_seen(block.row(*it)));
        seen.extend(places.map(|it| first + it as u32));
    }
    seen
}
