//! What once went wrong, or could, each in the few wishes that it takes.

use relata::graph::{Draft, EntityWish, EvidenceWish, RelationshipWish, Wish};

use crate::world::{Disk, Step, World};

/// Grants the wishes one after the other, and compares every state that they lead through.
fn check(wishes: impl IntoIterator<Item = Wish>) {
    let mut world = World::begin(Disk::memory());
    for wish in wishes {
        world.take(&Step::Commit(Draft { wishes: vec![wish] }));
    }
    world.end();
}

/// A relationship of a person, and the document that speaks for it.
fn link(id: &str, source: &str, target: &str, document: &str) -> Wish {
    let relation = if target.starts_with('d') { "READS" } else { "KNOWS" };
    let mut wish = RelationshipWish {
        id: Some(id.to_owned()),
        relation: relation.to_owned(),
        source: source.to_owned(),
        target: target.to_owned(),
        evidence: vec![EvidenceWish { document: document.to_owned(), ..EvidenceWish::default() }],
        ..RelationshipWish::default()
    };
    if relation == "KNOWS" {
        wish.properties.insert("weight".to_owned(), 1.0.into());
    }
    Wish::AssertRelationship(wish)
}

fn merge(winner: &str, losers: &[&str]) -> Wish {
    let losers = losers.iter().map(|it| (*it).to_owned()).collect();
    Wish::MergeEntities { winner: winner.to_owned(), losers, reason: None }
}

fn unmerge(id: &str) -> Wish {
    Wish::UnmergeEntity { id: id.to_owned() }
}

fn delete(id: &str) -> Wish {
    Wish::DeleteEntity { id: id.to_owned(), detach: true }
}

fn retract(id: &str) -> Wish {
    let reason = "an error".to_owned();
    Wish::RetractRelationship { id: id.to_owned(), reason, expected_revision: None }
}

fn end(id: &str) -> Wish {
    let (id, valid_to) = (id.to_owned(), "2018".to_owned());
    Wish::EndRelationship { id, valid_to, evidence: Vec::new(), expected_revision: None }
}

fn name(id: &str, name: &str) -> Wish {
    let (kind, name) = ("Person".to_owned(), Some(name.to_owned()));
    Wish::PutEntity(EntityWish { id: id.to_owned(), kind, name, ..EntityWish::default() })
}

#[test]
fn what_repeated_a_relationship_that_an_unmerger_took_away_stayed_hidden() {
    let links = [link("a", "p1", "d0", "d1"), link("b", "p2", "d0", "d2")];
    check(links.into_iter().chain([merge("p0", &["p1", "p2"]), unmerge("p1"), unmerge("p2")]));
}

#[test]
fn what_two_lent_was_gone_when_one_took_it_back() {
    let links = [("a", "p0"), ("b", "p1"), ("c", "p2")]
        .map(|(id, it)| link(id, it, "d0", if it == "p0" { "d1" } else { "d2" }));
    let mergers = [merge("p0", &["p1", "p2"]), unmerge("p1"), unmerge("p2")];
    check(links.into_iter().chain(mergers));
}

#[test]
fn what_is_retracted_lends_no_evidence_when_it_is_moved_back() {
    check([
        link("a", "p1", "d0", "d1"),
        link("b", "p0", "d0", "d2"),
        end("b"),
        merge("p0", &["p1"]),
        merge("p2", &["p0"]),
        end("a"),
        retract("a"),
        unmerge("p0"),
        unmerge("p1"),
    ]);
}

#[test]
fn what_said_the_same_was_seen_twice_when_both_were_moved_back() {
    let links = [link("a", "p1", "d0", "d1"), link("b", "p0", "d0", "d2")];
    let mergers = [merge("p0", &["p1"]), merge("p2", &["p0"]), unmerge("p0"), unmerge("p1")];
    check(links.into_iter().chain(mergers));
}

#[test]
fn what_was_lent_by_way_of_another_stayed_when_it_was_taken_back() {
    let links = [("a", "p0"), ("b", "p1"), ("c", "p2")]
        .map(|(id, it)| link(id, it, "d0", if it == "p2" { "d2" } else { "d1" }));
    let mergers = [merge("p1", &["p2"]), merge("p0", &["p1"]), unmerge("p2"), unmerge("p1")];
    check(links.into_iter().chain(mergers));
}

#[test]
fn two_parallel_relationships_became_one_where_they_were_recorded_from_either_end() {
    check([
        link("a", "p1", "p2", "d1"),
        link("b", "p2", "p1", "d2"),
        merge("p0", &["p1"]),
        unmerge("p1"),
    ]);
}

#[test]
fn an_entity_could_not_be_brought_back_where_another_had_its_id_before() {
    check([
        merge("p0", &["p1"]),
        delete("p0"),
        name("p1", "Ann"),
        merge("p2", &["p1"]),
        unmerge("p1"),
    ]);
}

#[test]
fn a_name_of_its_own_went_with_one_of_the_same_spelling_that_was_lent() {
    check([
        name("p2", "Ann"),
        merge("p1", &["p2"]),
        name("p1", "Ann"),
        merge("p0", &["p1"]),
        unmerge("p2"),
    ]);
}

#[test]
fn a_statement_was_not_shown_where_its_document_was_another_once_more() {
    check([
        link("a", "p0", "d0", "d1"),
        link("b", "p1", "d0", "d2"),
        merge("d1", &["d2"]),
        merge("p0", &["p1"]),
        unmerge("d2"),
        unmerge("p1"),
    ]);
}
