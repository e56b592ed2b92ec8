//! One path, by whichever search serves its route.

use super::{Budget, Path, lightest::lightest, meet::shortest_walk, trip::Trip};

/// One shortest (or lightest) path that visits no entity twice.
pub(super) fn shortest(trip: Trip<'_>, budget: &mut Budget) -> Option<Path> {
    let walk = if trip.route.is_weighed() {
        lightest(trip, false, budget)
    } else {
        shortest_walk(trip, budget)
    }?;
    if trip.route.is_plain() || walk.is_simple() {
        return Some(walk);
    }
    lightest(trip, true, budget)
}
