//! The types that an ontology brings.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write;

use relata::{
    api::{Table, TypeBody},
    ontology::Ontology,
};

fn table(source: &str) -> Table {
    let ontology = Ontology::parse("schema.graphql", source).unwrap();
    Table::build(&ontology).unwrap()
}

/// `kinds` entity types with three relationships each, and every relationship type of its own.
fn wide(kinds: usize, properties: bool) -> String {
    let mut source = String::from("type Strength @relationshipProperties { weight: Float }\n");
    for kind in 0..kinds {
        writeln!(source, "type Kind{kind} @node {{ size: Int code: String").unwrap();
        for field in 0..3 {
            let to = (kind + field + 1) % kinds;
            let of = if properties { ", properties: \"Strength\"" } else { "" };
            writeln!(
                source,
                "field{field}: [Kind{to}!]! @relationship(type: \"R_{kind}_{field}\", \
                 direction: OUT{of})"
            )
            .unwrap();
        }
        source.push_str("}\n");
    }
    if properties { source } else { source.lines().skip(1).collect::<Vec<_>>().join("\n") }
}

#[test]
fn types_that_would_be_equal_are_generated_once() {
    for properties in [false, true] {
        let count = table(&wide(50, properties)).types().count();
        // 24 of an entity type and its relationships are answers and conditions, as many are what
        // mutations are given: six for each relationship, as the Neo4j GraphQL Library names them.
        assert!(count <= 50 * 50, "{count} types");
    }
}

#[test]
fn everything_is_described() {
    let table = table(&wide(3, true));
    let describe = |name: &str, description: &str| {
        assert!(description.ends_with(['.', ')']), "{name}: {description}");
    };
    for (_, ty) in table.types() {
        describe(&ty.name, &ty.description);
        match &ty.body {
            TypeBody::Enum(values) => {
                values.iter().for_each(|it| describe(&it.name, &it.description));
            }
            TypeBody::Input { fields, .. } => {
                fields.iter().for_each(|it| describe(&it.name, &it.description));
            }
            body => {
                for field in body.fields() {
                    describe(&field.name, &field.description);
                    field.arguments.iter().for_each(|it| describe(&it.name, &it.description));
                }
            }
        }
    }
}
