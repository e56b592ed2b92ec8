//! Conditions on one value.

use crate::{
    api::{FieldError, Input},
    model::fold,
    query::{Compare, Operand, Test, TextTest},
};

/// Any of the scalar, enum and list filters.
pub(super) fn test(filters: &Input) -> Result<Test, FieldError> {
    let Input::Object(fields) = filters else { return Ok(Test::All(Vec::new())) };
    let mut tests = Vec::with_capacity(fields.len());
    for (name, value) in fields {
        match (&**name, value) {
            // As in the Neo4j GraphQL Library: to equal null is to be absent.
            ("eq", Input::Null) => tests.push(Test::Exists(false)),
            (_, Input::Null) => (),
            ("caseInsensitive", _) => {
                let lower = |it| Test::Text(TextTest::Lower(Box::new(it)));
                tests.extend(value.fields().map(|(name, it)| lower(lower_case(name, it))));
            }
            (name, value) => tests.push(one(name, value)?),
        }
    }
    Ok(if tests.len() == 1 { tests.remove(0) } else { Test::All(tests) })
}

fn one(name: &str, value: &Input) -> Result<Test, FieldError> {
    let text = || value.text().to_owned();
    Ok(match name {
        "eq" if matches!(value, Input::List(_)) => Test::Items(operands(value)),
        "eq" => Test::Is(Compare::Equal, operand(value)),
        "gt" => Test::Is(Compare::Greater, operand(value)),
        "gte" => Test::Is(Compare::GreaterOrEqual, operand(value)),
        "lt" => Test::Is(Compare::Less, operand(value)),
        "lte" => Test::Is(Compare::LessOrEqual, operand(value)),
        "in" => Test::In(operands(value)),
        "includes" => Test::Includes(operand(value)),
        "exists" => Test::Exists(*value == Input::Bool(true)),
        "contains" => Test::Text(TextTest::Contains(text())),
        "startsWith" => Test::Text(TextTest::StartsWith(text())),
        "endsWith" => Test::Text(TextTest::EndsWith(text())),
        "fuzzy" => Test::Text(TextTest::Fuzzy(fold(value.text()))),
        "matches" => {
            let test = TextTest::matches(value.text());
            Test::Text(test.map_err(|it| FieldError::input(format!("`matches`: {it}")))?)
        }
        _ => unreachable!("filters have no other fields"),
    })
}

fn lower_case(name: &str, value: &Input) -> TextTest {
    let lower = |it: &Input| it.text().to_lowercase();
    match name {
        "eq" => TextTest::Equals(lower(value)),
        "in" => TextTest::In(value.items().iter().map(lower).collect()),
        "contains" => TextTest::Contains(lower(value)),
        "startsWith" => TextTest::StartsWith(lower(value)),
        "endsWith" => TextTest::EndsWith(lower(value)),
        _ => unreachable!("filters have no other fields"),
    }
}

fn operands(list: &Input) -> Vec<Operand> {
    list.items().iter().map(operand).collect()
}

fn operand(value: &Input) -> Operand {
    match value {
        Input::Bool(it) => Operand::Bool(*it),
        Input::Int(it) => Operand::Int(*it),
        Input::Float(it) => Operand::Float(*it),
        Input::Text(it) | Input::Enum(it) => Operand::Text(it.to_string()),
        Input::Date(it) => Operand::Date(*it),
        Input::DateTime(it) => Operand::Timestamp(*it),
        Input::Null | Input::Json(_) | Input::List(_) | Input::Object(_) => {
            unreachable!("only scalars and enums are compared")
        }
    }
}
