//! Orders: the `Sort` inputs.

use super::{
    builder::{Argument, Builder, argument},
    connection,
};
use crate::ontology::{Property, PropertyType, RelationshipField, Scalar};

pub(super) fn define(builder: &mut Builder<'_>) {
    let ontology = builder.ontology;
    let by = ["validFrom", "validTo", "confidence", "recordedAt"];
    let fields = by.map(|it| key(it, format!("By `{it}`."))).into();
    let description = "What relationships are sorted by; the first key counts first.";
    builder.input("RelationshipSort", description, fields);
    let kinds = ontology.kinds().iter().map(|it| (&it.name, &it.properties, &it.fields));
    let interfaces = ontology.interfaces().iter().map(|it| (&it.name, &it.properties, &it.fields));
    for (name, of, links) in kinds.chain(interfaces) {
        let mut fields = vec![key("id", "By id.".into()), key("name", "By name.".into())];
        fields.extend(properties(of));
        let description = format!("What `{name}` is sorted by; the first key counts first.");
        builder.input(&format!("{name}Sort"), description, fields);
        for field in links {
            define_connection(builder, name, field);
        }
    }
    for it in ontology.properties_types() {
        let fields = properties(&it.properties);
        if !fields.is_empty() {
            let description = format!("Which properties of `{}` are sorted by.", it.name);
            builder.input(&format!("{}Sort", it.name), description, fields);
        }
    }
}

fn define_connection(builder: &mut Builder<'_>, owner: &str, field: &RelationshipField) {
    let ontology = builder.ontology;
    let names = connection::names(builder, owner, field);
    let name = names.connection_sort();
    if builder.has(&name) {
        return;
    }
    let mut fields = Vec::new();
    if let Some(sort) = names.node_sort {
        fields.push(argument("node", sort, "By the entity at the other end."));
    }
    let relation = connection::relation(builder, field);
    let sortable = ontology.properties_of(relation).iter().any(is_sorted);
    if let Some(it) = relation.properties.filter(|_| sortable) {
        let edge = format!("{}Sort", ontology.properties_types()[usize::from(it.0)].name);
        fields.push(argument("edge", edge, "By the relationship's properties."));
    }
    fields.push(argument("relationship", "RelationshipSort", "By the relationship itself."));
    let description = "What the rows of a page are sorted by; the first key counts first.";
    builder.input(&name, description, fields);
}

fn properties(properties: &[Property]) -> Vec<Argument> {
    let field = |it: &Property| key(it.name.clone(), format!("By `{}`.", it.name));
    properties.iter().filter(|it| is_sorted(it)).map(field).collect()
}

fn key(name: impl Into<super::builder::Words>, description: String) -> Argument {
    argument(name, "SortDirection", description)
}

/// Whether the values of a property have an order.
fn is_sorted(property: &Property) -> bool {
    !property.list && property.ty != PropertyType::Scalar(Scalar::Json)
}
