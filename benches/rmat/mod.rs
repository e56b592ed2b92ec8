//! Power-law graphs that are the same on every machine, as drafts.

use fastrand::Rng;
use relata::{
    graph::{Draft, EntityWish, RelationshipWish, Wish},
    ontology::Ontology,
};
use serde_json::{Map, json};

/// What every kind has: three properties, and relationships of four types, one of them symmetric,
/// with two.
const FIELDS: &str = r#"
  code: String @unique
  founded: Date
  size: Int
  tradesWith: [Entity!]! @relationship(type: "TRADES_WITH", direction: OUT, queryDirection: UNDIRECTED, properties: "Deal")
  owns: [Entity!]! @relationship(type: "OWNS", direction: OUT, properties: "Deal")
  meets: [Entity!]! @relationship(type: "MEETS", direction: OUT, properties: "Deal")
  supplies: [Entity!]! @relationship(type: "SUPPLIES", direction: OUT, properties: "Deal")
"#;
const DEAL: &str = "type Deal @relationshipProperties { amount: Float note: String }";

const KINDS: [&str; 4] = ["Country", "Person", "Organization", "Project"];
const RELATIONS: [&str; 4] = ["TRADES_WITH", "OWNS", "MEETS", "SUPPLIES"];
const NOTES: [&str; 4] = ["as reported", "by contract", "confirmed", "under review"];
const SYLLABLES: [&str; 16] = [
    "ba", "ku", "ris", "sa", "mo", "len", "tar", "vi", "ne", "sol", "gra", "dan", "ox", "phi",
    "ter", "mu",
];
/// Wishes in a draft.
const DRAFT_LEN: usize = 1_000;

/// R-MAT (Chakrabarti, Zhan, Faloutsos 2004) with a = 0.57, b = c = 0.19: `2^scale` entities and
/// `factor` relationships for each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rmat {
    /// The number of entities as a power of two.
    pub(crate) scale: u32,
    /// Relationships for each entity.
    pub(crate) factor: usize,
    /// Where the random numbers begin.
    pub(crate) seed: u64,
}

impl Rmat {
    /// The ontology of every such graph.
    pub(crate) fn ontology() -> Ontology {
        let kinds = KINDS.map(|it| format!("type {it} @node {{{FIELDS}}}\n")).concat();
        Ontology::parse("rmat.graphql", &(kinds + DEAL)).expect("the ontology is sound")
    }

    /// The number of entities.
    pub(crate) fn nodes(self) -> u32 {
        1 << self.scale
    }

    /// The id of an entity.
    pub(crate) fn id(node: u32) -> String {
        format!("n{node}")
    }

    /// Drafts of 1,000 wishes: all entities, then all relationships.
    pub(crate) fn drafts(self) -> impl Iterator<Item = Draft> {
        let mut rng = Rng::with_seed(self.seed);
        let mut names = Rng::with_seed(self.seed);
        let entities = (0..self.nodes()).map(move |it| entity(it, &mut names));
        let count = (self.nodes() as usize) * self.factor;
        let relationships = (0..count).map(move |_| self.relationship(&mut rng));
        let mut wishes = entities.chain(relationships);
        std::iter::from_fn(move || {
            let wishes: Vec<_> = wishes.by_ref().take(DRAFT_LEN).collect();
            (!wishes.is_empty()).then_some(Draft { wishes })
        })
    }

    fn relationship(self, rng: &mut Rng) -> Wish {
        let (source, target) = self.ends(rng);
        let day = format!("{}-{:02}-{:02}", rng.u16(2015..2025), rng.u8(1..13), rng.u8(1..29));
        let mut properties = Map::new();
        properties.insert("amount".to_owned(), json!(f64::from(rng.u32(1..100_000_000)) / 100.0));
        properties.insert("note".to_owned(), json!(NOTES[rng.usize(0..4)]));
        Wish::AssertRelationship(RelationshipWish {
            relation: RELATIONS[rng.usize(0..4)].to_owned(),
            source: Self::id(source),
            target: Self::id(target),
            valid_from: Some(day.clone()),
            valid_to: Some(day),
            properties,
            ..RelationshipWish::default()
        })
    }

    fn ends(self, rng: &mut Rng) -> (u32, u32) {
        let (mut source, mut target) = (0, 0);
        for _ in 0..self.scale {
            let (down, right) = match rng.u8(0..100) {
                0..57 => (0, 0),
                57..76 => (0, 1),
                76..95 => (1, 0),
                _ => (1, 1),
            };
            source = source << 1 | down;
            target = target << 1 | right;
        }
        // Spread, so that the well connected do not all have low numbers.
        let spread = |it: u32| it.wrapping_mul(0x9e37_79b1) & (self.nodes() - 1);
        (spread(source), spread(target))
    }
}

fn entity(node: u32, rng: &mut Rng) -> Wish {
    let mut word =
        |syllables: usize| (0..syllables).map(|_| SYLLABLES[rng.usize(0..16)]).collect::<String>();
    let name = format!("{} {}", word(3), word(2));
    let mut properties = Map::new();
    properties.insert("code".to_owned(), json!(format!("C{node}")));
    properties.insert("founded".to_owned(), json!(format!("{}", 1800 + node % 200)));
    properties.insert("size".to_owned(), json!(node));
    Wish::PutEntity(EntityWish {
        id: Rmat::id(node),
        kind: KINDS[node as usize % 4].to_owned(),
        name: Some(name),
        properties,
        ..EntityWish::default()
    })
}
