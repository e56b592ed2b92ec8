//! One operation on a transport that can answer more than once.

use std::{sync::Arc, time::Instant};

use actix_web::web::{self, Data};
use tracing::{Instrument, Span};

use super::{
    access::tell_operation,
    account::Account,
    called::Called,
    params::{Input, Params},
    refusal::Refusal,
    settings::Settings,
};
use crate::api::{Api, Code, Outcome, Response, Subscription, referring_to};

/// One of the answers to an operation.
#[derive(Debug)]
pub(super) enum Answer {
    /// A result, perhaps with errors.
    Next(Vec<u8>),
    /// Why the operation is not executed, or cannot go on. The last one.
    Refused(Vec<u8>),
}

/// Whether whoever is answered still listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listens {
    /// It does.
    Yes,
    /// It has gone away, or has had enough.
    No,
}

/// An operation that has begun, and will be told what happens from here on.
#[derive(Debug)]
pub(super) struct Operation {
    settings: Data<Settings>,
    called: Called,
    input: Input,
    begun: Begun,
}

/// How it goes on.
#[derive(Debug)]
enum Begun {
    /// It is answered once.
    Once(Data<Api>),
    /// It is answered until nobody listens.
    Follow(Box<Subscription>),
    /// It is not executed.
    Refused(Response),
}

impl Operation {
    /// Begins what `input` asks for.
    ///
    /// # Errors
    ///
    /// Where it is no GraphQL request.
    pub(super) fn begin(
        api: Data<Api>,
        settings: Data<Settings>,
        called: Called,
        input: Input,
    ) -> Result<Self, Refusal> {
        let begun = match referring_to(&called.id, || {
            Ok::<_, Refusal>(api.subscribe(input.params()?.request()))
        })? {
            Ok(Some(subscription)) => {
                let operation = subscription.asked().operation_type();
                settings.meters.answered(Some(operation), None, called.since.elapsed());
                Begun::Follow(subscription.into())
            }
            Ok(None) => Begun::Once(api),
            Err(response) => {
                settings.note(&called, &input, &response, called.since.elapsed());
                Begun::Refused(response)
            }
        };
        Ok(Self { settings, called, input, begun })
    }

    /// Answers it. Waits for `send`, so that whoever reads slowly is answered slowly.
    pub(super) async fn run(self, send: impl AsyncFn(Answer) -> Listens) {
        let Self { settings, called, input, begun } = self;
        let span = called.span();
        let account = Account { asked: None, code: None };
        let mut ending = Ending { called: &called, account };
        let answered = async {
            let response = match begun {
                Begun::Follow(subscription) => {
                    ending.account.asked = Some(subscription.asked());
                    let code = follow(&settings, &called, &input, *subscription, send).await;
                    ending.account.code = code;
                    return;
                }
                Begun::Refused(response) => Some(response),
                Begun::Once(api) => once(api, &settings, &called, &input, params(&input)).await,
            };
            let Some(Response { body, outcome, code, asked }) = response else {
                ending.account.code = Some(Code::Internal);
                send(Answer::Refused(Refusal::internal().body())).await;
                return;
            };
            ending.account = Account { asked, code };
            send(match outcome {
                Outcome::Executed => Answer::Next(body),
                Outcome::Refused | Outcome::Failed => Answer::Refused(body),
            })
            .await;
        };
        answered.instrument(span).await;
    }
}

/// Tells the end of an operation to the log, also where the client breaks it off.
struct Ending<'c> {
    called: &'c Called,
    account: Account,
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        tell_operation(self.called, &self.account);
    }
}

/// Answers a request, `params` of `input`, where it takes long on a thread on which nobody waits;
/// `None` where that thread has panicked.
pub(super) async fn once(
    api: Data<Api>,
    settings: &Settings,
    called: &Called,
    input: &Input,
    params: Params<'_>,
) -> Option<Response> {
    let brief = referring_to(&called.id, || api.execute_briefly(params.request()));
    let response = match brief {
        Some(response) => response,
        None => {
            let input = input.clone();
            let answer = move || api.execute(self::params(&input).request());
            at_length(settings, called, answer).await?
        }
    };
    settings.note(called, input, &response, called.since.elapsed());
    Some(response)
}

fn params(input: &Input) -> Params<'_> {
    input.params().expect("it was read when it began")
}

/// Answers every change; gives the code of the error that ends it.
async fn follow(
    settings: &Settings,
    called: &Called,
    input: &Input,
    mut subscription: Subscription,
    send: impl AsyncFn(Answer) -> Listens,
) -> Option<Code> {
    let _open = settings.meters.subscriptions.enter();
    loop {
        let event = match subscription.next().await {
            Ok(event) => event,
            Err(response) => {
                send(Answer::Refused(response.body)).await;
                return response.code;
            }
        };
        let began = Instant::now();
        let response = match referring_to(&called.id, || event.answer_briefly()) {
            Some(response) => Some(response),
            None => at_length(settings, called, move || event.answer()).await,
        };
        let Some(response) = response else { return Some(Code::Internal) };
        settings.note_event(called, input, &response, began.elapsed());
        if send(Answer::Next(response.body)).await == Listens::No {
            return None;
        }
    }
}

/// Where other connections do not wait for it.
async fn at_length(
    settings: &Settings,
    called: &Called,
    answer: impl FnOnce() -> Response + Send + 'static,
) -> Option<Response> {
    settings.meters.handed_over.add(1);
    let (id, span) = (Arc::clone(&called.id), Span::current());
    web::block(move || span.in_scope(|| referring_to(&id, answer))).await.ok()
}
