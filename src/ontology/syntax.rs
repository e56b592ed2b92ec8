//! From text to a syntax tree, or the one place where the text is not SDL.

use async_graphql::{
    Pos,
    parser::{Error, parse_schema, types::ServiceDocument},
};

use super::diagnostic::{Diagnostic, Report};

/// The largest file that is read.
const SOURCE_BYTES_MAX: usize = 8 << 20;
/// The deepest that brackets may nest: the parser recurses into them.
const DEPTH_MAX: usize = 32;

/// What the parser's rules are called in SDL.
const RULES: &[(&str, &str)] = &[
    ("EOI", "the end of the file"),
    ("arguments_definition", "`:` and a type, as `population: BigInt`"),
    ("const_argument", "an argument, as `type: \"TRADES_WITH\"`"),
    ("const_arguments", "arguments in parentheses"),
    ("const_directive", "a directive, as `@node`"),
    ("const_directives", "a directive, as `@node`"),
    ("const_value", "a value"),
    ("default_value", "a default value"),
    ("directive_location", "a place for the directive, as `OBJECT`"),
    ("directive_locations", "places for the directive, as `OBJECT`"),
    ("enum_value", "a value, as `COMPANY`"),
    ("enum_value_definition", "a value, as `COMPANY`"),
    ("enum_values", "values in braces"),
    ("field_definition", "a field, as `population: BigInt`"),
    ("fields_definition", "fields in braces"),
    ("implements_interfaces", "`implements`"),
    ("input_fields_definition", "fields in braces"),
    ("input_value_definition", "an argument, as `first: Int`"),
    ("name", "a name"),
    ("operation_type_definition", "a root type, as `query: Query`"),
    ("type_", "a type without spaces in it, as `String!` or `[String!]`"),
    ("type_system_definition", "`type`, `interface`, `union`, `enum` or `extend`"),
    ("union_member_types", "`=` and the union's members"),
];

/// Reads `source` as SDL.
pub(super) fn parse(file: &str, source: &str) -> Result<ServiceDocument, Vec<Diagnostic>> {
    let refused = |at: Pos, code: &'static str, message: String| {
        let mut report = Report::new(file);
        report.add(at, code, message);
        report.into_diagnostics()
    };
    if source.len() > SOURCE_BYTES_MAX {
        let message = format!(
            "the file has {} bytes, more than {SOURCE_BYTES_MAX}; an ontology says what exists, \
             not the facts: import those",
            source.len()
        );
        return Err(refused(START, "FILE_TOO_LARGE", message));
    }
    let Shape { empty, too_deep, open } = Shape::of(source);
    if let Some(offset) = too_deep {
        let message = format!("brackets nest more than {DEPTH_MAX} deep; nothing here needs that");
        return Err(refused(position(source, offset), "NESTED_TOO_DEEP", message));
    }
    if empty {
        let message = "the file declares nothing; write `type Country @node`".to_owned();
        return Err(refused(START, "NO_ENTITY_TYPES", message));
    }
    parse_schema(source).map_err(|error| {
        let at = error.positions().next().unwrap_or(START);
        let (code, message) = explain(source, at, open, &error);
        refused(at, code, message)
    })
}

const START: Pos = Pos { line: 1, column: 1 };

fn explain(source: &str, at: Pos, open: Option<usize>, error: &Error) -> (&'static str, String) {
    let Error::Syntax { message, .. } = error else {
        let message = "the API's root types are generated; remove `schema`".to_owned();
        return ("SCHEMA_DEFINITION", message);
    };
    let rest = text_at(source, at);
    let found = match token(rest) {
        "\"" if rest.matches('"').count() == 1 => {
            return ("SYNTAX", "the text that begins here is not closed; write `\"`".to_owned());
        }
        "" => match open {
            Some(offset) => {
                let (bracket, line) = (&source[offset..=offset], position(source, offset).line);
                let message =
                    format!("the file ends, and `{bracket}` of line {line} is not closed");
                return ("SYNTAX", format!("{message}; close it"));
            }
            None => "the file ends too early".to_owned(),
        },
        it => format!("`{it}` cannot stand here"),
    };
    let expected: Vec<_> = message
        .rsplit_once("= expected ")
        .map_or("", |(_, it)| it)
        .split(|it: char| !it.is_ascii_alphanumeric() && it != '_')
        .filter_map(|it| RULES.iter().find(|(rule, _)| *rule == it).map(|(_, words)| *words))
        .collect();
    if expected.is_empty() {
        return ("SYNTAX", format!("{found}; see the GraphQL specification for what SDL allows"));
    }
    ("SYNTAX", format!("{found}; write {}", expected.join(" or ")))
}

/// The rest of the line from `at` on; empty at the end of the file.
fn text_at(source: &str, at: Pos) -> &str {
    let line = source.split('\n').nth(at.line - 1).unwrap_or_default();
    let from = line.char_indices().nth(at.column - 1).map_or(line.len(), |(offset, _)| offset);
    line[from..].trim_end()
}

/// The name, number or sign that `text` begins with.
fn token(text: &str) -> &str {
    let word = text.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(text.len());
    let sign = text.chars().next().map_or(0, char::len_utf8);
    &text[..word.max(sign)]
}

fn position(source: &str, offset: usize) -> Pos {
    let before = &source[..offset];
    let line_start = before.rfind('\n').map_or(0, |it| it + 1);
    Pos { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
}

/// What a text looks like before it is parsed.
struct Shape {
    /// Nothing but spaces and comments.
    empty: bool,
    /// The offset of the bracket that is one too deep.
    too_deep: Option<usize>,
    /// The offset of the innermost bracket that is not closed.
    open: Option<usize>,
}

impl Shape {
    /// Reads `source` once, without recursion, skipping strings and comments as the parser does.
    /// Where a string is not closed the parser stops, so that what follows does not matter.
    fn of(source: &str) -> Self {
        let bytes = source.as_bytes();
        let (mut at, mut open, mut empty) = (0, Vec::new(), true);
        while let Some(byte) = bytes.get(at) {
            let rest = &bytes[at..];
            match byte {
                b'#' => at += line_length(rest),
                b'"' => {
                    empty = false;
                    at += string_length(rest);
                }
                b'[' | b'{' | b'(' => {
                    empty = false;
                    open.push(at);
                    if open.len() > DEPTH_MAX {
                        return Self { empty, too_deep: Some(at), open: None };
                    }
                    at += 1;
                }
                b']' | b'}' | b')' => {
                    empty = false;
                    open.pop();
                    at += 1;
                }
                _ => {
                    empty &= b" ,\t\r\n\xEF\xBB\xBF".contains(byte);
                    at += 1;
                }
            }
        }
        Self { empty, too_deep: None, open: open.pop() }
    }
}

fn line_length(bytes: &[u8]) -> usize {
    bytes.iter().position(|it| matches!(it, b'\n' | b'\r')).unwrap_or(bytes.len())
}

fn string_length(bytes: &[u8]) -> usize {
    let block = bytes.starts_with(br#"""""#);
    let mut at = if block { 3 } else { 1 };
    while at < bytes.len() {
        let rest = &bytes[at..];
        if block && rest.starts_with(br#"\""""#) {
            at += 4;
        } else if block && rest.starts_with(br#"""""#) {
            return at + 3;
        } else if !block && rest[0] == b'\\' {
            at += 2;
        } else if !block && matches!(rest[0], b'"' | b'\n' | b'\r') {
            return at + 1;
        } else {
            at += 1;
        }
    }
    bytes.len()
}
