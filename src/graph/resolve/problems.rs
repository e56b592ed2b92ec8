//! What is wrong with one wish.

use crate::{
    graph::{EntityWish, Place, Rejection, Rule, Wish},
    model::Revision,
};

/// Where a wish names the thing it is about.
pub(super) const ID: Place = Place::Field("id");
/// Where a wish says what the thing's last change must be.
pub(super) const EXPECTED_REVISION: Place = Place::Field("expectedRevision");

/// The rules that a wish breaks.
#[derive(Debug, Default)]
pub(in crate::graph) struct Problems {
    found: Vec<(Rule, Place, String)>,
}

impl Problems {
    /// Something that the ontology or the format does not allow.
    pub(super) fn invalid(&mut self, place: Place, message: String) {
        self.add(Rule::Invalid, place, message);
    }

    /// A thing whose last change is not the one that the wish expects.
    pub(super) fn check_revision(&mut self, expected: Option<Revision>, current: Revision) {
        if let Some(expected) = expected.filter(|it| *it != current) {
            let message = format!(
                "it was changed in revision {current}, not in {expected} as expected; look at it \
                 again"
            );
            self.add(Rule::RevisionConflict { current }, EXPECTED_REVISION, message);
        }
    }

    /// Something else.
    pub(super) fn add(&mut self, rule: Rule, place: Place, message: String) {
        self.found.push((rule, place, message));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// `thing` where nothing is wrong.
    pub(super) fn or<T>(self, thing: T) -> Result<T, Self> {
        if self.found.is_empty() { Ok(thing) } else { Err(self) }
    }

    /// The problems of the wish at place `wish`, each of which says what it is about.
    pub(in crate::graph) fn into_rejections(
        self,
        wish: usize,
        what: &Wish,
    ) -> impl Iterator<Item = Rejection> {
        let subject = subject(what);
        self.found.into_iter().map(move |(rule, place, message)| {
            let message = format!("{subject}: {message}");
            Rejection { wish, rule, place, message }
        })
    }
}

/// What a wish is about.
fn subject(wish: &Wish) -> String {
    match wish {
        Wish::PutEntity(EntityWish { id, .. })
        | Wish::DeleteEntity { id, .. }
        | Wish::MergeEntities { winner: id, .. }
        | Wish::UnmergeEntity { id } => format!("entity `{id}`"),
        Wish::AssertRelationship(it) => match &it.id {
            Some(id) => format!("relationship `{id}`"),
            None => {
                let [source, target] = [&it.source, &it.target].map(|it| end(it));
                format!("`{}` from {source} to {target}", it.relation)
            }
        },
        Wish::AddEvidence { relationship: id, .. }
        | Wish::UpdateRelationship { id, .. }
        | Wish::EndRelationship { id, .. }
        | Wish::RetractRelationship { id, .. } => format!("relationship `{id}`"),
    }
}

/// An end of a relationship, which may not be known.
fn end(id: &str) -> String {
    if id.is_empty() { "?".to_owned() } else { format!("`{id}`") }
}
