//! Validation as exact as the specification has it: what the validator says, but where it is wrong.

use std::mem;

use apollo_compiler::{
    ExecutableDocument, Name, Node, Schema as ApolloSchema,
    ast::{Definition, Document, Selection, Value as Literal},
    diagnostic::Diagnostic,
    validation::{DiagnosticData, Valid},
};

use super::{Code, RequestError, Table, validate::errors};

/// `document`, which was parsed from `text`, where it fits `schema`.
///
/// # Errors
///
/// The first twenty things in which it does not.
pub(super) fn executable(
    text: &str,
    document: &Document,
    schema: &Valid<ApolloSchema>,
    table: &Table,
) -> Result<Valid<ExecutableDocument>, Vec<RequestError>> {
    if let Some(strict) = without_null_defaults(document) {
        validated(&strict, schema, table)?;
    }
    let executable = validated(document, schema, table)?;
    // What most documents are spared.
    let may_have_lists = text.matches('[').nth(1).is_some();
    if may_have_lists && let Some(strict) = with_lengths(document) {
        merging(&strict, schema, table)?;
    }
    Ok(executable)
}

fn validated(
    document: &Document,
    schema: &Valid<ApolloSchema>,
    table: &Table,
) -> Result<Valid<ExecutableDocument>, Vec<RequestError>> {
    let refused = match document.to_executable_validate(schema) {
        Ok(it) => return Ok(it),
        Err(it) => it,
    };
    // The validator counts the root fields of a subscription, and not what they merge to.
    let is_single = have_one_root(&refused.partial);
    let wrong = refused
        .errors
        .iter()
        .filter(|it| !is_single || !is_called(it, "SubscriptionUsesMultipleFields"));
    let errors = errors(Code::ValidationFailed, wrong, table);
    if errors.is_empty() { Ok(Valid::assume_valid(refused.partial)) } else { Err(errors) }
}

/// Whether the fields of a document with objects for lists can be merged; whatever else is wrong in
/// it is so because of them.
fn merging(
    document: &Document,
    schema: &Valid<ApolloSchema>,
    table: &Table,
) -> Result<(), Vec<RequestError>> {
    let Err(refused) = document.to_executable_validate(schema) else { return Ok(()) };
    let conflicts = refused.errors.iter().filter(|it| is_called(it, "ConflictingFieldArgument"));
    let errors = errors(Code::ValidationFailed, conflicts, table);
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn is_called(diagnostic: &Diagnostic<'_, DiagnosticData>, name: &str) -> bool {
    diagnostic.error.unstable_error_name() == Some(name)
}

/// Whether the root fields of every subscription have one response key.
fn have_one_root(document: &ExecutableDocument) -> bool {
    document.operations.iter().filter(|it| it.is_subscription()).all(|operation| {
        let mut keys = operation.root_fields(document).map(|it| it.response_name());
        let first = keys.next();
        keys.all(|it| Some(it) == first)
    })
}

/// The document without the defaults that are null, which the validator takes for values that make
/// up for a type that may be null; `None` where there are none.
fn without_null_defaults(document: &Document) -> Option<Document> {
    let mut strict = None;
    for (place, definition) in document.definitions.iter().enumerate() {
        let Definition::OperationDefinition(operation) = definition else { continue };
        for (index, variable) in operation.variables.iter().enumerate() {
            let is_null = variable.default_value.as_ref().is_some_and(|it| **it == Literal::Null);
            if !is_null || variable.ty.is_non_null() {
                continue;
            }
            let strict = strict.get_or_insert_with(|| document.clone());
            if let Definition::OperationDefinition(it) = &mut strict.definitions[place] {
                it.make_mut().variables[index].make_mut().default_value = None;
            }
        }
    }
    strict
}

/// The document with objects that name the length for the lists in arguments, because the validator
/// takes a list for equal to what it begins with; `None` where fewer than two fields have any.
fn with_lengths(document: &Document) -> Option<Document> {
    let mut strict = document.clone();
    let mut fields = 0;
    for definition in &mut strict.definitions {
        match definition {
            Definition::OperationDefinition(it) => {
                replace_lists(&mut it.make_mut().selection_set, &mut fields);
            }
            Definition::FragmentDefinition(it) => {
                replace_lists(&mut it.make_mut().selection_set, &mut fields);
            }
            _ => {}
        }
    }
    (fields > 1).then_some(strict)
}

fn replace_lists(selections: &mut [Selection], fields: &mut usize) {
    for selection in selections {
        match selection {
            Selection::Field(field) => {
                let field = field.make_mut();
                let mut found = false;
                for argument in &mut field.arguments {
                    found |= replace_list(&mut argument.make_mut().value);
                }
                *fields += usize::from(found);
                replace_lists(field.selection_set.as_deref_mut().unwrap_or_default(), fields);
            }
            Selection::InlineFragment(it) => {
                replace_lists(&mut it.make_mut().selection_set, fields);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn replace_list(value: &mut Node<Literal>) -> bool {
    match value.make_mut() {
        Literal::List(items) => {
            for item in items.iter_mut() {
                replace_list(item);
            }
            let length = Name::new(&format!("items{}", items.len())).expect("letters and digits");
            let items = mem::take(items);
            *value.make_mut() = Literal::Object(vec![(length, Literal::List(items).into())]);
            true
        }
        Literal::Object(fields) => {
            fields.iter_mut().fold(false, |found, (_, it)| found | replace_list(it))
        }
        _ => false,
    }
}
