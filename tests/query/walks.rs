//! Neighbors and subgraphs.

use std::collections::{BTreeMap, BTreeSet};

use relata::{
    model::{Direction, EdgeId, NodeId},
    query::{
        Budget, EntityFilter, Hops, RelationshipFilter, Step, neighbors, neighbors_count, subgraph,
    },
};

use crate::{
    check,
    naive::{entity_filter, relationship_filter, steps},
    world::{PAPER, Relationship, World},
};

/// A place in a pattern: how many steps are behind, and how often the present one was taken.
pub(crate) type Place = (usize, u32);

/// The steps as they are walked: any number of any relationships where there are none.
pub(crate) fn walked(steps: &[Step], hops: Hops) -> Vec<Step> {
    if !steps.is_empty() {
        return steps.to_vec();
    }
    vec![Step {
        relations: Vec::new(),
        direction: Direction::Any,
        relationship: None,
        to: None,
        repeat: hops,
    }]
}

/// The places that one more relationship can lead to, each with the step it takes.
pub(crate) fn next_places(steps: &[Step], (step, times): Place) -> Vec<(usize, Place)> {
    let mut next = Vec::new();
    if times < steps[step].repeat.max {
        next.push((step, (step, times + 1)));
    }
    if times >= steps[step].repeat.min {
        for (later, it) in steps.iter().enumerate().skip(step + 1) {
            if it.repeat.max > 0 {
                next.push((later, (later, 1)));
            }
            if it.repeat.min > 0 {
                break;
            }
        }
    }
    next
}

pub(crate) fn is_end(steps: &[Step], (step, times): Place) -> bool {
    times >= steps[step].repeat.min && steps[step + 1..].iter().all(|it| it.repeat.min == 0)
}

fn names_types(step: &Step) -> bool {
    fn pins(filter: &RelationshipFilter) -> bool {
        match filter {
            RelationshipFilter::All(parts) => parts.iter().any(pins),
            RelationshipFilter::Relation(those) => !those.is_empty(),
            _ => false,
        }
    }
    !step.relations.is_empty() || step.relationship.as_ref().is_some_and(pins)
}

fn names_papers(step: &Step) -> bool {
    fn first_kinds(filter: &EntityFilter) -> Option<bool> {
        match filter {
            EntityFilter::All(parts) => parts.iter().find_map(first_kinds),
            EntityFilter::Kind(kinds) => Some(kinds.contains(&PAPER)),
            _ => None,
        }
    }
    fn ids(filter: &EntityFilter) -> bool {
        match filter {
            EntityFilter::All(parts) => parts.iter().any(ids),
            EntityFilter::Id(_) => true,
            _ => false,
        }
    }
    step.to.as_ref().is_some_and(|it| first_kinds(it) == Some(true) || ids(it))
}

impl World {
    /// Where a walk can go from `node` at `place`: over which relationship, to whom and where.
    pub(crate) fn moves(
        &self,
        steps: &[Step],
        filter: Option<&RelationshipFilter>,
        node: NodeId,
        place: Place,
    ) -> Vec<(&Relationship, NodeId, Place)> {
        let mut moves = Vec::new();
        for (step, next) in next_places(steps, place) {
            let out = &steps[step];
            let into = (place != (0, 0)).then(|| &steps[place.0]);
            let named =
                names_types(out) || into.is_none_or(|it| names_types(it) || names_papers(it));
            if self.entity(node).kind == PAPER && !named {
                continue;
            }
            for (it, other) in self.halves(node, out.direction) {
                if (out.relations.is_empty() || out.relations.contains(&it.relation))
                    && self.passes(out.relationship.as_ref(), it, Some(node))
                    && (filter.is_none() || self.passes(filter, it, Some(node)))
                    && out.to.as_ref().is_none_or(|filter| self.entity_passes(filter, other))
                {
                    moves.push((it, other, next));
                }
            }
        }
        moves
    }
}

#[test]
fn neighbors_are_those_within_reach_each_at_its_least_distance() {
    check(3_000, 8, 24, |world, random| {
        let (steps, start) = (steps(random, world), world.any_node(random));
        let filter = random.bool().then(|| entity_filter(random, world, 1));
        let view = world.view();
        let found =
            neighbors(view, start, &steps, filter.as_ref(), usize::MAX, &mut Budget::unlimited());
        let mut expected = naive_neighbors(world, &steps, start);
        expected.retain(|it, _| filter.as_ref().is_none_or(|f| world.entity_passes(f, *it)));
        let told: BTreeMap<_, _> = found.neighbors.iter().map(|it| (it.node, it.hops)).collect();
        assert_eq!(told, expected, "from {start:?} along {steps:?}");
        assert_eq!(told.len(), found.neighbors.len());
        let budget = &mut Budget::unlimited();
        let count = neighbors_count(view, start, &steps, filter.as_ref(), budget);
        assert_eq!(count, found.neighbors.len() as u64);
        assert!(found.neighbors.is_sorted_by_key(|it| it.hops));
        for (i, it) in found.neighbors.iter().enumerate() {
            let path = found.path(i);
            assert_eq!(path.edges.len(), it.hops as usize);
            assert_eq!((path.nodes[0], path.nodes.last()), (start, Some(&it.node)));
            assert!(is_walk(world, &path.nodes, &path.edges));
        }
        // A limit cuts the same list.
        let limit = random.usize(0..4);
        let budget = &mut Budget::unlimited();
        let some = neighbors(view, start, &steps, filter.as_ref(), limit, budget);
        assert_eq!(some.neighbors, found.neighbors[..limit.min(found.neighbors.len())]);
        assert_eq!(some.truncated.is_some(), limit < found.neighbors.len());
    });
}

fn is_walk(world: &World, nodes: &[NodeId], edges: &[EdgeId]) -> bool {
    edges.iter().enumerate().all(|(i, edge)| {
        let it = world.relationship(*edge);
        let ends = [nodes[i], nodes[i + 1]];
        ends == [it.source, it.target] || ends == [it.target, it.source]
    })
}

fn naive_neighbors(world: &World, steps: &[Step], start: NodeId) -> BTreeMap<NodeId, u32> {
    let mut walked = walked(steps, Hops { min: 0, max: 50 });
    // Of one step, distances count rather than repetitions.
    let least = if let [step] = &mut walked[..] { std::mem::take(&mut step.repeat.min) } else { 0 };
    let mut least_hops = BTreeMap::new();
    let mut level = BTreeSet::from([(start, (0, 0))]);
    let mut known = level.clone();
    for hops in 0.. {
        for (node, place) in &level {
            if is_end(&walked, *place) {
                least_hops.entry(*node).or_insert(hops);
            }
        }
        level = level
            .iter()
            .flat_map(|(node, place)| world.moves(&walked, None, *node, *place))
            .map(|(_, node, place)| (node, place))
            .filter(|it| known.insert(*it))
            .collect();
        if level.is_empty() {
            break;
        }
    }
    least_hops.remove(&start);
    least_hops.retain(|_, hops| *hops >= least);
    least_hops
}

#[test]
fn a_subgraph_holds_what_walks_come_through_and_all_between() {
    check(1_500, 8, 24, |world, random| {
        let steps = steps(random, world);
        let filter = random.bool().then(|| relationship_filter(random, world, 2));
        let hops = random.u32(0..3);
        let roots = [world.any_node(random), world.any_node(random)];
        let budget = &mut Budget::unlimited();
        let filter = filter.as_ref();
        let found = subgraph(world.view(), &roots, &steps, hops, filter, usize::MAX, budget);

        let mut walked = walked(&steps, Hops { min: 0, max: hops });
        if let [step] = &mut walked[..] {
            step.repeat.min = 0;
        }
        let (mut nodes, mut edges) = (BTreeSet::new(), BTreeSet::new());
        let mut known = BTreeSet::new();
        let mut open: Vec<_> = roots.iter().map(|it| (*it, (0, 0))).collect();
        while let Some((node, place)) = open.pop() {
            if !known.insert((node, place)) {
                continue;
            }
            nodes.insert(node);
            for (it, other, next) in world.moves(&walked, filter, node, place) {
                edges.insert(it.edge);
                open.push((other, next));
            }
        }
        for it in world.relationships.iter().filter(|it| world.is_there(it)) {
            if nodes.contains(&it.source)
                && nodes.contains(&it.target)
                && world.passes(filter, it, None)
            {
                edges.insert(it.edge);
            }
        }
        assert_eq!(found.nodes.iter().copied().collect::<BTreeSet<_>>(), nodes, "{steps:?}");
        assert_eq!(found.edges, edges.into_iter().collect::<Vec<_>>(), "{steps:?}");
        let few = subgraph(world.view(), &roots, &steps, hops, filter, 2, budget);
        assert_eq!(few.nodes, found.nodes[..2.min(found.nodes.len())]);
        assert_eq!(few.truncated.is_some(), found.nodes.len() > 2);
    });
}
