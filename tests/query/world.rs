//! A random graph, in a snapshot and as plain lists.

use std::sync::{Arc, LazyLock};

use fastrand::Rng;
use relata::{
    graph::{Draft, EntityWish, EvidenceWish, Lens, RelationshipWish, Snapshot, View, Wish},
    model::{
        Date, Direction, EdgeId, KindId, Modality, NodeId, PropertyId, RelationId, Timestamp,
        Validity,
    },
    ontology::Ontology,
};
use serde_json::json;

const ONTOLOGY: &str = r#"
type Person @node {
  age: Int
  code: String @unique
  knows: [Person!]! @relationship(type: "KNOWS", direction: OUT, queryDirection: UNDIRECTED, properties: "Tie")
  likes: [Person!]! @relationship(type: "LIKES", direction: OUT, properties: "Tie")
  reads: [Paper!]! @relationship(type: "READS", direction: OUT)
}
type Paper @node(hub: true) {
  age: Int
  cites: [Paper!]! @relationship(type: "CITES", direction: OUT)
}
type Tie @relationshipProperties { weight: Float }
"#;

pub(crate) static ONTOLOGY_PARSED: LazyLock<Arc<Ontology>> =
    LazyLock::new(|| Arc::new(Ontology::parse("test.graphql", ONTOLOGY).unwrap()));

pub(crate) const PERSON: KindId = KindId(0);
pub(crate) const PAPER: KindId = KindId(1);

/// The relationship types, with the kinds they join; the first is symmetric.
const RELATIONS: [(&str, KindId, KindId); 4] = [
    ("KNOWS", PERSON, PERSON),
    ("LIKES", PERSON, PERSON),
    ("READS", PERSON, PAPER),
    ("CITES", PAPER, PAPER),
];

const DATES: [&str; 7] = ["2018", "2018-06", "2018-06-15", "2019-01-01", "2019", "2020-02", "2021"];

#[derive(Debug)]
pub(crate) struct Entity {
    pub(crate) node: NodeId,
    pub(crate) kind: KindId,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) age: Option<i64>,
}

#[derive(Debug)]
pub(crate) struct Relationship {
    pub(crate) edge: EdgeId,
    pub(crate) relation: RelationId,
    pub(crate) source: NodeId,
    pub(crate) target: NodeId,
    pub(crate) validity: Validity,
    pub(crate) modality: Modality,
    pub(crate) disputed: bool,
    pub(crate) confidence: Option<f64>,
    pub(crate) weight: Option<f64>,
    pub(crate) origins: i64,
}

/// The lists, in the order of numbers, and the snapshot.
pub(crate) struct World {
    pub(crate) snapshot: Snapshot,
    pub(crate) entities: Vec<Entity>,
    pub(crate) relationships: Vec<Relationship>,
    pub(crate) as_of: Option<Date>,
}

pub(crate) fn relation(name: &str) -> RelationId {
    let place = RELATIONS.iter().position(|it| it.0 == name);
    RelationId(u16::try_from(place.unwrap()).unwrap())
}

impl World {
    /// A graph of up to so many entities and relationships.
    pub(crate) fn random(random: &mut Rng, entities_max: usize, edges_max: usize) -> Self {
        let mut snapshot = Snapshot::empty(ONTOLOGY_PARSED.clone());
        let mut draft = Draft::default();
        let entities = wish_entities(random, entities_max, &mut draft);
        let mut relationships = wish_relationships(random, &entities, edges_max, &mut draft);
        // In one commit or in several, in the base or not: what is told must not depend on it.
        let size = random.usize(1..=draft.wishes.len());
        for (i, wishes) in draft.wishes.chunks(size).enumerate() {
            let at = Timestamp::from_micros(i as i64 + 1).unwrap();
            let draft = Draft { wishes: wishes.to_vec() };
            snapshot = snapshot.apply(&draft.resolve(&snapshot, at).unwrap());
            if random.u8(0..3) == 0 {
                snapshot = snapshot.rebuilt();
            }
        }
        for (i, it) in relationships.iter_mut().enumerate() {
            it.edge = snapshot.edge(&format!("r{i}")).unwrap();
        }
        for it in &entities {
            assert_eq!(snapshot.node(&it.id), Some(it.node));
        }
        let as_of = random.bool().then(|| date(random));
        Self { snapshot, entities, relationships, as_of }
    }

    pub(crate) fn view(&self) -> View<'_> {
        self.snapshot.view(Lens { as_of: self.as_of, ..Lens::default() })
    }

    pub(crate) fn entity(&self, node: NodeId) -> &Entity {
        &self.entities[node.index()]
    }

    pub(crate) fn relationship(&self, edge: EdgeId) -> &Relationship {
        self.relationships.iter().find(|it| it.edge == edge).unwrap()
    }

    pub(crate) fn any_node(&self, random: &mut Rng) -> NodeId {
        self.entities[random.usize(0..self.entities.len())].node
    }

    pub(crate) fn property(&self, name: &str) -> PropertyId {
        let names = self.snapshot.ontology().names();
        let place = names.properties.iter().position(|it| it == name);
        PropertyId(u16::try_from(place.unwrap()).unwrap())
    }

    /// Whether a relationship is there at the time that is asked about, whatever its modality.
    pub(crate) fn is_there(&self, it: &Relationship) -> bool {
        self.as_of.is_none_or(|date| it.validity.overlaps(date))
    }

    /// The relationships of an entity in a direction that are there, with their other ends; in the
    /// order of numbers.
    pub(crate) fn halves(
        &self,
        node: NodeId,
        direction: Direction,
    ) -> Vec<(&Relationship, NodeId)> {
        let mut halves = Vec::new();
        for it in self.relationships.iter().filter(|it| self.is_there(it)) {
            let symmetric = it.relation == relation("KNOWS");
            let (out, back) = (direction != Direction::In, direction != Direction::Out);
            if it.source == node && (out || symmetric) {
                halves.push((it, it.target));
            } else if it.target == node && (back || symmetric) {
                halves.push((it, it.source));
            } else if it.source == node && it.target == node {
                halves.push((it, node));
            }
        }
        halves.sort_by_key(|it| it.0.edge);
        halves
    }
}

pub(crate) fn date(random: &mut Rng) -> Date {
    DATES[random.usize(0..DATES.len())].parse().unwrap()
}

pub(crate) fn validity(random: &mut Rng) -> Validity {
    loop {
        let from = random.bool().then(|| date(random));
        let to = random.bool().then(|| date(random));
        if let Some(validity) = Validity::new(from, to) {
            return validity;
        }
    }
}

fn wish_entities(random: &mut Rng, max: usize, draft: &mut Draft) -> Vec<Entity> {
    let mut entities = Vec::new();
    // The last is a paper that every piece of evidence comes from.
    let count = random.usize(2..=max);
    for i in 0..=count {
        let kind = if i == count || random.u8(0..4) == 0 { PAPER } else { PERSON };
        let entity = Entity {
            node: NodeId(i as u32),
            kind,
            id: format!("n{i}"),
            name: ["Ann", "Bob", "ann", "Zoë"][random.usize(0..4)].to_owned(),
            age: random.bool().then(|| random.i64(0..5)),
        };
        let mut wish = EntityWish {
            id: entity.id.clone(),
            kind: ["Person", "Paper"][kind.index()].to_owned(),
            name: Some(entity.name.clone()),
            ..EntityWish::default()
        };
        if let Some(age) = entity.age {
            wish.properties.insert("age".to_owned(), json!(age));
        }
        if kind == PERSON {
            wish.properties.insert("code".to_owned(), json!(format!("c{i}")));
        }
        draft.wishes.push(Wish::PutEntity(wish));
        entities.push(entity);
    }
    entities
}

fn wish_relationships(
    random: &mut Rng,
    entities: &[Entity],
    max: usize,
    draft: &mut Draft,
) -> Vec<Relationship> {
    let mut relationships = Vec::new();
    for _ in 0..random.usize(0..=max) {
        let number = random.usize(0..RELATIONS.len());
        let (name, from, to) = RELATIONS[number];
        let ends = |kind| -> Vec<_> { entities.iter().filter(|it| it.kind == kind).collect() };
        let (sources, targets) = (ends(from), ends(to));
        if sources.is_empty() || targets.is_empty() {
            continue;
        }
        let source = sources[random.usize(0..sources.len())];
        let target = targets[random.usize(0..targets.len())];
        let mut it = Relationship {
            edge: EdgeId(0),
            relation: RelationId(number as u16),
            source: source.node,
            target: target.node,
            validity: if random.bool() { Validity::ALWAYS } else { validity(random) },
            modality: Modality::Asserted,
            disputed: false,
            confidence: random.bool().then(|| f64::from(random.u8(0..5)) / 4.0),
            weight: (number < 2 && random.u8(0..4) > 0).then(|| f64::from(random.i8(-2..20)) / 4.0),
            origins: 0,
        };
        let evidence = wish_evidence(random, entities, &mut it);
        let mut wish = RelationshipWish {
            id: Some(format!("r{}", relationships.len())),
            relation: name.to_owned(),
            source: source.id.clone(),
            target: target.id.clone(),
            valid_from: it.validity.from().map(|it| it.to_string()),
            valid_to: it.validity.to().map(|it| it.to_string()),
            confidence: it.confidence,
            evidence,
            ..RelationshipWish::default()
        };
        if let Some(weight) = it.weight {
            wish.properties.insert("weight".to_owned(), json!(weight));
        }
        draft.wishes.push(Wish::AssertRelationship(wish));
        relationships.push(it);
    }
    relationships
}

/// Evidence for a relationship and against it, from the last entity, and what follows from it.
fn wish_evidence(
    random: &mut Rng,
    entities: &[Entity],
    relationship: &mut Relationship,
) -> Vec<EvidenceWish> {
    let document = entities.last().unwrap().id.clone();
    let mut evidence = Vec::new();
    if random.bool() {
        relationship.modality = Modality::ALL[random.usize(0..4)];
        relationship.origins = 1;
        evidence.push(EvidenceWish {
            document: document.clone(),
            modality: Some(relationship.modality.name().to_owned()),
            ..EvidenceWish::default()
        });
    }
    if random.u8(0..4) == 0 {
        relationship.disputed = true;
        evidence.push(EvidenceWish {
            document,
            stance: Some("CONTRADICTS".to_owned()),
            ..EvidenceWish::default()
        });
    }
    evidence
}
