//! The words every room speaks: ids, dates, validity, values, modality, errors in words.
//!
//! Invariants: a value of one of these types is always valid; nothing here knows a graph, an
//! ontology, a store or GraphQL.

mod causes;
mod date;
mod fold;
mod ids;
mod statement;
mod tally;
mod timestamp;
mod validity;
mod value;

pub use self::{
    causes::with_causes,
    date::{Date, DateError},
    fold::fold,
    ids::{EdgeId, KindId, NodeId, PropertyId, RelationId, Revision},
    statement::{Direction, Modality, ModalitySet, Stance},
    tally::{Counter, Distribution, Histogram},
    timestamp::{Timestamp, TimestampError},
    validity::Validity,
    value::{List, ValueRef},
};
