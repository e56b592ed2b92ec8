//! What every measurement needs.

/// The median.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The numbers among the arguments.
pub(crate) fn arguments() -> Vec<usize> {
    std::env::args().filter_map(|it| it.parse().ok()).collect()
}
