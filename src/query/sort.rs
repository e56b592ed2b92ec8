//! The order of rows, and the place of a row in it.

use std::cmp::Ordering;

use crate::{
    graph::{Half, View},
    model::{Date, EdgeId, NodeId, PropertyId, Timestamp},
};

/// By what rows are sorted: the first key first. Empty: the natural order of the rows.
///
/// The order is total: rows that are equal in every key come in the order of their numbers.
/// Missing values are greater than all others: last when ascending, first when descending.
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
    /// The row's number: the last key of every order.
    fn number(self) -> u32;
    /// The entity that is sorted by.
    fn node(self, view: View<'_>) -> Option<NodeId>;
    /// The relationship that is sorted by.
    fn edge(self) -> Option<EdgeId>;
}

/// The place of a row in an order: its values and its number. It stays right whatever is written
/// meanwhile, so a page can go on after a row that is gone.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    values: Vec<KeyValue>,
    number: u32,
}

/// A value to sort by.
#[derive(Clone, Debug, PartialEq)]
enum KeyValue {
    Missing,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    Date(Date),
    Timestamp(Timestamp),
}

/// Bytes that are no [`Key`], or one of another order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the cursor does not belong to this list; use one that this field returned")]
pub struct KeyError;

impl Sort {
    /// The place of `row` in this order.
    pub fn key<R: Row>(&self, view: View<'_>, row: R) -> Key {
        let _ = (view, row.number());
        todo!()
    }

    /// Which of two places comes first.
    pub fn compare(&self, a: &Key, b: &Key) -> Ordering {
        todo!("{a:?} {b:?}")
    }

    /// Reads a key that [`Key::to_bytes`] wrote.
    ///
    /// # Errors
    ///
    /// Where the bytes are no key of this order.
    pub fn parse_key(&self, bytes: &[u8]) -> Result<Key, KeyError> {
        todo!("{bytes:?}")
    }
}

impl Key {
    /// The key in few bytes, for a cursor.
    pub fn to_bytes(&self) -> Vec<u8> {
        todo!()
    }
}

impl Row for NodeId {
    fn number(self) -> u32 {
        self.0
    }

    fn node(self, _: View<'_>) -> Option<NodeId> {
        Some(self)
    }

    fn edge(self) -> Option<EdgeId> {
        None
    }
}

impl Row for EdgeId {
    fn number(self) -> u32 {
        self.0
    }

    fn node(self, view: View<'_>) -> Option<NodeId> {
        Some(view.snapshot.relationship(self).target())
    }

    fn edge(self) -> Option<EdgeId> {
        Some(self)
    }
}

impl Row for Half {
    fn number(self) -> u32 {
        self.edge.0
    }

    fn node(self, _: View<'_>) -> Option<NodeId> {
        Some(self.other)
    }

    fn edge(self) -> Option<EdgeId> {
        Some(self.edge)
    }
}
