//! What an ontology file says, and what is said about one that is wrong.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use relata::ontology::{DEFAULT_SOURCE, Ontology};

#[test]
fn the_default_ontology_is_sound() {
    let ontology = Ontology::parse("schema.graphql", DEFAULT_SOURCE).unwrap_or_else(|problems| {
        let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
        panic!("{}", problems.join("\n"))
    });
    assert_eq!(ontology.kinds().len(), 12);
    assert_eq!(ontology.relations().len(), 21);
}
