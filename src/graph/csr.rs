//! The ends of a base's relationships, by entity, in compressed sparse rows.

use super::{
    half::{End, Link, Side, ends},
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

/// Entities whose halves are brought together before they are sorted: few enough that these fit a
/// cache, and that there are few places to put halves at.
const GROUP_LEN: usize = 1 << GROUP_SHIFT;
const GROUP_SHIFT: u32 = 10;

/// A half while runs are built: one number, so that those of a group of entities sort at once into
/// runs, newest first. From the top: the entity's place in its group, the rank of the first date,
/// the relationship's number upside down, its link's flags, the entity at the other end, the tag.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Packed(u128);

impl Packed {
    const OTHER_SHIFT: u32 = 16;
    const LINK_SHIFT: u32 = Self::OTHER_SHIFT + 32;
    const RANK_SHIFT: u32 = Self::LINK_SHIFT + 32;
    const PLACE_SHIFT: u32 = Self::RANK_SHIFT + RANK_BITS;

    fn new(end: &End, row: Row) -> Self {
        let place = end.node as usize % GROUP_LEN;
        // Links are upside down, so that of one rank the latest comes first.
        Self(
            (place as u128) << Self::PLACE_SHIFT
                | u128::from(rank(row.from)) << Self::RANK_SHIFT
                | u128::from(!end.link.edge_first()) << Self::LINK_SHIFT
                | u128::from(end.other) << Self::OTHER_SHIFT
                | u128::from(row.tag.0),
        )
    }

    fn place(self) -> usize {
        (self.0 >> Self::PLACE_SHIFT) as usize
    }

    fn other(self) -> u32 {
        (self.0 >> Self::OTHER_SHIFT) as u32
    }

    fn link(self) -> Link {
        Link::from_edge_first(!((self.0 >> Self::LINK_SHIFT) as u32))
    }

    fn tag(self) -> Tag {
        Tag(self.0 as u16)
    }
}

impl Csr {
    /// The runs of `nodes` entities on `side`. `rows` gives the relationships that are seen, twice.
    ///
    /// Two passes over them and a sort of each group; while it lasts, 16 bytes a half more.
    pub(super) fn build<R: Iterator<Item = (u32, Row)>>(
        side: Side,
        nodes: usize,
        rows: impl Fn() -> R,
        shape: &Shape,
    ) -> Self {
        let ends_here = |edge: u32, row: Row| {
            ends(edge, row, shape.is_symmetric(row.relation())).filter(move |it| it.side == side)
        };
        let group = |end: &End| (end.node >> GROUP_SHIFT) as usize;
        let mut groups = vec![0u32; nodes.div_ceil(GROUP_LEN) + 1];
        for (edge, row) in rows() {
            ends_here(edge, row).for_each(|it| groups[group(&it)] += 1);
        }
        let count = begin_groups(&mut groups);
        let mut halves = vec![Packed(0); count];
        // Each group's place walks down from its end to its beginning.
        for (edge, row) in rows() {
            for end in ends_here(edge, row) {
                let place = &mut groups[group(&end)];
                *place -= 1;
                halves[*place as usize] = Packed::new(&end, row);
            }
        }
        for group in groups.windows(2) {
            halves[group[0] as usize..group[1] as usize].sort_unstable();
        }
        Self {
            offsets: offsets(nodes, &groups, &halves),
            others: halves.iter().map(|it| it.other()).collect(),
            links: halves.iter().map(|it| it.link()).collect(),
            tags: halves.iter().map(|it| it.tag()).collect(),
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

/// Turns counts into the ends of groups, and gives their sum. The last slot counts nothing and keeps
/// the sum.
fn begin_groups(groups: &mut [u32]) -> usize {
    let mut sum = 0u32;
    for it in groups {
        sum = sum.checked_add(*it).expect("a graph holds less than 2^30 relationships");
        *it = sum;
    }
    sum as usize
}

/// Where runs begin and end among sorted halves, whose groups begin and end at `groups`.
fn offsets(nodes: usize, groups: &[u32], halves: &[Packed]) -> Box<[u32]> {
    let mut offsets = Vec::with_capacity(nodes + 1);
    for (group, bounds) in groups.windows(2).enumerate() {
        for at in bounds[0]..bounds[1] {
            let node = group * GROUP_LEN + halves[at as usize].place();
            while offsets.len() <= node {
                offsets.push(at);
            }
        }
    }
    offsets.resize(nodes + 1, halves.len() as u32);
    offsets.into_boxed_slice()
}
