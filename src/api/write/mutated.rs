//! Values as wishes take them, and changes to the values that are there.

use serde_json::{Map, Value as Json};

use crate::{
    api::Input,
    graph::items,
    model::{PropertyId, ValueRef},
    ontology::Property,
};

/// The properties that `input` gives; those that are null are not given.
pub(super) fn given(properties: &[Property], input: &Input) -> Map<String, Json> {
    let given = |it: &Property| Some((it.name.clone(), input.field(&it.name)?.into()));
    properties.iter().filter_map(given).collect()
}

/// The changes to a thing's properties that `input` asks for, each with its name.
pub(super) fn changes<'p>(
    properties: &'p [Property],
    input: &Input,
    current: impl Fn(PropertyId) -> Option<Json>,
) -> Vec<(&'p str, Result<Json, String>)> {
    let change = |it: &'p Property| {
        let change = mutated(|| current(it.id), input.field(&it.name)?).transpose()?;
        Some((&*it.name, change))
    };
    properties.iter().filter_map(change).collect()
}

/// A value that is there, as wishes take it.
pub(super) fn there(value: ValueRef<'_>) -> Json {
    match value {
        ValueRef::Bool(it) => it.into(),
        ValueRef::Int(it) => it.into(),
        ValueRef::Float(it) => it.into(),
        ValueRef::Text(it) => it.into(),
        ValueRef::Date(it) => it.to_string().into(),
        ValueRef::Timestamp(it) => it.to_string().into(),
        ValueRef::Json(it) => serde_json::from_str(it).expect("recorded JSON is JSON"),
        ValueRef::List(it) => items(it).map(there).collect(),
    }
}

/// What a value becomes; `None` where it stays as it is, JSON's `null` where it goes.
///
/// # Errors
///
/// What is wrong with the change, to follow its place.
pub(super) fn mutated(
    current: impl FnOnce() -> Option<Json>,
    change: &Input,
) -> Result<Option<Json>, String> {
    let Input::Object(changes) = change else { return Ok(None) };
    let (name, operand) = match changes.as_slice() {
        [] => return Ok(None),
        [(name, operand)] => (&**name, operand),
        several => {
            let names: Vec<_> = several.iter().map(|(name, _)| format!("`{name}`")).collect();
            return Err(format!("{} do not go together; give one", names.join(" and ")));
        }
    };
    if name == "set" {
        return Ok(Some(operand.into()));
    }
    if *operand == Input::Null {
        return Err(format!("`{name}` must not be null"));
    }
    match name {
        "push" => pushed(current(), operand),
        "pop" => popped(current(), operand),
        _ => calculated(current(), name, operand),
    }
    .map(Some)
}

fn pushed(current: Option<Json>, operand: &Input) -> Result<Json, String> {
    let mut list = list(current);
    list.extend(operand.items().iter().map(Json::from));
    Ok(list.into())
}

fn popped(current: Option<Json>, operand: &Input) -> Result<Json, String> {
    let count = match operand {
        Input::Int(it) => usize::try_from(*it).ok(),
        _ => None,
    };
    let count = count.ok_or("`pop` must not be negative")?;
    let mut list = list(current);
    list.truncate(list.len().saturating_sub(count));
    Ok(list.into())
}

fn list(current: Option<Json>) -> Vec<Json> {
    match current {
        Some(Json::Array(list)) => list,
        _ => Vec::new(),
    }
}

fn calculated(current: Option<Json>, name: &str, operand: &Input) -> Result<Json, String> {
    let Some(current) = current else {
        return Err(format!("there is no value to {name}; use `set`"));
    };
    match (current.as_i64(), current.as_f64(), operand) {
        (Some(there), _, Input::Int(it)) => {
            let value = match name {
                "add" => there.checked_add(*it),
                _ => there.checked_sub(*it),
            };
            value.map(Json::from).ok_or_else(|| format!("`{name}` leads beyond 64 bits"))
        }
        (_, Some(there), Input::Float(it)) => {
            let value = match name {
                "add" => there + it,
                "subtract" => there - it,
                "multiply" => there * it,
                _ => there / it,
            };
            let value = Some(value).filter(|it| it.is_finite());
            value.map(Json::from).ok_or_else(|| format!("`{name}` leads to no finite number"))
        }
        _ => Err(format!("there is no number to {name}")),
    }
}
