//! Questions on random graphs, against their naive answers.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod examples;
mod naive;
mod pages;
mod paths;
mod walks;
mod wide;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use fastrand::Rng;

use crate::world::World;

/// Asks `ask` on `rounds` random graphs of up to so many entities and relationships. The seed of a
/// round that fails is printed.
fn check(
    rounds: u64,
    entities_max: usize,
    edges_max: usize,
    mut ask: impl FnMut(&World, &mut Rng),
) {
    for seed in 0..rounds {
        let mut random = Rng::with_seed(seed);
        let world = World::random(&mut random, entities_max, edges_max);
        let asked = catch_unwind(AssertUnwindSafe(|| ask(&world, &mut random)));
        if let Err(panic) = asked {
            eprintln!("seed {seed}");
            resume_unwind(panic);
        }
    }
}
