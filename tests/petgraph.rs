//! petgraph's algorithms on views of random graphs, against their definitions.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{collections::BTreeSet, sync::Arc};

use fastrand::Rng;
use petgraph::{
    algo::{astar, dijkstra, kosaraju_scc},
    visit::{Bfs, Dfs, EdgeRef, IntoEdgeReferences, IntoNeighborsDirected, NodeIndexable, Walker},
};
use relata::{
    graph::{Draft, EntityWish, Lens, RelationSet, RelationshipWish, Snapshot, View, Wish},
    model::{EdgeId, NodeId, Timestamp},
    ontology::Ontology,
};

const ONTOLOGY: &str = r#"
type Place @node {
  borders: [Place!]! @relationship(type: "BORDERS", direction: OUT, queryDirection: UNDIRECTED)
  leadsTo: [Place!]! @relationship(type: "LEADS_TO", direction: OUT)
  sees: [Place!]! @relationship(type: "SEES", direction: OUT)
}
"#;
const RELATIONS: [&str; 3] = ["BORDERS", "LEADS_TO", "SEES"];

/// What a walk may do, the slow way.
struct Naive {
    nodes: u32,
    /// From, to and cost of each step; a symmetric relationship is two.
    steps: Vec<(u32, u32, u32)>,
}

fn cost(edge: EdgeId) -> u32 {
    edge.0 * 7 % 5 + 1
}

fn place(number: u32) -> Wish {
    Wish::PutEntity(EntityWish {
        id: number.to_string(),
        kind: "Place".to_owned(),
        name: Some(format!("Place {number}")),
        ..EntityWish::default()
    })
}

fn commit(snapshot: &Snapshot, wishes: Vec<Wish>) -> Snapshot {
    snapshot.apply(&Draft { wishes }.resolve(snapshot, Timestamp::default()).unwrap())
}

/// A random graph, half of it in a base, and what is seen of its first two types.
fn random(rng: &mut Rng) -> (Snapshot, Naive) {
    let ontology = Arc::new(Ontology::parse("test.graphql", ONTOLOGY).unwrap());
    let nodes = rng.u32(1..24);
    let mut snapshot = commit(&Snapshot::empty(ontology), (0..nodes).map(place).collect());
    let mut naive = Naive { nodes, steps: Vec::new() };
    let edges = rng.u32(0..nodes * 2);
    for number in 0..edges {
        let (source, target, relation) = (rng.u32(0..nodes), rng.u32(0..nodes), rng.usize(0..3));
        let wish = Wish::AssertRelationship(RelationshipWish {
            id: Some(format!("edge {number}")),
            relation: RELATIONS[relation].to_owned(),
            source: source.to_string(),
            target: target.to_string(),
            ..RelationshipWish::default()
        });
        snapshot = commit(&snapshot, vec![wish]);
        let cost = cost(EdgeId(number));
        if relation < 2 {
            naive.steps.push((source, target, cost));
        }
        if relation == 0 && source != target {
            naive.steps.push((target, source, cost));
        }
        if number == edges / 2 {
            snapshot = snapshot.rebuilt();
        }
    }
    (snapshot, naive)
}

impl Naive {
    /// The least cost from an entity to each that can be reached.
    fn costs(&self, from: u32) -> Vec<Option<u32>> {
        let mut costs = vec![None; self.nodes as usize];
        costs[from as usize] = Some(0);
        for _ in 0..self.nodes {
            for (from, to, cost) in &self.steps {
                let Some(begin) = costs[*from as usize] else { continue };
                let end: &mut Option<u32> = &mut costs[*to as usize];
                *end = Some(end.unwrap_or(u32::MAX).min(begin + cost));
            }
        }
        costs
    }

    fn reached(&self, from: u32) -> BTreeSet<u32> {
        let costs = self.costs(from);
        (0..self.nodes).filter(|it| costs[*it as usize].is_some()).collect()
    }
}

fn check(view: View<'_>, naive: &Naive) {
    let mut steps: Vec<_> =
        view.edge_references().map(|it| (it.source().0, it.target().0, cost(it.id()))).collect();
    let mut want = naive.steps.clone();
    steps.sort_unstable();
    want.sort_unstable();
    assert_eq!(steps, want);
    for from in (0..naive.nodes).map(NodeId) {
        check_from(view, naive, from);
    }
    let mut components: Vec<BTreeSet<u32>> =
        kosaraju_scc(view).into_iter().map(|it| it.into_iter().map(|it| it.0).collect()).collect();
    components.sort();
    let reached: Vec<_> = (0..naive.nodes).map(|it| naive.reached(it)).collect();
    let component = |node: u32| -> BTreeSet<u32> {
        reached[node as usize]
            .iter()
            .copied()
            .filter(|it| reached[*it as usize].contains(&node))
            .collect()
    };
    let want: BTreeSet<_> = (0..naive.nodes).map(component).collect();
    assert_eq!(components, want.into_iter().collect::<Vec<_>>());
}

fn check_from(view: View<'_>, naive: &Naive, from: NodeId) {
    let want = naive.costs(from.0);
    let reached = naive.reached(from.0);
    assert_eq!(Bfs::new(view, from).iter(view).map(|it| it.0).collect::<BTreeSet<_>>(), reached);
    assert_eq!(Dfs::new(view, from).iter(view).map(|it| it.0).collect::<BTreeSet<_>>(), reached);
    let costs = dijkstra(view, from, None, |it| cost(it.id()));
    for to in (0..naive.nodes).map(NodeId) {
        assert_eq!(costs.get(&to).copied(), want[to.index()]);
        let path = astar(view, from, |it| it == to, |it| cost(it.id()), |_| 0);
        assert_eq!(path.as_ref().map(|it| it.0), want[to.index()]);
        if let Some((_, path)) = path {
            assert_eq!((path[0], path[path.len() - 1]), (from, to));
            assert!(path.windows(2).all(|it| {
                view.neighbors_directed(it[1], petgraph::Incoming).any(|from| from == it[0])
            }));
        }
    }
}

#[test]
fn algorithms_agree_with_their_definitions() {
    for seed in 0..40 {
        println!("seed {seed}");
        let (snapshot, naive) = random(&mut Rng::with_seed(seed));
        let ontology = snapshot.ontology();
        let seen: RelationSet =
            RELATIONS[..2].iter().map(|it| ontology.relation_named(it).unwrap().id).collect();
        let view = snapshot.view(Lens { relations: Some(&seen), ..Lens::default() });
        assert_eq!(view.node_bound(), naive.nodes as usize);
        check(view, &naive);
    }
}
