//! What the validator says, in our words' form, and what it leaves to us.

use apollo_compiler::{
    ExecutableDocument, Name,
    diagnostic::Diagnostic,
    executable::{Field, Operation, Selection, SelectionSet},
    parser::{SourceMap, SourceSpan},
    validation::{DiagnosticData, DiagnosticList, Valid},
};
use rustc_hash::FxHashSet;

use super::{Code, RequestError, Table, coerce::VariableDef, literal::template};

/// Errors that are told at once.
const ERRORS_MAX: usize = 20;
/// Characters of a message.
const MESSAGE_CHARS_MAX: usize = 400;

/// The first diagnostics of the parser as errors.
pub(super) fn unparsable(diagnostics: &DiagnosticList, table: &Table) -> Vec<RequestError> {
    errors(Code::ParseFailed, diagnostics.iter(), table)
}

/// The first diagnostics as errors with `code`, and with the names that may have been meant.
pub(super) fn errors<'d>(
    code: Code,
    diagnostics: impl Iterator<Item = Diagnostic<'d, DiagnosticData>>,
    table: &Table,
) -> Vec<RequestError> {
    diagnostics
        .take(ERRORS_MAX)
        .map(|it| {
            let told = it.error.to_string();
            let mut message: String = told.chars().take(MESSAGE_CHARS_MAX).collect();
            if let Some(error) = it.error.unstable_error_name() {
                message += &table.hint(error, &told);
            }
            let start = it.line_column_range().map(|it| (it.start.line, it.start.column));
            RequestError { code, message, locations: start.into_iter().collect() }
        })
        .collect()
}

/// Line and column of where `span` begins.
pub(super) fn location(span: Option<SourceSpan>, sources: &SourceMap) -> Option<(usize, usize)> {
    span?.line_column(sources).map(|it| (it.line, it.column))
}

/// Checks the literals that the validator takes as they are: those of scalars that GraphQL does
/// not define. Each operation looks at each of its fragments once.
///
/// # Errors
///
/// Up to twenty literals that do not fit.
pub(super) fn literals<'d>(
    document: &'d Valid<ExecutableDocument>,
    operations: impl Iterator<Item = (&'d Operation, &'d [VariableDef])>,
    table: &'d Table,
) -> Result<(), Vec<RequestError>> {
    let mut errors = Vec::new();
    for (operation, variables) in operations {
        let mut check =
            LiteralCheck { document, table, variables, visited: FxHashSet::default(), errors };
        check.set(&operation.selection_set);
        errors = check.errors;
    }
    errors.truncate(ERRORS_MAX);
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

struct LiteralCheck<'d> {
    document: &'d ExecutableDocument,
    table: &'d Table,
    variables: &'d [VariableDef],
    visited: FxHashSet<&'d Name>,
    errors: Vec<RequestError>,
}

impl<'d> LiteralCheck<'d> {
    fn set(&mut self, set: &'d SelectionSet) {
        for selection in &set.selections {
            match selection {
                Selection::InlineFragment(it) => self.set(&it.selection_set),
                Selection::FragmentSpread(it) => {
                    let fragment = self.document.fragments.get(&it.fragment_name);
                    if let Some(fragment) = fragment.filter(|it| self.visited.insert(&it.name)) {
                        self.set(&fragment.selection_set);
                    }
                }
                Selection::Field(field) => {
                    self.arguments(&set.ty, field);
                    if let Some(set) = &field.selection_set {
                        self.set(set);
                    }
                }
            }
        }
    }

    fn arguments(&mut self, parent: &Name, field: &Field) {
        // The fields of introspection are not in the table; their literals are texts and booleans.
        let definition = self.table.named(parent).and_then(|it| self.table.field(it, &field.name));
        for definition in definition.into_iter().flat_map(|it| &it.arguments) {
            let Some(value) = field.specified_argument_by_name(&definition.name) else { continue };
            let ty = definition.ty.into();
            if let Err(it) = template(self.table, self.variables, ty, value) {
                let locations = location(it.location, &self.document.sources);
                self.errors.push(RequestError {
                    code: Code::ValidationFailed,
                    message: format!("argument `{}`: {}", definition.name, it.message),
                    locations: locations.into_iter().collect(),
                });
            }
        }
    }
}
