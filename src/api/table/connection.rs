//! Pages: connections, their edges and their aggregates.

use super::{
    Subject,
    builder::{Builder, Field, read},
};
use crate::{
    api::operators as op,
    ontology::{Property, PropertyType, Relation, RelationshipField, Scalar, Target, naming},
};

/// The names of the types that a relationship field leads to.
///
/// Types that would be equal are generated once. So an output type is named after the first
/// interface that has the field, else after its entity type; and an input type after the
/// relationship type, or after the properties type where several relationship types share it, or
/// after the target alone where there are no properties. The target's name is added where one name
/// would stand for several targets.
#[derive(Debug)]
pub(super) struct Names {
    owner: String,
    inputs: String,
    pub(super) node_where: String,
    pub(super) node_sort: Option<String>,
}

impl Names {
    pub(super) fn connection(&self) -> String {
        format!("{}Connection", self.owner)
    }

    fn edge(&self) -> String {
        format!("{}Edge", self.owner)
    }

    fn aggregate(&self) -> String {
        format!("{}Aggregate", self.owner)
    }

    /// The name of what a mutation is given along the field, by its ending.
    pub(super) fn input(&self, ending: &str) -> String {
        format!("{}{ending}", self.owner)
    }

    pub(super) fn connection_where(&self) -> String {
        format!("{}ConnectionWhere", self.inputs)
    }

    pub(super) fn connection_sort(&self) -> String {
        format!("{}ConnectionSort", self.inputs)
    }

    pub(super) fn connection_filters(&self) -> String {
        format!("{}ConnectionFilters", self.inputs)
    }
}

/// The names for `field` of the entity type or interface `owner`.
pub(super) fn names(builder: &Builder<'_>, owner: &str, field: &RelationshipField) -> Names {
    let ontology = builder.ontology;
    let same = |it: &RelationshipField| {
        (&it.name, it.relation, it.direction, it.target)
            == (&field.name, field.relation, field.direction, field.target)
    };
    let first = ontology.interfaces().iter().find(|it| it.fields.iter().any(same));
    let owner = first.map_or(owner, |it| &it.name);
    let target = filtered_as(builder, field.target);
    let sorted = !matches!(field.target, Target::Union(_) | Target::Entity);
    Names {
        owner: format!("{owner}{}", naming::capitalized(&field.name)),
        inputs: inputs_stem(builder, field, target),
        node_where: format!("{target}Where"),
        node_sort: sorted.then(|| format!("{target}Sort")),
    }
}

/// Whose conditions a target is filtered by: its own, or those of any entity.
pub(super) fn filtered_as<'o>(builder: &Builder<'o>, target: Target) -> &'o str {
    match target {
        Target::Kind(_) | Target::Interface(_) => builder.target_type(target),
        Target::Union(_) | Target::Entity => "Entity",
    }
}

fn inputs_stem(builder: &Builder<'_>, field: &RelationshipField, target: &str) -> String {
    let ontology = builder.ontology;
    let relation = relation(builder, field);
    let Some(properties) = relation.properties else {
        return target.to_owned();
    };
    let sharing = ontology.relations().iter().filter(|it| it.properties == Some(properties));
    let sharing: Vec<_> = sharing.map(|it| it.id).collect();
    let stem = match sharing[..] {
        [_] => &relation.type_name,
        _ => &ontology.properties_types()[usize::from(properties.0)].name,
    };
    let kinds = ontology.kinds().iter().flat_map(|it| &it.fields);
    let interfaces = ontology.interfaces().iter().flat_map(|it| &it.fields);
    let mut others = kinds.chain(interfaces).filter(|it| sharing.contains(&it.relation));
    let is_alone = others.all(|it| filtered_as(builder, it.target) == target);
    if is_alone { stem.clone() } else { format!("{stem}{target}") }
}

/// The relationship type of a field.
pub(super) fn relation<'o>(builder: &Builder<'o>, field: &RelationshipField) -> &'o Relation {
    builder.ontology.relation(field.relation).expect("fields follow relations of the ontology")
}

pub(super) fn define(builder: &mut Builder<'_>) {
    define_page_info(builder);
    define_numbers(builder);
    define_evidence(builder);
    define_relationships(builder);
    define_neighbors(builder);
    define_entities(builder);
    let ontology = builder.ontology;
    for kind in ontology.kinds() {
        define_kind(builder, &kind.name, &kind.plural);
        let node = numbers(&kind.properties);
        define_numbers_of(builder, &kind.name, node);
        for field in &kind.fields {
            define_link(builder, &kind.name, field);
        }
    }
    for interface in ontology.interfaces() {
        define_numbers_of(builder, &interface.name, numbers(&interface.properties));
        for field in &interface.fields {
            define_link(builder, &interface.name, field);
        }
    }
    for it in ontology.properties_types() {
        define_numbers_of(builder, &it.name, numbers(&it.properties));
    }
}

/// The fields that every connection has.
fn page(edge: &str, node: &str) -> Vec<Field> {
    vec![
        read("edges", format!("[{edge}!]!"), "The rows of the page.", op::connection::EDGES),
        read("nodes", format!("[{node}!]!"), "What the rows are about.", op::connection::NODES),
        read("pageInfo", "PageInfo!", "Where the page stands.", op::connection::PAGE_INFO),
        read("totalCount", "Int!", "The number of rows on all pages.", op::connection::TOTAL_COUNT),
    ]
}

/// The fields that every edge has.
fn row(node: &str, description: &'static str) -> Vec<Field> {
    vec![
        read(
            "cursor",
            "String!",
            "Its place in the list, for `after` and `before`.",
            op::connection::CURSOR,
        ),
        read("node", format!("{node}!"), description, op::connection::NODE),
    ]
}

fn define_page_info(builder: &mut Builder<'_>) {
    let fields = vec![
        read("hasNextPage", "Boolean!", "Whether rows follow.", op::connection::HAS_NEXT),
        read("hasPreviousPage", "Boolean!", "Whether rows precede.", op::connection::HAS_PREVIOUS),
        read("startCursor", "String", "The cursor of the first row.", op::connection::START_CURSOR),
        read("endCursor", "String", "The cursor of the last row.", op::connection::END_CURSOR),
    ];
    builder.object("PageInfo", "Where a page stands in its list.", &[], fields);
}

fn define_evidence(builder: &mut Builder<'_>) {
    let description = "A page of evidence, in the order of recording.";
    builder.object("EvidenceConnection", description, &[], page("EvidenceEdge", "Evidence"));
    let fields = row("Evidence", "The piece of evidence.");
    builder.object("EvidenceEdge", "A row of a page of evidence.", &[], fields);
}

fn define_relationships(builder: &mut Builder<'_>) {
    let fields = page("RelationshipEdge", "Relationship");
    builder.object("RelationshipConnection", "A page of relationships.", &[], fields);
    let mut fields = row("Relationship", "The relationship.");
    fields.extend([
        read(
            "other",
            "Entity!",
            "The end that is not the entity asked; its target, where no entity was asked.",
            op::connection::OTHER,
        ),
        read(
            "direction",
            "Direction!",
            "As seen from the entity asked; `ANY` where the relationship is symmetric.",
            op::connection::DIRECTION,
        ),
    ]);
    builder.object("RelationshipEdge", "A row of a page of relationships.", &[], fields);
}

fn define_neighbors(builder: &mut Builder<'_>) {
    let mut fields = page("NeighborEdge", "Entity");
    fields.push(read(
        "truncated",
        "Boolean!",
        "Whether a budget ended the walk before it was complete.",
        op::neighbors::TRUNCATED,
    ));
    builder.object("NeighborConnection", "A page of neighbors, nearest first.", &[], fields);
    let mut fields = row("Entity", "The neighbor.");
    fields.extend([
        read("hops", "Int!", "How many relationships away it is.", op::neighbors::HOPS),
        read("path", "Path!", "The shortest way there.", op::neighbors::PATH),
    ]);
    builder.object("NeighborEdge", "A row of a page of neighbors.", &[], fields);
}

fn define_entities(builder: &mut Builder<'_>) {
    let fields = page("EntityEdge", "Entity");
    builder.object("EntityConnection", "A page of entities.", &[], fields);
    let fields = row("Entity", "The entity.");
    builder.object("EntityEdge", "A row of a page of entities.", &[], fields);
    let fields = vec![read("nodes", "Int!", "The number of entities.", op::aggregate::NODES)];
    builder.object("EntityCount", "How many entities there are.", &[], fields);
    let fields = vec![
        read("nodes", "Int!", "The number of entities, each once.", op::aggregate::NODES),
        read("edges", "Int!", "The number of relationships.", op::aggregate::EDGES),
    ];
    let description = "How many entities and relationships there are.";
    builder.object("ConnectionCount", description, &[], fields);
}

fn define_kind(builder: &mut Builder<'_>, kind: &str, plural: &str) {
    let many = naming::capitalized(plural);
    let aggregate = format!("{many}Aggregate");
    let mut fields = page(&format!("{kind}Edge"), kind);
    fields.push(aggregate_field(&aggregate));
    let description = format!("A page of entities of type `{kind}`.");
    builder.object(&format!("{many}Connection"), description, &[], fields);
    let description = format!("A row of a page of entities of type `{kind}`.");
    builder.object(&format!("{kind}Edge"), description, &[], row(kind, "The entity."));
    let mut fields =
        vec![read("count", "EntityCount!", "How many there are.", op::aggregate::COUNT)];
    let numbers = builder.ontology.kind_named(kind).map_or(&[][..], |it| &it.properties);
    if !numbers.iter().any(is_number) {
        builder.object(&aggregate, described_aggregate(kind), &[], fields);
        return;
    }
    fields.push(node_field(kind));
    builder.object(&aggregate, described_aggregate(kind), &[], fields);
}

fn described_aggregate(kind: &str) -> String {
    format!("Counts and sums over all entities of type `{kind}` that pass.")
}

fn define_link(builder: &mut Builder<'_>, owner: &str, field: &RelationshipField) {
    let names = names(builder, owner, field);
    if builder.has(&names.connection()) {
        return;
    }
    let relation = relation(builder, field);
    let node = builder.target_type(field.target);
    let name = &field.name;
    let mut fields = page(&names.edge(), node);
    fields.push(aggregate_field(&names.aggregate()));
    let description = format!("A page of what `{name}` leads to.");
    builder.object(&names.connection(), description, &[], fields);

    let mut fields = row(node, "The entity that the relationship leads to.");
    if let Some(it) = relation.properties {
        let properties = &builder.ontology.properties_types()[usize::from(it.0)].name;
        fields.push(read(
            "properties",
            format!("{properties}!"),
            "The relationship's properties.",
            op::connection::PROPERTIES,
        ));
    }
    fields.push(read(
        "relationship",
        format!("{}!", relation.type_name),
        "The relationship itself: validity, modality, evidence.",
        op::connection::RELATIONSHIP,
    ));
    let description = format!("A row of a page of what `{name}` leads to.");
    builder.object(&names.edge(), description, &[], fields);
    define_link_aggregate(builder, &names, relation, field);
}

fn define_link_aggregate(
    builder: &mut Builder<'_>,
    names: &Names,
    relation: &Relation,
    field: &RelationshipField,
) {
    let ontology = builder.ontology;
    let mut fields =
        vec![read("count", "ConnectionCount!", "How many there are.", op::aggregate::COUNT)];
    let properties = match field.target {
        Target::Kind(it) => ontology.kind(it).map_or(&[][..], |it| &it.properties),
        Target::Interface(it) => &ontology.interfaces()[usize::from(it.0)].properties,
        Target::Union(_) | Target::Entity => &[],
    };
    if properties.iter().any(is_number) {
        fields.push(node_field(builder.target_type(field.target)));
    }
    if ontology.properties_of(relation).iter().any(is_number) {
        let id = relation.properties.expect("there are properties");
        let name = &ontology.properties_types()[usize::from(id.0)].name;
        let description = "Sums over the relationships' properties.";
        let ty = format!("{name}Aggregate!");
        fields.push(read("edge", ty, description, op::aggregate::EDGE));
    }
    let description = format!("Counts and sums over all that `{}` leads to.", field.name);
    builder.object(&names.aggregate(), description, &[], fields);
}

fn aggregate_field(ty: &str) -> Field {
    let description = "Counts and sums over all pages.";
    read("aggregate", format!("{ty}!"), description, op::connection::AGGREGATE)
}

fn node_field(target: &str) -> Field {
    let description = "Sums over the entities' properties, each entity once for each relationship.";
    read("node", format!("{target}Aggregate!"), description, op::aggregate::NODE)
}

/// Defines the aggregates of a type's numbers, where it has any.
fn define_numbers_of(builder: &mut Builder<'_>, name: &str, fields: Vec<Field>) {
    if !fields.is_empty() {
        let description = format!("Sums over the properties of `{name}`.");
        builder.object(&format!("{name}Aggregate"), description, &[], fields);
    }
}

fn numbers(properties: &[Property]) -> Vec<Field> {
    let field = |it: &Property| {
        let PropertyType::Scalar(scalar) = it.ty else { unreachable!("an enum is no number") };
        let description = format!("The values of `{}` taken together.", it.name);
        let ty = format!("{}Aggregate!", scalar.name());
        read(it.name.clone(), ty, description, op::aggregate::PROPERTY)
            .about(Subject::Property(it.id))
    };
    properties.iter().filter(|it| is_number(it)).map(field).collect()
}

fn is_number(property: &Property) -> bool {
    let numbers = [Scalar::Int, Scalar::Float, Scalar::BigInt].map(PropertyType::Scalar);
    !property.list && numbers.contains(&property.ty)
}

fn define_numbers(builder: &mut Builder<'_>) {
    for (name, ty, sum, least, greatest, total) in [
        ("Int", "Int", "BigInt", op::aggregate::MIN, op::aggregate::MAX, op::aggregate::SUM_INT),
        ("Float", "Float", "Float", op::aggregate::MIN, op::aggregate::MAX, op::aggregate::SUM),
        (
            "BigInt",
            "BigInt",
            "BigInt",
            op::aggregate::MIN_BIG,
            op::aggregate::MAX_BIG,
            op::aggregate::SUM_INT,
        ),
    ] {
        let fields = vec![
            read("min", ty, "The least value; null where there is none.", least),
            read("max", ty, "The greatest value; null where there is none.", greatest),
            read(
                "average",
                "Float",
                "The average; null where there is none.",
                op::aggregate::AVERAGE,
            ),
            read("sum", sum, "The sum; null where there is none.", total),
        ];
        let description = format!("Values of type `{name}` taken together.");
        builder.object(&format!("{name}Aggregate"), description, &[], fields);
    }
}
