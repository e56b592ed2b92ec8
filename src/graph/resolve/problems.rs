//! What is wrong with one wish.

use crate::{
    graph::{EntityWish, Rejection, Rule, Wish},
    model::Revision,
};

/// The rules that a wish breaks.
#[derive(Debug, Default)]
pub(in crate::graph) struct Problems {
    found: Vec<(Rule, String)>,
}

impl Problems {
    /// Something that the ontology or the format does not allow.
    pub(super) fn invalid(&mut self, message: String) {
        self.found.push((Rule::Invalid, message));
    }

    /// A thing whose last change is not the one that the wish expects.
    pub(super) fn check_revision(&mut self, expected: Option<Revision>, current: Revision) {
        if let Some(expected) = expected.filter(|it| *it != current) {
            let message = format!(
                "it was changed in revision {current}, not in {expected} as expected; look at it \
                 again"
            );
            self.found.push((Rule::RevisionConflict { current }, message));
        }
    }

    /// Something else.
    pub(super) fn add(&mut self, rule: Rule, message: String) {
        self.found.push((rule, message));
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
        self.found.into_iter().map(move |(rule, message)| {
            let message = format!("{subject}: {message}");
            Rejection { wish, rule, message }
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
            None => format!("`{}` from `{}` to `{}`", it.relation, it.source, it.target),
        },
        Wish::AddEvidence { relationship: id, .. }
        | Wish::UpdateRelationship { id, .. }
        | Wish::EndRelationship { id, .. }
        | Wish::RetractRelationship { id, .. } => format!("relationship `{id}`"),
    }
}
