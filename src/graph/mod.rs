//! The graph in memory and its one writer.
//!
//! Invariants: a [`Snapshot`] never changes; [`Snapshot::apply`] is the only way to the next one
//! and cannot fail, because all checking is in [`Draft::resolve`]; a commit is durable before it is
//! visible. Knows no GraphQL, no files but through the store, and no questions.

mod apply;
mod base;
mod block;
mod codec;
mod commit;
mod counts;
mod csr;
mod delta;
mod draft;
mod edges;
mod entity;
mod evidence;
mod half;
mod identity;
mod names;
mod overlay;
mod relationship;
mod row;
mod shape;
mod snapshot;
mod view;
mod writer;

pub use self::{
    codec::items,
    commit::{Change, Commit, PutEdge, PutNode},
    counts::Counts,
    draft::{Draft, EntityWish, EvidenceWish, Rejection, RelationshipWish, Rule, Wish},
    edges::{Edges, Half},
    entity::Entity,
    evidence::Evidence,
    names::{Match, Quality},
    relationship::Relationship,
    snapshot::Snapshot,
    view::{Lens, RelationSet, View},
    writer::{Graph, OpenError, Options, WriteError},
};
