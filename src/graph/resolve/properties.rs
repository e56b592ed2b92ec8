//! The properties that a wish gives, checked and laid over those that are there.

use serde_json::{Map, Value};

use super::{
    problems::Problems,
    value::{self, Checked},
};
use crate::{
    graph::Place,
    model::{PropertyId, ValueRef},
    ontology::{Ontology, Property, did_you_mean},
};

/// Properties and their values, in ascending order of their numbers.
pub(super) type Properties<'v> = Vec<(PropertyId, ValueRef<'v>)>;

/// Checked properties in ascending order of their numbers; without a value where it is to go.
pub(super) type Given<'w> = Vec<(PropertyId, Option<Checked<'w>>)>;

/// Checks `wished` against the properties that `owner` has.
pub(super) fn check<'w>(
    ontology: &Ontology,
    owner: &str,
    known: &[Property],
    wished: &'w Map<String, Value>,
    problems: &mut Problems,
) -> Given<'w> {
    let mut given = Given::with_capacity(wished.len());
    for (name, value) in wished {
        let Some(property) = known.iter().find(|it| it.name == *name) else {
            let hint = did_you_mean(name, known.iter().map(|it| it.name.as_str()));
            let message = format!("`{owner}` has no property `{name}`{hint}");
            problems.invalid(Place::Property(name.clone()), message);
            continue;
        };
        if value.is_null() {
            given.push((property.id, None));
            continue;
        }
        match value::check(ontology, property, value) {
            Ok(checked) => given.push((property.id, Some(checked))),
            Err(wrong) => {
                let message = format!("property `{name}` {wrong}");
                problems.invalid(Place::Property(name.clone()), message);
            }
        }
    }
    given.sort_unstable_by_key(|(property, _)| *property);
    given
}

/// `there` with what is `given` in its place.
pub(super) fn merge<'v>(
    there: impl Iterator<Item = (PropertyId, ValueRef<'v>)>,
    given: &'v Given<'_>,
) -> Properties<'v> {
    let mut merged = Properties::with_capacity(given.len());
    let mut given = given.iter().peekable();
    let value = |(property, it): &'v (PropertyId, Option<Checked<'_>>)| {
        it.as_ref().map(|it| (*property, it.as_ref()))
    };
    for (property, old) in there {
        while let Some(before) = given.next_if(|it| it.0 < property) {
            merged.extend(value(before));
        }
        match given.next_if(|it| it.0 == property) {
            Some(instead) => merged.extend(value(instead)),
            None => merged.push((property, old)),
        }
    }
    merged.extend(given.filter_map(value));
    merged
}

/// Whether every required property among `known` has a value, or is `wished` to have one that is
/// refused already.
pub(super) fn check_required(
    known: &[Property],
    wished: &Map<String, Value>,
    properties: &Properties<'_>,
    problems: &mut Problems,
) {
    for property in known.iter().filter(|it| it.required) {
        let is_there = properties.binary_search_by_key(&property.id, |it| it.0).is_ok();
        if !is_there && wished.get(&property.name).is_none_or(Value::is_null) {
            let name = property.name.clone();
            let message = format!("property `{name}` is required");
            problems.invalid(Place::Property(name), message);
        }
    }
}
