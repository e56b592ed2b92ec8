//! Mutations: what their root fields make of a transaction, one after the other.
//!
//! A mutation runs to its end even where something is wrong, so that everything that is wrong is
//! told at once; then nothing of it is recorded.

mod entity;
mod links;
mod mutated;
mod outcome;
mod program;
mod refuse;
mod relationship;

pub(super) use self::{
    entity::{chosen, create, delete, update, upsert},
    program::{Failure, Program},
    refuse::{refuse, rejected, unwritten},
    relationship::{assert, evidence, expected_revision},
};
pub use self::{
    outcome::{Effect, Effects, Written},
    program::Writing,
};
