//! petgraph's graph traits for [`View`], so that its algorithms run on a graph as it stands.
//!
//! To petgraph a view is a directed graph of all entities ever numbered; a symmetric relationship
//! is an edge each way. Do not run `tarjan_scc` (it recurses) or `page_rank` (O(V·E) a round) on it.

use fixedbitset::FixedBitSet;
use petgraph::{
    Directed, Direction,
    visit::{
        self, Data, GraphBase, GraphProp, GraphRef, IntoEdgeReferences, IntoEdges,
        IntoEdgesDirected, IntoNeighbors, IntoNeighborsDirected, IntoNodeIdentifiers,
        IntoNodeReferences, NodeCompactIndexable, NodeCount, NodeIndexable, VisitMap, Visitable,
    },
};

use super::{Edges, Half, View};
use crate::model::{self, EdgeId, NodeId};

/// A relationship in the direction in which it is walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EdgeRef {
    /// The entity it leads from.
    pub from: NodeId,
    /// The entity it leads to.
    pub to: NodeId,
    /// The relationship, as seen from the entity that was asked.
    pub half: Half,
}

/// The relationships that lead from an entity, or to it.
#[derive(Clone, Debug)]
pub struct DirectedEdges<'s> {
    edges: Edges<'s>,
    node: NodeId,
    direction: Direction,
}

impl Iterator for DirectedEdges<'_> {
    type Item = EdgeRef;

    #[inline]
    fn next(&mut self) -> Option<EdgeRef> {
        let half = self.edges.next()?;
        Some(match self.direction {
            Direction::Outgoing => EdgeRef { from: self.node, to: half.other, half },
            Direction::Incoming => EdgeRef { from: half.other, to: self.node, half },
        })
    }
}

impl GraphBase for View<'_> {
    type NodeId = NodeId;
    type EdgeId = EdgeId;
}

impl GraphRef for View<'_> {}

impl GraphProp for View<'_> {
    type EdgeType = Directed;
}

impl Data for View<'_> {
    type NodeWeight = ();
    type EdgeWeight = Half;
}

impl visit::EdgeRef for EdgeRef {
    type NodeId = NodeId;
    type EdgeId = EdgeId;
    type Weight = Half;

    fn source(&self) -> NodeId {
        self.from
    }

    fn target(&self) -> NodeId {
        self.to
    }

    fn weight(&self) -> &Half {
        &self.half
    }

    fn id(&self) -> EdgeId {
        self.half.edge
    }
}

/// The entities one step away.
#[derive(Clone, Debug)]
pub struct Neighbors<'s>(Edges<'s>);

impl Iterator for Neighbors<'_> {
    type Item = NodeId;

    #[inline]
    fn next(&mut self) -> Option<NodeId> {
        self.0.next().map(|it| it.other)
    }
}

fn ours(direction: Direction) -> model::Direction {
    match direction {
        Direction::Outgoing => model::Direction::Out,
        Direction::Incoming => model::Direction::In,
    }
}

impl<'s> IntoNeighbors for View<'s> {
    type Neighbors = Neighbors<'s>;

    fn neighbors(self, node: NodeId) -> Neighbors<'s> {
        self.neighbors_directed(node, Direction::Outgoing)
    }
}

impl<'s> IntoNeighborsDirected for View<'s> {
    type NeighborsDirected = Neighbors<'s>;

    fn neighbors_directed(self, node: NodeId, direction: Direction) -> Neighbors<'s> {
        Neighbors(self.edges_of(node, ours(direction)))
    }
}

impl<'s> IntoEdges for View<'s> {
    type Edges = DirectedEdges<'s>;

    fn edges(self, node: NodeId) -> DirectedEdges<'s> {
        self.edges_directed(node, Direction::Outgoing)
    }
}

impl<'s> IntoEdgesDirected for View<'s> {
    type EdgesDirected = DirectedEdges<'s>;

    fn edges_directed(self, node: NodeId, direction: Direction) -> DirectedEdges<'s> {
        DirectedEdges { edges: self.edges_of(node, ours(direction)), node, direction }
    }
}

/// All entities, in the order of their numbers.
#[derive(Clone, Debug)]
pub struct NodeIds(std::ops::Range<u32>);

impl Iterator for NodeIds {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        self.0.next().map(NodeId)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl IntoNodeIdentifiers for View<'_> {
    type NodeIdentifiers = NodeIds;

    fn node_identifiers(self) -> NodeIds {
        NodeIds(0..self.snapshot.node_bound() as u32)
    }
}

/// All entities, with a weight of nothing.
#[derive(Clone, Debug)]
pub struct NodeRefs(NodeIds);

impl Iterator for NodeRefs {
    type Item = (NodeId, ());

    fn next(&mut self) -> Option<(NodeId, ())> {
        self.0.next().map(|id| (id, ()))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl IntoNodeReferences for View<'_> {
    type NodeRef = (NodeId, ());
    type NodeReferences = NodeRefs;

    fn node_references(self) -> NodeRefs {
        NodeRefs(self.node_identifiers())
    }
}

/// All relationships, by the entity they lead from.
#[derive(Clone, Debug)]
pub struct AllEdges<'s> {
    view: View<'s>,
    nodes: NodeIds,
    current: Option<DirectedEdges<'s>>,
}

impl Iterator for AllEdges<'_> {
    type Item = EdgeRef;

    fn next(&mut self) -> Option<EdgeRef> {
        loop {
            if let Some(edge) = self.current.as_mut().and_then(Iterator::next) {
                return Some(edge);
            }
            self.current = Some(self.view.edges(self.nodes.next()?));
        }
    }
}

impl<'s> IntoEdgeReferences for View<'s> {
    type EdgeRef = EdgeRef;
    type EdgeReferences = AllEdges<'s>;

    fn edge_references(self) -> AllEdges<'s> {
        AllEdges { view: self, nodes: self.node_identifiers(), current: None }
    }
}

/// Deleted entities keep their place, so that `0..node_bound()` has no holes: petgraph then sees
/// an isolated node, and algorithms that index by `node_count()` stay in bounds.
impl NodeCount for View<'_> {
    fn node_count(&self) -> usize {
        self.snapshot.node_bound()
    }
}

impl NodeIndexable for View<'_> {
    fn node_bound(&self) -> usize {
        self.snapshot.node_bound()
    }

    fn to_index(&self, node: NodeId) -> usize {
        node.index()
    }

    fn from_index(&self, index: usize) -> NodeId {
        NodeId(index as u32)
    }
}

impl NodeCompactIndexable for View<'_> {}

/// One bit for each entity.
#[derive(Clone, Debug)]
pub struct Visited(FixedBitSet);

impl VisitMap<NodeId> for Visited {
    fn visit(&mut self, node: NodeId) -> bool {
        !self.0.put(node.index())
    }

    fn is_visited(&self, node: &NodeId) -> bool {
        self.0.contains(node.index())
    }

    fn unvisit(&mut self, node: NodeId) -> bool {
        let was = self.0.contains(node.index());
        self.0.set(node.index(), false);
        was
    }
}

impl Visitable for View<'_> {
    type Map = Visited;

    fn visit_map(&self) -> Visited {
        Visited(FixedBitSet::with_capacity(self.snapshot.node_bound()))
    }

    fn reset_map(&self, map: &mut Visited) {
        map.0.clear();
        map.0.grow(self.snapshot.node_bound());
    }
}
