//! Numbers that stand for things.

use std::fmt;

/// An entity's place in the graph. Dense from zero, given once, never reused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// A relationship's place in the graph. Dense from zero, given once, never reused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EdgeId(pub u32);

/// An entity type of the ontology, by the number under which the store knows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KindId(pub u16);

/// A relationship type of the ontology, by the number under which the store knows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelationId(pub u16);

/// A property's name, by the number under which the store knows it. Two types that both have a
/// property `status` share one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PropertyId(pub u16);

/// How many commits have led to a state of the graph. Zero is the empty graph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(pub u64);

impl NodeId {
    /// The id as an index into a column.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl EdgeId {
    /// The id as an index into a column.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl KindId {
    /// The id as an index into a column.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl RelationId {
    /// The id as an index into a column.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl PropertyId {
    /// The id as an index into a column.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl Revision {
    /// The revision after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
