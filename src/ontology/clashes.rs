//! Names of the API that two parts of an ontology would both bring.

use async_graphql::{Pos, parser::types::TypeDefinition};
use rustc_hash::FxHashMap;

use super::{
    Kind, Ontology,
    definitions::{Definitions, fields_of},
    diagnostic::Report,
    naming::{
        BUILT_IN_TYPES, FIELD_TYPES, KIND_TYPES, PLURAL_TYPES, PROPERTIES_TYPES, RELATION_TYPES,
        ROOT_FIELDS, TARGET_TYPES, capitalized, singular,
    },
};

/// Arguments of an entity type's root field that no unique property may be called.
const ROOT_ARGUMENTS: [&str; 2] = ["asOf", "knownAt"];

/// Reports every name that would be generated twice.
pub(super) fn check(ontology: &Ontology, definitions: &Definitions, report: &mut Report<'_>) {
    let mut types = Namespace::new("TYPE_NAME_CLASH", BUILT_IN_TYPES);
    add_types(&mut types, ontology, definitions, report);
    let mut roots = Namespace::new("ROOT_FIELD_CLASH", &ROOT_FIELDS);
    for (kind, definition) in ontology.kinds.iter().zip(&definitions.kinds) {
        let (name, at) = (&kind.name, definition.name.pos);
        let (one, many) = (singular(name), &kind.plural);
        let way_out = format!("write `@node(plural: \"…\")` on `{name}`, or rename it");
        if one == *many {
            let message = format!(
                "one `{name}` and several are both called `{one}`; write `@node(plural: \"all{name}\")` \
                 or the like"
            );
            report.add(at, "SINGULAR_IS_PLURAL", message);
        } else {
            roots.add(one, format!("one `{name}`"), &way_out, at, report);
        }
        roots.add(format!("{many}Connection"), format!("pages of `{name}`"), &way_out, at, report);
        roots.add(many.clone(), format!("several `{name}`"), &way_out, at, report);
        if many == "info" {
            let message = format!("every payload has `info`; {way_out}");
            report.add(at, "ROOT_FIELD_CLASH", message);
        }
        check_fields(kind, definition, report);
    }
}

fn add_types(
    types: &mut Namespace,
    ontology: &Ontology,
    definitions: &Definitions,
    report: &mut Report<'_>,
) {
    let Definitions { kinds, properties_types, interfaces, unions, enums, .. } = definitions;
    let declared = [
        (kinds, "entity type"),
        (properties_types, "properties type"),
        (interfaces, "interface"),
        (unions, "union"),
        (enums, "enum"),
    ];
    // Declared names come first, so that a clash is reported where the name is generated.
    for (definitions, role) in declared {
        for it in definitions {
            let name = it.name.node.to_string();
            types.names.insert(name.clone(), format!("{role} `{name}`"));
        }
    }
    let mut add = |name: String, origin: &str, at: Pos| {
        let way_out = "rename one of them";
        types.add(name, origin.to_owned(), way_out, at, report);
    };
    for (relation, at) in ontology.relations.iter().zip(relation_places(ontology, definitions)) {
        let origin = format!("relationship type `{}`", relation.name);
        add(relation.type_name.clone(), &origin, at);
        for ending in RELATION_TYPES {
            add(format!("{}{ending}", relation.type_name), &origin, at);
        }
    }
    for (kind, definition) in ontology.kinds.iter().zip(kinds) {
        let (origin, at) = (format!("entity type `{}`", kind.name), definition.name.pos);
        for ending in KIND_TYPES {
            add(format!("{}{ending}", kind.name), &origin, at);
        }
        for ending in PLURAL_TYPES {
            let name = format!("{}{ending}", capitalized(&kind.plural));
            add(name, &format!("several `{}`", kind.name), at);
        }
        for field in &kind.fields {
            let origin = format!("field `{}.{}`", kind.name, field.name);
            let at = field_place(definition, &field.name);
            for ending in FIELD_TYPES {
                add(format!("{}{}{ending}", kind.name, capitalized(&field.name)), &origin, at);
            }
        }
    }
    for (definitions, endings, role) in [
        (properties_types, &PROPERTIES_TYPES[..], "properties type"),
        (interfaces, &TARGET_TYPES[..], "interface"),
        (unions, &TARGET_TYPES[..], "union"),
    ] {
        for it in definitions {
            for ending in endings {
                let name = &it.name.node;
                add(format!("{name}{ending}"), &format!("{role} `{name}`"), it.name.pos);
            }
        }
    }
}

/// Reports fields of one type of the API that would have the same name.
fn check_fields(kind: &Kind, definition: &TypeDefinition, report: &mut Report<'_>) {
    for field in &kind.fields {
        let connection = format!("{}Connection", field.name);
        if kind.property(&connection).is_some() || kind.field(&connection).is_some() {
            let message = format!(
                "`{}.{connection}` is generated for `{}`; give the field another name",
                kind.name, field.name
            );
            report.add(field_place(definition, &connection), "CONNECTION_FIELD_CLASH", message);
        }
    }
    for it in kind.properties.iter().filter(|it| it.unique) {
        if ROOT_ARGUMENTS.contains(&it.name.as_str()) {
            let message = format!(
                "`{}` is found by its unique properties and has the argument `{}` already; give \
                 the property another name",
                singular(&kind.name),
                it.name
            );
            report.add(field_place(definition, &it.name), "ARGUMENT_CLASH", message);
        }
    }
}

/// Where a field is declared.
fn field_place(definition: &TypeDefinition, name: &str) -> Pos {
    let field = fields_of(definition).iter().find(|it| it.node.name.node == name);
    field.map_or(definition.name.pos, |it| it.node.name.pos)
}

/// Where each relationship type is first named.
fn relation_places(ontology: &Ontology, definitions: &Definitions) -> Vec<Pos> {
    let mut places: Vec<Option<Pos>> = vec![None; ontology.relations.len()];
    let kinds = ontology.kinds.iter().map(|it| &it.fields).zip(&definitions.kinds);
    let interfaces = ontology.interfaces.iter().map(|it| &it.fields).zip(&definitions.interfaces);
    for (fields, definition) in kinds.chain(interfaces) {
        for field in fields {
            let at = field_place(definition, &field.name);
            let place = &mut places[field.relation.index()];
            *place = Some(place.map_or(at, |it| it.min(at)));
        }
    }
    places.into_iter().map(Option::unwrap_or_default).collect()
}

/// Names that must differ, each with what brings it.
struct Namespace {
    code: &'static str,
    fixed: &'static [&'static str],
    names: FxHashMap<String, String>,
}

impl Namespace {
    fn new(code: &'static str, fixed: &'static [&'static str]) -> Self {
        Self { code, fixed, names: FxHashMap::default() }
    }

    fn add(
        &mut self,
        name: String,
        origin: String,
        way_out: &str,
        at: Pos,
        report: &mut Report<'_>,
    ) {
        let other = match self.names.get(&name) {
            _ if self.fixed.contains(&name.as_str()) => "every API",
            Some(it) => it,
            None => {
                self.names.insert(name, origin);
                return;
            }
        };
        let message =
            format!("`{name}` would be generated for {origin} and for {other}; {way_out}");
        report.add(at, self.code, message);
    }
}
