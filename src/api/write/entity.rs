//! Entities: created, changed and deleted, with what they lead to.

use serde_json::Value as Json;

use super::{
    Writing, links,
    mutated::{changes, given, mutated, there},
};
use crate::{
    api::{
        Context, FieldError, Input,
        connection::complete,
        decode::{self, Scope},
        operators::entity::find,
    },
    graph::{EntityWish, Granted, Mode, Wish},
    model::{NodeId, Revision},
    ontology::{Kind, naming},
    query,
};

/// Creates an entity, and what its fields lead to.
pub(in crate::api) fn create(
    writing: &mut Writing<'_>,
    kind: &Kind,
    input: &Input,
) -> Option<NodeId> {
    let wish = Wish::PutEntity(new(writing, kind, input));
    let granted = writing.grant(&wish);
    lead(writing, kind, granted, input)
}

/// Changes an entity, and what its fields lead to.
pub(in crate::api) fn update(
    writing: &mut Writing<'_>,
    kind: &Kind,
    node: NodeId,
    input: &Input,
    expected_revision: Option<Revision>,
) {
    let wish = changed(writing, kind, node, input, expected_revision);
    writing.grant(&Wish::PutEntity(wish));
    for field in &kind.fields {
        let changes = input.field(&field.name).map_or(&[][..], Input::items);
        for (index, it) in changes.iter().enumerate() {
            let place = format!("{}[{index}]", field.name);
            writing.at(&place, |writing| links::update(writing, field, node, it));
        }
    }
}

/// Creates the entity that a key means, or changes it where it is there.
pub(in crate::api) fn upsert(
    writing: &mut Writing<'_>,
    kind: &Kind,
    input: &Input,
) -> Option<NodeId> {
    let given = |name| input.field(name).expect("it is required");
    let (name, key) = given("key").fields().next().expect("exactly one field is given");
    let there = find(&writing.context(), kind, name, key);
    let there = writing.at("key", |it| it.take(there))?;
    match (there, input.field("onUpdate")) {
        (Some(node), Some(changes)) => {
            writing.at("onUpdate", |it| update(it, kind, node, changes, None));
            Some(node)
        }
        (Some(node), None) => Some(node),
        (None, _) => create_as(writing, kind, name, key, given("onCreate")),
    }
}

/// Deletes an entity.
pub(in crate::api) fn delete(writing: &mut Writing<'_>, node: NodeId, detach: bool) {
    let id = writing.id(node);
    writing.grant(&Wish::DeleteEntity { id, detach });
}

/// The entities of a kind that pass `filter`.
///
/// # Errors
///
/// The filter is wrong, or there are too many entities to look at.
pub(in crate::api) fn chosen(
    context: &Context<'_>,
    kind: &Kind,
    filter: Option<&Input>,
) -> Result<Vec<NodeId>, FieldError> {
    let scope = Scope::kind(context.ontology, kind.id);
    let filter = decode::given(filter, |it| decode::entity(context.ontology, scope, it))?;
    let budget = &mut *context.budget.borrow_mut();
    let nodes = query::entities(context.view, &[kind.id], filter.as_ref(), budget).collect();
    complete(budget.reason())?;
    Ok(nodes)
}

/// Creates the entity that a key means. What is wrong with the key is told of there.
fn create_as(
    writing: &mut Writing<'_>,
    kind: &Kind,
    name: &str,
    key: &Input,
    input: &Input,
) -> Option<NodeId> {
    if input.field(name).is_some_and(|it| it != key) {
        let message = "it must be the same as in `key`, or absent";
        let place = format!("onCreate.{name}");
        writing.at(&place, |it| it.fail(FieldError::input(message)));
        return None;
    }
    let mut wish = new(writing, kind, input);
    if name == "id" {
        key.text().clone_into(&mut wish.id);
    } else {
        wish.properties.insert(name.to_owned(), key.into());
    }
    let granted = writing.grant_at(&Wish::PutEntity(wish), |step| {
        Some(match step {
            Some(step) if step == name => format!("key.{name}"),
            Some(step) => format!("onCreate.{step}"),
            None => "onCreate".to_owned(),
        })
    });
    writing.at("onCreate", |it| lead(it, kind, granted, input))
}

/// What was granted of an entity, and what its fields lead to.
fn lead(
    writing: &mut Writing<'_>,
    kind: &Kind,
    granted: Option<Granted>,
    input: &Input,
) -> Option<NodeId> {
    let node = granted.and_then(|it| match it {
        Granted::Entity { node, .. } => Some(node),
        Granted::Relationship { .. } => None,
    });
    for field in &kind.fields {
        if let Some(it) = input.field(&field.name) {
            writing.at(&field.name, |writing| links::create(writing, field, node, it));
        }
    }
    node
}

fn new(writing: &mut Writing<'_>, kind: &Kind, input: &Input) -> EntityWish {
    let id = match input.field("id") {
        Some(it) => it.text().to_owned(),
        None => writing.fresh_id(&naming::singular(&kind.name)),
    };
    EntityWish {
        id,
        kind: kind.name.clone(),
        name: input.field("name").map(|it| it.text().to_owned()),
        aliases: input.field("aliases").map(texts),
        properties: given(&kind.properties, input),
        mode: Mode::Create,
        expected_revision: None,
    }
}

fn changed(
    writing: &mut Writing<'_>,
    kind: &Kind,
    node: NodeId,
    input: &Input,
    expected_revision: Option<Revision>,
) -> EntityWish {
    let entity = writing.snapshot().entity(node);
    let mut wish = EntityWish {
        id: entity.id().to_owned(),
        kind: kind.name.clone(),
        mode: Mode::Update,
        expected_revision,
        ..EntityWish::default()
    };
    let current = |property| entity.property(property).map(there);
    let properties = changes(&kind.properties, input, current);
    let aliases = || Some(entity.aliases().map(Json::from).collect());
    let aliases = input.field("aliases").and_then(|it| mutated(aliases, it).transpose());
    let name = input.field("name").and_then(|it| mutated(|| None, it).transpose());

    let name = name.map(|it| match it {
        Ok(Json::String(name)) => Ok(name),
        Ok(_) => Err("an entity cannot be without a name".to_owned()),
        Err(message) => Err(message),
    });
    wish.name = name.and_then(|it| writing.changed("name", it));
    wish.aliases = aliases.and_then(|it| writing.changed("aliases", it)).map(|it| match it {
        Json::Array(aliases) => {
            aliases.iter().filter_map(Json::as_str).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    });
    for (name, change) in properties {
        if let Some(value) = writing.changed(name, change) {
            wish.properties.insert(name.to_owned(), value);
        }
    }
    wish
}

fn texts(list: &Input) -> Vec<String> {
    list.items().iter().map(|it| it.text().to_owned()).collect()
}
