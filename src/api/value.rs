//! Values on their way from operators to the response.

use std::{borrow::Cow, cell::RefCell, rc::Rc, sync::Arc};

use super::{Connection, Effects, Limits, Table, TypeId, Written, change::Change};
use crate::{
    graph::{Entity, Evidence, Relationship, View},
    model::{Date, EdgeId, NodeId, Timestamp},
    ontology::Ontology,
    query::{Aggregate, Budget, Hit, Path, Paths, Subgraph},
};

/// What an operator is given beside its parent and its arguments.
#[derive(Clone, Copy, Debug)]
pub struct Context<'s> {
    /// The graph through the lens of the field: `asOf` of the field or of the nearest one above.
    pub view: View<'s>,
    /// What may exist.
    pub ontology: &'s Ontology,
    /// The API itself.
    pub table: &'s Table,
    /// The limits of the request.
    pub limits: &'s Limits,
    /// What the request's walks may still spend.
    pub budget: &'s RefCell<Budget>,
}

/// A value of a field. Leaves know how they are written; the others are parents of further fields.
#[derive(Clone, Debug)]
pub enum Value<'s> {
    /// `null`.
    Null,
    /// `Boolean`.
    Bool(bool),
    /// `Int`.
    Int(i64),
    /// `BigInt`, written as a string.
    BigInt(i64),
    /// A finite `Float`.
    Float(f64),
    /// `String`, `ID` or the name of an enum value.
    Text(Cow<'s, str>),
    /// `Date`.
    Date(Date),
    /// `DateTime`.
    DateTime(Timestamp),
    /// `JSON`, as text that is written as it stands.
    Json(Cow<'s, str>),
    /// A list.
    List(Vec<Value<'s>>),
    /// An entity, found already, for its fields are asked next.
    Entity(NodeId, Entity<'s>),
    /// A relationship, likewise.
    Relationship(Relationship<'s>),
    /// A piece of evidence.
    Evidence(Rc<Evidence<'s>>),
    /// The properties of a relationship.
    Properties(Relationship<'s>),
    /// A page of a list.
    Connection(Rc<Connection<'s>>),
    /// A row of a page.
    Row(Rc<Connection<'s>>, u32),
    /// What a list adds up to.
    Aggregate(Rc<Connection<'s>>),
    /// What the properties of a list's entities, or of its relationships, add up to.
    Sums(Rc<Connection<'s>>, Side),
    /// What the values of one property add up to.
    Sum(Rc<Aggregate>),
    /// The paths between two entities.
    Paths(Rc<Paths>),
    /// A path.
    Path(Rc<Path>),
    /// A step of a path.
    Step(Rc<Path>, u32),
    /// A part of the graph.
    Subgraph(Rc<Subgraph>),
    /// An entity that was found by name.
    Hit(Rc<Hit<'s>>),
    /// How much there is.
    Stats,
    /// How many there are of one type.
    TypeCount(&'s str, u64),
    /// What a mutation's field has led to.
    Written(Arc<Written>),
    /// The parent of the root fields of a mutation.
    Effects(&'s Effects),
    /// A committed change.
    Change(Rc<Change>),
    /// The parent of the root fields.
    Root,
}

/// Which part of a list's rows is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The entities.
    Node,
    /// The relationships.
    Edge,
}

impl<'s> Value<'s> {
    /// An entity of the graph of `context`.
    pub(super) fn of_entity(context: &Context<'s>, node: NodeId) -> Self {
        Self::Entity(node, context.view.snapshot.entity(node))
    }

    /// A relationship of the graph of `context`.
    pub(super) fn of_relationship(context: &Context<'s>, edge: EdgeId) -> Self {
        Self::Relationship(context.view.snapshot.relationship(edge))
    }

    /// The object type of a value whose declared type is an interface or a union.
    ///
    /// # Panics
    ///
    /// Where the value is none that such a type can have.
    pub fn concrete_type(&self, context: &Context<'s>) -> TypeId {
        match self {
            Self::Entity(_, it) => context.table.kind(it.kind()),
            Self::Relationship(it) => context.table.relation(it.relation()),
            Self::Evidence(_) => context.table.evidence(),
            _ => unreachable!("no other value has an interface's type"),
        }
    }

    /// The entity that a field of entities is asked of.
    pub(super) fn entity(&self) -> (NodeId, Entity<'s>) {
        let Self::Entity(node, entity) = self else { unreachable!("the field is one of entities") };
        (*node, *entity)
    }

    /// The number of that entity.
    pub(super) fn node(&self) -> NodeId {
        self.entity().0
    }

    /// The relationship that a field of relationships, or of their properties, is asked of.
    pub(super) fn relationship(&self) -> Relationship<'s> {
        let (Self::Relationship(it) | Self::Properties(it)) = self else {
            unreachable!("the field is one of relationships")
        };
        *it
    }

    /// The page that a field of connections is asked of.
    pub(super) fn connection(&self) -> &Rc<Connection<'s>> {
        let (Self::Connection(it) | Self::Aggregate(it) | Self::Sums(it, _) | Self::Row(it, _)) =
            self
        else {
            unreachable!("the field is one of connections")
        };
        it
    }

    /// The page and the index of the row that a field of rows is asked of.
    pub(super) fn row(&self) -> (&Rc<Connection<'s>>, usize) {
        let Self::Row(connection, index) = self else { unreachable!("the field is one of rows") };
        (connection, *index as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::Value;

    #[test]
    fn a_value_is_small() {
        assert!(size_of::<Value<'_>>() <= 56);
    }
}
