//! Names and aliases, found exactly, by prefix and with spelling mistakes.

use super::Snapshot;
use crate::model::{NodeId, fold};

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

impl Snapshot {
    /// Entities whose name or alias matches `text`: exact, then prefix, then within `distance`
    /// edits (0 to 2), best first, at most `limit`.
    pub fn matches(
        &self,
        text: &str,
        distance: u8,
        limit: usize,
        keep: &mut dyn FnMut(NodeId) -> bool,
    ) -> Vec<Match<'_>> {
        let text = fold(text);
        let quality = |name: &str| {
            let name = fold(name);
            let is_word = || name.contains(&format!(" {text}"));
            match name.strip_prefix(&text) {
                Some("") => Some(Quality::Exact),
                Some(_) => Some(Quality::Prefix),
                None => is_word().then_some(Quality::Word),
            }
        };
        let best = |node| {
            let names = self.entity(node).names();
            let matches = names
                .filter_map(|matched| Some(Match { node, matched, quality: quality(matched)? }));
            matches.min_by_key(|it| it.quality)
        };
        let _ = distance;
        let mut found: Vec<_> = self.nodes(None).filter(|it| keep(*it)).filter_map(best).collect();
        found.sort_by_key(|it| (it.quality, it.matched.len(), it.node));
        found.truncate(limit);
        found
    }

    /// Every entity that `name` names exactly, after folding; first those of that very spelling.
    pub fn named(&self, name: &str) -> Vec<NodeId> {
        let folded = fold(name);
        let is_named = |node: &NodeId| self.entity(*node).names().any(|it| fold(it) == folded);
        let mut nodes: Vec<_> = self.nodes(None).filter(is_named).collect();
        nodes.sort_by_key(|it| !self.entity(*it).names().any(|it| it == name));
        nodes
    }
}
