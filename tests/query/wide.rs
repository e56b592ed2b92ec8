//! What must not cost the degree of an entity, and balls too wide to be measured.

use relata::{
    graph::{Draft, EntityWish, Lens, RelationshipWish, Snapshot, Wish},
    model::Timestamp,
    query::{Budget, Links, PageRequest, PathMode, PathQuestion, Sort, neighbors, paths, subgraph},
};

use crate::world::ONTOLOGY_PARSED;

/// More than the search for all simple paths measures around its end.
const FANS: usize = 10_100;

/// `n0` knows `n1`, who knows `n3`; `n3` and all further ones like `n2`, each since a later day.
fn star() -> Snapshot {
    let mut wishes = Vec::new();
    for i in 0..FANS {
        wishes.push(Wish::PutEntity(EntityWish {
            id: format!("n{i}"),
            kind: "Person".to_owned(),
            name: Some(format!("Person {i}")),
            ..EntityWish::default()
        }));
    }
    let mut join = |relation: &str, source: usize, target: usize| {
        wishes.push(Wish::AssertRelationship(RelationshipWish {
            relation: relation.to_owned(),
            source: format!("n{source}"),
            target: format!("n{target}"),
            valid_from: Some(format!("{:04}", 1 + source % 9_999)),
            ..RelationshipWish::default()
        }));
    };
    join("KNOWS", 0, 1);
    join("KNOWS", 1, 3);
    (3..FANS).for_each(|it| join("LIKES", it, 2));
    let empty = Snapshot::empty(ONTOLOGY_PARSED.clone());
    let at = Timestamp::from_micros(1).unwrap();
    empty.apply(&Draft { wishes }.resolve(&empty, at).unwrap())
}

#[test]
fn a_star_is_asked_for_little_and_gives_little() {
    let snapshot = star();
    let view = snapshot.view(Lens::default());
    let node = |it: usize| snapshot.node(&format!("n{it}")).unwrap();
    let (links, sort) = (Links::default(), Sort::default());

    let budget = &mut Budget::new(30, None);
    let request = PageRequest { first: Some(20), ..PageRequest::default() };
    let page = links.page(view, node(2), &sort, &request, budget);
    assert_eq!((page.rows.len(), page.has_next, page.truncated), (20, true, None));
    assert_eq!(page.rows[0].other, node(9_998));
    assert_eq!(links.count(view, node(2), &mut Budget::unlimited()), FANS as u64 - 3);

    let found = neighbors(view, node(0), &[], None, 2, &mut Budget::new(30, None));
    assert_eq!(found.neighbors.iter().map(|it| it.node).collect::<Vec<_>>(), [node(1), node(3)]);
    let found = subgraph(view, &[node(2)], &[], 1, None, 5, &mut Budget::new(50, None));
    assert_eq!(found.nodes.len(), 5);

    let mut question = PathQuestion {
        from: node(0),
        to: node(2),
        mode: PathMode::Shortest,
        first: 10,
        max_hops: 5,
        via: Vec::new(),
        weight: None,
    };
    // From the end it would cost more than ten thousand.
    let found = paths(view, &question, &mut Budget::new(30, None));
    assert_eq!(found.paths[0].nodes, [0, 1, 3, 2].map(node));
    question.mode = PathMode::AllSimple;
    let found = paths(view, &question, &mut Budget::unlimited());
    assert_eq!((found.paths.len(), found.truncated), (1, None));
}
