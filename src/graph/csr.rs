//! The ends of a base's relationships, by entity, in compressed sparse rows.

use std::{hint::black_box, ops::Range, thread};

use super::{
    half::{End, Link, Side, ends},
    row::{RANK_BITS, Row, Tag, rank},
    shape::Shape,
};
use crate::model::{ModalitySet, NodeId};

/// The runs of both sides, and the order in which the two of an entity are one.
#[derive(Debug)]
pub(super) struct Runs {
    out: Csr,
    into: Csr,
    /// For each entity as many bits as it has halves, newest first: 0 where the next is outgoing. By
    /// the dates of relationships the same can be told, but each lies elsewhere in memory.
    order: Box<[u64]>,
    /// Of all relationships here.
    modalities: ModalitySet,
}

/// Which of an entity's two runs the next half comes from, newest first.
#[derive(Clone, Debug)]
pub(super) struct Turns<'s> {
    order: &'s [u64],
    /// The bits that are left of it.
    left: Range<usize>,
    /// How many halves of each run had their turn.
    taken: [usize; 2],
}

/// One run of halves for each entity, newest first.
#[derive(Debug)]
pub(super) struct Csr {
    /// Where the run of entity `n` begins is at `n`, where it ends at `n + 1`.
    offsets: Box<[u32]>,
    others: Box<[NodeId]>,
    links: Box<[Link]>,
    tags: Box<[Tag]>,
}

/// The halves of one entity on one side, newest first.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Run<'s> {
    /// The entities at the other ends.
    pub(super) others: &'s [NodeId],
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

    /// Its place in the order of newest first, among those of one entity.
    fn age(self) -> u128 {
        // Without the flags of the link, which are its lowest two bits.
        self.0 >> (Self::LINK_SHIFT + 2)
    }

    fn place(self) -> usize {
        (self.0 >> Self::PLACE_SHIFT) as usize
    }

    fn other(self) -> NodeId {
        NodeId((self.0 >> Self::OTHER_SHIFT) as u32)
    }

    fn link(self) -> Link {
        Link::from_edge_first(!((self.0 >> Self::LINK_SHIFT) as u32))
    }

    fn tag(self) -> Tag {
        Tag(self.0 as u16)
    }
}

impl Runs {
    /// The runs of `nodes` entities. `rows` gives the relationships that are seen, as often as it is
    /// asked.
    ///
    /// Two passes over them and a sort of each group, for each side on a thread of its own; while it
    /// lasts, 16 bytes a half more.
    pub(super) fn build<R: Iterator<Item = (u32, Row)>>(
        nodes: usize,
        rows: impl Fn() -> R + Sync,
        shape: &Shape,
    ) -> Self {
        let build = |side| Csr::build(side, nodes, &rows, shape);
        let (out, into) = thread::scope(|scope| {
            let into = scope.spawn(|| build(Side::In));
            (build(Side::Out), into.join().expect("building a run does not panic"))
        });
        let order = order((&out.0, &out.1), (&into.0, &into.1));
        // Every relationship has a half on either side.
        let modalities = out.0.tags.iter().map(|it| it.modality()).collect();
        Self { out: out.0, into: into.0, order, modalities }
    }

    #[inline]
    pub(super) fn side(&self, side: Side) -> &Csr {
        match side {
            Side::Out => &self.out,
            Side::In => &self.into,
        }
    }

    /// The order of an entity's two runs.
    #[inline]
    pub(super) fn turns(&self, node: usize) -> Turns<'_> {
        let before = |node| {
            let offset = |csr: &Csr| csr.offsets.get(node).map_or(0, |it| *it as usize);
            offset(&self.out) + offset(&self.into)
        };
        Turns { order: &self.order, left: before(node)..before(node + 1), taken: [0; 2] }
    }

    /// The modalities that its relationships have.
    pub(super) fn modalities(&self) -> ModalitySet {
        self.modalities
    }

    /// The memory that they take.
    pub(super) fn memory_bytes(&self) -> usize {
        self.out.memory_bytes() + self.into.memory_bytes() + size_of_val(&*self.order)
    }
}

impl Turns<'_> {
    /// The side whose turn is next, and the place of the half in its run.
    #[inline]
    pub(super) fn take(&mut self) -> Option<(usize, usize)> {
        let at = self.left.next()?;
        let side = (self.order[at / 64] >> (at % 64) & 1) as usize;
        let place = self.taken[side];
        self.taken[side] += 1;
        Some((side, place))
    }
}

impl Run<'_> {
    /// The half at a place.
    #[inline]
    pub(super) fn at(&self, place: usize) -> (Tag, Link, NodeId) {
        (self.tags[place], self.links[place], self.others[place])
    }

    /// Reads the first half: where the run has yet to come from memory, its columns come together
    /// then, and with those of another run.
    #[inline]
    pub(super) fn touch(&self) {
        if !self.tags.is_empty() {
            black_box(self.at(0));
        }
    }

    /// The next half: the tag, the link and the entity at the other end.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<(Tag, Link, NodeId)> {
        let (tag, tags) = self.tags.split_first()?;
        let (link, links) = self.links.split_first()?;
        let (other, others) = self.others.split_first()?;
        *self = Run { others, links, tags };
        Some((*tag, *link, *other))
    }
}

impl Csr {
    /// The runs of `nodes` entities on `side`, and the halves that they are made of.
    fn build<R: Iterator<Item = (u32, Row)>>(
        side: Side,
        nodes: usize,
        rows: impl Fn() -> R,
        shape: &Shape,
    ) -> (Self, Vec<Packed>) {
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
        let csr = Self {
            offsets: offsets(nodes, &groups, &halves),
            others: halves.iter().map(|it| it.other()).collect(),
            links: halves.iter().map(|it| it.link()).collect(),
            tags: halves.iter().map(|it| it.tag()).collect(),
        };
        (csr, halves)
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

    fn memory_bytes(&self) -> usize {
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

/// The [order](Runs::order) of all entities' halves: of those of the same age the outgoing is first.
fn order(out: (&Csr, &[Packed]), into: (&Csr, &[Packed])) -> Box<[u64]> {
    let mut order = vec![0u64; (out.1.len() + into.1.len()).div_ceil(64)];
    let mut at = 0;
    for (out_bounds, in_bounds) in out.0.offsets.windows(2).zip(into.0.offsets.windows(2)) {
        let range = |bounds: &[u32]| bounds[0] as usize..bounds[1] as usize;
        let (mut outgoing, mut incoming) = (range(out_bounds), range(in_bounds));
        while !(outgoing.is_empty() && incoming.is_empty()) {
            let is_in = outgoing.is_empty()
                || !incoming.is_empty()
                    && into.1[incoming.start].age() < out.1[outgoing.start].age();
            order[at / 64] |= u64::from(is_in) << (at % 64);
            at += 1;
            incoming.start += usize::from(is_in);
            outgoing.start += usize::from(!is_in);
        }
    }
    order.into_boxed_slice()
}
