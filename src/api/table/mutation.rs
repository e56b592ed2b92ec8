//! The root of mutations, and what they answer.

use super::{
    Cost, PAGE_SIZE, Subject,
    builder::{Argument, Builder, Field, argument, read, write},
};
use crate::{
    api::{Input, operators as op},
    ontology::{Kind, naming},
};

pub(super) fn define(builder: &mut Builder<'_>) {
    let ontology = builder.ontology;
    define_info(builder);
    let mut fields = Vec::new();
    for kind in ontology.kinds() {
        define_payload(builder, kind);
        fields.extend(kind_fields(kind));
    }
    fields.extend(relationships());
    fields.extend(merging());
    let description = "What can be changed. One operation is one transaction: all of its root \
                       fields are recorded together, or none is.";
    builder.object("Mutation", description, &[], fields);
}

fn define_info(builder: &mut Builder<'_>) {
    let count = |name, what, operator| read(name, "Int!", what, operator);
    let fields = vec![
        count("nodesCreated", "Entities that are new.", op::payload::NODES_CREATED),
        count("nodesUpdated", "Entities that have changed.", op::payload::NODES_UPDATED),
        count("nodesDeleted", "Entities that are gone.", op::payload::NODES_DELETED),
        count(
            "relationshipsCreated",
            "Relationships that are new.",
            op::payload::RELATIONSHIPS_CREATED,
        ),
        count(
            "relationshipsUpdated",
            "Relationships that have changed.",
            op::payload::RELATIONSHIPS_UPDATED,
        ),
        count(
            "relationshipsDeleted",
            "Relationships that were retracted.",
            op::payload::RELATIONSHIPS_DELETED,
        ),
        count("evidenceCreated", "Pieces of evidence that are new.", op::payload::EVIDENCE_CREATED),
        read(
            "revision",
            "BigInt!",
            "The revision of the graph that includes all this.",
            op::stats::REVISION,
        ),
    ];
    let description = "What a mutation has changed. What was so already is not counted.";
    builder.object("MutationInfo", description, &[], fields);
    let relationships = read(
        "relationships",
        "[Relationship!]!",
        "The relationships that were asserted, in the order of the input, each once.",
        op::payload::RELATIONSHIPS,
    );
    let description = "What became of asserted relationships.";
    builder.object("RelationshipsPayload", description, &[], vec![info(), relationships]);
}

fn info() -> Field {
    read("info", "MutationInfo!", "What has changed.", op::payload::INFO)
}

fn define_payload(builder: &mut Builder<'_>, kind: &Kind) {
    let name = &kind.name;
    let entities = read(
        kind.plural.clone(),
        format!("[{name}!]!"),
        format!("The entities of type `{name}` that were meant, each once."),
        op::payload::ENTITIES,
    );
    let description = format!("What became of entities of type `{name}`.");
    builder.object(&payload(kind), description, &[], vec![info(), entities]);
}

fn payload(kind: &Kind) -> String {
    format!("{}Payload", naming::capitalized(&kind.plural))
}

/// The four root fields of an entity type.
fn kind_fields(kind: &Kind) -> [Field; 4] {
    let (name, many) = (&kind.name, naming::capitalized(&kind.plural));
    let payload = format!("{}!", payload(kind));
    let input = |ending: &str, what: &str| {
        argument("input", format!("[{name}{ending}!]!"), format!("{what}, in order."))
    };
    let written = |verb: &str, ty: &str, description: String, operator| {
        write(format!("{verb}{many}"), ty.to_owned(), description, operator)
            .about(Subject::Kind(kind.id))
            .cost(Cost::Write(PAGE_SIZE))
    };
    let passing = "Only entities that pass";
    [
        written(
            "create",
            &payload,
            format!("Records new entities of type `{name}`."),
            op::mutation::create,
        )
        .with(input("CreateInput", "The entities")),
        written(
            "update",
            &payload,
            format!("Changes every `{name}` that passes."),
            op::mutation::update,
        )
        .with(argument("where", format!("{name}Where"), format!("{passing}; absent: all.")))
        .with(argument("update", format!("{name}UpdateInput!"), "What is to change."))
        .with(expected_revision()),
        written(
            "upsert",
            &payload,
            format!(
                "Records entities of type `{name}`, or changes those that are there. The same \
                 input twice changes nothing the second time."
            ),
            op::mutation::upsert,
        )
        .with(input("UpsertInput", "The entities")),
        written(
            "delete",
            "MutationInfo!",
            format!("Deletes every `{name}` that passes."),
            op::mutation::delete,
        )
        .with(argument("where", format!("{name}Where!"), format!("{passing}.")))
        .with(
            argument(
                "detach",
                "Boolean",
                "Whether their relationships are retracted with them; else none may be there.",
            )
            .or(Input::Bool(false)),
        ),
    ]
}

fn relationships() -> [Field; 4] {
    let one = |name, description, operator| {
        write(name, "Relationship!", description, operator).cost(Cost::Write(1))
    };
    [
        write(
            "assertRelationships",
            "RelationshipsPayload!",
            "Same source, target, type, validity and properties: the relationship that is there \
             gains the evidence; otherwise a new one.",
            op::mutation::assert,
        )
        .with(argument("input", "[RelationshipInput!]!", "The relationships, in order."))
        .cost(Cost::Write(PAGE_SIZE)),
        one(
            "addEvidence",
            "Adds evidence to a relationship; what is there already is not added again.",
            op::mutation::add_evidence,
        )
        .with(argument("relationship", "ID!", "The id of the relationship."))
        .with(argument("evidence", "[EvidenceInput!]!", "Who says so.")),
        one("endRelationship", "Close its validity; the past stays true.", op::mutation::end)
            .with(id("The id of the relationship."))
            .with(argument("validTo", "Date!", "The last date on which it held."))
            .with(argument("evidence", "[EvidenceInput!]", "Who says so; it is added."))
            .with(expected_revision()),
        one(
            "retractRelationship",
            "It should never have been recorded: gone from now on, still there for `knownAt` \
             before.",
            op::mutation::retract,
        )
        .with(id("The id of the relationship."))
        .with(argument("reason", "String!", "Why."))
        .with(expected_revision()),
    ]
}

fn merging() -> [Field; 2] {
    [
        write(
            "mergeEntities",
            "Entity!",
            "Two records of one thing: the loser's id redirects, its relationships are read as \
             the winner's. Reversible.",
            op::mutation::merge,
        )
        .with(argument("winner", "ID!", "The id of the entity that stays."))
        .with(argument("losers", "[ID!]!", "The ids of those that it stands for from now on."))
        .with(argument("reason", "String", "Why."))
        .cost(Cost::Write(1)),
        write(
            "unmergeEntity",
            "Entity!",
            "Brings back an entity that was merged into another.",
            op::mutation::unmerge,
        )
        .with(id("The id of the entity that was merged."))
        .cost(Cost::Write(1)),
    ]
}

fn id(description: &'static str) -> Argument {
    argument("id", "ID!", description)
}

fn expected_revision() -> Argument {
    argument(
        "expectedRevision",
        "BigInt",
        "The revision of the last change to it; REVISION_CONFLICT where that is another.",
    )
}
