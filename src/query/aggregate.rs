//! Least, greatest, sum and average of many values.

use crate::model::ValueRef;

/// What is known of the numbers seen so far. Values that are no numbers are passed over.
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
    /// Takes one more value into account.
    pub fn add(&mut self, value: ValueRef<'_>) {
        let _ = (value, self.integers, self.floats);
        todo!()
    }

    /// The exact sum of the integers; absent where there was none.
    pub fn sum_int(&self) -> Option<i128> {
        todo!()
    }

    /// The sum; absent where there was no number.
    pub fn sum(&self) -> Option<f64> {
        todo!()
    }

    /// The average; absent where there was no number.
    pub fn average(&self) -> Option<f64> {
        todo!()
    }
}
