//! Evidence in wishes for relationships.

use std::str::FromStr;

use super::{Resolver, check_confidence, problems::Problems};
use crate::{
    graph::{Evidence, EvidenceWish, Rule},
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
        wishes.iter().filter_map(|it| self.check_piece(it, problems)).collect()
    }

    fn check_piece<'w>(
        &self,
        wish: &'w EvidenceWish,
        problems: &mut Problems,
    ) -> Option<Evidence<'w>> {
        let document = self.end("document", &wish.document, problems);
        let cited_source =
            wish.cited_source.as_ref().and_then(|it| self.end("citedSource", it, problems));
        let stated_by = wish.stated_by.as_ref().and_then(|it| self.end("statedBy", it, problems));
        let modalities = Modality::ALL.map(Modality::name);
        let stances = Stance::ALL.map(Stance::name);
        check_confidence(wish.confidence, problems);
        if wish.method.as_ref().is_some_and(|it| it.trim().is_empty()) {
            problems.invalid("a method must not be blank".to_owned());
        }
        Some(Evidence {
            // The record knows both by the place where the evidence stands in it.
            relationship: EdgeId::default(),
            ordinal: 0,
            document: document?,
            cited_source,
            stated_by,
            stated_at: check_date("statedAt", wish.stated_at.as_deref(), problems),
            locator: wish.locator.as_deref(),
            quote: wish.quote.as_deref(),
            summary: wish.summary.as_deref(),
            modality: word("modality", wish.modality.as_deref(), &modalities, problems),
            stance: word("stance", wish.stance.as_deref(), &stances, problems),
            confidence: wish.confidence,
            method: wish.method.as_deref().unwrap_or(DEFAULT_METHOD),
            recorded_at: self.at,
        })
    }

    /// The entity with the id `id`, which the wish names in `field`.
    pub(super) fn end(&self, field: &str, id: &str, problems: &mut Problems) -> Option<NodeId> {
        let node = self.progress.node(id);
        if node.is_none() {
            let fault = match self.progress.is_refused(id) {
                true => "is refused itself",
                false => "is not there; record it first",
            };
            problems.add(Rule::UnknownEntity, format!("its {field} `{id}` {fault}"));
        }
        node
    }
}

/// The date that the wish names in `field`.
pub(super) fn check_date(field: &str, text: Option<&str>, problems: &mut Problems) -> Option<Date> {
    match text?.parse() {
        Ok(date) => Some(date),
        Err(err) => {
            problems.invalid(format!("its {field}: {err}"));
            None
        }
    }
}

/// One of a few words, the default where absent.
fn word<T: FromStr + Default>(
    what: &str,
    text: Option<&str>,
    known: &[&'static str],
    problems: &mut Problems,
) -> T {
    let Some(text) = text else { return T::default() };
    text.parse().unwrap_or_else(|_| {
        let hint = did_you_mean(text, known.iter().copied());
        let known = known.join("`, `");
        problems.invalid(format!("the {what} is one of `{known}`, not `{text}`{hint}"));
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
