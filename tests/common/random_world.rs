//! Random ontologies, and random graphs of them.

use std::{fmt::Write as _, sync::Arc};

use fastrand::Rng;
use relata::{
    graph::{Draft, EntityWish, EvidenceWish, Graph, Options, RelationshipWish, Wish},
    model::KindId,
    ontology::{Ontology, Property, PropertyType, Scalar, Target},
    store::MemoryStore,
};
use serde_json::{Map, Value as Json};

/// Names that are easily confused.
pub(crate) const NAMES: &[&str] = &["Baku", "Bakú", "Baku Shipyard", "Russia", "RIA", "x"];
/// Dates of every precision.
pub(crate) const DATES: &[&str] = &["2017", "2018", "2018-09", "2018-09-27", "2020-02-29"];
/// Ids of entities and of relationships; the last ones are of none.
pub(crate) const IDS: &[&str] =
    &["e0", "e1", "e2", "e3", "e4", "e5", "e6", "e7", "r0", "r1", "r2", "nobody", ""];

const ENTITIES: usize = 12;
const RELATIONSHIPS: usize = 30;

/// A random graph of a random ontology.
pub(crate) fn random_graph(rng: &mut Rng) -> Graph {
    let source = random_ontology(rng);
    let ontology = Ontology::parse("random.graphql", &source).unwrap_or_else(|it| {
        panic!("{}\n{source}", it.iter().map(ToString::to_string).collect::<String>())
    });
    let draft = random_draft(&ontology, rng);
    let store = Arc::new(MemoryStore::default());
    let graph = Graph::open(store, Some(ontology), Options::default()).unwrap();
    graph.commit_blocking(draft).unwrap_or_else(|it| panic!("{it}\n{source}"));
    graph
}

fn random_ontology(rng: &mut Rng) -> String {
    let kinds = rng.usize(2..5);
    let mut source = String::from(
        "enum Color { RED GREEN }\n\
         interface Named { color: Color linked: [Entity!]! @declareRelationship }\n\
         type Weighed @relationshipProperties { weight: Float note: String }\n",
    );
    for kind in 0..kinds {
        let named = kind == 0 || rng.bool();
        let implements = if named { " implements Named" } else { "" };
        let hub = if kind > 1 && rng.bool() { "(hub: true)" } else { "" };
        writeln!(source, "type K{kind}{implements} @node{hub} {{ code: String @unique").unwrap();
        if named {
            source.push_str("color: Color\n");
            source.push_str("linked: [Entity!]! @relationship(type: \"LINKED\", direction: OUT)\n");
        }
        for (place, ty) in
            ["Int", "Float", "Boolean", "BigInt", "Date", "DateTime", "JSON", "[String!]"]
                .iter()
                .enumerate()
        {
            if rng.bool() {
                writeln!(source, "p{place}: {ty}").unwrap();
            }
        }
        let target = ["K0", "K1", "Named", "Any", "Entity"][rng.usize(0..5)];
        let properties = if kind == 0 || rng.bool() { ", properties: \"Weighed\"" } else { "" };
        writeln!(
            source,
            "to{kind}: [{target}!]! @relationship(type: \"T{kind}\", direction: OUT{properties})\n\
             peers{kind}: [K{kind}!]! @relationship(type: \"PEER{kind}\", direction: OUT, queryDirection: UNDIRECTED)\n}}"
        )
        .unwrap();
    }
    // A type to which no field leads is none of the API's.
    if source.contains("[Any!]") {
        source.push_str("union Any = K0 | K1\n");
    }
    source
}

fn random_draft(ontology: &Ontology, rng: &mut Rng) -> Draft {
    let mut draft = Draft::default();
    let kinds: Vec<usize> =
        (0..ENTITIES)
            .map(|it| {
                if it < ontology.kinds().len() { it } else { rng.usize(0..ontology.kinds().len()) }
            })
            .collect();
    for (entity, kind) in kinds.iter().enumerate() {
        let kind = &ontology.kinds()[*kind];
        draft.wishes.push(Wish::PutEntity(EntityWish {
            id: format!("e{entity}"),
            kind: kind.name.clone(),
            name: Some(pick(rng, NAMES).to_owned()),
            aliases: rng.bool().then(|| vec![pick(rng, NAMES).to_owned()]),
            properties: properties(&kind.properties, entity, rng),
            ..EntityWish::default()
        }));
    }
    for relationship in 0..RELATIONSHIPS {
        if let Some(wish) = random_relationship(ontology, &kinds, relationship, rng) {
            draft.wishes.push(Wish::AssertRelationship(wish));
        }
    }
    draft
}

fn random_relationship(
    ontology: &Ontology,
    kinds: &[usize],
    number: usize,
    rng: &mut Rng,
) -> Option<RelationshipWish> {
    let source = rng.usize(0..ENTITIES);
    let kind = &ontology.kinds()[kinds[source]];
    let field = &kind.fields[rng.usize(0..kind.fields.len())];
    let allowed: Vec<KindId> = ontology.kinds_of(field.target);
    debug_assert!(field.target != Target::Kind(kind.id) || allowed == [kind.id]);
    let targets: Vec<usize> =
        (0..ENTITIES).filter(|it| allowed.contains(&ontology.kinds()[kinds[*it]].id)).collect();
    let target = *targets.get(rng.usize(0..targets.len().max(1)))?;
    let relation = ontology.relation(field.relation).unwrap();
    let date = |rng: &mut Rng| rng.bool().then(|| pick(rng, DATES).to_owned());
    Some(RelationshipWish {
        id: Some(format!("r{number}")),
        relation: relation.name.clone(),
        source: format!("e{source}"),
        target: format!("e{target}"),
        valid_from: date(rng).map(|_| "2017".to_owned()),
        valid_to: date(rng).map(|_| "2019".to_owned()),
        confidence: rng.bool().then(|| f64::from(rng.u8(0..=4)) / 4.0),
        properties: properties(ontology.properties_of(relation), number, rng),
        evidence: (0..rng.usize(0..3)).map(|_| random_evidence(rng)).collect(),
    })
}

fn random_evidence(rng: &mut Rng) -> EvidenceWish {
    let entity = |rng: &mut Rng| format!("e{}", rng.usize(0..ENTITIES));
    EvidenceWish {
        document: entity(rng),
        cited_source: rng.bool().then(|| entity(rng)),
        stated_at: rng.bool().then(|| pick(rng, DATES).to_owned()),
        summary: rng.bool().then(|| "\"said\"\n\u{1}".to_owned()),
        modality: rng.bool().then(|| pick(rng, &["ASSERTED", "INTENDED", "POSSIBLE"]).to_owned()),
        stance: rng.bool().then(|| pick(rng, &["SUPPORTS", "CONTRADICTS"]).to_owned()),
        ..EvidenceWish::default()
    }
}

fn properties(properties: &[Property], number: usize, rng: &mut Rng) -> Map<String, Json> {
    let mut map = Map::new();
    for property in properties {
        if rng.bool() && !property.required {
            continue;
        }
        let value = if property.unique {
            Json::from(format!("code{number}"))
        } else {
            value(property.ty, rng)
        };
        let value = if property.list { Json::from(vec![value.clone(), value]) } else { value };
        map.insert(property.name.clone(), value);
    }
    map
}

fn value(ty: PropertyType, rng: &mut Rng) -> Json {
    match ty {
        PropertyType::Enum(_) => pick(rng, &["RED", "GREEN"]).into(),
        PropertyType::Scalar(scalar) => match scalar {
            Scalar::String | Scalar::Id => pick(rng, NAMES).into(),
            Scalar::Int => rng.i32(-3..9).into(),
            Scalar::Float => (f64::from(rng.i32(-9..9)) / 8.0).into(),
            Scalar::Boolean => rng.bool().into(),
            Scalar::BigInt => rng.i64(..).to_string().into(),
            Scalar::Date => pick(rng, DATES).into(),
            Scalar::DateTime => "2024-08-19T10:30:00Z".into(),
            Scalar::Json => serde_json::json!({"b": [1, 2.5, null], "a": "\u{7f}\t"}),
        },
    }
}

fn pick<'t>(rng: &mut Rng, from: &[&'t str]) -> &'t str {
    from[rng.usize(0..from.len())]
}
