//! Lists and their pages.

use std::{ops::Range, rc::Rc};

use super::{
    Code, Context, FieldError, Value,
    decode::{Slice, foreign},
};
use crate::{
    graph::{Entity, Evidence, Half, Relationship, View},
    model::{EdgeId, KindId, NodeId},
    query::{
        self, EntityFilter, EvidenceFilter, Links, Neighborhood, Page, PageRequest, Reason,
        RelationshipFilter, Row, Sort, Step,
    },
};

/// A list that can be read in pages, counted and added up. Decoded once a request, whatever the
/// number of parents that it is asked of.
#[derive(Debug)]
pub(super) enum List {
    /// Entities, of some kinds or of any.
    Entities { kinds: Vec<KindId>, filter: Option<EntityFilter>, sort: Sort },
    /// Relationships between any entities.
    Relationships { filter: Option<RelationshipFilter> },
    /// Relationships of one entity; along a field of its type, its rows are entities.
    Links { links: Links, sort: Sort, typed: bool },
    /// Evidence for one relationship.
    Evidence { filter: Option<EvidenceFilter> },
    /// Entities around one entity.
    Neighbors { steps: Vec<Step>, filter: Option<EntityFilter> },
}

/// A list and the part of it that is wanted.
#[derive(Debug)]
pub(super) struct Question {
    list: Rc<List>,
    slice: Slice,
    request: PageRequest,
}

/// A page of a list.
#[derive(Debug)]
pub struct Connection<'s> {
    pub(super) list: Rc<List>,
    pub(super) parent: Value<'s>,
    pub(super) rows: Rows<'s>,
    pub(super) has_next: bool,
    pub(super) has_previous: bool,
    pub(super) truncated: Option<Reason>,
}

/// The rows of a page.
#[derive(Debug)]
pub(super) enum Rows<'s> {
    Entities(Vec<NodeId>),
    Relationships(Vec<EdgeId>),
    /// And the entities at their other ends.
    Links(Vec<Half>, Vec<Entity<'s>>),
    Evidence(Vec<Rc<Evidence<'s>>>),
    /// The neighbors in the range, among those found.
    Neighbors(Neighborhood, Range<usize>),
}

impl Question {
    /// # Errors
    ///
    /// A cursor is none of this list.
    pub(super) fn new(list: List, slice: Slice) -> Result<Self, FieldError> {
        let request = match &list {
            List::Entities { sort, .. } => slice.request::<NodeId>(sort)?,
            List::Relationships { .. } => slice.request::<EdgeId>(&Sort::default())?,
            List::Links { sort, .. } => slice.request::<Half>(sort)?,
            List::Evidence { .. } => slice.after().map_or(Some(0), after_evidence).map_or_else(
                || Err(foreign("after")),
                |offset| Ok(PageRequest { offset, ..PageRequest::default() }),
            )?,
            List::Neighbors { .. } => {
                let place = slice.after().map(|it| neighbor_place(it).ok_or(foreign("after")));
                place.transpose()?;
                PageRequest::default()
            }
        };
        Ok(Self { list: Rc::new(list), slice, request })
    }

    /// The page, asked of `parent`.
    pub(super) fn page<'s>(
        &self,
        context: &Context<'s>,
        parent: &Value<'s>,
    ) -> Result<Connection<'s>, FieldError> {
        let view = context.view;
        let budget = &mut *context.budget.borrow_mut();
        let (request, parent) = (&self.request, parent.clone());
        let part = match &*self.list {
            List::Entities { kinds, filter, sort } => {
                let filter = filter.as_ref();
                let page = query::entities_page(view, kinds, filter, sort, request, budget);
                Part::of(page, Rows::Entities)
            }
            List::Relationships { filter } => {
                let (filter, sort) = (filter.as_ref(), Sort::default());
                let page = query::relationships_page(view, filter, &sort, request, budget);
                Part::of(page, Rows::Relationships)
            }
            List::Links { links, sort, .. } => {
                let page = links.page(view, parent.node(), sort, request, budget);
                let others = view.snapshot.entities(page.rows.iter().map(|it| it.other));
                Part::of(page, |rows| Rows::Links(rows, others))
            }
            List::Evidence { filter } => {
                let passing = evidence(view, parent.relationship(), filter.as_ref(), budget);
                self.evidence(&passing)
            }
            List::Neighbors { steps, filter } => {
                let limit = self.neighbors_max();
                let (start, filter) = (parent.node(), filter.as_ref());
                self.neighbors(query::neighbors(view, start, steps, filter, limit, budget))
            }
        };
        let Part { rows, has_next, has_previous, truncated } = part;
        // Only a page of neighbors can say that it is not complete.
        if !matches!(rows, Rows::Neighbors(..)) {
            complete(truncated)?;
        }
        let list = self.list.clone();
        Ok(Connection { list, parent, rows, has_next, has_previous, truncated })
    }

    fn evidence<'s>(&self, passing: &[Evidence<'s>]) -> Part<'s> {
        // Evidence is only ever appended, so a place by ordinal stays right.
        let is_seen = |it: &Evidence<'_>| (it.ordinal as usize) < self.request.offset;
        let start = passing.iter().take_while(|it| is_seen(it)).count();
        let end = passing.len().min(start.saturating_add(self.slice.first()));
        let rows = passing[start..end].iter().copied().map(Rc::new).collect();
        Part {
            has_next: end < passing.len(),
            has_previous: start > 0,
            truncated: None,
            rows: Rows::Evidence(rows),
        }
    }

    /// How many neighbors must be found for the page, and whether one more follows.
    fn neighbors_max(&self) -> usize {
        let seen = self.slice.after().and_then(neighbor_place).map_or(0, |(index, _)| index + 1);
        seen.saturating_add(self.slice.first()).saturating_add(1)
    }

    fn neighbors<'s>(&self, found: Neighborhood) -> Part<'s> {
        let neighbors = &found.neighbors;
        let place = self.slice.after().and_then(neighbor_place);
        // After writes the same neighbor may stand elsewhere, or be gone and others in its place.
        let start = place.map_or(0, |(index, node)| {
            let now = neighbors.iter().position(|it| it.node == node);
            now.map_or(index, |it| it + 1).min(neighbors.len())
        });
        let end = neighbors.len().min(start.saturating_add(self.slice.first()));
        Part {
            has_next: end < neighbors.len() || neighbors.len() == self.neighbors_max(),
            has_previous: start > 0,
            truncated: found.truncated.filter(|it| *it != Reason::Rows),
            rows: Rows::Neighbors(found, start..end),
        }
    }
}

impl<'s> Connection<'s> {
    /// Whether the rows are entities along a field, and not relationships of any type.
    pub(super) fn is_typed(&self) -> bool {
        matches!(&*self.list, List::Links { typed: true, .. })
    }

    /// The number of rows on the page.
    pub(super) fn len(&self) -> usize {
        match &self.rows {
            Rows::Entities(rows) => rows.len(),
            Rows::Relationships(rows) => rows.len(),
            Rows::Links(rows, _) => rows.len(),
            Rows::Evidence(rows) => rows.len(),
            Rows::Neighbors(_, range) => range.len(),
        }
    }

    /// The number of rows of the whole list.
    pub(super) fn total(&self, context: &Context<'s>) -> Result<u64, FieldError> {
        let view = context.view;
        let budget = &mut *context.budget.borrow_mut();
        let total = match &*self.list {
            List::Entities { kinds, filter, .. } => {
                query::entities_count(view, kinds, filter.as_ref(), budget)
            }
            List::Relationships { filter } => {
                query::relationships_count(view, filter.as_ref(), budget)
            }
            List::Links { links, .. } => links.count(view, self.parent.node(), budget),
            List::Evidence { filter } => {
                let filter = filter.as_ref();
                evidence(view, self.parent.relationship(), filter, budget).len() as u64
            }
            List::Neighbors { steps, filter } => {
                let (start, filter) = (self.parent.node(), filter.as_ref());
                query::neighbors_count(view, start, steps, filter, budget)
            }
        };
        // A page that is not complete says so, and need not count further than it goes.
        if self.truncated.is_none() {
            complete(budget.reason())?;
        }
        Ok(total)
    }

    /// Shows `take` the entity and the relationship of every row of the whole list.
    pub(super) fn each(
        &self,
        context: &Context<'s>,
        take: &mut dyn FnMut(Option<NodeId>, Option<EdgeId>),
    ) -> Result<(), FieldError> {
        let view = context.view;
        let budget = &mut *context.budget.borrow_mut();
        match &*self.list {
            List::Entities { kinds, filter, .. } => {
                query::entities(view, kinds, filter.as_ref(), budget)
                    .for_each(|it| take(Some(it), None));
            }
            List::Links { links, .. } => links
                .rows(view, self.parent.node(), budget)
                .for_each(|it| take(Some(it.other), Some(it.edge))),
            List::Relationships { .. } | List::Evidence { .. } | List::Neighbors { .. } => {
                unreachable!("these lists have no aggregates")
            }
        }
        complete(budget.reason())
    }

    /// The place of the row at `index`, as bytes for a cursor.
    pub(super) fn place(&self, context: &Context<'s>, index: usize) -> Vec<u8> {
        let view = context.view;
        match (&self.rows, &*self.list) {
            (Rows::Entities(rows), List::Entities { sort, .. }) => key(sort, view, rows[index]),
            (Rows::Relationships(rows), _) => key(&Sort::default(), view, rows[index]),
            (Rows::Links(rows, _), List::Links { sort, .. }) => key(sort, view, rows[index]),
            (Rows::Evidence(rows), _) => rows[index].ordinal.to_be_bytes().to_vec(),
            (Rows::Neighbors(found, range), _) => {
                let index = range.start + index;
                let ordinal = u32::try_from(index).unwrap_or(u32::MAX);
                let node = found.neighbors[index].node.0;
                [ordinal.to_be_bytes(), node.to_be_bytes()].concat()
            }
            _ => unreachable!("a page has rows of its list"),
        }
    }
}

/// A page before it belongs to a connection.
struct Part<'s> {
    rows: Rows<'s>,
    has_next: bool,
    has_previous: bool,
    truncated: Option<Reason>,
}

impl<'s> Part<'s> {
    fn of<R>(page: Page<R>, rows: impl FnOnce(Vec<R>) -> Rows<'s>) -> Self {
        let Page { has_next, has_previous, truncated, .. } = page;
        Self { rows: rows(page.rows), has_next, has_previous, truncated }
    }
}

/// Fails where a budget ended a question whose answer cannot say so.
pub(super) fn complete(reason: Option<Reason>) -> Result<(), FieldError> {
    match reason {
        None | Some(Reason::Rows) => Ok(()),
        Some(Reason::Steps) => Err(FieldError::new(
            Code::QueryTooComplex,
            "the request looks at more of the graph than is allowed; ask for less of it",
        )),
        Some(Reason::Deadline) => Err(FieldError::new(
            Code::DeadlineExceeded,
            "time was up before the answer was complete; ask for less",
        )),
    }
}

/// The evidence for a relationship that passes.
fn evidence<'s>(
    view: View<'s>,
    relationship: Relationship<'s>,
    filter: Option<&EvidenceFilter>,
    budget: &mut query::Budget,
) -> Vec<Evidence<'s>> {
    let all = relationship.evidence();
    let passes = |it: &Evidence<'_>| filter.is_none_or(|filter| filter.passes(view, it, budget));
    all.filter(passes).collect()
}

fn key<R: Row>(sort: &Sort, view: View<'_>, row: R) -> Vec<u8> {
    sort.key(view, row).to_bytes()
}

/// The least ordinal that follows a cursor of evidence.
fn after_evidence(place: &[u8]) -> Option<usize> {
    Some(u32::from_be_bytes(place.try_into().ok()?) as usize + 1)
}

/// The index and the entity that a cursor of neighbors stands for.
fn neighbor_place(place: &[u8]) -> Option<(usize, NodeId)> {
    let (index, node) = place.split_first_chunk()?;
    let node = u32::from_be_bytes(node.try_into().ok()?);
    Some((u32::from_be_bytes(*index) as usize, NodeId(node)))
}
