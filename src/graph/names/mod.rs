//! Names and aliases, found exactly, by prefix and with spelling mistakes.
//!
//! Invariants: an entity is found under the names it has in this snapshot and no others; how much
//! of the index a search visits is bounded, and which part does not depend on chance.

mod index;
mod keys;
mod search;

use std::sync::{Arc, OnceLock};

use imbl::{GenericHashMap, OrdSet, shared_ptr::DefaultSharedPtr};
use rustc_hash::FxBuildHasher;

use self::{
    index::NameIndex,
    keys::{ORDINALS, Posting, keys},
};
use super::{Snapshot, base::Base, entity::Entity};
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quality {
    /// The whole name, after folding.
    Exact,
    /// The name begins with the text.
    Prefix,
    /// A later word of the name begins with the text.
    Word,
    /// The name, or a later word and what follows, begins with the text but for so many edits.
    Fuzzy(u8),
}

/// The names of a snapshot: an index of a base, and the entities whose names have changed since.
/// Survives rebuilds of the base while few have.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    /// From the first search on: bulk loading does without.
    index: Arc<OnceLock<NameIndex>>,
    keys: OrdSet<(Arc<str>, Posting)>,
    changed: Changed,
}

/// Entities that `keys` speaks for, each with its keys there.
type Changed = GenericHashMap<u32, Arc<[(Arc<str>, Posting)]>, FxBuildHasher, DefaultSharedPtr>;

/// Entities that may have changed since the index was built, before a rebuild of the base drops it:
/// so many, or one in so many of those that it holds.
const CHANGED_MAX: usize = 1_000;
const CHANGED_SHARE: usize = 8;

impl Names {
    /// Puts the names that an entity has after a change; none where it is deleted.
    pub(super) fn put(&mut self, node: NodeId, entity: Option<Entity<'_>>) {
        for key in self.changed.get(&node.0).into_iter().flat_map(|it| it.iter()) {
            self.keys.remove(key);
        }
        let mut own = Vec::new();
        for (name, ordinal) in entity.into_iter().flat_map(|it| it.names().zip(ORDINALS)) {
            let folded = fold(name);
            own.extend(keys(name, &folded, node, ordinal).map(|(key, it)| (Arc::from(key), it)));
        }
        for key in &own {
            self.keys.insert(key.clone());
        }
        self.changed.insert(node.0, own.into());
    }

    /// The names to go on with when everything is in a new base: these, while the index speaks for
    /// most entities; else none, with an index of the new base where there was one before.
    pub(super) fn rebased(&self, base: &Base) -> Self {
        let Some(index) = self.index.get() else { return Self::default() };
        if self.changed.len() <= CHANGED_MAX.max(index.len() / CHANGED_SHARE) {
            return self.clone();
        }
        Self { index: Arc::new(NameIndex::build(base).into()), ..Self::default() }
    }

    /// The index, built where it is not there yet.
    fn index(&self, snapshot: &Snapshot) -> &NameIndex {
        self.index.get_or_init(|| NameIndex::build(&snapshot.base))
    }
}

impl Snapshot {
    /// Builds the names index if it is not there: what the first search would wait for otherwise.
    /// Costs some seconds for millions of names.
    pub fn warm_names(&self) {
        self.names.index(self);
    }

    /// Entities for which `keep` holds and that `text` may mean: those so named, then those of
    /// which a name or alias begins with it, then those of which a later word does, then, where
    /// there are not enough, those that would but for `distance` edits (0 to 2; at most 0 for texts
    /// under 3 letters and 1 under 6). The best first: by [`Quality`], then the shorter name, then
    /// the better connected, then the older; at most `limit`.
    ///
    /// Costs well under a millisecond at a million names, because it visits a bounded part of the
    /// index: of a beginning that many names share, the best connected stand for all.
    pub fn matches(
        &self,
        text: &str,
        distance: u8,
        limit: usize,
        keep: &mut dyn FnMut(NodeId) -> bool,
    ) -> Vec<Match<'_>> {
        search::matches(self, &fold(text), distance, limit, keep)
    }

    /// Every entity that `name` names exactly, after folding; first those of that very spelling.
    pub fn named(&self, name: &str) -> Vec<NodeId> {
        let folded = fold(name);
        let mut nodes = search::named(self, &folded);
        nodes.retain(|it| self.entity(*it).names().any(|it| fold(it) == folded));
        nodes.sort_by_key(|it| (self.entity(*it).names().all(|it| it != name), *it));
        nodes.dedup();
        nodes
    }
}
