//! Wishes for relationships that are checked without a snapshot.

use std::iter;

use super::{
    Resolver, check_confidence,
    evidence::check_date,
    problems::Problems,
    properties::{self, Properties},
    relationship::{check_pair, validity},
    state::State,
    twin::{Called, Says},
};
use crate::{
    graph::{
        Granted, Outcome, Place, PutEdge, RelationshipWish,
        codec::{Reader, put_properties},
        identity::Identity,
        merging::Merging,
        relationship::RelationshipRecord,
    },
    model::{EdgeId, KindId, Modality, NodeId, RelationId, Validity},
    ontology::Ontology,
};

/// Source and target of a relationship and their kinds.
pub(in crate::graph) type Ends = [(NodeId, KindId); 2];

/// What a wish says that nothing is wrong with: a relationship that is named by its content, without
/// evidence.
#[derive(Clone, Copy, Debug)]
pub(in crate::graph) struct Said {
    relation: RelationId,
    source: NodeId,
    target: NodeId,
    validity: Validity,
    confidence: Option<f64>,
    called: Called,
    /// Where its properties begin and end among the packed ones.
    properties: [u32; 2],
}

/// What a wish between known ends says, where that is all that it needs to be right. Appends its
/// properties to `packed`.
pub(in crate::graph) fn foresee(
    ontology: &Ontology,
    wish: &RelationshipWish,
    [source, target]: Ends,
    packed: &mut Vec<u8>,
) -> Option<Said> {
    let relation = ontology.relation_named(&wish.relation)?;
    if wish.id.is_some() || !wish.evidence.is_empty() {
        return None;
    }
    let problems = &mut Problems::default();
    let from = check_date(wish.valid_from.as_deref(), Place::Field("validFrom"), problems);
    let to = check_date(wish.valid_to.as_deref(), Place::Field("validTo"), problems);
    check_confidence(wish.confidence, Place::Field("confidence"), problems);
    check_pair(ontology, relation, source.1, target.1, problems);
    let known = ontology.properties_of(relation);
    let given = properties::check(ontology, &relation.name, known, &wish.properties, problems);
    let properties = properties::merge(iter::empty(), &given);
    properties::check_required(known, &wish.properties, &properties, problems);
    let validity = validity(from, to, problems)?;
    if !problems.is_empty() {
        return None;
    }
    let begin = packed.len();
    put_properties(packed, &properties);
    let (source, target) = (source.0, target.0);
    let says = Says { relation, source, target, validity, properties: &properties };
    let called = Called::of(ontology, says, [&wish.source, &wish.target], &packed[begin..]);
    let place = |it| u32::try_from(it).expect("the lines of a draft fit 4 GiB");
    let properties = [begin, packed.len()].map(place);
    let (relation, confidence) = (relation.id, wish.confidence);
    Some(Said { relation, source, target, validity, confidence, called, properties })
}

impl Said {
    /// The entities that it joins.
    pub(in crate::graph) fn ends(&self) -> [NodeId; 2] {
        [self.source, self.target]
    }
}

impl Resolver<'_> {
    /// Brings near what granting these looks up in vain, most often.
    pub(in crate::graph) fn touch<'s>(&self, said: impl Iterator<Item = &'s Said>) {
        let called = said.flat_map(|it| it.called.all());
        self.base.touch_edges(called.map(|it| it as u64));
    }

    /// Records what was said, as a wish would, unless it is recorded already.
    pub(in crate::graph) fn grant_said(&mut self, said: &Said, packed: &[u8]) -> Granted {
        let [begin, end] = said.properties.map(|it| it as usize);
        let packed = &packed[begin..end];
        if self.is_unheard(said) {
            return self.put_said(said, said.called.content, packed);
        }
        let properties: Properties<'_> = Reader(packed).properties().collect();
        let Said { source, target, validity, .. } = *said;
        let relation = self.ontology.relation(said.relation);
        let relation = relation.expect("it was found in the same ontology");
        let says = Says { relation, source, target, validity, properties: &properties };
        match self.twin(says, said.called, |_| true) {
            Some(edge) => self.confirm(edge, said.confidence),
            None => self.put_said(said, self.free_id(said.called.content), packed),
        }
    }

    /// Whether no relationship is like it, or has an id like one that it may have.
    fn is_unheard(&self, said: &Said) -> bool {
        let Said { relation, source, target, .. } = *said;
        let is_named = |source, target| !self.progress.named(relation, source, target).is_empty();
        said.called.all().all(|content| {
            self.progress.edge(Identity::Derived(content)).is_none()
                && self.base.edge_named_saying(content, |_| true).is_none()
        }) && !is_named(source, target)
            && !(said.called.is_symmetric() && is_named(target, source))
    }

    /// Puts it under the id `id`.
    fn put_said(&mut self, said: &Said, id: u128, packed: &[u8]) -> Granted {
        let (edge, is_named) = (self.progress.next_edge(), id != said.called.content);
        let record = RelationshipRecord {
            identity: if is_named { Identity::Derived(id) } else { Identity::Content },
            revision: self.revision,
            recorded_at: self.at,
            retracted: None,
            merging: &Merging::default(),
            confidence: said.confidence,
            evidence: &[],
            properties: &[],
        };
        let put = PutEdge {
            edge,
            is_new: true,
            source: said.source,
            target: said.target,
            relation: said.relation,
            modality: Modality::default(),
            disputed: false,
            retracted: false,
            hidden: false,
            moved: false,
            validity: said.validity,
            record: record.encode_before(packed),
        };
        self.progress.put_edge(put, Some(Identity::Derived(id)), is_named);
        Granted::Relationship { edge, outcome: Outcome::Created, evidence: 0 }
    }

    /// Records that a relationship is so sure, where that is said.
    fn confirm(&mut self, edge: EdgeId, confidence: Option<f64>) -> Granted {
        let there = self.progress.relationship(edge);
        let mut state = State::of(there, there.kept_identity());
        if confidence.is_none() || confidence == state.confidence {
            return Granted::unchanged(edge);
        }
        state.confidence = confidence;
        let (put, is_named) = state.put(self);
        self.progress.put_edge(put, None, is_named);
        Granted::Relationship { edge, outcome: Outcome::Updated, evidence: 0 }
    }
}
