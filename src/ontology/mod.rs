//! What may exist: `schema.graphql` as an [`Ontology`] that is valid by construction, or every
//! [`Diagnostic`] at once.
//!
//! Invariants: knows the SDL and its parser, and no data; an `Ontology` refers to nothing that it
//! does not hold; a relationship type has one properties type and is symmetric everywhere or
//! nowhere.

mod types;

pub use self::types::{
    Diagnostic, EnumId, EnumType, EnumValue, Interface, InterfaceId, Kind, KindPairs, Names,
    Ontology, PropertiesType, PropertiesTypeId, Property, PropertyType, Relation,
    RelationshipField, Scalar, Target, Union, UnionId,
};
