//! relata: a GraphQL server for relationship graphs.
//!
//! Each room is a module; a room uses only the rooms named before it: `model`, then `store` and
//! `ontology`, then `graph`, `query`, `api`, `io`, `server`. README.md shows the map, and
//! `tests/tidy.rs` holds it.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod api;
pub mod config;
pub mod graph;
pub mod io;
pub mod model;
pub mod ontology;
pub mod query;
pub mod server;
pub mod store;
#[cfg(feature = "otel")]
pub mod telemetry;
