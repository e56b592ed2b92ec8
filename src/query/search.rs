//! Entities by what somebody remembers of their names.

use super::Budget;
use crate::{
    graph::{Quality, View},
    model::{KindId, NodeId},
};

/// An entity that a text may mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit<'s> {
    /// The entity.
    pub node: NodeId,
    /// The name or alias that matched.
    pub matched: &'s str,
    /// How well. 1: the whole name. From 0.7 to 0.9: the name begins with the text. From 0.5 to
    /// 0.7: a later word of the name does. The more of the name the text covers, the higher in
    /// these ranges. 0.4: one edit; 0.2: two.
    pub score: f64,
}

/// Entities whose name or alias is `text`, begins with it, or differs from it by at most
/// `distance` edits (0 to 2), all without regard to case, accents and script; the best first, at
/// most `limit`. `kinds` restricts them to some kinds; empty: all.
///
/// Complexity: that of the names index; each entity it comes upon is a step of `budget`.
///
/// `search(view, "Azerbajan", &[country], 1, 10, …)` finds Azerbaijan with a score of 0.4.
pub fn search<'s>(
    view: View<'s>,
    text: &str,
    kinds: &[KindId],
    distance: u8,
    limit: usize,
    budget: &mut Budget,
) -> Vec<Hit<'s>> {
    let mut keep =
        |node| budget.draw(1) && (kinds.is_empty() || kinds.contains(&view.snapshot.kind(node)));
    let asked = text.chars().count();
    let mut hits: Vec<_> = view
        .snapshot
        .matches(text, distance, limit, &mut keep)
        .into_iter()
        .map(|it| Hit {
            node: it.node,
            matched: it.matched,
            score: score(it.quality, asked, it.matched.chars().count()),
        })
        .collect();
    hits.sort_by(|a, b| b.score.total_cmp(&a.score));
    hits
}

fn score(quality: Quality, asked: usize, matched: usize) -> f64 {
    let covered = (asked as f64 / matched.max(1) as f64).min(1.0);
    match quality {
        Quality::Exact => 1.0,
        Quality::Prefix => 0.7 + 0.2 * covered,
        Quality::Word => 0.5 + 0.2 * covered,
        Quality::Fuzzy(0 | 1) => 0.4,
        Quality::Fuzzy(_) => 0.2,
    }
}
