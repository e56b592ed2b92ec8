//! Conditions: the `Where` inputs.

use super::{
    builder::{Argument, Builder, argument},
    connection::{self, Names},
    leaves::{define_list_filters, filter_of, or},
};
use crate::ontology::{Property, RelationshipField};

const QUANTIFIERS: [(&str, &str); 4] = [
    ("all", "Every one passes, and there is at least one."),
    ("none", "Not one passes."),
    ("single", "Exactly one passes."),
    ("some", "At least one passes."),
];

pub(super) fn define(builder: &mut Builder<'_>) {
    let ontology = builder.ontology;
    define_entity(builder);
    define_relationship(builder);
    define_evidence(builder);
    for it in ontology.kinds() {
        define_list_filters(builder, it.properties.iter());
        define_target(builder, &it.name, Vec::new(), &it.properties, &it.fields);
    }
    for it in ontology.interfaces() {
        let types = "Its type is one of these.";
        let own = vec![argument("type", "[EntityType!]", types)];
        define_target(builder, &it.name, own, &it.properties, &it.fields);
    }
    for it in ontology.properties_types() {
        define_list_filters(builder, it.properties.iter());
        let name = format!("{}Where", it.name);
        let mut fields = logic(&name);
        fields.extend(properties(builder, &it.properties));
        let description = format!("Conditions on the properties of `{}`; all must hold.", it.name);
        builder.input(&name, description, fields);
    }
    let kinds = ontology.kinds().iter().map(|it| (&it.name, &it.fields));
    let interfaces = ontology.interfaces().iter().map(|it| (&it.name, &it.fields));
    for (owner, fields) in kinds.chain(interfaces) {
        for field in fields {
            let names = connection::names(builder, owner, field);
            define_link(builder, &names, field);
        }
    }
}

/// `AND`, `OR` and `NOT` of the input type `name`.
fn logic(name: &str) -> Vec<Argument> {
    vec![
        argument("AND", format!("[{name}!]"), "All of these hold."),
        argument("OR", format!("[{name}!]"), "At least one of these holds."),
        argument("NOT", name.to_owned(), "This does not hold."),
    ]
}

fn identity() -> [Argument; 2] {
    [
        argument("id", "IDScalarFilters", "Its id passes."),
        argument("name", "StringScalarFilters", "Its name passes."),
    ]
}

fn properties(builder: &Builder<'_>, properties: &[Property]) -> Vec<Argument> {
    let field = |it: &Property| {
        let description = or(&it.description, || format!("Its `{}`.", it.name));
        Some(argument(it.name.clone(), filter_of(builder, it)?, description))
    };
    properties.iter().filter_map(field).collect()
}

fn define_entity(builder: &mut Builder<'_>) {
    let mut fields = logic("EntityWhere");
    fields.extend(identity());
    fields.push(argument("type", "[EntityType!]", "Its type is one of these."));
    builder.input("EntityWhere", "Conditions on any entity; all must hold.", fields);
}

fn define_relationship(builder: &mut Builder<'_>) {
    let mut fields = logic("RelationshipWhere");
    fields.extend([
        argument("type", "[RelationshipType!]", "Its type is one of these."),
        argument("modality", "[Modality!]", "Its modality is one of these. Default: [ASSERTED]."),
        argument("disputed", "Boolean", "Whether evidence contradicts it."),
        argument("validFrom", "DateScalarFilters", "The first day on which it held passes."),
        argument("validTo", "DateScalarFilters", "The last day on which it held passes."),
        argument("validDuring", "IntervalInput", "Validity overlaps this interval."),
        argument("confidence", "FloatScalarFilters", "Its confidence passes."),
        argument("origins", "IntScalarFilters", "Its number of independent origins passes."),
        argument("evidence", "EvidenceFilters", "Its evidence passes."),
    ]);
    builder.input("RelationshipWhere", "Conditions on a relationship; all must hold.", fields);
    let fields = vec![
        argument("from", "Date", "Its first date; absent: unbounded."),
        argument("to", "Date", "Its last date; absent: unbounded."),
    ];
    builder.input("IntervalInput", "The days from one date through another.", fields);
}

fn define_evidence(builder: &mut Builder<'_>) {
    let fields = vec![
        argument("some", "EvidenceWhere", "At least one piece passes."),
        argument("none", "EvidenceWhere", "Not one piece passes."),
        argument("all", "EvidenceWhere", "Every piece passes, and there is at least one."),
    ];
    let description = "How much of a relationship's evidence must pass; all must hold.";
    builder.input("EvidenceFilters", description, fields);
    let fields = vec![
        argument("document", "EntityWhere", "The document it was read in passes."),
        argument("citedSource", "EntityWhere", "There is a credited source, and it passes."),
        argument("statedBy", "EntityWhere", "There is a speaker, who passes."),
        argument("statedAt", "DateScalarFilters", "The date of the statement passes."),
        argument("stance", "Stance", "It speaks for the relationship, or against it."),
        argument("modality", "[Modality!]", "Its modality is one of these."),
    ];
    builder.input("EvidenceWhere", "Conditions on a piece of evidence; all must hold.", fields);
}

/// Defines the conditions on an entity type or interface.
fn define_target(
    builder: &mut Builder<'_>,
    name: &str,
    own: Vec<Argument>,
    of: &[Property],
    links: &[RelationshipField],
) {
    let input = format!("{name}Where");
    let mut fields = logic(&input);
    fields.extend(identity());
    fields.extend(own);
    fields.extend(properties(builder, of));
    for field in links {
        let names = connection::names(builder, name, field);
        let target = connection::filtered_as(builder, field.target);
        fields.extend([
            argument(
                field.name.clone(),
                format!("{target}RelationshipFilters"),
                format!("So many of the entities that `{}` leads to pass.", field.name),
            ),
            argument(
                format!("{}Connection", field.name),
                names.connection_filters(),
                format!("So many of the relationships of `{}` pass.", field.name),
            ),
        ]);
    }
    builder.input(&input, format!("Conditions on `{name}`; all must hold."), fields);
}

/// Defines the conditions on what a relationship field leads to, where no other field has.
fn define_link(builder: &mut Builder<'_>, names: &Names, field: &RelationshipField) {
    let target = connection::filtered_as(builder, field.target);
    let filters = format!("{target}RelationshipFilters");
    if !builder.has(&filters) {
        define_quantifiers(builder, &filters, &names.node_where);
    }
    let filters = names.connection_filters();
    if !builder.has(&filters) {
        define_quantifiers(builder, &filters, &names.connection_where());
        define_connection(builder, names, field);
    }
}

fn define_quantifiers(builder: &mut Builder<'_>, name: &str, of: &str) {
    let field = |(name, description)| argument(name, of.to_owned(), description);
    let fields = QUANTIFIERS.map(field).into();
    builder.input(name, format!("How many must pass a `{of}`; all must hold."), fields);
}

fn define_connection(builder: &mut Builder<'_>, names: &Names, field: &RelationshipField) {
    let ontology = builder.ontology;
    let name = names.connection_where();
    let mut fields = logic(&name);
    fields.push(argument("node", names.node_where.clone(), "The entity at the other end passes."));
    if let Some(it) = connection::relation(builder, field).properties {
        let edge = format!("{}Where", ontology.properties_types()[usize::from(it.0)].name);
        fields.push(argument("edge", edge, "The relationship's properties pass."));
    }
    fields.push(argument("relationship", "RelationshipWhere", "The relationship passes."));
    let target = builder.target_type(field.target);
    let description =
        format!("Conditions on a relationship and the `{target}` it leads to; all must hold.");
    builder.input(&name, description, fields);
}
