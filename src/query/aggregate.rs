//! Least, greatest, sum and average of many values.

use std::cmp::Ordering;

use crate::model::ValueRef;

/// What is known of the numbers seen so far. Values that are no numbers are passed over.
///
/// Of 4, 6 and a missing value: two numbers, from 4 to 6, with the sum 10 and the average 5.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Aggregate {
    /// How many numbers.
    pub count: u64,
    /// The least and the greatest; absent where there was none.
    pub range: Option<(Number, Number)>,
    integers: i128,
    floats: f64,
}

/// A number as properties have them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// `Int` and `BigInt`.
    Int(i64),
    /// `Float`.
    Float(f64),
}

impl Aggregate {
    /// Takes one more value into account. Complexity: O(1).
    pub fn add(&mut self, value: ValueRef<'_>) {
        let number = match value {
            ValueRef::Int(it) => {
                self.integers += i128::from(it);
                Number::Int(it)
            }
            ValueRef::Float(it) => {
                self.floats += it;
                Number::Float(it)
            }
            _ => return,
        };
        self.count += 1;
        let (least, greatest) = self.range.unwrap_or((number, number));
        let least = if number.compare(least).is_lt() { number } else { least };
        let greatest = if number.compare(greatest).is_gt() { number } else { greatest };
        self.range = Some((least, greatest));
    }

    /// The exact sum of the integers; absent where there was no number. It cannot overflow: 2^64
    /// integers of 64 bits fit.
    pub fn sum_int(&self) -> Option<i128> {
        (self.count > 0).then_some(self.integers)
    }

    /// The sum; absent where there was no number.
    pub fn sum(&self) -> Option<f64> {
        (self.count > 0).then_some(self.integers as f64 + self.floats)
    }

    /// The average; absent where there was no number.
    pub fn average(&self) -> Option<f64> {
        self.sum().map(|it| it / self.count as f64)
    }
}

impl Number {
    /// Compares exactly, integers beyond 2^53 with floats too.
    pub(super) fn compare(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => a.cmp(&b),
            (Self::Float(a), Self::Float(b)) => a.partial_cmp(&b).unwrap_or(Ordering::Equal),
            (Self::Int(a), Self::Float(b)) => compare_mixed(a, b),
            (Self::Float(a), Self::Int(b)) => compare_mixed(b, a).reverse(),
        }
    }
}

fn compare_mixed(int: i64, float: f64) -> Ordering {
    match (int as f64).partial_cmp(&float) {
        // Both round to one float; every float of that size is a whole number.
        Some(Ordering::Equal) => i128::from(int).cmp(&(float as i128)),
        Some(unequal) => unequal,
        None => Ordering::Less,
    }
}

#[cfg(test)]
mod tests {
    use super::{Aggregate, Number};
    use crate::model::ValueRef;

    #[test]
    fn sums_do_not_overflow_and_comparisons_do_not_round() {
        let mut all = Aggregate::default();
        assert_eq!((all.sum(), all.average(), all.range), (None, None, None));
        for it in [i64::MAX, i64::MAX, 2] {
            all.add(ValueRef::Int(it));
        }
        all.add(ValueRef::Text("no number"));
        assert_eq!((all.count, all.sum_int()), (3, Some(1 << 64)));
        assert_eq!(all.range, Some((Number::Int(2), Number::Int(i64::MAX))));
        assert!(Number::Int((1 << 53) + 1).compare(Number::Float((1u64 << 53) as f64)).is_gt());
        assert!(Number::Float(0.5).compare(Number::Int(1)).is_lt());
    }
}
