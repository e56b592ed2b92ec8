//! What somebody wishes to be recorded, and the check that makes a commit of it.

use serde_json::{Map, Value};

use super::{Commit, Snapshot, resolve::Resolver};
use crate::model::Timestamp;

/// Unchecked wishes, to be recorded together or not at all. Later wishes see earlier ones.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The wishes in order.
    pub wishes: Vec<Wish>,
}

/// One wish. Field names and values are as users write them.
#[derive(Clone, Debug)]
pub enum Wish {
    /// Create the entity, or update the one with this id.
    PutEntity(EntityWish),
    /// Record the relationship, or add to the one that is there.
    AssertRelationship(RelationshipWish),
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
    /// Which wish, by its place in the draft.
    pub wish: usize,
    /// Which rule it breaks.
    pub rule: Rule,
    /// What is wrong, where, and what to do.
    pub message: String,
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
}

impl Draft {
    /// Checks every wish against `base` and its ontology. What is recorded already makes no
    /// change; a draft of nothing else gives a commit without any, which need not be kept.
    ///
    /// # Errors
    ///
    /// Every broken rule of every wish.
    pub fn resolve(&self, base: &Snapshot, at: Timestamp) -> Result<Commit, Vec<Rejection>> {
        Resolver::new(base, at).resolve(&self.wishes)
    }
}
