//! Entities, relationships and evidence as they are read: borrowed from a snapshot.

use std::borrow::Cow;

use crate::model::{
    Date, EdgeId, KindId, List, Modality, NodeId, PropertyId, RelationId, Revision, Stance,
    Timestamp, Validity, ValueRef,
};

/// An entity as a snapshot holds it. Reading a part decodes that part alone.
#[derive(Clone, Copy, Debug)]
pub struct Entity<'s> {
    todo: &'s [u8],
}

/// A relationship as a snapshot holds it. Reading a part decodes that part alone.
#[derive(Clone, Copy, Debug)]
pub struct Relationship<'s> {
    todo: &'s [u8],
}

/// One statement by one source about a relationship.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'s> {
    /// The relationship it speaks about.
    pub relationship: EdgeId,
    /// Its place among the relationship's evidence, from zero, in the order of recording. Its id
    /// in the API is `{relationship id}#{ordinal}`.
    pub ordinal: u32,
    /// The document it was read in.
    pub document: NodeId,
    /// Whom the document itself credits.
    pub cited_source: Option<NodeId>,
    /// Who said it.
    pub stated_by: Option<NodeId>,
    /// When it was said.
    pub stated_at: Option<Date>,
    /// Where in the document.
    pub locator: Option<&'s str>,
    /// The words themselves.
    pub quote: Option<&'s str>,
    /// What was said, in short.
    pub summary: Option<&'s str>,
    /// How it was meant.
    pub modality: Modality,
    /// For the relationship or against it.
    pub stance: Stance,
    /// How sure it is, 0 to 1.
    pub confidence: Option<f64>,
    /// How it was obtained, as `manual` or `import:jsonl`.
    pub method: &'s str,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

impl<'s> Entity<'s> {
    /// The id that users give and see, as `country:AZE`.
    pub fn id(self) -> &'s str {
        todo!("{:?}", self.todo)
    }
    /// Its entity type.
    pub fn kind(self) -> KindId {
        todo!()
    }
    /// Its name.
    pub fn name(self) -> &'s str {
        todo!()
    }
    /// Its other names.
    pub fn aliases(self) -> impl Iterator<Item = &'s str> {
        std::iter::empty()
    }
    /// The value of one property, where it has one.
    pub fn property(self, property: PropertyId) -> Option<ValueRef<'s>> {
        todo!("{property:?}")
    }
    /// All properties that have a value, in ascending order of their number.
    pub fn properties(self) -> impl Iterator<Item = (PropertyId, ValueRef<'s>)> {
        std::iter::empty()
    }
    /// The revision of its last change.
    pub fn revision(self) -> Revision {
        todo!()
    }
}

impl<'s> Relationship<'s> {
    /// The id that users see: given, or derived from what the relationship says.
    pub fn id(self) -> Cow<'s, str> {
        todo!("{:?}", self.todo)
    }
    /// Its relationship type.
    pub fn relation(self) -> RelationId {
        todo!()
    }
    /// The entity it leads from.
    pub fn source(self) -> NodeId {
        todo!()
    }
    /// The entity it leads to.
    pub fn target(self) -> NodeId {
        todo!()
    }
    /// When it held.
    pub fn validity(self) -> Validity {
        todo!()
    }
    /// The strongest modality among its supporting evidence; asserted where there is none.
    pub fn modality(self) -> Modality {
        todo!()
    }
    /// Whether some evidence contradicts it.
    pub fn disputed(self) -> bool {
        todo!()
    }
    /// How sure it is, 0 to 1.
    pub fn confidence(self) -> Option<f64> {
        todo!()
    }
    /// The number of independent origins among its supporting evidence: distinct credited
    /// sources, or documents where none is credited.
    pub fn origins(self) -> u32 {
        todo!()
    }
    /// Its evidence in the order of recording.
    pub fn evidence(self) -> impl ExactSizeIterator<Item = Evidence<'s>> {
        std::iter::empty()
    }
    /// The value of one property, where it has one.
    pub fn property(self, property: PropertyId) -> Option<ValueRef<'s>> {
        todo!("{property:?}")
    }
    /// All properties that have a value, in ascending order of their number.
    pub fn properties(self) -> impl Iterator<Item = (PropertyId, ValueRef<'s>)> {
        std::iter::empty()
    }
    /// When it was first recorded.
    pub fn recorded_at(self) -> Timestamp {
        todo!()
    }
    /// When it was retracted, if it was.
    pub fn retracted_at(self) -> Option<Timestamp> {
        todo!()
    }
    /// The revision of its last change.
    pub fn revision(self) -> Revision {
        todo!()
    }
}

/// The values of a list property.
pub fn items(list: List<'_>) -> impl Iterator<Item = ValueRef<'_>> {
    let _ = list;
    std::iter::empty()
}
