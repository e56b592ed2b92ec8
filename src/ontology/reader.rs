//! What is known while the declarations are read.

use async_graphql::{Pos, parser::types::FieldDefinition};
use rustc_hash::FxHashMap;

use super::{PropertiesTypeId, Target, definitions::Definitions, diagnostic::Report};
use crate::model::{Direction, KindId, RelationId};

/// What is known while the declarations are read.
#[derive(Debug)]
pub(super) struct Reader<'d, 'f> {
    pub(super) definitions: &'d Definitions,
    pub(super) report: Report<'f>,
    /// The relationship fields read so far.
    pub(super) mentions: Vec<Mention<'d>>,
    /// The relationship types, in the order in which the file first names them.
    pub(super) relations: FxHashMap<&'d str, RelationId>,
    /// The names of properties, by number.
    pub(super) properties: Vec<String>,
    /// Their numbers.
    pub(super) property_numbers: FxHashMap<String, u16>,
}

/// Whose field is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// An entity type.
    Kind(KindId),
    /// A properties type.
    Properties,
    /// An interface.
    Interface,
}

/// A field that names a relationship type.
#[derive(Debug)]
pub(super) struct Mention<'d> {
    pub(super) owner: Owner,
    pub(super) field: &'d FieldDefinition,
    /// Where its `@relationship` stands.
    pub(super) at: Pos,
    pub(super) relation: RelationId,
    /// As written: never `Any`.
    pub(super) direction: Direction,
    pub(super) symmetric: bool,
    pub(super) properties: Properties,
    pub(super) target: Target,
}

/// Which properties type a field names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Properties {
    /// None.
    Nothing,
    /// This one.
    Type(PropertiesTypeId),
    /// One that is not there, which has been reported.
    Broken,
}

impl Properties {
    /// Its number, where there is one.
    pub(super) fn id(self) -> Option<PropertiesTypeId> {
        match self {
            Self::Type(it) => Some(it),
            Self::Nothing | Self::Broken => None,
        }
    }
}
