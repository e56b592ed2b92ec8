//! Wishes for relationships that are there.

use serde_json::{Map, Value};

use super::{
    Resolver, check_confidence,
    evidence::check_date,
    problems::{ID, Problems},
    properties,
    relationship::validity,
    state::State,
};
use crate::{
    graph::{EvidenceWish, Granted, Outcome, Place, Rule},
    model::Revision,
};

impl<'a> Resolver<'a> {
    /// Changes properties and confidence.
    pub(super) fn update_relationship(
        &mut self,
        id: &str,
        wished: &'a Map<String, Value>,
        confidence: Option<f64>,
        expected: Option<Revision>,
    ) -> Result<Granted, Problems> {
        let mut problems = Problems::default();
        check_confidence(confidence, Place::Field("confidence"), &mut problems);
        let Some(mut state) = self.state(id, expected, &mut problems) else { return Err(problems) };
        let relation = self.ontology.relation(state.relation);
        let relation = relation.expect("stored relationships fit the ontology");
        let known = self.ontology.properties_of(relation);
        let given = properties::check(self.ontology, &relation.name, known, wished, &mut problems);
        let merged = properties::merge(state.properties.iter().copied(), &given);
        properties::check_required(known, wished, &merged, &mut problems);
        problems.or(())?;
        let confidence = confidence.or(state.confidence);
        if merged == state.properties && confidence == state.confidence {
            return Ok(Granted::unchanged(state.edge));
        }
        state.confidence = confidence;
        Ok(self.put_state(&State { properties: merged, ..state }, 0))
    }

    /// Adds evidence.
    pub(super) fn add_evidence(
        &mut self,
        id: &str,
        evidence: &'a [EvidenceWish],
    ) -> Result<Granted, Problems> {
        let mut problems = Problems::default();
        let evidence = self.check_evidence(evidence, &mut problems);
        let Some(mut state) = self.state(id, None, &mut problems) else { return Err(problems) };
        problems.or(())?;
        match state.add_evidence(self, &evidence) {
            0 => Ok(Granted::unchanged(state.edge)),
            added => Ok(self.put_state(&state, added)),
        }
    }

    /// Closes the validity.
    pub(super) fn end_relationship(
        &mut self,
        id: &str,
        valid_to: &str,
        evidence: &'a [EvidenceWish],
        expected: Option<Revision>,
    ) -> Result<Granted, Problems> {
        let mut problems = Problems::default();
        let to = check_date(Some(valid_to), Place::Field("validTo"), &mut problems);
        let evidence = self.check_evidence(evidence, &mut problems);
        let Some(mut state) = self.state(id, expected, &mut problems) else { return Err(problems) };
        let from = state.validity.from();
        let validity = to.and_then(|to| validity(from, Some(to), &mut problems));
        problems.or(())?;
        let validity = validity.expect("a wish without a problem has a validity");
        let added = state.add_evidence(self, &evidence);
        if added == 0 && state.validity == validity {
            return Ok(Granted::unchanged(state.edge));
        }
        state.validity = validity;
        Ok(self.put_state(&state, added))
    }

    /// Hides it from now on.
    pub(super) fn retract_relationship(
        &mut self,
        id: &str,
        reason: &'a str,
        expected: Option<Revision>,
    ) -> Result<Granted, Problems> {
        let mut problems = Problems::default();
        if reason.trim().is_empty() {
            problems.invalid(Place::Field("reason"), "a reason must not be blank".to_owned());
        }
        let Some(mut state) = self.state(id, expected, &mut problems) else { return Err(problems) };
        problems.or(())?;
        state.retracted = Some((self.at, reason));
        let Granted::Relationship { edge, .. } = self.put_state(&state, 0) else {
            unreachable!("a relationship was put");
        };
        Ok(Granted::Relationship { edge, outcome: Outcome::Deleted, evidence: 0 })
    }

    /// The relationship that `id` means, where it is there and was last changed as `expected`.
    fn state(
        &self,
        id: &str,
        expected: Option<Revision>,
        problems: &mut Problems,
    ) -> Option<State<'a>> {
        let there = self.base.edge(id).map(|it| self.base.relationship(it).standing());
        let Some(there) = there.filter(|it| self.base.has_edge(it.edge)) else {
            let fault = match there.and_then(|it| it.retraction()) {
                Some((_, reason)) => format!("it was retracted: {reason}"),
                None => "it is not there".to_owned(),
            };
            problems.add(Rule::UnknownRelationship, ID, fault);
            return None;
        };
        problems.check_revision(expected, there.revision());
        Some(State::of(there, there.identity()))
    }

    /// Puts a relationship that was there, with so much more evidence.
    pub(super) fn put_state(&mut self, state: &State<'_>, evidence: u32) -> Granted {
        let (put, is_named) = state.put(self);
        self.progress.put_edge(put, None, is_named);
        Granted::Relationship { edge: state.edge, outcome: Outcome::Updated, evidence }
    }
}
