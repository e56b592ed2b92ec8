//! A table of numbers by hash, for more of them than any cache holds.

use std::hint::black_box;

/// Numbers, each under half of its hash: what a number stands for is looked at only where that agrees,
/// and not when the table grows. Entries lie where their hash says or soon after it (linear probing),
/// in the order of their hashes, so that a look-up costs one wait for memory, what is put after it was
/// looked for in vain another none, and growing goes through memory from one end to the other.
#[derive(Clone, Debug, Default)]
pub(super) struct ByHash {
    /// Half a hash above a number; a power of two of them, or none.
    slots: Vec<u64>,
    len: usize,
}

const EMPTY: u64 = u64::MAX;
const SLOTS_MIN: usize = 16;

impl ByHash {
    /// A table with room for `len` numbers.
    pub(super) fn with_capacity(len: usize) -> Self {
        let mut table = Self::default();
        table.grow(len);
        table
    }

    /// Adds a number, which is not `u32::MAX`, under a hash.
    pub(super) fn insert(&mut self, hash: u64, id: u32) {
        self.grow(self.len + 1);
        self.len += 1;
        self.put(hash & !u64::from(u32::MAX) | u64::from(id));
    }

    /// The numbers under hashes like `hash`.
    pub(super) fn under(&self, hash: u64) -> impl Iterator<Item = u32> {
        let part = hash >> 32;
        let first = self.first(hash).unwrap_or_default();
        let slots = self.slots[first..].iter().chain(&self.slots[..first]);
        slots
            .take_while(|it| **it != EMPTY)
            .filter(move |it| **it >> 32 == part)
            .map(|it| *it as u32)
    }

    /// Brings what is under each hash near, or the place where it would be: look-ups wait for memory one
    /// after another, and these loads do not.
    pub(super) fn touch(&self, hashes: impl Iterator<Item = u64>) {
        let slots = hashes.filter_map(|it| self.slots.get(self.first(it)?));
        black_box(slots.fold(0, |sum, it| sum ^ it));
    }

    /// The memory that it takes.
    pub(super) fn memory_bytes(&self) -> usize {
        size_of_val(&*self.slots)
    }

    /// Where an entry of this hash lies, unless others lie there.
    fn first(&self, hash: u64) -> Option<usize> {
        // The upper bits say where: a table twice as large has the same order.
        let bits = self.slots.len().checked_ilog2()?;
        Some((hash >> (u64::BITS - bits)) as usize)
    }

    fn put(&mut self, entry: u64) {
        let last = self.slots.len() - 1;
        let mut place = self.first(entry).expect("there is room");
        while self.slots[place] != EMPTY {
            place = (place + 1) & last;
        }
        self.slots[place] = entry;
    }

    /// Makes room for `len` numbers, so that a quarter of the slots stays empty.
    fn grow(&mut self, len: usize) {
        if len <= self.slots.len() / 4 * 3 {
            return;
        }
        let slots = (len * 4 / 3 + 1).next_power_of_two().max(SLOTS_MIN);
        let old = std::mem::replace(&mut self.slots, vec![EMPTY; slots]);
        old.into_iter().filter(|it| *it != EMPTY).for_each(|it| self.put(it));
    }
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::ByHash;

    #[test]
    fn what_is_put_is_found_whatever_the_hashes() {
        // Hashes that differ, that are crowded together, and that wrap round the end.
        for (seed, mask) in [(1, u64::MAX), (2, 7 << 32 | 7), (3, 1 << 40)] {
            let mut random = Rng::with_seed(seed);
            let top = u64::MAX << 41;
            let hashes: Vec<u64> =
                (0..3_000).map(|_| random.u64(..) & mask | (top & !mask)).collect();
            let mut table = ByHash::with_capacity(random.usize(0..50));
            assert_eq!(table.under(hashes[0]).count(), 0);
            for (id, hash) in (0..).zip(&hashes) {
                table.insert(*hash, id);
            }
            for hash in &hashes {
                let mut found: Vec<u32> = table.under(*hash).collect();
                found.sort_unstable();
                let like = |it: &u64| it >> 32 == hash >> 32;
                let want = (0..).zip(&hashes).filter(|(_, it)| like(it)).map(|(id, _)| id);
                assert!(found.into_iter().eq(want), "seed {seed}");
            }
        }
    }
}
