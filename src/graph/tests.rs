//! Random commits against a naive graph, with rebuilds and reloads at random moments.

use std::{cmp::Reverse, collections::BTreeMap, sync::Arc};

use fastrand::Rng;

use super::{
    Change, Commit, Half, Lens, Match, PutEdge, PutNode, Quality, RelationSet, Snapshot,
    base::Blocks,
    block::{EdgeBlock, NodeBlock},
    entity::EntityRecord,
    evidence::Evidence,
    half::age,
    identity::Identity,
    merging::Merging,
    relationship::RelationshipRecord,
};
use crate::{
    model::{
        Date, Direction, EdgeId, KindId, Modality, ModalitySet, NodeId, PropertyId, RelationId,
        Revision, Stance, Timestamp, Validity, ValueRef, fold,
    },
    ontology::Ontology,
};

const ONTOLOGY: &str = r#"
type Person @node {
  code: String @unique
  age: Int
  knows: [Person!]! @relationship(type: "KNOWS", direction: OUT, queryDirection: UNDIRECTED, properties: "Link")
  reads: [Document!]! @relationship(type: "READS", direction: OUT, properties: "Link")
  likes: [Person!]! @relationship(type: "LIKES", direction: OUT, properties: "Link")
}
type Document @node(hub: true) {
  code: String @unique
  readBy: [Person!]! @relationship(type: "READS", direction: IN, properties: "Link")
}
type Link @relationshipProperties { weight: Float note: String }
"#;

#[derive(Clone, Debug, Default)]
struct Node {
    kind: u16,
    is_deleted: bool,
    name: String,
    alias: Option<String>,
    code: Option<String>,
    revision: u64,
}

#[derive(Clone, Debug)]
struct Edge {
    id: Option<String>,
    /// Its id where none was given.
    derived: Option<String>,
    source: u32,
    target: u32,
    relation: u16,
    modality: Modality,
    is_retracted: bool,
    validity: Validity,
    note: String,
    evidence: u32,
    revision: u64,
}

#[derive(Default)]
struct Naive {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
}

fn moment(revision: u64) -> Timestamp {
    Timestamp::from_micros(1_600_000_000_000_000 + revision as i64 * 1_000).unwrap()
}

fn ontology() -> Arc<Ontology> {
    Arc::new(Ontology::parse("test.graphql", ONTOLOGY).unwrap())
}

fn property(ontology: &Ontology, name: &str) -> PropertyId {
    let place = ontology.names().properties.iter().position(|it| it == name);
    PropertyId(place.unwrap() as u16)
}

fn put_node(ontology: &Ontology, id: usize, node: &Node) -> Change {
    let code = property(ontology, "code");
    let properties: Vec<_> = node.code.iter().map(|it| (code, ValueRef::Text(it))).collect();
    let aliases: Vec<&str> = node.alias.iter().map(String::as_str).collect();
    let record = EntityRecord {
        merged: None,
        id: &format!("node:{id}"),
        name: &node.name,
        aliases: &aliases,
        revision: Revision(node.revision),
        properties: &properties,
    };
    Change::PutNode(PutNode {
        node: NodeId(id as u32),
        is_new: false,
        kind: KindId(node.kind),
        deleted: node.is_deleted,
        record: record.encode(),
    })
}

fn put_edge(ontology: &Ontology, id: usize, edge: &Edge) -> Change {
    let note = (property(ontology, "note"), ValueRef::Text(&edge.note));
    let weight = (property(ontology, "weight"), ValueRef::Float(id as f64 / 4.0));
    let mut properties = [note, weight];
    properties.sort_by_key(|it| it.0);
    let evidence: Vec<_> = (0..edge.evidence).map(|it| evidence(id, it)).collect();
    let identity = match (&edge.id, &edge.derived) {
        (Some(id), _) => Identity::Text(id),
        (None, Some(id)) => Identity::parse(id),
        (None, None) => Identity::Content,
    };
    let record = RelationshipRecord {
        identity,
        revision: Revision(edge.revision),
        recorded_at: moment(edge.revision),
        retracted: edge.is_retracted.then(|| (moment(edge.revision), "an error")),
        merging: &Merging::default(),
        confidence: Some(0.9),
        evidence: &evidence,
        properties: &properties,
    };
    Change::PutEdge(PutEdge {
        edge: EdgeId(id as u32),
        is_new: false,
        source: NodeId(edge.source),
        target: NodeId(edge.target),
        relation: RelationId(edge.relation),
        modality: edge.modality,
        disputed: edge.evidence > 2,
        retracted: edge.is_retracted,
        hidden: false,
        moved: false,
        validity: edge.validity,
        record: record.encode(),
    })
}

fn evidence(edge: usize, ordinal: u32) -> Evidence<'static> {
    Evidence {
        relationship: EdgeId(edge as u32),
        ordinal,
        document: NodeId(0),
        cited_source: None,
        stated_by: (ordinal == 1).then_some(NodeId(0)),
        stated_at: None,
        locator: Some("p. 1"),
        quote: None,
        summary: None,
        modality: Modality::Asserted,
        stance: Stance::Supports,
        confidence: None,
        method: "manual",
        recorded_at: moment(7),
    }
}

fn date(rng: &mut Rng) -> Option<Date> {
    let year = rng.u16(2015..2019);
    let month = rng.bool().then(|| rng.u8(1..4));
    let day = if month.is_some() && rng.bool() { Some(rng.u8(1..4)) } else { None };
    if rng.u8(0..3) == 0 { None } else { Date::new(year, month, day) }
}

fn validity(rng: &mut Rng) -> Validity {
    Validity::new(date(rng), date(rng)).unwrap_or_default()
}

impl Naive {
    fn is_seen(&self, edge: &Edge) -> bool {
        let is_there = |node: u32| !self.nodes[node as usize].is_deleted;
        !edge.is_retracted && is_there(edge.source) && is_there(edge.target)
    }

    fn new_node(&mut self, rng: &mut Rng) -> usize {
        let code = rng.bool().then(|| format!("code {}", self.nodes.len()));
        self.nodes.push(Node { kind: rng.u16(0..2), code, ..Node::default() });
        self.nodes.len() - 1
    }

    fn new_edge(&mut self, rng: &mut Rng) -> usize {
        let end = |rng: &mut Rng| {
            // A few entities have most relationships.
            let bound = self.nodes.len().min(if rng.bool() { usize::MAX } else { 5 });
            rng.u32(0..bound as u32)
        };
        self.edges.push(Edge {
            id: rng.bool().then(|| format!("edge {}", self.edges.len())),
            derived: None,
            source: end(rng),
            target: end(rng),
            relation: rng.u16(0..3),
            modality: Modality::ALL[if rng.bool() { 0 } else { rng.usize(0..4) }],
            is_retracted: false,
            validity: validity(rng),
            note: format!("note {}", self.edges.len()),
            evidence: rng.u32(0..4),
            revision: 0,
        });
        self.edges.len() - 1
    }

    /// One random change; its place among the entities, or else among the relationships.
    fn change(&mut self, rng: &mut Rng, revision: u64) -> Result<usize, usize> {
        if self.nodes.is_empty() || rng.u8(0..6) == 0 {
            let node = self.new_node(rng);
            self.nodes[node].name = format!("Name {node}");
            self.nodes[node].revision = revision;
            return Ok(node);
        }
        if rng.u8(0..6) == 0 {
            let place = rng.usize(0..self.nodes.len());
            let node = &mut self.nodes[place];
            node.name = format!("New name {}", rng.u8(..));
            node.alias = rng.bool().then(|| format!("Alias {}", rng.u8(..)));
            node.code = rng.bool().then(|| format!("code {place} {}", rng.u8(..)));
            node.is_deleted = rng.u8(0..4) == 0;
            node.revision = revision;
            return Ok(place);
        }
        let place = match self.edges.is_empty() || rng.u8(0..3) > 0 {
            true => self.new_edge(rng),
            false => rng.usize(0..self.edges.len()),
        };
        let edge = &mut self.edges[place];
        // Before the first check the test does not know the derived id that a change must keep.
        if edge.revision > 0 && (edge.id.is_some() || edge.derived.is_some()) {
            edge.modality = Modality::ALL[rng.usize(0..4)];
            edge.is_retracted = rng.bool();
            edge.validity = validity(rng);
            edge.evidence = rng.u32(0..4);
        }
        edge.revision = revision;
        Err(place)
    }
}

fn reload(snapshot: &Snapshot) -> Snapshot {
    let rebuilt = snapshot.rebuilt();
    let bounds = rebuilt.bounds();
    let blocks = rebuilt.base.blocks();
    let nodes = blocks.nodes.iter().map(|it| {
        let bytes = it.encode();
        assert!(NodeBlock::decode(&bytes[..bytes.len() - 1], &bounds).is_none());
        Arc::new(NodeBlock::decode(&bytes, &bounds).unwrap())
    });
    let edges = blocks.edges.iter().map(|it| {
        let bytes = it.encode();
        assert!(EdgeBlock::decode(&bytes[..bytes.len() - 1], &bounds).is_none());
        Arc::new(EdgeBlock::decode(&bytes, &bounds).unwrap())
    });
    let blocks = Blocks { nodes: nodes.collect(), edges: edges.collect() };
    let ontology = Arc::clone(snapshot.ontology());
    Snapshot::from_blocks(ontology, snapshot.revision(), blocks)
}

/// The halves that a lens sees, the slow way, newest first.
fn expected(naive: &Naive, node: u32, direction: Direction, lens: Lens<'_>) -> Vec<Half> {
    let mut halves = Vec::new();
    for (id, edge) in naive.edges.iter().enumerate() {
        let is_symmetric = edge.relation == 0;
        let is_met = match direction {
            Direction::Any => edge.source == node || edge.target == node,
            _ if is_symmetric => edge.source == node || edge.target == node,
            Direction::Out => edge.source == node,
            Direction::In => edge.target == node,
        };
        let is_seen = lens.modalities.contains(edge.modality)
            && lens.relations.is_none_or(|it| it.contains(RelationId(edge.relation)))
            && lens.as_of.is_none_or(|it| edge.validity.overlaps(it));
        if !is_met || !is_seen || !naive.is_seen(edge) {
            continue;
        }
        let is_loop = edge.source == edge.target;
        let outgoing = if is_loop { direction != Direction::In } else { edge.source == node };
        halves.push(Half {
            edge: EdgeId(id as u32),
            other: NodeId(if edge.source == node { edge.target } else { edge.source }),
            relation: RelationId(edge.relation),
            outgoing,
        });
    }
    halves.sort_by_key(|it| {
        let edge = &naive.edges[it.edge.index()];
        age(edge.validity.from().map_or(0, |it| it.to_bits()), it.edge)
    });
    halves
}

fn check_edges(snapshot: &Snapshot, naive: &Naive, rng: &mut Rng) {
    let relations: RelationSet = [RelationId(rng.u16(0..3)), RelationId(1)].into_iter().collect();
    let lenses = [
        Lens::default(),
        Lens { modalities: ModalitySet::ALL, ..Lens::default() },
        Lens { relations: Some(&relations), modalities: ModalitySet::ALL, as_of: date(rng) },
        Lens { as_of: date(rng), ..Lens::default() },
    ];
    for lens in lenses {
        let view = snapshot.view(lens);
        for node in (0..naive.nodes.len() as u32).map(NodeId) {
            for direction in Direction::ALL {
                let want = expected(naive, node.0, direction, lens);
                let newest: Vec<_> = view.newest_of(node, direction).collect();
                assert_eq!(newest, want, "{node:?} {direction:?} {lens:?}");
                let mut any: Vec<_> = view.edges_of(node, direction).collect();
                assert!(any.len() <= snapshot.degree_bound(node, direction));
                any.sort_by_key(|it| it.edge);
                let mut want = want;
                want.sort_by_key(|it| it.edge);
                assert_eq!(any, want, "{node:?} {direction:?} {lens:?}");
            }
        }
        let held: Vec<_> = view.all_edges().collect();
        let want = (0..naive.edges.len() as u32).map(EdgeId).filter(|it| {
            let edge = &naive.edges[it.index()];
            expected(naive, edge.source, Direction::Any, lens).iter().any(|half| half.edge == *it)
        });
        assert_eq!(held, want.collect::<Vec<_>>());
    }
}

fn check_nodes(snapshot: &Snapshot, naive: &Naive) {
    let code = property(snapshot.ontology(), "code");
    let there: Vec<_> = (0..naive.nodes.len() as u32)
        .map(NodeId)
        .filter(|it| !naive.nodes[it.index()].is_deleted)
        .collect();
    assert_eq!(snapshot.nodes(None).collect::<Vec<_>>(), there);
    for kind in [KindId(0), KindId(1)] {
        let of_kind = there.iter().filter(|it| naive.nodes[it.index()].kind == kind.0);
        let of_kind: Vec<_> = of_kind.copied().collect();
        assert_eq!(snapshot.nodes(Some(kind)).collect::<Vec<_>>(), of_kind);
        assert_eq!(snapshot.counts().entities_by_kind[kind.index()], of_kind.len() as u64);
    }
    let mut codes = BTreeMap::new();
    for (id, node) in naive.nodes.iter().enumerate() {
        let (number, kind) = (NodeId(id as u32), KindId(node.kind));
        let found = (!node.is_deleted).then_some(number);
        assert_eq!(snapshot.node(&format!("node:{id}")), found);
        assert_eq!(snapshot.has_node(number), !node.is_deleted);
        assert_eq!(snapshot.is_hub(number), node.kind == 1);
        let entity = snapshot.entity(number);
        assert_eq!(entity.name(), node.name);
        assert_eq!(entity.revision(), Revision(node.revision));
        assert_eq!(entity.aliases().collect::<Vec<_>>(), node.alias.iter().collect::<Vec<_>>());
        assert_eq!(entity.property(code), node.code.as_deref().map(ValueRef::Text));
        if let Some(it) = &node.code {
            codes.insert((kind, it.clone()), found);
        }
    }
    for ((kind, value), found) in codes {
        assert_eq!(snapshot.unique(kind, code, &value), found);
        assert_eq!(snapshot.unique(kind, code, &format!("{value}!")), None);
    }
}

/// Whether `short` is the beginning of `long` but for one edit, the slow way.
fn is_similar(short: &str, long: &str) -> bool {
    let (a, b) = (short.as_bytes(), long.as_bytes());
    let i = a.iter().zip(b).take_while(|it| it.0 == it.1).count();
    let rest = |it: usize, jt: usize| {
        b.get(jt.min(b.len())..).is_some_and(|b| b.starts_with(&a[it.min(a.len())..]))
    };
    let is_swapped = i + 1 < a.len() && i + 1 < b.len() && a[i] == b[i + 1] && a[i + 1] == b[i];
    rest(i + 1, i + 1) || rest(i + 1, i) || rest(i, i + 1) || is_swapped && rest(i + 2, i + 2)
}

fn check_names(snapshot: &Snapshot, naive: &Naive, rng: &mut Rng) {
    let names = |node: &NodeId| {
        let node = &naive.nodes[node.index()];
        let names = [Some(&node.name), node.alias.as_ref()].into_iter().flatten();
        names.map(|it| fold(it)).collect::<Vec<_>>()
    };
    let there: Vec<_> = snapshot.nodes(None).collect();
    let quality = |name: &str, text: &str| {
        let word = name.split_once(' ').filter(|it| it.1.contains(text));
        let suffixes = name.match_indices(' ').map(|it| &name[it.0 + 1..]);
        let suffixes: Vec<_> = suffixes.collect();
        if name == text {
            Some(Quality::Exact)
        } else if name.starts_with(text) {
            Some(Quality::Prefix)
        } else if word.is_some() && suffixes.iter().any(|it| it.starts_with(text)) {
            Some(Quality::Word)
        } else {
            let mut all = suffixes.iter().chain([&name]);
            all.any(|it| is_similar(text, it)).then_some(Quality::Fuzzy(1))
        }
    };
    let number = rng.u8(..);
    let texts = ["n", "name", "new", "nmae", "alas", &format!("alias {number}"), "alias 1"]
        .map(ToOwned::to_owned);
    for text in texts {
        let distance = u8::from(text.len() >= 3);
        let best = |node: &NodeId| names(node).iter().filter_map(|it| quality(it, &text)).min();
        let mut want: Vec<_> = there
            .iter()
            .filter_map(|it| Some((best(it)?, *it)))
            .filter(|it| distance > 0 || it.0 < Quality::Fuzzy(1))
            .collect();
        let found = snapshot.matches(&text, distance, usize::MAX, &mut |_| true);
        let rank = |it: &Match<'_>| {
            let degree = snapshot.degree_bound(it.node, Direction::Any);
            (it.quality, it.matched.chars().count(), Reverse(degree), it.node)
        };
        assert!(found.is_sorted_by_key(rank), "{text}");
        let limit = rng.usize(1..=found.len() + 1);
        let first = snapshot.matches(&text, distance, limit, &mut |_| true);
        assert_eq!(first, found[..limit.min(found.len())], "{text}, the first {limit}");
        let mut found: Vec<_> = found.iter().map(|it| (it.quality, it.node)).collect();
        want.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, want, "{text}");
        let named: Vec<_> = there.iter().filter(|it| names(it).contains(&text)).copied().collect();
        assert_eq!(snapshot.named(&text.to_uppercase()), named);
    }
}

fn check_relationships(snapshot: &Snapshot, naive: &mut Naive) {
    let note = property(snapshot.ontology(), "note");
    let mut evidence = 0;
    for id in 0..naive.edges.len() {
        let number = EdgeId(id as u32);
        let relationship = snapshot.relationship(number);
        let edge = &mut naive.edges[id];
        let name = relationship.id().into_owned();
        match (&edge.id, &edge.derived) {
            (Some(given), _) => assert_eq!(&name, given),
            (None, Some(derived)) => assert_eq!(&name, derived, "an id stays what it was"),
            (None, None) => edge.derived = Some(name.clone()),
        }
        assert_eq!(snapshot.edge(&name), Some(number));
        assert_eq!(relationship.validity(), edge.validity);
        assert_eq!(relationship.modality(), edge.modality);
        assert_eq!(relationship.confidence(), Some(0.9));
        assert_eq!(relationship.property(note), Some(ValueRef::Text(&edge.note)));
        assert_eq!(relationship.evidence().len(), edge.evidence as usize);
        assert_eq!(relationship.origins(), edge.evidence.min(1));
        assert_eq!(relationship.retracted_at().is_some(), edge.is_retracted);
        let is_seen = naive.is_seen(&naive.edges[id]);
        assert_eq!(snapshot.has_edge(number), is_seen);
        evidence += if is_seen { u64::from(naive.edges[id].evidence) } else { 0 };
    }
    let seen = naive.edges.iter().filter(|it| naive.is_seen(it)).count();
    assert_eq!(snapshot.counts().relationships, seen as u64);
    assert_eq!(snapshot.counts().relationships_by_relation.iter().sum::<u64>(), seen as u64);
    assert_eq!(snapshot.counts().evidence, evidence);
}

#[test]
fn a_snapshot_agrees_with_a_naive_graph() {
    let ontology = ontology();
    for seed in 0..12 {
        println!("seed {seed}");
        let mut rng = Rng::with_seed(seed);
        let mut naive = Naive::default();
        let mut snapshot = Snapshot::empty(Arc::clone(&ontology));
        for revision in 1..=60 {
            let changes = (0..rng.usize(1..12)).map(|_| match naive.change(&mut rng, revision) {
                Ok(node) => put_node(&ontology, node, &naive.nodes[node]),
                Err(edge) => put_edge(&ontology, edge, &naive.edges[edge]),
            });
            let changes = changes.collect();
            let commit = Commit { revision: Revision(revision), at: moment(revision), changes };
            assert!(commit.fits(snapshot.revision(), snapshot.bounds()));
            let before = snapshot.counts().clone();
            let next = snapshot.apply(&commit);
            assert_eq!(snapshot.counts(), &before);
            snapshot = match rng.u8(0..12) {
                0 => next.rebuilt(),
                1 => reload(&next),
                _ => next,
            };
            check_nodes(&snapshot, &naive);
            check_relationships(&snapshot, &mut naive);
            if revision % 6 == 0 {
                check_names(&snapshot, &naive, &mut rng);
                check_edges(&snapshot, &naive, &mut rng);
            }
        }
    }
}
