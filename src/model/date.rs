//! Dates with the precision they were given.

use std::{fmt, str::FromStr};

/// A year, a month or a day: `2024`, `2024-08` or `2024-08-19`, years 0001 to 9999.
///
/// A date stands for the interval it covers. `Ord` sorts by first day, the coarser date first;
/// comparisons by what is covered are [`is_before`](Self::is_before), [`covers`](Self::covers)
/// and their like.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(u32);

/// Why a text is not a [`Date`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a date; write `2024`, `2024-08` or `2024-08-19`")]
pub struct DateError(String);

const DAY_BITS: u32 = 5;
const YEAR_SHIFT: u32 = 9;
const DAY_MASK: u32 = 31;
const MONTH_MASK: u32 = 15;

impl Date {
    /// The date of a day, or `None` where the calendar has no such day.
    pub fn new(year: u16, month: Option<u8>, day: Option<u8>) -> Option<Self> {
        if month == Some(0) || day == Some(0) {
            return None;
        }
        Self::of(u32::from(year), u32::from(month.unwrap_or(0)), u32::from(day.unwrap_or(0)))
    }

    /// The date of these numbers, zero where a part is absent.
    fn of(year: u32, month: u32, day: u32) -> Option<Self> {
        let is_date = (1..=9999).contains(&year)
            && month <= 12
            && (day == 0 || month > 0 && day <= days_in(year, month));
        is_date.then_some(Self(year << YEAR_SHIFT | month << DAY_BITS | day))
    }

    /// The date packed so that a first day compares as a number; never zero.
    pub fn to_bits(self) -> u32 {
        self.0
    }

    /// The reverse of [`to_bits`](Self::to_bits); `None` for bits that are no date.
    pub fn from_bits(bits: u32) -> Option<Self> {
        Self::of(bits >> YEAR_SHIFT, bits >> DAY_BITS & MONTH_MASK, bits & DAY_MASK)
    }

    /// The year, 1 to 9999.
    pub fn year(self) -> u16 {
        (self.0 >> YEAR_SHIFT) as u16
    }

    /// The month, 1 to 12, if it was given.
    pub fn month(self) -> Option<u8> {
        Some((self.0 >> DAY_BITS & MONTH_MASK) as u8).filter(|it| *it > 0)
    }

    /// The day of the month, if it was given.
    pub fn day(self) -> Option<u8> {
        Some((self.0 & DAY_MASK) as u8).filter(|it| *it > 0)
    }

    /// The first day that the date covers.
    #[must_use]
    pub fn first_day(self) -> Self {
        let month = self.0 >> DAY_BITS & MONTH_MASK;
        let day = self.0 & DAY_MASK;
        Self(self.0 | u32::from(month == 0) << DAY_BITS | u32::from(day == 0))
    }

    /// The last day that the date covers.
    #[must_use]
    pub fn last_day(self) -> Self {
        if self.day().is_some() {
            return self;
        }
        let month = u32::from(self.month().unwrap_or(12));
        let year = u32::from(self.year());
        Self(year << YEAR_SHIFT | month << DAY_BITS | days_in(year, month))
    }

    /// Whether every day of this date is earlier than every day of `other`.
    pub fn is_before(self, other: Self) -> bool {
        self.last_day() < other.first_day()
    }

    /// Whether no day of this date is earlier than the first of `other`.
    pub fn starts_within_or_after(self, other: Self) -> bool {
        self.first_day() >= other.first_day()
    }

    /// Whether no day of this date is later than the last of `other`.
    pub fn ends_within_or_before(self, other: Self) -> bool {
        self.last_day() <= other.last_day()
    }

    /// Whether every day of `other` is a day of this date.
    pub fn covers(self, other: Self) -> bool {
        other.starts_within_or_after(self) && other.ends_within_or_before(self)
    }

    /// Appends what it displays.
    pub fn put(self, out: &mut Vec<u8>) {
        let (text, length) = self.text();
        out.extend_from_slice(&text);
        out.truncate(out.len() - text.len() + length);
    }

    /// What it displays, and how long that is.
    fn text(self) -> ([u8; 10], usize) {
        let (century, year) = (self.year() / 100, self.year() % 100);
        let (month, day) = (self.month().unwrap_or(0), self.day().unwrap_or(0));
        let mut text = *b"0000-00-00";
        for (place, number) in [(0, century as u8), (2, year as u8), (5, month), (8, day)] {
            text[place] += number / 10;
            text[place + 1] += number % 10;
        }
        let length = match (month, day) {
            (0, _) => 4,
            (_, 0) => 7,
            _ => 10,
        };
        (text, length)
    }
}

/// The number of days of a month, 1 to 12, in the Gregorian calendar.
fn days_in(year: u32, month: u32) -> u32 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(is_leap),
        _ => 31,
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        parse(text).ok_or_else(|| DateError(text.chars().take(40).collect()))
    }
}

fn parse(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| -> Option<u16> {
        let digits = bytes.get(from..to)?;
        digits
            .iter()
            .try_fold(0u16, |sum, it| it.is_ascii_digit().then(|| sum * 10 + u16::from(it - b'0')))
    };
    let part = |from: usize| -> Option<u8> {
        (bytes[from - 1] == b'-').then_some(())?;
        u8::try_from(number(from, from + 2)?).ok()
    };
    match bytes.len() {
        4 => Date::new(number(0, 4)?, None, None),
        7 => Date::new(number(0, 4)?, Some(part(5)?), None),
        10 => Date::new(number(0, 4)?, Some(part(5)?), Some(part(8)?)),
        _ => None,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (text, length) = self.text();
        f.write_str(str::from_utf8(&text[..length]).expect("digits are ASCII"))
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn a_date_keeps_its_precision_and_knows_its_days() {
        for (text, first, last) in [
            ("2024", "2024-01-01", "2024-12-31"),
            ("2024-02", "2024-02-01", "2024-02-29"),
            ("1900-02", "1900-02-01", "1900-02-28"),
            ("2024-08-19", "2024-08-19", "2024-08-19"),
        ] {
            let date: Date = text.parse().unwrap();
            assert_eq!(date.to_string(), text);
            assert_eq!(date.first_day().to_string(), first);
            assert_eq!(date.last_day().to_string(), last);
            assert_eq!(Date::from_bits(date.to_bits()), Some(date));
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in ["", "24", "2024-13", "2024-02-30", "2024-00", "0000", "2024/01", "2024-1-1"] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }
}
