//! Paths in every mode, against all simple paths.

use std::collections::BTreeMap;

use fastrand::Rng;
use relata::{
    model::{EdgeId, NodeId},
    query::{Budget, Hops, Path, PathMode, PathQuestion, Reason, Step, Weight, paths},
};

use crate::{
    check,
    naive::steps,
    walks::{Place, is_end, walked},
    world::{World, relation},
};

/// The cost of every simple path, by its relationships.
struct Naive<'w> {
    world: &'w World,
    question: PathQuestion,
    steps: Vec<Step>,
    found: BTreeMap<Vec<EdgeId>, f64>,
}

impl Naive<'_> {
    fn search(
        &mut self,
        node: NodeId,
        place: Place,
        visited: &mut Vec<NodeId>,
        edges: &mut Vec<EdgeId>,
        cost: f64,
    ) {
        if node == self.question.to {
            if is_end(&self.steps, place) {
                self.found.insert(edges.clone(), cost);
            }
            return;
        }
        if edges.len() == self.question.max_hops as usize {
            return;
        }
        let world = self.world;
        for (it, other, next) in world.moves(&self.steps, None, node, place) {
            let weight = match self.question.weight {
                None => Some(1.0),
                Some(weight) if it.relation == weight.relation => it.weight.filter(|it| *it >= 0.0),
                Some(_) => None,
            };
            let Some(weight) = weight.filter(|_| !visited.contains(&other)) else { continue };
            visited.push(other);
            edges.push(it.edge);
            self.search(other, next, visited, edges, cost + weight);
            visited.pop();
            edges.pop();
        }
    }
}

#[test]
fn paths_of_every_mode_are_the_best_of_all_simple_paths() {
    check(6_000, 6, 14, |world, random| {
        let weight = random.u8(0..3) == 0;
        let via = steps(random, world);
        let question = question(world, random, via, weight);
        check_modes(world, random, &question);
    });
}

#[test]
fn the_lightest_paths_keep_to_the_greatest_length() {
    check(300, 8, 150, |world, random| {
        let question = question(world, random, Vec::new(), true);
        check_modes(world, random, &question);
    });
}

fn question(world: &World, random: &mut Rng, via: Vec<Step>, weight: bool) -> PathQuestion {
    let known = Weight { relation: relation("KNOWS"), property: world.property("weight") };
    PathQuestion {
        from: world.any_node(random),
        to: world.any_node(random),
        mode: PathMode::Shortest,
        first: 10_000,
        max_hops: random.u32(0..6),
        via,
        weight: weight.then_some(known),
    }
}

fn check_modes(world: &World, random: &mut Rng, question: &PathQuestion) {
    let steps = walked(&question.via, Hops { min: 0, max: 50 });
    let mut naive = Naive { world, question: question.clone(), steps, found: BTreeMap::new() };
    naive.search(question.from, (0, 0), &mut vec![question.from], &mut Vec::new(), 0.0);
    let expected = naive.found;
    let mut costs: Vec<f64> = expected.values().copied().collect();
    costs.sort_by(f64::total_cmp);
    let first = random.usize(0..6);
    for (mode, first) in [
        (PathMode::Shortest, 1),
        (PathMode::AllShortest, 10_000),
        (PathMode::AllShortest, first),
        (PathMode::KShortest, 10_000),
        (PathMode::KShortest, first),
        (PathMode::AllSimple, 10_000),
        (PathMode::AllSimple, first),
    ] {
        let question = PathQuestion { mode, first, ..question.clone() };
        let found = paths(world.view(), &question, &mut Budget::unlimited());
        let wanted = match mode {
            PathMode::Shortest => &costs[..costs.len().min(1)],
            PathMode::AllShortest => &costs[..costs.iter().filter(|it| **it == costs[0]).count()],
            PathMode::KShortest | PathMode::AllSimple => &costs[..],
        };
        let told: Vec<_> = found.paths.iter().map(|it| cost(&expected, it)).collect();
        assert_eq!(told, wanted[..first.min(wanted.len())], "{question:?}\n{expected:?}");
        let every = matches!(mode, PathMode::AllShortest | PathMode::AllSimple);
        let more = (every && first < wanted.len()).then_some(Reason::Rows);
        assert_eq!(found.truncated, more, "{question:?}");
        for it in &found.paths {
            assert_eq!(it.weight.is_some(), question.weight.is_some());
            assert_eq!((it.nodes[0], it.nodes.last()), (question.from, Some(&question.to)));
        }
        let mut edges: Vec<_> = found.paths.iter().map(|it| &it.edges).collect();
        edges.sort();
        edges.dedup();
        assert_eq!(edges.len(), found.paths.len(), "a path twice: {question:?}");
    }
}

fn cost(expected: &BTreeMap<Vec<EdgeId>, f64>, path: &Path) -> f64 {
    let cost = expected.get(&path.edges);
    let cost = *cost.unwrap_or_else(|| panic!("no such path: {path:?} in {expected:?}"));
    assert!(path.weight.is_none_or(|it| it == cost));
    cost
}

#[test]
fn a_budget_ends_a_search_and_says_so() {
    check(500, 8, 40, |world, random| {
        let mut question = PathQuestion {
            from: world.any_node(random),
            to: world.any_node(random),
            mode: PathMode::AllSimple,
            first: 100_000,
            max_hops: 7,
            via: Vec::new(),
            weight: None,
        };
        for mode in
            [PathMode::Shortest, PathMode::AllShortest, PathMode::KShortest, PathMode::AllSimple]
        {
            question.mode = mode;
            let whole = paths(world.view(), &question, &mut Budget::unlimited());
            let mut budget = Budget::new(random.u64(0..200), None);
            let part = paths(world.view(), &question, &mut budget);
            assert!(part.paths.len() <= whole.paths.len());
            match part.truncated {
                None => assert_eq!(part.paths, whole.paths),
                Some(reason) => assert_eq!(reason, Reason::Steps),
            }
        }
    });
}
