//! Answers `__schema` and `__type` from the schema that documents are validated against.

use std::cell::OnceCell;

use apollo_compiler::{
    ExecutableDocument, Schema as ApolloSchema,
    executable::{Field, Operation, Selection, SelectionSet},
    introspection::{check_max_depth, partial_execute},
    response::{JsonMap, JsonValue},
    schema::ExtendedType,
    validation::Valid,
};

use super::{
    Code, Input, Limits, RequestError,
    coerce::{VariableDef, Variables},
    schema::Schema,
    validate::location,
};

/// Values that an answer may have for each type of the schema: some times as many as the query has
/// with which tools ask for the whole schema.
const VALUES_PER_TYPE_MAX: u64 = 2_000;
/// Values that an answer may have, however small the schema.
const VALUES_MIN: u64 = 20_000;

/// The introspection fields of one request, answered together when the first is written.
pub(super) struct Introspection<'a> {
    schema: &'a Schema,
    document: &'a Valid<ExecutableDocument>,
    operation: &'a Operation,
    definitions: &'a [VariableDef],
    variables: &'a Variables,
    answers: OnceCell<JsonMap>,
}

impl<'a> Introspection<'a> {
    pub(super) fn new(
        schema: &'a Schema,
        document: &'a Valid<ExecutableDocument>,
        operation: &'a Operation,
        definitions: &'a [VariableDef],
        variables: &'a Variables,
    ) -> Self {
        Self { schema, document, operation, definitions, variables, answers: OnceCell::new() }
    }

    /// Writes the answer of the root field with response key `key`.
    pub(super) fn write(&self, key: &str, out: &mut Vec<u8>) {
        let answers = self.answers.get_or_init(|| self.answer());
        let answer = answers.get(key).expect("every root field of a document is answered");
        serde_json::to_writer(out, answer).expect("memory takes what is written");
    }

    fn answer(&self) -> JsonMap {
        let Schema { valid, implementers } = self.schema;
        let values =
            self.definitions.iter().zip(self.variables).filter_map(|(definition, value)| {
                // Introspection and conditions take no other values.
                let value = match value.as_ref()? {
                    Input::Text(it) => it.as_ref().into(),
                    Input::Bool(it) => (*it).into(),
                    Input::Null => JsonValue::Null,
                    _ => return None,
                };
                Some((definition.name.as_ref().into(), value))
            });
        let values = Valid::assume_valid(values.collect());
        partial_execute(valid, implementers, self.document, self.operation, &values)
            .ok()
            .and_then(|it| it.data)
            .expect("a valid document can ask a valid schema for all that it has")
    }
}

/// Checks that introspection is on where it is asked for, that its lists do not nest deeper than
/// any tool needs, and that it does not ask for the schema over and over.
///
/// # Errors
///
/// [`Code::ValidationFailed`] where it is off, [`Code::QueryTooDeep`] where lists nest,
/// [`Code::QueryTooComplex`] where the answer would be many times the schema.
pub(super) fn check(
    document: &Valid<ExecutableDocument>,
    schema: &Schema,
    limits: &Limits,
) -> Result<(), RequestError> {
    for operation in document.operations.iter() {
        let is_asked = |it: &Field| matches!(it.name.as_str(), "__schema" | "__type");
        let Some(field) = operation.root_fields(document).find(|it| is_asked(it)) else {
            continue;
        };
        let refusal = |code, message, span| {
            let locations = location(span, &document.sources).into_iter().collect();
            Err(RequestError { code, message, locations })
        };
        if !limits.introspection {
            let message =
                format!("introspection is switched off: `{}` is not answered", field.name);
            return refusal(Code::ValidationFailed, message, field.location());
        }
        if let Err(it) = check_max_depth(document, operation) {
            let message = "the document nests lists of introspection too deep".to_owned();
            return refusal(Code::QueryTooDeep, message, it.location());
        }
        let sizes = Sizes::of(&schema.valid);
        let values = sizes.values(document, operation);
        if values > sizes.values_max() {
            let message = format!(
                "the operation asks for about {values} values of introspection; the limit is {}",
                sizes.values_max()
            );
            return refusal(Code::QueryTooComplex, message, field.location());
        }
    }
    Ok(())
}

/// How much there is of a schema's parts: the whole and, rounded up, the average.
#[derive(Debug)]
struct Sizes {
    types: u64,
    fields_per_type: u64,
    arguments_per_field: u64,
    values_per_enum: u64,
    directives: u64,
}

impl Sizes {
    fn of(schema: &ApolloSchema) -> Self {
        let (mut composites, mut fields, mut arguments) = (1, 0, 0);
        let (mut enums, mut values) = (1, 0);
        for ty in schema.types.values() {
            let own = match ty {
                ExtendedType::Object(it) => &it.fields,
                ExtendedType::Interface(it) => &it.fields,
                ExtendedType::Enum(it) => {
                    enums += 1;
                    values += it.values.len();
                    continue;
                }
                _ => continue,
            };
            composites += 1;
            fields += own.len();
            arguments += own.values().map(|it| it.arguments.len()).sum::<usize>();
        }
        Self {
            types: schema.types.len() as u64,
            fields_per_type: fields.div_ceil(composites) as u64,
            arguments_per_field: arguments.div_ceil(fields.max(1)) as u64,
            values_per_enum: values.div_ceil(enums) as u64,
            directives: schema.directive_definitions.len() as u64,
        }
    }

    fn values_max(&self) -> u64 {
        self.types.saturating_mul(VALUES_PER_TYPE_MAX).max(VALUES_MIN)
    }

    /// About how many values the answer to the introspection of an operation has.
    fn values(&self, document: &ExecutableDocument, operation: &Operation) -> u64 {
        operation
            .root_fields(document)
            .filter_map(|it| it.selection_set.as_ref())
            .filter(|it| it.ty.starts_with("__"))
            .fold(0, |sum, it| self.set(document, it).saturating_add(sum))
    }

    /// The guard bounds the fields of a document after fragments, and so this recursion.
    fn set(&self, document: &ExecutableDocument, set: &SelectionSet) -> u64 {
        set.selections.iter().fold(0, |sum: u64, selection| {
            sum.saturating_add(match selection {
                Selection::InlineFragment(it) => self.set(document, &it.selection_set),
                Selection::FragmentSpread(it) => {
                    let fragment = document.fragments.get(&it.fragment_name);
                    fragment.map_or(0, |it| self.set(document, &it.selection_set))
                }
                Selection::Field(field) => {
                    let below = field.selection_set.as_ref();
                    let below = below.map_or(0, |it| self.set(document, it));
                    self.rows(&field.name).saturating_mul(below + 1)
                }
            })
        })
    }

    fn rows(&self, field: &str) -> u64 {
        match field {
            "types" => self.types,
            "fields" | "inputFields" => self.fields_per_type,
            "args" => self.arguments_per_field,
            "enumValues" => self.values_per_enum,
            "directives" => self.directives,
            // Few types have any: an interface has many, an object two or three.
            "possibleTypes" | "interfaces" => 4,
            _ => 1,
        }
    }
}
