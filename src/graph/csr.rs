//! The ends of a base's relationships, by entity, in compressed sparse rows.

use super::{
    half::{End, Link, Side, ends},
    row::{Row, Tag, rank},
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

/// A half while runs are built: one number, so that those of an entity sort by age at once, and so
/// that scattering one touches one place in memory. From the top: the rank of the first date, the
/// relationship's number upside down, its link's flags, the entity at the other end, the tag.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Packed(u128);

impl Packed {
    const OTHER_SHIFT: u32 = 16;
    const LINK_SHIFT: u32 = Self::OTHER_SHIFT + 32;
    const RANK_SHIFT: u32 = Self::LINK_SHIFT + 32;

    fn new(end: &End, row: Row) -> Self {
        // Links are upside down, so that of one rank the latest comes first.
        Self(
            u128::from(rank(row.from)) << Self::RANK_SHIFT
                | u128::from(!end.link.edge_first()) << Self::LINK_SHIFT
                | u128::from(end.other) << Self::OTHER_SHIFT
                | u128::from(row.tag.0),
        )
    }

    fn unpack(self) -> (u32, Link, Tag) {
        let other = (self.0 >> Self::OTHER_SHIFT) as u32;
        let link = Link::from_edge_first(!((self.0 >> Self::LINK_SHIFT) as u32));
        (other, link, Tag(self.0 as u16))
    }
}

impl Csr {
    /// The runs of `nodes` entities on `side`. `rows` gives the relationships that are seen, twice.
    ///
    /// Two passes over them and a sort of each run; while it lasts, 16 bytes a half more.
    pub(super) fn build<R: Iterator<Item = (u32, Row)>>(
        side: Side,
        nodes: usize,
        rows: impl Fn() -> R,
        shape: &Shape,
    ) -> Self {
        let ends_here = |edge: u32, row: Row| {
            ends(edge, row, shape.is_symmetric(row.relation())).filter(move |it| it.side == side)
        };
        let mut offsets = vec![0u32; nodes + 1].into_boxed_slice();
        for (edge, row) in rows() {
            for end in ends_here(edge, row) {
                offsets[end.node as usize] += 1;
            }
        }
        let count = begin_runs(&mut offsets);
        let mut halves = vec![Packed(0); count];
        // Each offset walks down from the end of its run to its beginning.
        for (edge, row) in rows() {
            for end in ends_here(edge, row) {
                let place = &mut offsets[end.node as usize];
                *place -= 1;
                halves[*place as usize] = Packed::new(&end, row);
            }
        }
        for run in offsets.windows(2) {
            halves[run[0] as usize..run[1] as usize].sort_unstable();
        }
        Self::unpack(offsets, &halves)
    }

    fn unpack(offsets: Box<[u32]>, halves: &[Packed]) -> Self {
        let halves = || halves.iter().map(|it| it.unpack());
        Self {
            offsets,
            others: halves().map(|it| it.0).collect(),
            links: halves().map(|it| it.1).collect(),
            tags: halves().map(|it| it.2).collect(),
        }
    }

    /// How many halves there are.
    pub(super) fn len(&self) -> usize {
        self.links.len()
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

    /// The memory that it takes.
    pub(super) fn memory_bytes(&self) -> usize {
        let halves = size_of_val(&*self.links) + size_of_val(&*self.tags);
        size_of_val(&*self.offsets) + size_of_val(&*self.others) + halves
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
