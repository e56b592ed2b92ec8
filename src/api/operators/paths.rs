//! Paths.

use std::rc::Rc;

use super::{Answer, Args, Context, FieldDef, FieldError, Value, leaf};
use crate::{
    api::{PATHS, Read, decode},
    model::{EdgeId, NodeId, Validity},
    query::{self, Hops, Path, PathQuestion, Paths},
};

/// How long paths may be where the argument is null.
const HOPS_MAX: usize = 6;

pub(in crate::api) const LENGTH: Read =
    |_, parent, _| Ok(leaf::count(path(parent).edges.len() as u64));
pub(in crate::api) const WEIGHT: Read =
    |_, parent, _| Ok(leaf::maybe(path(parent).weight, Value::Float));
pub(in crate::api) const NODES: Read =
    |context, parent, _| Ok(leaf::entities(context, &path(parent).nodes));
pub(in crate::api) const RELATIONSHIPS: Read =
    |context, parent, _| Ok(leaf::relationships(context, &path(parent).edges));
pub(in crate::api) const STEPS: Read = |_, parent, _| {
    let path = path(parent);
    Ok(leaf::list((0..path.edges.len()).map(|it| Value::Step(path.clone(), it as u32))))
};
pub(in crate::api) const VALID_FROM: Read = |context, parent, _| {
    Ok(leaf::maybe(validity(context, path(parent)).and_then(Validity::from), Value::Date))
};
pub(in crate::api) const VALID_TO: Read = |context, parent, _| {
    Ok(leaf::maybe(validity(context, path(parent)).and_then(Validity::to), Value::Date))
};
pub(in crate::api) const MIN_CONFIDENCE: Read = |context, parent, _| {
    let snapshot = context.view.snapshot;
    let edges = path(parent).edges.iter();
    let least = edges.filter_map(|it| snapshot.relationship(*it).confidence()).reduce(f64::min);
    Ok(leaf::maybe(least, Value::Float))
};

pub(in crate::api) const STEP_SOURCE: Read =
    |context, parent, _| Ok(Value::of_entity(context, step(parent).0));
pub(in crate::api) const STEP_RELATIONSHIP: Read =
    |context, parent, _| Ok(Value::of_relationship(context, step(parent).1));
pub(in crate::api) const STEP_TARGET: Read =
    |context, parent, _| Ok(Value::of_entity(context, step(parent).2));
pub(in crate::api) const STEP_DIRECTION: Read = |context, parent, _| {
    let (source, edge, _) = step(parent);
    let relationship = context.view.snapshot.relationship(edge);
    Ok(leaf::direction(context, relationship.relation(), relationship.source() == source))
};

pub(in crate::api) const PATHS_FOUND: Read = |_, parent, _| {
    let paths = paths(parent).paths.iter();
    Ok(leaf::list(paths.map(|it| Value::Path(Rc::new(it.clone())))))
};
pub(in crate::api) const FOUND: Read =
    |_, parent, _| Ok(Value::Bool(!paths(parent).paths.is_empty()));
pub(in crate::api) const TRUNCATED: Read =
    |_, parent, _| Ok(Value::Bool(paths(parent).truncated.is_some()));
pub(in crate::api) const REASON: Read = |_, parent, _| Ok(leaf::reason(paths(parent).truncated));
pub(in crate::api) const EXPLORED: Read = |_, parent, _| Ok(leaf::count(paths(parent).explored));

fn path<'v>(parent: &'v Value<'_>) -> &'v Rc<Path> {
    let Value::Path(it) = parent else { unreachable!("the field is one of paths") };
    it
}

fn paths<'v>(parent: &'v Value<'_>) -> &'v Paths {
    let Value::Paths(it) = parent else { unreachable!("the field is one of a search for paths") };
    it
}

fn step(parent: &Value<'_>) -> (NodeId, EdgeId, NodeId) {
    let Value::Step(path, index) = parent else { unreachable!("the field is one of steps") };
    let index = *index as usize;
    (path.nodes[index], path.edges[index], path.nodes[index + 1])
}

/// When all of a path held; `None` where it never did.
fn validity(context: &Context<'_>, path: &Path) -> Option<Validity> {
    let relationships = path.edges.iter().map(|it| context.view.snapshot.relationship(*it));
    let mut validities = relationships.map(|it| it.validity());
    validities.try_fold(Validity::ALWAYS, Validity::intersect)
}

pub(in crate::api) fn ask<'s>(
    context: &Context<'s>,
    _: &FieldDef,
    args: &Args,
) -> Result<Answer<'s>, FieldError> {
    let end = |name| decode::known(context, args.get(name).expect("it is required"));
    let hops = decode::count(args, "maxHops")?.unwrap_or(HOPS_MAX);
    let max_hops = u32::try_from(hops).unwrap_or(u32::MAX);
    let via = match args.get("via") {
        Some(_) => decode::steps(context.ontology, args, Hops { min: 1, max: max_hops })?,
        None => Vec::new(),
    };
    let question = PathQuestion {
        from: end("from")?,
        to: end("to")?,
        mode: decode::path_mode(args),
        first: decode::count(args, "first")?.unwrap_or(PATHS as usize),
        max_hops,
        via,
        weight: decode::weight(context, args)?,
    };
    Ok(Box::new(move |context, _| {
        let budget = &mut context.budget.borrow_mut();
        Ok(Value::Paths(query::paths(context.view, &question, budget).into()))
    }))
}
