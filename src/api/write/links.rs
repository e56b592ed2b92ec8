//! What an entity leads to along a field of its type: created, connected, changed and cut.

use super::{
    Writing, entity,
    mutated::{changes, given, there},
    relationship::said,
};
use crate::{
    api::{
        Context, FieldError, Input,
        connection::complete,
        decode::{self, Scope},
    },
    graph::{Half, RelationshipWish, Wish},
    model::{Direction, NodeId},
    ontology::{Property, Relation, RelationshipField, Target},
    query::{self, Links},
};

/// Why a relationship is retracted that a mutation disconnects.
const DISCONNECTED: &str = "disconnected";

/// Creates what a field of a new entity leads to. Where the entity could not be created, what is
/// wrong with the rest is told all the same.
pub(super) fn create(
    writing: &mut Writing<'_>,
    field: &RelationshipField,
    owner: Option<NodeId>,
    input: &Input,
) {
    each(writing, input, "connect", |writing, it| connect(writing, field, owner, it));
    each(writing, input, "create", |writing, it| create_end(writing, field, owner, it));
}

/// Changes what a field of an entity leads to, in the order of the Neo4j GraphQL Library.
pub(super) fn update(
    writing: &mut Writing<'_>,
    field: &RelationshipField,
    owner: NodeId,
    input: &Input,
) {
    if let Some(it) = input.field("update") {
        writing.at("update", |writing| change(writing, field, owner, it));
    }
    each(writing, input, "disconnect", |writing, it| disconnect(writing, field, owner, it));
    create(writing, field, Some(owner), input);
}

fn each<'i>(
    writing: &mut Writing<'_>,
    input: &'i Input,
    name: &str,
    mut work: impl FnMut(&mut Writing<'_>, &'i Input),
) {
    let items = input.field(name).map_or(&[][..], Input::items);
    for (index, it) in items.iter().enumerate() {
        writing.at(&format!("{name}[{index}]"), |writing| work(writing, it));
    }
}

fn create_end(
    writing: &mut Writing<'_>,
    field: &RelationshipField,
    owner: Option<NodeId>,
    input: &Input,
) {
    let node = input.field("node").expect("it is required");
    let other = match field.target {
        Target::Kind(it) => {
            let kind = writing.ontology().kind(it).expect("targets are of the ontology");
            writing.at("node", |writing| entity::create(writing, kind, node))
        }
        Target::Interface(_) | Target::Union(_) | Target::Entity => {
            let (name, node) = node.fields().next().expect("exactly one field is given");
            let kind = writing.ontology().kind_named(name).expect("fields are named after types");
            writing.at(&format!("node.{name}"), |writing| entity::create(writing, kind, node))
        }
    };
    join(writing, field, owner, other, input);
}

fn connect(
    writing: &mut Writing<'_>,
    field: &RelationshipField,
    owner: Option<NodeId>,
    input: &Input,
) {
    let filter = input.field("where").and_then(|it| it.field("node"));
    let others = ends(&writing.context(), field.target, filter);
    let others = writing.at("where.node", |it| it.take(others));
    if owner.is_none() {
        return join(writing, field, None, None, input);
    }
    for other in others.into_iter().flatten() {
        join(writing, field, owner, Some(other), input);
    }
}

fn change(writing: &mut Writing<'_>, field: &RelationshipField, owner: NodeId, input: &Input) {
    let Some(halves) = chosen(writing, field, owner, input) else { return };
    if let Some(node) = input.field("node") {
        let mut others: Vec<_> = halves.iter().map(|it| it.other).collect();
        others.sort_unstable();
        others.dedup();
        for other in others {
            let kind = writing.snapshot().kind(other);
            let kind = writing.ontology().kind(kind).expect("stored entities fit the ontology");
            writing.at("node", |writing| entity::update(writing, kind, other, node, None));
        }
    }
    let Some(edge) = input.field("edge") else { return };
    for half in &halves {
        writing.at("edge", |writing| change_edge(writing, field, half, edge));
    }
}

fn change_edge(writing: &mut Writing<'_>, field: &RelationshipField, half: &Half, input: &Input) {
    let (_, known) = relation(writing, field);
    let relationship = writing.snapshot().relationship(half.edge);
    let id = relationship.id().into_owned();
    let current = |property| relationship.property(property).map(there);
    let changes = changes(known, input, current);
    let changed =
        |(name, change): (&str, _)| Some((name.to_owned(), writing.changed(name, change)?));
    let properties = changes.into_iter().filter_map(changed).collect();
    let (confidence, expected_revision) = (None, None);
    writing.grant(&Wish::UpdateRelationship { id, properties, confidence, expected_revision });
}

fn disconnect(writing: &mut Writing<'_>, field: &RelationshipField, owner: NodeId, input: &Input) {
    for half in chosen(writing, field, owner, input).into_iter().flatten() {
        let id = writing.snapshot().relationship(half.edge).id().into_owned();
        let (reason, expected_revision) = (DISCONNECTED.to_owned(), None);
        writing.grant(&Wish::RetractRelationship { id, reason, expected_revision });
    }
}

/// Asserts the relationship along `field` that `input` describes. Where an end could not be
/// created, what is wrong with the rest is told all the same.
fn join(
    writing: &mut Writing<'_>,
    field: &RelationshipField,
    owner: Option<NodeId>,
    other: Option<NodeId>,
    input: &Input,
) {
    let (relation, known) = relation(writing, field);
    let id = |it: Option<NodeId>| it.map(|it| writing.id(it)).unwrap_or_default();
    let (owner, other) = (id(owner), id(other));
    let (source, target) = match field.direction {
        Direction::In => (other, owner),
        Direction::Out | Direction::Any => (owner, other),
    };
    let properties = input.field("edge").map(|it| given(known, it)).unwrap_or_default();
    let relation = relation.name.clone();
    let wish = RelationshipWish { relation, source, target, properties, ..said(writing, input) };
    writing.grant_along(&Wish::AssertRelationship(wish));
}

/// The relationships of `owner` along the field that pass the field `where` of `input`.
fn chosen(
    writing: &mut Writing<'_>,
    field: &RelationshipField,
    owner: NodeId,
    input: &Input,
) -> Option<Vec<Half>> {
    let halves = along(&writing.context(), field, owner, input.field("where"));
    writing.at("where", |it| it.take(halves))
}

fn along(
    context: &Context<'_>,
    field: &RelationshipField,
    owner: NodeId,
    filter: Option<&Input>,
) -> Result<Vec<Half>, FieldError> {
    let RelationshipField { relation, direction, target, .. } = *field;
    let ontology = context.ontology;
    let relationship =
        decode::given(filter, |it| decode::connection(ontology, relation, target, it))?;
    let targets = decode::targets(ontology, target);
    let relations = vec![relation];
    let links = Links { relations, direction, targets, relationship, node: None };
    let budget = &mut *context.budget.borrow_mut();
    let halves = links.rows(context.view, owner, budget).collect();
    complete(budget.reason())?;
    Ok(halves)
}

/// The entities that a field may lead to and that pass.
fn ends(
    context: &Context<'_>,
    target: Target,
    filter: Option<&Input>,
) -> Result<Vec<NodeId>, FieldError> {
    let scope = Scope::of(context.ontology, target);
    let filter = decode::given(filter, |it| decode::entity(context.ontology, scope, it))?;
    let kinds = decode::targets(context.ontology, target);
    let budget = &mut *context.budget.borrow_mut();
    let nodes = query::entities(context.view, &kinds, filter.as_ref(), budget).collect();
    complete(budget.reason())?;
    Ok(nodes)
}

fn relation<'t>(
    writing: &Writing<'t>,
    field: &RelationshipField,
) -> (&'t Relation, &'t [Property]) {
    let ontology = writing.ontology();
    let relation = ontology.relation(field.relation).expect("fields follow known relations");
    (relation, ontology.properties_of(relation))
}
