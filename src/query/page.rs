//! Pages of an ordered list, forwards and backwards.

use std::{cmp::Ordering, collections::VecDeque};

use super::{Budget, Key, Reason, Row, Sort};
use crate::graph::View;

/// Rows that room is made for before there is one.
const ROWS_AHEAD: usize = 32;

/// Which part of a list is wanted, as the Relay specification has it: of the rows between `after`
/// and `before`, without the first `offset`, the `first` ones, and of these the `last` ones.
///
/// Absent: no limit; so whoever passes on a request from outside sets `first` or `last`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageRequest {
    /// At most so many from the beginning.
    pub first: Option<usize>,
    /// Only rows after this place.
    pub after: Option<Key>,
    /// At most so many from the end of what is left.
    pub last: Option<usize>,
    /// Only rows before this place.
    pub before: Option<Key>,
    /// So many rows are skipped before `first` counts.
    pub offset: usize,
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<R> {
    /// Its rows in order.
    pub rows: Vec<R>,
    /// Whether rows follow. True wherever `before` was given: that row was there.
    pub has_next: bool,
    /// Whether rows precede. True wherever `after` was given: that row was there.
    pub has_previous: bool,
    /// Why rows may be missing, if they may.
    pub truncated: Option<Reason>,
}

impl PageRequest {
    /// Where a row lies: before the part that `after` and `before` leave, in it, or after it.
    fn place<R: Row>(&self, view: View<'_>, sort: &Sort, row: R) -> Ordering {
        if self.after.is_none() && self.before.is_none() {
            return Ordering::Equal;
        }
        let key = sort.key(view, row);
        if self.after.as_ref().is_some_and(|it| sort.compare::<R>(&key, it).is_le()) {
            return Ordering::Less;
        }
        if self.before.as_ref().is_some_and(|it| sort.compare::<R>(&key, it).is_ge()) {
            return Ordering::Greater;
        }
        Ordering::Equal
    }
}

/// The page of those `candidates` that `keep` keeps. The candidates come in their natural order.
///
/// Unsorted, rows outside the keys are passed over without asking `keep`, and a page from the
/// beginning ends as soon as it is full. Complexity: O(n + p log p) for n candidates and a page of
/// p rows.
pub(super) fn page<R: Row>(
    view: View<'_>,
    sort: &Sort,
    request: &PageRequest,
    candidates: impl Iterator<Item = R>,
    budget: &mut Budget,
    keep: impl FnMut(R, &mut Budget) -> bool,
) -> Page<R> {
    let mut page = if sort.keys.is_empty() {
        unsorted(view, sort, request, candidates, budget, keep)
    } else {
        sorted(view, sort, request, candidates, budget, keep)
    };
    page.has_previous |= request.after.is_some();
    page.has_next |= request.before.is_some();
    page.truncated = budget.reason();
    page
}

fn unsorted<R: Row>(
    view: View<'_>,
    sort: &Sort,
    request: &PageRequest,
    candidates: impl Iterator<Item = R>,
    budget: &mut Budget,
    mut keep: impl FnMut(R, &mut Budget) -> bool,
) -> Page<R> {
    let first = request.first.unwrap_or(usize::MAX);
    // From the end, only the last rows so far are kept; where `first` counts too, all of it.
    let kept_max = if request.first.is_some() { first } else { request.last.unwrap_or(first) };
    let mut rows = VecDeque::with_capacity(kept_max.min(ROWS_AHEAD));
    let (mut skipped, mut has_next, mut has_previous) = (0, false, false);
    for row in candidates {
        if !budget.draw(1) {
            break;
        }
        match request.place(view, sort, row) {
            Ordering::Less => continue,
            Ordering::Equal => {}
            Ordering::Greater => break,
        }
        if !keep(row, budget) {
            continue;
        }
        if skipped < request.offset {
            (skipped, has_previous) = (skipped + 1, true);
            continue;
        }
        if rows.len() == first {
            has_next = true;
            break;
        }
        rows.push_back(row);
        if rows.len() > kept_max {
            rows.pop_front();
            has_previous = true;
        }
    }
    let surplus = rows.len().saturating_sub(request.last.unwrap_or(usize::MAX));
    rows.drain(..surplus);
    has_previous |= surplus > 0;
    Page { rows: rows.into(), has_next, has_previous, truncated: None }
}

fn sorted<R: Row>(
    view: View<'_>,
    sort: &Sort,
    request: &PageRequest,
    candidates: impl Iterator<Item = R>,
    budget: &mut Budget,
    mut keep: impl FnMut(R, &mut Budget) -> bool,
) -> Page<R> {
    let mut rows = Vec::new();
    for row in candidates {
        if !budget.draw(1) {
            break;
        }
        if request.place(view, sort, row).is_eq() && keep(row, budget) {
            rows.push((sort.key(view, row), row));
        }
    }
    let end = match request.first {
        Some(first) => request.offset.saturating_add(first).min(rows.len()),
        None => rows.len(),
    };
    let start = request.offset.min(end);
    let start = start.max(end.saturating_sub(request.last.unwrap_or(usize::MAX)));
    let page = Page {
        rows: Vec::new(),
        has_next: end < rows.len(),
        has_previous: start > 0,
        truncated: None,
    };
    // What is not on the page need not be sorted.
    let by_key = |a: &(Key, R), b: &(Key, R)| sort.compare::<R>(&a.0, &b.0);
    if end < rows.len() {
        rows.select_nth_unstable_by(end, by_key);
        rows.truncate(end);
    }
    if 0 < start && start < rows.len() {
        rows.select_nth_unstable_by(start, by_key);
    }
    rows.drain(..start);
    rows.sort_unstable_by(by_key);
    Page { rows: rows.into_iter().map(|it| it.1).collect(), ..page }
}
