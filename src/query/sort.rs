//! The order of rows, and the place of a row in it.

use std::{cmp::Ordering, iter};

use super::{Key, KeyError, key::KeyValue};
use crate::{
    graph::{Half, View},
    model::{Date, EdgeId, NodeId, PropertyId, ValueRef},
};

/// By what rows are sorted: the first key first. Empty: the natural order of the rows.
///
/// The order is total: rows that are equal in every key come in the order of their numbers.
/// Missing values are greater than all others: last when ascending, first when descending (as in
/// Cypher). Texts compare by code point, dates by their first day and then the coarser first.
///
/// The most populous countries first, those of unknown population before all: one key,
/// `SortKey { field: Property(population), descending: true }`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sort {
    /// The keys.
    pub keys: Vec<SortKey>,
}

/// One key of a [`Sort`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SortKey {
    /// What is compared.
    pub field: SortField,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// What a row is sorted by. Of a relationship seen from one end, the entity is the one at the
/// other end; of a relationship by itself, its target. An entity has nothing of a relationship:
/// every such value is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortField {
    /// The entity's id, as text.
    Id,
    /// The entity's name.
    Name,
    /// A property of the entity.
    Property(PropertyId),
    /// A property of the relationship.
    RelationshipProperty(PropertyId),
    /// The relationship's first date, by its first day.
    ValidFrom,
    /// The relationship's last date, by its last day.
    ValidTo,
    /// The relationship's confidence.
    Confidence,
    /// When the relationship was first recorded.
    RecordedAt,
}

/// What can be sorted: an entity, a relationship, or a relationship seen from one end.
pub trait Row: Copy {
    /// The natural order: newest first (as [`View::newest_of`]), or else by number.
    const NEWEST_FIRST: bool;
    /// The row's number: the last key of every order.
    fn number(self) -> u32;
    /// The entity that is sorted by.
    fn node(self, view: View<'_>) -> NodeId;
    /// The relationship that is sorted by.
    fn edge(self) -> Option<EdgeId>;
}

impl Sort {
    /// The place of `row` in this order. Complexity: the size of its keys.
    pub fn key<R: Row>(&self, view: View<'_>, row: R) -> Key {
        let mut values = Vec::with_capacity(self.keys.len());
        if self.keys.is_empty() && R::NEWEST_FIRST {
            values.push(SortField::ValidFrom.value(view, row));
        }
        values.extend(self.keys.iter().map(|it| it.field.value(view, row)));
        Key { values, number: row.number() }
    }

    /// Which of two places among rows of type `R` comes first.
    pub fn compare<R: Row>(&self, a: &Key, b: &Key) -> Ordering {
        if self.keys.is_empty() && R::NEWEST_FIRST {
            return compare_newest(a, b);
        }
        iter::zip(&self.keys, iter::zip(&a.values, &b.values))
            .map(|(key, (a, b))| {
                let order = a.compare(b);
                if key.descending { order.reverse() } else { order }
            })
            .find(|it| it.is_ne())
            .unwrap_or_else(|| a.number.cmp(&b.number))
    }

    /// Reads a key that [`Key::to_bytes`] wrote.
    ///
    /// # Errors
    ///
    /// Where the bytes are no key, or one with another number of values than this order of rows of
    /// type `R` has. A key of another order with as many is taken for what it says: it is some
    /// place in this order.
    pub fn parse_key<R: Row>(&self, bytes: &[u8]) -> Result<Key, KeyError> {
        let key = Key::parse(bytes).ok_or(KeyError)?;
        let values =
            if self.keys.is_empty() { usize::from(R::NEWEST_FIRST) } else { self.keys.len() };
        if key.values.len() == values { Ok(key) } else { Err(KeyError) }
    }
}

/// Newest first: the latest first day, undated ones last, then the greatest number.
fn compare_newest(a: &Key, b: &Key) -> Ordering {
    let by_date = match (a.values.first(), b.values.first()) {
        (Some(KeyValue::Date(a)), Some(KeyValue::Date(b))) => b.cmp(a),
        (Some(a), Some(b)) => a.compare(b),
        _ => Ordering::Equal,
    };
    by_date.then(b.number.cmp(&a.number))
}

impl SortField {
    fn value<R: Row>(self, view: View<'_>, row: R) -> KeyValue {
        let entity = || view.snapshot.entity(row.node(view));
        let relationship = row.edge().map(|it| view.snapshot.relationship(it));
        let date = |it: Option<Date>| it.map_or(KeyValue::Missing, KeyValue::Date);
        match (self, relationship) {
            (Self::Id, _) => KeyValue::Text(entity().id().to_owned()),
            (Self::Name, _) => KeyValue::Text(entity().name().to_owned()),
            (Self::Property(property), _) => KeyValue::of(entity().property(property)),
            (Self::RelationshipProperty(property), Some(it)) => KeyValue::of(it.property(property)),
            (Self::ValidFrom, Some(it)) => date(it.validity().from().map(Date::first_day)),
            (Self::ValidTo, Some(it)) => date(it.validity().to().map(Date::last_day)),
            (Self::Confidence, Some(it)) => KeyValue::of(it.confidence().map(ValueRef::Float)),
            (Self::RecordedAt, Some(it)) => KeyValue::Timestamp(it.recorded_at()),
            (_, None) => KeyValue::Missing,
        }
    }
}

impl Row for NodeId {
    const NEWEST_FIRST: bool = false;

    fn number(self) -> u32 {
        self.0
    }

    fn node(self, _: View<'_>) -> NodeId {
        self
    }

    fn edge(self) -> Option<EdgeId> {
        None
    }
}

impl Row for EdgeId {
    const NEWEST_FIRST: bool = false;

    fn number(self) -> u32 {
        self.0
    }

    fn node(self, view: View<'_>) -> NodeId {
        view.snapshot.relationship(self).target()
    }

    fn edge(self) -> Option<EdgeId> {
        Some(self)
    }
}

impl Row for Half {
    const NEWEST_FIRST: bool = true;

    fn number(self) -> u32 {
        self.edge.0
    }

    fn node(self, _: View<'_>) -> NodeId {
        self.other
    }

    fn edge(self) -> Option<EdgeId> {
        Some(self.edge)
    }
}
