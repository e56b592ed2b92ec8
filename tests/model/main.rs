//! Random drafts against a naive graph, with restarts, checkpoints and rebuilds in between; at the
//! end every past revision is asked again. `RELATA_SOAK_SEEDS=1000` takes longer.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod answers;
mod compare;
mod drafts;
mod examples;
mod merging;
mod naive;
mod world;

use std::{
    env,
    panic::{AssertUnwindSafe, catch_unwind, panic_any, set_hook, take_hook},
};

use fastrand::Rng;

use crate::world::{Disk, Step, World};

const SEEDS: u64 = 16;
const SEEDS_IN_A_FOLDER: u64 = 2;
const STEPS: usize = 60;
/// Runs that may be spent on making a failure smaller.
const SHRINKS_MAX: usize = 400;

#[test]
fn a_graph_is_what_its_drafts_add_up_to_now_and_at_every_revision() {
    check(Disk::memory, 0..seeds(SEEDS));
}

#[test]
fn a_graph_in_a_folder_is_what_its_drafts_add_up_to_now_and_at_every_revision() {
    check(Disk::folder, 1_000_000..1_000_000 + seeds(SEEDS_IN_A_FOLDER));
}

fn seeds(count: u64) -> u64 {
    env::var("RELATA_SOAK_SEEDS").map_or(count, |it| it.parse().unwrap())
}

/// Runs a random scenario for each seed. Of one that fails, the steps that it takes to fail are
/// printed, as few as can be found.
fn check(disk: fn() -> Disk, seeds: std::ops::Range<u64>) {
    for seed in seeds {
        let mut steps = Vec::new();
        let run = || {
            let mut rng = Rng::with_seed(seed);
            let mut world = World::begin(disk());
            for _ in 0..STEPS {
                steps.push(world.invent(&mut rng));
                world.take(steps.last().unwrap());
            }
            world.end();
        };
        let Err(panic) = catch_unwind(AssertUnwindSafe(run)) else { continue };
        let steps: Vec<_> = shrunk(steps, disk).iter().map(|it| format!("{it:?}")).collect();
        panic_any(format!("seed {seed}: {}\nafter {}", message(&*panic), steps.join("\n")));
    }
}

/// Fewer steps of fewer wishes that fail, too.
fn shrunk(steps: Vec<Step>, disk: fn() -> Disk) -> Vec<Step> {
    let fails = |steps: &[Step]| {
        let run = || {
            let mut world = World::begin(disk());
            steps.iter().for_each(|it| world.take(it));
            world.end();
        };
        catch_unwind(AssertUnwindSafe(run)).is_err()
    };
    let hook = take_hook();
    set_hook(Box::new(|_| ()));
    let mut runs = 0;
    let steps = fewer(steps, |it| fails(it), &mut runs);
    let parts: Vec<Step> = steps.iter().flat_map(Step::parts).collect();
    let steps = if fails(&parts) { fewer(parts, |it| fails(it), &mut runs) } else { steps };
    set_hook(hook);
    steps
}

/// As few of the steps as can be found.
fn fewer(mut steps: Vec<Step>, fails: impl Fn(&[Step]) -> bool, runs: &mut usize) -> Vec<Step> {
    let mut length = steps.len().next_power_of_two();
    while length > 0 {
        let mut place = 0;
        while place < steps.len() && *runs < SHRINKS_MAX {
            let mut fewer = steps.clone();
            fewer.drain(place..(place + length).min(steps.len()));
            *runs += 1;
            match fails(&fewer) {
                true => steps = fewer,
                false => place += length,
            }
        }
        length /= 2;
    }
    steps
}

fn message(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without words")
}
