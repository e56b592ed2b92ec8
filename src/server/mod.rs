//! HTTP: the only room that knows actix.
//!
//! Invariants: it decides nothing about a graph or a document, and asks the API; a request's body is
//! bounded before it is read; every error has a code from the API's table; long walks never hold up
//! a thread that serves connections. Opens no socket but in [`serve`], so that tests use [`app`] in
//! process.

mod access;
mod account;
mod app;
mod backup;
mod body;
mod called;
mod closing;
mod compress;
mod events;
mod graphql;
mod health;
mod import;
mod listen;
mod media;
mod meters;
mod metrics;
mod operation;
mod origin;
#[cfg(feature = "web")]
mod page;
#[cfg(not(feature = "web"))]
#[path = "notice.rs"]
mod page;
mod params;
mod refusal;
mod settings;
mod websocket;

pub use self::{
    app::app,
    listen::{Options, serve},
    origin::{Origin, OriginError},
    settings::Settings,
};
