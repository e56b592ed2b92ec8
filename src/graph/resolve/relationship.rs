//! Wishes for relationships.

use super::{
    Resolver, check_confidence, check_id,
    evidence::{check_date, is_disputed, is_same, modality},
    problems::Problems,
    properties::{self, Given, Properties},
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
    pub(super) relation: &'w Relation,
    pub(super) source: NodeId,
    pub(super) target: NodeId,
    from: Option<Date>,
    to: Option<Date>,
    confidence: Option<f64>,
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
        let checked = self.check_relationship(wish, relation, problems)?;
        let put = match &wish.id {
            Some(id) => self.put_by_id(id, &checked)?,
            None => self.put_by_content(&checked)?,
        };
        if let Some(Put { edge, new, is_named }) = put {
            self.progress.put_edge(edge, new, is_named);
        }
        Ok(())
    }

    fn check_relationship(
        &self,
        wish: &'a RelationshipWish,
        relation: Option<&'a Relation>,
        mut problems: Problems,
    ) -> Result<Checked<'a>, Problems> {
        if let Some(id) = &wish.id {
            check_id(id, &mut problems);
        }
        let source = self.end("source", &wish.source, &mut problems);
        let target = self.end("target", &wish.target, &mut problems);
        let from = check_date("valid from", wish.valid_from.as_deref(), &mut problems);
        let to = check_date("valid to", wish.valid_to.as_deref(), &mut problems);
        check_confidence(wish.confidence, &mut problems);
        let evidence = self.check_evidence(&wish.evidence, &mut problems);
        let Some(relation) = relation else { return Err(problems) };
        let known = self.ontology.properties_of(relation);
        let (owner, wished) = (&relation.name, &wish.properties);
        let given = properties::check(self.ontology, owner, known, wished, &mut problems);
        let (Some(source), Some(target)) = (source, target) else { return Err(problems) };
        self.check_pair(relation, source, target, &mut problems);
        let confidence = wish.confidence;
        problems.or(Checked { relation, source, target, from, to, confidence, given, evidence })
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
    fn put_by_id<'w>(&self, id: &'w str, wish: &Checked<'w>) -> Result<Option<Put<'w>>, Problems> {
        let identity = Identity::parse(id);
        let Some(edge) = self.progress.edge(identity) else { return self.create(identity, wish) };
        let there = self.progress.relationship(edge);
        let ends = (there.source(), there.target());
        let is_agreed = there.relation() == wish.relation.id
            && (ends == (wish.source, wish.target)
                || wish.relation.symmetric && ends == (wish.target, wish.source));
        if is_agreed {
            return self.update(identity, edge, wish);
        }
        let mut problems = Problems::default();
        let relation = self.ontology.relation(there.relation()).map_or("?", |it| &it.name);
        let [source, target] = [ends.0, ends.1].map(|it| self.progress.entity(it).id());
        problems.invalid(format!(
            "it is `{relation}` from `{source}` to `{target}`; type and ends of a relationship \
             never change"
        ));
        Err(problems)
    }

    /// The relationship that says the same as the wish, with its evidence.
    fn put_by_content<'w>(&self, wish: &Checked<'w>) -> Result<Option<Put<'w>>, Problems> {
        let validity = wish.validity(None)?;
        let properties = properties::merge(std::iter::empty(), &wish.given);
        match self.twin(wish, validity, &properties) {
            Ok(edge) => {
                let identity = self.progress.relationship(edge).kept_identity();
                self.update(identity, edge, wish)
            }
            Err(free) => self.create(free, wish),
        }
    }

    fn create<'w>(
        &self,
        identity: Identity<'w>,
        wish: &Checked<'w>,
    ) -> Result<Option<Put<'w>>, Problems> {
        let edge = self.progress.next_edge();
        let properties = properties::merge(std::iter::empty(), &wish.given);
        let mut evidence = Vec::with_capacity(wish.evidence.len());
        add(&mut evidence, &wish.evidence);
        let (edge, is_named) = self.put(identity, edge, None, wish, &properties, &evidence)?;
        Ok(Some(Put { edge, new: Some(identity), is_named }))
    }

    /// `identity` is [`Identity::Content`] only where the wish leaves the content as it is.
    fn update<'w>(
        &self,
        identity: Identity<'_>,
        edge: EdgeId,
        wish: &Checked<'w>,
    ) -> Result<Option<Put<'w>>, Problems> {
        let there = self.progress.relationship(edge);
        let properties = properties::merge(there.properties(), &wish.given);
        let mut evidence: Vec<_> = there.evidence().collect();
        let is_new = add(&mut evidence, &wish.evidence);
        let is_same = !is_new
            && wish.validity(Some(there.validity()))? == there.validity()
            && wish.confidence.is_none_or(|it| there.confidence() == Some(it))
            && there.properties().eq(properties.iter().copied());
        if is_same {
            return Ok(None);
        }
        let (edge, is_named) =
            self.put(identity, edge, Some(there), wish, &properties, &evidence)?;
        Ok(Some(Put { edge, new: None, is_named }))
    }

    /// The state of `edge`, and whether its id is another than its content's.
    fn put(
        &self,
        identity: Identity<'_>,
        edge: EdgeId,
        there: Option<Relationship<'_>>,
        wish: &Checked<'_>,
        properties: &Properties<'_>,
        evidence: &[Evidence<'_>],
    ) -> Result<(PutEdge, bool), Problems> {
        let mut problems = Problems::default();
        let relation = wish.relation;
        properties::check_required(
            self.ontology.properties_of(relation),
            properties,
            &mut problems,
        );
        problems.or(())?;
        let validity = wish.validity(there.map(Relationship::validity))?;
        let (source, target) =
            there.map_or((wish.source, wish.target), |it| (it.source(), it.target()));
        let is_named = match identity {
            Identity::Derived(id) => {
                id != self.content_id(relation, source, target, validity, properties)
            }
            Identity::Text(_) => true,
            Identity::Content => false,
        };
        let record = RelationshipRecord {
            identity: if is_named { identity } else { Identity::Content },
            revision: self.revision,
            recorded_at: there.map_or(self.at, Relationship::recorded_at),
            retracted_at: there.and_then(Relationship::retracted_at),
            confidence: wish.confidence.or(there.and_then(Relationship::confidence)),
            evidence,
            properties,
        };
        let edge = PutEdge {
            edge,
            source,
            target,
            relation: relation.id,
            modality: modality(evidence),
            disputed: is_disputed(evidence),
            retracted: record.retracted_at.is_some(),
            validity,
            record: record.encode(),
        };
        Ok((edge, is_named))
    }
}

impl Checked<'_> {
    /// The validity that the wish leads to; what it does not say stays as it is `there`.
    fn validity(&self, there: Option<Validity>) -> Result<Validity, Problems> {
        let from = self.from.or(there.and_then(Validity::from));
        let to = self.to.or(there.and_then(Validity::to));
        Validity::new(from, to).ok_or_else(|| {
            let mut problems = Problems::default();
            let [from, to] = [from, to].map(|it| it.map_or_else(String::new, |it| it.to_string()));
            problems.invalid(format!("it would end (`{to}`) before it begins (`{from}`)"));
            problems
        })
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
