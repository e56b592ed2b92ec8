//! Moments of recording.

use std::{fmt, str::FromStr, time::Duration};

/// A moment in UTC, to the microsecond.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Why a text is not a [`Timestamp`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a timestamp; write RFC 3339, as `2024-08-19T10:30:00Z`")]
pub struct TimestampError(String);

impl Timestamp {
    /// The present, by the machine's clock.
    pub fn now() -> Self {
        Self(jiff::Timestamp::now().as_microsecond())
    }

    /// The moment `micros` microseconds after 1970-01-01T00:00:00Z; `None` outside the years
    /// -9999 to 9999.
    pub fn from_micros(micros: i64) -> Option<Self> {
        jiff::Timestamp::from_microsecond(micros).ok().map(|_| Self(micros))
    }

    /// The moment after this one, by a microsecond.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The moment so long before this one; the first of all where that lies before it.
    #[must_use]
    pub fn before(self, by: Duration) -> Self {
        let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        let first = jiff::Timestamp::MIN.as_microsecond();
        Self(self.0.saturating_sub(micros).max(first))
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub fn micros(self) -> i64 {
        self.0
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        match text.parse::<jiff::Timestamp>() {
            Ok(it) => Ok(Self(it.as_microsecond())),
            Err(_) => Err(TimestampError(text.chars().take(40).collect())),
        }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(it) => it.fmt(f),
            Err(_) => Err(fmt::Error),
        }
    }
}
