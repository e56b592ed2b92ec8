//! From declarations to an ontology.

use async_graphql::{
    Pos, Positioned,
    parser::types::{EnumValueDefinition, TypeDefinition, TypeKind},
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Diagnostic, EnumType, EnumValue, Interface, Kind, Names, Ontology, PropertiesType,
    RelationshipField, Union, clashes,
    definitions::{Definitions, Role, description, fields_of, implements_of},
    diagnostic::Report,
    directives,
    index::Index,
    interfaces, naming,
    reader::{Owner, Reader},
    relations, syntax,
};
use crate::model::KindId;

/// The most names of properties: each has a 16-bit number.
const PROPERTIES_MAX: usize = u16::MAX as usize;

impl Ontology {
    /// Reads an ontology from SDL. `file` names it in diagnostics. Takes time in proportion to the
    /// text and to the pairs of types that its relationships may join.
    ///
    /// ```
    /// use relata::ontology::Ontology;
    ///
    /// let problems = Ontology::parse("news.graphql", "type Country @node { iso2: Strng }");
    /// assert_eq!(
    ///     problems.unwrap_err()[0].to_string(),
    ///     "news.graphql:1:28: there is no type `Strng`; did you mean `String`?"
    /// );
    /// ```
    ///
    /// # Errors
    ///
    /// Every problem found, in the order of the file.
    pub fn parse(file: &str, source: &str) -> Result<Self, Vec<Diagnostic>> {
        let document = syntax::parse(file, source)?;
        let mut report = Report::new(file);
        let definitions = Definitions::collect(document, &mut report);
        directives::check(&definitions, &mut report);
        let relations = relations::numbered(&definitions, &mut report);
        let reader = Reader {
            definitions: &definitions,
            report,
            mentions: Vec::new(),
            relations,
            properties: Vec::new(),
            property_numbers: FxHashMap::default(),
        };
        let (ontology, mut report) = reader.read(source);
        interfaces::check(&ontology, &definitions, &mut report);
        clashes::check(&ontology, &definitions, &mut report);
        if report.is_empty() { Ok(ontology) } else { Err(report.into_diagnostics()) }
    }
}

impl<'d, 'f> Reader<'d, 'f> {
    fn read(mut self, source: &str) -> (Ontology, Report<'f>) {
        let Definitions { kinds, properties_types, interfaces, unions, enums, .. } =
            self.definitions;
        let enums = enums.iter().map(|it| self.read_enum(it)).collect();
        let kinds: Vec<_> = kinds.iter().map(|it| self.read_kind(it)).collect();
        let properties_types =
            properties_types.iter().map(|it| self.read_properties_type(it)).collect();
        let interfaces = interfaces.iter().map(|it| self.read_interface(it, &kinds)).collect();
        let unions = unions.iter().map(|it| self.read_union(it)).collect();
        if kinds.is_empty() && self.report.is_empty() {
            let message = "there is no entity type; write `type Country @node`";
            self.report.add(Pos { line: 1, column: 1 }, "NO_ENTITY_TYPES", message);
        }
        if self.properties.len() > PROPERTIES_MAX {
            let message = format!("there are more than {PROPERTIES_MAX} names of properties");
            self.report.add(Pos { line: 1, column: 1 }, "TOO_MANY_PROPERTIES", message);
        }
        let mut ontology = Ontology {
            source: source.to_owned(),
            kinds,
            relations: Vec::new(),
            properties_types,
            interfaces,
            unions,
            enums,
            names: Names::default(),
            index: Index::default(),
        };
        ontology.relations =
            relations::settle(&self.relations, &self.mentions, &ontology, &mut self.report);
        relations::check_properties_types(self.definitions, &mut self.report);
        ontology.names = Names {
            kinds: ontology.kinds.iter().map(|it| it.name.clone()).collect(),
            relations: ontology.relations.iter().map(|it| it.name.clone()).collect(),
            properties: self.properties,
        };
        ontology.index = Index::of(&ontology.kinds, &ontology.relations);
        (ontology, self.report)
    }

    fn read_kind(&mut self, definition: &'d TypeDefinition) -> Kind {
        let name = definition.name.node.to_string();
        let id = match self.definitions.role(&name) {
            Some(Role::Kind(it)) => it,
            _ => KindId::default(),
        };
        let (properties, fields) = self.read_fields(Owner::Kind(id), definition);
        Kind {
            id,
            plural: self.read_plural(definition),
            description: description(definition.description.as_ref()),
            hub: directives::find(&definition.directives, "node")
                .is_some_and(|it| directives::is_true(&it.node, "hub")),
            properties,
            fields,
            interfaces: self.read_implements(definition),
            name,
        }
    }

    fn read_plural(&mut self, definition: &TypeDefinition) -> String {
        let argument = |directive, argument| {
            directives::find(&definition.directives, directive)
                .and_then(|it| directives::text(&it.node, argument))
        };
        let (node, own) = (argument("node", "plural"), argument("plural", "value"));
        if let (Some((a, _)), Some((b, at))) = (node, own)
            && a != b
        {
            let message = format!("the plural is `{a}` and `{b}`; keep one");
            self.report.add(at, "TWO_PLURALS", message);
        }
        match node.or(own) {
            None => naming::plural(&definition.name.node),
            Some((plural, _)) if naming::is_name(plural) => naming::uncapitalized(plural),
            Some((plural, at)) => {
                let shown =
                    if plural.is_empty() { "an empty text" } else { &format!("`{plural}`") };
                let message =
                    format!("{shown} is not a name in GraphQL; write one, as `countries`");
                self.report.add(at, "INVALID_PLURAL", message);
                naming::plural(&definition.name.node)
            }
        }
    }

    fn read_implements(&mut self, definition: &TypeDefinition) -> Vec<super::InterfaceId> {
        let mut interfaces = Vec::new();
        let mut seen = FxHashSet::default();
        for it in implements_of(definition) {
            let (name, at) = (it.node.as_str(), it.pos);
            if !seen.insert(name) {
                let message = format!("`{name}` is here already; remove it");
                self.report.add(at, "DUPLICATE_INTERFACE", message);
                continue;
            }
            match self.definitions.role(name) {
                Some(Role::Interface(it)) => interfaces.push(it),
                Some(Role::Entity | Role::Broken) => (),
                // Every entity type implements Relay's interface as well.
                None if name == "Node" => (),
                Some(_) => {
                    let message = format!("`{name}` is not an interface; remove it");
                    self.report.add(at, "NOT_AN_INTERFACE", message);
                }
                None => {
                    let names = self
                        .definitions
                        .names(|it| matches!(it, Role::Interface(_) | Role::Entity));
                    let hint = self.report.did_you_mean(name, names);
                    let message = format!("there is no interface `{name}`{hint}");
                    self.report.add(at, "UNKNOWN_INTERFACE", message);
                }
            }
        }
        interfaces
    }

    fn read_properties_type(&mut self, definition: &'d TypeDefinition) -> PropertiesType {
        let name = definition.name.node.to_string();
        let at = definition.name.pos;
        if let [first, ..] = implements_of(definition) {
            let message = format!("a properties type implements nothing; remove `{}`", first.node);
            self.report.add(first.pos, "PROPERTIES_TYPE_IMPLEMENTS", message);
        }
        if fields_of(definition).is_empty() {
            let message = format!("`{name}` has no properties; write some, or remove it");
            self.report.add(at, "EMPTY_TYPE", message);
        }
        let (properties, _) = self.read_fields(Owner::Properties, definition);
        PropertiesType {
            description: description(definition.description.as_ref()),
            properties,
            name,
        }
    }

    fn read_interface(&mut self, definition: &'d TypeDefinition, kinds: &[Kind]) -> Interface {
        let (name, at) = (definition.name.node.to_string(), definition.name.pos);
        for it in implements_of(definition) {
            if it.node != "Entity" && it.node != "Node" {
                let message = format!(
                    "an interface implements only `Entity`; remove `{0}`, and let the types write \
                     `implements {name} & {0}`",
                    it.node
                );
                self.report.add(it.pos, "INTERFACE_IMPLEMENTS", message);
            }
        }
        let id = self.definitions.role(&name);
        let kinds: Vec<_> = kinds
            .iter()
            .filter(|kind| kind.interfaces.iter().any(|it| Some(Role::Interface(*it)) == id))
            .collect();
        let undecided = |it: &TypeDefinition| implements_of(it).iter().any(|it| it.node == name);
        if kinds.is_empty() && !self.definitions.undecided.iter().any(undecided) {
            let message = format!("no entity type implements `{name}`; write `implements {name}`");
            self.report.add(at, "UNIMPLEMENTED_INTERFACE", message);
        }
        let (properties, mut fields) = self.read_fields(Owner::Interface, definition);
        fields.extend(interfaces::declared(definition, &kinds));
        let place = |field: &RelationshipField| {
            fields_of(definition).iter().position(|it| it.node.name.node == field.name)
        };
        fields.sort_by_key(place);
        Interface {
            description: description(definition.description.as_ref()),
            properties,
            fields,
            kinds: kinds.iter().map(|it| it.id).collect(),
            name,
        }
    }

    fn read_union(&mut self, definition: &TypeDefinition) -> Union {
        let name = definition.name.node.to_string();
        let members = match &definition.kind {
            TypeKind::Union(it) => it.members.as_slice(),
            _ => &[],
        };
        if members.is_empty() {
            let message = format!("`{name}` has no members; write `union {name} = Person | Group`");
            self.report.add(definition.name.pos, "EMPTY_TYPE", message);
        }
        let mut kinds = Vec::new();
        for it in members {
            let (member, at) = (it.node.as_str(), it.pos);
            match self.definitions.role(member) {
                Some(Role::Kind(it)) if kinds.contains(&it) => {
                    let message = format!("`{member}` is here already; remove it");
                    self.report.add(at, "DUPLICATE_MEMBER", message);
                }
                Some(Role::Kind(it)) => kinds.push(it),
                Some(Role::Broken) => (),
                Some(_) => {
                    let message = format!(
                        "`{member}` is not an entity type; a union has only entity types as members"
                    );
                    self.report.add(at, "NOT_AN_ENTITY_TYPE", message);
                }
                None => {
                    let names = self.definitions.names(|it| matches!(it, Role::Kind(_)));
                    let hint = self.report.did_you_mean(member, names);
                    let message = format!("there is no entity type `{member}`{hint}");
                    self.report.add(at, "UNKNOWN_MEMBER", message);
                }
            }
        }
        Union { description: description(definition.description.as_ref()), kinds, name }
    }

    fn read_enum(&mut self, definition: &TypeDefinition) -> EnumType {
        let name = definition.name.node.to_string();
        let values: &[Positioned<EnumValueDefinition>] = match &definition.kind {
            TypeKind::Enum(it) => &it.values,
            _ => &[],
        };
        if values.is_empty() {
            let message = format!("`{name}` has no values; write `enum {name} {{ SOME OTHER }}`");
            self.report.add(definition.name.pos, "EMPTY_TYPE", message);
        }
        let mut seen = FxHashSet::default();
        for it in values {
            let (value, at) = (it.node.value.node.as_str(), it.node.value.pos);
            if !seen.insert(value) {
                let message = format!("`{value}` is here already; remove it");
                self.report.add(at, "DUPLICATE_VALUE", message);
            }
            self.check_name(value, at);
        }
        let values = values.iter().map(|it| EnumValue {
            name: it.node.value.node.to_string(),
            description: description(it.node.description.as_ref()),
        });
        EnumType {
            description: description(definition.description.as_ref()),
            values: values.collect(),
            name,
        }
    }

    /// Reports a name that GraphQL keeps for itself.
    pub(super) fn check_name(&mut self, name: &str, at: Pos) {
        if name.starts_with("__") {
            let message = format!("GraphQL keeps names with `__` for itself; rename `{name}`");
            self.report.add(at, "DOUBLE_UNDERSCORE", message);
        }
    }

    /// The number of the property called `name`, the same in every type.
    pub(super) fn property_number(&mut self, name: &str) -> u16 {
        if let Some(it) = self.property_numbers.get(name) {
            return *it;
        }
        // Numbers past the limit are reported and never used.
        let number = u16::try_from(self.properties.len()).unwrap_or(u16::MAX);
        self.properties.push(name.to_owned());
        self.property_numbers.insert(name.to_owned(), number);
        number
    }
}
