//! Entities: the interfaces `Node` and `Entity`, and the types, interfaces and unions of the
//! ontology.

use super::{
    PAGE_SIZE, Subject,
    builder::{Builder, Field, argument, ask, read},
    connection,
    leaves::{or, type_name, words},
};
use crate::{
    api::{Input, operators as op},
    model::{Direction, PropertyId},
    ontology::{Property, PropertyType, RelationshipField, Scalar},
};

pub(super) fn define(builder: &mut Builder<'_>) {
    let id = vec![read("id", "ID!", "Its id, unique among all things.", op::node::ID)];
    builder.interface("Node", "Anything that has an id.", &[], id);
    let description = "A thing: a country, a person, a document.";
    builder.interface("Entity", description, &["Node"], fields());
    define_kinds(builder);
    define_interfaces(builder);
    define_unions(builder);
}

fn define_kinds(builder: &mut Builder<'_>) {
    let ontology = builder.ontology;
    for kind in ontology.kinds() {
        let mut fields = fields();
        fields.extend(properties(builder, &kind.properties));
        for field in &kind.fields {
            fields.extend(link_fields(builder, &kind.name, field));
        }
        let mut interfaces = vec!["Entity", "Node"];
        interfaces.extend(
            kind.interfaces.iter().map(|it| &*ontology.interfaces()[usize::from(it.0)].name),
        );
        let description =
            words(&kind.description, || format!("An entity of type `{}`.", kind.name));
        builder.object(&kind.name, description, &interfaces, fields);
    }
}

fn define_interfaces(builder: &mut Builder<'_>) {
    let ontology = builder.ontology;
    for interface in ontology.interfaces() {
        let mut fields = fields();
        fields.extend(properties(builder, &interface.properties));
        for field in &interface.fields {
            fields.extend(link_fields(builder, &interface.name, field));
        }
        let name = &interface.name;
        let description = words(&interface.description, || format!("What every `{name}` has."));
        builder.interface(name, description, &["Entity", "Node"], fields);
    }
}

fn define_unions(builder: &mut Builder<'_>) {
    let ontology = builder.ontology;
    for union in ontology.unions() {
        let kinds = union.kinds.iter().filter_map(|it| ontology.kind(*it));
        let members: Vec<&str> = kinds.map(|it| &*it.name).collect();
        let description = words(&union.description, || format!("One of {}.", members.join(", ")));
        builder.union(&union.name, description, &members);
    }
}

/// The fields that every entity has.
fn fields() -> Vec<Field> {
    vec![
        read("id", "ID!", "Its id, as `country:AZE`.", op::node::ID),
        read("type", "EntityType!", "Its type.", op::entity::KIND),
        read("name", "String!", "Its name.", op::entity::NAME),
        read("aliases", "[String!]!", "Its other names.", op::entity::ALIASES),
        read(
            "revision",
            "BigInt!",
            "Revision of the last change to this entity.",
            op::entity::REVISION,
        ),
        read(
            "propertiesJson",
            "JSON!",
            "All its properties as one object, for clients that do not know the type.",
            op::entity::PROPERTIES_JSON,
        ),
        relationships(),
        neighbors(),
        degree(),
    ]
}

fn relationships() -> Field {
    let description = "Relationships of any type, newest first.";
    selected(ask(
        "relationships",
        "RelationshipConnection!",
        description,
        op::entity::relationships,
    ))
    .dated()
    .paged(PAGE_SIZE)
}

fn neighbors() -> Field {
    let once = [("min".into(), Input::Int(1)), ("max".into(), Input::Int(1))];
    let description = "Entities reachable within `hops`, nearest first, each with the shortest way \
                       there.";
    ask("neighbors", "NeighborConnection!", description, op::neighbors::neighbors)
        .with(argument("via", "[StepInput!]", "The steps to take; absent: any relationship."))
        .with(
            argument("hops", "HopsInput", "How many relationships away; not beside a pattern.")
                .or(Input::Object(once.into())),
        )
        .with(argument("where", "EntityWhere", "Only entities that pass."))
        .dated()
        .forward(PAGE_SIZE)
}

fn degree() -> Field {
    selected(ask("degree", "Int!", "The number of its relationships.", op::entity::degree)).dated()
}

/// The arguments that select among an entity's relationships.
fn selected(field: Field) -> Field {
    field
        .with(argument("types", "[RelationshipType!]", "Only of these types; absent: all."))
        .with(
            argument("direction", "Direction", "Only those that lead this way.")
                .or(Input::Enum(Direction::Any.name().into())),
        )
        .with(argument("where", "RelationshipWhere", "Only relationships that pass."))
}

/// The fields of an entity type for its properties.
fn properties(builder: &Builder<'_>, properties: &[Property]) -> Vec<Field> {
    let field = |it: &Property| property(builder, it, op::entity::PROPERTY, op::entity::BIG);
    properties.iter().map(field).collect()
}

/// The field for a property, read by `plain`, or by `big` where its integers have 64 bits.
pub(super) fn property(
    builder: &Builder<'_>,
    property: &Property,
    plain: super::Read,
    big: super::Read,
) -> Field {
    let name = type_name(builder, property.ty);
    let name = if property.list { format!("[{name}!]") } else { name };
    let required = if property.required { "!" } else { "" };
    let is_big = property.ty == PropertyType::Scalar(Scalar::BigInt);
    let description = or(&property.description, || format!("Its `{}`.", property.name));
    let operator = if is_big { big } else { plain };
    read(property.name.clone(), format!("{name}{required}"), description, operator)
        .about(subject(property.id))
}

fn subject(property: PropertyId) -> Subject {
    Subject::Property(property)
}

/// The two fields of an entity type for one of its relationship fields.
fn link_fields(builder: &Builder<'_>, owner: &str, field: &RelationshipField) -> [Field; 2] {
    let names = connection::names(builder, owner, field);
    let subject = || Subject::Link {
        relation: field.relation,
        direction: field.direction,
        target: field.target,
    };
    let description = or(&field.description, || format!("What `{}` leads to.", field.name));
    let list = ask(
        field.name.clone(),
        format!("[{}!]!", builder.target_type(field.target)),
        format!("{description} Each entity once."),
        op::links::entities,
    )
    .about(subject())
    .with(argument("where", names.node_where.clone(), "Only entities that pass."));
    let list = match &names.node_sort {
        Some(sort) => list.with(argument(
            "sort",
            format!("[{sort}!]"),
            "The order; absent: the newest relationship first.",
        )),
        None => list,
    };
    let connection = ask(
        format!("{}Connection", field.name),
        format!("{}!", names.connection()),
        format!("{description} Each relationship once, in pages."),
        op::links::connection,
    )
    .about(subject())
    .with(argument("where", names.connection_where(), "Only what passes."))
    .with(argument(
        "sort",
        format!("[{}!]", names.connection_sort()),
        "The order; absent: the newest relationship first.",
    ));
    [list.listed(PAGE_SIZE).dated(), connection.paged(PAGE_SIZE).dated()]
}
