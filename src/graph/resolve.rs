//! From wishes to a commit: every rule that recorded things must keep.
//!
//! Wishes are checked in order. What the earlier ones of a draft have led to is kept beside the
//! snapshot, in an [`Progress`], and is looked up first.

mod entity;
mod evidence;

mod problems;
mod progress;
mod properties;
mod relationship;
mod twin;
mod value;

use rustc_hash::FxHashMap;

use self::{problems::Problems, progress::Progress};
use super::{Commit, Rejection, Snapshot, Wish};
use crate::{
    model::{Revision, Timestamp},
    ontology::{Kind, Ontology, Relation, did_you_mean},
};

/// The longest id, in bytes.
const ID_BYTES_MAX: usize = 256;

/// Checks the wishes of one draft.
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

    /// What the wishes come to, or everything that is wrong with them.
    pub(super) fn resolve(mut self, wishes: &'a [Wish]) -> Result<Commit, Vec<Rejection>> {
        let mut rejections = Vec::new();
        for (wish, it) in wishes.iter().enumerate() {
            let outcome = match it {
                Wish::PutEntity(it) => self.put_entity(it),
                Wish::AssertRelationship(it) => self.assert_relationship(it),
            };
            if let Err(problems) = outcome {
                rejections.extend(problems.into_rejections(wish, it));
            }
        }
        if !rejections.is_empty() {
            return Err(rejections);
        }
        Ok(Commit { revision: self.revision, at: self.at, changes: self.progress.into_changes() })
    }

    fn kind(&mut self, name: &'a str, problems: &mut Problems) -> Option<&'a Kind> {
        let ontology = self.ontology;
        let kind = *self.kinds.entry(name).or_insert_with(|| ontology.kind_named(name));
        if kind.is_none() {
            let hint = did_you_mean(name, ontology.kinds().iter().map(|it| it.name.as_str()));
            problems.invalid(format!("there is no entity type `{name}`{hint}"));
        }
        kind
    }

    fn relation(&mut self, name: &'a str, problems: &mut Problems) -> Option<&'a Relation> {
        let ontology = self.ontology;
        let relation = *self.relations.entry(name).or_insert_with(|| ontology.relation_named(name));
        if relation.is_none() {
            let hint = did_you_mean(name, ontology.relations().iter().map(|it| it.name.as_str()));
            problems.invalid(format!("there is no relationship type `{name}`{hint}"));
        }
        relation
    }
}

/// Whether `id` may name an entity or a relationship.
fn check_id(id: &str, problems: &mut Problems) {
    if id.is_empty() {
        problems.invalid("an id must not be empty".to_owned());
    }
    if id.len() > ID_BYTES_MAX {
        let length = id.len();
        problems.invalid(format!("an id has at most {ID_BYTES_MAX} bytes; this one has {length}"));
    }
    if id.chars().any(char::is_control) {
        problems.invalid("an id must not contain control characters".to_owned());
    }
}

/// Whether a confidence is one.
fn check_confidence(confidence: Option<f64>, problems: &mut Problems) {
    if let Some(it) = confidence.filter(|it| !(0.0..=1.0).contains(it)) {
        problems.invalid(format!("a confidence is between 0 and 1, not {it}"));
    }
}
