//! Names and aliases, found exactly, by prefix and with spelling mistakes.

use crate::model::NodeId;

/// An entity that a text may mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Match<'s> {
    /// The entity.
    pub node: NodeId,
    /// The name or alias that matched.
    pub matched: &'s str,
    /// How well.
    pub quality: Quality,
}

/// How well a name matches; the better first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quality {
    /// The whole name, after folding.
    Exact,
    /// The name begins with the text.
    Prefix,
    /// A later word of the name begins with the text.
    Word,
    /// The whole name, or its beginning, within so many edits.
    Fuzzy(u8),
}
