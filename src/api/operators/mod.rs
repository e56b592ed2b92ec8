//! How the fields get their values. An operator decodes, makes one call, encodes.

pub(super) mod aggregate;
pub(super) mod change;
pub(super) mod connection;
pub(super) mod entity;
pub(super) mod evidence;
mod leaf;
pub(super) mod links;
pub(super) mod mutation;
pub(super) mod neighbors;
pub(super) mod node;
pub(super) mod paths;
pub(super) mod payload;
mod properties;
pub(super) mod relationship;
pub(super) mod search;
pub(super) mod stats;
pub(super) mod subgraph;

use super::{Answer, Args, Context, FieldDef, FieldError, Value};
