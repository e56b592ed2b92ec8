//! What the validator says, in our words' form, and what it leaves to us.

use apollo_compiler::{
    ExecutableDocument,
    executable::{Selection, SelectionSet},
    introspection::check_max_depth,
    validation::{DiagnosticList, Valid},
};

use super::{
    Code, Limits, RequestError, Table,
    document::{PreparedOperation, location},
    literal::template,
};

/// Errors that are told at once.
const ERRORS_MAX: usize = 20;
/// Characters of a message.
const MESSAGE_CHARS_MAX: usize = 400;

/// The first diagnostics of the validator as errors with `code`.
pub(super) fn errors(code: Code, diagnostics: &DiagnosticList) -> Vec<RequestError> {
    diagnostics
        .iter()
        .take(ERRORS_MAX)
        .map(|it| {
            let message = it.error.to_string().chars().take(MESSAGE_CHARS_MAX).collect();
            let start = it.line_column_range().map(|it| (it.start.line, it.start.column));
            RequestError { code, message, locations: start.into_iter().collect() }
        })
        .collect()
}

/// Checks the literals that the validator takes as they are: those of scalars that GraphQL does
/// not define. Each fragment is looked at once.
///
/// # Errors
///
/// Up to twenty literals that do not fit.
pub(super) fn literals(
    document: &Valid<ExecutableDocument>,
    operations: &[PreparedOperation],
    table: &Table,
) -> Result<(), Vec<RequestError>> {
    let variables = operations.iter().flat_map(|it| it.variables.iter().cloned()).collect();
    let mut check = LiteralCheck { document, table, variables, errors: Vec::new() };
    for operation in operations {
        check.set(&operation.operation.selection_set);
    }
    for fragment in document.fragments.values() {
        check.set(&fragment.selection_set);
    }
    check.errors.truncate(ERRORS_MAX);
    if check.errors.is_empty() { Ok(()) } else { Err(check.errors) }
}

struct LiteralCheck<'d> {
    document: &'d ExecutableDocument,
    table: &'d Table,
    /// Those of every operation: here it matters only that they are defined.
    variables: Vec<super::coerce::VariableDef>,
    errors: Vec<RequestError>,
}

impl LiteralCheck<'_> {
    fn set(&mut self, set: &SelectionSet) {
        // The fields of introspection are not in the table; their literals are texts and booleans.
        let Some(ty) = self.table.named(&set.ty) else { return };
        for selection in &set.selections {
            match selection {
                Selection::InlineFragment(it) => self.set(&it.selection_set),
                Selection::FragmentSpread(_) => {}
                Selection::Field(field) => {
                    let definition = self.table.field(ty, &field.name);
                    for argument in &field.arguments {
                        let known = definition.and_then(|it| {
                            it.arguments.iter().find(|it| *it.name == *argument.name)
                        });
                        let Some(known) = known else { continue };
                        let checked =
                            template(self.table, &self.variables, known.ty.into(), &argument.value);
                        if let Err(it) = checked {
                            self.errors.push(RequestError {
                                code: Code::ValidationFailed,
                                message: format!("argument `{}`: {}", argument.name, it.message),
                                locations: location(it.location, &self.document.sources)
                                    .into_iter()
                                    .collect(),
                            });
                        }
                    }
                    if let Some(set) = &field.selection_set {
                        self.set(set);
                    }
                }
            }
        }
    }
}

/// Checks that introspection is on where it is asked for, and that its lists do not nest deeper
/// than any tool needs, for they multiply.
///
/// # Errors
///
/// [`Code::ValidationFailed`] where it is off, [`Code::QueryTooDeep`] where lists nest.
pub(super) fn introspection(
    document: &Valid<ExecutableDocument>,
    limits: &Limits,
) -> Result<(), Vec<RequestError>> {
    for operation in document.operations.iter() {
        let asked = operation
            .root_fields(document)
            .find(|it| matches!(it.name.as_str(), "__schema" | "__type"));
        if let (Some(field), false) = (asked, limits.introspection) {
            let message =
                format!("introspection is switched off: `{}` is not answered", field.name);
            let locations = location(field.location(), &document.sources).into_iter().collect();
            return Err(vec![RequestError { code: Code::ValidationFailed, message, locations }]);
        }
        if let Err(it) = check_max_depth(document, operation) {
            let message = "the document nests lists of introspection too deep".to_owned();
            let locations = location(it.location(), &document.sources).into_iter().collect();
            return Err(vec![RequestError { code: Code::QueryTooDeep, message, locations }]);
        }
    }
    Ok(())
}
