//! Random drafts: most can be granted, some cannot.

use fastrand::Rng;
use relata::{
    graph::{Draft, EntityWish, EvidenceWish, Mode, RelationshipWish, Wish},
    model::Revision,
};
use serde_json::{Map, Value, json};

use crate::naive::{self, Naive};

/// Entities that are there from the beginning.
const BEGINNING: [&str; 9] = ["p0", "p1", "p2", "p3", "p4", "p5", "d0", "d1", "d2"];
/// What is seen is asked for on some of them, too.
pub(crate) const DATES: [&str; 6] =
    ["2018", "2018-02", "2018-02-10", "2018-12", "2019", "2019-01-01"];
const NAMES: [&str; 5] = ["Ann", "ann", "Bob", "Əli", "Eve"];

pub(crate) fn beginning() -> Draft {
    let begin = |id: &&str| {
        let is_person = id.starts_with('p');
        let mut wish = EntityWish { id: (*id).to_owned(), ..EntityWish::default() };
        wish.kind = if is_person { "Person" } else { "Document" }.to_owned();
        wish.name = Some(id.to_uppercase());
        if !is_person {
            wish.properties.insert("title".to_owned(), json!(id));
        }
        Wish::PutEntity(wish)
    };
    Draft { wishes: BEGINNING.iter().map(begin).collect() }
}

/// Some wishes.
pub(crate) fn draft(naive: &Naive, rng: &mut Rng) -> Draft {
    Draft { wishes: (0..rng.usize(1..5)).map(|_| wish(naive, rng)).collect() }
}

/// One wish, which expects a revision if it can: what that is after other wishes, nobody knows.
pub(crate) fn expecting(naive: &Naive, rng: &mut Rng) -> Draft {
    let mut wish = wish(naive, rng);
    expect_revision(&mut wish, naive, rng);
    Draft { wishes: vec![wish] }
}

fn wish(naive: &Naive, rng: &mut Rng) -> Wish {
    match rng.u8(..24) {
        0..4 => Wish::PutEntity(entity(rng)),
        4 => Wish::UpdateRelationship {
            id: known(naive, rng),
            properties: weighed(rng),
            confidence: confidence(rng),
            expected_revision: None,
        },
        5 | 6 => Wish::AddEvidence { relationship: known(naive, rng), evidence: evidences(rng) },
        7 => Wish::EndRelationship {
            id: known(naive, rng),
            valid_to: DATES[rng.usize(..DATES.len())].to_owned(),
            evidence: evidences(rng),
            expected_revision: None,
        },
        8 => Wish::RetractRelationship {
            id: known(naive, rng),
            reason: "an error".to_owned(),
            expected_revision: None,
        },
        9 => {
            let id = if rng.u8(..5) == 0 { document(rng) } else { person(rng) };
            Wish::DeleteEntity { id, detach: rng.u8(..3) == 0 }
        }
        10..13 => merge(rng),
        13..16 => {
            Wish::UnmergeEntity { id: if rng.u8(..5) == 0 { document(rng) } else { person(rng) } }
        }
        _ => Wish::AssertRelationship(relationship(naive, rng)),
    }
}

fn merge(rng: &mut Rng) -> Wish {
    let one = if rng.u8(..5) == 0 { document } else { person };
    let losers = (0..rng.usize(1..3)).map(|_| one(rng)).collect();
    let reason = rng.bool().then(|| "the same".to_owned());
    Wish::MergeEntities { winner: one(rng), losers, reason }
}

/// Makes a wish expect the revision that is, or another.
fn expect_revision(wish: &mut Wish, naive: &Naive, rng: &mut Rng) {
    let (revision, expected) = match wish {
        Wish::PutEntity(EntityWish { id, expected_revision, .. }) => {
            (naive.entity(id).map(|it| naive.entity_revisions[it]), expected_revision)
        }
        Wish::UpdateRelationship { id, expected_revision, .. }
        | Wish::EndRelationship { id, expected_revision, .. }
        | Wish::RetractRelationship { id, expected_revision, .. } => {
            let named = naive.relationships.iter().position(|it| it.id.as_ref() == Some(id));
            let place = named.map(|it| naive.stands_for(it));
            (place.map(|it| naive.relationship_revisions[it]), expected_revision)
        }
        _ => return,
    };
    *expected = revision.map(|it| Revision(it.0 + u64::from(rng.u8(..3) == 0)));
}

fn entity(rng: &mut Rng) -> EntityWish {
    let id = if rng.u8(..4) == 0 { document(rng) } else { person(rng) };
    let kind = if id.starts_with('p') != (rng.u8(..30) == 0) { "Person" } else { "Document" };
    let mut properties = Map::new();
    if rng.u8(..3) == 0 {
        let code = rng.u8(..12);
        properties.insert("code".to_owned(), maybe(rng, 4, json!(format!("c{code}"))));
    }
    if kind == "Person" && rng.bool() {
        let age = rng.i32(-3..100);
        properties.insert("age".to_owned(), maybe(rng, 4, json!(age)));
    }
    if kind == "Document" && rng.u8(..8) > 0 {
        properties.insert("title".to_owned(), json!(id));
    }
    let aliases = (0..rng.usize(..3)).map(|_| name(rng)).collect();
    let aliases = Some(aliases).filter(|_| rng.bool());
    EntityWish {
        kind: kind.to_owned(),
        name: (rng.u8(..6) > 0).then(|| name(rng)),
        aliases,
        properties,
        mode: [Mode::Upsert, Mode::Upsert, Mode::Upsert, Mode::Create, Mode::Update]
            [rng.usize(..5)],
        id,
        ..EntityWish::default()
    }
}

fn relationship(naive: &Naive, rng: &mut Rng) -> RelationshipWish {
    let relation = ["KNOWS", "READS", "LIKES"][rng.usize(..3)];
    let mut wish = RelationshipWish {
        id: (rng.u8(..4) == 0).then(|| format!("r{}", rng.u8(..200))),
        relation: relation.to_owned(),
        source: if rng.u8(..30) == 0 { document(rng) } else { person(rng) },
        target: match relation {
            "READS" => document(rng),
            "LIKES" if rng.bool() => document(rng),
            _ => person(rng),
        },
        valid_from: date(rng),
        valid_to: date(rng).filter(|_| rng.bool()),
        confidence: confidence(rng),
        evidence: evidences(rng),
        ..RelationshipWish::default()
    };
    if relation != "READS" {
        wish.properties = weighed(rng);
    }
    if rng.bool() && !naive.relationships.is_empty() {
        mean(&mut wish, naive, &naive.relationships[rng.usize(..naive.relationships.len())], rng);
    }
    wish
}

/// Makes a wish for one that is there: by its id, by all that it says, or by its ends alone.
fn mean(wish: &mut RelationshipWish, naive: &Naive, there: &naive::Relationship, rng: &mut Rng) {
    wish.relation.clone_from(&there.relation);
    let ends = [there.source, there.target].map(|it| naive.entities[it].id.clone());
    [wish.source, wish.target] = ends;
    if there.relation == "KNOWS" && rng.bool() {
        std::mem::swap(&mut wish.source, &mut wish.target);
    }
    if there.relation == "READS" {
        wish.properties.clear();
    }
    match rng.u8(..6) {
        0 | 1 => wish.id.clone_from(&there.id),
        2 => {}
        it => {
            // Said once more without an id; or as a parallel one with another id; or of another.
            wish.id = (it == 3).then(|| format!("r{}", rng.u8(..200)));
            wish.properties = there.properties.clone().into_iter().collect();
            wish.valid_from = there.validity.from().map(|it| it.to_string());
            wish.valid_to = there.validity.to().map(|it| it.to_string());
            if it == 5 {
                wish.source = person(rng);
            }
        }
    }
}

/// The id of a relationship that is there, most of the time.
fn known(naive: &Naive, rng: &mut Rng) -> String {
    let one = rng.choice(&naive.relationships).and_then(|it| it.id.clone());
    one.filter(|_| rng.u8(..20) > 0).unwrap_or_else(|| "nothing".to_owned())
}

fn weighed(rng: &mut Rng) -> Map<String, Value> {
    let mut properties = Map::new();
    let weight = f64::from(rng.u8(..2));
    properties.insert("weight".to_owned(), maybe(rng, 30, json!(weight)));
    if rng.u8(..4) == 0 {
        properties.insert("note".to_owned(), maybe(rng, 2, json!("note")));
    }
    properties
}

fn evidences(rng: &mut Rng) -> Vec<EvidenceWish> {
    (0..rng.u8(..3)).map(|_| evidence(rng)).collect()
}

fn evidence(rng: &mut Rng) -> EvidenceWish {
    let word = |rng: &mut Rng, words: &[&str]| rng.choice(words).map(|it| (*it).to_owned());
    EvidenceWish {
        document: document(rng),
        cited_source: (rng.u8(..4) == 0).then(|| format!("p{}", rng.u8(..4))),
        quote: (rng.u8(..4) == 0).then(|| "so it is".to_owned()),
        modality: word(rng, &["ASSERTED", "INTENDED", "POSSIBLE", "REQUESTED"]),
        stance: word(rng, &["SUPPORTS", "SUPPORTS", "SUPPORTS", "CONTRADICTS"]),
        ..EvidenceWish::default()
    }
}

fn confidence(rng: &mut Rng) -> Option<f64> {
    (rng.u8(..6) == 0).then(|| f64::from(rng.u8(..=100)) / 100.0)
}

fn person(rng: &mut Rng) -> String {
    format!("p{}", if rng.u8(..20) == 0 { 9 } else { rng.u8(..7) })
}

fn document(rng: &mut Rng) -> String {
    format!("d{}", if rng.u8(..20) == 0 { 9 } else { rng.u8(..3) })
}

fn name(rng: &mut Rng) -> String {
    NAMES[rng.usize(..NAMES.len())].to_owned()
}

fn date(rng: &mut Rng) -> Option<String> {
    (rng.u8(..4) == 0).then(|| DATES[rng.usize(..DATES.len())].to_owned())
}

/// `value`, or `null` one time in so many.
fn maybe(rng: &mut Rng, times: u8, value: Value) -> Value {
    if rng.u8(..times) == 0 { Value::Null } else { value }
}
