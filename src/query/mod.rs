//! Questions about a graph: pure functions of a [`View`](crate::graph::View) and a [`Budget`].
//!
//! Invariants: knows no GraphQL and no disk; every loop over the graph draws on a budget; nothing
//! recurses over data.

mod budget;
mod filter;
mod paths;
mod walk;

pub use self::{
    budget::{Budget, Reason},
    filter::{
        CaseInsensitive, Compare, EntityFilter, EvidenceFilter, LinkFilter, Operand, Quantifier,
        RelationshipFilter, Test, TextTest,
    },
    paths::{Path, PathMode, PathQuestion, Paths, Weight, paths},
    walk::{Hops, Neighbor, Neighborhood, Step, Subgraph, neighbors, subgraph},
};
