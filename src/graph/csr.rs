//! The ends of a base's relationships, by entity, in compressed sparse rows.

use super::{
    half::{Link, Side, ends},
    row::{RANK_BITS, Row, Tag, rank},
    shape::Shape,
};

/// One run of halves for each entity, newest first.
#[derive(Debug)]
pub(super) struct Csr {
    /// Where the run of entity `n` begins is at `n`, where it ends at `n + 1`.
    offsets: Box<[u32]>,
    others: Box<[u32]>,
    links: Box<[Link]>,
    tags: Box<[Tag]>,
}

/// The halves of one entity on one side, newest first.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Run<'s> {
    /// The entities at the other ends.
    pub(super) others: &'s [u32],
    /// The relationships.
    pub(super) links: &'s [Link],
    /// Their tags.
    pub(super) tags: &'s [Tag],
}

impl Csr {
    /// The runs of `nodes` entities on `side`. `order` holds the relationships that are seen,
    /// newest first; `row` reads one.
    pub(super) fn build(
        side: Side,
        nodes: usize,
        order: &[u32],
        row: impl Fn(u32) -> Row,
        shape: &Shape,
    ) -> Self {
        let ends_here = |edge: u32, row: Row| {
            ends(edge, row, shape.is_symmetric(row.relation())).filter(move |it| it.side == side)
        };
        let mut offsets = vec![0u32; nodes + 1].into_boxed_slice();
        for edge in order {
            for end in ends_here(*edge, row(*edge)) {
                offsets[end.node as usize] += 1;
            }
        }
        let count = begin_runs(&mut offsets);
        let mut others = vec![0; count].into_boxed_slice();
        let mut links = vec![Link::default(); count].into_boxed_slice();
        let mut tags = vec![Tag::default(); count].into_boxed_slice();
        // From the back, so that each offset walks down from the end of its run to its beginning.
        for edge in order.iter().rev() {
            let row = row(*edge);
            for end in ends_here(*edge, row) {
                offsets[end.node as usize] -= 1;
                let place = offsets[end.node as usize] as usize;
                others[place] = end.other;
                links[place] = end.link;
                tags[place] = row.tag;
            }
        }
        Self { offsets, others, links, tags }
    }

    /// The halves of an entity; none where it is not in the base.
    #[inline]
    pub(super) fn run(&self, node: usize) -> Run<'_> {
        let Some(&[start, end]) = self.offsets.get(node..node + 2) else {
            return Run::default();
        };
        let range = start as usize..end as usize;
        Run {
            others: &self.others[range.clone()],
            links: &self.links[range.clone()],
            tags: &self.tags[range],
        }
    }
}

/// Turns counts into the ends of runs, and gives their sum. The last slot counts nothing and keeps
/// the sum.
fn begin_runs(offsets: &mut [u32]) -> usize {
    let mut sum = 0u32;
    for it in offsets {
        sum = sum.checked_add(*it).expect("a graph holds less than 2^30 relationships");
        *it = sum;
    }
    sum as usize
}

/// `edges`, which ascend, in the order of newest first. `from` reads the bits of a first date.
///
/// A stable radix sort of two passes from the lowest bits; where nothing is dated, none.
pub(super) fn newest_first(mut edges: Vec<u32>, from: impl Fn(u32) -> u32) -> Vec<u32> {
    const DIGIT_BITS: u32 = RANK_BITS.div_ceil(2);
    const DIGITS: usize = 1 << DIGIT_BITS;
    edges.reverse();
    if edges.iter().all(|it| from(*it) == 0) {
        return edges;
    }
    let mut sorted = vec![0; edges.len()];
    for shift in [0, DIGIT_BITS] {
        let digit = |edge: u32| (rank(from(edge)) >> shift) as usize % DIGITS;
        let mut places = vec![0u32; DIGITS];
        for edge in &edges {
            places[digit(*edge)] += 1;
        }
        let mut sum = 0;
        for it in &mut places {
            (*it, sum) = (sum, sum + *it);
        }
        for edge in &edges {
            let place = &mut places[digit(*edge)];
            sorted[*place as usize] = *edge;
            *place += 1;
        }
        std::mem::swap(&mut edges, &mut sorted);
    }
    edges
}
