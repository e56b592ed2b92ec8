//! From coerced input to the questions of [`query`](crate::query). What GraphQL cannot say of an
//! argument is said here: which values go together, and what they name.

mod filter;
mod page;
mod reference;
mod sort;
mod step;
mod test;

pub(super) use self::{
    filter::{Scope, connection, entity, evidence, relationship, selection, targets},
    page::{Slice, count, foreign},
    reference::{by_name, known, reference, unique_text},
    sort::{links as sort_links, nodes as sort_nodes},
    step::{hops, path_mode, steps, weight},
};
use super::{FieldError, Input};
use crate::{
    model::{Direction, KindId, RelationId},
    ontology::Ontology,
};

/// Entity types by name.
pub(super) fn kinds(ontology: &Ontology, names: &Input) -> Vec<KindId> {
    names.items().iter().filter_map(|it| ontology.kind_named(it.text())).map(|it| it.id).collect()
}

/// Relationship types by name.
pub(super) fn relations(ontology: &Ontology, names: &Input) -> Vec<RelationId> {
    let named = |it: &Input| ontology.relation_named(it.text()).map(|it| it.id);
    names.items().iter().filter_map(named).collect()
}

/// A direction; either where absent.
pub(super) fn direction(input: Option<&Input>) -> Direction {
    input.and_then(|it| it.text().parse().ok()).unwrap_or_default()
}

/// The part of `input` that `decode` reads, where it was given.
pub(super) fn given<T>(
    input: Option<&Input>,
    decode: impl FnOnce(&Input) -> Result<T, FieldError>,
) -> Result<Option<T>, FieldError> {
    input.map(decode).transpose()
}
