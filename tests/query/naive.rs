//! Random filters and steps, and their naive meaning.

use fastrand::Rng;
use relata::{
    model::{Direction, EdgeId, Modality, ModalitySet, NodeId, PropertyId, RelationId},
    query::{
        Compare, EntityFilter, EvidenceFilter, Hops, LinkFilter, Links, Operand, Quantifier,
        RelationshipFilter, Step, Test, TextTest,
    },
};

use crate::world::{PAPER, PERSON, Relationship, World, date, relation, validity};

const COMPARES: [Compare; 5] = [
    Compare::Equal,
    Compare::Less,
    Compare::LessOrEqual,
    Compare::Greater,
    Compare::GreaterOrEqual,
];

const QUANTIFIERS: [Quantifier; 4] =
    [Quantifier::Some, Quantifier::None, Quantifier::All, Quantifier::Single];

// ─── making them ───

pub(crate) fn number_test(random: &mut Rng) -> Test {
    let operand = |random: &mut Rng| match random.bool() {
        true => Operand::Int(random.i64(0..5)),
        false => Operand::Float(f64::from(random.u8(0..10)) / 2.0),
    };
    match random.u8(0..5) {
        0 => Test::Exists(random.bool()),
        1 => Test::In(vec![operand(random), operand(random)]),
        2 => Test::All(vec![number_test(random), number_test(random)]),
        _ => Test::Is(COMPARES[random.usize(0..5)], operand(random)),
    }
}

pub(crate) fn links(random: &mut Rng, world: &World, depth: u32) -> Links {
    Links {
        relations: relations(random),
        direction: Direction::ALL[random.usize(0..3)],
        targets: if random.bool() { Vec::new() } else { vec![PERSON] },
        relationship: random.bool().then(|| relationship_filter(random, world, depth)),
        node: random.bool().then(|| entity_filter(random, world, depth)),
    }
}

pub(crate) fn relations(random: &mut Rng) -> Vec<RelationId> {
    let all = ["KNOWS", "LIKES", "READS", "CITES"].map(relation);
    match random.u8(0..3) {
        0 => Vec::new(),
        1 => vec![all[random.usize(0..4)]],
        _ => all.into_iter().filter(|_| random.bool()).collect(),
    }
}

fn parts<T>(random: &mut Rng, mut part: impl FnMut(&mut Rng) -> T) -> Vec<T> {
    (0..random.usize(0..3)).map(|_| part(random)).collect()
}

pub(crate) fn entity_filter(random: &mut Rng, world: &World, depth: u32) -> EntityFilter {
    let below = |random: &mut Rng| entity_filter(random, world, depth - 1);
    match random.u8(if depth == 0 { 4 } else { 0 }..8) {
        0 => EntityFilter::All(parts(random, below)),
        1 => EntityFilter::Any(parts(random, below)),
        2 => EntityFilter::Not(Box::new(below(random))),
        3 => EntityFilter::Linked(Box::new(LinkFilter {
            quantifier: QUANTIFIERS[random.usize(0..4)],
            among: links(random, world, depth - 1),
        })),
        4 => EntityFilter::Kind(vec![if random.bool() { PERSON } else { PAPER }]),
        5 => EntityFilter::Id(parts(random, |random| format!("n{}", random.u8(0..9)))),
        6 => EntityFilter::Name(match random.u8(0..3) {
            0 => Test::Is(Compare::Equal, Operand::Text("ann".to_owned())),
            1 => Test::Text(TextTest::Contains("n".to_owned())),
            _ => Test::Text(TextTest::Lower(Box::new(TextTest::Equals("zoë".to_owned())))),
        }),
        _ => EntityFilter::Property(world.property("age"), number_test(random)),
    }
}

pub(crate) fn relationship_filter(
    random: &mut Rng,
    world: &World,
    depth: u32,
) -> RelationshipFilter {
    let below = |random: &mut Rng| relationship_filter(random, world, depth - 1);
    match random.u8(if depth == 0 { 4 } else { 0 }..13) {
        0 => RelationshipFilter::All(parts(random, below)),
        1 => RelationshipFilter::Any(parts(random, below)),
        2 => RelationshipFilter::Not(Box::new(below(random))),
        3 => RelationshipFilter::Node(Box::new(entity_filter(random, world, depth - 1))),
        4 => RelationshipFilter::Relation(relations(random)),
        5 | 6 => RelationshipFilter::Modality(
            Modality::ALL.into_iter().filter(|_| random.bool()).collect(),
        ),
        7 => RelationshipFilter::Disputed(random.bool()),
        8 => RelationshipFilter::ValidDuring(validity(random)),
        9 => RelationshipFilter::ValidFrom(match random.bool() {
            true => Test::Exists(random.bool()),
            false => Test::Is(COMPARES[random.usize(0..5)], Operand::Date(date(random))),
        }),
        10 => RelationshipFilter::Confidence(number_test(random)),
        11 => RelationshipFilter::Evidence(
            QUANTIFIERS[random.usize(0..4)],
            EvidenceFilter {
                modalities: Some(Modality::ALL.into_iter().filter(|_| random.bool()).collect()),
                ..EvidenceFilter::default()
            },
        ),
        _ => RelationshipFilter::Property(world.property("weight"), number_test(random)),
    }
}

pub(crate) fn steps(random: &mut Rng, world: &World) -> Vec<Step> {
    let count = [0, 1, 1, 2, 3][random.usize(0..5)];
    (0..count).map(|_| step(random, world)).collect()
}

fn step(random: &mut Rng, world: &World) -> Step {
    let min = random.u32(0..3);
    Step {
        relations: relations(random),
        direction: Direction::ALL[random.usize(0..3)],
        relationship: match random.u8(0..6) {
            0 | 1 => Some(relationship_filter(random, world, 2)),
            2 => Some(RelationshipFilter::Node(Box::new(entity_filter(random, world, 0)))),
            _ => None,
        },
        to: (random.u8(0..4) == 0).then(|| entity_filter(random, world, 1)),
        repeat: Hops { min, max: min + random.u32(0..3) },
    }
}

// ─── their meaning ───

fn number_passes(test: &Test, value: Option<f64>) -> bool {
    let operand = |it: &Operand| match it {
        Operand::Int(it) => *it as f64,
        Operand::Float(it) => *it,
        other => panic!("{other:?}"),
    };
    match (test, value) {
        (Test::All(parts), _) => parts.iter().all(|it| number_passes(it, value)),
        (Test::Exists(wanted), _) => value.is_some() == *wanted,
        (_, None) => false,
        (Test::In(those), Some(value)) => those.iter().any(|it| operand(it) == value),
        (Test::Is(compare, it), Some(value)) => match compare {
            Compare::Equal => value == operand(it),
            Compare::Less => value < operand(it),
            Compare::LessOrEqual => value <= operand(it),
            Compare::Greater => value > operand(it),
            Compare::GreaterOrEqual => value >= operand(it),
        },
        (other, _) => panic!("{other:?}"),
    }
}

fn quantify(quantifier: Quantifier, passing: usize, all: usize) -> bool {
    match quantifier {
        Quantifier::Some => passing > 0,
        Quantifier::None => passing == 0,
        Quantifier::All => passing == all && all > 0,
        Quantifier::Single => passing == 1,
    }
}

impl World {
    pub(crate) fn entity_passes(&self, filter: &EntityFilter, node: NodeId) -> bool {
        let it = self.entity(node);
        match filter {
            EntityFilter::All(parts) => parts.iter().all(|part| self.entity_passes(part, node)),
            EntityFilter::Any(parts) => parts.iter().any(|part| self.entity_passes(part, node)),
            EntityFilter::Not(part) => !self.entity_passes(part, node),
            EntityFilter::Kind(kinds) => kinds.contains(&it.kind),
            EntityFilter::Id(ids) => ids.contains(&it.id),
            EntityFilter::Name(Test::Is(..)) => it.name == "ann",
            EntityFilter::Name(Test::Text(TextTest::Contains(_))) => it.name.contains('n'),
            EntityFilter::Name(_) => it.name == "Zoë",
            EntityFilter::Property(_, test) => number_passes(test, it.age.map(|it| it as f64)),
            EntityFilter::Linked(filter) => {
                let bare = Links { relationship: None, node: None, ..filter.among.clone() };
                let spoken = filter.among.relationship.as_ref().and_then(bound);
                let seen = spoken.unwrap_or(ModalitySet::ASSERTED);
                let all: Vec<_> = self
                    .halves(node, bare.direction)
                    .into_iter()
                    .filter(|(it, other)| seen.contains(it.modality) && self.has(&bare, it, *other))
                    .collect();
                let passing =
                    all.iter().filter(|(it, other)| self.meets(&filter.among, it, node, *other));
                quantify(filter.quantifier, passing.count(), all.len())
            }
        }
    }

    fn has(&self, links: &Links, it: &Relationship, other: NodeId) -> bool {
        (links.relations.is_empty() || links.relations.contains(&it.relation))
            && (links.targets.is_empty() || links.targets.contains(&self.entity(other).kind))
    }

    fn meets(&self, links: &Links, it: &Relationship, from: NodeId, other: NodeId) -> bool {
        self.passes(links.relationship.as_ref(), it, Some(from))
            && links.node.as_ref().is_none_or(|filter| self.entity_passes(filter, other))
    }

    /// The rows of links in the order of numbers.
    pub(crate) fn rows(&self, links: &Links, from: NodeId) -> Vec<(EdgeId, NodeId)> {
        self.halves(from, links.direction)
            .into_iter()
            .filter(|(it, other)| {
                self.has(links, it, *other) && self.meets(links, it, from, *other)
            })
            .map(|(it, other)| (it.edge, other))
            .collect()
    }

    /// Whether a relationship passes a filter and, where that leaves modality open, is asserted:
    /// by writing the filter as alternatives of conjunctions.
    pub(crate) fn passes(
        &self,
        filter: Option<&RelationshipFilter>,
        it: &Relationship,
        from: Option<NodeId>,
    ) -> bool {
        let alternatives = filter.map_or_else(|| vec![Vec::new()], alternatives);
        alternatives.iter().any(|conjunction| {
            conjunction.iter().all(|part| self.holds(part, it, from))
                && (conjunction.iter().any(|part| speaks(part))
                    || it.modality == Modality::Asserted)
        })
    }

    fn holds(&self, part: &RelationshipFilter, it: &Relationship, from: Option<NodeId>) -> bool {
        match part {
            RelationshipFilter::All(parts) => parts.iter().all(|part| self.holds(part, it, from)),
            RelationshipFilter::Any(parts) => parts.iter().any(|part| self.holds(part, it, from)),
            RelationshipFilter::Not(part) => !self.holds(part, it, from),
            RelationshipFilter::Relation(those) => those.contains(&it.relation),
            RelationshipFilter::Modality(set) => set.contains(it.modality),
            RelationshipFilter::Disputed(wanted) => it.disputed == *wanted,
            RelationshipFilter::ValidDuring(interval) => it.validity.meets(*interval),
            RelationshipFilter::ValidFrom(test) => {
                test.passes(it.validity.from().map(relata::model::ValueRef::Date))
            }
            RelationshipFilter::Confidence(test) => number_passes(test, it.confidence),
            RelationshipFilter::Property(PropertyId(_), test) => number_passes(test, it.weight),
            RelationshipFilter::Evidence(quantifier, filter) => {
                let modalities = filter.modalities.unwrap();
                let supporting = usize::from(it.origins > 0 && modalities.contains(it.modality));
                let contradicting =
                    usize::from(it.disputed && modalities.contains(Modality::Asserted));
                let all = it.origins as usize + usize::from(it.disputed);
                quantify(*quantifier, supporting + contradicting, all)
            }
            RelationshipFilter::Node(filter) => {
                let other = if from == Some(it.target) { it.source } else { it.target };
                self.entity_passes(filter, other)
            }
            other => panic!("{other:?}"),
        }
    }
}

fn speaks(filter: &RelationshipFilter) -> bool {
    match filter {
        RelationshipFilter::All(parts) | RelationshipFilter::Any(parts) => parts.iter().any(speaks),
        RelationshipFilter::Not(part) => speaks(part),
        RelationshipFilter::Modality(_) => true,
        _ => false,
    }
}

fn bound(filter: &RelationshipFilter) -> Option<ModalitySet> {
    filter.modalities()
}

/// The filter as alternatives of conjunctions of parts that are neither.
fn alternatives(filter: &RelationshipFilter) -> Vec<Vec<&RelationshipFilter>> {
    match filter {
        RelationshipFilter::Any(parts) => parts.iter().flat_map(alternatives).collect(),
        RelationshipFilter::All(parts) => parts.iter().fold(vec![Vec::new()], |all, part| {
            let more = alternatives(part);
            all.iter()
                .flat_map(|one| more.iter().map(move |it| [one.as_slice(), it].concat()))
                .collect()
        }),
        part => vec![vec![part]],
    }
}
