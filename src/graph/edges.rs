//! The relationships of one entity: its runs in the base and in the delta, as one iterator.

use std::{mem, ops::ControlFlow};

use super::{
    Snapshot, View,
    csr::{Run, Turns},
    delta::Halves,
    half::{HalfValue, Link, Side, age},
    row::Tag,
};
use crate::model::{Direction, EdgeId, NodeId, RelationId};

/// A relationship as seen from one of its ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Half {
    /// The relationship.
    pub edge: EdgeId,
    /// The entity at the other end.
    pub other: NodeId,
    /// Its type.
    pub relation: RelationId,
    /// Whether the entity asked is the relationship's source.
    pub outgoing: bool,
}

/// The entities around others, for walks that care for nothing else of relationships; see
/// [`View::others`].
#[derive(Clone, Copy, Debug)]
pub struct Others<'s> {
    pub(super) snapshot: &'s Snapshot,
    pub(super) direction: Direction,
}

impl<'s> Others<'s> {
    /// The entities around `node`, some of them more than once; none where relationships of it are
    /// new since the base was built, and it must be asked for them one by one.
    #[inline]
    pub fn of(self, node: NodeId) -> Option<[&'s [NodeId]; 2]> {
        if self.snapshot.is_touched(node) {
            return None;
        }
        let runs = self.snapshot.base.runs();
        let run = |side, other| match self.direction == other {
            true => &[][..],
            false => runs.side(side).run(node.index()).others,
        };
        Some([run(Side::Out, Direction::In), run(Side::In, Direction::Out)])
    }
}

/// The relationships of one entity, in one of two orders; see [`View`].
#[derive(Clone, Debug)]
pub struct Edges<'s> {
    view: View<'s>,
    /// Both runs are read: what the second repeats is left out.
    is_both: bool,
    /// Some relationships of the base do not count.
    is_changed: bool,
    base: [Run<'s>; 2],
    delta: Option<Box<[Halves<'s>; 2]>>,
    /// How the two runs of the base are one, where that is asked and the delta adds nothing.
    turns: Option<Turns<'s>>,
    /// The next of each source, where sources have to be merged by date.
    heads: Option<Box<[Head; 4]>>,
}

impl<'s> Edges<'s> {
    #[inline]
    pub(super) fn any_order(view: View<'s>, node: NodeId, direction: Direction) -> Self {
        let snapshot = view.snapshot;
        let base = |side, other| match direction == other {
            true => Run::default(),
            false => snapshot.base.csr(side).run(node.index()),
        };
        Self {
            view,
            is_both: direction == Direction::Any,
            is_changed: snapshot.delta.len() > 0,
            base: [base(Side::Out, Direction::In), base(Side::In, Direction::Out)],
            delta: snapshot.is_touched(node).then(|| delta_runs(view, node, direction)),
            turns: None,
            heads: None,
        }
    }

    pub(super) fn newest_first(view: View<'s>, node: NodeId, direction: Direction) -> Self {
        let mut edges = Self::any_order(view, node, direction);
        if edges.delta.is_none() {
            let both = direction == Direction::Any;
            edges.turns = both.then(|| view.snapshot.base.runs().turns(node.index()));
            edges.base.iter().for_each(Run::touch);
        } else {
            let heads = std::array::from_fn(|source| edges.pull(source));
            edges.heads = Some(Box::new(heads));
        }
        edges
    }

    /// Shows `visit` all that is left, until it breaks. A loop does the same in more time.
    #[inline]
    pub fn visit(mut self, mut visit: impl FnMut(Half) -> ControlFlow<()>) -> ControlFlow<()> {
        if self.heads.is_none() && self.turns.is_none() {
            for Run { others, links, tags } in mem::take(&mut self.base) {
                for ((tag, link), other) in tags.iter().zip(links).zip(others) {
                    if self.sees_in_base(*tag, *link) {
                        visit(half(*tag, *link, *other))?;
                    }
                }
            }
        }
        self.try_for_each(visit)
    }

    /// The earliest of the heads, replaced by the next of its source.
    fn merge(&mut self) -> Option<Half> {
        let heads = self.heads.as_ref()?;
        let source = (0..heads.len()).min_by_key(|it| heads[*it].0)?;
        let next = self.pull(source);
        let heads = self.heads.as_mut()?;
        mem::replace(&mut heads[source], next).1
    }

    /// The next of a source: 0 and 1 are the runs of the base, 2 and 3 the delta's.
    fn pull(&mut self, source: usize) -> Head {
        let half =
            if source < 2 { self.next_in_base(source) } else { self.next_in_delta(source - 2) };
        let age = half.map(|it| age(self.view.snapshot.from(it.edge), it.edge));
        (age.unwrap_or(u64::MAX), half)
    }

    /// The next of both runs of the base, whichever has its turn.
    fn next_in_turn(&mut self) -> Option<Half> {
        loop {
            let (side, place) = self.turns.as_mut()?.take()?;
            let (tag, link, other) = self.base[side].at(place);
            if self.sees_in_base(tag, link) {
                return Some(half(tag, link, other));
            }
        }
    }

    #[inline]
    fn next_in_base(&mut self, side: usize) -> Option<Half> {
        loop {
            let (tag, link, other) = self.base[side].pop()?;
            if self.sees_in_base(tag, link) {
                return Some(half(tag, link, other));
            }
        }
    }

    fn next_in_delta(&mut self, side: usize) -> Option<Half> {
        loop {
            let runs = self.delta.as_mut()?;
            let HalfValue { other, link, tag } = *runs[side].next()?.1;
            if self.sees(tag, link) {
                return Some(half(tag, link, NodeId(other)));
            }
        }
    }

    #[inline]
    fn sees_in_base(&self, tag: Tag, link: Link) -> bool {
        self.sees(tag, link)
            && !(self.is_changed && self.view.snapshot.delta.superseded.contains(link.edge().0))
    }

    #[inline]
    fn sees(&self, tag: Tag, link: Link) -> bool {
        !(self.is_both && link.is_repeated())
            && self.view.lens.sees(tag, || self.view.snapshot.validity(link.edge()))
    }
}

fn delta_runs<'s>(view: View<'s>, node: NodeId, direction: Direction) -> Box<[Halves<'s>; 2]> {
    let delta = &view.snapshot.delta;
    let run = |side, other| match direction == other {
        true => delta.no_run(),
        false => delta.run(node.0, side),
    };
    Box::new([run(Side::Out, Direction::In), run(Side::In, Direction::Out)])
}

#[inline]
fn half(tag: Tag, link: Link, other: NodeId) -> Half {
    Half { edge: link.edge(), other, relation: tag.relation(), outgoing: link.is_at_source() }
}

/// The next half of a source after its [`age`]; where there is none, after the greatest number.
type Head = (u64, Option<Half>);

impl Iterator for Edges<'_> {
    type Item = Half;

    #[inline]
    fn next(&mut self) -> Option<Half> {
        if self.turns.is_some() {
            return self.next_in_turn();
        }
        if self.heads.is_some() {
            return self.merge();
        }
        self.next_in_base(0)
            .or_else(|| self.next_in_base(1))
            .or_else(|| self.next_in_delta(0))
            .or_else(|| self.next_in_delta(1))
    }
}
