//! The greater part of a graph: immutable, shared by snapshots, rebuilt in the background.

use std::sync::{Arc, OnceLock};

use hashbrown::HashTable;

use super::{
    block::{BLOCK_LEN, BLOCK_SHIFT, EdgeBlock, NodeBlock},
    csr::{Csr, newest_first},
    entity::Entity,
    half::Side,
    row::Row,
    shape::Shape,
};
use crate::model::{KindId, PropertyId, ValueRef};

/// Blocks, and what is derived from them.
#[derive(Debug)]
pub(super) struct Base {
    node_blocks: Vec<Arc<NodeBlock>>,
    edge_blocks: Vec<Arc<EdgeBlock>>,
    nodes: usize,
    edges: usize,
    out: Csr,
    into: Csr,
    node_ids: HashTable<u32>,
    uniques: HashTable<u32>,
    by_kind: Vec<Vec<u32>>,
    /// Relationships by the hash of their id, from the first look-up on.
    edge_ids: OnceLock<HashTable<u32>>,
}

impl Base {
    /// The base that blocks make. Costs a few passes over all of them, on two threads.
    pub(super) fn new(
        node_blocks: Vec<Arc<NodeBlock>>,
        edge_blocks: Vec<Arc<EdgeBlock>>,
        shape: &Shape,
    ) -> Self {
        let nodes = node_blocks.iter().map(|it| it.len()).sum();
        let edges = edge_blocks.iter().map(|it| it.len()).sum();
        let order = newest_first(seen(&node_blocks, &edge_blocks), |edge| {
            edge_blocks[(edge >> BLOCK_SHIFT) as usize].from(place(edge))
        });
        let build = |side| {
            let row = |edge: u32| edge_blocks[(edge >> BLOCK_SHIFT) as usize].row(place(edge));
            Csr::build(side, nodes, &order, row, shape)
        };
        let (out, into) = std::thread::scope(|scope| {
            let into = scope.spawn(|| build(Side::In));
            (build(Side::Out), into.join().expect("building a run does not panic"))
        });
        let (node_ids, uniques, by_kind) = index(&node_blocks, nodes, shape);
        Self {
            node_blocks,
            edge_blocks,
            nodes,
            edges,
            out,
            into,
            node_ids,
            uniques,
            by_kind,
            edge_ids: OnceLock::new(),
        }
    }

    /// How many entities have a number here.
    pub(super) fn nodes(&self) -> usize {
        self.nodes
    }

    /// How many relationships have a number here.
    pub(super) fn edges(&self) -> usize {
        self.edges
    }

    /// The blocks of entities.
    pub(super) fn node_blocks(&self) -> &[Arc<NodeBlock>] {
        &self.node_blocks
    }

    /// The blocks of relationships.
    pub(super) fn edge_blocks(&self) -> &[Arc<EdgeBlock>] {
        &self.edge_blocks
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
        self.node_block(node).kind(place(node))
    }

    pub(super) fn is_deleted(&self, node: u32) -> bool {
        self.node_block(node).is_deleted(place(node))
    }

    pub(super) fn node_record(&self, node: u32) -> &[u8] {
        self.node_block(node).record(place(node))
    }

    #[inline]
    pub(super) fn row(&self, edge: u32) -> Row {
        self.edge_block(edge).row(place(edge))
    }

    #[inline]
    pub(super) fn from(&self, edge: u32) -> u32 {
        self.edge_block(edge).from(place(edge))
    }

    pub(super) fn edge_record(&self, edge: u32) -> &[u8] {
        self.edge_block(edge).record(place(edge))
    }

    /// The entities of a kind, deleted or not.
    pub(super) fn of_kind(&self, kind: KindId) -> &[u32] {
        self.by_kind.get(kind.index()).map_or(&[], Vec::as_slice)
    }

    /// The entity whose id has this hash and for which `is_it` holds.
    pub(super) fn node_by_id(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        self.node_ids.find(hash, |it| is_it(*it)).copied()
    }

    /// The entity that has a `@unique` value of this hash and for which `is_it` holds.
    pub(super) fn node_by_unique(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        self.uniques.find(hash, |it| is_it(*it)).copied()
    }

    /// The relationship whose id has this hash and for which `is_it` holds. `hash_of` gives the
    /// hash of any relationship of this base; it is asked of all of them the first time.
    pub(super) fn edge_by_id(
        &self,
        hash: u64,
        is_it: impl Fn(u32) -> bool,
        hash_of: impl Fn(u32) -> u64,
    ) -> Option<u32> {
        let ids = self.edge_ids.get_or_init(|| {
            let mut ids = HashTable::with_capacity(self.edges);
            for edge in 0..self.edges as u32 {
                ids.insert_unique(hash_of(edge), edge, |_| unreachable!("it has room for all"));
            }
            ids
        });
        ids.find(hash, |it| is_it(*it)).copied()
    }

    fn node_block(&self, node: u32) -> &NodeBlock {
        &self.node_blocks[(node >> BLOCK_SHIFT) as usize]
    }

    fn edge_block(&self, edge: u32) -> &EdgeBlock {
        &self.edge_blocks[(edge >> BLOCK_SHIFT) as usize]
    }
}

#[inline]
fn place(id: u32) -> usize {
    id as usize % BLOCK_LEN
}

/// The relationships that are neither retracted nor joined to a deleted entity.
fn seen(node_blocks: &[Arc<NodeBlock>], edge_blocks: &[Arc<EdgeBlock>]) -> Vec<u32> {
    let is_deleted =
        |node: u32| node_blocks[(node >> BLOCK_SHIFT) as usize].is_deleted(place(node));
    let is_seen =
        |row: Row| !(row.is_retracted() || is_deleted(row.source) || is_deleted(row.target));
    let blocks = edge_blocks.iter().zip((0u32..).step_by(BLOCK_LEN));
    blocks
        .flat_map(|(block, first)| {
            let places = 0..block.len();
            places.filter(|it| is_seen(block.row(*it))).map(move |it| first + it as u32)
        })
        .collect()
}

type Indexes = (HashTable<u32>, HashTable<u32>, Vec<Vec<u32>>);

/// Entities by id, by `@unique` value, and by kind.
fn index(blocks: &[Arc<NodeBlock>], nodes: usize, shape: &Shape) -> Indexes {
    let mut ids = HashTable::with_capacity(nodes);
    let mut by_kind = vec![Vec::new(); shape.kinds()];
    let mut unique_pairs = Vec::new();
    for (block, first) in blocks.iter().zip((0u32..).step_by(BLOCK_LEN)) {
        for place in 0..block.len() {
            let node = first + place as u32;
            let entity = Entity { kind: block.kind(place), record: block.record(place) };
            ids.insert_unique(id_hash(entity.id()), node, |_| unreachable!("it has room for all"));
            by_kind[entity.kind.index()].push(node);
            if !block.is_deleted(place) {
                unique_pairs.extend(unique_hashes(entity, shape).map(|it| (it, node)));
            }
        }
    }
    let mut uniques = HashTable::with_capacity(unique_pairs.len());
    for (hash, node) in unique_pairs {
        uniques.insert_unique(hash, node, |_| unreachable!("it has room for all"));
    }
    by_kind.iter_mut().for_each(Vec::shrink_to_fit);
    (ids, uniques, by_kind)
}

/// The hash under which an entity is found by id.
pub(super) fn id_hash(id: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(id.as_bytes())
}

/// The hash under which an entity is found by the text of a `@unique` value.
pub(super) fn unique_hash(kind: KindId, property: PropertyId, value: &str) -> u64 {
    let seed = u64::from(kind.0) << 16 | u64::from(property.0);
    xxhash_rust::xxh3::xxh3_64_with_seed(value.as_bytes(), seed)
}

/// The hashes of the `@unique` values that an entity has.
pub(super) fn unique_hashes<'s>(
    entity: Entity<'s>,
    shape: &'s Shape,
) -> impl Iterator<Item = u64> + use<'s> {
    shape.unique(entity.kind).iter().filter_map(move |property| {
        let text = unique_text(entity.property(*property)?)?;
        Some(unique_hash(entity.kind, *property, &text))
    })
}

/// A value as text, for look-ups; `None` for lists and JSON, which are never unique.
pub(super) fn unique_text(value: ValueRef<'_>) -> Option<std::borrow::Cow<'_, str>> {
    Some(match value {
        ValueRef::Text(it) => it.into(),
        ValueRef::Bool(it) => it.to_string().into(),
        ValueRef::Int(it) => it.to_string().into(),
        ValueRef::Float(it) => it.to_string().into(),
        ValueRef::Date(it) => it.to_string().into(),
        ValueRef::Timestamp(it) => it.to_string().into(),
        ValueRef::Json(_) | ValueRef::List(_) => return None,
    })
}
