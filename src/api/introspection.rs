//! Answers `__schema` and `__type` from the schema that documents are validated against.

use std::cell::OnceCell;

use apollo_compiler::{
    introspection::partial_execute,
    request::coerce_variable_values,
    response::{JsonMap, JsonValue},
};
use serde_json::{Map, Value as Json};

use super::{
    document::{Document, PreparedOperation},
    schema::Schema,
};

/// The introspection fields of one request, answered together when the first is written.
pub(super) struct Introspection<'a> {
    schema: &'a Schema,
    document: &'a Document,
    operation: &'a PreparedOperation,
    variables: &'a Map<String, Json>,
    answers: OnceCell<JsonMap>,
}

impl<'a> Introspection<'a> {
    pub(super) fn new(
        schema: &'a Schema,
        document: &'a Document,
        operation: &'a PreparedOperation,
        variables: &'a Map<String, Json>,
    ) -> Self {
        Self { schema, document, operation, variables, answers: OnceCell::new() }
    }

    /// Writes the answer of the root field with response key `key`.
    pub(super) fn write(&self, key: &str, out: &mut Vec<u8>) {
        let answers = self.answers.get_or_init(|| self.answer());
        let answer = answers.get(key).unwrap_or(&JsonValue::Null);
        serde_json::to_writer(out, answer).expect("memory takes what is written");
    }

    /// Variables that the schema's own scalars would refuse were refused before.
    fn answer(&self) -> JsonMap {
        let Schema { valid, implementers, .. } = self.schema;
        let operation = &self.operation.operation;
        let variables = match JsonValue::from(Json::Object(self.variables.clone())) {
            JsonValue::Object(it) => it,
            _ => JsonMap::default(),
        };
        coerce_variable_values(valid, operation, &variables)
            .and_then(|variables| {
                let document = &self.document.executable;
                partial_execute(valid, implementers, document, operation, &variables)
            })
            .ok()
            .and_then(|it| it.data)
            .unwrap_or_default()
    }
}
