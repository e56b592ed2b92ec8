//! Entities and relationships taken apart, to be put again with some parts changed.

use super::{
    Resolver,
    evidence::{is_disputed, is_same, modality},
    properties::Properties,
};
use crate::{
    graph::{
        Entity, Evidence, PutEdge, PutNode, Relationship,
        entity::{EntityRecord, Merged},
        identity::Identity,
        merging::{Borrowed, Hidden, Merging},
        relationship::RelationshipRecord,
    },
    model::{EdgeId, NodeId, RelationId, Timestamp, Validity},
};

/// A relationship in its parts.
pub(super) struct State<'s> {
    pub(super) edge: EdgeId,
    pub(super) is_new: bool,
    /// Where its id comes from. [`Identity::Content`] only where the content is known to be what
    /// the id is made of.
    pub(super) identity: Identity<'s>,
    pub(super) relation: RelationId,
    pub(super) source: NodeId,
    pub(super) target: NodeId,
    pub(super) validity: Validity,
    pub(super) recorded_at: Timestamp,
    pub(super) retracted: Option<(Timestamp, &'s str)>,
    pub(super) merging: Merging,
    pub(super) confidence: Option<f64>,
    pub(super) evidence: Vec<Evidence<'s>>,
    pub(super) properties: Properties<'s>,
}

impl<'s> State<'s> {
    /// A relationship as it is.
    pub(super) fn of(there: Relationship<'s>, identity: Identity<'s>) -> Self {
        let (source, target) = there.kept_ends();
        Self {
            edge: there.edge,
            is_new: false,
            identity,
            relation: there.relation(),
            source,
            target,
            validity: there.validity(),
            recorded_at: there.recorded_at(),
            retracted: there.retraction(),
            merging: there.merging(),
            confidence: there.confidence(),
            evidence: there.kept_evidence().collect(),
            properties: there.properties().collect(),
        }
    }

    /// Adds the pieces that are not there yet; how many there were.
    pub(super) fn add_evidence(&mut self, resolver: &Resolver<'_>, wished: &[Evidence<'s>]) -> u32 {
        let before = self.evidence.len();
        for piece in wished {
            if !self.evidence.iter().any(|it| is_same(&it.standing(resolver.base), piece)) {
                self.evidence.push(*piece);
            }
        }
        (self.evidence.len() - before) as u32
    }

    /// Shows the evidence of `twin`, which this one stands for.
    pub(super) fn borrow(&mut self, twin: EdgeId, evidence: &[Evidence<'s>]) {
        let first = self.evidence.len() as u32;
        for piece in evidence {
            // Statements in documents that were merged may come apart again.
            if !self.evidence.iter().any(|it| is_same(it, piece)) {
                self.evidence.push(*piece);
            }
        }
        let count = self.evidence.len() as u32 - first;
        self.merging.borrowed.push(Borrowed { edge: twin, first, count });
    }

    /// Shows the evidence of `twin` no more.
    pub(super) fn give_back(&mut self, twin: EdgeId) {
        let borrowed = &mut self.merging.borrowed;
        let Some(place) = borrowed.iter().position(|it| it.edge == twin) else { return };
        let Borrowed { first, count, .. } = borrowed.remove(place);
        let is_after = |it: &&mut Borrowed| it.first > first;
        borrowed.iter_mut().filter(is_after).for_each(|it| it.first -= count);
        self.evidence.drain(first as usize..(first + count) as usize);
    }

    /// What it stands for, if it is hidden because another says the same.
    pub(super) fn twin(&self) -> Option<EdgeId> {
        match self.merging.hidden {
            Some(Hidden::Twin(edge)) => Some(edge),
            _ => None,
        }
    }

    /// The relationship in this state, and whether its id is another than its content's.
    pub(super) fn put(&self, resolver: &Resolver<'_>) -> (PutEdge, bool) {
        let is_named = match self.identity {
            Identity::Content => false,
            Identity::Text(_) => true,
            Identity::Derived(id) => id != resolver.content_id(self),
        };
        let record = RelationshipRecord {
            identity: if is_named { self.identity } else { Identity::Content },
            revision: resolver.revision,
            recorded_at: self.recorded_at,
            retracted: self.retracted,
            merging: &self.merging,
            confidence: self.confidence,
            evidence: &self.evidence,
            properties: &self.properties,
        };
        let put = PutEdge {
            edge: self.edge,
            is_new: self.is_new,
            source: self.source,
            target: self.target,
            relation: self.relation,
            modality: modality(&self.evidence),
            disputed: is_disputed(&self.evidence),
            retracted: self.retracted.is_some(),
            hidden: self.merging.hidden.is_some(),
            moved: self.merging.ends.is_some(),
            validity: self.validity,
            record: record.encode(),
        };
        (put, is_named)
    }
}

/// An entity that is there, as it is to be put again.
pub(super) struct EntityState<'s> {
    pub(super) node: NodeId,
    pub(super) entity: Entity<'s>,
    pub(super) deleted: bool,
    pub(super) merged: Option<&'s Merged<'s>>,
}

impl EntityState<'_> {
    /// The entity in this state, with these aliases.
    pub(super) fn put(&self, resolver: &Resolver<'_>, aliases: &[&str]) -> PutNode {
        let properties: Vec<_> = self.entity.properties().collect();
        let record = EntityRecord {
            merged: self.merged,
            id: self.entity.id(),
            name: self.entity.name(),
            aliases,
            revision: resolver.revision,
            properties: &properties,
        };
        PutNode {
            node: self.node,
            is_new: false,
            kind: self.entity.kind(),
            deleted: self.deleted,
            record: record.encode(),
        }
    }
}
