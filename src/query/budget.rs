//! How much a question may cost.

use std::time::Instant;

/// How many steps are drawn between two looks at the clock: it costs about as much as ten steps.
const CLOCK_STEPS: u64 = 1024;

/// What a question may still spend. Every loop over the graph draws on one.
///
/// One budget may serve several questions in turn, so that they share what a request may cost.
#[derive(Clone, Debug)]
pub struct Budget {
    steps: u64,
    deadline: Option<Instant>,
    spent: u64,
    // The number of steps at which `draw` has to think: the next look at the clock, or the end.
    pause: u64,
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
    /// `steps` relationships or entities may be looked at, until `deadline`.
    pub fn new(steps: u64, deadline: Option<Instant>) -> Self {
        Self { steps, deadline, spent: 0, pause: 0, reason: None }
    }

    /// A budget that is never exhausted: for work that is bounded otherwise.
    pub fn unlimited() -> Self {
        Self::new(u64::MAX, None)
    }

    /// Draws `steps`; `false` where the budget is exhausted, and then for ever. Looks at the clock
    /// at the first draw and about every thousand steps. Costs an addition and a comparison.
    #[inline]
    pub fn draw(&mut self, steps: u64) -> bool {
        self.spent = self.spent.saturating_add(steps);
        self.spent < self.pause || self.think()
    }

    /// Steps drawn so far.
    pub fn spent(&self) -> u64 {
        self.spent
    }

    /// Why it is exhausted, if it is.
    pub fn reason(&self) -> Option<Reason> {
        self.reason
    }

    #[cold]
    fn think(&mut self) -> bool {
        if self.reason.is_none() {
            if self.spent > self.steps {
                self.reason = Some(Reason::Steps);
            } else if self.deadline.is_some_and(|it| Instant::now() >= it) {
                self.reason = Some(Reason::Deadline);
            }
        }
        let exhausted = self.reason.is_some();
        // An exhausted budget thinks at every draw, so that it says no for ever.
        let next = self.spent.saturating_add(CLOCK_STEPS).min(self.steps.saturating_add(1));
        self.pause = if exhausted { 0 } else { next };
        !exhausted
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Budget, Reason};

    #[test]
    fn a_budget_gives_what_it_has_and_not_one_step_more() {
        for steps in [0, 1, 5, 1023, 1024, 1025, 5000] {
            let mut budget = Budget::new(steps, None);
            let given = (0..10_000).filter(|_| budget.draw(1)).count();
            assert_eq!((given as u64, budget.reason()), (steps, Some(Reason::Steps)));
        }
        assert!(Budget::unlimited().draw(u64::MAX - 1));
    }

    #[test]
    fn time_that_is_up_is_noticed_within_a_thousand_steps() {
        let mut late = Budget::new(u64::MAX, Some(Instant::now()));
        assert!(!late.draw(1));
        assert_eq!(late.reason(), Some(Reason::Deadline));
        let mut early = Budget::new(u64::MAX, Some(Instant::now() + Duration::from_secs(3600)));
        assert!((0..5000).all(|_| early.draw(1)));
    }
}
