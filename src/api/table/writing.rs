//! What mutations are given: the inputs of entities, relationships and evidence.

use super::{
    builder::{Argument, Builder, argument},
    connection::{self, Names},
    leaves::{or, type_name},
};
use crate::{
    api::Input,
    ontology::{Kind, Property, PropertyType, RelationshipField, Scalar, Target},
};

pub(super) fn define(builder: &mut Builder<'_>) {
    let ontology = builder.ontology;
    define_mutations(builder);
    define_relationship(builder);
    for it in ontology.kinds() {
        define_list_mutations(builder, &it.properties);
        define_create(builder, it);
        define_update(builder, it);
        define_upsert(builder, it);
    }
    for it in ontology.properties_types() {
        define_list_mutations(builder, &it.properties);
        let description = format!("The properties of a new relationship, as `{}`.", it.name);
        let name = format!("{}CreateInput", it.name);
        builder.input(&name, description, created(builder, &it.properties));
        let description = format!("Changes to properties of `{}`.", it.name);
        let name = format!("{}UpdateInput", it.name);
        builder.input(&name, description, changed(builder, &it.properties));
    }
    for kind in ontology.kinds() {
        for field in &kind.fields {
            define_target(builder, field.target);
            define_link(builder, &kind.name, field);
        }
    }
}

/// Defines what entities of several types are given, where a field leads to them and no other
/// has.
///
/// The Neo4j GraphQL Library does so for interfaces. For a union it repeats the inputs of a field
/// for each member, six types each; these two serve every field that leads to it, and every field
/// that leads to any entity.
fn define_target(builder: &mut Builder<'_>, target: Target) {
    let ontology = builder.ontology;
    if matches!(target, Target::Kind(_)) {
        return;
    }
    let name = builder.target_type(target);
    let create = format!("{name}CreateInput");
    if !builder.has(&create) {
        let mut fields = Vec::new();
        for id in ontology.kinds_of(target) {
            let kind = &ontology.kind(id).expect("targets are of the ontology").name;
            let ty = format!("{kind}CreateInput");
            fields.push(argument(kind.clone(), ty, format!("It is of type `{kind}`.")));
        }
        builder.one_of(&create, format!("A new entity of one of the types of `{name}`."), fields);
    }
    let name = connection::filtered_as(builder, target);
    let update = format!("{name}UpdateInput");
    if !builder.has(&update) {
        let mut fields = names_changed();
        if let Target::Interface(it) = target {
            let interface = &ontology.interfaces()[usize::from(it.0)];
            fields.extend(changed(builder, &interface.properties));
            fields.extend(links_changed(builder, name, &interface.fields));
        }
        builder.input(&update, format!("Changes to an entity that is a `{name}`."), fields);
    }
}

/// Defines the changes to single values.
fn define_mutations(builder: &mut Builder<'_>) {
    let arithmetic = [
        ("add", "So much is added."),
        ("subtract", "So much is taken away."),
        ("multiply", "It is multiplied by this."),
        ("divide", "It is divided by this."),
    ];
    for (scalar, operations) in [
        (Scalar::String, 0),
        (Scalar::Id, 0),
        (Scalar::Boolean, 0),
        (Scalar::Date, 0),
        (Scalar::DateTime, 0),
        (Scalar::Json, 0),
        (Scalar::Int, 2),
        (Scalar::BigInt, 2),
        (Scalar::Float, 4),
    ] {
        let ty = scalar.name();
        let mut fields = vec![set(ty)];
        let operation = |(name, what)| argument(name, ty, what);
        fields.extend(arithmetic.into_iter().take(operations).map(operation));
        let description = format!("A change to a value of type `{ty}`; exactly one.");
        builder.input(&format!("{ty}ScalarMutations"), description, fields);
    }
    define_list_mutation(builder, "ListMutations", "String");
    for it in builder.ontology.enums() {
        let description = format!("A change to a value of type `{}`.", it.name);
        builder.input(&format!("{}EnumScalarMutations", it.name), description, vec![set(&it.name)]);
    }
}

fn set(ty: &str) -> Argument {
    argument("set", ty.to_owned(), "It becomes this; null removes it.")
}

/// Defines the changes to lists of the types that properties have lists of.
fn define_list_mutations(builder: &mut Builder<'_>, properties: &[Property]) {
    for property in properties.iter().filter(|it| it.list) {
        let name = mutations_of(builder, property);
        if !builder.has(&name) {
            let item = type_name(builder, property.ty);
            define_list_mutation(builder, &name, &item);
        }
    }
}

fn define_list_mutation(builder: &mut Builder<'_>, name: &str, item: &str) {
    let fields = vec![
        argument("set", format!("[{item}!]"), "It becomes this; null removes it."),
        argument("push", format!("[{item}!]"), "These follow at its end."),
        argument("pop", "Int", "So many are taken from its end."),
    ];
    builder.input(name, format!("A change to a list of `{item}`; exactly one."), fields);
}

/// The input type that changes a property.
fn mutations_of(builder: &Builder<'_>, property: &Property) -> String {
    let name = type_name(builder, property.ty);
    match (property.ty, property.list) {
        (PropertyType::Scalar(_), false) => format!("{name}ScalarMutations"),
        (PropertyType::Scalar(_), true) => format!("{name}ListMutations"),
        (PropertyType::Enum(_), false) => format!("{name}EnumScalarMutations"),
        (PropertyType::Enum(_), true) => format!("{name}ListEnumScalarMutations"),
    }
}

fn created(builder: &Builder<'_>, properties: &[Property]) -> Vec<Argument> {
    let field = |it: &Property| {
        let name = type_name(builder, it.ty);
        let name = if it.list { format!("[{name}!]") } else { name };
        let required = if it.required { "!" } else { "" };
        argument(it.name.clone(), format!("{name}{required}"), described(it))
    };
    properties.iter().map(field).collect()
}

fn changed(builder: &Builder<'_>, properties: &[Property]) -> Vec<Argument> {
    let field = |it: &Property| argument(it.name.clone(), mutations_of(builder, it), described(it));
    properties.iter().map(field).collect()
}

fn described(property: &Property) -> String {
    or(&property.description, || format!("Its `{}`.", property.name))
}

fn define_relationship(builder: &mut Builder<'_>) {
    let mut fields = vec![
        argument("id", "ID", "Its id; absent: derived from what it says."),
        argument("type", "RelationshipType!", "Its type."),
        argument("source", "EntityRef!", "The entity it leads from."),
        argument("target", "EntityRef!", "The entity it leads to."),
        argument("properties", "JSON", "Its properties, as an object."),
    ];
    fields.extend(said());
    builder.input("RelationshipInput", "A relationship of any type.", fields);
    let fields = vec![
        argument("document", "EntityRef!", "The document it was read in."),
        argument("citedSource", "EntityRef", "Whom the document itself credits."),
        argument("statedBy", "EntityRef", "Who said it."),
        argument("statedAt", "Date", "When it was said."),
        argument("locator", "String", "Where in the document: page, paragraph, timestamp."),
        argument("quote", "String", "The words themselves."),
        argument("summary", "String", "What was said, in short."),
        argument("modality", "Modality", "How the statement was meant.")
            .or(Input::Enum("ASSERTED".into())),
        argument("stance", "Stance", "Whether it speaks for the relationship or against it.")
            .or(Input::Enum("SUPPORTS".into())),
        argument("confidence", "Float", "How sure it is, 0 to 1."),
        argument("method", "String", "How it was obtained: `manual`, `annotate`.")
            .or(Input::Text("manual".into())),
    ];
    builder.input("EvidenceInput", "One statement by one source.", fields);
}

/// What a relationship says, beside its type, its ends and its properties.
fn said() -> [Argument; 4] {
    [
        argument("validFrom", "Date", "First date on which it held; absent: unbounded."),
        argument("validTo", "Date", "Last date on which it held; absent: unbounded."),
        argument("confidence", "Float", "How sure it is, 0 to 1."),
        argument("evidence", "[EvidenceInput!]", "Who says so."),
    ]
}

fn define_create(builder: &mut Builder<'_>, kind: &Kind) {
    let mut fields = vec![
        argument("id", "ID", "Its id, as `country:AZE`; absent: one is made."),
        argument("name", "String!", "Its name."),
        argument("aliases", "[String!]", "Its other names."),
    ];
    fields.extend(created(builder, &kind.properties));
    for field in &kind.fields {
        let ty = connection::names(builder, &kind.name, field).input("FieldInput");
        fields.push(argument(field.name.clone(), ty, led_to(field)));
    }
    let description = format!("A new entity of type `{}`.", kind.name);
    builder.input(&format!("{}CreateInput", kind.name), description, fields);
}

fn define_update(builder: &mut Builder<'_>, kind: &Kind) {
    let mut fields = names_changed();
    fields.extend(changed(builder, &kind.properties));
    fields.extend(links_changed(builder, &kind.name, &kind.fields));
    let description = format!("Changes to an entity of type `{}`.", kind.name);
    builder.input(&format!("{}UpdateInput", kind.name), description, fields);
}

fn names_changed() -> Vec<Argument> {
    vec![
        argument("name", "StringScalarMutations", "Its name."),
        argument("aliases", "ListMutations", "Its other names."),
    ]
}

fn links_changed(
    builder: &Builder<'_>,
    owner: &str,
    fields: &[RelationshipField],
) -> Vec<Argument> {
    let field = |it: &RelationshipField| {
        let ty = connection::names(builder, owner, it).input("UpdateFieldInput");
        argument(it.name.clone(), format!("[{ty}!]"), led_to(it))
    };
    fields.iter().map(field).collect()
}

fn led_to(field: &RelationshipField) -> String {
    or(&field.description, || format!("What `{}` leads to.", field.name))
}

fn define_upsert(builder: &mut Builder<'_>, kind: &Kind) {
    let name = &kind.name;
    let fields = vec![
        argument("key", format!("{name}Key!"), "Which entity is meant."),
        argument("onCreate", format!("{name}CreateInput!"), "What it is, where it is not there."),
        argument("onUpdate", format!("{name}UpdateInput"), "What is to change, where it is there."),
    ];
    let description = format!("An entity of type `{name}` that may be there already.");
    builder.input(&format!("{name}UpsertInput"), description, fields);
    let unique = kind.properties.iter().filter(|it| it.unique);
    let unique = unique.map(|it| {
        argument(it.name.clone(), type_name(builder, it.ty), format!("Its `{}`.", it.name))
    });
    let fields = [argument("id", "ID", "Its id.")].into_iter().chain(unique).collect();
    let description = format!("One `{name}`, by its id or by a `@unique` property.");
    builder.one_of(&format!("{name}Key"), description, fields);
}

/// Defines what a relationship field is given, where no other field has.
fn define_link(builder: &mut Builder<'_>, owner: &str, field: &RelationshipField) {
    let names = connection::names(builder, owner, field);
    let fields = names.input("FieldInput");
    if builder.has(&fields) {
        return;
    }
    let name = &field.name;
    let description = format!("What `{name}` of a new entity leads to.");
    builder.input(&fields, description, added(&names));
    define_ends(builder, &names, field);
    define_changes(builder, &names, field);
}

/// What a field is to lead to beside what it leads to.
fn added(names: &Names) -> Vec<Argument> {
    let list = |ending| format!("[{}!]", names.input(ending));
    vec![
        argument(
            "create",
            list("CreateFieldInput"),
            "New entities, and the relationships to them.",
        ),
        argument("connect", list("ConnectFieldInput"), "Relationships to entities that are there."),
    ]
}

fn define_ends(builder: &mut Builder<'_>, names: &Names, field: &RelationshipField) {
    let target = connection::filtered_as(builder, field.target);
    let rest = |builder: &Builder<'_>| edge(builder, field).into_iter().chain(said());
    let created = format!("{}CreateInput!", builder.target_type(field.target));
    let node = argument("node", created, "The new entity.");
    let fields = [node].into_iter().chain(rest(builder)).collect();
    let description = "A new entity, and the relationship to it.";
    builder.input(&names.input("CreateFieldInput"), description, fields);
    let chosen = format!("{target}ConnectWhere");
    let which = argument("where", format!("{chosen}!"), "The entities at the other end.");
    let fields = [which].into_iter().chain(rest(builder)).collect();
    let description = "Relationships to entities that are there, one to each that passes.";
    builder.input(&names.input("ConnectFieldInput"), description, fields);
    if !builder.has(&chosen) {
        let node = argument("node", format!("{}!", names.node_where), "The entity passes.");
        builder.input(&chosen, format!("Which `{target}` is connected."), vec![node]);
    }
}

/// The properties of a new relationship along `field`, where it may have any.
fn edge(builder: &Builder<'_>, field: &RelationshipField) -> Option<Argument> {
    let id = connection::relation(builder, field).properties?;
    let properties = &builder.ontology.properties_types()[usize::from(id.0)];
    let required = properties.properties.iter().any(|it| it.required);
    let ty = format!("{}CreateInput{}", properties.name, if required { "!" } else { "" });
    Some(argument("edge", ty, "The relationship's properties."))
}

fn define_changes(builder: &mut Builder<'_>, names: &Names, field: &RelationshipField) {
    let passing = || argument("where", names.connection_where(), "Only what passes; absent: all.");
    let list = |ending| format!("[{}!]", names.input(ending));
    let update = names.input("UpdateConnectionInput");
    let mut fields = added(names);
    fields.extend([
        argument("disconnect", list("DisconnectFieldInput"), "Relationships to be retracted."),
        argument("update", update.clone(), "Changes to what is there."),
    ]);
    let node = format!("{}UpdateInput", connection::filtered_as(builder, field.target));
    let mut changes =
        vec![passing(), argument("node", node, "Changes to the entities at the other end.")];
    if let Some(id) = connection::relation(builder, field).properties {
        let name = &builder.ontology.properties_types()[usize::from(id.0)].name;
        let ty = format!("{name}UpdateInput");
        changes.push(argument("edge", ty, "Changes to the relationships' properties."));
    }
    builder.input(&update, "Changes to relationships, and to what they lead to.", changes);
    let name = &field.name;
    let description =
        format!("Changes to what `{name}` leads to: `update`, `disconnect`, `connect`, `create`.");
    builder.input(&names.input("UpdateFieldInput"), description, fields);
    let disconnect = names.input("DisconnectFieldInput");
    builder.input(&disconnect, "Relationships to be retracted.", vec![passing()]);
}
