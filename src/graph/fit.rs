//! Whether what is recorded fits an ontology that it was not recorded under.

use rustc_hash::FxHashMap;

use super::{Entity, Relationship, Snapshot, codec::items, index::unique_text};
use crate::{
    model::{EdgeId, KindId, NodeId, PropertyId, ValueRef},
    ontology::{Ontology, Property, PropertyType, Scalar},
};

/// Problems that are named; of the others, the number is told.
const PROBLEMS_MAX: usize = 1_000;

/// Everything recorded in `snapshot` that its ontology does not allow. Costs a pass over all
/// records.
pub(super) fn problems(snapshot: &Snapshot) -> Vec<String> {
    let mut fit = Fit { snapshot, ontology: snapshot.ontology(), named: Vec::new(), more: 0 };
    let mut owners = FxHashMap::default();
    for node in snapshot.nodes(None) {
        fit.entity(node, snapshot.entity(node), &mut owners);
    }
    for edge in (0..snapshot.edge_bound() as u32).map(EdgeId) {
        fit.relationship(snapshot.relationship(edge));
    }
    if fit.more > 0 {
        fit.named.push(format!("and {} more", fit.more));
    }
    fit.named
}

struct Fit<'s> {
    snapshot: &'s Snapshot,
    ontology: &'s Ontology,
    named: Vec<String>,
    more: usize,
}

/// Entities by the values of `@unique` properties.
type Owners = FxHashMap<(KindId, PropertyId, String), NodeId>;

impl<'s> Fit<'s> {
    fn entity(&mut self, node: NodeId, entity: Entity<'s>, owners: &mut Owners) {
        let subject = || format!("entity `{}`", entity.id());
        let Some(kind) = self.ontology.kind(entity.kind()) else {
            let name = &self.ontology.names().kinds[entity.kind().index()];
            return self.add(&subject(), &format!("there is no entity type `{name}`"));
        };
        self.properties(subject, &kind.name, &kind.properties, entity.properties());
        for property in kind.properties.iter().filter(|it| it.unique) {
            let value = entity.property(property.id);
            let Some(text) = value.and_then(unique_text) else { continue };
            let key = (kind.id, property.id, text.into_owned());
            if let Some(owner) = owners.get(&key) {
                let owner = self.snapshot.entity(*owner).id();
                let (name, text) = (&property.name, &key.2);
                let wrong = format!("`{owner}` has the {name} `{text}` too, which is unique");
                self.add(&subject(), &wrong);
                continue;
            }
            owners.insert(key, node);
        }
    }

    fn relationship(&mut self, relationship: Relationship<'s>) {
        let subject = || format!("relationship `{}`", relationship.id());
        let names = self.ontology.names();
        let Some(relation) = self.ontology.relation(relationship.relation()) else {
            let name = &names.relations[relationship.relation().index()];
            return self.add(&subject(), &format!("there is no relationship type `{name}`"));
        };
        let known = self.ontology.properties_of(relation);
        self.properties(subject, &relation.name, known, relationship.properties());
        let ends = [relationship.source(), relationship.target()];
        let [source, target] = ends.map(|it| self.snapshot.kind(it));
        let is_allowed = relation.pairs.contains(source, target)
            || relation.symmetric && relation.pairs.contains(target, source);
        if !is_allowed {
            let [source, target] = [source, target].map(|it| &names.kinds[it.index()]);
            let name = &relation.name;
            let wrong = format!("`{name}` does not lead from `{source}` to `{target}`");
            self.add(&subject(), &wrong);
        }
    }

    fn properties(
        &mut self,
        subject: impl Fn() -> String,
        owner: &str,
        known: &[Property],
        values: impl Iterator<Item = (PropertyId, ValueRef<'s>)>,
    ) {
        let mut there = Vec::new();
        for (id, value) in values {
            there.push(id);
            let name = &self.ontology.names().properties[id.index()];
            let Some(property) = known.iter().find(|it| it.id == id) else {
                self.add(&subject(), &format!("`{owner}` has no property `{name}`"));
                continue;
            };
            if !self.takes(property, value) {
                self.add(&subject(), &format!("its `{name}` is of another type"));
            }
        }
        for property in known.iter().filter(|it| it.required && !there.contains(&it.id)) {
            let name = &property.name;
            self.add(&subject(), &format!("it has no `{name}`, which `{owner}` requires"));
        }
    }

    /// Whether `property` can have `value`.
    fn takes(&self, property: &Property, value: ValueRef<'_>) -> bool {
        match value {
            ValueRef::List(list) => {
                property.list && items(list).all(|it| self.takes_single(property.ty, it))
            }
            _ => !property.list && self.takes_single(property.ty, value),
        }
    }

    fn takes_single(&self, ty: PropertyType, value: ValueRef<'_>) -> bool {
        match (ty, value) {
            (PropertyType::Enum(id), ValueRef::Text(text)) => {
                let values = &self.ontology.enums()[usize::from(id.0)].values;
                values.iter().any(|it| it.name == text)
            }
            (PropertyType::Enum(_), _) => false,
            (PropertyType::Scalar(scalar), value) => match value {
                ValueRef::Text(_) => matches!(scalar, Scalar::String | Scalar::Id),
                ValueRef::Bool(_) => scalar == Scalar::Boolean,
                ValueRef::Int(it) => {
                    scalar == Scalar::BigInt || scalar == Scalar::Int && i32::try_from(it).is_ok()
                }
                ValueRef::Float(_) => scalar == Scalar::Float,
                ValueRef::Date(_) => scalar == Scalar::Date,
                ValueRef::Timestamp(_) => scalar == Scalar::DateTime,
                ValueRef::Json(_) => scalar == Scalar::Json,
                ValueRef::List(_) => false,
            },
        }
    }

    fn add(&mut self, subject: &str, wrong: &str) {
        if self.named.len() == PROBLEMS_MAX {
            self.more += 1;
            return;
        }
        self.named.push(format!("{subject}: {wrong}"));
    }
}
