//! What merging entities has done: to entities, and to a relationship, as its record keeps it for
//! the undoing.

use imbl::{GenericHashMap, shared_ptr::DefaultSharedPtr};
use rustc_hash::FxBuildHasher;

use super::{
    bounds::Bounds,
    codec::{Reader, put_number},
};
use crate::model::{EdgeId, NodeId};

/// Entities that were merged, and the entities that they were merged into.
pub(super) type Redirects = GenericHashMap<u32, u32, FxBuildHasher, DefaultSharedPtr>;

/// What merging has done to a relationship: nothing, mostly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Merging {
    /// The ends it was recorded with, where they are others than those it has.
    pub(super) ends: Option<(NodeId, NodeId)>,
    /// Why it is hidden, if it is.
    pub(super) hidden: Option<Hidden>,
    /// The evidence it shows for relationships that it repeats.
    pub(super) borrowed: Vec<Borrowed>,
}

/// Why merging hides a relationship.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hidden {
    /// It joins an entity to itself.
    Loop,
    /// It says what another says, which has borrowed its evidence.
    Twin(EdgeId),
}

/// A run of evidence that a relationship has from one that it repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Borrowed {
    /// Whose it is.
    pub(super) edge: EdgeId,
    /// The ordinal of its first piece here.
    pub(super) first: u32,
    /// How many pieces it has.
    pub(super) count: u32,
}

// The first byte says what follows.
const ENDS: u8 = 1;
const LOOP: u8 = 1 << 1;
const TWIN: u8 = 1 << 2;
const BORROWED: u8 = 1 << 3;

impl Merging {
    /// Whether it has done nothing.
    pub(super) fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Appends it.
    pub(super) fn put(&self, out: &mut Vec<u8>) {
        let hidden = match self.hidden {
            None => 0,
            Some(Hidden::Loop) => LOOP,
            Some(Hidden::Twin(_)) => TWIN,
        };
        let flag = |is_set: bool, flag: u8| if is_set { flag } else { 0 };
        let has_borrowed = !self.borrowed.is_empty();
        out.push(hidden | flag(self.ends.is_some(), ENDS) | flag(has_borrowed, BORROWED));
        let mut put = |number: u32| put_number(out, u64::from(number));
        if let Some((source, target)) = self.ends {
            put(source.0);
            put(target.0);
        }
        if let Some(Hidden::Twin(edge)) = self.hidden {
            put(edge.0);
        }
        if has_borrowed {
            put(self.borrowed.len() as u32);
            for Borrowed { edge, first, count } in &self.borrowed {
                put(edge.0);
                put(*first);
                put(*count);
            }
        }
    }

    /// Reads what [`put`](Self::put) wrote.
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let fields = reader.byte().filter(|it| it & !(ENDS | LOOP | TWIN | BORROWED) == 0)?;
        let has = |field: u8| fields & field != 0;
        let mut merging = Self::default();
        if has(ENDS) {
            merging.ends = Some((NodeId(reader.small()?), NodeId(reader.small()?)));
        }
        merging.hidden = match (has(LOOP), has(TWIN)) {
            (false, false) => None,
            (true, false) => Some(Hidden::Loop),
            (false, true) => Some(Hidden::Twin(EdgeId(reader.small()?))),
            (true, true) => return None,
        };
        if has(BORROWED) {
            for _ in 0..reader.number()? {
                let edge = EdgeId(reader.small()?);
                let (first, count) = (reader.small()?, reader.small()?);
                merging.borrowed.push(Borrowed { edge, first, count });
            }
        }
        Some(merging)
    }

    /// Whether all that it refers to is there.
    pub(super) fn fits(&self, bounds: &Bounds) -> bool {
        let ends = self.ends.into_iter().flat_map(|(source, target)| [source, target]);
        let twin = match self.hidden {
            Some(Hidden::Twin(edge)) => Some(edge),
            _ => None,
        };
        let edges = twin.into_iter().chain(self.borrowed.iter().map(|it| it.edge));
        ends.into_iter().all(|it| it.index() < bounds.nodes)
            && edges.into_iter().all(|it| it.index() < bounds.edges)
    }
}
