//! What the writer is asked to do, and who waits for it.

use std::{
    fmt,
    panic::{self, AssertUnwindSafe},
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::oneshot::{self, Receiver, Sender};

use super::{Rejection, Snapshot, Transaction};
use crate::store::StoreError;

/// What the writer is asked for.
#[derive(Debug)]
pub(super) enum Request {
    /// To commit what comes of a task.
    Commit(Task),
    /// To write a checkpoint of what is committed.
    Checkpoint(Sender<Result<(), WriteError>>),
    /// To take note that the checkpoint is done.
    Checkpointed,
    /// To take note that the graph is packed anew.
    Rebuilt,
    /// To look whether time alone has made something due.
    Tick,
}

/// A plan, on its way to the writer. It is run again where another writer commits first.
pub(super) struct Task {
    wishes: usize,
    plan: Box<Plan>,
    reply: Box<dyn FnOnce(Result<Arc<Snapshot>, WriteError>) + Send>,
}

type Plan = dyn FnMut(&mut Transaction) -> Result<(), Vec<Rejection>> + Send;

/// What becomes of a plan: its outcome, and the first snapshot that includes it.
pub(super) type Outcome<T> = Result<(T, Arc<Snapshot>), WriteError>;

/// Why a draft or a transaction was not committed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum WriteError {
    /// The draft is wrong. Safe to show to the client.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Rejected(Vec<Rejection>),
    /// The store is in trouble. Shared by everyone whose draft was in the same group. None of it
    /// is visible; if the store has it nevertheless, it will be with a later commit.
    #[error(transparent)]
    Store(Arc<StoreError>),
    /// The store has stopped after an earlier failure. Nothing of this is recorded.
    #[error("the graph is read-only: {0}")]
    ReadOnly(Arc<str>),
    /// The plan of a transaction has panicked. Nothing of it is recorded.
    #[error("the transaction failed; nothing of it is recorded")]
    Panicked,
    /// The writer has stopped.
    #[error("the graph is closed")]
    Closed,
}

impl Task {
    /// The task to carry out `plan`, of about so many wishes, and where its outcome will be.
    pub(super) fn new<T: Send + 'static>(
        wishes: usize,
        mut plan: impl FnMut(&mut Transaction) -> Result<T, Vec<Rejection>> + Send + 'static,
    ) -> (Self, Receiver<Outcome<T>>) {
        let (sender, receiver) = oneshot::channel();
        let last = Arc::new(Mutex::new(None));
        let planned = Arc::clone(&last);
        let put = move |it| *planned.lock().unwrap_or_else(PoisonError::into_inner) = Some(it);
        let take = move || last.lock().unwrap_or_else(PoisonError::into_inner).take();
        let plan = move |transaction: &mut Transaction| plan(transaction).map(&put);
        let reply = move |verdict: Result<Arc<Snapshot>, WriteError>| {
            let outcome = verdict.map(|snapshot| {
                let value: Option<T> = take();
                (value.expect("a plan that was granted has been run"), snapshot)
            });
            // Whoever has gone away needs no answer.
            let _ = sender.send(outcome);
        };
        (Self { wishes, plan: Box::new(plan), reply: Box::new(reply) }, receiver)
    }

    /// About how many wishes it makes.
    pub(super) fn wishes(&self) -> usize {
        self.wishes
    }

    /// Carries out the plan. One that panics ends itself, not the writer.
    pub(super) fn run(&mut self, transaction: &mut Transaction) -> Result<(), WriteError> {
        let run = AssertUnwindSafe(|| (self.plan)(transaction));
        match panic::catch_unwind(run) {
            Ok(granted) => granted.map_err(WriteError::Rejected),
            Err(_) => {
                tracing::error!("a plan has panicked; nothing of it is recorded");
                Err(WriteError::Panicked)
            }
        }
    }

    /// Tells whoever waits for it.
    pub(super) fn answer(self, verdict: Result<Arc<Snapshot>, WriteError>) {
        (self.reply)(verdict);
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").field("wishes", &self.wishes).finish_non_exhaustive()
    }
}
