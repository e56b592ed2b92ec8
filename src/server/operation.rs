//! One operation on a transport that can answer more than once.

use actix_web::web::{self, Data};

use super::{
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
pub(super) enum Operation {
    /// It is answered once.
    Once(Data<Api>, Input),
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
    pub(super) fn begin(api: Data<Api>, input: Input) -> Result<Self, Refusal> {
        let begun = api.subscribe(input.params()?.request());
        Ok(match begun {
            Ok(Some(subscription)) => Self::Follow(subscription.into()),
            Ok(None) => Self::Once(api, input),
            Err(response) => Self::Refused(response),
        })
    }

    /// Answers it. Waits for `send`, so that whoever reads slowly is answered slowly.
    pub(super) async fn run(self, send: impl AsyncFn(Answer) -> Listens) {
        let response = match self {
            Self::Follow(subscription) => return follow(*subscription, send).await,
            Self::Refused(response) => Some(response),
            Self::Once(api, input) => {
                let brief = api.execute_briefly(params(&input).request());
                match brief {
                    None => at_length(move || api.execute(params(&input).request())).await,
                    brief => brief,
                }
            }
        };
        let answer =
            response.map_or_else(|| Answer::Refused(Refusal::internal().body()), Answer::of);
        send(answer).await;
    }
}

fn params(input: &Input) -> Params<'_> {
    input.params().expect("it was read when it began")
}

async fn follow(mut subscription: Subscription, send: impl AsyncFn(Answer) -> Listens) {
    loop {
        let event = match subscription.next().await {
            Ok(event) => event,
            Err(response) => {
                send(Answer::Refused(response.body)).await;
                return;
            }
        };
        let response = match event.answer_briefly() {
            Some(response) => Some(response),
            None => at_length(move || event.answer()).await,
        };
        let Some(response) = response else { return };
        if send(Answer::Next(response.body)).await == Listens::No {
            return;
        }
    }
}

/// Where other connections do not wait for it.
async fn at_length(answer: impl FnOnce() -> Response + Send + 'static) -> Option<Response> {
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
