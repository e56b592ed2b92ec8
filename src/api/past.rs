//! The graphs of the past that a request asks for with `knownAt`.

use std::sync::Arc;

use super::{Code, FieldError, Input, RequestError, bound::BoundArguments, plan::Plan};
use crate::{
    graph::{Graph, HistoryError, Snapshot},
    model::Timestamp,
};

/// Moments that one request may ask for.
const MOMENTS_MAX: usize = 8;

/// The graphs as they were recorded at some moments. They outlive the answer, which borrows them.
#[derive(Debug, Default)]
pub(super) struct Past(Vec<(Timestamp, Result<Arc<Snapshot>, FieldError>)>);

impl Past {
    /// The graph as it was recorded at each of `moments`.
    pub(super) fn of(graph: &Graph, moments: &[Timestamp]) -> Self {
        let at = |it: &Timestamp| (*it, graph.snapshot_at(*it).map_err(|err| told(&err)));
        Self(moments.iter().map(at).collect())
    }

    /// The graph as it was recorded at `moment`, which is one of those asked for.
    pub(super) fn at(&self, moment: Timestamp) -> Result<&Snapshot, &FieldError> {
        let found = self.0.iter().find(|(it, _)| *it == moment);
        let (_, snapshot) = found.expect("every moment that a request asks for is here");
        snapshot.as_deref()
    }
}

/// The moments that a request asks for, each once.
///
/// # Errors
///
/// [`Code::QueryTooComplex`] where there are too many: each may cost a look through the history.
pub(super) fn moments(plan: &Plan, bound: &BoundArguments) -> Result<Vec<Timestamp>, RequestError> {
    let (mut moments, mut location) = (Vec::new(), None);
    for (id, _) in plan.operations() {
        let Ok(args) = bound.of(id) else { continue };
        if let Some(Input::DateTime(it)) = args.get("knownAt")
            && !moments.contains(it)
        {
            moments.push(*it);
            location = Some(plan.field(id).location);
        }
    }
    if moments.len() > MOMENTS_MAX {
        let message = format!(
            "the operation asks for {} moments of the past; the limit is {MOMENTS_MAX}",
            moments.len()
        );
        let locations = location.into_iter().collect();
        return Err(RequestError { code: Code::QueryTooComplex, message, locations });
    }
    Ok(moments)
}

fn told(err: &HistoryError) -> FieldError {
    match err {
        HistoryError::TooFar { .. } => FieldError::input(format!("`knownAt`: {err}")),
        HistoryError::Store(_) => FieldError::new(Code::Internal, err.to_string()),
    }
}
