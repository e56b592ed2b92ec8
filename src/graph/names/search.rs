//! Searches in the names of a snapshot.

use std::{
    cmp::Reverse,
    collections::hash_map::Entry,
    sync::{Arc, OnceLock},
};

use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder, SINK_STATE};
use rustc_hash::FxHashMap;

use super::{
    Match, Names, Quality,
    keys::{Posting, whole_key},
};
use crate::{
    graph::{Entity, Snapshot},
    model::{Direction, NodeId},
};

/// Letters that a text must have for each edit.
const LETTERS_PER_EDIT: usize = 3;
/// The most edits that a search allows.
const EDITS_MAX: usize = 2;
/// Changed names that one search visits at most under a beginning.
const VISITS_MAX: usize = 2_000;

/// See [`Snapshot::matches`]; `text` is folded.
pub(super) fn matches<'s>(
    snapshot: &'s Snapshot,
    text: &str,
    distance: u8,
    limit: usize,
    keep: &mut dyn FnMut(NodeId) -> bool,
) -> Vec<Match<'s>> {
    if text.is_empty() || limit == 0 {
        return Vec::new();
    }
    let mut candidates = Candidates { snapshot, keep, limit, kept: 0, best: FxHashMap::default() };
    candidates.add_beginning(text);
    let edits_max = EDITS_MAX.min(text.chars().count() / LETTERS_PER_EDIT);
    for edits in 1..=usize::from(distance).min(edits_max) {
        if candidates.wants_more() {
            candidates.add_similar(&automaton(text, edits));
        }
    }
    candidates.ranked()
}

/// Every entity that may be so named; `folded` is folded.
pub(super) fn named(snapshot: &Snapshot, folded: &str) -> Vec<NodeId> {
    let names = &snapshot.names;
    let key = whole_key(folded);
    let old = names.index(snapshot).exactly(key).iter().copied();
    let new = names.changed_from(key).take_while(|it| &*it.0 == key).map(|it| it.1);
    old.filter(|it| !names.changed.contains_key(&it.node().0))
        .chain(new)
        .filter(|it| !it.is_word())
        .map(Posting::node)
        .collect()
}

impl Names {
    /// The keys of what has changed since the index was built, from one on.
    fn changed_from(&self, key: &str) -> impl Iterator<Item = &(Arc<str>, Posting)> {
        self.keys.range((Arc::from(key), Posting::LEAST)..)
    }
}

/// Accepts what begins with `text` but for at most so many edits.
fn automaton(text: &str, edits: usize) -> DFA {
    static BUILDERS: [OnceLock<LevenshteinAutomatonBuilder>; EDITS_MAX] =
        [const { OnceLock::new() }; EDITS_MAX];
    BUILDERS[edits - 1]
        .get_or_init(|| LevenshteinAutomatonBuilder::new(edits as u8, true))
        .build_prefix_dfa(text)
}

/// How many edits `key` is away, where `automaton` accepts it.
fn edits(automaton: &DFA, key: &[u8]) -> Option<u8> {
    let mut state = automaton.initial_state();
    for byte in key {
        state = automaton.transition(state, *byte);
        if state == SINK_STATE {
            return None;
        }
    }
    match automaton.distance(state) {
        Distance::Exact(edits) => Some(edits),
        Distance::AtLeast(_) => None,
    }
}

/// Entities found so far.
struct Candidates<'s, 'k> {
    snapshot: &'s Snapshot,
    keep: &'k mut dyn FnMut(NodeId) -> bool,
    /// How many are wanted.
    limit: usize,
    /// How many are to be kept.
    kept: usize,
    /// The best way in which each was found; `None` where it is not to be kept.
    best: FxHashMap<NodeId, Option<(Quality, Posting)>>,
}

impl<'s> Candidates<'s, '_> {
    /// Adds whatever is called `text`, then what begins with it.
    fn add_beginning(&mut self, text: &str) {
        let snapshot = self.snapshot;
        let index = snapshot.names.index(snapshot);
        let exact = index.exactly(whole_key(text));
        let exact = &exact[..exact.len().min(VISITS_MAX)];
        self.best.reserve(exact.len());
        exact.iter().for_each(|it| self.add_old(Quality::Exact, *it));
        index.beginning(text, &mut |posting| {
            self.add_old(Quality::Prefix, posting);
            self.wants_more()
        });
        let new = snapshot.names.changed_from(text).take_while(|it| it.0.starts_with(text));
        for (key, posting) in new.take(VISITS_MAX) {
            let is_whole = key.len() == text.len();
            self.add(if is_whole { Quality::Exact } else { Quality::Prefix }, *posting);
        }
    }

    /// Adds whatever `automaton` accepts.
    fn add_similar(&mut self, automaton: &DFA) {
        let snapshot = self.snapshot;
        let index = snapshot.names.index(snapshot);
        index.accepted(automaton, &mut |key, postings| {
            let edits = edits(automaton, key).unwrap_or_default();
            for posting in postings.iter().take(VISITS_MAX) {
                self.add_old(Quality::Fuzzy(edits), *posting);
            }
        });
        for (key, posting) in &snapshot.names.keys {
            if let Some(edits) = edits(automaton, key.as_bytes()) {
                self.add(Quality::Fuzzy(edits), *posting);
            }
        }
    }

    fn wants_more(&self) -> bool {
        self.kept < self.limit
    }

    /// Adds a posting of the index, unless the entity has changed since.
    fn add_old(&mut self, quality: Quality, posting: Posting) {
        if !self.snapshot.names.changed.contains_key(&posting.node().0) {
            self.add(quality, posting);
        }
    }

    fn add(&mut self, quality: Quality, posting: Posting) {
        let quality = match quality {
            Quality::Exact | Quality::Prefix if posting.is_word() => Quality::Word,
            other => other,
        };
        let found = (quality, posting);
        match self.best.entry(posting.node()) {
            Entry::Occupied(mut it) => {
                if let Some(best) = it.get_mut() {
                    *best = found.min(*best);
                }
            }
            Entry::Vacant(it) => {
                let keeps = (self.keep)(posting.node());
                self.kept += usize::from(keeps);
                it.insert(keeps.then_some(found));
            }
        }
    }

    fn ranked(self) -> Vec<Match<'s>> {
        let Self { snapshot, best, limit, .. } = self;
        let count = |it: Posting| name(snapshot.entity(it.node()), it).chars().count();
        let length = |it: Posting| it.letters().unwrap_or_else(|| count(it));
        let ranked = |(quality, posting)| ((quality, length(posting)), posting);
        let mut found: Vec<_> = best.into_values().flatten().map(ranked).collect();
        // How well they are connected lies elsewhere in memory: only those that may be among the first
        // are asked.
        if found.len() > limit {
            let last = found.select_nth_unstable_by_key(limit - 1, |it| it.0).1.0;
            found.retain(|it| it.0 <= last);
        }
        found.sort_by_cached_key(|(rank, posting)| {
            let degree = snapshot.degree_bound(posting.node(), Direction::Any);
            (*rank, Reverse(degree), posting.node())
        });
        found.truncate(limit);
        let entities = snapshot.entities(found.iter().map(|it| it.1.node()));
        let matches = found.into_iter().zip(entities).map(|(((quality, _), posting), entity)| {
            Match { node: posting.node(), matched: name(entity, posting), quality }
        });
        matches.collect()
    }
}

/// The name that a posting is of.
fn name<'s>(entity: Entity<'s>, posting: Posting) -> &'s str {
    let name = entity.names().nth(posting.ordinal());
    name.expect("an entity has the names that lead to it")
}
