//! What somebody wishes to be recorded, and the check that makes a commit of it.

use serde_json::{Map, Value};

use super::{
    Commit, Snapshot, Transaction, foresight::Foreseen, resolve::is_recording, transaction,
};
use crate::model::{Revision, Timestamp};

/// Unchecked wishes, to be recorded together or not at all. Later wishes see earlier ones.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The wishes in order.
    pub wishes: Vec<Wish>,
}

/// One wish. Field names and values are as users write them; ids of entities that were merged into
/// others mean those.
#[derive(Clone, Debug)]
pub enum Wish {
    /// Create the entity, or update the one with this id.
    PutEntity(EntityWish),
    /// Record the relationship, or add to the one that is there.
    AssertRelationship(RelationshipWish),
    /// Change what a relationship says of itself; its type, ends and validity stay.
    UpdateRelationship {
        /// Its id.
        id: String,
        /// Its properties; what is not named stays as it is, `null` removes.
        properties: Map<String, Value>,
        /// How sure it is, 0 to 1; absent: as it is.
        confidence: Option<f64>,
        /// The revision of its last change, if nothing else will do.
        expected_revision: Option<Revision>,
    },
    /// Delete the entity. Its id may be given to another one later.
    DeleteEntity {
        /// Its id.
        id: String,
        /// Whether its relationships are retracted with it; otherwise none may be there.
        detach: bool,
    },
    /// Add evidence to a relationship; what is there already is not added again.
    AddEvidence {
        /// The id of the relationship.
        relationship: String,
        /// The evidence.
        evidence: Vec<EvidenceWish>,
    },
    /// Close the validity of a relationship: the past stays true.
    EndRelationship {
        /// Its id.
        id: String,
        /// The last date of its validity.
        valid_to: String,
        /// Evidence for that, which is added to it.
        evidence: Vec<EvidenceWish>,
        /// The revision of its last change, if nothing else will do.
        expected_revision: Option<Revision>,
    },
    /// Hide a relationship from now on: it should never have been recorded.
    RetractRelationship {
        /// Its id.
        id: String,
        /// Why.
        reason: String,
        /// The revision of its last change, if nothing else will do.
        expected_revision: Option<Revision>,
    },
    /// Take records of one thing as one: the losers' ids mean the winner from now on.
    MergeEntities {
        /// The id of the entity that stays.
        winner: String,
        /// The ids of those that it stands for.
        losers: Vec<String>,
        /// Why.
        reason: Option<String>,
    },
    /// Bring back an entity that was merged into another.
    UnmergeEntity {
        /// Its id.
        id: String,
    },
}

/// Whether an entity may, must or must not be there before a wish for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// It is created where it is not there.
    #[default]
    Upsert,
    /// Its id must be free.
    Create,
    /// It must be there.
    Update,
}

/// An entity as somebody wishes it.
#[derive(Clone, Debug, Default)]
pub struct EntityWish {
    /// Its id, up to 256 bytes.
    pub id: String,
    /// Its entity type.
    pub kind: String,
    /// Its name; may be absent where the entity is there already.
    pub name: Option<String>,
    /// Its other names; absent: as they are.
    pub aliases: Option<Vec<String>>,
    /// Its properties; what is not named stays as it is, `null` removes.
    pub properties: Map<String, Value>,
    /// Whether it may be there already.
    pub mode: Mode,
    /// The revision of its last change, if nothing else will do.
    pub expected_revision: Option<Revision>,
}

/// A relationship as somebody wishes it.
#[derive(Clone, Debug, Default)]
pub struct RelationshipWish {
    /// Its id; absent: named by its content (same type, ends, validity and properties). Where
    /// several say the same, the oldest is meant.
    pub id: Option<String>,
    /// Its relationship type, as `TRADES_WITH`.
    pub relation: String,
    /// The id of the entity it leads from.
    pub source: String,
    /// The id of the entity it leads to.
    pub target: String,
    /// First date of validity.
    pub valid_from: Option<String>,
    /// Last date of validity.
    pub valid_to: Option<String>,
    /// How sure it is, 0 to 1.
    pub confidence: Option<f64>,
    /// Its properties.
    pub properties: Map<String, Value>,
    /// Evidence to add; what is there already is not added again.
    pub evidence: Vec<EvidenceWish>,
}

/// A piece of evidence as somebody wishes it.
#[derive(Clone, Debug, Default)]
pub struct EvidenceWish {
    /// The id of the document.
    pub document: String,
    /// The id of whom the document credits.
    pub cited_source: Option<String>,
    /// The id of who said it.
    pub stated_by: Option<String>,
    /// When it was said.
    pub stated_at: Option<String>,
    /// Where in the document.
    pub locator: Option<String>,
    /// The words themselves.
    pub quote: Option<String>,
    /// What was said, in short.
    pub summary: Option<String>,
    /// `ASSERTED` where absent.
    pub modality: Option<String>,
    /// `SUPPORTS` where absent.
    pub stance: Option<String>,
    /// How sure it is, 0 to 1.
    pub confidence: Option<f64>,
    /// How it was obtained; `manual` where absent.
    pub method: Option<String>,
}

/// Why a wish cannot be granted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Rejection {
    /// Which wish, by its place in the draft or transaction.
    pub wish: usize,
    /// Which rule it breaks.
    pub rule: Rule,
    /// What breaks it.
    pub place: Place,
    /// What is wrong, where, and what to do.
    pub message: String,
}

/// A place in a wish.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// No part of it, but all.
    Whole,
    /// A field, by its name in imported lines, as `validFrom`.
    Field(&'static str),
    /// The property of this name.
    Property(String),
    /// A field of one of the pieces of evidence.
    Evidence {
        /// Which piece.
        index: usize,
        /// The field's name in imported lines.
        field: &'static str,
    },
    /// One of the losers of a merger.
    Loser(usize),
}

/// The rules that every draft must keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// A type, property, id or value that the ontology or the format does not allow.
    Invalid,
    /// It refers to an entity that is not there.
    UnknownEntity,
    /// Another entity has the value of a `@unique` property already.
    Unique,
    /// It refers to a relationship that is not there, or was retracted.
    UnknownRelationship,
    /// The id of a new entity is another's already.
    Taken,
    /// The thing has changed since the revision that the wish expects.
    RevisionConflict {
        /// The revision of its last change.
        current: Revision,
    },
    /// An entity cannot be deleted while it has relationships.
    StillConnected,
    /// An entity was not merged into another, so that nothing can be undone.
    NotMerged,
}

impl Place {
    /// The field or property in one word.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Whole => "whole",
            Self::Field(name) | Self::Evidence { field: name, .. } => name,
            Self::Property(name) => name,
            Self::Loser(_) => "loser",
        }
    }
}

impl Rejection {
    /// Of what leads to a commit that no store takes.
    pub(super) fn too_large() -> Self {
        let message = "it is larger than one commit may be; divide it".to_owned();
        Self { wish: 0, rule: Rule::Invalid, place: Place::Whole, message }
    }
}

impl Draft {
    /// Checks every wish against `base` and its ontology. What is recorded already makes no
    /// change; a draft of nothing else gives a commit without any, which need not be kept.
    ///
    /// # Errors
    ///
    /// Every broken rule of every wish.
    pub fn resolve(&self, base: &Snapshot, at: Timestamp) -> Result<Commit, Vec<Rejection>> {
        self.resolve_foreseen(base, at, &Foreseen::default(), false).map(|it| it.0)
    }

    /// Whether it only records.
    pub(super) fn is_recording(&self) -> bool {
        self.wishes.iter().all(is_recording)
    }

    /// As [`resolve`](Self::resolve), with what was taken out of it and is `foreseen`, which is for a
    /// draft that [only records](Self::is_recording); `is_stale` where entities have changed since. Gives
    /// the hashes of the ids of new relationships too, in their order, as far as they have come up.
    pub(super) fn resolve_foreseen(
        &self,
        base: &Snapshot,
        at: Timestamp,
        foreseen: &Foreseen,
        is_stale: bool,
    ) -> Result<(Commit, Vec<u64>), Vec<Rejection>> {
        if self.is_recording() {
            // Nothing of it need be in a snapshot before all of it is granted.
            return transaction::check(base, at, &self.wishes, foreseen, is_stale);
        }
        assert!(foreseen.is_empty(), "what is foreseen is for a draft that only records");
        let mut transaction = Transaction::begin(base.clone(), at);
        transaction.grant_all(&self.wishes)?;
        Ok((transaction.finish().1, Vec::new()))
    }
}
