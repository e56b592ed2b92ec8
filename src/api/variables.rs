//! The variables of a request: read from their JSON, and coerced by their definitions.
//!
//! Follows the specification's `CoerceVariableValues`.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Value as Json, value::RawValue};

use super::{
    Code, Input, Limits, RequestError, Table,
    coerce::{self, VariableDef, Variables},
    guard::{count_objects, shortened},
};

/// Errors about variables that are told at once.
const ERRORS_MAX: usize = 20;

/// Coerces the variables that a request gives to `definitions`; others are ignored.
///
/// # Errors
///
/// What is no JSON object of variables, or every variable that does not fit its type, with the
/// place inside it, as `$where.name.eq`.
pub(super) fn variables(
    table: &Table,
    definitions: &[VariableDef],
    raw: Option<&RawValue>,
    limits: &Limits,
) -> Result<Variables, Vec<RequestError>> {
    let given = Given::read(raw, limits).map_err(|it| vec![it])?;
    let mut values = Vec::with_capacity(definitions.len());
    let mut errors = Vec::new();
    for definition in definitions {
        match variable(table, definition, given.get(&definition.name)) {
            Ok(value) => values.push(value),
            Err(message) if errors.len() < ERRORS_MAX => errors.push(RequestError {
                code: Code::BadUserInput,
                message,
                locations: vec![definition.location],
            }),
            Err(_) => {}
        }
    }
    if errors.is_empty() { Ok(values) } else { Err(errors) }
}

fn variable(
    table: &Table,
    definition: &VariableDef,
    given: Option<&Json>,
) -> Result<Option<Input>, String> {
    let VariableDef { name, ty, default, .. } = definition;
    match (given, default) {
        (Some(value), _) => {
            let mut place = String::new();
            let value = coerce::json(table, *ty, value, &mut place);
            value
                .map(Some)
                .map_err(|it| format!("`{}` {it}", shortened(&format!("${name}{place}"))))
        }
        (None, Some(default)) => Ok(Some(default.clone())),
        (None, None) if ty.nullable => Ok(None),
        (None, None) => Err(format!("`${name}` must be given: it is of type `{}`", ty.name(table))),
    }
}

/// What a request gives to variables, ascending by name; of values of one name the last counts.
#[derive(Default)]
struct Given<'a>(Vec<(Cow<'a, str>, Json)>);

impl<'a> Given<'a> {
    fn read(raw: Option<&'a RawValue>, limits: &Limits) -> Result<Self, RequestError> {
        let text = raw.map_or("null", RawValue::get);
        count_objects(text, limits)?;
        let refusal =
            |message| RequestError { code: Code::BadUserInput, message, locations: vec![] };
        match text.as_bytes().first() {
            Some(b'{') => serde_json::from_str(text)
                .map_err(|it| refusal(format!("the variables cannot be read: {it}"))),
            _ if text == "null" => Ok(Self::default()),
            _ => Err(refusal("the variables must be a JSON object".to_owned())),
        }
    }

    fn get(&self, name: &str) -> Option<&Json> {
        let end = self.0.partition_point(|(it, _)| **it <= *name);
        self.0[..end].last().filter(|(it, _)| *it == name).map(|(_, value)| value)
    }
}

impl<'de> Deserialize<'de> for Given<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Pairs)
    }
}

/// Reads [`Given`].
struct Pairs;

/// A name, which is copied only where it is escaped.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Visitor<'de> for Pairs {
    type Value = Given<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Given<'de>, A::Error> {
        let mut pairs = Vec::new();
        while let Some((Name(name), value)) = map.next_entry()? {
            pairs.push((name, value));
        }
        pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(Given(pairs))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json, value::RawValue};

    use super::{Given, Limits};

    #[test]
    fn of_values_of_one_name_the_last_counts() {
        let raw = r#"{"b": 1, "a": 2, "c": [3], "\u0061": 4, "b": null}"#;
        let raw: &RawValue = serde_json::from_str(raw).unwrap();
        let given = Given::read(Some(raw), &Limits::default()).unwrap();
        for (name, value) in
            [("a", Some(json!(4))), ("b", Some(Json::Null)), ("c", Some(json!([3]))), ("", None)]
        {
            assert_eq!(given.get(name), value.as_ref(), "{name}");
        }
    }
}
