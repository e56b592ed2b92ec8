//! Wishes for entities.

use std::borrow::Cow;

use super::{
    Resolver, check_id,
    problems::{EXPECTED_REVISION, ID, Problems},
    properties::{self, Properties},
};
use crate::{
    graph::{
        Entity, EntityWish, Granted, Mode, Outcome, Place, PutNode, Rule, entity::EntityRecord,
        identity::Identity, index::unique_text,
    },
    model::{NodeId, PropertyId},
    ontology::Kind,
};

/// An entity's new state, and the values of `@unique` properties that it is to be found by.
type Put = (PutNode, Vec<(PropertyId, String)>);

impl<'a> Resolver<'a> {
    /// Creates the entity, or updates the one with its id.
    pub(super) fn put_entity(&mut self, wish: &'a EntityWish) -> Result<Granted, Problems> {
        let mut problems = Problems::default();
        let kind = self.kind(&wish.kind, &mut problems);
        match self.entity_put(wish, kind, problems) {
            Ok((node, None)) => Ok(Granted::entity(node, Outcome::Unchanged)),
            Ok((node, Some((put, unique)))) => {
                let outcome = if put.is_new { Outcome::Created } else { Outcome::Updated };
                self.progress.put_node(&wish.id, put, unique);
                Ok(Granted::entity(node, outcome))
            }
            Err(problems) => {
                self.progress.refuse(&wish.id);
                Err(problems)
            }
        }
    }

    /// The entity, and how the wish leaves it: `None` where it is so already.
    fn entity_put(
        &self,
        wish: &EntityWish,
        kind: Option<&Kind>,
        mut problems: Problems,
    ) -> Result<(NodeId, Option<Put>), Problems> {
        check_id(&wish.id, &mut problems);
        check_names(wish, &mut problems);
        let Some(kind) = kind else { return Err(problems) };
        let known = &kind.properties;
        let given =
            properties::check(self.ontology, &kind.name, known, &wish.properties, &mut problems);
        let node = self.progress.node(&wish.id);
        if node.is_none() {
            self.check_new_id(&wish.id, &mut problems);
        }
        let there = node.map(|it| self.progress.entity(it));
        if let Some(it) = there.filter(|it| it.kind() != kind.id) {
            let is = self.ontology.kind(it.kind()).map_or("thing of another type", |it| &it.name);
            let wished = &kind.name;
            let message = format!("it is a `{is}` and cannot become a `{wished}`");
            problems.invalid(ID, message);
            return Err(problems);
        }
        check_mode(wish, there, &mut problems);
        let properties = properties::merge(there.into_iter().flat_map(Entity::properties), &given);
        properties::check_required(known, &wish.properties, &properties, &mut problems);
        let unique = self.check_unique(kind, node, &properties, &mut problems);
        let aliases = match &wish.aliases {
            Some(it) => it.iter().map(String::as_str).collect(),
            None => there.map(|it| it.aliases().collect::<Vec<_>>()).unwrap_or_default(),
        };
        let name = wish.name.as_deref().or(there.map(Entity::name)).unwrap_or_default();
        problems.or(())?;
        let is_new = node.is_none();
        let node = node.unwrap_or_else(|| self.progress.next_node());
        if there.is_some_and(|it| is_same(it, name, &aliases, &properties)) {
            return Ok((node, None));
        }
        let record = EntityRecord {
            merged: None,
            // The wish may name it by the id of an entity that was merged into it.
            id: there.map_or(&wish.id, Entity::id),
            name,
            aliases: &aliases,
            revision: self.revision,
            properties: &properties,
        };
        let put = PutNode { node, is_new, kind: kind.id, deleted: false, record: record.encode() };
        Ok((node, Some((put, unique))))
    }

    /// Whether a new entity may have an id that no entity has.
    fn check_new_id(&self, id: &str, problems: &mut Problems) {
        let identity = Identity::parse(id);
        if self.progress.edge(identity).is_some() {
            let message = "it is the id of a relationship; choose another id".to_owned();
            problems.add(Rule::Taken, ID, message);
        } else if matches!(identity, Identity::Derived(_)) {
            let message = "ids like it are made of what relationships say; choose another id";
            problems.invalid(ID, message.to_owned());
        }
        self.check_not_evidence(id, problems);
    }

    /// The values of the kind's `@unique` properties; none of them another entity's.
    pub(super) fn check_unique(
        &self,
        kind: &Kind,
        node: Option<NodeId>,
        properties: &Properties<'_>,
        problems: &mut Problems,
    ) -> Vec<(PropertyId, String)> {
        let mut values = Vec::new();
        for property in kind.properties.iter().filter(|it| it.unique) {
            let Ok(place) = properties.binary_search_by_key(&property.id, |it| it.0) else {
                continue;
            };
            let value = properties[place].1;
            let Some(text) = unique_text(value).map(Cow::into_owned) else { continue };
            let owner = self.progress.unique(kind.id, property.id, &text).filter(|it| {
                // The draft may have taken the value from it.
                self.progress.entity(*it).property(property.id) == Some(value)
            });
            if owner.is_some() && owner != node {
                let owner = owner.map_or("", |it| self.progress.entity(it).id());
                let name = &property.name;
                let message = format!("`{owner}` has the {name} `{text}` already, which is unique");
                problems.add(Rule::Unique, Place::Property(name.clone()), message);
            }
            values.push((property.id, text));
        }
        values
    }
}

/// Whether the entity may be there, or not be there, and is as it is expected to be.
fn check_mode(wish: &EntityWish, there: Option<Entity<'_>>, problems: &mut Problems) {
    match (there, wish.mode) {
        (Some(_), Mode::Create) => {
            let message = "it is there already; choose another id".to_owned();
            problems.add(Rule::Taken, ID, message);
        }
        (Some(it), _) => problems.check_revision(wish.expected_revision, it.revision()),
        (None, Mode::Update) => {
            problems.add(Rule::UnknownEntity, ID, "it is not there".to_owned());
        }
        (None, _) if wish.name.is_none() => {
            problems.invalid(Place::Field("name"), "a new entity needs a name".to_owned());
        }
        (None, _) if wish.expected_revision.is_some() => {
            let message = "it is not there at any revision".to_owned();
            problems.add(Rule::UnknownEntity, EXPECTED_REVISION, message);
        }
        (None, _) => {}
    }
}

fn check_names(wish: &EntityWish, problems: &mut Problems) {
    if wish.name.as_ref().is_some_and(|it| it.trim().is_empty()) {
        problems.invalid(Place::Field("name"), "a name must not be blank".to_owned());
    }
    if wish.aliases.iter().flatten().any(|it| it.trim().is_empty()) {
        problems.invalid(Place::Field("aliases"), "an alias must not be blank".to_owned());
    }
}

fn is_same(entity: Entity<'_>, name: &str, aliases: &[&str], properties: &Properties<'_>) -> bool {
    entity.name() == name
        && entity.aliases().eq(aliases.iter().copied())
        && entity.properties().eq(properties.iter().copied())
}
