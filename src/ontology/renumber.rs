//! The numbers under which a store knows an ontology's names.

use super::{Names, Ontology, Property, RelationshipField, Target, index::Index};
use crate::model::{KindId, PropertyId, RelationId};

impl Ontology {
    /// The same ontology under the numbers that a store already uses: its names keep theirs, and
    /// new names are appended. The order of its parts stays that of the file.
    ///
    /// # Panics
    ///
    /// Where a store has come to know more than 65,536 names of one sort.
    #[must_use]
    pub fn renumbered(mut self, stored: &Names) -> Self {
        let mut names = stored.clone();
        let kinds = numbers(&self.names.kinds, &mut names.kinds);
        let relations = numbers(&self.names.relations, &mut names.relations);
        let properties = numbers(&self.names.properties, &mut names.properties);
        let kind = |id: &mut KindId| id.0 = kinds[id.index()];
        let relation = |id: &mut RelationId| id.0 = relations[id.index()];
        let property = |it: &mut Property| it.id = PropertyId(properties[it.id.index()]);
        let field = |it: &mut RelationshipField| {
            relation(&mut it.relation);
            if let Target::Kind(id) = &mut it.target {
                kind(id);
            }
        };
        for it in &mut self.kinds {
            kind(&mut it.id);
            it.properties.iter_mut().for_each(property);
            it.fields.iter_mut().for_each(field);
        }
        for it in &mut self.relations {
            relation(&mut it.id);
            let pairs = it.pairs.iter().map(|(source, target)| {
                (KindId(kinds[source.index()]), KindId(kinds[target.index()]))
            });
            it.pairs = pairs.collect();
        }
        for it in &mut self.properties_types {
            it.properties.iter_mut().for_each(property);
        }
        for it in &mut self.interfaces {
            it.properties.iter_mut().for_each(property);
            it.fields.iter_mut().for_each(field);
            it.kinds.iter_mut().for_each(kind);
        }
        for it in &mut self.unions {
            it.kinds.iter_mut().for_each(kind);
        }
        self.names = names;
        self.index = Index::of(&self.kinds, &self.relations);
        self
    }
}

/// The number of each of `own` in `stored`, which gains those that it lacks.
fn numbers(own: &[String], stored: &mut Vec<String>) -> Vec<u16> {
    let mut known: rustc_hash::FxHashMap<String, usize> =
        stored.iter().cloned().enumerate().map(|(number, name)| (name, number)).collect();
    let mut number = |name: &String| {
        let number = *known.entry(name.clone()).or_insert_with(|| {
            stored.push(name.clone());
            stored.len() - 1
        });
        u16::try_from(number).expect("a store knows at most 65,536 names of one sort")
    };
    own.iter().map(&mut number).collect()
}
