//! Conditions on entities, relationships and evidence.

use std::sync::Arc;

use super::{direction, given, kinds, relations, test::test};
use crate::{
    api::{Args, FieldError, Input},
    model::{KindId, Modality, ModalitySet, RelationId, Validity},
    ontology::{Ontology, Property, RelationshipField, Target},
    query::{EntityFilter, EvidenceFilter, LinkFilter, Links, Quantifier, RelationshipFilter},
};

/// What a condition on entities may name: the properties and fields of a type.
#[derive(Clone, Copy, Debug)]
pub(in crate::api) struct Scope<'o> {
    pub(in crate::api) properties: &'o [Property],
    fields: &'o [RelationshipField],
}

impl<'o> Scope<'o> {
    /// What is common to all entities.
    pub(in crate::api) const ENTITY: Self = Self { properties: &[], fields: &[] };

    pub(in crate::api) fn kind(ontology: &'o Ontology, kind: KindId) -> Self {
        let kind = ontology.kind(kind).expect("fields are about types of the ontology");
        Self { properties: &kind.properties, fields: &kind.fields }
    }

    pub(in crate::api) fn of(ontology: &'o Ontology, target: Target) -> Self {
        match target {
            Target::Kind(it) => Self::kind(ontology, it),
            Target::Interface(it) => {
                let interface = &ontology.interfaces()[usize::from(it.0)];
                Self { properties: &interface.properties, fields: &interface.fields }
            }
            Target::Union(_) | Target::Entity => Self::ENTITY,
        }
    }
}

/// The entity types that a target restricts to; empty: none.
pub(in crate::api) fn targets(ontology: &Ontology, target: Target) -> Vec<KindId> {
    if target == Target::Entity { Vec::new() } else { ontology.kinds_of(target) }
}

/// A condition on an entity.
pub(in crate::api) fn entity(
    ontology: &Ontology,
    scope: Scope<'_>,
    input: &Input,
) -> Result<EntityFilter, FieldError> {
    let decode = |it: &Input| entity(ontology, scope, it);
    let mut all = Vec::new();
    for (name, value) in input.fields() {
        all.push(match name {
            "AND" => EntityFilter::All(each(value, decode)?),
            "OR" => EntityFilter::Any(each(value, decode)?),
            "NOT" => EntityFilter::Not(Box::new(decode(value)?)),
            "id" => ids(value),
            "name" => EntityFilter::Name(test(value)?),
            "type" => EntityFilter::Kind(kinds(ontology, value)),
            _ => member(ontology, scope, name, value)?,
        });
    }
    Ok(if all.len() == 1 { all.remove(0) } else { EntityFilter::All(all) })
}

/// A condition on a property, or on the relationships along a field.
fn member(
    ontology: &Ontology,
    scope: Scope<'_>,
    name: &str,
    value: &Input,
) -> Result<EntityFilter, FieldError> {
    if let Some(it) = scope.properties.iter().find(|it| it.name == name) {
        return Ok(EntityFilter::Property(it.id, test(value)?));
    }
    let field = |name: &str| scope.fields.iter().find(|it| it.name == name);
    let (field, is_connection) = match field(name) {
        Some(it) => (it, false),
        None => {
            let field = name.strip_suffix("Connection").and_then(field);
            (field.expect("conditions name properties and fields of the type"), true)
        }
    };
    let quantified = |(name, value): (&str, &Input)| {
        let mut among = Links {
            relations: vec![field.relation],
            direction: field.direction,
            targets: targets(ontology, field.target),
            ..Links::default()
        };
        if is_connection {
            among.relationship = Some(connection(ontology, field.relation, field.target, value)?);
        } else {
            among.node = Some(entity(ontology, Scope::of(ontology, field.target), value)?);
        }
        let quantifier = quantifier(name);
        Ok(EntityFilter::Linked(Box::new(LinkFilter { quantifier, among })))
    };
    Ok(EntityFilter::All(value.fields().map(quantified).collect::<Result<_, _>>()?))
}

/// A condition on a relationship and the entity at its other end.
pub(in crate::api) fn connection(
    ontology: &Ontology,
    relation: RelationId,
    target: Target,
    input: &Input,
) -> Result<RelationshipFilter, FieldError> {
    let decode = |it: &Input| connection(ontology, relation, target, it);
    let mut all = Vec::new();
    for (name, value) in input.fields() {
        all.push(match name {
            "AND" => RelationshipFilter::All(each(value, decode)?),
            "OR" => RelationshipFilter::Any(each(value, decode)?),
            "NOT" => RelationshipFilter::Not(Box::new(decode(value)?)),
            "node" => {
                let node = entity(ontology, Scope::of(ontology, target), value)?;
                RelationshipFilter::Node(Box::new(node))
            }
            "edge" => {
                let relation = ontology.relation(relation).expect("fields follow relations");
                properties(ontology.properties_of(relation), value)?
            }
            "relationship" => relationship(ontology, value)?,
            _ => unreachable!("conditions on connections have no other fields"),
        });
    }
    Ok(RelationshipFilter::All(all))
}

/// A condition on a relationship's properties.
fn properties(of: &[Property], input: &Input) -> Result<RelationshipFilter, FieldError> {
    let decode = |it: &Input| properties(of, it);
    let mut all = Vec::new();
    for (name, value) in input.fields() {
        all.push(match name {
            "AND" => RelationshipFilter::All(each(value, decode)?),
            "OR" => RelationshipFilter::Any(each(value, decode)?),
            "NOT" => RelationshipFilter::Not(Box::new(decode(value)?)),
            _ => {
                let property = of.iter().find(|it| it.name == name);
                let property = property.expect("conditions name properties of the type");
                RelationshipFilter::Property(property.id, test(value)?)
            }
        });
    }
    Ok(RelationshipFilter::All(all))
}

/// A condition on a relationship of any type.
pub(in crate::api) fn relationship(
    ontology: &Ontology,
    input: &Input,
) -> Result<RelationshipFilter, FieldError> {
    let decode = |it: &Input| relationship(ontology, it);
    let mut all = Vec::new();
    for (name, value) in input.fields() {
        all.push(match name {
            "AND" => RelationshipFilter::All(each(value, decode)?),
            "OR" => RelationshipFilter::Any(each(value, decode)?),
            "NOT" => RelationshipFilter::Not(Box::new(decode(value)?)),
            "type" => RelationshipFilter::Relation(relations(ontology, value)),
            "modality" => RelationshipFilter::Modality(modalities(value)),
            "disputed" => RelationshipFilter::Disputed(*value == Input::Bool(true)),
            "validFrom" => RelationshipFilter::ValidFrom(test(value)?),
            "validTo" => RelationshipFilter::ValidTo(test(value)?),
            "validDuring" => RelationshipFilter::ValidDuring(interval(value)?),
            "confidence" => RelationshipFilter::Confidence(test(value)?),
            "origins" => RelationshipFilter::Origins(test(value)?),
            "evidence" => {
                let piece = |(name, value)| {
                    let filter = evidence(ontology, value)?;
                    Ok(RelationshipFilter::Evidence(quantifier(name), filter))
                };
                RelationshipFilter::All(value.fields().map(piece).collect::<Result<_, _>>()?)
            }
            _ => unreachable!("conditions on relationships have no other fields"),
        });
    }
    Ok(if all.len() == 1 { all.remove(0) } else { RelationshipFilter::All(all) })
}

/// A condition on a piece of evidence.
pub(in crate::api) fn evidence(
    ontology: &Ontology,
    input: &Input,
) -> Result<EvidenceFilter, FieldError> {
    let end = |name| given(input.field(name), |it| entity(ontology, Scope::ENTITY, it));
    Ok(EvidenceFilter {
        document: end("document")?,
        cited_source: end("citedSource")?,
        stated_by: end("statedBy")?,
        stated_at: given(input.field("statedAt"), test)?,
        stance: input.field("stance").and_then(|it| it.text().parse().ok()),
        modalities: input.field("modality").map(modalities),
    })
}

/// The relationships of an entity that the arguments `types`, `direction` and `where` select.
pub(in crate::api) fn selection(ontology: &Ontology, args: &Args) -> Result<Links, FieldError> {
    let filter = given(args.get("where"), |it| relationship(ontology, it))?;
    let relations = args.get("types").map(|it| relations(ontology, it));
    // No types at all are none, as in every list of alternatives.
    let never = relations.as_ref().is_some_and(Vec::is_empty);
    let never = never.then_some(RelationshipFilter::Any(Vec::new()));
    Ok(Links {
        relations: relations.unwrap_or_default(),
        direction: direction(args.get("direction")),
        relationship: never.or(filter),
        ..Links::default()
    })
}

fn each<T>(
    list: &Input,
    decode: impl Fn(&Input) -> Result<T, FieldError>,
) -> Result<Vec<T>, FieldError> {
    list.items().iter().map(decode).collect()
}

fn ids(input: &Input) -> EntityFilter {
    let Input::Object(fields) = input else { return EntityFilter::All(Vec::new()) };
    let test = |(name, value): &(Arc<str>, Input)| match value {
        Input::List(those) => Some(those.iter().map(|it| it.text().to_owned()).collect()),
        Input::Text(it) => Some(vec![it.to_string()]),
        // Every entity has an id, so none has null.
        _ => (&**name == "eq").then(Vec::new),
    };
    EntityFilter::All(fields.iter().filter_map(test).map(EntityFilter::Id).collect())
}

fn modalities(names: &Input) -> ModalitySet {
    names.items().iter().filter_map(|it| it.text().parse::<Modality>().ok()).collect()
}

fn interval(input: &Input) -> Result<Validity, FieldError> {
    let date = |name| match input.field(name) {
        Some(Input::Date(it)) => Some(*it),
        _ => None,
    };
    Validity::new(date("from"), date("to"))
        .ok_or_else(|| FieldError::input("`validDuring` ends before it begins"))
}

fn quantifier(name: &str) -> Quantifier {
    match name {
        "some" => Quantifier::Some,
        "none" => Quantifier::None,
        "all" => Quantifier::All,
        "single" => Quantifier::Single,
        _ => unreachable!("there are no other quantifiers"),
    }
}
