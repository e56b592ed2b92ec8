//! What has changed since the base was built: small, and cheap to clone and to change.

use std::sync::Arc;

use imbl::{OrdMap, OrdSet};

use super::{
    half::{End, HalfKey, HalfValue, Side},
    overlay::{Bits, Overlay},
    row::Row,
};
use crate::model::KindId;

/// Everything that stands in front of a base. Clones share all they can.
#[derive(Clone, Debug)]
pub(super) struct Delta {
    /// Entities that are new or different.
    pub(super) nodes: Overlay<NodeEntry>,
    /// Relationships that are new or different.
    pub(super) edges: Overlay<EdgeEntry>,
    /// The ends of those that are seen.
    halves: OrdMap<HalfKey, HalfValue>,
    /// Entities of the base that `nodes` or `halves` say something about.
    pub(super) touched: Bits,
    /// Relationships of the base whose ends there do not count.
    pub(super) superseded: Bits,
    /// Entities by the hash of their id.
    pub(super) node_ids: Hashes,
    /// Relationships by the hash of their id.
    pub(super) edge_ids: Hashes,
    /// Relationships whose id is not that of their content, by the hash of their content.
    pub(super) edge_contents: Hashes,
    /// Entities by the hash of a `@unique` property.
    pub(super) uniques: Hashes,
    /// New entities by kind.
    pub(super) by_kind: OrdSet<(KindId, u32)>,
}

/// An entity in a delta.
#[derive(Clone, Debug)]
pub(super) struct NodeEntry {
    pub(super) kind: KindId,
    pub(super) is_deleted: bool,
    pub(super) record: Arc<[u8]>,
}

/// A relationship in a delta.
#[derive(Clone, Debug)]
pub(super) struct EdgeEntry {
    pub(super) row: Row,
    pub(super) record: Arc<[u8]>,
}

impl Delta {
    /// No change to a base of so many entities and relationships.
    pub(super) fn new(nodes: usize, edges: usize) -> Self {
        Self {
            nodes: Overlay::new(nodes),
            edges: Overlay::new(edges),
            halves: OrdMap::new(),
            touched: Bits::new(nodes),
            superseded: Bits::new(edges),
            node_ids: Hashes::default(),
            edge_ids: Hashes::default(),
            edge_contents: Hashes::default(),
            uniques: Hashes::default(),
            by_kind: OrdSet::new(),
        }
    }

    /// How many entities and relationships have changed.
    pub(super) fn len(&self) -> usize {
        self.nodes.len() + self.edges.len()
    }

    /// Makes an end of a relationship seen.
    pub(super) fn insert_end(&mut self, end: &End, row: Row) {
        let value = HalfValue { other: end.other, link: end.link, tag: row.tag };
        self.halves.insert(HalfKey::new(end, row), value);
        self.touched.insert(end.node);
    }

    /// Makes an end unseen.
    pub(super) fn remove_end(&mut self, end: &End, row: Row) {
        self.halves.remove(&HalfKey::new(end, row));
    }

    /// The ends in a run, newest first.
    pub(super) fn run(&self, node: u32, side: Side) -> Halves<'_> {
        self.halves.range(HalfKey::range(node, side))
    }

    /// A run without ends.
    pub(super) fn no_run(&self) -> Halves<'_> {
        self.halves.range(HalfKey::EMPTY)
    }
}

/// Ends in their order.
pub(super) type Halves<'s> =
    imbl::ordmap::RangedIter<'s, HalfKey, HalfValue, imbl::shared_ptr::DefaultSharedPtr>;

/// Numbers by hash. Nothing is ever removed: whoever looks up compares what the number stands for,
/// so that an entry that has become untrue is not found.
#[derive(Clone, Debug, Default)]
pub(super) struct Hashes(OrdSet<(u64, u32)>);

impl Hashes {
    /// Adds a number under a hash.
    pub(super) fn insert(&mut self, hash: u64, id: u32) {
        self.0.insert((hash, id));
    }

    /// The numbers under a hash.
    pub(super) fn under(&self, hash: u64) -> impl Iterator<Item = u32> {
        let range = || self.0.range((hash, 0)..=(hash, u32::MAX)).map(|it| it.1);
        // Most deltas have none, and finding that out by a range takes its time.
        (!self.0.is_empty()).then(range).into_iter().flatten()
    }
}
