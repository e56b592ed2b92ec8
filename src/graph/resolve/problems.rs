//! What is wrong with one wish.

use crate::graph::{Rejection, Rule, Wish};

/// The rules that a wish breaks.
#[derive(Debug, Default)]
pub(super) struct Problems {
    found: Vec<(Rule, String)>,
}

impl Problems {
    /// Something that the ontology or the format does not allow.
    pub(super) fn invalid(&mut self, message: String) {
        self.found.push((Rule::Invalid, message));
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
    pub(super) fn into_rejections(
        self,
        wish: usize,
        what: &Wish,
    ) -> impl Iterator<Item = Rejection> {
        let subject = match what {
            Wish::PutEntity(it) => format!("entity `{}`", it.id),
            Wish::AssertRelationship(it) => match &it.id {
                Some(id) => format!("relationship `{id}`"),
                None => format!("`{}` from `{}` to `{}`", it.relation, it.source, it.target),
            },
        };
        self.found.into_iter().map(move |(rule, message)| {
            let message = format!("{subject}: {message}");
            Rejection { wish, rule, message }
        })
    }
}
