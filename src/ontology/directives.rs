//! Which directives there are, where they stand and what they take.

use async_graphql::{
    Name, Pos, Positioned, Value,
    parser::types::{ConstDirective, FieldDefinition, TypeDefinition, TypeKind},
};
use rustc_hash::FxHashSet;

use super::{
    definitions::{Definitions, fields_of, list_of},
    diagnostic::{Report, closest},
};

/// A place where a directive may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Site {
    Kind,
    Properties,
    Undecided,
    Interface,
    Union,
    Enum,
    EnumValue,
    KindField,
    PropertiesField,
    InterfaceField,
}

/// What an argument takes.
#[derive(Clone, Copy, Debug)]
enum Takes {
    Text,
    Texts,
    Truth,
    OneOf(&'static [&'static str]),
}

/// A directive that means something here.
struct Directive {
    name: &'static str,
    sites: &'static [Site],
    /// Where it belongs, in words.
    place: &'static str,
    /// Name, what it takes, and whether it must be given.
    arguments: &'static [(&'static str, Takes, bool)],
}

const DIRECTIVES: &[Directive] = &[
    Directive {
        name: "node",
        sites: &[Site::Kind, Site::Undecided],
        place: "a type",
        arguments: &[
            ("labels", Takes::Texts, false),
            ("plural", Takes::Text, false),
            ("hub", Takes::Truth, false),
        ],
    },
    Directive {
        name: "plural",
        sites: &[Site::Kind, Site::Undecided],
        place: "an entity type",
        arguments: &[("value", Takes::Text, true)],
    },
    Directive {
        name: "relationship",
        sites: &[Site::KindField, Site::InterfaceField, Site::PropertiesField],
        place: "a field of an entity type or interface",
        arguments: &[
            ("type", Takes::Text, true),
            ("direction", Takes::OneOf(&["IN", "OUT"]), true),
            ("properties", Takes::Text, false),
            ("queryDirection", Takes::OneOf(&["DIRECTED", "UNDIRECTED"]), false),
        ],
    },
    Directive {
        name: "relationshipProperties",
        sites: &[Site::Properties, Site::Undecided],
        place: "a type; write `type … @relationshipProperties`",
        arguments: &[],
    },
    Directive {
        name: "declareRelationship",
        sites: &[Site::InterfaceField],
        place: "a field of an interface; write `@relationship` in the types",
        arguments: &[],
    },
    Directive {
        name: "unique",
        sites: &[Site::KindField],
        place: "a property of an entity type",
        arguments: &[],
    },
    Directive {
        name: "id",
        sites: &[Site::KindField, Site::InterfaceField],
        place: "the field `id` of an entity type",
        arguments: &[],
    },
    Directive {
        name: "deprecated",
        sites: &[Site::KindField, Site::PropertiesField, Site::InterfaceField, Site::EnumValue],
        place: "a field or a value of an enum",
        arguments: &[("reason", Takes::Text, false)],
    },
];

/// Directives of the Neo4j GraphQL Library that cannot be passed over without changing what a file
/// means, and what to do instead.
const UNSUPPORTED: &[(&str, &str)] = &[
    ("alias", "a property is stored under its field's name; rename the field"),
    ("authentication", "access is not decided in the ontology; remove it and guard the server"),
    ("authorization", "access is not decided in the ontology; remove it and guard the server"),
    ("auth", "access is not decided in the ontology; remove it and guard the server"),
    ("coalesce", "a missing value is null; remove it and choose a fallback where you read"),
    ("customResolver", "there are no resolvers to add; compute the value where you read"),
    ("cypher", "there is no Cypher; remove the field and ask with `paths` or `neighbors`"),
    ("default", "values are stored as they are given; remove it and give the value on creation"),
    ("exclude", "every type is in the API; remove it"),
    ("filterable", "every property can be filtered by; remove it"),
    ("fulltext", "`search` finds every name and alias; remove it"),
    ("jwt", "tokens are not read; remove the type"),
    ("jwtClaim", "tokens are not read; remove the field"),
    ("key", "there is no federation; remove it and mark unique properties `@unique`"),
    ("limit", "pages have the size that a query asks for; remove it"),
    ("mutation", "every type can be written; remove it"),
    ("populatedBy", "values are stored as they are given; remove it and give the value"),
    ("private", "every property is in the API; remove the field"),
    ("query", "every type can be asked for; remove it"),
    ("readonly", "every property can be written; remove it"),
    ("selectable", "every field can be selected; remove it"),
    ("settable", "every property can be written; remove it"),
    ("sortable", "every property can be sorted by; remove it"),
    ("subscription", "every change is published; remove it"),
    ("subscriptionsAuthorization", "access is not decided in the ontology; remove it"),
    ("timestamp", "every change is recorded with its time; remove it, or give the value"),
    ("vector", "there is no vector index; remove it"),
    ("writeonly", "every property can be read; remove it"),
];

/// The values of the old `queryDirection` and what they are today.
const OLD_DIRECTIONS: &[(&str, &str)] = &[
    ("DEFAULT_DIRECTED", "DIRECTED"),
    ("DIRECTED_ONLY", "DIRECTED"),
    ("DEFAULT_UNDIRECTED", "UNDIRECTED"),
    ("UNDIRECTED_ONLY", "UNDIRECTED"),
];

/// Checks every directive of the file, so that what reads them can trust them.
pub(super) fn check(definitions: &Definitions, report: &mut Report<'_>) {
    let Definitions { kinds, properties_types, interfaces, unions, enums, undecided, .. } =
        definitions;
    for (types, site, field) in [
        (kinds, Site::Kind, Site::KindField),
        (undecided, Site::Undecided, Site::KindField),
        (properties_types, Site::Properties, Site::PropertiesField),
        (interfaces, Site::Interface, Site::InterfaceField),
        (unions, Site::Union, Site::Union),
        (enums, Site::Enum, Site::EnumValue),
    ] {
        for definition in types {
            check_site(site, &definition.directives, report);
            for it in fields_of(definition) {
                check_site(field, &it.node.directives, report);
            }
            check_values(definition, report);
        }
    }
}

fn check_values(definition: &TypeDefinition, report: &mut Report<'_>) {
    if let TypeKind::Enum(it) = &definition.kind {
        for value in &it.values {
            check_site(Site::EnumValue, &value.node.directives, report);
        }
    }
}

/// The directive called `name`.
pub(super) fn find<'d>(
    directives: &'d [Positioned<ConstDirective>],
    name: &str,
) -> Option<&'d Positioned<ConstDirective>> {
    directives.iter().find(|it| it.node.name.node == name)
}

/// The argument called `name`, where it is a text, with its place.
pub(super) fn text<'d>(directive: &'d ConstDirective, name: &str) -> Option<(&'d str, Pos)> {
    let value = directive.get_argument(name)?;
    match &value.node {
        Value::String(it) => Some((it, value.pos)),
        _ => None,
    }
}

/// The argument called `name`, where it is a name, with its place.
pub(super) fn word<'d>(directive: &'d ConstDirective, name: &str) -> Option<(&'d str, Pos)> {
    let value = directive.get_argument(name)?;
    match &value.node {
        Value::Enum(it) => Some((it, value.pos)),
        _ => None,
    }
}

/// Whether the argument called `name` is `true`.
pub(super) fn is_true(directive: &ConstDirective, name: &str) -> bool {
    directive.get_argument(name).is_some_and(|it| it.node == Value::Boolean(true))
}

fn check_site(site: Site, directives: &[Positioned<ConstDirective>], report: &mut Report<'_>) {
    let mut seen = FxHashSet::default();
    for directive in directives {
        let (name, at) = (&directive.node.name.node, directive.pos);
        let Some(known) = DIRECTIVES.iter().find(|it| *name == it.name) else {
            report_unknown(name, at, report);
            continue;
        };
        if !known.sites.contains(&site) {
            let message = format!("`@{name}` belongs on {}", known.place);
            report.add(at, "MISPLACED_DIRECTIVE", message);
            continue;
        }
        if !seen.insert(name) {
            let message = format!("`@{name}` is here already; keep one");
            report.add(at, "DUPLICATE_DIRECTIVE", message);
        }
        check_arguments(known, directive, report);
    }
}

fn report_unknown(name: &Name, at: Pos, report: &mut Report<'_>) {
    if let Some((_, reason)) = UNSUPPORTED.iter().find(|(it, _)| name == it) {
        report.add(at, "UNSUPPORTED_DIRECTIVE", format!("`@{name}` has no meaning here: {reason}"));
        return;
    }
    let names = DIRECTIVES.iter().map(|it| it.name);
    let hint = closest(name, names)
        .first()
        .map_or_else(String::new, |it| format!("; did you mean `@{it}`?"));
    let message = format!("there is no directive `@{name}`{hint}");
    report.add(at, "UNKNOWN_DIRECTIVE", message);
}

fn check_arguments(
    known: &Directive,
    directive: &Positioned<ConstDirective>,
    report: &mut Report<'_>,
) {
    let given = &directive.node.arguments;
    let mut seen = FxHashSet::default();
    for (name, value) in given {
        let Some((_, takes, _)) = known.arguments.iter().find(|(it, ..)| name.node == *it) else {
            report_unknown_argument(known, name, report);
            continue;
        };
        if !seen.insert(&name.node) {
            let message = format!("`{}` is given already; keep one", name.node);
            report.add(name.pos, "DUPLICATE_ARGUMENT", message);
        }
        if let Some(wanted) = refusal(*takes, &value.node, report) {
            let message = format!("`{}` of `@{}` takes {wanted}", name.node, known.name);
            report.add(value.pos, "ARGUMENT_TYPE", message);
        }
    }
    for (name, takes, required) in known.arguments {
        if *required && !seen.iter().any(|it| **it == *name) {
            let examples = match takes {
                Takes::OneOf(words) => words.iter().map(|it| format!("{name}: {it}")).collect(),
                Takes::Text | Takes::Texts | Takes::Truth => vec![format!("{name}: \"…\"")],
            };
            let examples = list_of(examples.iter().map(String::as_str));
            let message = format!("`@{}` needs `{name}`; write {examples}", known.name);
            report.add(directive.pos, "MISSING_ARGUMENT", message);
        }
    }
}

fn report_unknown_argument(known: &Directive, name: &Positioned<Name>, report: &mut Report<'_>) {
    let directive = known.name;
    if known.name == "relationship" && ["nestedOperations", "aggregate"].contains(&&*name.node) {
        let message = format!(
            "`{}` of `@relationship` has no meaning here: every operation is in the API; remove it",
            name.node
        );
        return report.add(name.pos, "UNSUPPORTED_ARGUMENT", message);
    }
    let names = known.arguments.iter().map(|(it, ..)| *it);
    let message = match known.arguments {
        [] => format!("`@{directive}` takes no arguments; remove `{}`", name.node),
        _ => format!(
            "`@{directive}` has no argument `{}`{}",
            name.node,
            report.did_you_mean(&name.node, names)
        ),
    };
    report.add(name.pos, "UNKNOWN_ARGUMENT", message);
}

/// What an argument takes, in words, where `value` is not that.
fn refusal(takes: Takes, value: &Value, report: &Report<'_>) -> Option<String> {
    match (takes, value) {
        (Takes::Text, Value::String(_)) | (Takes::Truth, Value::Boolean(_)) => None,
        (Takes::Text, _) => Some("a text in quotes".to_owned()),
        (Takes::Truth, _) => Some("`true` or `false`".to_owned()),
        (Takes::Texts, Value::List(it)) if it.iter().all(|it| matches!(it, Value::String(_))) => {
            None
        }
        (Takes::Texts, _) => Some("a list of texts, as `[\"Country\"]`".to_owned()),
        (Takes::OneOf(words), Value::Enum(it)) if words.contains(&it.as_str()) => None,
        (Takes::OneOf(words), value) => Some(wanted_word(words, value, report)),
    }
}

/// Which of `words` to write instead of `value`.
fn wanted_word(words: &[&str], value: &Value, report: &Report<'_>) -> String {
    let given = match value {
        Value::Enum(it) => it.as_str(),
        Value::String(it) if words.contains(&it.as_str()) => {
            return format!("`{it}` without quotes");
        }
        Value::String(it) => it,
        _ => "",
    };
    let all = list_of(words.iter().copied());
    match OLD_DIRECTIONS.iter().find(|(old, today)| *old == given && words.contains(today)) {
        Some((_, today)) => format!("{all}; what was `{given}` is `{today}`"),
        None => format!("{all}{}", report.did_you_mean(given, words.iter().copied())),
    }
}

/// Whether an interface leaves a relationship to the types that implement it.
pub(super) fn is_declared(field: &FieldDefinition) -> bool {
    find(&field.directives, "declareRelationship").is_some()
}
