//! What a snapshot shows: relationships through a lens, names, and the past.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::Arc;

use relata::{
    graph::{
        Draft, EntityWish, EvidenceWish, Lens, Quality, RelationSet, RelationshipWish, Snapshot,
        Wish,
    },
    model::{Direction, ModalitySet, NodeId, Timestamp},
    ontology::Ontology,
};

const ONTOLOGY: &str = r#"
type Country @node {
  iso2: String @unique
  borders: [Country!]! @relationship(type: "BORDERS", direction: OUT, queryDirection: UNDIRECTED)
  visits: [Country!]! @relationship(type: "VISITS", direction: OUT, properties: "Visit")
}
type Visit @relationshipProperties { by: String }
type Document @node(hub: true) { url: String }
"#;

/// Id and name of every entity, its aliases after `|`.
const ENTITIES: &str = "
    AZ Azərbaycan | Azerbaijan | Republic of Azerbaijan
    RU Россия | Russia | Russian Federation
    TR Türkiye | Turkey
    CI Côte d'Ivoire | Ivory Coast
    AU Australia
    AT Austria
";

/// Source, type, target, then optionally the dates, and the modality in capitals.
const RELATIONSHIPS: &str = "
    AZ BORDERS RU
    TR BORDERS AZ 1991
    AZ VISITS RU 2018-09-01
    AZ VISITS RU 2018-09-27
    RU VISITS AZ 2018-09
    AZ VISITS AZ 2019
    AZ VISITS TR 2020 INTENDED
    AZ VISITS TR 2017-01-01/2017-03
";

fn entity(line: &str) -> Wish {
    let (id, names) = line.split_once(' ').unwrap();
    let mut names = names.split('|').map(|it| it.trim().to_owned());
    Wish::PutEntity(EntityWish {
        id: id.to_owned(),
        kind: "Country".to_owned(),
        name: names.next(),
        aliases: Some(names.collect()),
        ..EntityWish::default()
    })
}

fn relationship(line: &str) -> Wish {
    let words: Vec<_> = line.split(' ').collect();
    let dates = words.get(3);
    let date = |it: Option<&str>| it.map(ToOwned::to_owned);
    let evidence = words.get(4).map(|modality| EvidenceWish {
        document: "AT".to_owned(),
        modality: Some((*modality).to_owned()),
        ..EvidenceWish::default()
    });
    Wish::AssertRelationship(RelationshipWish {
        source: words[0].to_owned(),
        relation: words[1].to_owned(),
        target: words[2].to_owned(),
        valid_from: date(dates.and_then(|it| it.split('/').next())),
        valid_to: date(dates.and_then(|it| it.split('/').next_back())),
        evidence: evidence.into_iter().collect(),
        ..RelationshipWish::default()
    })
}

fn commit(snapshot: &Snapshot, wishes: Vec<Wish>) -> Snapshot {
    snapshot.apply(&Draft { wishes }.resolve(snapshot, Timestamp::default()).unwrap())
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|it| !it.is_empty())
}

fn empty() -> Snapshot {
    Snapshot::empty(Arc::new(Ontology::parse("test.graphql", ONTOLOGY).unwrap()))
}

/// The graph in three states that must answer alike: fresh, half packed and packed.
fn snapshots() -> [Snapshot; 3] {
    let entities = commit(&empty(), lines(ENTITIES).map(entity).collect());
    let relationships: Vec<_> = lines(RELATIONSHIPS).map(relationship).collect();
    let half = commit(&entities, relationships[..4].to_vec()).rebuilt();
    let fresh = commit(&entities, relationships.clone());
    [commit(&half, relationships[4..].to_vec()), fresh.rebuilt(), fresh]
}

/// Checks which relationships of Azerbaijan a lens sees, newest first, by their place above.
fn check(
    direction: Direction,
    as_of: Option<&str>,
    relation: Option<&str>,
    all: bool,
    want: &[u32],
) {
    for snapshot in snapshots() {
        let only = relation.map(|it| snapshot.ontology().relation_named(it).unwrap().id);
        let relations: Option<RelationSet> = only.map(|it| [it].into_iter().collect());
        let lens = Lens {
            relations: relations.as_ref(),
            as_of: as_of.map(|it| it.parse().unwrap()),
            modalities: if all { ModalitySet::ALL } else { ModalitySet::ASSERTED },
        };
        let node = snapshot.node("AZ").unwrap();
        let seen = snapshot.view(lens).newest_of(node, direction).map(|it| it.edge.0);
        assert_eq!(seen.collect::<Vec<_>>(), want, "{direction:?} {as_of:?} {relation:?}");
    }
}

#[test]
fn a_lens_sees_what_it_is_for() {
    check(Direction::Any, None, None, false, &[5, 3, 4, 2, 7, 1, 0]);
    check(Direction::Any, None, None, true, &[6, 5, 3, 4, 2, 7, 1, 0]);
    check(Direction::Out, None, None, false, &[5, 3, 2, 7, 1, 0]);
    check(Direction::In, None, None, false, &[5, 4, 1, 0]);
    check(Direction::Out, None, Some("BORDERS"), false, &[1, 0]);
    check(Direction::In, None, Some("BORDERS"), false, &[1, 0]);
    check(Direction::In, None, Some("VISITS"), false, &[5, 4]);
    check(Direction::Any, Some("2018-09-27"), None, false, &[3, 4, 0]);
    check(Direction::Any, Some("2018"), None, false, &[3, 4, 2, 0]);
    check(Direction::Any, Some("2017-03-31"), Some("VISITS"), true, &[7]);
    check(Direction::Any, Some("2017-04-01"), Some("VISITS"), true, &[]);
}

/// Checks which entities a text finds, with what quality.
fn check_names(text: &str, distance: u8, want: &[(&str, Quality)]) {
    for snapshot in snapshots() {
        let matches = snapshot.matches(text, distance, 10, &mut |_| true);
        let found = matches.iter().map(|it| (snapshot.entity(it.node).id(), it.quality));
        assert_eq!(found.collect::<Vec<_>>(), want, "{text}");
    }
}

#[test]
fn names_are_found_however_they_are_written() {
    use Quality::{Exact, Fuzzy, Prefix, Word};
    check_names("AZERBAYCAN", 0, &[("AZ", Exact)]);
    check_names("azerb", 0, &[("AZ", Prefix)]);
    check_names("of azer", 0, &[("AZ", Word)]);
    check_names("rossiya", 0, &[("RU", Exact)]);
    check_names("federation", 0, &[("RU", Word)]);
    check_names("cote divoire", 0, &[("CI", Exact)]);
    check_names("coast", 0, &[("CI", Word)]);
    check_names("aus", 0, &[("AT", Prefix), ("AU", Prefix)]);
    check_names("Azerbajan", 0, &[]);
    check_names("Azerbajan", 1, &[("AZ", Fuzzy(1))]);
    check_names("Asutria", 1, &[("AT", Fuzzy(1))]);
    check_names("Austrlaai", 2, &[("AU", Fuzzy(2))]);
    check_names("", 2, &[]);
}

#[test]
fn a_new_name_replaces_the_old_one_and_the_past_stays() {
    for before in snapshots() {
        let after = commit(&before, vec![entity("TR Anatolia")]);
        for (snapshot, name, other) in
            [(&before, "turkiye", "anatolia"), (&after, "anatolia", "turkey")]
        {
            assert_eq!(snapshot.named(name), [snapshot.node("TR").unwrap()]);
            assert_eq!(snapshot.named(other), []);
            assert!(snapshot.matches(other, 0, 5, &mut |_| true).is_empty());
        }
        let again = after.rebuilt();
        assert_eq!(again.named("anatolia"), after.named("anatolia"));
    }
}

#[test]
fn an_entity_may_have_more_names_than_are_numbered() {
    let Wish::PutEntity(wish) = entity("LU Luxembourg") else { unreachable!() };
    let aliases = Some((0..=u32::from(u16::MAX) + 2).map(|it| format!("x{it:x}")).collect());
    let snapshot = commit(&empty(), vec![Wish::PutEntity(EntityWish { aliases, ..wish })]);
    for snapshot in [snapshot.rebuilt(), snapshot] {
        for name in ["Luxembourg", "x0", "x1", "xfffe"] {
            let found = snapshot.matches(name, 0, 1, &mut |_| true);
            assert_eq!(found[0].matched, name);
        }
    }
}

#[test]
fn of_a_common_beginning_the_best_connected_are_found() {
    let many = 3_000;
    let mut wishes: Vec<_> = (0..many).map(|it| entity(&format!("{it} Common {it:04}"))).collect();
    wishes.extend((0..50).map(|it| relationship(&format!("{it} VISITS 2999 {}", 1950 + it))));
    let fresh = commit(&empty(), wishes);
    let packed = fresh.rebuilt();
    let best = packed.matches("c", 0, 1, &mut |_| true);
    assert_eq!(packed.entity(best[0].node).id(), "2999");
    let all = packed.matches("common 12", 0, 1_000, &mut |_| true);
    assert_eq!(all.len(), 100);
    let odd = packed.matches("common", 0, 20, &mut |it: NodeId| it.0 > 1_000 && it.0 < 1_050);
    assert_eq!(odd.len(), 20, "what is chosen does not hide what is wanted");
    assert_eq!(fresh.matches("common 12", 0, 1_000, &mut |_| true).len(), 100);
}
