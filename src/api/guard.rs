//! Refuses documents that would cost too much to look at, before anything recursive looks at them.
//!
//! [`scan`] reads the text once, so that the parser's recursion is bounded; [`weigh`] visits each
//! fragment once, so that fragments which spread each other cannot multiply the work of the
//! validator and the planner.

use apollo_compiler::{
    Name,
    ast::{Definition, Document, OperationType, Selection},
};
use rustc_hash::FxHashMap;

use super::{Code, Limits, RequestError};

/// Brackets of all kinds that may be open at once.
const NESTING_MAX: usize = 64;
/// Levels of fields in a document that only asks for the schema: `ofType` nests.
const INTROSPECTION_DEPTH_MAX: usize = 24;
/// Operations in a document.
const OPERATIONS_MAX: usize = 50;
/// Directives after fragments are spread.
const DIRECTIVES_MAX: u64 = 200;

/// Reads the text once: its size, its tokens, its nesting.
///
/// # Errors
///
/// [`Code::QueryTooComplex`] for a long text, [`Code::QueryTooDeep`] for a deep one,
/// [`Code::ParseFailed`] for what the parser would pass over: an argument without a colon, braces
/// with nothing in them, and a string that begins with a line break.
pub(super) fn scan(text: &str, limits: &Limits) -> Result<(), RequestError> {
    if text.len() > limits.document_bytes_max {
        return Err(too_complex("bytes", text.len() as u64, limits.document_bytes_max as u64));
    }
    let bytes = text.as_bytes();
    let (mut at, mut tokens) = (0, 0);
    let mut brackets = Brackets::default();
    while at < bytes.len() {
        let (end, counts) = match bytes[at] {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => (at + 1, false),
            b'#' => (skip(bytes, at, |it| !matches!(it, b'\n' | b'\r')), false),
            b'"' => (string_end(bytes, at).map_err(|it| unparsable(text, &it))?, true),
            it if is_name(it) => (skip(bytes, at, is_name), true),
            // A byte order mark is blank, wherever it stands.
            _ if bytes[at..].starts_with("\u{feff}".as_bytes()) => (at + 3, false),
            _ => (at + 1, true),
        };
        if counts {
            tokens += 1;
            brackets.take(bytes[at], at).map_err(|it| unparsable(text, &it))?;
        }
        if brackets.open.len() > NESTING_MAX {
            let message = format!("the document nests brackets deeper than {NESTING_MAX}");
            return Err(refusal(Code::QueryTooDeep, message));
        }
        if tokens > limits.tokens_max {
            let message = format!(
                "the document has more than {} tokens; ask for less at once",
                limits.tokens_max
            );
            return Err(refusal(Code::QueryTooComplex, message));
        }
        at = end;
    }
    Ok(())
}

/// What stands between two brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    Selection,
    Arguments,
    Object,
    List,
}

/// The brackets that are open, innermost last, and what was read just before.
#[derive(Debug, Default)]
struct Brackets {
    open: Vec<Within>,
    before: u8,
    /// Where a name stands that only a colon can follow.
    named: Option<usize>,
}

impl Brackets {
    /// Takes the token at `at` that begins with `first`.
    fn take(&mut self, first: u8, at: usize) -> Result<(), Unparsable> {
        if let Some(name) = self.named.take()
            && first != b':'
        {
            return Err(Unparsable::WithoutColon(name));
        }
        let within = self.open.last().copied().unwrap_or(Within::Selection);
        match first {
            b'(' => self.open.push(Within::Arguments),
            b'[' => self.open.push(Within::List),
            b'{' if within == Within::Selection => self.open.push(Within::Selection),
            b'{' => self.open.push(Within::Object),
            // A grammar to come allows them; the one that clients know does not.
            b'}' if self.before == b'{' && within == Within::Selection => {
                return Err(Unparsable::EmptyBraces(at));
            }
            b'}' | b']' | b')' => {
                self.open.pop();
            }
            it if it.is_ascii_alphabetic() || it == b'_' => {
                let is_key = !matches!(self.before, b':' | b'$' | b'@' | b'=');
                if is_key && matches!(within, Within::Arguments | Within::Object) {
                    self.named = Some(at);
                }
            }
            _ => {}
        }
        self.before = first;
        Ok(())
    }
}

/// What is no GraphQL, and where it is.
#[derive(Clone, Copy, Debug)]
enum Unparsable {
    /// A name that lacks its colon.
    WithoutColon(usize),
    /// A closing brace.
    EmptyBraces(usize),
    /// A string that its line does not close.
    OpenString(usize),
}

fn unparsable(text: &str, fault: &Unparsable) -> RequestError {
    let (at, message) = match *fault {
        Unparsable::WithoutColon(at) => {
            let name = &text[at..skip(text.as_bytes(), at, is_name)];
            (at, format!("expected a `:` and a value after `{}`", shortened(name)))
        }
        Unparsable::EmptyBraces(at) => {
            (at, "empty braces: name at least one field in them".to_owned())
        }
        Unparsable::OpenString(at) => (at, "the string is not closed in its line".to_owned()),
    };
    let before = text[..at].replace("\r\n", "\n");
    let line = before.matches(['\n', '\r']).count() + 1;
    let column = before.chars().rev().take_while(|it| !matches!(it, '\n' | '\r')).count() + 1;
    RequestError {
        code: Code::ParseFailed,
        message: format!("syntax error: {message}"),
        locations: vec![(line, column)],
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn skip(bytes: &[u8], from: usize, keep: impl Fn(u8) -> bool) -> usize {
    bytes[from..].iter().position(|it| !keep(*it)).map_or(bytes.len(), |it| from + it)
}

/// Where the string that begins at `from` ends; a block string that is not closed ends with the text.
///
/// # Errors
///
/// Another string is not closed in its line.
fn string_end(bytes: &[u8], from: usize) -> Result<usize, Unparsable> {
    let mut at = from + 1;
    if bytes[from..].starts_with(b"\"\"\"") {
        at = from + 3;
        while at < bytes.len() && !bytes[at..].starts_with(b"\"\"\"") {
            at += if bytes[at..].starts_with(b"\\\"\"\"") { 4 } else { 1 };
        }
        return Ok((at + 3).min(bytes.len()));
    }
    loop {
        match bytes.get(at) {
            None | Some(b'\n' | b'\r') => return Err(Unparsable::OpenString(from)),
            Some(b'"') => return Ok(at + 1),
            Some(b'\\') if matches!(bytes.get(at + 1), Some(b'"' | b'\\')) => at += 2,
            Some(_) => at += 1,
        }
    }
}

/// What a selection set comes to after its fragments are spread.
#[derive(Clone, Copy, Debug, Default)]
struct Weight {
    fields: u64,
    aliases: u64,
    directives: u64,
    depth: usize,
}

impl Weight {
    fn add(&mut self, other: Self) {
        self.fields = self.fields.saturating_add(other.fields);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.directives = self.directives.saturating_add(other.directives);
        self.depth = self.depth.max(other.depth);
    }
}

/// Counts what a document asks for, fragments included: time is linear in its text.
///
/// # Errors
///
/// [`Code::QueryTooComplex`] for too many fields, aliases, directives or operations,
/// [`Code::QueryTooDeep`] for too many levels, [`Code::ValidationFailed`] for a fragment that
/// spreads itself.
pub(super) fn weigh(document: &Document, limits: &Limits) -> Result<(), RequestError> {
    let mut scale = Scale { fragments: FxHashMap::default(), weights: FxHashMap::default() };
    for definition in &document.definitions {
        if let Definition::FragmentDefinition(fragment) = definition {
            scale.fragments.entry(&fragment.name).or_insert(&fragment.selection_set);
        }
    }
    let names: Vec<&Name> = scale.fragments.keys().copied().collect();
    let mut total = Weight::default();
    let mut operations = 0;
    for operation in document.definitions.iter().filter_map(|it| it.as_operation_definition()) {
        operations += 1;
        total.add(scale.set(&operation.selection_set)?);
    }
    for name in names {
        // A fragment that no operation spreads is still looked at by the validator.
        if !scale.weights.contains_key(name) {
            total.add(scale.fragment(name)?);
        }
    }
    check(total, operations, asks_only_for_the_schema(document), limits)
}

fn check(
    total: Weight,
    operations: usize,
    introspects: bool,
    limits: &Limits,
) -> Result<(), RequestError> {
    let depth_max = if introspects { INTROSPECTION_DEPTH_MAX } else { limits.depth_max };
    if total.depth > depth_max {
        let message = format!(
            "the document nests fields {} levels deep; the limit is {depth_max}",
            total.depth
        );
        return Err(refusal(Code::QueryTooDeep, message));
    }
    for (what, count, max) in [
        ("fields", total.fields, limits.fields_max as u64),
        ("aliases", total.aliases, limits.aliases_max as u64),
        ("directives", total.directives, DIRECTIVES_MAX),
        ("operations", operations as u64, OPERATIONS_MAX as u64),
    ] {
        if count > max {
            return Err(too_complex(what, count, max));
        }
    }
    Ok(())
}

struct Scale<'d> {
    fragments: FxHashMap<&'d Name, &'d Vec<Selection>>,
    /// `None` while the fragment is being weighed.
    weights: FxHashMap<&'d Name, Option<Weight>>,
}

impl<'d> Scale<'d> {
    fn set(&mut self, selections: &'d [Selection]) -> Result<Weight, RequestError> {
        let mut total = Weight::default();
        for selection in selections {
            let (mut weight, directives) = match selection {
                Selection::Field(field) => {
                    let mut weight = match &field.selection_set {
                        Some(selections) => self.set(selections)?,
                        None => Weight::default(),
                    };
                    weight.fields = weight.fields.saturating_add(1);
                    weight.aliases =
                        weight.aliases.saturating_add(u64::from(field.alias.is_some()));
                    weight.depth += 1;
                    (weight, &field.directives)
                }
                Selection::InlineFragment(it) => (self.set(&it.selection_set)?, &it.directives),
                Selection::FragmentSpread(it) => {
                    (self.fragment(&it.fragment_name)?, &it.directives)
                }
            };
            weight.directives = weight.directives.saturating_add(directives.len() as u64);
            total.add(weight);
        }
        Ok(total)
    }

    fn fragment(&mut self, name: &'d Name) -> Result<Weight, RequestError> {
        match self.weights.get(name) {
            Some(Some(weight)) => return Ok(*weight),
            Some(None) => {
                let message = format!("the fragment `{}` spreads itself", shortened(name));
                return Err(refusal(Code::ValidationFailed, message));
            }
            None => {}
        }
        // The validator reports a fragment that is not there; it weighs something all the same, or
        // spreads of it could multiply for nothing.
        let Some(selections) = self.fragments.get(name).copied() else {
            return Ok(Weight { fields: 1, ..Weight::default() });
        };
        self.weights.insert(name, None);
        let weight = self.set(selections)?;
        self.weights.insert(name, Some(weight));
        Ok(weight)
    }
}

/// Whether every root field is `__schema`, `__type` or `__typename`.
fn asks_only_for_the_schema(document: &Document) -> bool {
    document.definitions.iter().filter_map(|it| it.as_operation_definition()).all(|operation| {
        operation.operation_type == OperationType::Query
            && operation.selection_set.iter().all(|it| match it {
                Selection::Field(field) => field.name.starts_with("__"),
                Selection::FragmentSpread(_) | Selection::InlineFragment(_) => false,
            })
    })
}

/// Refuses variables, as JSON, that hold more objects than an operation may cost: each costs one.
/// One pass over their bytes, and none where they are too few for that.
pub(super) fn count_objects(json: &str, limits: &Limits) -> Result<(), RequestError> {
    if json.len() as u64 / 2 <= limits.cost_max {
        return Ok(());
    }
    let (mut count, mut is_text, mut is_escaped) = (0, false, false);
    for byte in json.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => is_text = !is_text,
            b'{' if !is_text => count += 1,
            _ => {}
        }
    }
    let max = limits.cost_max;
    if count > max {
        let message = format!("the variables hold {count} objects; the limit is {max}");
        return Err(refusal(Code::QueryTooComplex, message));
    }
    Ok(())
}

/// A name short enough to be repeated in a message.
pub(super) fn shortened(text: &str) -> String {
    const CHARS_MAX: usize = 60;
    match text.char_indices().nth(CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn too_complex(what: &str, count: u64, max: u64) -> RequestError {
    let message = format!("the document has {count} {what}; the limit is {max}");
    refusal(Code::QueryTooComplex, message)
}

fn refusal(code: Code, message: String) -> RequestError {
    RequestError { code, message, locations: Vec::new() }
}
