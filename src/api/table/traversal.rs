//! Walks: what is asked with, and what comes of it.

use super::builder::{Argument, Builder, argument, read};
use crate::{
    api::{Input, operators as op},
    model::Direction,
};

pub(super) fn define(builder: &mut Builder<'_>) {
    define_references(builder);
    define_steps(builder);
    define_paths(builder);
    define_results(builder);
    define_stats(builder);
}

fn define_references(builder: &mut Builder<'_>) {
    let fields = vec![
        argument("id", "ID", "The entity with this id."),
        argument("name", "NameRef", "The entity of this name."),
        argument("unique", "UniqueRef", "The entity with this value of a `@unique` property."),
    ];
    let description = "Which entity: by id, by name (AMBIGUOUS_NAME lists the candidates), or by a \
                       @unique field.";
    builder.one_of("EntityRef", description, fields);
    let fields = vec![
        argument("name", "String!", "Its name or one of its aliases; case and accents are folded."),
        argument("type", "EntityType", "Its type; absent: any."),
    ];
    builder.input("NameRef", "An entity by name.", fields);
    let fields = vec![
        argument("type", "EntityType!", "Its type."),
        argument("field", "String!", "The property, which must be `@unique`."),
        argument("value", "String!", "The property's value, as text."),
    ];
    builder.input("UniqueRef", "An entity by a `@unique` property.", fields);
}

fn define_steps(builder: &mut Builder<'_>) {
    let hops = |name, description| argument(name, "Int!", description).or(Input::Int(1));
    let fields: Vec<Argument> =
        vec![hops("min", "At least so many."), hops("max", "At most so many.")];
    builder.input("HopsInput", "How many relationships in a row, both ends included.", fields);
    let fields = vec![
        argument("types", "[RelationshipType!]", "Only relationships of these types; absent: all."),
        argument("direction", "Direction", "The direction in which they are followed.")
            .or(Input::Enum(Direction::Any.name().into())),
        argument("where", "RelationshipWhere", "Only relationships that pass."),
        argument("to", "EntityWhere", "Only towards entities that pass."),
        argument("repeat", "HopsInput", "How often the step is taken; absent: once."),
    ];
    let description = "One step of a walk. A list of steps with no `repeat` is an ordered pattern; \
                       one step with `repeat` is a variable-length walk. A step that stands alone \
                       without `repeat` is taken as often as the field's hops say.";
    builder.input("StepInput", description, fields);
    let fields = vec![
        argument("type", "RelationshipType!", "The relationship type that has the property."),
        argument("property", "String!", "The property, which must be a number."),
    ];
    let description = "Property of relationships to add up instead of counting hops.";
    builder.input("WeightInput", description, fields);
}

fn define_paths(builder: &mut Builder<'_>) {
    let fields = vec![
        read("length", "Int!", "The number of its relationships.", op::paths::LENGTH),
        read(
            "weight",
            "Float",
            "The sum of the weights, where one was asked for.",
            op::paths::WEIGHT,
        ),
        read("nodes", "[Entity!]!", "Its entities, in order.", op::paths::NODES),
        read(
            "relationships",
            "[Relationship!]!",
            "Its relationships, in order.",
            op::paths::RELATIONSHIPS,
        ),
        read("steps", "[PathStep!]!", "Its steps, in order.", op::paths::STEPS),
        read(
            "validFrom",
            "Date",
            "Intersection of the validities along the way: its first day.",
            op::paths::VALID_FROM,
        ),
        read(
            "validTo",
            "Date",
            "Intersection of the validities along the way: its last day.",
            op::paths::VALID_TO,
        ),
        read(
            "minConfidence",
            "Float",
            "The least confidence along the way; null where none is given.",
            op::paths::MIN_CONFIDENCE,
        ),
    ];
    builder.object("Path", "A way from one entity to another.", &[], fields);
    let fields = vec![
        read("source", "Entity!", "Where the step begins.", op::paths::STEP_SOURCE),
        read("relationship", "Relationship!", "What it goes along.", op::paths::STEP_RELATIONSHIP),
        read(
            "direction",
            "Direction!",
            "Whether it goes along the relationship or against it; `ANY` where that is symmetric.",
            op::paths::STEP_DIRECTION,
        ),
        read("target", "Entity!", "Where the step ends.", op::paths::STEP_TARGET),
    ];
    builder.object("PathStep", "One step of a path.", &[], fields);
}

fn define_results(builder: &mut Builder<'_>) {
    let truncated = "Whether a budget ended the search before it was complete.";
    let reason = "Which budget ended it: `steps`, `deadline` or `rows`; null where it is complete.";
    let fields = vec![
        read(
            "paths",
            "[Path!]!",
            "The paths, the shortest or lightest first.",
            op::paths::PATHS_FOUND,
        ),
        read("found", "Boolean!", "Whether there is a path.", op::paths::FOUND),
        read("truncated", "Boolean!", truncated, op::paths::TRUNCATED),
        read("reason", "String", reason, op::paths::REASON),
        read("explored", "Int!", "The number of relationships looked at.", op::paths::EXPLORED),
    ];
    let description = "`truncated` is true where a budget ended the search before it was complete; \
                       `reason` says which.";
    builder.object("PathResult", description, &[], fields);
    let fields = vec![
        read("nodes", "[Entity!]!", "Its entities, the roots first.", op::subgraph::NODES),
        read(
            "relationships",
            "[Relationship!]!",
            "The relationships between them.",
            op::subgraph::RELATIONSHIPS,
        ),
        read("truncated", "Boolean!", truncated, op::subgraph::TRUNCATED),
        read("reason", "String", reason, op::subgraph::REASON),
    ];
    builder.object("Subgraph", "A part of the graph around some entities.", &[], fields);
    let fields = vec![
        read("entity", "Entity!", "The entity.", op::search::ENTITY),
        read("score", "Float!", "How well it matches, 0 to 1.", op::search::SCORE),
        read("matched", "String!", "The name or alias that matched.", op::search::MATCHED),
    ];
    builder.object("SearchHit", "An entity that a text may mean.", &[], fields);
}

fn define_stats(builder: &mut Builder<'_>) {
    let fields = vec![
        read("entities", "Int!", "The number of entities.", op::stats::ENTITIES),
        read("relationships", "Int!", "The number of relationships.", op::stats::RELATIONSHIPS),
        read("evidence", "Int!", "The number of pieces of evidence.", op::stats::EVIDENCE),
        read(
            "entitiesByType",
            "[TypeCount!]!",
            "The number of entities of each type.",
            op::stats::ENTITIES_BY_TYPE,
        ),
        read(
            "relationshipsByType",
            "[TypeCount!]!",
            "The number of relationships of each type.",
            op::stats::RELATIONSHIPS_BY_TYPE,
        ),
        read("revision", "BigInt!", "The number of commits so far.", op::stats::REVISION),
    ];
    builder.object("GraphStats", "How much there is.", &[], fields);
    let fields = vec![
        read("type", "String!", "The type.", op::stats::TYPE_NAME),
        read("count", "Int!", "How many there are.", op::stats::TYPE_COUNT),
    ];
    builder.object("TypeCount", "How many there are of one type.", &[], fields);
}
