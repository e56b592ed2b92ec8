//! Questions about a graph: pure functions of a [`View`](crate::graph::View) and a [`Budget`].
//!
//! Invariants: knows no GraphQL and no disk; every loop over the graph draws on a budget; nothing
//! recurses over data.

mod aggregate;
mod budget;
mod filter;
mod key;
mod lightest;
mod links;
mod meet;
mod page;
mod paths;
mod reach;
mod route;
mod scan;
mod search;
mod shortest;
mod simple;
mod sort;
mod test;
mod trip;
mod walk;
mod yen;

pub use self::{
    aggregate::{Aggregate, Number},
    budget::{Budget, Reason},
    filter::{EntityFilter, EvidenceFilter, LinkFilter, Quantifier, RelationshipFilter},
    key::{Key, KeyError},
    links::Links,
    page::{Page, PageRequest},
    paths::{Path, PathMode, PathQuestion, Paths, Weight, paths},
    reach::neighbors_count,
    scan::{
        entities, entities_count, entities_page, relationships, relationships_count,
        relationships_page,
    },
    search::{Hit, search},
    sort::{Row, Sort, SortField, SortKey},
    test::{Compare, Operand, Test, TextTest},
    walk::{Hops, Neighbor, Neighborhood, Step, Subgraph, neighbors, subgraph},
};
