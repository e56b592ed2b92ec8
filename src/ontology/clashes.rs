//! Names of the API that two parts of an ontology would both bring.

use async_graphql::{Pos, parser::types::TypeDefinition};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Kind, Ontology, RelationshipField, Target,
    definitions::{Definitions, fields_of},
    diagnostic::Report,
    naming::{
        BUILT_IN_TYPES, CONNECTION_INPUTS, ENUM_TYPES, FIELD_TYPES, KIND_TYPES, PLURAL_TYPES,
        PROPERTIES_TYPES, ROOT_FIELDS, TARGET_TYPES, capitalized, is_name, singular,
    },
};
use crate::model::KindId;

/// Arguments of an entity type's root field that no unique property may be called.
const ROOT_ARGUMENTS: [&str; 2] = ["asOf", "knownAt"];

/// Reports every name that would be generated twice.
pub(super) fn check(ontology: &Ontology, definitions: &Definitions, report: &mut Report<'_>) {
    let plurals = check_roots(ontology, definitions, report);
    let names = Namespace::new("TYPE_NAME_CLASH", BUILT_IN_TYPES);
    Types { ontology, definitions, plurals: &plurals, names, report }.check();
    for (kind, definition) in ontology.kinds.iter().zip(&definitions.kinds) {
        check_fields(kind, definition, report);
    }
}

/// Reports entity types whose root fields have the name of another's; gives the entity types whose
/// plural is their own.
fn check_roots(
    ontology: &Ontology,
    definitions: &Definitions,
    report: &mut Report<'_>,
) -> FxHashSet<KindId> {
    let mut sound = FxHashSet::default();
    let mut roots = Namespace::new("ROOT_FIELD_CLASH", &ROOT_FIELDS);
    for (kind, definition) in ontology.kinds.iter().zip(&definitions.kinds) {
        let (name, at) = (&kind.name, definition.name.pos);
        let (one, many) = (singular(name), &kind.plural);
        let way_out = format!("write `@node(plural: \"…\")` on `{name}`, or rename it");
        if !is_name(&one) || !is_name(many) {
            let message = format!("`{name}` has no letter to begin a field's name; rename it");
            report.add(at, "INVALID_TYPE_NAME", message);
            continue;
        }
        if one == *many {
            let message = format!(
                "one `{name}` and several are both called `{one}`; write \
                 `@node(plural: \"all{}\")` or the like",
                capitalized(name)
            );
            report.add(at, "SINGULAR_IS_PLURAL", message);
            continue;
        }
        if many == "info" {
            let message = format!("every payload has a field `info`; {way_out}");
            report.add(at, "ROOT_FIELD_CLASH", message);
        }
        roots.add(one, &format!("one `{name}`"), &format!("rename `{name}`"), at, report);
        if roots.add(many.clone(), &format!("several `{name}`"), &way_out, at, report) {
            let pages = format!("pages of `{name}`");
            roots.add(format!("{many}Connection"), &pages, &way_out, at, report);
            sound.insert(kind.id);
        }
    }
    sound
}

/// The types that an ontology brings, as they are added up.
struct Types<'c, 'f> {
    ontology: &'c Ontology,
    definitions: &'c Definitions,
    /// The entity types whose plural is their own.
    plurals: &'c FxHashSet<KindId>,
    names: Namespace,
    report: &'c mut Report<'f>,
}

impl Types<'_, '_> {
    fn check(mut self) {
        // Declared names come first, so that a clash is reported where the name is generated.
        self.declare();
        self.add_relations();
        self.add_kinds();
        self.add_fields();
        let Definitions { properties_types, interfaces, unions, enums, .. } = self.definitions;
        for (definitions, endings, role) in [
            (properties_types, &[&PROPERTIES_TYPES[..], &CONNECTION_INPUTS][..], "properties type"),
            (interfaces, &[&TARGET_TYPES, &CONNECTION_INPUTS], "interface"),
            (unions, &[&TARGET_TYPES, &CONNECTION_INPUTS], "union"),
            (enums, &[&ENUM_TYPES], "enum"),
        ] {
            for it in definitions {
                let name = it.name.node.as_str();
                let origin = format!("{role} `{name}`");
                endings.iter().for_each(|endings| self.add(name, endings, &origin, it.name.pos));
            }
        }
    }

    fn declare(&mut self) {
        let Definitions { kinds, properties_types, interfaces, unions, enums, .. } =
            self.definitions;
        for (definitions, role) in [
            (kinds, "entity type"),
            (properties_types, "properties type"),
            (interfaces, "interface"),
            (unions, "union"),
            (enums, "enum"),
        ] {
            for it in definitions {
                let name = it.name.node.to_string();
                self.names.names.insert(name.clone(), format!("{role} `{name}`"));
            }
        }
    }

    fn add_relations(&mut self) {
        let places = relation_places(self.ontology, self.definitions);
        for (relation, at) in self.ontology.relations.iter().zip(places) {
            let origin = format!("relationship type `{}`", relation.name);
            self.add(&relation.type_name, &[""], &origin, at);
            self.add(&relation.type_name, &CONNECTION_INPUTS, &origin, at);
        }
    }

    fn add_kinds(&mut self) {
        for (kind, definition) in self.ontology.kinds.iter().zip(&self.definitions.kinds) {
            let (origin, at) = (format!("entity type `{}`", kind.name), definition.name.pos);
            self.add(&kind.name, &KIND_TYPES, &origin, at);
            self.add(&kind.name, &CONNECTION_INPUTS, &origin, at);
            if self.plurals.contains(&kind.id) {
                let origin = format!("several `{}`", kind.name);
                self.add(&capitalized(&kind.plural), &PLURAL_TYPES, &origin, at);
            }
        }
    }

    fn add_fields(&mut self) {
        let kinds = self.ontology.kinds.iter().map(|it| (&it.name, &it.fields));
        let interfaces = self.ontology.interfaces.iter().map(|it| (&it.name, &it.fields));
        let kinds = kinds.zip(&self.definitions.kinds);
        for ((owner, fields), definition) in
            kinds.chain(interfaces.zip(&self.definitions.interfaces))
        {
            for field in fields {
                let at = field_place(definition, &field.name);
                let origin = format!("field `{owner}.{}`", field.name);
                let stem = format!("{owner}{}", capitalized(&field.name));
                self.add(&stem, &FIELD_TYPES, &origin, at);
                self.add_inputs(field, at);
            }
        }
    }

    /// Inputs of a relationship that leads to several targets are named after each as well.
    fn add_inputs(&mut self, field: &RelationshipField, at: Pos) {
        let target = match field.target {
            Target::Kind(it) => &self.ontology.kinds[it.index()].name,
            Target::Interface(it) => &self.ontology.interfaces[usize::from(it.0)].name,
            Target::Union(_) | Target::Entity => "Entity",
        };
        let relation = &self.ontology.relations[field.relation.index()];
        let origin = format!("relationship type `{}`", relation.name);
        self.add(&format!("{}{target}", relation.type_name), &CONNECTION_INPUTS, &origin, at);
        if let Some(it) = relation.properties {
            let name = &self.ontology.properties_types[usize::from(it.0)].name;
            let origin = format!("properties type `{name}`");
            self.add(&format!("{name}{target}"), &CONNECTION_INPUTS, &origin, at);
        }
    }

    fn add(&mut self, stem: &str, endings: &[&str], origin: &str, at: Pos) {
        for ending in endings {
            let way_out = "choose another name";
            self.names.add(format!("{stem}{ending}"), origin, way_out, at, self.report);
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
    /// What has been reported to clash with what.
    reported: FxHashSet<(String, String)>,
}

impl Namespace {
    fn new(code: &'static str, fixed: &'static [&'static str]) -> Self {
        Self { code, fixed, names: FxHashMap::default(), reported: FxHashSet::default() }
    }

    /// Adds a name; reports it and is false where something else has it.
    fn add(
        &mut self,
        name: String,
        origin: &str,
        way_out: &str,
        at: Pos,
        report: &mut Report<'_>,
    ) -> bool {
        let other = match self.names.get(&name) {
            _ if self.fixed.contains(&name.as_str()) => ", and every API has one".to_owned(),
            Some(it) if it == origin => return true,
            Some(it) => format!(" and for {it}"),
            None => {
                self.names.insert(name, origin.to_owned());
                return true;
            }
        };
        let message = format!("`{name}` would be generated for {origin}{other}; {way_out}");
        if self.reported.insert((origin.to_owned(), other)) {
            report.add(at, self.code, message);
        }
        false
    }
}
