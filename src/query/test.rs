//! Conditions on one value.

use super::Number;
use crate::{
    graph,
    model::{Date, Timestamp, ValueRef, fold},
};

/// The largest program that a regular expression may compile to, in bytes.
const EXPRESSION_BYTES_MAX: usize = 64 * 1024;

/// How many edits [`TextTest::Fuzzy`] forgives.
const EDITS_MAX: usize = 2;

/// A condition on a value. A missing value passes only `Exists(false)` and what is built of it.
#[derive(Clone, Debug)]
pub enum Test {
    /// All hold.
    All(Vec<Test>),
    /// There is a value, or there is none.
    Exists(bool),
    /// The value compares so with the operand. Dates compare as the intervals they cover:
    /// `Equal` is "lies within", `Less` is "ends before it begins", `LessOrEqual` is "ends no
    /// later than it ends", and the greater ones mirror them. So `2024-08` equals `2024` but
    /// `2024` does not equal `2024-08`; neither is less than the other. Values of different types
    /// never compare.
    Is(Compare, Operand),
    /// The value equals one of the operands.
    In(Vec<Operand>),
    /// The value is a list that includes the operand.
    Includes(Operand),
    /// The value is a list of these and no others, in this order.
    Items(Vec<Operand>),
    /// The value is a text that passes.
    Text(TextTest),
}

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// The same.
    Equal,
    /// Less.
    Less,
    /// Less or the same.
    LessOrEqual,
    /// Greater.
    Greater,
    /// Greater or the same.
    GreaterOrEqual,
}

/// A value to compare with.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// `true` or `false`.
    Bool(bool),
    /// `Int` and `BigInt`; compares with floats too.
    Int(i64),
    /// `Float`.
    Float(f64),
    /// `String`, `ID` and enum values.
    Text(String),
    /// A date.
    Date(Date),
    /// A moment.
    Timestamp(Timestamp),
}

/// A condition on a text. Texts are prepared once, by whoever makes the filter.
#[derive(Clone, Debug)]
pub enum TextTest {
    /// Equals it.
    Equals(String),
    /// Equals one of them.
    In(Vec<String>),
    /// Holds the text.
    Contains(String),
    /// Begins with it.
    StartsWith(String),
    /// Ends with it.
    EndsWith(String),
    /// The value in Unicode lower case passes; the texts must be in lower case. Costs one
    /// allocation a value.
    Lower(Box<TextTest>),
    /// Matches a regular expression, made by [`TextTest::matches`].
    Matches(regex::Regex),
    /// Equals it within two edits (a letter put in, left out or replaced), after
    /// [folding](fold); the text must be folded. Costs one allocation a value.
    Fuzzy(String),
}

impl Test {
    /// Whether a value passes. Complexity: linear in the test and the value.
    pub fn passes(&self, value: Option<ValueRef<'_>>) -> bool {
        if let Self::All(tests) = self {
            return tests.iter().all(|it| it.passes(value));
        }
        if let Self::Exists(wanted) = self {
            return value.is_some() == *wanted;
        }
        let Some(value) = value else { return false };
        match self {
            Self::Is(compare, operand) => compare.holds(value, operand),
            Self::In(operands) => operands.iter().any(|it| Compare::Equal.holds(value, it)),
            Self::Includes(operand) => match value {
                ValueRef::List(it) => graph::items(it).any(|it| Compare::Equal.holds(it, operand)),
                _ => false,
            },
            Self::Items(operands) => match value {
                ValueRef::List(it) => are(graph::items(it), operands),
                _ => false,
            },
            Self::Text(test) => matches!(value, ValueRef::Text(text) if test.passes(text)),
            Self::All(_) | Self::Exists(_) => unreachable!("answered above"),
        }
    }
}

/// Whether `values` equal `operands`, one by one.
fn are<'v>(mut values: impl Iterator<Item = ValueRef<'v>>, operands: &[Operand]) -> bool {
    let equal = |it| values.next().is_some_and(|value| Compare::Equal.holds(value, it));
    operands.iter().all(equal) && values.next().is_none()
}

impl Compare {
    fn holds(self, value: ValueRef<'_>, operand: &Operand) -> bool {
        let order = match (value, operand) {
            (ValueRef::Date(a), Operand::Date(b)) => return self.holds_of_dates(a, *b),
            (ValueRef::Bool(a), Operand::Bool(b)) => a.cmp(b),
            (ValueRef::Text(a), Operand::Text(b)) => a.cmp(b),
            (ValueRef::Timestamp(a), Operand::Timestamp(b)) => a.cmp(b),
            (ValueRef::Int(a), Operand::Int(b)) => a.cmp(b),
            (ValueRef::Int(a), Operand::Float(b)) => Number::Int(a).compare(Number::Float(*b)),
            (ValueRef::Float(a), Operand::Int(b)) => Number::Float(a).compare(Number::Int(*b)),
            (ValueRef::Float(a), Operand::Float(b)) => Number::Float(a).compare(Number::Float(*b)),
            _ => return false,
        };
        match self {
            Self::Equal => order.is_eq(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }

    fn holds_of_dates(self, value: Date, operand: Date) -> bool {
        match self {
            Self::Equal => operand.covers(value),
            Self::Less => value.is_before(operand),
            Self::LessOrEqual => value.ends_within_or_before(operand),
            Self::Greater => operand.is_before(value),
            Self::GreaterOrEqual => value.starts_within_or_after(operand),
        }
    }
}

impl TextTest {
    /// A test by a regular expression, which takes time linear in the text.
    ///
    /// # Errors
    ///
    /// What is wrong with the expression; also where it would compile to more than 64 KiB.
    pub fn matches(expression: &str) -> Result<Self, String> {
        regex::RegexBuilder::new(expression)
            .size_limit(EXPRESSION_BYTES_MAX)
            .build()
            .map(Self::Matches)
            .map_err(|it| match it {
                regex::Error::CompiledTooBig(_) => {
                    format!("the regular expression is too large; {EXPRESSION_BYTES_MAX} bytes of compiled size are allowed")
                }
                // The parser draws a picture over several lines; its last one says what is wrong.
                other => {
                    let text = other.to_string();
                    let last = text.lines().last().unwrap_or_default();
                    format!("not a regular expression: {}", last.trim_start_matches("error: "))
                }
            })
    }

    /// Whether a text passes.
    pub fn passes(&self, text: &str) -> bool {
        match self {
            Self::Equals(it) => text == it,
            Self::In(those) => those.iter().any(|it| text == it),
            Self::Contains(it) => text.contains(it.as_str()),
            Self::StartsWith(it) => text.starts_with(it.as_str()),
            Self::EndsWith(it) => text.ends_with(it.as_str()),
            Self::Lower(test) => test.passes(&text.to_lowercase()),
            Self::Matches(expression) => expression.is_match(text),
            Self::Fuzzy(it) => within_edits(&fold(text), it, EDITS_MAX),
        }
    }
}

/// Whether `a` becomes `b` by at most `edits_max` insertions, deletions and replacements of
/// characters. Levenshtein's table, of which only the diagonal band that can matter is filled in:
/// O(length · `edits_max`).
fn within_edits(a: &str, b: &str, edits_max: usize) -> bool {
    if a == b {
        return true;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > edits_max {
        return false;
    }
    let far = edits_max + 1;
    let mut above: Vec<usize> = (0..=b.len()).map(|it| it.min(far)).collect();
    let mut row = vec![far; b.len() + 1];
    for (i, from) in a.iter().enumerate() {
        let (start, end) = ((i + 1).saturating_sub(edits_max), (i + 1 + edits_max).min(b.len()));
        row.fill(far);
        if start == 0 {
            row[0] = i + 1;
        }
        for j in start.max(1)..=end {
            let replaced = above[j - 1] + usize::from(*from != b[j - 1]);
            row[j] = replaced.min(above[j] + 1).min(row[j - 1] + 1).min(far);
        }
        std::mem::swap(&mut above, &mut row);
    }
    above[b.len()] <= edits_max
}

#[cfg(test)]
mod tests {
    use super::{Compare, Operand, Test, TextTest, within_edits};
    use crate::model::{Date, ValueRef};

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn dates_compare_as_the_intervals_they_cover() {
        use Compare::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
        for (value, operand, holding) in [
            ("2024-08", "2024", vec![Equal, LessOrEqual, GreaterOrEqual]),
            ("2024", "2024-08", vec![]),
            ("2024", "2024", vec![Equal, LessOrEqual, GreaterOrEqual]),
            ("2023-12-31", "2024", vec![Less, LessOrEqual]),
            ("2025", "2024-08-19", vec![Greater, GreaterOrEqual]),
        ] {
            for compare in [Equal, Less, LessOrEqual, Greater, GreaterOrEqual] {
                let test = Test::Is(compare, Operand::Date(date(operand)));
                let passes = test.passes(Some(ValueRef::Date(date(value))));
                assert_eq!(passes, holding.contains(&compare), "{value} {compare:?} {operand}");
            }
        }
    }

    #[test]
    fn texts_are_tested_as_they_are_in_lower_case_and_with_mistakes() {
        let text = String::from;
        for (test, value, passes) in [
            (TextTest::Contains(text("ku S")), "Baku Shipyard", true),
            (TextTest::StartsWith(text("baku")), "Baku Shipyard", false),
            (TextTest::Lower(Box::new(TextTest::StartsWith(text("əl")))), "ƏLİYEV", true),
            (TextTest::Lower(Box::new(TextTest::Equals(text("baku")))), "BAKU", true),
            (TextTest::Fuzzy(text("aliyev")), "Əliyev", true),
            (TextTest::Fuzzy(text("aliyev")), "Alyiev", true),
            (TextTest::Fuzzy(text("aliyev")), "Aliyeva X", false),
            (TextTest::matches("^B.*d$").unwrap(), "Baku Shipyard", true),
        ] {
            assert_eq!(test.passes(value), passes, "{test:?} {value}");
        }
        assert!(TextTest::matches("(").is_err());
        assert!(TextTest::matches(r"\w{5000}").unwrap_err().contains("too large"));
    }

    #[test]
    fn edits_are_counted_as_the_whole_table_would() {
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..5_000 {
            let mut word = || -> String {
                (0..random.usize(0..7)).map(|_| char::from(b'a' + random.u8(0..3))).collect()
            };
            let (a, b) = (word(), word());
            for edits_max in 0..3 {
                let expected = edits(a.as_bytes(), b.as_bytes()) <= edits_max;
                assert_eq!(within_edits(&a, &b, edits_max), expected, "{a} {b} {edits_max}");
            }
        }
    }

    fn edits(a: &[u8], b: &[u8]) -> usize {
        let (Some((x, a_rest)), Some((y, b_rest))) = (a.split_first(), b.split_first()) else {
            return a.len() + b.len();
        };
        if x == y {
            return edits(a_rest, b_rest);
        }
        1 + edits(a_rest, b_rest).min(edits(a, b_rest)).min(edits(a_rest, b))
    }
}
