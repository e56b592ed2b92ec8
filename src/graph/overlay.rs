//! Persistent columns and bit sets over an immutable base: what a delta is made of.

use std::sync::Arc;

use imbl::{GenericHashMap, Vector, shared_ptr::DefaultSharedPtr};
use rustc_hash::FxBuildHasher;

/// Values by number: those from `first` on are new, those below stand for the base's.
#[derive(Clone, Debug)]
pub(super) struct Overlay<T: Clone> {
    first: usize,
    fresh: Vector<T>,
    changed: GenericHashMap<u32, T, FxBuildHasher, DefaultSharedPtr>,
}

impl<T: Clone> Overlay<T> {
    /// Nothing over a base of `first` values.
    pub(super) fn new(first: usize) -> Self {
        Self { first, fresh: Vector::new(), changed: GenericHashMap::new() }
    }

    /// One more than the greatest number, in the base or here.
    pub(super) fn bound(&self) -> usize {
        self.first + self.fresh.len()
    }

    /// How many values are here.
    pub(super) fn len(&self) -> usize {
        self.fresh.len() + self.changed.len()
    }

    /// The value here; `None` where the base's stands.
    pub(super) fn get(&self, id: u32) -> Option<&T> {
        match (id as usize).checked_sub(self.first) {
            Some(place) => self.fresh.get(place),
            None => self.changed.get(&id),
        }
    }

    /// Sets a value. A new one must have the next number.
    pub(super) fn put(&mut self, id: u32, value: T) {
        let Some(place) = (id as usize).checked_sub(self.first) else {
            self.changed.insert(id, value);
            return;
        };
        if place == self.fresh.len() {
            self.fresh.push_back(value);
        } else {
            self.fresh.set(place, value);
        }
    }

    /// The numbers of the base's values that have one here, in no order.
    pub(super) fn changed(&self) -> impl Iterator<Item = (u32, &T)> {
        self.changed.iter().map(|(id, it)| (*id, it))
    }
}

const WORDS: usize = 512;
const PAGE_SHIFT: u32 = 15;

/// A set of numbers below a bound. A clone shares its pages; pages without a member cost nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Bits {
    pages: Arc<Vec<Option<Arc<[u64; WORDS]>>>>,
}

impl Bits {
    /// The empty set of numbers below `bound`.
    pub(super) fn new(bound: usize) -> Self {
        Self { pages: Arc::new(vec![None; bound.div_ceil(WORDS * 64)]) }
    }

    /// Whether it has no member. Costs a look at each page.
    pub(super) fn is_empty(&self) -> bool {
        self.pages.iter().all(Option::is_none)
    }

    /// Whether `id` is a member. Numbers beyond the bound are not.
    #[inline]
    pub(super) fn contains(&self, id: u32) -> bool {
        match self.pages.get((id >> PAGE_SHIFT) as usize) {
            Some(Some(page)) => page[(id >> 6) as usize % WORDS] >> (id & 63) & 1 != 0,
            _ => false,
        }
    }

    /// Makes `id` a member where it is below the bound.
    pub(super) fn insert(&mut self, id: u32) {
        if self.contains(id) || (id >> PAGE_SHIFT) as usize >= self.pages.len() {
            return;
        }
        let pages = Arc::make_mut(&mut self.pages);
        let page = pages[(id >> PAGE_SHIFT) as usize].get_or_insert_with(|| Arc::new([0; WORDS]));
        Arc::make_mut(page)[(id >> 6) as usize % WORDS] |= 1 << (id & 63);
    }
}
