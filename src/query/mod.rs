//! Questions about a graph: pure functions of a [`View`](crate::graph::View) and a [`Budget`].
//!
//! Invariants: knows no GraphQL and no disk; every loop over the graph draws on a budget; nothing
//! recurses over data.

mod aggregate;
mod budget;
mod filter;
mod links;
mod page;
mod paths;
mod scan;
mod search;
mod sort;
mod walk;

pub use self::{
    aggregate::{Aggregate, Number},
    budget::{Budget, Reason},
    filter::{
        Compare, EntityFilter, EvidenceFilter, LinkFilter, Operand, Quantifier, RelationshipFilter,
        Test, TextTest,
    },
    links::Links,
    page::{Page, PageRequest},
    paths::{Path, PathMode, PathQuestion, Paths, Weight, paths},
    scan::{
        entities, entities_count, entities_page, relationships, relationships_count,
        relationships_page,
    },
    search::{Hit, search},
    sort::{Key, KeyError, Row, Sort, SortField, SortKey},
    walk::{Hops, Neighbor, Neighborhood, Step, Subgraph, neighbors, subgraph},
};
