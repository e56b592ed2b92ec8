//! The only way from one snapshot to the next.

use std::sync::Arc;

use super::{
    Entity, Lens, Snapshot,
    commit::{Change, Commit, PutEdge, PutNode},
    delta::{EdgeEntry, NodeEntry},
    half::ends,
    index::{id_hash, unique_hashes},
    relationship::evidence_count,
    row::Row,
};
use crate::model::{Direction, EdgeId, KindId, ModalitySet, NodeId};

impl Snapshot {
    /// The graph after `commit`. Costs a few microseconds a change, whatever the graph's size.
    #[must_use]
    pub fn apply(&self, commit: &Commit) -> Self {
        let mut next = self.clone();
        next.apply_in_place(commit);
        next
    }

    /// As [`apply`](Self::apply), where nobody else reads this snapshot: for replay and for groups.
    pub(super) fn apply_in_place(&mut self, commit: &Commit) {
        for change in &commit.changes {
            match change {
                Change::PutNode(it) => self.put_node(it),
                Change::PutEdge(it) => self.put_edge(it),
            }
        }
        self.revision = commit.revision;
    }

    pub(super) fn put_node(&mut self, put: &PutNode) {
        let node = put.node;
        let is_new = node.index() == self.node_bound();
        let was_there = !is_new && self.has_node(node);
        if was_there {
            self.counts.remove_node(self.kind(node));
        }
        if was_there && put.deleted {
            self.hide_edges_of(node);
        }
        let renamed = is_new || was_there == put.deleted || self.is_renamed(put);
        self.redirect(put);
        self.delta.nodes.put(node.0, entry(put));
        self.delta.touched.insert(node.0);
        if renamed {
            self.names.put(node, (!put.deleted).then_some(as_entity(put)));
        }
        if is_new {
            self.index_node(node, put.kind);
        }
        if put.deleted {
            return;
        }
        self.counts.add_node(put.kind);
        self.index_unique(node);
        if !is_new && !was_there {
            self.show_edges_of(node);
        }
    }

    /// Takes note of what a deleted entity was merged into.
    pub(super) fn redirect(&mut self, put: &PutNode) {
        if put.deleted
            && let Some(merged) = as_entity(put).merged()
        {
            self.redirects.insert(put.node.0, merged.into.0);
        } else if !self.redirects.is_empty() {
            self.redirects.remove(&put.node.0);
        }
    }

    fn index_node(&mut self, node: NodeId, kind: KindId) {
        let hash = id_hash(self.entity(node).id());
        self.delta.node_ids.insert(hash, node.0);
        self.delta.by_kind.insert((kind, node.0));
    }

    fn is_renamed(&self, put: &PutNode) -> bool {
        !self.entity(put.node).names().eq(as_entity(put).names())
    }

    fn index_unique(&mut self, node: NodeId) {
        let shape = Arc::clone(&self.shape);
        let hashes: Vec<_> = unique_hashes(self.entity(node), &shape).collect();
        for hash in hashes {
            self.delta.uniques.insert(hash, node.0);
        }
    }

    pub(super) fn put_edge(&mut self, put: &PutEdge) {
        let edge = put.edge;
        let is_new = edge.index() == self.edge_bound();
        if !is_new && self.has_edge(edge) {
            self.hide(edge);
        }
        let row = put.row();
        self.delta.edges.put(edge.0, EdgeEntry { row, record: Arc::clone(&put.record) });
        self.delta.superseded.insert(edge.0);
        if is_new {
            self.delta.edge_ids.insert(self.edge_hash(edge.0), edge.0);
        }
        if let Some(hash) = self.relationship(edge).named_content_hash() {
            self.delta.edge_contents.insert(hash, edge.0);
        }
        if self.is_seen(row) {
            self.show(edge);
        }
    }

    /// Takes a relationship out of the runs of its ends and out of the counts.
    fn hide(&mut self, edge: EdgeId) {
        let (row, record) = self.row_and_record(edge);
        let evidence = evidence_count(record);
        self.counts.remove_edge(row, evidence);
        if self.is_superseded(edge) {
            for end in ends(edge.0, row, self.shape.is_symmetric(row.relation())) {
                self.delta.remove_end(&end, row);
            }
        }
        self.delta.superseded.insert(edge.0);
    }

    /// Puts a relationship, which the base does not show, into the runs of its ends and the counts.
    fn show(&mut self, edge: EdgeId) {
        let (row, record) = self.row_and_record(edge);
        let evidence = evidence_count(record);
        self.counts.add_edge(row, evidence);
        self.delta.superseded.insert(edge.0);
        for end in ends(edge.0, row, self.shape.is_symmetric(row.relation())) {
            self.delta.insert_end(&end, row);
        }
    }

    fn hide_edges_of(&mut self, node: NodeId) {
        let lens = Lens { modalities: ModalitySet::ALL, ..Lens::default() };
        let edges = self.view(lens).edges_of(node, Direction::Any);
        let edges: Vec<EdgeId> = edges.map(|it| it.edge).collect();
        for edge in edges {
            self.hide(edge);
        }
    }

    /// Runs do not hold the relationships of deleted entities, so this looks at all relationships.
    fn show_edges_of(&mut self, node: NodeId) {
        let is_of = |row: Row| row.source == node.0 || row.target == node.0;
        let edges: Vec<EdgeId> = (0..self.edge_bound() as u32)
            .map(EdgeId)
            .filter(|it| is_of(self.row(*it)) && self.has_edge(*it))
            .collect();
        for edge in edges {
            self.show(edge);
        }
    }
}

fn entry(put: &PutNode) -> NodeEntry {
    NodeEntry { kind: put.kind, is_deleted: put.deleted, record: Arc::clone(&put.record) }
}

fn as_entity(put: &PutNode) -> Entity<'_> {
    Entity { kind: put.kind, record: &put.record }
}
