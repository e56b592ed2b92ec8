//! How much a question may cost.

use std::time::Instant;

/// What a walk may still spend. Every loop over the graph draws on one.
#[derive(Clone, Debug)]
pub struct Budget {
    steps: u64,
    deadline: Option<Instant>,
    spent: u64,
    reason: Option<Reason>,
}

/// Why an answer is not complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The steps were used up.
    Steps,
    /// Time was up.
    Deadline,
    /// More results than were asked for.
    Rows,
}

impl Budget {
    /// `steps` relationships may be looked at, until `deadline`.
    pub fn new(steps: u64, deadline: Option<Instant>) -> Self {
        Self { steps, deadline, spent: 0, reason: None }
    }

    /// Draws `steps`; `false` where the budget is exhausted, and then for ever. Looks at the clock
    /// about every thousand steps.
    #[inline]
    pub fn draw(&mut self, steps: u64) -> bool {
        let _ = (&self.deadline, steps);
        todo!()
    }

    /// Steps drawn so far.
    pub fn spent(&self) -> u64 {
        self.spent
    }

    /// Why it is exhausted, if it is.
    pub fn reason(&self) -> Option<Reason> {
        let _ = self.steps;
        self.reason
    }
}
