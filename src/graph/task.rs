//! What the writer is to do in one transaction, and who waits for it.

use std::{
    fmt,
    panic::{self, AssertUnwindSafe},
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::oneshot::{self, Receiver};

use super::{Rejection, Snapshot, Transaction, writer::WriteError};

/// A plan, on its way to the writer. It is run again where another writer commits first.
pub(super) struct Task {
    wishes: usize,
    plan: Box<Plan>,
    reply: Box<dyn FnOnce(Result<Arc<Snapshot>, WriteError>) + Send>,
}

type Plan = dyn FnMut(&mut Transaction) -> Result<(), Vec<Rejection>> + Send;

/// What becomes of a plan: its outcome, and the first snapshot that includes it.
pub(super) type Outcome<T> = Result<(T, Arc<Snapshot>), WriteError>;

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
