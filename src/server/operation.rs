//! One operation on a transport that can answer more than once.

use std::time::Instant;

use actix_web::web::{self, Data};

use super::{
    app::Settings,
    params::{Input, Params},
    refusal::Refusal,
};
use crate::api::{Api, Outcome, Response, Subscription};

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
        input: Input,
    ) -> Result<Self, Refusal> {
        let began = Instant::now();
        let begun = match api.subscribe(input.params()?.request()) {
            Ok(Some(subscription)) => {
                let operation = subscription.asked().operation_type();
                settings.meters.answered(Some(operation), None, began.elapsed());
                Begun::Follow(subscription.into())
            }
            Ok(None) => Begun::Once(api),
            Err(response) => {
                settings.note(&input, &response, began.elapsed());
                Begun::Refused(response)
            }
        };
        Ok(Self { settings, input, begun })
    }

    /// Answers it. Waits for `send`, so that whoever reads slowly is answered slowly.
    pub(super) async fn run(self, send: impl AsyncFn(Answer) -> Listens) {
        let Self { settings, input, begun } = self;
        let response = match begun {
            Begun::Follow(subscription) => {
                return follow(&settings, &input, *subscription, send).await;
            }
            Begun::Refused(response) => Some(response),
            Begun::Once(api) => once(api, &settings, &input, params(&input)).await,
        };
        let answer =
            response.map_or_else(|| Answer::Refused(Refusal::internal().body()), Answer::of);
        send(answer).await;
    }
}

/// Answers a request, `params` of `input`, where it takes long on a thread on which nobody waits;
/// `None` where that thread has panicked.
pub(super) async fn once(
    api: Data<Api>,
    settings: &Settings,
    input: &Input,
    params: Params<'_>,
) -> Option<Response> {
    let began = Instant::now();
    let response = match api.execute_briefly(params.request()) {
        Some(response) => response,
        None => {
            let input = input.clone();
            at_length(settings, move || api.execute(self::params(&input).request())).await?
        }
    };
    settings.note(input, &response, began.elapsed());
    Some(response)
}

fn params(input: &Input) -> Params<'_> {
    input.params().expect("it was read when it began")
}

async fn follow(
    settings: &Settings,
    input: &Input,
    mut subscription: Subscription,
    send: impl AsyncFn(Answer) -> Listens,
) {
    let _open = settings.meters.subscriptions.enter();
    loop {
        let event = match subscription.next().await {
            Ok(event) => event,
            Err(response) => {
                send(Answer::Refused(response.body)).await;
                return;
            }
        };
        let began = Instant::now();
        let response = match event.answer_briefly() {
            Some(response) => Some(response),
            None => at_length(settings, move || event.answer()).await,
        };
        let Some(response) = response else { return };
        settings.note_event(input, &response, began.elapsed());
        if send(Answer::Next(response.body)).await == Listens::No {
            return;
        }
    }
}

/// Where other connections do not wait for it.
async fn at_length(
    settings: &Settings,
    answer: impl FnOnce() -> Response + Send + 'static,
) -> Option<Response> {
    settings.meters.handed_over.add(1);
    web::block(answer).await.ok()
}

impl Answer {
    fn of(response: Response) -> Self {
        match response.outcome {
            Outcome::Executed => Self::Next(response.body),
            Outcome::Refused | Outcome::Failed => Self::Refused(response.body),
        }
    }
}
