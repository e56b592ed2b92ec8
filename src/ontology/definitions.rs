//! The declarations of a file: extensions merged, each name with its role.

use async_graphql::{
    Name, Positioned,
    parser::types::{
        FieldDefinition, InterfaceType, ObjectType, ServiceDocument, TypeDefinition, TypeKind,
        TypeSystemDefinition,
    },
};
use rustc_hash::FxHashMap;

use super::{
    EnumId, InterfaceId, PropertiesTypeId, Scalar, UnionId,
    diagnostic::Report,
    naming::{BUILT_IN_TYPES, ENTITY_FIELDS},
};
use crate::model::KindId;

/// The most types of one role, and relationship types; a generated API with more is of no use.
pub(super) const TYPES_MAX: usize = 2_000;

/// The most fields of a type.
const FIELDS_MAX: usize = 1_000;

/// What a type's name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// An entity type.
    Kind(KindId),
    /// A properties type.
    Properties(PropertiesTypeId),
    /// An interface of the ontology.
    Interface(InterfaceId),
    /// The built-in interface `Entity`.
    Entity,
    /// A union.
    Union(UnionId),
    /// An enum.
    Enum(EnumId),
    /// A scalar.
    Scalar(Scalar),
    /// Something that has been reported already.
    Broken,
}

/// The declarations of a file by role; a type's place is its number.
#[derive(Debug, Default)]
pub(super) struct Definitions {
    pub(super) kinds: Vec<TypeDefinition>,
    pub(super) properties_types: Vec<TypeDefinition>,
    pub(super) interfaces: Vec<TypeDefinition>,
    pub(super) unions: Vec<TypeDefinition>,
    pub(super) enums: Vec<TypeDefinition>,
    /// Types that say neither what kind nor what properties type they are.
    pub(super) undecided: Vec<TypeDefinition>,
    roles: FxHashMap<String, Role>,
}

impl Definitions {
    /// Sorts a file's declarations by role and reports those that have none.
    pub(super) fn collect(document: ServiceDocument, report: &mut Report<'_>) -> Self {
        let mut definitions = Self::default();
        for it in Scalar::ALL {
            definitions.roles.insert(it.name().to_owned(), Role::Scalar(it));
        }
        definitions.roles.insert("Entity".to_owned(), Role::Entity);
        for it in merged(document, report) {
            definitions.add(it, report);
        }
        definitions
    }

    /// What `name` stands for.
    pub(super) fn role(&self, name: &str) -> Option<Role> {
        self.roles.get(name).copied()
    }

    /// The names that have a role which `wanted` accepts.
    pub(super) fn names(&self, wanted: fn(Role) -> bool) -> impl Iterator<Item = &str> {
        self.roles.iter().filter(move |(_, role)| wanted(**role)).map(|(name, _)| name.as_str())
    }

    fn add(&mut self, mut definition: TypeDefinition, report: &mut Report<'_>) {
        let (name, at) = (definition.name.node.to_string(), definition.name.pos);
        if is_scalar_declaration(&definition) || is_entity_interface(&definition, report) {
            return;
        }
        if BUILT_IN_TYPES.contains(&name.as_str()) {
            return report_reserved(&definition, report);
        }
        if name.starts_with("__") {
            let message = format!("GraphQL keeps names with `__` for itself; rename `{name}`");
            report.add(at, "DOUBLE_UNDERSCORE", message);
        }
        let Some(role) = self.role_of(&definition, report) else {
            self.roles.insert(name, Role::Broken);
            if matches!(definition.kind, TypeKind::Object(_)) {
                self.undecided.push(definition);
            }
            return;
        };
        let (types, plural) = match role {
            Role::Kind(_) => (&mut self.kinds, "entity types"),
            Role::Properties(_) => (&mut self.properties_types, "properties types"),
            Role::Interface(_) => (&mut self.interfaces, "interfaces"),
            Role::Union(_) => (&mut self.unions, "unions"),
            _ => (&mut self.enums, "enums"),
        };
        if types.len() == TYPES_MAX {
            let message = format!("there are more than {TYPES_MAX} {plural}; say it with fewer");
            report.add(at, "TOO_MANY_TYPES", message);
            self.roles.insert(name, Role::Broken);
            return;
        }
        limit_fields(&mut definition, report);
        self.roles.insert(name, role);
        types.push(definition);
    }

    /// The role that a definition takes, numbered as the next of its role.
    fn role_of(&self, definition: &TypeDefinition, report: &mut Report<'_>) -> Option<Role> {
        let (name, at) = (&definition.name.node, definition.name.pos);
        match &definition.kind {
            TypeKind::Interface(_) => Some(Role::Interface(InterfaceId(next(&self.interfaces)))),
            TypeKind::Union(_) => Some(Role::Union(UnionId(next(&self.unions)))),
            TypeKind::Enum(_) => Some(Role::Enum(EnumId(next(&self.enums)))),
            TypeKind::Object(_) => self.object_role(definition, report),
            TypeKind::InputObject(_) => {
                let message = format!("inputs are generated from the types; remove `input {name}`");
                report.add(at, "INPUT_TYPE", message);
                None
            }
            TypeKind::Scalar => {
                let scalars: Vec<_> = Scalar::ALL.iter().map(|it| it.name()).collect();
                let message = format!(
                    "there is no scalar `{name}`; use one of {}",
                    list_of(scalars.into_iter())
                );
                report.add(at, "UNKNOWN_SCALAR", message);
                None
            }
        }
    }

    fn object_role(&self, definition: &TypeDefinition, report: &mut Report<'_>) -> Option<Role> {
        let (name, at) = (&definition.name.node, definition.name.pos);
        match (has(definition, "node"), has(definition, "relationshipProperties")) {
            (true, false) => Some(Role::Kind(KindId(next(&self.kinds)))),
            (false, true) => Some(Role::Properties(PropertiesTypeId(next(&self.properties_types)))),
            (true, true) => {
                let message = format!(
                    "`{name}` cannot be an entity type and a properties type; \
                     keep `@node` or `@relationshipProperties`"
                );
                report.add(at, "TWO_ROLES", message);
                None
            }
            (false, false) => {
                let message = format!(
                    "`{name}` is neither an entity type nor a properties type; write \
                     `type {name} @node` or `type {name} @relationshipProperties`"
                );
                report.add(at, "NO_ROLE", message);
                None
            }
        }
    }
}

fn next(types: &[TypeDefinition]) -> u16 {
    u16::try_from(types.len()).expect("a role has at most TYPES_MAX types")
}

/// The fields of an object type or interface.
pub(super) fn fields_of(definition: &TypeDefinition) -> &[Positioned<FieldDefinition>] {
    match &definition.kind {
        TypeKind::Object(it) => &it.fields,
        TypeKind::Interface(it) => &it.fields,
        _ => &[],
    }
}

/// The interfaces that an object type or interface says it implements.
pub(super) fn implements_of(definition: &TypeDefinition) -> &[Positioned<Name>] {
    match &definition.kind {
        TypeKind::Object(it) => &it.implements,
        TypeKind::Interface(it) => &it.implements,
        _ => &[],
    }
}

/// What a declaration says about itself.
pub(super) fn description(text: Option<&Positioned<String>>) -> String {
    text.map(|it| it.node.trim().to_owned()).unwrap_or_default()
}

/// `` `a`, `b` or `c` ``.
pub(super) fn list_of<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut names: Vec<_> = names.map(|it| format!("`{it}`")).collect();
    match names.pop() {
        Some(last) if !names.is_empty() => format!("{} or {last}", names.join(", ")),
        last => last.unwrap_or_default(),
    }
}

/// Leaves a type as many fields as it may have, so that nothing below need count them.
fn limit_fields(definition: &mut TypeDefinition, report: &mut Report<'_>) {
    let name = &definition.name;
    let (TypeKind::Object(ObjectType { fields, .. })
    | TypeKind::Interface(InterfaceType { fields, .. })) = &mut definition.kind
    else {
        return;
    };
    if let Some(first) = fields.get(FIELDS_MAX) {
        let message = format!("`{}` has more than {FIELDS_MAX} fields; divide it", name.node);
        report.add(first.node.name.pos, "TOO_MANY_FIELDS", message);
        fields.truncate(FIELDS_MAX);
    }
}

fn report_reserved(definition: &TypeDefinition, report: &mut Report<'_>) {
    let name = definition.name.node.as_str();
    let message = match name {
        "Query" | "Mutation" | "Subscription" => {
            format!("`{name}` is generated from the entity types; remove it")
        }
        "true" | "false" | "null" => format!("`{name}` is a value; give the type another name"),
        _ => format!("`{name}` is a type of every API; give yours another name"),
    };
    report.add(definition.name.pos, "RESERVED_TYPE_NAME", message);
}

fn has(definition: &TypeDefinition, directive: &str) -> bool {
    definition.directives.iter().any(|it| it.node.name.node == directive)
}

/// The types of a document in its order, each with what `extend` adds to it.
fn merged(document: ServiceDocument, report: &mut Report<'_>) -> Vec<TypeDefinition> {
    let mut types: Vec<TypeDefinition> = Vec::new();
    let mut places: FxHashMap<Name, usize> = FxHashMap::default();
    let mut extensions = Vec::new();
    for definition in document.definitions {
        match definition {
            TypeSystemDefinition::Schema(it) => report.add(
                it.pos,
                "SCHEMA_DEFINITION",
                "the API's root types are generated; remove `schema`",
            ),
            // Declared for editors; what a directive means here does not depend on it.
            TypeSystemDefinition::Directive(_) => (),
            TypeSystemDefinition::Type(it) if it.node.extend => extensions.push(it.node),
            TypeSystemDefinition::Type(it) => match places.get(&it.node.name.node) {
                Some(first) => report_duplicate(&types[*first], &it.node, report),
                None => {
                    places.insert(it.node.name.node.clone(), types.len());
                    types.push(it.node);
                }
            },
        }
    }
    for it in extensions {
        match places.get(&it.name.node) {
            Some(place) => extend(&mut types[*place], it, report),
            None if BUILT_IN_TYPES.contains(&it.name.node.as_str()) => {
                report_reserved(&it, report);
            }
            None => {
                let names = places.keys().map(Name::as_str);
                let message = format!(
                    "there is no type `{0}` to extend; declare it without `extend`{1}",
                    it.name.node,
                    report.did_you_mean(&it.name.node, names)
                );
                report.add(it.name.pos, "EXTENDS_UNKNOWN_TYPE", message);
            }
        }
    }
    types
}

fn report_duplicate(first: &TypeDefinition, again: &TypeDefinition, report: &mut Report<'_>) {
    let same = keyword(&first.kind) == keyword(&again.kind);
    let instead = if same { "write `extend` before this one" } else { "rename it" };
    let message = format!(
        "`{}` is declared in line {} already; remove this one, or {instead}",
        first.name.node, first.name.pos.line
    );
    report.add(again.name.pos, "DUPLICATE_TYPE", message);
}

fn extend(base: &mut TypeDefinition, extension: TypeDefinition, report: &mut Report<'_>) {
    base.directives.extend(extension.directives);
    match (&mut base.kind, extension.kind) {
        (TypeKind::Object(base), TypeKind::Object(more)) => {
            base.implements.extend(more.implements);
            base.fields.extend(more.fields);
        }
        (TypeKind::Interface(base), TypeKind::Interface(more)) => {
            base.implements.extend(more.implements);
            base.fields.extend(more.fields);
        }
        (TypeKind::Union(base), TypeKind::Union(more)) => base.members.extend(more.members),
        (TypeKind::Enum(base), TypeKind::Enum(more)) => base.values.extend(more.values),
        (TypeKind::InputObject(_), TypeKind::InputObject(_))
        | (TypeKind::Scalar, TypeKind::Scalar) => {}
        (base_kind, _) => {
            let (name, keyword) = (&extension.name.node, keyword(base_kind));
            let message =
                format!("`{name}` is declared otherwise; write `extend {keyword} {name}`");
            report.add(extension.name.pos, "EXTENDS_OTHER_KIND", message);
        }
    }
}

fn keyword(kind: &TypeKind) -> &'static str {
    match kind {
        TypeKind::Scalar => "scalar",
        TypeKind::Object(_) => "type",
        TypeKind::Interface(_) => "interface",
        TypeKind::Union(_) => "union",
        TypeKind::Enum(_) => "enum",
        TypeKind::InputObject(_) => "input",
    }
}

/// `scalar Date` and the like, which may be declared for editors.
fn is_scalar_declaration(definition: &TypeDefinition) -> bool {
    matches!(definition.kind, TypeKind::Scalar)
        && Scalar::ALL.iter().any(|it| definition.name.node == it.name())
}

/// `interface Entity`, which may be declared where it agrees with the built-in one.
fn is_entity_interface(definition: &TypeDefinition, report: &mut Report<'_>) -> bool {
    if !matches!(definition.kind, TypeKind::Interface(_)) || definition.name.node != "Entity" {
        return false;
    }
    let fields = fields_of(definition);
    for it in definition.directives.iter().chain(fields.iter().flat_map(|it| &it.node.directives)) {
        let message = format!("`Entity` is built in; remove `@{}`", it.node.name.node);
        report.add(it.pos, "ENTITY_INTERFACE", message);
    }
    for field in fields {
        let (name, ty) = (&field.node.name.node, field.node.ty.node.to_string());
        if ENTITY_FIELDS.contains(&(name, &ty)) {
            continue;
        }
        let message = match ENTITY_FIELDS.iter().find(|(it, _)| it == name) {
            Some((_, ty)) => {
                format!("`Entity` is built in, and its `{name}` is `{ty}`; write that")
            }
            None => format!(
                "`Entity` is built in and has no field `{name}`; declare an interface of your own"
            ),
        };
        report.add(field.node.name.pos, "ENTITY_INTERFACE", message);
    }
    true
}
