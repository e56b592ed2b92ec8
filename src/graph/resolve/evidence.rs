//! Evidence in wishes for relationships.

use std::str::FromStr;

use super::{Resolver, check_confidence, problems::Problems};
use crate::{
    graph::{Evidence, EvidenceWish, Place, Rule},
    model::{Date, EdgeId, Modality, NodeId, Stance},
    ontology::did_you_mean,
};

/// How evidence was obtained where the wish does not say.
const DEFAULT_METHOD: &str = "manual";

impl Resolver<'_> {
    /// The evidence of a wish, as far as it is right.
    pub(super) fn check_evidence<'w>(
        &self,
        wishes: &'w [EvidenceWish],
        problems: &mut Problems,
    ) -> Vec<Evidence<'w>> {
        let wishes = wishes.iter().enumerate();
        wishes.filter_map(|(index, it)| self.check_piece(index, it, problems)).collect()
    }

    fn check_piece<'w>(
        &self,
        index: usize,
        wish: &'w EvidenceWish,
        problems: &mut Problems,
    ) -> Option<Evidence<'w>> {
        let place = |field| Place::Evidence { index, field };
        let mut end = |field, id: &str| self.end(id, place(field), problems);
        let document = end("document", &wish.document);
        let cited_source = wish.cited_source.as_ref().and_then(|it| end("citedSource", it));
        let stated_by = wish.stated_by.as_ref().and_then(|it| end("statedBy", it));
        let modalities = Modality::ALL.map(Modality::name);
        let stances = Stance::ALL.map(Stance::name);
        check_confidence(wish.confidence, place("confidence"), problems);
        if wish.method.as_ref().is_some_and(|it| it.trim().is_empty()) {
            problems.invalid(place("method"), "a method must not be blank".to_owned());
        }
        Some(Evidence {
            // The record knows both by the place where the evidence stands in it.
            relationship: EdgeId::default(),
            ordinal: 0,
            document: document?,
            cited_source,
            stated_by,
            stated_at: check_date(wish.stated_at.as_deref(), place("statedAt"), problems),
            locator: wish.locator.as_deref(),
            quote: wish.quote.as_deref(),
            summary: wish.summary.as_deref(),
            modality: word(wish.modality.as_deref(), &modalities, place("modality"), problems),
            stance: word(wish.stance.as_deref(), &stances, place("stance"), problems),
            confidence: wish.confidence,
            method: wish.method.as_deref().unwrap_or(DEFAULT_METHOD),
            recorded_at: self.at,
        })
    }

    /// The entity with the id `id`, which the wish names at `place`.
    pub(super) fn end(&self, id: &str, place: Place, problems: &mut Problems) -> Option<NodeId> {
        let node = self.progress.node(id);
        if node.is_none() {
            let fault = match self.progress.is_refused(id) {
                true => "is refused itself",
                false => "is not there; record it first",
            };
            let message = format!("its {} `{id}` {fault}", place.name());
            problems.add(Rule::UnknownEntity, place, message);
        }
        node
    }
}

/// The date that the wish gives at `place`.
pub(super) fn check_date(
    text: Option<&str>,
    place: Place,
    problems: &mut Problems,
) -> Option<Date> {
    match text?.parse() {
        Ok(date) => Some(date),
        Err(err) => {
            let message = format!("its {}: {err}", place.name());
            problems.invalid(place, message);
            None
        }
    }
}

/// One of a few words, the default where absent.
fn word<T: FromStr + Default>(
    text: Option<&str>,
    known: &[&'static str],
    place: Place,
    problems: &mut Problems,
) -> T {
    let Some(text) = text else { return T::default() };
    text.parse().unwrap_or_else(|_| {
        let hint = did_you_mean(text, known.iter().copied());
        let known = known.join("`, `");
        let what = place.name();
        let message = format!("the {what} is one of `{known}`, not `{text}`{hint}");
        problems.invalid(place, message);
        T::default()
    })
}

/// Whether two pieces say the same, whenever they were recorded.
pub(super) fn is_same(a: &Evidence<'_>, b: &Evidence<'_>) -> bool {
    let alike = Evidence {
        relationship: a.relationship,
        ordinal: a.ordinal,
        recorded_at: a.recorded_at,
        ..*b
    };
    *a == alike
}

/// The strongest modality among the supporting evidence; asserted where there is none.
pub(super) fn modality(evidence: &[Evidence<'_>]) -> Modality {
    let supports = evidence.iter().filter(|it| it.stance == Stance::Supports);
    supports.map(|it| it.modality).min().unwrap_or_default()
}

/// Whether some evidence contradicts.
pub(super) fn is_disputed(evidence: &[Evidence<'_>]) -> bool {
    evidence.iter().any(|it| it.stance == Stance::Contradicts)
}
