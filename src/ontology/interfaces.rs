//! What an interface promises, and whether the types that implement it keep it.

use async_graphql::{
    Pos,
    parser::types::{FieldDefinition, TypeDefinition},
};

use super::{
    Interface, Kind, Ontology, Property, RelationshipField,
    definitions::{Definitions, description, fields_of},
    diagnostic::Report,
    directives::is_declared,
};
use crate::model::Direction;

/// The fields that an interface only declares, as the first of its types has them.
pub(super) fn declared(definition: &TypeDefinition, kinds: &[&Kind]) -> Vec<RelationshipField> {
    let fields = fields_of(definition).iter().filter(|it| is_declared(&it.node));
    fields
        .filter_map(|field| {
            let name = &field.node.name.node;
            let of_kind = |kind: &&Kind| kind.fields.iter().find(|it| it.name == *name).cloned();
            let first = kinds.iter().find_map(of_kind)?;
            let own = description(field.node.description.as_ref());
            Some(RelationshipField { description: own, ..first })
        })
        .collect()
}

/// Reports each field of an interface that an implementing type lacks or has otherwise.
pub(super) fn check(ontology: &Ontology, definitions: &Definitions, report: &mut Report<'_>) {
    for (kind, definition) in ontology.kinds.iter().zip(&definitions.kinds) {
        for id in &kind.interfaces {
            let interface = &ontology.interfaces[usize::from(id.0)];
            for field in fields_of(&definitions.interfaces[usize::from(id.0)]) {
                let promise = Promise { ontology, kind, interface, field: &field.node };
                promise.check(definition, report);
            }
        }
    }
}

/// One field of an interface, and a type that should have it.
struct Promise<'o> {
    ontology: &'o Ontology,
    kind: &'o Kind,
    interface: &'o Interface,
    field: &'o FieldDefinition,
}

impl Promise<'_> {
    fn check(&self, definition: &TypeDefinition, report: &mut Report<'_>) {
        let name = self.field.name.node.as_str();
        let written = fields_of(definition).iter().find(|it| it.node.name.node == name);
        let property = self.interface.properties.iter().find(|it| it.name == name);
        let relationship = self.interface.fields.iter().find(|it| it.name == name);
        match (property, relationship, written) {
            (Some(property), _, Some(written)) => {
                self.check_property(property, written.node.name.pos, report);
            }
            (_, Some(field), Some(written)) => {
                self.check_relationship(field, written.node.name.pos, report);
            }
            (Some(_), _, None) => self.lacks("", definition, report),
            (_, Some(field), None) => self.lacks(&self.directive(field), definition, report),
            (None, None, Some(written)) if is_declared(self.field) => {
                if self.kind.property(name).is_some() {
                    self.differs("is a relationship", written.node.name.pos, report);
                }
            }
            // The interface's own field is at fault, and has been reported.
            (None, None, Some(_)) => (),
            (None, None, None) if is_declared(self.field) => {
                self.lacks(" @relationship(…)", definition, report);
            }
            (None, None, None) => (),
        }
    }

    fn lacks(&self, directive: &str, definition: &TypeDefinition, report: &mut Report<'_>) {
        let message = format!(
            "`{}` lacks `{}`, which `{}` has; write `{1}: {}{directive}`",
            self.kind.name, self.field.name.node, self.interface.name, self.field.ty.node
        );
        report.add(definition.name.pos, "INTERFACE_FIELD_MISSING", message);
    }

    /// The `@relationship` with which a type would keep the promise.
    fn directive(&self, field: &RelationshipField) -> String {
        let relation = self.ontology.relation(field.relation).map_or("", |it| &it.name);
        let direction = match field.direction {
            Direction::Any => "OUT, queryDirection: UNDIRECTED",
            it @ (Direction::Out | Direction::In) => it.name(),
        };
        format!(" @relationship(type: \"{relation}\", direction: {direction})")
    }

    fn check_property(&self, promised: &Property, at: Pos, report: &mut Report<'_>) {
        let Some(own) = self.kind.property(&promised.name) else {
            // Reported already, unless it is a relationship here.
            if self.kind.field(&promised.name).is_some() {
                self.differs(&format!("is `{}`", self.field.ty.node), at, report);
            }
            return;
        };
        if own.ty != promised.ty
            || own.list != promised.list
            || (promised.required && !own.required)
        {
            self.differs(&format!("is `{}`", self.field.ty.node), at, report);
        }
    }

    fn check_relationship(&self, promised: &RelationshipField, at: Pos, report: &mut Report<'_>) {
        let Some(own) = self.kind.field(&promised.name) else {
            if self.kind.property(&promised.name).is_some() {
                self.differs("is a relationship", at, report);
            }
            return;
        };
        if own.target != promised.target {
            return self.differs(&format!("is `{}`", self.field.ty.node), at, report);
        }
        if (own.relation, own.direction) != (promised.relation, promised.direction) {
            let relation = self.ontology.relation(promised.relation);
            let relation = relation.map_or("", |it| &it.name);
            let follows = format!("follows `{relation}` {}", promised.direction.name());
            self.differs(&follows, at, report);
        }
    }

    fn differs(&self, promise: &str, at: Pos, report: &mut Report<'_>) {
        let message = format!(
            "`{}.{name}` differs from `{}.{name}`, which {promise}; write the same",
            self.kind.name,
            self.interface.name,
            name = self.field.name.node
        );
        report.add(at, "INTERFACE_FIELD_DIFFERS", message);
    }
}
