//! The graph as a value.

use std::{fmt, hint::black_box, sync::Arc};

use super::{
    Entity, Evidence, Lens, Relationship, View,
    base::{Base, Blocks},
    bounds::Bounds,
    counts::Counts,
    delta::{Delta, EdgeEntry, NodeEntry},
    evidence,
    half::Side,
    identity::Identity,
    index::{id_hash, unique_hash, unique_text},
    merging::Redirects,
    names::Names,
    row::Row,
    shape::Shape,
};
use crate::{
    model::{Direction, EdgeId, KindId, NodeId, PropertyId, Revision, Validity},
    ontology::Ontology,
};

/// The graph at one revision. Never changes; a request takes one and answers all from it.
#[derive(Clone)]
pub struct Snapshot {
    pub(super) ontology: Arc<Ontology>,
    pub(super) shape: Arc<Shape>,
    pub(super) revision: Revision,
    pub(super) counts: Counts,
    pub(super) base: Arc<Base>,
    pub(super) delta: Delta,
    pub(super) names: Names,
    pub(super) redirects: Redirects,
}

impl Snapshot {
    /// The empty graph over `ontology`.
    pub fn empty(ontology: Arc<Ontology>) -> Self {
        Self::from_blocks(ontology, Revision(0), Blocks::default())
    }

    /// The graph that blocks hold. Costs a few passes over them.
    pub(super) fn from_blocks(ontology: Arc<Ontology>, revision: Revision, blocks: Blocks) -> Self {
        let shape = Arc::new(Shape::of(&ontology));
        let base = Arc::new(Base::new(blocks, &shape));
        let delta = Delta::new(base.nodes(), base.edges());
        let counts = Counts::of(&base, &ontology);
        let redirects = base.redirects();
        let names = Names::default();
        Self { ontology, shape, revision, counts, base, delta, names, redirects }
    }

    /// What may exist in it.
    pub fn ontology(&self) -> &Arc<Ontology> {
        &self.ontology
    }

    /// The number of commits that led here.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// One more than the greatest [`NodeId`] in use.
    pub fn node_bound(&self) -> usize {
        self.delta.nodes.bound()
    }

    /// One more than the greatest [`EdgeId`] in use.
    pub fn edge_bound(&self) -> usize {
        self.delta.edges.bound()
    }

    /// The entity whose id is `id`, or the one that it was merged into. One hash.
    pub fn node(&self, id: &str) -> Option<NodeId> {
        self.node_where(id, |it| self.has_node(self.standing(it))).map(|it| self.standing(it))
    }

    /// The entity whose id is `id` and that was merged into another. One hash.
    pub(super) fn merged_node(&self, id: &str) -> Option<NodeId> {
        self.node_where(id, |it| {
            self.redirects.contains_key(&it.0) && self.has_node(self.standing(it))
        })
    }

    /// The entity with the id `id` for which `holds`: deleted ones may have had the same id.
    fn node_where(&self, id: &str, holds: impl Fn(NodeId) -> bool) -> Option<NodeId> {
        let hash = id_hash(id);
        let is_it = |node: u32| self.entity(NodeId(node)).has_id(id) && holds(NodeId(node));
        let new = self.delta.node_ids.under(hash).find(|it| is_it(*it));
        new.or_else(|| self.base.index().node_by_id(hash, is_it)).map(NodeId)
    }

    /// The entity that stands for `node`: itself, if it was not merged into another. Costs one hash
    /// for each merger on the way, and nothing in a graph without any.
    #[inline]
    pub fn standing(&self, node: NodeId) -> NodeId {
        let mut standing = node;
        if self.redirects.is_empty() {
            return node;
        }
        while let Some(into) = self.redirects.get(&standing.0) {
            standing = NodeId(*into);
        }
        standing
    }

    /// The relationship whose id is `id`, retracted or not. One hash; the first look-up costs a pass
    /// over all relationships, [`unindexed`](Self::unindexed).
    pub fn edge(&self, id: &str) -> Option<EdgeId> {
        self.edge_identified(Identity::parse(id))
    }

    /// The piece of evidence whose id is `id`. Costs as [`edge`](Self::edge), and a look at those
    /// before it.
    pub fn evidence(&self, id: &str) -> Option<Evidence<'_>> {
        let (relationship, ordinal) = evidence::parse_id(id)?;
        self.relationship(self.edge(relationship)?).evidence().nth(ordinal as usize)
    }

    /// How many relationships the first look-up of one by its id has to index; zero after it.
    pub fn unindexed(&self) -> usize {
        if self.base.index().has_edges() { 0 } else { self.base.edges() }
    }

    /// Indexes relationships by id and content, where they are not indexed yet: what the first
    /// look-up, or the first wish for one, would wait for otherwise. Costs some passes over them.
    pub fn warm_edges(&self) {
        if self.unindexed() > 0 {
            self.edge_identified(Identity::Derived(0));
            self.edge_named_saying(0, |_| false);
        }
    }

    /// Brings near what look-ups of relationships by ids of these hashes read first.
    pub(super) fn touch_edges(&self, hashes: impl Iterator<Item = u64>) {
        self.base.index().touch_edges(hashes);
    }

    /// The relationship of this identity, which is not [`Identity::Content`].
    pub(super) fn edge_identified(&self, identity: Identity<'_>) -> Option<EdgeId> {
        let hash = identity.hash().expect("a look-up names an id");
        let is_it = |edge: u32| self.relationship(EdgeId(edge)).identity() == identity;
        let new = self.delta.edge_ids.under(hash).find(|it| is_it(*it));
        let edges = 0..self.base.edges() as u32;
        let base = || self.base.index().edge_by_id(hash, is_it, edges, |it| self.edge_hash(it));
        new.or_else(base).map(EdgeId)
    }

    /// The oldest relationship whose id is not that of its content, whose content would have the id
    /// `content`, and for which `is_it` holds. Costs as [`edge`](Self::edge).
    pub(super) fn edge_named_saying(
        &self,
        content: u128,
        is_it: impl Fn(EdgeId) -> bool,
    ) -> Option<EdgeId> {
        let hash = content as u64;
        let is_it = |edge: u32| is_it(EdgeId(edge));
        let new = self.delta.edge_contents.under(hash).find(|it| is_it(*it));
        let base = {
            let hash_of = |edge: u32| {
                let (row, record) = (self.base.row(edge), self.base.edge_record(edge));
                let edge = EdgeId(edge);
                Relationship { snapshot: self, edge, row, record }.named_content_hash()
            };
            let edges = 0..self.base.edges() as u32;
            self.base.index().edge_by_content(hash, is_it, edges, hash_of)
        };
        new.into_iter().chain(base).min().map(EdgeId)
    }

    /// The hash under which a relationship is found by id.
    pub(super) fn edge_hash(&self, edge: u32) -> u64 {
        let identity = self.relationship(EdgeId(edge)).identity();
        identity.hash().expect("a relationship has an id")
    }

    /// The entity of kind `kind` whose `@unique` property has the value `value` (as text). One hash.
    pub fn unique(&self, kind: KindId, property: PropertyId, value: &str) -> Option<NodeId> {
        let hash = unique_hash(kind, property, value);
        let is_it = |node: u32| {
            let entity = self.entity(NodeId(node));
            let has_value = || entity.property(property).and_then(unique_text);
            entity.kind() == kind
                && self.has_node(NodeId(node))
                && has_value().is_some_and(|it| it == value)
        };
        let new = self.delta.uniques.under(hash).find(|it| is_it(*it));
        new.or_else(|| self.base.index().node_by_unique(hash, is_it)).map(NodeId)
    }

    /// Whether the entity is there: not deleted.
    pub fn has_node(&self, node: NodeId) -> bool {
        if let Some(entry) = self.node_entry(node) {
            return !entry.is_deleted;
        }
        node.index() < self.base.nodes() && !self.base.is_deleted(node.0)
    }

    /// Whether the relationship is there: neither it is retracted nor one of its ends deleted.
    pub fn has_edge(&self, edge: EdgeId) -> bool {
        edge.index() < self.edge_bound() && self.is_seen(self.row(edge))
    }

    pub(super) fn is_seen(&self, row: Row) -> bool {
        !row.is_unseen() && self.has_node(NodeId(row.source)) && self.has_node(NodeId(row.target))
    }

    /// The kind of an entity. One load.
    #[inline]
    pub fn kind(&self, node: NodeId) -> KindId {
        if node.index() < self.base.nodes() {
            return self.base.kind(node.0);
        }
        self.delta.nodes.get(node.0).expect("an entity is in the base or new").kind
    }

    /// Whether an entity is of a hub kind. Two loads.
    #[inline]
    pub fn is_hub(&self, node: NodeId) -> bool {
        self.shape.is_hub(self.kind(node))
    }

    /// An entity's record.
    pub fn entity(&self, node: NodeId) -> Entity<'_> {
        if let Some(entry) = self.node_entry(node) {
            return Entity { kind: entry.kind, record: &entry.record };
        }
        Entity { kind: self.base.kind(node.0), record: self.base.node_record(node.0) }
    }

    /// The records of entities, of each of which a byte is read: their ways from memory overlap then,
    /// while one who reads the records in turn, with work in between, waits for each.
    pub fn entities(&self, nodes: impl Iterator<Item = NodeId>) -> Vec<Entity<'_>> {
        let entities: Vec<_> = nodes.map(|it| self.entity(it)).collect();
        black_box(entities.iter().fold(0, |sum, it| sum ^ it.record[0]));
        entities
    }

    /// A relationship's record.
    pub fn relationship(&self, edge: EdgeId) -> Relationship<'_> {
        let (row, record) = self.row_and_record(edge);
        Relationship { snapshot: self, edge, row, record }
    }

    pub(super) fn row_and_record(&self, edge: EdgeId) -> (Row, &[u8]) {
        if let Some(entry) = self.edge_entry(edge) {
            return (entry.row, &entry.record);
        }
        (self.base.row(edge.0), self.base.edge_record(edge.0))
    }

    #[inline]
    pub(super) fn row(&self, edge: EdgeId) -> Row {
        self.edge_entry(edge).map_or_else(|| self.base.row(edge.0), |it| it.row)
    }

    /// When a relationship held. One load.
    #[inline]
    pub(super) fn validity(&self, edge: EdgeId) -> Validity {
        match self.edge_entry(edge) {
            Some(entry) => entry.row.validity(),
            None => self.base.validity(edge.0),
        }
    }

    /// The bits of a relationship's first date. One load.
    #[inline]
    pub(super) fn from(&self, edge: EdgeId) -> u32 {
        match self.edge_entry(edge) {
            Some(entry) => entry.row.from,
            None => self.base.from(edge.0),
        }
    }

    /// The entity in the delta; `None` where the base's record stands.
    #[inline]
    fn node_entry(&self, node: NodeId) -> Option<&NodeEntry> {
        if self.is_touched(node) { self.delta.nodes.get(node.0) } else { None }
    }

    /// The relationship in the delta; `None` where the base's record stands.
    #[inline]
    fn edge_entry(&self, edge: EdgeId) -> Option<&EdgeEntry> {
        if self.is_superseded(edge) { self.delta.edges.get(edge.0) } else { None }
    }

    /// Whether the delta may hold the entity, or relationships of it.
    #[inline]
    pub(super) fn is_touched(&self, node: NodeId) -> bool {
        node.index() >= self.base.nodes() || self.delta.touched.contains(node.0)
    }

    /// Whether the base does not hold the relationship as it is.
    #[inline]
    pub(super) fn is_superseded(&self, edge: EdgeId) -> bool {
        edge.index() >= self.base.edges() || self.delta.superseded.contains(edge.0)
    }

    /// The entities that are there, in the order of their numbers; of one kind where `kind` says.
    pub fn nodes(&self, kind: Option<KindId>) -> impl DoubleEndedIterator<Item = NodeId> {
        let all = if kind.is_none() { 0..self.node_bound() as u32 } else { 0..0 };
        let (base, delta) = match kind {
            Some(kind) => {
                let new = (kind, 0)..=(kind, u32::MAX);
                (self.base.index().of_kind(kind), Some(self.delta.by_kind.range(new)))
            }
            None => (&[] as &[u32], None),
        };
        all.chain(base.iter().copied())
            .chain(delta.into_iter().flatten().map(|it| it.1))
            .map(NodeId)
            .filter(|it| self.has_node(*it))
    }

    /// How much it holds. Kept up to date, so asking costs nothing.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// The bytes that the graph takes in memory, changes since the last rebuild and the names index
    /// aside. Costs a pass over its blocks, of 1,024 relationships each.
    pub fn memory_bytes(&self) -> usize {
        self.base.memory_bytes()
    }

    /// Builds what walks need if it is not there: what the first would wait for otherwise. Costs some
    /// passes over all relationships.
    pub(super) fn warm_walks(&self) {
        self.base.runs();
    }

    /// The graph as seen through `lens`.
    pub fn view<'s>(&'s self, lens: Lens<'s>) -> View<'s> {
        View { snapshot: self, lens }
    }

    /// At least as many relationships as any lens sees at `node`. Costs a few loads, and more only
    /// where the entity has changed lately.
    pub fn degree_bound(&self, node: NodeId, direction: Direction) -> usize {
        let degree = |side| {
            let new = if self.is_touched(node) { self.delta.run(node.0, side).count() } else { 0 };
            self.base.csr(side).run(node.index()).links.len() + new
        };
        match direction {
            Direction::Out => degree(Side::Out),
            Direction::In => degree(Side::In),
            Direction::Any => degree(Side::Out) + degree(Side::In),
        }
    }

    /// About the sum of every entity's [`degree_bound`](Self::degree_bound), without what has
    /// changed lately. Costs nothing.
    pub fn degree_sum(&self) -> usize {
        self.base.csr(Side::Out).len() + self.base.csr(Side::In).len()
    }

    /// How many entities and relationships have changed since the base was built.
    pub(super) fn delta_len(&self) -> usize {
        self.delta.len()
    }

    /// What a commit on top of this graph may refer to.
    pub(super) fn bounds(&self) -> Bounds {
        let names = self.ontology.names();
        Bounds {
            nodes: self.node_bound(),
            edges: self.edge_bound(),
            kinds: names.kinds.len(),
            relations: names.relations.len(),
            properties: names.properties.len(),
        }
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("revision", &self.revision)
            .field("counts", &self.counts)
            .finish_non_exhaustive()
    }
}
