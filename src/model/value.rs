//! Property values, borrowed from where they are kept.

use crate::model::{Date, Timestamp};

/// A property's value. Borrowed: reading one out of a record copies nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ValueRef<'s> {
    /// `true` or `false`.
    Bool(bool),
    /// `Int` and `BigInt`.
    Int(i64),
    /// A finite `Float`.
    Float(f64),
    /// `String`, `ID` and enum values.
    Text(&'s str),
    /// A date with its precision.
    Date(Date),
    /// A moment.
    Timestamp(Timestamp),
    /// Any JSON, as text.
    Json(&'s str),
    /// Several values of one of the kinds above.
    List(List<'s>),
}

/// The packed values of a list; [`graph`](crate::graph) owns the packing and reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct List<'s>(pub &'s [u8]);
