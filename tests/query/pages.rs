//! Links, scans, sorting, pages and filters.

use std::cmp::Ordering;

use fastrand::Rng;
use relata::{
    graph::{Half, View},
    model::{EdgeId, NodeId},
    query::{
        self, Budget, Page, PageRequest, Row, Sort, SortField, SortKey, entities, relationships,
    },
};

use crate::{
    check,
    naive::{entity_filter, links, relationship_filter},
    world::{PERSON, World},
};

#[test]
fn links_are_those_that_pass_newest_first() {
    check(1_500, 8, 30, |world, random| {
        let (links, from) = (links(random, world, 2), world.any_node(random));
        let budget = &mut Budget::unlimited();
        let mut expected = world.rows(&links, from);
        expected.sort_by(|a, b| newest(world, a.0, b.0));
        let rows: Vec<_> = links.rows(world.view(), from, budget).collect();
        let found: Vec<_> = rows.iter().map(|it| (it.edge, it.other)).collect();
        assert_eq!(found, expected, "{links:?} of {from:?}");
        assert_eq!(links.count(world.view(), from, budget), expected.len() as u64);
        let sort = sort(random, world, true);
        check_pages(world.view(), &sort, &rows, random, |request| {
            links.page(world.view(), from, &sort, request, &mut Budget::unlimited())
        });
        check_entities(world, &links, from, &rows, random);
    });
}

/// Entities along links come once each, and limits and offsets cut the same list.
fn check_entities(
    world: &World,
    links: &query::Links,
    from: NodeId,
    rows: &[Half],
    random: &mut Rng,
) {
    let mut others: Vec<NodeId> = Vec::new();
    for it in rows {
        if !others.contains(&it.other) {
            others.push(it.other);
        }
    }
    let sort = sort(random, world, false);
    if !sort.keys.is_empty() {
        others.sort_by(|a, b| compare(world.view(), &sort, *a, *b));
    }
    let (offset, limit) = (random.usize(0..3), random.usize(0..5));
    let expected: Vec<_> = others.into_iter().skip(offset).take(limit).collect();
    let budget = &mut Budget::unlimited();
    let found = links.entities(world.view(), from, &sort, offset, limit, budget);
    assert_eq!(found, expected, "{sort:?}");
}

#[test]
fn scans_find_those_that_pass() {
    check(1_500, 8, 30, |world, random| {
        let (view, budget) = (world.view(), &mut Budget::unlimited());
        let filter = random.bool().then(|| entity_filter(random, world, 3));
        let kinds = if random.bool() { vec![] } else { vec![PERSON] };
        let expected: Vec<_> = world
            .entities
            .iter()
            .filter(|it| kinds.is_empty() || kinds.contains(&it.kind))
            .map(|it| it.node)
            .filter(|it| filter.as_ref().is_none_or(|filter| world.entity_passes(filter, *it)))
            .collect();
        let filter = filter.as_ref();
        let found: Vec<_> = entities(view, &kinds, filter, budget).collect();
        assert_eq!(found, expected, "{filter:?}");
        let count = query::entities_count(view, &kinds, filter, budget);
        assert_eq!(count, expected.len() as u64);
        let entity_sort = sort(random, world, false);
        check_pages(view, &entity_sort, &expected, random, |request| {
            let budget = &mut Budget::unlimited();
            query::entities_page(view, &kinds, filter, &entity_sort, request, budget)
        });

        let filter = random.bool().then(|| relationship_filter(random, world, 3));
        let mut expected: Vec<_> = world
            .relationships
            .iter()
            .filter(|it| world.is_there(it) && world.passes(filter.as_ref(), it, None))
            .map(|it| it.edge)
            .collect();
        expected.sort();
        let filter = filter.as_ref();
        let found: Vec<_> = relationships(view, filter, budget).collect();
        assert_eq!(found, expected, "{filter:?}");
        let count = query::relationships_count(view, filter, budget);
        assert_eq!(count, expected.len() as u64);
        let sort = sort(random, world, true);
        check_pages(view, &sort, &expected, random, |request| {
            query::relationships_page(view, filter, &sort, request, &mut Budget::unlimited())
        });
    });
}

/// Newest first, read from the lists.
pub(crate) fn newest(world: &World, a: EdgeId, b: EdgeId) -> Ordering {
    let day = |it| world.relationship(it).validity.from().map(|it| it.first_day());
    day(b).cmp(&day(a)).then(b.cmp(&a))
}

fn sort(random: &mut Rng, world: &World, of_relationships: bool) -> Sort {
    let fields = [
        SortField::Id,
        SortField::Name,
        SortField::Property(world.property("age")),
        SortField::RelationshipProperty(world.property("weight")),
        SortField::ValidFrom,
        SortField::ValidTo,
        SortField::Confidence,
        SortField::RecordedAt,
    ];
    let fields = if of_relationships { &fields[..] } else { &fields[..3] };
    let keys = (0..random.usize(0..3))
        .map(|_| SortKey {
            field: fields[random.usize(0..fields.len())],
            descending: random.bool(),
        })
        .collect();
    Sort { keys }
}

/// The order of rows, from the records and without keys.
fn compare<R: Row>(view: View<'_>, sort: &Sort, a: R, b: R) -> Ordering {
    fn by<T: PartialOrd>(a: Option<T>, b: Option<T>) -> Ordering {
        match (a, b) {
            (Some(a), Some(b)) => a.partial_cmp(&b).unwrap(),
            (a, b) => a.is_none().cmp(&b.is_none()),
        }
    }
    let number = |it: Option<relata::model::ValueRef<'_>>| match it {
        Some(relata::model::ValueRef::Int(it)) => Some(it as f64),
        Some(relata::model::ValueRef::Float(it)) => Some(it),
        None => None,
        other => panic!("{other:?}"),
    };
    for key in &sort.keys {
        let [x, y] = [a, b].map(|it| view.snapshot.entity(it.node(view)));
        let [r, s] = [a, b].map(|it| it.edge().map(|it| view.snapshot.relationship(it)));
        let order = match key.field {
            SortField::Id => x.id().cmp(y.id()),
            SortField::Name => x.name().cmp(y.name()),
            SortField::Property(it) => by(number(x.property(it)), number(y.property(it))),
            SortField::RelationshipProperty(it) => {
                by(number(r.unwrap().property(it)), number(s.unwrap().property(it)))
            }
            SortField::ValidFrom => {
                let [r, s] = [r, s].map(|it| it.unwrap().validity().from());
                by(r.map(|it| it.first_day()), s.map(|it| it.first_day()))
            }
            SortField::ValidTo => {
                let [r, s] = [r, s].map(|it| it.unwrap().validity().to());
                by(r.map(|it| it.last_day()), s.map(|it| it.last_day()))
            }
            SortField::Confidence => by(r.unwrap().confidence(), s.unwrap().confidence()),
            SortField::RecordedAt => r.unwrap().recorded_at().cmp(&s.unwrap().recorded_at()),
        };
        let order = if key.descending { order.reverse() } else { order };
        if order.is_ne() {
            return order;
        }
    }
    a.number().cmp(&b.number())
}

/// Pages of every kind are parts of the whole list: `rows`, sorted.
fn check_pages<R: Row + PartialEq + std::fmt::Debug>(
    view: View<'_>,
    sort: &Sort,
    rows: &[R],
    random: &mut Rng,
    mut ask: impl FnMut(&PageRequest) -> Page<R>,
) {
    let mut whole = rows.to_vec();
    if !sort.keys.is_empty() {
        whole.sort_by(|a, b| compare(view, sort, *a, *b));
    }
    let cursor = |row: R| {
        let bytes = sort.key(view, row).to_bytes();
        sort.parse_key::<R>(&bytes).unwrap()
    };
    let size = random.usize(1..5);
    let (mut forwards, mut after) = (Vec::new(), None);
    loop {
        let page = ask(&PageRequest { first: Some(size), after, ..PageRequest::default() });
        assert_eq!(page.has_previous, !forwards.is_empty());
        forwards.extend(page.rows.iter().copied());
        assert_eq!(page.has_next, forwards.len() < whole.len(), "{sort:?}");
        let Some(last) = page.rows.last().filter(|_| page.has_next) else { break };
        after = Some(cursor(*last));
    }
    assert_eq!(forwards, whole, "{sort:?}");
    let (mut backwards, mut before) = (Vec::new(), None);
    loop {
        let page = ask(&PageRequest { last: Some(size), before, ..PageRequest::default() });
        assert_eq!(page.has_next, !backwards.is_empty());
        backwards.splice(0..0, page.rows.iter().copied());
        assert_eq!(page.has_previous, backwards.len() < whole.len(), "{sort:?}");
        let Some(first) = page.rows.first().filter(|_| page.has_previous) else { break };
        before = Some(cursor(*first));
    }
    assert_eq!(backwards, whole, "{sort:?}");
    let mut place = || (!whole.is_empty()).then(|| random.usize(0..whole.len()));
    let (after, before) = (place(), place());
    let mut limit = || random.bool().then(|| random.usize(0..6));
    let (first, last) = (limit(), limit());
    let offset = random.usize(0..3);
    let start = after.map_or(0, |it| it + 1);
    let end = before.unwrap_or(whole.len()).max(start);
    let part: Vec<_> = whole[start..end].iter().copied().skip(offset).collect();
    let part = &part[..first.unwrap_or(usize::MAX).min(part.len())];
    let part = &part[part.len() - last.unwrap_or(usize::MAX).min(part.len())..];
    let request = PageRequest {
        first,
        last,
        offset,
        after: after.map(|it| cursor(whole[it])),
        before: before.map(|it| cursor(whole[it])),
    };
    assert_eq!(ask(&request).rows, part, "{request:?}");
}
