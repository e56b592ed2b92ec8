//! How much a graph holds.

use super::{base::Base, relationship::evidence_count, row::Row};
use crate::{model::KindId, ontology::Ontology};

/// How much a snapshot holds. What is deleted or retracted does not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Entities.
    pub entities: u64,
    /// Entities by the number of their kind.
    pub entities_by_kind: Vec<u64>,
    /// Relationships.
    pub relationships: u64,
    /// Relationships by the number of their relation.
    pub relationships_by_relation: Vec<u64>,
    /// Pieces of evidence of these relationships.
    pub evidence: u64,
}

impl Counts {
    /// Counts a base. Costs a pass over it.
    pub(super) fn of(base: &Base, ontology: &Ontology) -> Self {
        let mut counts = Self {
            entities_by_kind: vec![0; ontology.names().kinds.len()],
            relationships_by_relation: vec![0; ontology.names().relations.len()],
            ..Self::default()
        };
        let deleted = base.deleted();
        for node in deleted.zeroes() {
            counts.add_node(base.kind(node as u32));
        }
        for (edge, row) in base.seen(&deleted) {
            counts.add_edge(row, evidence_count(base.edge_record(edge)));
        }
        counts
    }

    pub(super) fn add_node(&mut self, kind: KindId) {
        self.entities += 1;
        self.entities_by_kind[kind.index()] += 1;
    }

    pub(super) fn remove_node(&mut self, kind: KindId) {
        self.entities -= 1;
        self.entities_by_kind[kind.index()] -= 1;
    }

    pub(super) fn add_edge(&mut self, row: Row, evidence: u64) {
        self.relationships += 1;
        self.relationships_by_relation[row.relation().index()] += 1;
        self.evidence += evidence;
    }

    pub(super) fn remove_edge(&mut self, row: Row, evidence: u64) {
        self.relationships -= 1;
        self.relationships_by_relation[row.relation().index()] -= 1;
        self.evidence -= evidence;
    }
}
