//! The steps of walks.

use super::{Scope, direction, entity, given, relations, relationship};
use crate::{
    api::{Args, Context, FieldError, Input},
    ontology::{Ontology, PropertyType, Scalar},
    query::{Hops, PathMode, RelationshipFilter, Step, Weight},
};

const ONCE: Hops = Hops { min: 1, max: 1 };

/// The argument `via`. No step, or one that does not say how often it is repeated, is taken as
/// often as `hops` says; of several, each is taken once unless it says otherwise.
pub(in crate::api) fn steps(
    ontology: &Ontology,
    args: &Args,
    hops: Hops,
) -> Result<Vec<Step>, FieldError> {
    let inputs = args.get("via").map_or(&[][..], Input::items);
    if inputs.is_empty() {
        return Ok(vec![any(hops)]);
    }
    let repeat = if inputs.len() == 1 { hops } else { ONCE };
    inputs.iter().map(|it| step(ontology, it, repeat)).collect()
}

/// The argument `hops` of `neighbors`.
///
/// # Errors
///
/// It is no range, or the steps say how long the walk is.
pub(in crate::api) fn hops(args: &Args) -> Result<Hops, FieldError> {
    let hops = given(args.get("hops"), |it| range("hops", it))?.unwrap_or(ONCE);
    let steps = args.get("via").map_or(&[][..], Input::items);
    let is_told = steps.len() > 1 || steps.iter().any(|it| it.field("repeat").is_some());
    if is_told && hops != ONCE {
        return Err(FieldError::input(
            "`hops` does not go with steps that say how long the walk is; use `repeat` alone",
        ));
    }
    Ok(hops)
}

/// The argument `mode`.
pub(in crate::api) fn path_mode(args: &Args) -> PathMode {
    match args.text("mode") {
        Some("ALL_SHORTEST") => PathMode::AllShortest,
        Some("K_SHORTEST") => PathMode::KShortest,
        Some("ALL_SIMPLE") => PathMode::AllSimple,
        _ => PathMode::Shortest,
    }
}

/// The argument `weight`.
///
/// # Errors
///
/// The relationship type has no such property, or it is no number.
pub(in crate::api) fn weight(
    context: &Context<'_>,
    args: &Args,
) -> Result<Option<Weight>, FieldError> {
    let Some(input) = args.get("weight") else { return Ok(None) };
    let text = |name| input.field(name).map_or("", Input::text);
    let Some(relation) = context.ontology.relation_named(text("type")) else {
        return Err(FieldError::input("the ontology has no relationships; leave out `weight`"));
    };
    let name = text("property");
    let numbers = [Scalar::Int, Scalar::Float, Scalar::BigInt].map(PropertyType::Scalar);
    let properties = context.ontology.properties_of(relation).iter();
    let mut properties = properties.filter(|it| !it.list && numbers.contains(&it.ty));
    if let Some(it) = properties.clone().find(|it| it.name == name) {
        return Ok(Some(Weight { relation: relation.id, property: it.id }));
    }
    let relation = &relation.name;
    let message = match properties.next() {
        Some(it) => format!("`{relation}` has no number `{name}`; write `{}`", it.name),
        None => format!("`{relation}` has no numbers; leave out `weight`"),
    };
    Err(FieldError::input(message))
}

fn any(repeat: Hops) -> Step {
    let direction = direction(None);
    Step { relations: Vec::new(), direction, relationship: None, to: None, repeat }
}

fn step(ontology: &Ontology, input: &Input, repeat: Hops) -> Result<Step, FieldError> {
    let filter = given(input.field("where"), |it| relationship(ontology, it))?;
    let relations = input.field("types").map(|it| relations(ontology, it));
    // No types at all are none, as in every list of alternatives.
    let never = relations.as_ref().is_some_and(Vec::is_empty);
    let never = never.then_some(RelationshipFilter::Any(Vec::new()));
    Ok(Step {
        relations: relations.unwrap_or_default(),
        direction: direction(input.field("direction")),
        relationship: never.or(filter),
        to: given(input.field("to"), |it| entity(ontology, Scope::ENTITY, it))?,
        repeat: given(input.field("repeat"), |it| range("repeat", it))?.unwrap_or(repeat),
    })
}

fn range(name: &str, input: &Input) -> Result<Hops, FieldError> {
    let end = |name| match input.field(name) {
        Some(Input::Int(it)) => u32::try_from(*it).ok(),
        _ => None,
    };
    match (end("min"), end("max")) {
        (Some(min), Some(max)) if min <= max => Ok(Hops { min, max }),
        _ => Err(FieldError::input(format!(
            "`{name}` must go from a `min` that is not negative to a `max` that is not less"
        ))),
    }
}
