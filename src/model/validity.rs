//! When a relationship held.

use crate::model::Date;

/// A closed interval of days: from the first day that `from` covers through the last day that
/// `to` covers. An absent end is unbounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Validity {
    from: Option<Date>,
    to: Option<Date>,
}

impl Validity {
    /// Unbounded on both sides.
    pub const ALWAYS: Self = Self { from: None, to: None };

    /// The interval, or `None` where it would end before it begins.
    pub fn new(from: Option<Date>, to: Option<Date>) -> Option<Self> {
        match (from, to) {
            (Some(a), Some(b)) if b.is_before(a) => None,
            _ => Some(Self { from, to }),
        }
    }

    /// The date it begins with; absent where unbounded.
    pub fn from(self) -> Option<Date> {
        self.from
    }

    /// The date it ends with; absent where unbounded.
    pub fn to(self) -> Option<Date> {
        self.to
    }

    /// Whether some day that `date` covers lies in the interval.
    pub fn overlaps(self, date: Date) -> bool {
        self.meets(Self { from: Some(date), to: Some(date) })
    }

    /// Whether the two intervals share a day.
    pub fn meets(self, other: Self) -> bool {
        let begins_by_end = |a: Self, b: Self| match (a.from, b.to) {
            (Some(from), Some(to)) => !to.is_before(from),
            _ => true,
        };
        begins_by_end(self, other) && begins_by_end(other, self)
    }

    /// The days in both, or `None` where there are none.
    pub fn intersect(self, other: Self) -> Option<Self> {
        let from = match (self.from, other.from) {
            (Some(a), Some(b)) => Some(if a.first_day() >= b.first_day() { a } else { b }),
            (a, b) => a.or(b),
        };
        let to = match (self.to, other.to) {
            (Some(a), Some(b)) => Some(if a.last_day() <= b.last_day() { a } else { b }),
            (a, b) => a.or(b),
        };
        if self.meets(other) { Some(Self { from, to }) } else { None }
    }
}
