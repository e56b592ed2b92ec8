//! The root of queries.

use super::{
    Cost, MATCHES, PAGE_SIZE, PATHS, SUBGRAPH_NODES, Subject,
    builder::{Argument, Builder, Field, argument, ask, number, read},
    leaves::type_name,
};
use crate::{
    api::{Input, operators as op},
    ontology::{Kind, naming},
};

pub(super) fn define(builder: &mut Builder<'_>) {
    let mut fields: Vec<Field> = nodes().into();
    fields.extend(entities());
    let ontology = builder.ontology;
    for kind in ontology.kinds() {
        fields.extend(kind_fields(builder, kind));
    }
    fields.extend(walks());
    builder.object("Query", "What can be asked.", &[], fields);
}

fn nodes() -> [Field; 2] {
    [
        ask(
            "node",
            "Node",
            "The entity, relationship or piece of evidence with this id; null where there is none. \
             New entities and relationships are refused an id that something else has. Where \
             evidence (`r1#0`) came to have the id of an older one, the evidence is found.",
            op::node::node,
        )
        .with(argument("id", "ID!", "The id.")),
        ask("nodes", "[Node]!", "Several of them, in the order of the ids.", op::node::nodes)
            .with(argument("ids", "[ID!]!", "The ids.")),
    ]
}

fn entities() -> [Field; 4] {
    [
        ask(
            "entity",
            "Entity",
            "Null where there is none (paths and subgraph answer UNKNOWN_ENTITY).",
            op::entity::entity,
        )
        .with(argument("ref", "EntityRef!", "Which entity."))
        .dated(),
        ask("entities", "EntityConnection!", "Entities of any type.", op::entity::entities)
            .with(argument("where", "EntityWhere", "Only entities that pass."))
            .forward(PAGE_SIZE),
        ask(
            "relationship",
            "Relationship",
            "The relationship with this id, of whatever modality; null where there is none.",
            op::relationship::relationship,
        )
        .with(argument("id", "ID!", "The id.")),
        ask(
            "relationships",
            "RelationshipConnection!",
            "Relationships between any entities.",
            op::relationship::relationships,
        )
        .with(argument("where", "RelationshipWhere", "Only relationships that pass."))
        .dated()
        .paged(PAGE_SIZE),
    ]
}

/// The three root fields of an entity type.
fn kind_fields(builder: &Builder<'_>, kind: &Kind) -> [Field; 3] {
    let name = &kind.name;
    let subject = || Subject::Kind(kind.id);
    let one = ask(
        naming::singular(name),
        name.clone(),
        format!(
            "One `{name}` by its id, by a `@unique` property or by name; null where there is none. \
             Exactly one of these must be given."
        ),
        op::entity::by_key,
    )
    .about(subject())
    .with(argument("id", "ID", "Its id."));
    let unique = kind.properties.iter().filter(|it| it.unique).map(|it| {
        argument(it.name.clone(), type_name(builder, it.ty), format!("Its `{}`.", it.name))
    });
    let one = unique.fold(one, Field::with);
    let one = one.with(argument("name", "String", "Its name or one of its aliases.")).dated();
    let filtered = |field: Field| {
        field
            .about(subject())
            .with(argument("where", format!("{name}Where"), "Only entities that pass."))
            .with(argument(
                "sort",
                format!("[{name}Sort!]"),
                "The order; absent: the order of recording.",
            ))
    };
    let many = format!("Entities of type `{name}`.");
    let list = ask(kind.plural.clone(), format!("[{name}!]!"), many, op::entity::of_kind);
    let connection = ask(
        format!("{}Connection", kind.plural),
        format!("{}Connection!", naming::capitalized(&kind.plural)),
        format!("Entities of type `{name}`, in pages."),
        op::entity::page_of_kind,
    );
    [one, filtered(list).listed(PAGE_SIZE), filtered(connection).paged(PAGE_SIZE)]
}

fn walks() -> [Field; 4] {
    [
        ask(
            "search",
            "[SearchHit!]!",
            "Names and aliases: exact, then prefix, then fuzzy; case, accents and script folded.",
            op::search::search,
        )
        .with(argument("text", "String!", "What is remembered of the name."))
        .with(argument("types", "[EntityType!]", "Only entities of these types; absent: all."))
        .with(number("fuzzy", 1, "How many letters may differ: 0, 1 or 2."))
        .with(number("first", i64::from(MATCHES), "At most so many."))
        .cost(Cost::Page(MATCHES)),
        paths(),
        subgraph(),
        read("stats", "GraphStats!", "How much there is.", op::stats::STATS),
    ]
}

fn paths() -> Field {
    ask("paths", "PathResult!", "How two entities are connected.", op::paths::ask)
        .with(argument("from", "EntityRef!", "Where paths begin."))
        .with(argument("to", "EntityRef!", "Where they end."))
        .with(
            argument("mode", "PathMode", "Which paths are wanted.")
                .or(Input::Enum("SHORTEST".into())),
        )
        .with(number("first", i64::from(PATHS), "At most so many."))
        .with(number("maxHops", 6, "None longer than this."))
        .with(via())
        .with(argument("weight", "WeightInput", "What is added up; absent: hops."))
        .dated()
        .cost(Cost::Walk(PATHS))
}

fn subgraph() -> Field {
    ask("subgraph", "Subgraph!", "What lies around some entities.", op::subgraph::ask)
        .with(argument("roots", "[EntityRef!]!", "Where it begins."))
        .with(via())
        .with(number("hops", 1, "How many relationships away from the roots it reaches."))
        .with(argument("where", "RelationshipWhere", "Only relationships that pass."))
        .dated()
        .with(number("maxNodes", i64::from(SUBGRAPH_NODES), "At most so many entities."))
        .cost(Cost::Page(SUBGRAPH_NODES))
}

fn via() -> Argument {
    argument("via", "[StepInput!]", "The steps to take; absent: any relationship.")
}
