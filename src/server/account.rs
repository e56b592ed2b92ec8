//! What is noted of every operation that was answered: it is counted, and told in the log where it
//! was slow.

use std::{collections::BTreeMap, time::Duration};

use serde::de::IgnoredAny;

use super::{called::Called, params::Input, settings::Settings};
use crate::api::{Asked, Code, Response};

/// The name under which the log's filter knows the lines about slow operations.
const TARGET: &str = "relata::slow";
/// Bytes of a document that the log takes.
const DOCUMENT_BYTES_MAX: usize = 4_000;
/// Names of variables that the log takes, and bytes of all of them.
const VARIABLES_MAX: usize = 20;
const VARIABLES_BYTES_MAX: usize = 500;

/// What became of an operation, left with its request for the log.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) asked: Option<Asked>,
    pub(super) code: Option<Code>,
}

impl Settings {
    /// Counts the answer to what `input` asked for, and logs it where it was slow.
    pub(super) fn note(&self, called: &Called, input: &Input, response: &Response, took: Duration) {
        let operation = response.asked.as_ref().map(Asked::operation_type);
        self.meters.answered(operation, response.code, took);
        self.log_slow(called, input, response, took);
    }

    /// The same of the answer to one change that a subscription is told of.
    pub(super) fn note_event(
        &self,
        called: &Called,
        input: &Input,
        response: &Response,
        took: Duration,
    ) {
        self.meters.events.add(1);
        self.log_slow(called, input, response, took);
    }

    /// Counts a request that never came to the API, and was refused with `code`.
    pub(super) fn note_refused(&self, code: Code, took: Duration) {
        self.meters.answered(None, Some(code), took);
    }

    fn log_slow(&self, called: &Called, input: &Input, response: &Response, took: Duration) {
        if self.slow_query.is_some_and(|it| took >= it) {
            tell_slow(called, input, response, took);
        }
    }
}

/// Values of variables may be secret, so only their names are told.
fn tell_slow(called: &Called, input: &Input, response: &Response, took: Duration) {
    let Ok(params) = input.params() else { return };
    let request = params.request();
    let variables = request.variables.map_or_else(String::new, |it| names(it.get()));
    let document = cut(request.query, DOCUMENT_BYTES_MAX);
    let ms = took.as_micros() as f64 / 1e3;
    let code = response.code.map(Code::name);
    let asked = response.asked.as_ref();
    tracing::warn!(
        target: TARGET,
        parent: None,
        ms,
        operation_type = asked.map(|it| it.operation_type().name()),
        operation = asked.and_then(Asked::name).map(|it| cut(it, VARIABLES_BYTES_MAX)),
        code,
        cost = asked.map(|it| it.cost),
        steps = asked.map(|it| it.steps),
        rows = asked.map(|it| it.rows),
        bytes = response.body.len(),
        document,
        variables,
        plan = asked.map(Asked::plan_summary),
        request_id = &*called.id,
        trace_id = called.trace_id(),
    );
}

/// The names in a JSON object, as `$a, $b`.
fn names(object: &str) -> String {
    let object: BTreeMap<String, IgnoredAny> = serde_json::from_str(object).unwrap_or_default();
    let names: Vec<_> = object.keys().take(VARIABLES_MAX).map(|it| format!("${it}")).collect();
    cut(&names.join(", "), VARIABLES_BYTES_MAX).to_owned()
}

/// The first bytes of a text that may be long.
pub(super) fn cut(text: &str, bytes_max: usize) -> &str {
    &text[..text.floor_char_boundary(bytes_max)]
}
