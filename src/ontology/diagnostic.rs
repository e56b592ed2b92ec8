//! What is wrong in an ontology file, and what to write instead.

use std::fmt;

use async_graphql::Pos;

/// The most problems after which names are no longer suggested.
const SUGGESTIONS_MAX: usize = 200;
/// How much farther than the closest a name may be that is suggested beside it.
const DISTANCE_BEYOND_MAX: usize = 1;
/// The longest name that is compared with others to suggest one of them.
const SUGGESTED_LENGTH_MAX: usize = 64;
/// Names that are suggested at once.
const SUGGESTED_MAX: usize = 3;
/// Edits between a name and one that is suggested, however long they are.
const DISTANCE_MAX: usize = 6;

/// Every kind of problem by its stable name, in alphabetical order.
pub const CODES: &[&str] = &[
    "ARGUMENT_CLASH",
    "ARGUMENT_TYPE",
    "BUILT_IN_FIELD",
    "BUILT_IN_FIELD_UNIQUE",
    "CONNECTION_FIELD_CLASH",
    "DOUBLE_UNDERSCORE",
    "DUPLICATE_ARGUMENT",
    "DUPLICATE_DIRECTIVE",
    "DUPLICATE_FIELD",
    "DUPLICATE_INTERFACE",
    "DUPLICATE_MEMBER",
    "DUPLICATE_RELATIONSHIP_FIELD",
    "DUPLICATE_TYPE",
    "DUPLICATE_VALUE",
    "EMPTY_TYPE",
    "ENTITY_INTERFACE",
    "ENTITY_IN_PROPERTIES_TYPE",
    "EXTENDS_OTHER_KIND",
    "EXTENDS_UNKNOWN_TYPE",
    "FIELD_ARGUMENTS",
    "FILE_TOO_LARGE",
    "ID_DIRECTIVE",
    "INPUT_TYPE",
    "INTERFACE_FIELD_DIFFERS",
    "INTERFACE_FIELD_MISSING",
    "INTERFACE_IMPLEMENTS",
    "INVALID_PLURAL",
    "INVALID_RELATION_NAME",
    "INVALID_TYPE_NAME",
    "MISPLACED_DIRECTIVE",
    "MISSING_ARGUMENT",
    "MISSING_RELATIONSHIP",
    "NESTED_LIST",
    "NESTED_TOO_DEEP",
    "NOT_AN_ENTITY_TYPE",
    "NOT_AN_INTERFACE",
    "NOT_A_PROPERTIES_TYPE",
    "NO_ENTITY_TYPES",
    "NO_ROLE",
    "NULLABLE_ITEMS",
    "PROPERTIES_DIFFER",
    "PROPERTIES_TYPE_AS_FIELD",
    "PROPERTIES_TYPE_IMPLEMENTS",
    "RELATIONSHIP_IN_PROPERTIES_TYPE",
    "RELATIONSHIP_NOT_LIST",
    "RELATIONSHIP_TO_VALUE",
    "RESERVED_FIELD_NAME",
    "RESERVED_TYPE_NAME",
    "ROOT_FIELD_CLASH",
    "SCHEMA_DEFINITION",
    "SINGULAR_IS_PLURAL",
    "SYMMETRY_DIFFERS",
    "SYNTAX",
    "TOO_MANY_FIELDS",
    "TOO_MANY_PROPERTIES",
    "TOO_MANY_RELATIONS",
    "TOO_MANY_TYPES",
    "TWO_PLURALS",
    "TWO_ROLES",
    "TYPE_NAME_CLASH",
    "UNIMPLEMENTED_INTERFACE",
    "UNIQUE_LIST",
    "UNIQUE_RELATIONSHIP",
    "UNIQUE_TYPE",
    "UNKNOWN_ARGUMENT",
    "UNKNOWN_DIRECTIVE",
    "UNKNOWN_INTERFACE",
    "UNKNOWN_MEMBER",
    "UNKNOWN_PROPERTIES_TYPE",
    "UNKNOWN_SCALAR",
    "UNKNOWN_TYPE",
    "UNSUPPORTED_ARGUMENT",
    "UNSUPPORTED_DIRECTIVE",
    "UNSUPPORTED_TYPE",
    "UNUSED_PROPERTIES_TYPE",
];

/// Something wrong in an ontology file, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file's name.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// Which kind of problem: a stable name, as `UNKNOWN_TYPE`.
    pub code: &'static str,
    /// What is wrong and what to write.
    pub message: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

/// The problems found so far.
#[derive(Debug)]
pub(super) struct Report<'f> {
    file: &'f str,
    found: Vec<Diagnostic>,
}

impl<'f> Report<'f> {
    /// No problems yet in `file`.
    pub(super) fn new(file: &'f str) -> Self {
        Self { file, found: Vec::new() }
    }

    /// Adds a problem.
    pub(super) fn add(&mut self, at: Pos, code: &'static str, message: impl Into<String>) {
        debug_assert!(CODES.contains(&code), "add {code} to CODES");
        let (file, line, column) = (self.file.to_owned(), at.line, at.column);
        self.found.push(Diagnostic { file, line, column, code, message: message.into() });
    }

    /// As [`did_you_mean`]; nothing after many problems.
    pub(super) fn did_you_mean<'n>(
        &self,
        name: &str,
        names: impl IntoIterator<Item = &'n str>,
    ) -> String {
        if self.found.len() > SUGGESTIONS_MAX {
            return String::new();
        }
        did_you_mean(name, names)
    }

    /// Whether nothing is wrong.
    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Every problem once, in the order of the file.
    pub(super) fn into_diagnostics(mut self) -> Vec<Diagnostic> {
        self.found.sort_by(|a, b| {
            (a.line, a.column, a.code, &a.message).cmp(&(b.line, b.column, b.code, &b.message))
        });
        self.found.dedup();
        self.found
    }
}

/// `; did you mean …?` with up to three of `names` that are close to `name`, the closest first; else
/// nothing. Costs well under a microsecond a name.
pub(crate) fn did_you_mean<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> String {
    match &closest(name, names)[..] {
        [] => String::new(),
        close => format!("; did you mean {}?", listed(close)),
    }
}

/// Names as a sentence lists them: "`a`, `b` or `c`".
pub(crate) fn listed(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|it| format!("`{it}`")).collect();
    match &quoted[..] {
        [first @ .., before, last] => {
            let first: String = first.iter().map(|it| format!("{it}, ")).collect();
            format!("{first}{before} or {last}")
        }
        one => one.concat(),
    }
}

/// Those of `names` that are close to `name`, the closest first; three at most.
pub(super) fn closest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let allowed = (name.len() / 3).clamp(1, DISTANCE_MAX);
    let lowered = name.to_ascii_lowercase();
    let mut close: Vec<_> = names
        .into_iter()
        .filter(|it| *it != name && it.len().abs_diff(name.len()) <= allowed)
        .filter_map(|it| Some((distance(&lowered, &it.to_ascii_lowercase(), allowed)?, it)))
        .collect();
    close.sort_unstable();
    close.dedup();
    let least = close.first().map_or(0, |it| it.0);
    close.retain(|(distance, _)| *distance <= least + DISTANCE_BEYOND_MAX);
    close.into_iter().take(SUGGESTED_MAX).map(|(_, it)| it).collect()
}

/// How many letters to insert, remove, replace or swap with the next to make `a` into `b`
/// (optimal string alignment), if that is `allowed`; names that are too long are not compared.
fn distance(a: &str, b: &str, allowed: usize) -> Option<usize> {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len().max(b.len()) > SUGGESTED_LENGTH_MAX {
        return None;
    }
    let mut before_last = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                let swapped: &Vec<usize> = &before_last;
                least = least.min(swapped[j - 2] + 1);
            }
            row.push(least);
        }
        if row.iter().min() > Some(&allowed) {
            return None;
        }
        before_last = std::mem::replace(&mut last, row);
    }
    Some(last[b.len()]).filter(|it| *it <= allowed)
}
