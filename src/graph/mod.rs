//! The graph in memory and its one writer.
//!
//! Invariants: a [`Snapshot`] never changes; [`Snapshot::apply`] is the only way to the next one
//! and cannot fail, because all checking is in [`Draft::resolve`]; a commit is durable before it is
//! visible. Knows no GraphQL, no files but through the store, and no questions.

mod draft;
mod names;
mod records;
mod snapshot;
mod view;
mod writer;

pub use self::{
    draft::{Draft, EntityWish, EvidenceWish, Rejection, RelationshipWish, Rule, Wish},
    names::{Match, Quality},
    records::{Entity, Evidence, Relationship, items},
    snapshot::{Commit, Counts, Snapshot},
    view::{Edges, Half, Lens, RelationSet, View},
    writer::{Graph, OpenError, Options, WriteError},
};
