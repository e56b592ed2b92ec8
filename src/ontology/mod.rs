//! What may exist: `schema.graphql` as an [`Ontology`] that is valid by construction, or every
//! [`Diagnostic`] at once.
//!
//! Invariants: knows the SDL and its parser, and no data; an `Ontology` refers to nothing that it
//! does not hold; a relationship type has one properties type and is symmetric everywhere or
//! nowhere; names that the API generates from it by the one rule in `naming` do not clash.

mod clashes;
mod definitions;
mod diagnostic;
mod directives;
mod fields;
mod index;
mod interfaces;
pub(crate) mod naming;
mod parse;
mod reader;
mod relations;
mod renumber;
mod syntax;
mod types;

pub use self::{
    diagnostic::{CODES, Diagnostic},
    types::{
        EnumId, EnumType, EnumValue, Interface, InterfaceId, Kind, KindPairs, Names, Ontology,
        PropertiesType, PropertiesTypeId, Property, PropertyType, Relation, RelationshipField,
        Scalar, Target, Union, UnionId,
    },
};

pub(crate) use self::diagnostic::{did_you_mean, listed};

/// The ontology that is used where no file is named.
pub const DEFAULT_SOURCE: &str = include_str!("../../schema.graphql");
