//! Wishes for relationships.

use std::iter;

use super::{
    Resolver, check_confidence, check_id,
    evidence::check_date,
    problems::{ID, Problems},
    properties::{self, Given, Properties},
    state::State,
    twin::{Called, Says},
};
use crate::{
    graph::{
        Evidence, Granted, Outcome, Place, PutEdge, Relationship, RelationshipWish, Rule,
        identity::Identity, merging::Merging,
    },
    model::{Date, EdgeId, KindId, NodeId, Timestamp, Validity},
    ontology::{Kind, Ontology, Relation},
};

/// Pairs of types that a message names at most.
const PAIRS_SHOWN_MAX: usize = 8;

/// A wish whose parts are right, each by itself.
pub(super) struct Checked<'w> {
    wish: &'w RelationshipWish,
    pub(super) relation: &'w Relation,
    pub(super) source: NodeId,
    pub(super) target: NodeId,
    from: Option<Date>,
    to: Option<Date>,
    given: Given<'w>,
    evidence: Vec<Evidence<'w>>,
}

/// What a wish leads to.
struct Put<'w> {
    edge: EdgeId,
    /// How many pieces of evidence it adds.
    evidence: u32,
    /// Its id if it is new.
    new: Option<Identity<'w>>,
    /// Its new state, and whether its id is another than its content's; `None` where it is so
    /// already.
    change: Option<(PutEdge, bool)>,
}

impl<'a> Resolver<'a> {
    /// Records the relationship, or adds to the one that is there.
    pub(super) fn assert_relationship(
        &mut self,
        wish: &'a RelationshipWish,
    ) -> Result<Granted, Problems> {
        let mut problems = Problems::default();
        let relation = self.relation(&wish.relation, &mut problems);
        let checked = self.check_relationship(wish, relation, &mut problems);
        let put = checked.and_then(|checked| match &wish.id {
            Some(id) => self.put_by_id(id, &checked, &mut problems),
            None => self.put_by_content(&checked, &mut problems),
        });
        problems.or(())?;
        let Put { edge, evidence, new, change } = put.expect("a wish without a problem is granted");
        let outcome = match (&new, &change) {
            (Some(_), _) => Outcome::Created,
            (None, Some(_)) => Outcome::Updated,
            (None, None) => Outcome::Unchanged,
        };
        if let Some((put, is_named)) = change {
            self.progress.put_edge(put, new, is_named);
        }
        Ok(Granted::Relationship { edge, outcome, evidence })
    }

    /// The parts of a wish as far as they are right, where its type and ends are there.
    fn check_relationship(
        &self,
        wish: &'a RelationshipWish,
        relation: Option<&'a Relation>,
        problems: &mut Problems,
    ) -> Option<Checked<'a>> {
        if let Some(id) = &wish.id {
            check_id(id, problems);
        }
        let source = self.end(&wish.source, Place::Field("source"), problems);
        let target = self.end(&wish.target, Place::Field("target"), problems);
        let from = check_date(wish.valid_from.as_deref(), Place::Field("validFrom"), problems);
        let to = check_date(wish.valid_to.as_deref(), Place::Field("validTo"), problems);
        check_confidence(wish.confidence, Place::Field("confidence"), problems);
        let evidence = self.check_evidence(&wish.evidence, problems);
        let relation = relation?;
        let known = self.ontology.properties_of(relation);
        let given =
            properties::check(self.ontology, &relation.name, known, &wish.properties, problems);
        let Some((source, target)) = source.zip(target) else {
            if wish.id.is_none() {
                // What else is wrong with it is told all the same.
                let properties = properties::merge(iter::empty(), &given);
                properties::check_required(known, &wish.properties, &properties, problems);
                validity(from, to, problems);
            }
            return None;
        };
        let kinds = [source, target].map(|it| self.progress.kind(it));
        check_pair(self.ontology, relation, kinds[0], kinds[1], problems);
        Some(Checked { wish, relation, source, target, from, to, given, evidence })
    }

    /// The relationship with the id `id` as the wish leaves it.
    fn put_by_id(
        &self,
        id: &'a str,
        wish: &Checked<'a>,
        problems: &mut Problems,
    ) -> Option<Put<'a>> {
        let identity = Identity::parse(id);
        let Some(edge) = self.progress.edge(identity) else {
            if self.progress.node(id).is_some() {
                let message = "it is the id of an entity; choose another id".to_owned();
                problems.add(Rule::Taken, ID, message);
                return None;
            }
            self.check_not_evidence(id, problems);
            return self.create(identity, wish, problems);
        };
        let (edge, identity) = self.standing(edge, identity);
        let there = self.progress.relationship(edge);
        if there.retraction().is_some() {
            let message = "it was retracted; choose another id".to_owned();
            problems.add(Rule::Taken, ID, message);
            return None;
        }
        let ends = (there.source(), there.target());
        let is_agreed = there.relation() == wish.relation.id
            && (ends == (wish.source, wish.target)
                || wish.relation.symmetric && ends == (wish.target, wish.source));
        if is_agreed {
            return self.update(edge, identity, wish, problems);
        }
        let relation = self.ontology.relation(there.relation()).map_or("?", |it| &it.name);
        let [source, target] = [ends.0, ends.1].map(|it| self.progress.entity(it).id());
        let message = format!(
            "it is `{relation}` from `{source}` to `{target}`; type and ends of a relationship \
             never change"
        );
        problems.invalid(ID, message);
        None
    }

    /// The relationship that says the same as the wish, with its evidence.
    fn put_by_content(&self, wish: &Checked<'a>, problems: &mut Problems) -> Option<Put<'a>> {
        let properties = properties::merge(iter::empty(), &wish.given);
        let Some(validity) = wish.validity(None, problems) else {
            let known = self.ontology.properties_of(wish.relation);
            properties::check_required(known, &wish.wish.properties, &properties, problems);
            return None;
        };
        let says = Says {
            relation: wish.relation,
            source: wish.source,
            target: wish.target,
            validity,
            properties: &properties,
        };
        let called = self.called(says);
        match self.twin(says, called, |_| true) {
            Some(edge) => {
                let identity = self.progress.relationship(edge).kept_identity();
                self.update(edge, identity, wish, problems)
            }
            None => {
                let Called { content, .. } = called;
                let id = self.free_id(content);
                let kept = if id == content { Identity::Content } else { Identity::Derived(id) };
                let edge = self.progress.next_edge();
                let put = self.settle(edge, None, kept, wish, problems)?;
                Some(Put { new: Some(Identity::Derived(id)), ..put })
            }
        }
    }

    /// The relationship that stands for `edge` since entities were merged, with its identity.
    fn standing<'s>(&'s self, edge: EdgeId, identity: Identity<'s>) -> (EdgeId, Identity<'s>) {
        let there = self.progress.relationship(edge);
        let standing = there.standing();
        if standing.edge == edge { (edge, identity) } else { (standing.edge, standing.identity()) }
    }

    fn create(
        &self,
        identity: Identity<'a>,
        wish: &Checked<'a>,
        problems: &mut Problems,
    ) -> Option<Put<'a>> {
        let put = self.settle(self.progress.next_edge(), None, identity, wish, problems)?;
        Some(Put { new: Some(identity), ..put })
    }

    fn update(
        &self,
        edge: EdgeId,
        identity: Identity<'_>,
        wish: &Checked<'a>,
        problems: &mut Problems,
    ) -> Option<Put<'a>> {
        let there = self.progress.relationship(edge);
        self.settle(edge, Some(there), identity, wish, problems)
    }

    /// What is `there` with what the wish adds to it. `identity` is [`Identity::Content`] only where
    /// the content is known to be what the id is made of.
    fn settle(
        &self,
        edge: EdgeId,
        there: Option<Relationship<'_>>,
        identity: Identity<'_>,
        wish: &Checked<'a>,
        problems: &mut Problems,
    ) -> Option<Put<'a>> {
        let old = there.into_iter().flat_map(Relationship::properties);
        let properties = properties::merge(old, &wish.given);
        let known = self.ontology.properties_of(wish.relation);
        properties::check_required(known, &wish.wish.properties, &properties, problems);
        let validity = wish.validity(there, problems)?;
        let mut state = match there {
            Some(there) => State::of(there, identity),
            None => wish.new_state(edge, identity, self.at),
        };
        state.confidence = wish.wish.confidence.or(state.confidence);
        let evidence = state.add_evidence(self, &wish.evidence);
        let is_same = |it: Relationship<'_>| {
            evidence == 0
                && it.validity() == validity
                && it.confidence() == state.confidence
                && it.properties().eq(properties.iter().copied())
        };
        if there.is_some_and(is_same) {
            return Some(Put { edge, evidence, new: None, change: None });
        }
        let state = State { validity, properties, ..state };
        Some(Put { edge, evidence, new: None, change: Some(state.put(self)) })
    }
}

impl Checked<'_> {
    /// A new relationship, before it has anything but its type and ends.
    fn new_state<'s>(&self, edge: EdgeId, identity: Identity<'s>, at: Timestamp) -> State<'s> {
        State {
            edge,
            is_new: true,
            identity,
            relation: self.relation.id,
            source: self.source,
            target: self.target,
            validity: Validity::ALWAYS,
            recorded_at: at,
            retracted: None,
            merging: Merging::default(),
            confidence: None,
            evidence: Vec::new(),
            properties: Properties::new(),
        }
    }

    /// The validity that the wish leads to; what it does not say stays as it is `there`.
    fn validity(
        &self,
        there: Option<Relationship<'_>>,
        problems: &mut Problems,
    ) -> Option<Validity> {
        let there = there.map(Relationship::validity).unwrap_or_default();
        validity(self.from.or(there.from()), self.to.or(there.to()), problems)
    }
}

/// Whether relationships of this type lead from entities of the one kind to those of the other.
pub(super) fn check_pair(
    ontology: &Ontology,
    relation: &Relation,
    source: KindId,
    target: KindId,
    problems: &mut Problems,
) {
    let is_allowed = relation.pairs.contains(source, target)
        || relation.symmetric && relation.pairs.contains(target, source);
    if is_allowed {
        return;
    }
    let name = |kind| ontology.kind(kind).map_or("?", |it: &Kind| &it.name);
    let pairs: Vec<_> = relation.pairs.iter().collect();
    let mut allowed: Vec<_> = pairs
        .iter()
        .take(PAIRS_SHOWN_MAX)
        .map(|(source, target)| format!("`{}` to `{}`", name(*source), name(*target)))
        .collect();
    if let Some(more) = pairs.len().checked_sub(PAIRS_SHOWN_MAX).filter(|it| *it > 0) {
        allowed.push(format!("{more} more"));
    }
    let message = format!(
        "`{}` does not lead from `{}` to `{}`; allowed: {}",
        relation.name,
        name(source),
        name(target),
        allowed.join(", "),
    );
    problems.invalid(Place::Whole, message);
}

/// The validity between two dates.
pub(super) fn validity(
    from: Option<Date>,
    to: Option<Date>,
    problems: &mut Problems,
) -> Option<Validity> {
    let validity = Validity::new(from, to);
    if let (None, Some(from), Some(to)) = (validity, from, to) {
        let message = format!("it would end (`{to}`) before it begins (`{from}`)");
        problems.invalid(Place::Field("validTo"), message);
    }
    validity
}
