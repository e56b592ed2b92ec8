//! Entities by what somebody remembers of their names.

use super::Budget;
use crate::{
    graph::View,
    model::{KindId, NodeId},
};

/// An entity that a text may mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit<'s> {
    /// The entity.
    pub node: NodeId,
    /// The name or alias that matched.
    pub matched: &'s str,
    /// How well, above 0 and at most 1.
    pub score: f64,
}

/// Entities whose name or alias is `text`, begins with it, or differs from it by at most
/// `distance` edits (0 to 2); the best first, at most `limit`. `kinds` restricts them to some
/// kinds; empty: all.
pub fn search<'s>(
    view: View<'s>,
    text: &str,
    kinds: &[KindId],
    distance: u8,
    limit: usize,
    budget: &mut Budget,
) -> Vec<Hit<'s>> {
    todo!("{view:?} {text} {kinds:?} {distance} {limit} {budget:?}")
}
