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
        let moment = is_rfc_3339(text).then(|| text.parse::<jiff::Timestamp>());
        match moment {
            Some(Ok(it)) => Ok(Self(it.as_microsecond())),
            _ => Err(TimestampError(text.chars().take(40).collect())),
        }
    }
}

/// Whether `text` has the form of RFC 3339, which is one of several that calendars know.
fn is_rfc_3339(text: &str) -> bool {
    /// All of it but the fraction of a second; digits stand for digits.
    const FORMS: [&[u8]; 2] = [b"0000-00-00T00:00:00Z", b"0000-00-00T00:00:00+00:00"];
    let bytes = text.as_bytes();
    let fraction = match bytes.get(19) {
        Some(b'.') => 1 + bytes[20..].iter().take_while(|it| it.is_ascii_digit()).count(),
        _ => 0,
    };
    FORMS.iter().any(|form| {
        let whole = bytes.iter().take(19).chain(bytes.iter().skip(19 + fraction));
        fraction != 1
            && bytes.len() == form.len() + fraction
            && whole.zip(*form).all(|(byte, form)| match form {
                b'0' => byte.is_ascii_digit(),
                b'T' => matches!(byte, b'T' | b't' | b' '),
                b'+' => matches!(byte, b'+' | b'-'),
                _ => byte.eq_ignore_ascii_case(form),
            })
    })
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(it) => it.fmt(f),
            Err(_) => Err(fmt::Error),
        }
    }
}
