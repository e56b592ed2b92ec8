//! The schema as clients read it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{env, fmt::Write as _, sync::Arc};

use apollo_compiler::Schema;
use expect_test::expect_file;
use relata::{
    api::{Api, Limits},
    graph::{Graph, Options},
    ontology::{DEFAULT_SOURCE, Ontology},
    store::MemoryStore,
};

fn sdl(source: &str) -> String {
    let ontology = Ontology::parse("schema.graphql", source).unwrap();
    let store = Arc::new(MemoryStore::default());
    let graph = Graph::open(store, Some(ontology), Options::default()).unwrap();
    Api::new(graph, Limits::default()).unwrap().sdl()
}

#[test]
fn the_default_ontology_has_the_schema_that_is_checked_in() {
    let checked_in = expect_file!["sdl/default.graphql"];
    let (sdl, before) = (sdl(DEFAULT_SOURCE), checked_in.data());
    // A picture of the difference would take minutes.
    if env::var_os("UPDATE_EXPECT").is_none() {
        for (line, (now, before)) in (1..).zip(sdl.lines().zip(before.lines())) {
            assert_eq!(now, before, "line {line}; UPDATE_EXPECT=1 writes the file anew");
        }
        assert_eq!(sdl.len(), before.len(), "one goes on where the other ends");
    }
    checked_in.assert_eq(&sdl);
}

#[test]
fn a_schema_is_valid_by_itself_to_two_parsers_and_always_the_same() {
    let mut wide = String::new();
    for kind in 0..40 {
        let next = (kind + 1) % 40;
        writeln!(wide, "type Kind{kind} @node {{ size: Int").unwrap();
        writeln!(wide, "to: [Kind{next}!]! @relationship(type: \"R{kind}\", direction: OUT) }}")
            .unwrap();
    }
    for source in [DEFAULT_SOURCE, &wide] {
        let sdl = sdl(source);
        let schema = Schema::parse_and_validate(&sdl, "sdl").unwrap();
        assert!(schema.get_input_object("EntityRef").unwrap().is_one_of());
        for scalar in ["BigInt", "Date", "DateTime", "JSON"] {
            assert!(schema.get_scalar(scalar).unwrap().directives.has("specifiedBy"), "{scalar}");
        }
        async_graphql::parser::parse_schema(&sdl).unwrap();
        assert_eq!(sdl, self::sdl(source));
    }
}
