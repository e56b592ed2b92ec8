//! Wishes for relationships.

use std::iter;

use super::{
    Resolver, check_confidence, check_id,
    evidence::{check_date, is_disputed, is_same, modality},
    problems::Problems,
    properties::{self, Given},
};
use crate::{
    graph::{
        Evidence, PutEdge, Relationship, RelationshipWish, identity::Identity,
        relationship::RelationshipRecord,
    },
    model::{Date, EdgeId, NodeId, Validity},
    ontology::{Kind, Relation},
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

/// A relationship's new state, its id if it is new, and whether that is another than its content's.
struct Put<'w> {
    edge: PutEdge,
    new: Option<Identity<'w>>,
    is_named: bool,
}

impl<'a> Resolver<'a> {
    /// Records the relationship, or adds to the one that is there.
    pub(super) fn assert_relationship(
        &mut self,
        wish: &'a RelationshipWish,
    ) -> Result<(), Problems> {
        let mut problems = Problems::default();
        let relation = self.relation(&wish.relation, &mut problems);
        let checked = self.check_relationship(wish, relation, &mut problems);
        let put = checked.and_then(|checked| match &wish.id {
            Some(id) => self.put_by_id(id, &checked, &mut problems),
            None => self.put_by_content(&checked, &mut problems),
        });
        problems.or(())?;
        if let Some(Put { edge, new, is_named }) = put {
            self.progress.put_edge(edge, new, is_named);
        }
        Ok(())
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
        let source = self.end("source", &wish.source, problems);
        let target = self.end("target", &wish.target, problems);
        let from = check_date("validFrom", wish.valid_from.as_deref(), problems);
        let to = check_date("validTo", wish.valid_to.as_deref(), problems);
        check_confidence(wish.confidence, problems);
        let evidence = self.check_evidence(&wish.evidence, problems);
        let relation = relation?;
        let known = self.ontology.properties_of(relation);
        let given =
            properties::check(self.ontology, &relation.name, known, &wish.properties, problems);
        let (source, target) = (source?, target?);
        self.check_pair(relation, source, target, problems);
        Some(Checked { wish, relation, source, target, from, to, given, evidence })
    }

    fn check_pair(
        &self,
        relation: &Relation,
        source: NodeId,
        target: NodeId,
        problems: &mut Problems,
    ) {
        let [source, target] = [source, target].map(|it| self.progress.entity(it).kind());
        let is_allowed = relation.pairs.contains(source, target)
            || relation.symmetric && relation.pairs.contains(target, source);
        if is_allowed {
            return;
        }
        let name = |kind| self.ontology.kind(kind).map_or("?", |it: &Kind| &it.name);
        let pairs: Vec<_> = relation.pairs.iter().collect();
        let mut allowed: Vec<_> = pairs
            .iter()
            .take(PAIRS_SHOWN_MAX)
            .map(|(source, target)| format!("`{}` to `{}`", name(*source), name(*target)))
            .collect();
        if let Some(more) = pairs.len().checked_sub(PAIRS_SHOWN_MAX).filter(|it| *it > 0) {
            allowed.push(format!("{more} more"));
        }
        problems.invalid(format!(
            "`{}` does not lead from `{}` to `{}`; allowed: {}",
            relation.name,
            name(source),
            name(target),
            allowed.join(", "),
        ));
    }

    /// The relationship with the id `id` as the wish leaves it; `None` where it is so already.
    fn put_by_id(
        &self,
        id: &'a str,
        wish: &Checked<'a>,
        problems: &mut Problems,
    ) -> Option<Put<'a>> {
        let identity = Identity::parse(id);
        let Some(edge) = self.progress.edge(identity) else {
            return self.create(identity, wish, problems);
        };
        let there = self.progress.relationship(edge);
        let ends = (there.source(), there.target());
        let is_agreed = there.relation() == wish.relation.id
            && (ends == (wish.source, wish.target)
                || wish.relation.symmetric && ends == (wish.target, wish.source));
        if is_agreed {
            return self.update(edge, identity, wish, problems);
        }
        let relation = self.ontology.relation(there.relation()).map_or("?", |it| &it.name);
        let [source, target] = [ends.0, ends.1].map(|it| self.progress.entity(it).id());
        problems.invalid(format!(
            "it is `{relation}` from `{source}` to `{target}`; type and ends of a relationship \
             never change"
        ));
        None
    }

    /// The relationship that says the same as the wish, with its evidence.
    fn put_by_content(&self, wish: &Checked<'a>, problems: &mut Problems) -> Option<Put<'a>> {
        let validity = wish.validity(None, problems)?;
        let properties = properties::merge(iter::empty(), &wish.given);
        match self.twin(wish, validity, &properties) {
            Ok(edge) => {
                let identity = self.progress.relationship(edge).kept_identity();
                self.update(edge, identity, wish, problems)
            }
            Err(content) => {
                let id = self.free_id(content);
                let kept = if id == content { Identity::Content } else { Identity::Derived(id) };
                let edge = self.progress.next_edge();
                let put = self.settle(edge, None, kept, wish, problems)?;
                Some(Put { new: Some(Identity::Derived(id)), ..put })
            }
        }
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

    /// What is `there` with what the wish adds to it; `None` where that is nothing. `identity` is
    /// [`Identity::Content`] only where the content is known to be what the id is made of.
    fn settle(
        &self,
        edge: EdgeId,
        there: Option<Relationship<'_>>,
        identity: Identity<'_>,
        wish: &Checked<'a>,
        problems: &mut Problems,
    ) -> Option<Put<'a>> {
        let relation = wish.relation;
        let old = there.into_iter().flat_map(Relationship::properties);
        let properties = properties::merge(old, &wish.given);
        let known = self.ontology.properties_of(relation);
        properties::check_required(known, &wish.wish.properties, &properties, problems);
        let validity = wish.validity(there, problems)?;
        let confidence = wish.wish.confidence.or(there.and_then(Relationship::confidence));
        let mut evidence: Vec<_> = there.into_iter().flat_map(Relationship::evidence).collect();
        let is_more = add(&mut evidence, &wish.evidence);
        let is_same = |it: Relationship<'_>| {
            !is_more
                && it.validity() == validity
                && it.confidence() == confidence
                && it.properties().eq(properties.iter().copied())
        };
        if there.is_some_and(is_same) {
            return None;
        }
        let (source, target) =
            there.map_or((wish.source, wish.target), |it| (it.source(), it.target()));
        let is_named = match identity {
            Identity::Content => false,
            Identity::Text(_) => true,
            Identity::Derived(id) => {
                id != self.content_id(relation, source, target, validity, &properties)
            }
        };
        let retracted_at = there.and_then(Relationship::retracted_at);
        let record = RelationshipRecord {
            identity: if is_named { identity } else { Identity::Content },
            revision: self.revision,
            recorded_at: there.map_or(self.at, Relationship::recorded_at),
            retracted_at,
            confidence,
            evidence: &evidence,
            properties: &properties,
        };
        let edge = PutEdge {
            edge,
            source,
            target,
            relation: relation.id,
            modality: modality(&evidence),
            disputed: is_disputed(&evidence),
            retracted: retracted_at.is_some(),
            validity,
            record: record.encode(),
        };
        Some(Put { edge, new: None, is_named })
    }
}

impl Checked<'_> {
    /// The validity that the wish leads to; what it does not say stays as it is `there`.
    fn validity(
        &self,
        there: Option<Relationship<'_>>,
        problems: &mut Problems,
    ) -> Option<Validity> {
        let there = there.map(Relationship::validity).unwrap_or_default();
        let (from, to) = (self.from.or(there.from()), self.to.or(there.to()));
        let validity = Validity::new(from, to);
        if let (None, Some(from), Some(to)) = (validity, from, to) {
            problems.invalid(format!("it would end (`{to}`) before it begins (`{from}`)"));
        }
        validity
    }
}

/// Adds the pieces that are not there yet; whether there were any.
fn add<'v>(evidence: &mut Vec<Evidence<'v>>, wished: &[Evidence<'v>]) -> bool {
    let before = evidence.len();
    for piece in wished {
        if !evidence.iter().any(|it| is_same(it, piece)) {
            evidence.push(*piece);
        }
    }
    evidence.len() > before
}
