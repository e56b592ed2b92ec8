//! The fields of a type: properties and relationships.

use async_graphql::{
    Pos, Positioned,
    parser::types::{BaseType, ConstDirective, FieldDefinition, Type, TypeDefinition},
};
use rustc_hash::FxHashMap;

use super::{
    Property, PropertyType, RelationshipField, Scalar, Target,
    definitions::{Role, description, fields_of},
    directives,
    naming::{ENTITY_FIELDS, FILTER_FIELDS, relation_for},
    reader::{Mention, Owner, Properties, Reader},
};
use crate::model::{Direction, PropertyId};

/// Types of the Neo4j GraphQL Library that are not here, and what to write instead.
const UNSUPPORTED_TYPES: &[(&str, &str)] = &[
    ("Point", "two properties, `latitude: Float` and `longitude: Float`"),
    ("CartesianPoint", "two properties, `x: Float` and `y: Float`"),
    ("LocalDateTime", "`DateTime`"),
    ("Time", "`String`"),
    ("LocalTime", "`String`"),
    ("Duration", "`String`, or an `Int` with its unit in the name"),
];

impl<'d> Reader<'d, '_> {
    /// Reads the fields of a type, in their order.
    pub(super) fn read_fields(
        &mut self,
        owner: Owner,
        definition: &'d TypeDefinition,
    ) -> (Vec<Property>, Vec<RelationshipField>) {
        let (mut properties, mut relationships) = (Vec::new(), Vec::new());
        let mut seen: FxHashMap<&str, Pos> = FxHashMap::default();
        for it in fields_of(definition) {
            let (field, at) = (&it.node, it.node.name.pos);
            if let Some(first) = seen.get(field.name.node.as_str()) {
                let message = format!(
                    "`{}` has a field `{}` in line {} already; remove one",
                    definition.name.node, field.name.node, first.line
                );
                self.report.add(at, "DUPLICATE_FIELD", message);
                continue;
            }
            seen.insert(&field.name.node, at);
            if self.is_built_in(owner, field) || !self.is_well_formed(owner, field) {
                continue;
            }
            match directives::find(&field.directives, "relationship") {
                directive if owner == Owner::Interface && directives::is_declared(field) => {
                    self.check_declared(field, directive);
                }
                Some(it) if owner == Owner::Properties => {
                    let message = "a relationship joins two entities only; remove `@relationship`";
                    self.report.add(it.pos, "RELATIONSHIP_IN_PROPERTIES_TYPE", message);
                }
                Some(it) => relationships.extend(self.read_relationship(owner, field, it)),
                None => properties.extend(self.read_property(owner, field)),
            }
        }
        (properties, relationships)
    }

    /// Reports an interface's `@declareRelationship` that declares none.
    fn check_declared(
        &mut self,
        field: &FieldDefinition,
        directive: Option<&Positioned<ConstDirective>>,
    ) {
        if let Some(it) = directive {
            let message = "`@declareRelationship` leaves this to the types; keep one of the two";
            self.report.add(it.pos, "DUPLICATE_DIRECTIVE", message);
        }
        self.target(field);
    }

    /// Whether every entity has the field anyway; reported where it is declared otherwise.
    fn is_built_in(&mut self, owner: Owner, field: &FieldDefinition) -> bool {
        let name = field.name.node.as_str();
        let Some((_, ty)) = ENTITY_FIELDS.iter().find(|(it, _)| *it == name) else {
            return false;
        };
        if owner == Owner::Properties {
            return false;
        }
        if field.ty.node.to_string() != *ty {
            let message = format!("every entity has `{name}: {ty}`; write that, or leave it out");
            self.report.add(field.ty.pos, "BUILT_IN_FIELD", message);
        } else if name != "id"
            && let Some(it) = directives::find(&field.directives, "unique")
        {
            let message = format!("`{name}` need not be unique; mark a property of your own");
            self.report.add(it.pos, "BUILT_IN_FIELD_UNIQUE", message);
        }
        true
    }

    fn is_well_formed(&mut self, owner: Owner, field: &FieldDefinition) -> bool {
        let (name, at) = (field.name.node.as_str(), field.name.pos);
        self.check_name(name, at);
        if FILTER_FIELDS.contains(&name) {
            let message = format!("every filter has `{name}`; give the field another name");
            self.report.add(at, "RESERVED_FIELD_NAME", message);
        }
        if let Some(it) = directives::find(&field.directives, "id")
            && owner != Owner::Properties
        {
            let message = "only `id: ID!` is generated; remove `@id`, and give the value";
            self.report.add(it.pos, "ID_DIRECTIVE", message);
        }
        if let [first, ..] = field.arguments.as_slice() {
            let message = format!(
                "arguments are generated; remove those of `{name}`, from `{}` on",
                first.node.name.node
            );
            self.report.add(first.node.name.pos, "FIELD_ARGUMENTS", message);
            return false;
        }
        true
    }

    fn read_property(&mut self, owner: Owner, field: &FieldDefinition) -> Option<Property> {
        let name = field.name.node.to_string();
        let shape = Shape::of(&field.ty.node);
        let at = field.ty.pos;
        let ty = self.property_type(owner, field, &shape)?;
        if shape.nested {
            let message = format!("a list holds no lists; write `[{}!]`", shape.name);
            self.report.add(at, "NESTED_LIST", message);
            return None;
        }
        if shape.list && !shape.items_required {
            let end = if shape.required { "!" } else { "" };
            let message = format!("a list holds no nulls; write `[{}!]{end}`", shape.name);
            self.report.add(at, "NULLABLE_ITEMS", message);
        }
        let unique = directives::find(&field.directives, "unique");
        if let Some(it) = unique.filter(|_| matches!(owner, Owner::Kind(_))) {
            self.check_unique(ty, shape.list, it.pos);
        }
        Some(Property {
            id: PropertyId(self.property_number(&name)),
            description: description(field.description.as_ref()),
            ty,
            list: shape.list,
            required: shape.required,
            unique: unique.is_some(),
            name,
        })
    }

    /// The type of a property; reported where there is none such.
    fn property_type(
        &mut self,
        owner: Owner,
        field: &FieldDefinition,
        shape: &Shape<'_>,
    ) -> Option<PropertyType> {
        let (name, ty, at) = (&field.name.node, shape.name, field.ty.pos);
        match self.definitions.role(ty) {
            Some(Role::Scalar(it)) => return Some(PropertyType::Scalar(it)),
            Some(Role::Enum(it)) => return Some(PropertyType::Enum(it)),
            Some(Role::Broken) => (),
            Some(Role::Properties(_)) => {
                let message = format!(
                    "`{ty}` is a properties type; name it in a relationship, as \
                     `@relationship(…, properties: \"{ty}\")`"
                );
                self.report.add(at, "PROPERTIES_TYPE_AS_FIELD", message);
            }
            Some(_) if owner == Owner::Properties => {
                let message = format!(
                    "a relationship joins two entities only, and `{ty}` would be a third; write \
                     its id, as `{name}: ID`"
                );
                self.report.add(at, "ENTITY_IN_PROPERTIES_TYPE", message);
            }
            Some(_) => {
                let message = format!(
                    "`{ty}` is an entity; write `{name}: [{ty}!]! @relationship(type: \"{}\", \
                     direction: OUT)`",
                    relation_for(name)
                );
                self.report.add(at, "MISSING_RELATIONSHIP", message);
            }
            None => self.report_unknown_type(ty, at),
        }
        None
    }

    fn report_unknown_type(&mut self, name: &str, at: Pos) {
        if let Some((_, instead)) = UNSUPPORTED_TYPES.iter().find(|(it, _)| *it == name) {
            let message = format!("there is no type `{name}`; write {instead}");
            self.report.add(at, "UNSUPPORTED_TYPE", message);
            return;
        }
        let hint = self.report.did_you_mean(name, self.definitions.names(|_| true));
        self.report.add(at, "UNKNOWN_TYPE", format!("there is no type `{name}`{hint}"));
    }

    fn check_unique(&mut self, ty: PropertyType, list: bool, at: Pos) {
        if list {
            let message = "a list cannot be unique; remove `@unique`, or make it a single value";
            return self.report.add(at, "UNIQUE_LIST", message);
        }
        if let PropertyType::Scalar(it @ (Scalar::Float | Scalar::Boolean | Scalar::Json)) = ty {
            let message = format!("a `{}` cannot be unique; use `String` or `ID`", it.name());
            self.report.add(at, "UNIQUE_TYPE", message);
        }
    }

    fn read_relationship(
        &mut self,
        owner: Owner,
        field: &'d FieldDefinition,
        directive: &'d Positioned<ConstDirective>,
    ) -> Option<RelationshipField> {
        if let Some(it) = directives::find(&field.directives, "unique") {
            let message = "only a property can be unique; remove `@unique`";
            self.report.add(it.pos, "UNIQUE_RELATIONSHIP", message);
        }
        let target = self.target(field);
        let properties = self.properties_type(&directive.node);
        let relation = *self.relations.get(directives::text(&directive.node, "type")?.0)?;
        let direction = match directives::word(&directive.node, "direction")?.0 {
            "OUT" => Direction::Out,
            "IN" => Direction::In,
            _ => return None,
        };
        let symmetric = directives::word(&directive.node, "queryDirection")
            .is_some_and(|(it, _)| it == "UNDIRECTED");
        let target = target?;
        let description = description(field.description.as_ref());
        self.mentions.push(Mention {
            owner,
            field,
            at: directive.pos,
            relation,
            direction,
            symmetric,
            properties,
            target,
        });
        Some(RelationshipField {
            name: field.name.node.to_string(),
            description,
            relation,
            direction: if symmetric { Direction::Any } else { direction },
            target,
        })
    }

    /// What a relationship field leads to; reported where it leads to no entities.
    fn target(&mut self, field: &FieldDefinition) -> Option<Target> {
        let shape = Shape::of(&field.ty.node);
        let (name, at) = (shape.name, field.ty.pos);
        let target = match self.definitions.role(name) {
            Some(Role::Kind(it)) => Target::Kind(it),
            Some(Role::Interface(it)) => Target::Interface(it),
            Some(Role::Union(it)) => Target::Union(it),
            Some(Role::Entity) => Target::Entity,
            Some(Role::Broken) => return None,
            Some(_) => {
                let message = format!(
                    "a relationship leads to entities, and `{name}` is none; write `[Entity!]!`, \
                     or make it a property"
                );
                self.report.add(at, "RELATIONSHIP_TO_VALUE", message);
                return None;
            }
            None => {
                self.report_unknown_type(name, at);
                return None;
            }
        };
        if !(shape.list && shape.items_required && shape.required && !shape.nested) {
            let message = format!("a relationship may lead to several; write `[{name}!]!`");
            self.report.add(at, "RELATIONSHIP_NOT_LIST", message);
        }
        Some(target)
    }

    /// The properties type that `@relationship` names.
    fn properties_type(&mut self, directive: &ConstDirective) -> Properties {
        let Some((name, at)) = directives::text(directive, "properties") else {
            return Properties::Nothing;
        };
        match self.definitions.role(name) {
            Some(Role::Properties(it)) => return Properties::Type(it),
            Some(Role::Broken) => (),
            Some(role) => {
                let instead = match role {
                    Role::Interface(_) => format!("write `type {name} @relationshipProperties`"),
                    _ => "name a type that has `@relationshipProperties`".to_owned(),
                };
                let message = format!("`{name}` is not a properties type; {instead}");
                self.report.add(at, "NOT_A_PROPERTIES_TYPE", message);
            }
            None => {
                let names = self.definitions.names(|it| matches!(it, Role::Properties(_)));
                let hint = self.report.did_you_mean(name, names);
                let message = format!("there is no properties type `{name}`{hint}");
                self.report.add(at, "UNKNOWN_PROPERTIES_TYPE", message);
            }
        }
        Properties::Broken
    }
}

/// What a field's type says, taken apart.
struct Shape<'t> {
    name: &'t str,
    list: bool,
    nested: bool,
    required: bool,
    items_required: bool,
}

impl<'t> Shape<'t> {
    fn of(ty: &'t Type) -> Self {
        let (mut inner, mut depth) = (ty, 0);
        loop {
            match &inner.base {
                BaseType::List(it) => inner = it,
                BaseType::Named(name) => {
                    let items_required = !inner.nullable;
                    let (list, nested) = (depth > 0, depth > 1);
                    return Self { name, list, nested, required: !ty.nullable, items_required };
                }
            }
            depth += 1;
        }
    }
}
