//! Subscriptions: one request, an answer for every change.

use std::{collections::VecDeque, sync::Arc};

use super::{
    Asked, Change, Code, FieldError, RequestError, Response, Value,
    change::{ChangeFilter, Position},
    engine::{Engine, Prepared},
    service::{BRIEF_STEPS, guarded},
};
use crate::{
    graph::{Feed, FeedError, Graph, Snapshot},
    model::with_causes,
};

/// What whoever cannot go on does.
const START_ANEW: &str =
    "read the graph anew, and leave `after` out to follow what is committed from now on";

/// What a subscription asks of every change that it is told of.
#[derive(Debug)]
struct Question {
    engine: Arc<Engine>,
    prepared: Prepared,
    filter: ChangeFilter,
}

/// A subscription that is followed: where it is in the order of changes, and what it asks.
#[derive(Debug)]
pub struct Subscription {
    question: Arc<Question>,
    graph: Graph,
    feed: Feed,
    position: Position,
    /// Changes of the last commit that are yet to be told, in the graph that has them.
    waiting: VecDeque<Change>,
    snapshot: Arc<Snapshot>,
}

/// A change that a subscription is to be told of.
#[derive(Clone, Debug)]
pub struct Event {
    question: Arc<Question>,
    snapshot: Arc<Snapshot>,
    change: Change,
}

impl Subscription {
    /// Begins after the cursor that the request gives, else after what `graph` has by now.
    ///
    /// # Errors
    ///
    /// The response to a request whose arguments will not do.
    pub(super) fn begin(
        graph: &Graph,
        engine: &Arc<Engine>,
        prepared: Prepared,
    ) -> Result<Self, Response> {
        let refuse = |it: &FieldError| refusal(it.code, it.message.clone());
        if prepared.asks_for_past() {
            let message = "`knownAt` has no place in a subscription; ask for the past in a query";
            return Err(refusal(Code::BadUserInput, message.to_owned()));
        }
        let snapshot = graph.snapshot();
        let args = prepared.root_arguments().map_err(refuse)?;
        let filter = args.get("where").map(|it| ChangeFilter::decode(snapshot.ontology(), it));
        let filter = filter.transpose().map_err(|it| refuse(&it))?.unwrap_or_default();
        let position = match args.text("after") {
            Some(cursor) => {
                Position::parse(cursor, snapshot.revision()).map_err(|it| refuse(&it))?
            }
            None => Position::after(snapshot.revision()),
        };
        let feed = graph.changes(position.revision).map_err(|it| unfollowed(&it))?;
        let engine = Arc::clone(engine);
        let question = Arc::new(Question { engine, prepared, filter });
        let (graph, waiting) = (graph.clone(), VecDeque::new());
        Ok(Self { question, graph, feed, position, waiting, snapshot })
    }

    /// The operation that it is.
    pub fn asked(&self) -> Asked {
        self.question.prepared.asked()
    }

    /// Waits for the next change that passes, in the order of commits. Nothing is lost where this
    /// is not called for long: then it reads the log.
    ///
    /// # Errors
    ///
    /// The response that ends the subscription: it cannot be followed further.
    pub async fn next(&mut self) -> Result<Event, Response> {
        loop {
            if let Some(change) = self.waiting.pop_front() {
                let (question, snapshot) = (Arc::clone(&self.question), Arc::clone(&self.snapshot));
                return Ok(Event { question, snapshot, change });
            }
            let update = self.feed.next().await.map_err(|it| unfollowed(&it))?;
            self.snapshot = self.graph.snapshot();
            self.waiting.extend(self.position.take(&update));
            self.waiting.retain(|it| self.question.filter.passes(&self.snapshot, it));
        }
    }
}

impl Event {
    /// What the subscription asks of the change, from the graph that has it. Takes as long as the
    /// walks in it do, at most the deadline: call it where a thread may work.
    pub fn answer(&self) -> Response {
        self.attempt(u64::MAX).expect("no request is allowed more steps than these")
    }

    /// The same on the spot, where that takes few steps; `None` where it would take more.
    pub fn answer_briefly(&self) -> Option<Response> {
        self.attempt(BRIEF_STEPS)
    }

    fn attempt(&self, steps: u64) -> Option<Response> {
        let Question { engine, prepared, .. } = &*self.question;
        let root = Value::Change(self.change.into());
        guarded(|| {
            let reply = engine.run(&self.snapshot, prepared, &root, steps)?;
            Some(Response::executed(reply, prepared.asked()))
        })
    }
}

fn unfollowed(error: &FeedError) -> Response {
    match error {
        FeedError::Gone { .. } => refusal(Code::CursorTooOld, format!("{error}; {START_ANEW}")),
        FeedError::Ahead { .. } => refusal(Code::BadUserInput, format!("{error}; {START_ANEW}")),
        FeedError::Store(_) | FeedError::Closed => {
            tracing::error!(error = with_causes(error), "a subscription ends");
            refusal(Code::Internal, "the changes cannot be read; subscribe again".to_owned())
        }
    }
}

fn refusal(code: Code, message: String) -> Response {
    Response::refusal(&[RequestError { code, message, locations: Vec::new() }])
}
