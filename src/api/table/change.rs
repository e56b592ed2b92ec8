//! The root of subscriptions, and the changes that it tells of.

use super::builder::{Builder, argument, ask, read};
use crate::api::operators as op;

const KINDS: [(&str, &str); 4] = [
    ("CREATED", "It is new."),
    ("UPDATED", "It was there and is different, or has gained evidence."),
    ("DELETED", "The entity is gone, and its relationships are not seen any more."),
    ("RETRACTED", "The relationship should never have been recorded."),
];

pub(super) fn define(builder: &mut Builder<'_>) {
    builder.enumeration("ChangeKind", "What became of an entity or a relationship.", KINDS);
    let description = "One committed change to one entity or one relationship. What is selected of \
                       it shows the graph as it is when the change is told: never older than the \
                       change.";
    let fields = vec![
        read(
            "cursor",
            "String!",
            "Where in the order of changes this one is, for `after`.",
            op::change::CURSOR,
        ),
        read("kind", "ChangeKind!", "What became of it.", op::change::KIND),
        read("revision", "BigInt!", "The revision that has the change.", op::change::REVISION),
        read("at", "DateTime!", "When it was recorded.", op::change::AT),
        read("entity", "Entity", "The entity, where it is one that changed.", op::change::ENTITY),
        read(
            "relationship",
            "Relationship",
            "The relationship, where it is one that changed.",
            op::change::RELATIONSHIP,
        ),
    ];
    builder.object("Change", description, &[], fields);
    let description = "Which changes are told; all conditions must hold. Where one of the lists of \
                       types is given, only changes to what it lists are told; where both are, \
                       changes to what either lists.";
    let touching = "Only changes to these entities, or to relationships that touch them.";
    let fields = vec![
        argument("entityTypes", "[EntityType!]", "Changes to entities of these types."),
        argument(
            "relationshipTypes",
            "[RelationshipType!]",
            "Changes to relationships of these types.",
        ),
        argument("touching", "[ID!]", touching),
    ];
    builder.input("ChangeWhere", description, fields);
    let description = "Every committed change, in order; resume with the last `cursor` seen and \
                       nothing is missed.";
    let changes = ask("changes", "Change!", description, op::change::changes)
        .with(argument("where", "ChangeWhere", "Only changes that pass."))
        .with(argument("after", "String", "Only what follows this cursor; absent: from now on."));
    builder.object("Subscription", "What can be followed.", &[], vec![changes]);
}
