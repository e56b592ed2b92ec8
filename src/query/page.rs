//! Pages of an ordered list, forwards and backwards.

use super::{Key, Reason};

/// Which part of a list is wanted, as the Relay specification has it.
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
    /// Whether rows follow.
    pub has_next: bool,
    /// Whether rows precede.
    pub has_previous: bool,
    /// Why rows may be missing, if they may.
    pub truncated: Option<Reason>,
}
