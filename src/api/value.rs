//! Values on their way from operators to the response.

use std::{borrow::Cow, cell::RefCell};

use super::{Limits, Table, TypeId};
use crate::{
    graph::View,
    model::{Date, EdgeId, NodeId, Timestamp},
    ontology::Ontology,
    query::Budget,
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
    /// An entity.
    Entity(NodeId),
    /// A relationship.
    Relationship(EdgeId),
    /// A piece of evidence: its relationship and its ordinal.
    Evidence(EdgeId, u32),
    /// The parent of the root fields.
    Root,
}

impl<'s> Value<'s> {
    /// The object type of a value whose declared type is an interface or a union.
    pub fn concrete_type(&self, context: &Context<'s>) -> TypeId {
        todo!("{context:?}")
    }
}
