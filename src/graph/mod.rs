//! The graph in memory and its one writer.
//!
//! Invariants: a [`Snapshot`] that is published never changes; [`Snapshot::apply`] leads to the next
//! one, and cannot fail, because all checking is in [`Transaction::grant`] (a graph that nobody reads
//! yet, a [`Bulk`] or one that is being loaded, takes the same commits in place); a commit is durable
//! before it is visible. Knows no GraphQL, no files but through the store, and no questions.

mod apply;
mod background;
mod backup;
mod base;
mod block;
mod bounds;
mod bulk;
mod by_hash;
mod changes;
mod checkpoint;
mod codec;
mod commit;
mod counts;
mod csr;
mod delta;
mod draft;
mod edges;
mod entity;
mod evidence;
mod feed;
mod fit;
mod foresight;
mod half;
mod handle;
mod history;
mod identity;
mod index;
mod log;
mod manifest;
mod merging;
mod meter;
mod milestones;
mod names;
mod open;
mod overlay;
mod petgraph;
mod rebuild;
mod relationship;
mod resolve;
mod row;
mod shape;
mod shared;
mod snapshot;
mod task;
#[cfg(test)]
mod tests;
mod transaction;
mod view;
mod write;

pub use self::{
    backup::{BackupError, Part, restore},
    bulk::Bulk,
    codec::items,
    commit::{Change, Commit, PutEdge, PutNode},
    counts::Counts,
    draft::{
        Draft, EntityWish, EvidenceWish, Mode, Place, Rejection, RelationshipWish, Rule, Wish,
    },
    edges::{Edges, Half, Others},
    entity::Entity,
    evidence::Evidence,
    feed::{ChangeKind, Changed, Feed, FeedError, Thing, Update},
    foresight::{Foreseen, Foresight},
    handle::{Graph, Pending},
    history::HistoryError,
    meter::Meter,
    names::{Match, Quality},
    open::{Checked, OpenError},
    relationship::Relationship,
    shared::{Options, State},
    snapshot::Snapshot,
    task::WriteError,
    transaction::{Granted, Outcome, Transaction},
    view::{Lens, RelationSet, View},
};
