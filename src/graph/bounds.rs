//! How far the numbers of a graph go.

/// What a commit or a block may refer to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Entities that were ever given a number.
    pub(super) nodes: usize,
    /// Relationships that were ever given a number.
    pub(super) edges: usize,
    /// Kinds of the ontology.
    pub(super) kinds: usize,
    /// Relations of the ontology.
    pub(super) relations: usize,
    /// Properties of the ontology.
    pub(super) properties: usize,
}
