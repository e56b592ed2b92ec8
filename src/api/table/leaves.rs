//! Scalars and enums, and the filters on each.

use super::builder::{Argument, Builder, Words, argument};
use crate::ontology::{Property, PropertyType, Scalar};

const MODALITIES: [(&str, &str); 4] = [
    ("ASSERTED", "It is said to be so: a fact, as far as the source goes."),
    ("INTENDED", "Somebody means to do it."),
    ("POSSIBLE", "It is said that it may be so."),
    ("REQUESTED", "Somebody asks for it."),
];
const PATH_MODES: [(&str, &str); 4] = [
    ("SHORTEST", "One shortest path."),
    ("ALL_SHORTEST", "Every path of the shortest length."),
    ("K_SHORTEST", "The `first` shortest loopless paths."),
    ("ALL_SIMPLE", "Every simple path up to `maxHops`."),
];

pub(super) fn define(builder: &mut Builder<'_>) {
    define_scalars(builder);
    define_enums(builder);
    define_ontology_enums(builder);
    define_text_filters(builder);
    for (scalar, exists) in [
        ("ID", false),
        ("Int", true),
        ("Float", true),
        ("BigInt", true),
        ("Boolean", true),
        ("Date", true),
        ("DateTime", true),
    ] {
        define_filter(builder, scalar, exists);
    }
}

/// The input type that filters by a property; `None` where its values are not compared.
pub(super) fn filter_of(builder: &Builder<'_>, property: &Property) -> Option<String> {
    let name = match property.ty {
        PropertyType::Scalar(Scalar::Json) => return None,
        PropertyType::Scalar(it) => it.name(),
        PropertyType::Enum(it) => {
            let name = &builder.ontology.enums()[usize::from(it.0)].name;
            let list = if property.list { "List" } else { "" };
            return Some(format!("{name}{list}EnumScalarFilters"));
        }
    };
    let sort = if property.list { "List" } else { "Scalar" };
    Some(format!("{name}{sort}Filters"))
}

/// Defines the filters on lists of the types that properties have lists of.
pub(super) fn define_list_filters<'p>(
    builder: &mut Builder<'_>,
    properties: impl Iterator<Item = &'p Property>,
) {
    for property in properties.filter(|it| it.list) {
        let Some(name) = filter_of(builder, property).filter(|it| !builder.has(it)) else {
            continue;
        };
        let item = type_name(builder, property.ty);
        let fields = vec![
            argument("eq", format!("[{item}!]"), "The list is this one, in this order."),
            argument("includes", item.clone(), "The list holds this value."),
            exists(),
        ];
        builder.input(&name, format!("Conditions on a list of `{item}`; all must hold."), fields);
    }
}

/// The name of a property's type, or of its items' type.
pub(super) fn type_name(builder: &Builder<'_>, ty: PropertyType) -> String {
    match ty {
        PropertyType::Scalar(it) => it.name().to_owned(),
        PropertyType::Enum(it) => builder.ontology.enums()[usize::from(it.0)].name.clone(),
    }
}

fn define_scalars(builder: &mut Builder<'_>) {
    for (scalar, description) in [
        (Scalar::String, "Text."),
        (Scalar::Int, "A 32-bit integer."),
        (Scalar::Float, "A finite double."),
        (Scalar::Boolean, "`true` or `false`."),
        (Scalar::Id, "Text that identifies something."),
        (Scalar::BigInt, "64-bit integer, as a string."),
        (
            Scalar::Date,
            "ISO 8601 date with the precision it was given: `2024`, `2024-08`, `2024-08-19`. \
             Never padded; compared as the interval it covers.",
        ),
        (Scalar::DateTime, "RFC 3339 timestamp in UTC."),
        (Scalar::Json, "Any JSON value."),
    ] {
        builder.scalar(scalar, description);
    }
}

fn define_enums(builder: &mut Builder<'_>) {
    let ascending = "From the least to the greatest; missing values last.";
    let descending = "From the greatest to the least; missing values first.";
    let description = "Which way a list is sorted.";
    builder.enumeration("SortDirection", description, [("ASC", ascending), ("DESC", descending)]);
    let directions = [
        ("OUT", "Those it is the source of."),
        ("IN", "Those it is the target of."),
        ("ANY", "Both."),
    ];
    let description = "Which relationships of an entity are meant. A symmetric relationship is in \
                       all three.";
    builder.enumeration("Direction", description, directions);
    let description = "How the statement was meant. Only ASSERTED is walked unless the caller asks \
                       for more.";
    builder.enumeration("Modality", description, MODALITIES);
    let description = "Whether a piece of evidence speaks for the relationship or against it.";
    let stances = [("SUPPORTS", "For it."), ("CONTRADICTS", "Against it.")];
    builder.enumeration("Stance", description, stances);
    builder.enumeration("PathMode", "Which paths are wanted.", PATH_MODES);
}

fn define_ontology_enums(builder: &mut Builder<'_>) {
    let ontology = builder.ontology;
    let kinds = ontology.kinds().iter().map(|it| {
        let description = or(&it.description, || format!("Entities of type `{}`.", it.name));
        (&*it.name, description)
    });
    builder.enumeration("EntityType", "The types of entities.", kinds);
    let mut relations: Vec<_> = ontology
        .relations()
        .iter()
        .map(|it| {
            let description =
                or(&it.description, || format!("Relationships of type `{}`.", it.name));
            (&*it.name, description)
        })
        .collect();
    if relations.is_empty() {
        // GraphQL has no enum without values.
        relations.push(("NONE", "The ontology has no relationships.".to_owned()));
    }
    builder.enumeration("RelationshipType", "The types of relationships.", relations);
    for it in ontology.enums() {
        let values = it.values.iter().map(|value| {
            let description = or(&value.description, || format!("A value of `{}`.", it.name));
            (&*value.name, description)
        });
        let description = or(&it.description, || format!("The values of `{}`.", it.name));
        builder.enumeration(&it.name, description, values);
        define_filter_of(builder, &format!("{}EnumScalarFilters", it.name), &it.name, false, true);
    }
}

fn define_text_filters(builder: &mut Builder<'_>) {
    let mut fields = text_tests();
    fields.extend([
        argument("matches", "String", "The text matches this regular expression."),
        argument("fuzzy", "String", "The text is this one but for two letters, case and accents."),
        exists(),
        argument(
            "caseInsensitive",
            "CaseInsensitiveStringScalarFilters",
            "Conditions that take upper and lower case for one.",
        ),
    ]);
    builder.input("StringScalarFilters", "Conditions on a text; all must hold.", fields);
    let description = "Conditions on a text that take upper and lower case for one; all must hold.";
    builder.input("CaseInsensitiveStringScalarFilters", description, text_tests());
}

fn text_tests() -> Vec<Argument> {
    vec![
        argument("eq", "String", "The text is this one."),
        argument("in", "[String!]", "The text is one of these."),
        argument("contains", "String", "The text holds this."),
        argument("startsWith", "String", "The text begins with this."),
        argument("endsWith", "String", "The text ends with this."),
    ]
}

fn define_filter(builder: &mut Builder<'_>, scalar: &str, exists: bool) {
    let ordered = !matches!(scalar, "ID" | "Boolean");
    define_filter_of(builder, &format!("{scalar}ScalarFilters"), scalar, ordered, exists);
}

fn define_filter_of(
    builder: &mut Builder<'_>,
    name: &str,
    ty: &str,
    ordered: bool,
    with_exists: bool,
) {
    let owned = |it: &str| it.to_owned();
    let mut fields = vec![argument("eq", owned(ty), "The value is this one.")];
    if ordered {
        fields.extend([
            argument("gt", owned(ty), "The value is greater than this one."),
            argument("gte", owned(ty), "The value is this one or greater."),
            argument("lt", owned(ty), "The value is less than this one."),
            argument("lte", owned(ty), "The value is this one or less."),
        ]);
    }
    if ty != "Boolean" {
        fields.push(argument("in", format!("[{ty}!]"), "The value is one of these."));
    }
    if with_exists {
        fields.push(exists());
    }
    builder.input(name, format!("Conditions on a value of type `{ty}`; all must hold."), fields);
}

fn exists() -> Argument {
    argument("exists", "Boolean", "Whether there is a value at all.")
}

/// `text`, or words that are always true where the ontology says nothing.
pub(super) fn or(text: &str, otherwise: impl FnOnce() -> String) -> String {
    if text.is_empty() { otherwise() } else { text.to_owned() }
}

/// The same for descriptions of generated things.
pub(super) fn words(text: &str, otherwise: impl FnOnce() -> String) -> Words {
    or(text, otherwise).into()
}
