//! Mutations of which nothing is recorded, and what clients are told.

use std::iter;

use serde_json::Map;

use super::Failure;
use crate::{
    api::{Code, FieldError, error_list::ErrorList, json::PathStep, plan::Plan, response::Reply},
    graph::{Mode, Place, Rejection, Rule, Wish, WriteError},
};

/// The response to a mutation in which something is wrong.
pub(in crate::api) fn refuse(plan: &Plan, failure: &Failure) -> Reply {
    let mut errors = ErrorList::default();
    for (id, error) in failure {
        let field = plan.field(*id);
        errors.push(error, &[field.location], iter::once(PathStep::Key(&field.key)));
    }
    let mut out = b"{\"data\":null".to_vec();
    let code = errors.finish(&mut out);
    out.push(b'}');
    Reply { body: out, code, steps: 0, rows: 0 }
}

/// Why a mutation that is right was not written.
pub(in crate::api) fn unwritten(err: &WriteError) -> FieldError {
    let code = match err {
        // What the store said is in the log.
        WriteError::Store(_) => {
            let message = "the graph is read-only: the store failed; nothing of this is recorded";
            return FieldError::new(Code::ReadOnly, message);
        }
        WriteError::ReadOnly(_) => Code::ReadOnly,
        WriteError::Rejected(_) | WriteError::Panicked | WriteError::Closed => Code::Internal,
    };
    FieldError { code, message: err.to_string(), extensions: Map::new() }
}

/// Where in the arguments that `wish` was made of `place` is, from where they begin; `None` where it
/// is all of them.
pub(super) fn argument(wish: &Wish, place: &Place) -> Option<String> {
    Some(match (place, wish) {
        (Place::Whole, _) => return None,
        (Place::Field("id"), Wish::PutEntity(it)) if it.mode == Mode::Update => return None,
        (Place::Field("id"), Wish::DeleteEntity { .. }) => return None,
        (Place::Field("id"), Wish::AddEvidence { .. }) => "relationship".to_owned(),
        (Place::Property(_), Wish::UnmergeEntity { .. }) => "id".to_owned(),
        (Place::Property(name), Wish::AssertRelationship(_)) => format!("properties.{name}"),
        (Place::Property(name), _) => name.clone(),
        (Place::Field(name), _) => (*name).to_owned(),
        (Place::Evidence { index, field }, _) => format!("evidence[{index}].{field}"),
        (Place::Loser(index), _) => format!("losers[{index}]"),
    })
}

/// A broken rule as clients are told of it.
pub(in crate::api) fn rejected(rejection: Rejection) -> FieldError {
    let code = match rejection.rule {
        Rule::Invalid | Rule::NotMerged => Code::BadUserInput,
        Rule::UnknownEntity => Code::UnknownEntity,
        Rule::UnknownRelationship => Code::UnknownRelationship,
        Rule::Unique | Rule::Taken => Code::UniqueViolation,
        Rule::RevisionConflict { .. } => Code::RevisionConflict,
        Rule::StillConnected => Code::StillConnected,
    };
    let mut error = FieldError::new(code, rejection.message);
    if let Rule::RevisionConflict { current } = rejection.rule {
        error.extensions.insert("current".to_owned(), current.to_string().into());
    }
    error
}
