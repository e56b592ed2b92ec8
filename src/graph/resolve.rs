//! From wishes to a commit: every rule that recorded things must keep.
//!
//! Wishes are checked in order. What the earlier ones of a run have led to is kept beside the
//! snapshot, in a [`Progress`], and is looked up first.

mod change;
mod delete;
mod entity;
mod evidence;
mod foresee;
mod merge;
mod problems;
mod progress;
mod properties;
mod relationship;
mod state;
mod twin;
mod unmerge;
mod value;

use rustc_hash::FxHashMap;

pub(super) use self::{
    foresee::{Ends, Said, foresee},
    problems::Problems,
};
use self::{problems::ID, progress::Progress};
use super::{
    Granted, Place, Rule, Snapshot, Wish, changes::Changes, evidence as recorded,
    identity::Identity,
};
use crate::{
    model::{Revision, Timestamp},
    ontology::{Kind, Ontology, Relation, did_you_mean},
};

/// The longest id, in bytes.
const ID_BYTES_MAX: usize = 256;

/// Whether a wish only records, so that many of its kind may be resolved together.
pub(super) fn is_recording(wish: &Wish) -> bool {
    matches!(wish, Wish::PutEntity(_) | Wish::AssertRelationship(_))
}

/// Checks a run of wishes.
pub(super) struct Resolver<'a> {
    base: &'a Snapshot,
    ontology: &'a Ontology,
    revision: Revision,
    at: Timestamp,
    progress: Progress<'a>,
    /// The types that the draft has named so far.
    kinds: FxHashMap<&'a str, Option<&'a Kind>>,
    relations: FxHashMap<&'a str, Option<&'a Relation>>,
}

impl<'a> Resolver<'a> {
    /// A resolver of drafts against `base`, recorded at `at`.
    pub(super) fn new(base: &'a Snapshot, at: Timestamp) -> Self {
        Self {
            base,
            ontology: base.ontology(),
            revision: base.revision().next(),
            at,
            progress: Progress::new(base),
            kinds: FxHashMap::default(),
            relations: FxHashMap::default(),
        }
    }

    /// Grants a wish. Those that are not [`is_recording`] look at the snapshot alone, and so must
    /// be the only ones.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub(super) fn grant(&mut self, wish: &'a Wish) -> Result<Granted, Problems> {
        match wish {
            Wish::PutEntity(it) => self.put_entity(it),
            Wish::AssertRelationship(it) => self.assert_relationship(it),
            Wish::UpdateRelationship { id, properties, confidence, expected_revision } => {
                self.update_relationship(id, properties, *confidence, *expected_revision)
            }
            Wish::DeleteEntity { id, detach } => self.delete_entity(id, *detach),
            Wish::AddEvidence { relationship, evidence } => {
                self.add_evidence(relationship, evidence)
            }
            Wish::EndRelationship { id, valid_to, evidence, expected_revision } => {
                self.end_relationship(id, valid_to, evidence, *expected_revision)
            }
            Wish::RetractRelationship { id, reason, expected_revision } => {
                self.retract_relationship(id, reason, *expected_revision)
            }
            Wish::MergeEntities { winner, losers, reason } => {
                self.merge_entities(winner, losers, reason.as_deref())
            }
            Wish::UnmergeEntity { id } => self.unmerge_entity(id),
        }
    }

    /// What the granted wishes have changed, and the hashes of the ids of new relationships, in their
    /// order.
    pub(super) fn into_changes(self) -> (Changes, Vec<u64>) {
        self.progress.into_changes()
    }

    /// Whether the id of a new entity or relationship is none that evidence has or may have.
    fn check_not_evidence(&self, id: &str, problems: &mut Problems) {
        let Some((relationship, _)) = recorded::parse_id(id) else { return };
        let identity = Identity::parse(relationship);
        if matches!(identity, Identity::Derived(_)) || self.progress.edge(identity).is_some() {
            let owner = format!("evidence of the relationship `{relationship}`");
            problems.add(Rule::Taken, ID, format!("it is the id of {owner}; choose another id"));
        }
    }

    fn kind(&mut self, name: &'a str, problems: &mut Problems) -> Option<&'a Kind> {
        let ontology = self.ontology;
        let kind = *self.kinds.entry(name).or_insert_with(|| ontology.kind_named(name));
        if kind.is_none() {
            let hint = did_you_mean(name, ontology.kinds().iter().map(|it| it.name.as_str()));
            let message = format!("there is no entity type `{name}`{hint}");
            problems.invalid(Place::Field("type"), message);
        }
        kind
    }

    fn relation(&mut self, name: &'a str, problems: &mut Problems) -> Option<&'a Relation> {
        let ontology = self.ontology;
        let relation = *self.relations.entry(name).or_insert_with(|| ontology.relation_named(name));
        if relation.is_none() {
            let hint = did_you_mean(name, ontology.relations().iter().map(|it| it.name.as_str()));
            let message = format!("there is no relationship type `{name}`{hint}");
            problems.invalid(Place::Field("type"), message);
        }
        relation
    }
}

/// Whether `id` may name an entity or a relationship at all.
fn check_id(id: &str, problems: &mut Problems) {
    let mut invalid = |message| problems.invalid(ID, message);
    if id.is_empty() {
        invalid("an id must not be empty".to_owned());
    }
    if id.len() > ID_BYTES_MAX {
        let length = id.len();
        invalid(format!("an id has at most {ID_BYTES_MAX} bytes; this one has {length}"));
    }
    if id.chars().any(char::is_control) {
        invalid("an id must not contain control characters".to_owned());
    }
}

/// Whether a confidence is one.
fn check_confidence(confidence: Option<f64>, place: Place, problems: &mut Problems) {
    if let Some(it) = confidence.filter(|it| !(0.0..=1.0).contains(it)) {
        problems.invalid(place, format!("a confidence is between 0 and 1, not {it}"));
    }
}
