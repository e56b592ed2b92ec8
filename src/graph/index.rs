//! Entities and relationships of a base by id, by `@unique` value and by kind.

use std::{
    borrow::Cow,
    ops::Range,
    sync::{Arc, OnceLock},
};

use hashbrown::HashTable;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::{
    block::{BLOCK_LEN, NodeBlock},
    by_hash::ByHash,
    entity::Entity,
    shape::Shape,
};
use crate::model::{KindId, PropertyId, ValueRef};

/// Tables of numbers alone: a look-up compares what the number stands for, in the snapshot that
/// asks. So an entry that has become untrue does no harm, and none is ever removed.
#[derive(Clone, Debug)]
pub(super) struct Index {
    node_ids: Arc<ByHash>,
    /// With their hashes, because an entity may have several such values.
    uniques: HashTable<(u64, u32)>,
    by_kind: Vec<Vec<u32>>,
    /// From the first look-up on: a graph that is only read may never need it.
    edge_ids: OnceLock<ByHash>,
    /// Relationships whose id is not that of their content, by their content; from the first
    /// look-up on.
    edge_contents: OnceLock<ByHash>,
}

impl Index {
    /// The index of blocks of entities. Costs a pass over them.
    pub(super) fn new(blocks: &[Arc<NodeBlock>], shape: &Shape) -> Self {
        let nodes = blocks.iter().map(|it| it.len()).sum();
        let mut node_ids = ByHash::with_capacity(nodes);
        let mut index = Self {
            node_ids: Arc::default(),
            uniques: HashTable::new(),
            by_kind: vec![Vec::new(); shape.kinds()],
            edge_ids: OnceLock::new(),
            edge_contents: OnceLock::new(),
        };
        for (block, first) in blocks.iter().zip((0u32..).step_by(BLOCK_LEN)) {
            for place in 0..block.len() {
                let node = first + place as u32;
                let entity = Entity { kind: block.kind(place), record: block.record(place) };
                node_ids.insert(id_hash(entity.id()), node);
                index.by_kind[entity.kind.index()].push(node);
                for hash in unique_hashes(entity, shape) {
                    index.insert_unique(hash, node);
                }
            }
        }
        index.node_ids = Arc::new(node_ids);
        index.by_kind.iter_mut().for_each(Vec::shrink_to_fit);
        index
    }

    /// Adds a new entity.
    pub(super) fn insert_node(&mut self, node: u32, entity: Entity<'_>) {
        Arc::make_mut(&mut self.node_ids).insert(id_hash(entity.id()), node);
        self.by_kind[entity.kind.index()].push(node);
    }

    /// Adds new relationships under the hashes of their ids, where relationships are indexed at all.
    pub(super) fn insert_edges(&mut self, edges: impl Iterator<Item = (u32, u64)>) {
        let Some(ids) = self.edge_ids.get_mut() else { return };
        edges.for_each(|(edge, hash)| ids.insert(hash, edge));
    }

    /// Adds new or changed relationships under the hashes of their content, where they are indexed
    /// by it at all.
    pub(super) fn insert_contents(&mut self, edges: impl Iterator<Item = (u32, u64)>) {
        let Some(contents) = self.edge_contents.get_mut() else { return };
        insert_contents(contents, edges);
    }

    /// Gives back the tables of relationships; the next look-up in one builds it again.
    pub(super) fn forget_edge_ids(&mut self) {
        self.edge_ids.take();
        self.edge_contents.take();
    }

    /// Adds an entity under the hash of a `@unique` value, where it is not there yet.
    pub(super) fn insert_unique(&mut self, hash: u64, node: u32) {
        let entry = (hash, node);
        if self.uniques.find(hash, |it| *it == entry).is_none() {
            self.uniques.insert_unique(hash, entry, |it| it.0);
        }
    }

    /// Entities by the hash of their id.
    pub(super) fn node_ids(&self) -> &Arc<ByHash> {
        &self.node_ids
    }

    /// The memory that it takes.
    pub(super) fn memory_bytes(&self) -> usize {
        self.node_ids.memory_bytes()
            + self.uniques.allocation_size()
            + self.by_kind.iter().map(|it| size_of_val(&**it)).sum::<usize>()
            + self.edge_ids.get().map_or(0, ByHash::memory_bytes)
            + self.edge_contents.get().map_or(0, ByHash::memory_bytes)
    }

    /// The entities of a kind, deleted or not.
    pub(super) fn of_kind(&self, kind: KindId) -> &[u32] {
        self.by_kind.get(kind.index()).map_or(&[], Vec::as_slice)
    }

    /// The entity whose id has this hash and for which `is_it` holds.
    pub(super) fn node_by_id(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        self.node_ids.under(hash).find(|it| is_it(*it))
    }

    /// The entity that has a `@unique` value of this hash and for which `is_it` holds.
    pub(super) fn node_by_unique(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        self.uniques.find(hash, |it| it.0 == hash && is_it(it.1)).map(|it| it.1)
    }

    /// Whether relationships are indexed, so that a look-up costs one hash.
    pub(super) fn has_edges(&self) -> bool {
        self.edge_ids.get().is_some()
    }

    /// Brings near what look-ups of relationships by ids of these hashes read first.
    pub(super) fn touch_edges(&self, hashes: impl Iterator<Item = u64>) {
        if let Some(ids) = self.edge_ids.get() {
            ids.touch(hashes);
        }
    }

    /// The relationship whose id has this hash and for which `is_it` holds. `hash_of` gives the
    /// hash of any of `edges`, which are all there are; it is asked of all of them the first time.
    pub(super) fn edge_by_id(
        &self,
        hash: u64,
        is_it: impl Fn(u32) -> bool,
        edges: Range<u32>,
        hash_of: impl Fn(u32) -> u64,
    ) -> Option<u32> {
        let ids = self.edge_ids.get_or_init(|| {
            let mut ids = ByHash::with_capacity(edges.len());
            edges.for_each(|edge| ids.insert(hash_of(edge), edge));
            ids
        });
        ids.under(hash).find(|it| is_it(*it))
    }

    /// The oldest relationship whose content has this hash and for which `is_it` holds. `hash_of` gives
    /// the hash of any of `edges`, as [`edge_by_id`](Self::edge_by_id); none where its id is that of
    /// its content.
    pub(super) fn edge_by_content(
        &self,
        hash: u64,
        is_it: impl Fn(u32) -> bool,
        edges: Range<u32>,
        hash_of: impl Fn(u32) -> Option<u64>,
    ) -> Option<u32> {
        let contents = self.edge_contents.get_or_init(|| {
            let mut contents = ByHash::default();
            insert_contents(&mut contents, edges.filter_map(|it| Some((it, hash_of(it)?))));
            contents
        });
        contents.under(hash).filter(|it| is_it(*it)).min()
    }
}

fn insert_contents(contents: &mut ByHash, edges: impl Iterator<Item = (u32, u64)>) {
    for (edge, hash) in edges {
        // An entry whose content has since become its id's is never looked for.
        if !contents.under(hash).any(|it| it == edge) {
            contents.insert(hash, edge);
        }
    }
}

/// The hash under which an entity is found by id.
pub(super) fn id_hash(id: &str) -> u64 {
    xxh3_64(id.as_bytes())
}

/// The hash under which an entity is found by the text of a `@unique` value.
pub(super) fn unique_hash(kind: KindId, property: PropertyId, value: &str) -> u64 {
    let seed = u64::from(kind.0) << 16 | u64::from(property.0);
    xxh3_64_with_seed(value.as_bytes(), seed)
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
pub(super) fn unique_text(value: ValueRef<'_>) -> Option<Cow<'_, str>> {
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
