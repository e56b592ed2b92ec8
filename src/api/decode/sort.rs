//! By what rows are sorted.

use super::Scope;
use crate::{
    api::Input,
    model::PropertyId,
    ontology::Property,
    query::{Sort, SortField, SortKey},
};

/// The order of entities.
pub(in crate::api) fn nodes(scope: Scope<'_>, sort: Option<&Input>) -> Sort {
    let keys = sort.map_or(&[][..], Input::items).iter().flat_map(|it| node(scope, it));
    Sort { keys: keys.collect() }
}

/// The order of the rows of a connection along a relationship field.
pub(in crate::api) fn links(scope: Scope<'_>, edge: &[Property], sort: Option<&Input>) -> Sort {
    let mut keys = Vec::new();
    let items = sort.map_or(&[][..], Input::items);
    for (name, value) in items.iter().flat_map(Input::fields) {
        match name {
            "node" => keys.extend(node(scope, value)),
            "edge" => keys.extend(keys_of(value, |name| {
                let property = edge.iter().find(|it| it.name == name);
                SortField::RelationshipProperty(known(property))
            })),
            "relationship" => keys.extend(keys_of(value, relationship)),
            _ => unreachable!("orders of connections have no other fields"),
        }
    }
    Sort { keys }
}

fn node<'i>(scope: Scope<'i>, input: &'i Input) -> impl Iterator<Item = SortKey> + 'i {
    keys_of(input, move |name| match name {
        "id" => SortField::Id,
        "name" => SortField::Name,
        _ => SortField::Property(known(scope.properties.iter().find(|it| it.name == name))),
    })
}

fn relationship(name: &str) -> SortField {
    match name {
        "validFrom" => SortField::ValidFrom,
        "validTo" => SortField::ValidTo,
        "confidence" => SortField::Confidence,
        "recordedAt" => SortField::RecordedAt,
        _ => unreachable!("orders of relationships have no other fields"),
    }
}

fn keys_of<'i>(
    input: &'i Input,
    field: impl Fn(&str) -> SortField + 'i,
) -> impl Iterator<Item = SortKey> + 'i {
    let key = move |(name, direction): (&str, &Input)| SortKey {
        field: field(name),
        descending: direction.text() == "DESC",
    };
    input.fields().map(key)
}

fn known(property: Option<&Property>) -> PropertyId {
    property.expect("orders name properties of the type").id
}
