//! What the graph asks its ontology at every step, by number.

use crate::{
    model::{KindId, PropertyId, RelationId},
    ontology::Ontology,
};

/// Flags of kinds and relations, as arrays.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    hubs: Vec<bool>,
    symmetric: Vec<bool>,
    unique: Vec<Vec<PropertyId>>,
}

impl Shape {
    pub(super) fn of(ontology: &Ontology) -> Self {
        let names = ontology.names();
        let kinds = names.kinds.len();
        let mut shape = Self {
            hubs: vec![false; kinds],
            symmetric: vec![false; names.relations.len()],
            unique: vec![Vec::new(); kinds],
        };
        for kind in ontology.kinds() {
            shape.hubs[kind.id.index()] = kind.hub;
            let unique = kind.properties.iter().filter(|it| it.unique);
            shape.unique[kind.id.index()] = unique.map(|it| it.id).collect();
        }
        for relation in ontology.relations() {
            shape.symmetric[relation.id.index()] = relation.symmetric;
        }
        shape
    }

    /// How many kinds there are numbers for.
    pub(super) fn kinds(&self) -> usize {
        self.hubs.len()
    }

    pub(super) fn is_hub(&self, kind: KindId) -> bool {
        self.hubs[kind.index()]
    }

    pub(super) fn is_symmetric(&self, relation: RelationId) -> bool {
        self.symmetric[relation.index()]
    }

    /// The `@unique` properties of a kind.
    pub(super) fn unique(&self, kind: KindId) -> &[PropertyId] {
        &self.unique[kind.index()]
    }
}
