//! The index of the names of a base: an automaton of keys that leads to postings.

use std::{cmp::Reverse, ops::Range};

use fst::{IntoStreamer, Map, MapBuilder, Streamer};
use levenshtein_automata::DFA;
use rustc_hash::FxHashMap;

use super::keys::{ORDINALS, Posting, keys};
use crate::{
    graph::{base::Base, entity::Entity, half::Side},
    model::{NodeId, fold},
};

/// A beginning that more keys share than this is a common one.
const COMMON_MIN: usize = 512;
/// Postings that stand for all those of a common beginning.
const CHOSEN_MAX: usize = 64;
/// Keys that one search visits at most, other than those of an uncommon beginning.
const VISITS_MAX: usize = 2_000;
/// Keys that are like a text which one search visits at most. Each costs some 200 ns.
const SIMILAR_MAX: usize = 1_000;

/// Immutable; see [`Names`](super::Names) for what has changed since.
#[derive(Debug)]
pub(super) struct NameIndex {
    /// From key to where its postings begin, in the upper half, and how many they are.
    keys: Map<Vec<u8>>,
    postings: Vec<Posting>,
    /// The best connected postings under each common beginning.
    chosen: FxHashMap<Box<[u8]>, Box<[Posting]>>,
    nodes: usize,
}

/// A key and what it leads to, while the index is built. The key lies in an arena of folded names.
#[derive(Clone, Copy)]
struct Draft {
    /// The first bytes of the key, so that most comparisons look no further.
    head: u64,
    start: u32,
    length: u16,
    posting: Posting,
}

impl NameIndex {
    /// The index of the entities of `base` that are not deleted.
    pub(super) fn build(base: &Base) -> Self {
        let (arena, mut drafts) = collect(base);
        let key = |draft: &Draft| {
            let start = draft.start as usize;
            &arena.as_bytes()[start..start + usize::from(draft.length)]
        };
        drafts.sort_unstable_by(|a, b| {
            a.head.cmp(&b.head).then_with(|| key(a).cmp(key(b))).then(a.posting.cmp(&b.posting))
        });
        let mut builder = MapBuilder::memory();
        let mut begin = 0;
        for group in drafts.chunk_by(|a, b| a.head == b.head && key(a) == key(b)) {
            let place = (begin as u64) << 32 | group.len() as u64;
            builder.insert(key(&group[0]), place).expect("keys ascend");
            begin += group.len();
        }
        let keys = builder.into_inner().and_then(Map::new).expect("memory takes what is written");
        Self {
            keys,
            postings: drafts.iter().map(|it| it.posting).collect(),
            chosen: choose(&drafts, key, |node| degree(base, node)),
            nodes: base.nodes(),
        }
    }

    /// How many entities it speaks for.
    pub(super) fn len(&self) -> usize {
        self.nodes
    }

    /// What a whole key leads to.
    pub(super) fn exactly(&self, key: &str) -> &[Posting] {
        self.keys.get(key).map_or(&[], |place| self.at(place))
    }

    /// Gives `visit` what the keys that begin with `text` lead to: of an uncommon beginning all; of a
    /// common one those chosen for it, then others as long as `visit` returns that it wants more, a
    /// bounded number.
    pub(super) fn beginning(&self, text: &str, visit: &mut dyn FnMut(Posting) -> bool) {
        let chosen = self.chosen.get(text.as_bytes());
        let mut wants_more = true;
        for posting in chosen.iter().flat_map(|it| it.iter()) {
            wants_more = visit(*posting);
        }
        let mut stream = self.keys.range().ge(text).into_stream();
        for _ in 0..VISITS_MAX {
            let next = stream.next().filter(|it| it.0.starts_with(text.as_bytes()));
            let Some((_, place)) = next else { return };
            for posting in self.at(place).iter().take(VISITS_MAX) {
                if chosen.is_some() && !wants_more {
                    return;
                }
                wants_more = visit(*posting);
            }
        }
    }

    /// Gives `visit` every key that `automaton` accepts, with what it leads to; a bounded number.
    pub(super) fn accepted(&self, automaton: &DFA, visit: &mut dyn FnMut(&[u8], &[Posting])) {
        let mut stream = self.keys.search(automaton).into_stream();
        for _ in 0..SIMILAR_MAX {
            let Some((key, place)) = stream.next() else { return };
            visit(key, self.at(place));
        }
    }

    fn at(&self, place: u64) -> &[Posting] {
        let start = (place >> 32) as usize;
        &self.postings[start..start + place as u32 as usize]
    }
}

/// All folded names one after another, and the keys in them.
fn collect(base: &Base) -> (String, Vec<Draft>) {
    let mut arena = String::new();
    let mut drafts = Vec::new();
    for node in (0..base.nodes() as u32).filter(|it| !base.is_deleted(*it)) {
        let entity = Entity { kind: base.kind(node), record: base.node_record(node) };
        for (name, ordinal) in entity.names().zip(ORDINALS) {
            let folded = fold(name);
            let begin = arena.len();
            for (key, posting) in keys(name, &folded, NodeId(node), ordinal) {
                // A key is a slice of the name.
                let offset = key.as_ptr() as usize - folded.as_ptr() as usize;
                drafts.push(Draft {
                    head: head(key.as_bytes()),
                    start: u32::try_from(begin + offset).expect("names fit 4 GiB"),
                    length: key.len() as u16,
                    posting,
                });
            }
            arena.push_str(&folded);
        }
    }
    (arena, drafts)
}

/// The first eight bytes, so that numbers compare as the bytes do, as far as they go.
fn head(key: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    let length = key.len().min(8);
    bytes[..length].copy_from_slice(&key[..length]);
    u64::from_be_bytes(bytes)
}

fn degree(base: &Base, node: NodeId) -> usize {
    let run = |side| base.csr(side).run(node.index()).links.len();
    run(Side::Out) + run(Side::In)
}

/// For each beginning that is common among the sorted `drafts`, the best connected postings.
fn choose<'a>(
    drafts: &[Draft],
    key: impl Fn(&Draft) -> &'a [u8],
    degree: impl Fn(NodeId) -> usize,
) -> FxHashMap<Box<[u8]>, Box<[Posting]>> {
    let mut chosen = FxHashMap::default();
    let all: Range<usize> = 0..drafts.len();
    let mut common = if all.len() > COMMON_MIN { vec![all] } else { Vec::new() };
    let mut length = 0;
    while !common.is_empty() {
        let mut longer = Vec::new();
        for range in common {
            let group = &drafts[range.clone()];
            chosen.insert(key(&group[0])[..length].into(), best(group, &degree));
            let mut begin = range.start;
            for part in group.chunk_by(|a, b| key(a).get(length) == key(b).get(length)) {
                let part_range = begin..begin + part.len();
                begin = part_range.end;
                if part.len() > COMMON_MIN && key(&part[0]).len() > length {
                    longer.push(part_range);
                }
            }
        }
        common = longer;
        length += 1;
    }
    chosen
}

fn best(group: &[Draft], degree: impl Fn(NodeId) -> usize) -> Box<[Posting]> {
    let rank = |it: &Draft| (Reverse(degree(it.posting.node())), it.length, it.posting);
    let mut ranked: Vec<_> = group.iter().map(rank).collect();
    if ranked.len() > CHOSEN_MAX {
        ranked.select_nth_unstable(CHOSEN_MAX);
        ranked.truncate(CHOSEN_MAX);
    }
    ranked.sort_unstable();
    ranked.into_iter().map(|it| it.2).collect()
}
