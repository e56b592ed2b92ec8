//! The place of a row in an order, as it travels in a cursor.

use std::cmp::Ordering;

use super::Number;
use crate::model::{Date, Timestamp, ValueRef};

/// The most values of a key: as many as an order may have keys.
const VALUES_MAX: usize = 255;

/// The place of a row in an order: its values and its number. It stays right whatever is written
/// meanwhile, so a page can go on after a row that is gone.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    pub(super) values: Vec<KeyValue>,
    pub(super) number: u32,
}

/// A value to sort by.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum KeyValue {
    Missing,
    Bool(bool),
    Int(i64),
    Float(f64),
    Date(Date),
    Timestamp(Timestamp),
    Text(String),
}

/// Bytes that are no [`Key`], or one of an order with another number of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the cursor does not belong to this list; use one that this field returned")]
pub struct KeyError;

impl Key {
    /// The key in few bytes, for a cursor: the number, then each value behind a byte that tells
    /// its type. Texts are the longest part; nothing is cut off.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.number.to_le_bytes().to_vec();
        for value in &self.values {
            match value {
                KeyValue::Missing => bytes.push(0),
                KeyValue::Bool(it) => bytes.extend([1, u8::from(*it)]),
                KeyValue::Int(it) => put(&mut bytes, 2, &it.to_le_bytes()),
                KeyValue::Float(it) => put(&mut bytes, 3, &it.to_le_bytes()),
                KeyValue::Date(it) => put(&mut bytes, 4, &it.to_bits().to_le_bytes()),
                KeyValue::Timestamp(it) => put(&mut bytes, 5, &it.micros().to_le_bytes()),
                KeyValue::Text(it) => {
                    let length = u32::try_from(it.len()).expect("values are far below 4 GiB");
                    put(&mut bytes, 6, &length.to_le_bytes());
                    bytes.extend_from_slice(it.as_bytes());
                }
            }
        }
        bytes
    }

    /// The reverse of [`to_bytes`](Self::to_bytes).
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let (number, mut rest) = bytes.split_first_chunk()?;
        let mut values = Vec::new();
        while !rest.is_empty() {
            if values.len() == VALUES_MAX {
                return None;
            }
            values.push(KeyValue::parse(&mut rest)?);
        }
        Some(Self { values, number: u32::from_le_bytes(*number) })
    }
}

fn put(bytes: &mut Vec<u8>, tag: u8, value: &[u8]) {
    bytes.push(tag);
    bytes.extend_from_slice(value);
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*taken)
}

impl KeyValue {
    pub(super) fn of(value: Option<ValueRef<'_>>) -> Self {
        match value {
            Some(ValueRef::Bool(it)) => Self::Bool(it),
            Some(ValueRef::Int(it)) => Self::Int(it),
            Some(ValueRef::Float(it)) => Self::Float(it),
            Some(ValueRef::Text(it) | ValueRef::Json(it)) => Self::Text(it.to_owned()),
            Some(ValueRef::Date(it)) => Self::Date(it),
            Some(ValueRef::Timestamp(it)) => Self::Timestamp(it),
            // Lists have no order of their own; the API offers none.
            Some(ValueRef::List(_)) | None => Self::Missing,
        }
    }

    fn parse(bytes: &mut &[u8]) -> Option<Self> {
        let [tag] = take(bytes)?;
        Some(match tag {
            0 => Self::Missing,
            1 => Self::Bool(take(bytes)? == [1]),
            2 => Self::Int(i64::from_le_bytes(take(bytes)?)),
            3 => Self::Float(f64::from_le_bytes(take(bytes)?)),
            4 => Self::Date(Date::from_bits(u32::from_le_bytes(take(bytes)?))?),
            5 => Self::Timestamp(Timestamp::from_micros(i64::from_le_bytes(take(bytes)?))?),
            6 => {
                let length = u32::from_le_bytes(take(bytes)?) as usize;
                let (text, rest) = bytes.split_at_checked(length)?;
                *bytes = rest;
                Self::Text(String::from_utf8(text.to_vec()).ok()?)
            }
            _ => return None,
        })
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Bool(_) => 0,
            Self::Int(_) | Self::Float(_) => 1,
            Self::Date(_) => 2,
            Self::Timestamp(_) => 3,
            Self::Text(_) => 4,
            Self::Missing => 5,
        }
    }

    fn number(&self) -> Option<Number> {
        match self {
            Self::Int(it) => Some(Number::Int(*it)),
            Self::Float(it) => Some(Number::Float(*it)),
            _ => None,
        }
    }

    /// Missing values are the greatest. Values of different types compare by their type, which
    /// happens only where an ontology gave a property another type.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Date(a), Self::Date(b)) => a.cmp(b),
            (Self::Timestamp(a), Self::Timestamp(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (a, b) => match (a.number(), b.number()) {
                (Some(a), Some(b)) => a.compare(b),
                _ => a.rank().cmp(&b.rank()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, KeyValue};
    use crate::model::Timestamp;

    #[test]
    fn a_key_is_read_as_it_was_written_and_garbage_is_not() {
        let date = "2024-08".parse().unwrap();
        let values = vec![
            KeyValue::Missing,
            KeyValue::Bool(true),
            KeyValue::Int(-5),
            KeyValue::Float(0.25),
            KeyValue::Date(date),
            KeyValue::Timestamp(Timestamp::from_micros(77).unwrap()),
            KeyValue::Text("Bakı".into()),
        ];
        let key = Key { values, number: 9 };
        let bytes = key.to_bytes();
        assert_eq!(Key::parse(&bytes), Some(key));
        assert_eq!(Key::parse(&bytes[..bytes.len() - 1]), None);
        let mut random = fastrand::Rng::with_seed(3);
        for _ in 0..10_000 {
            let garbage: Vec<u8> = (0..random.usize(0..20)).map(|_| random.u8(0..9)).collect();
            if let Some(key) = Key::parse(&garbage) {
                assert_eq!(Key::parse(&key.to_bytes()), Some(key));
            }
        }
    }
}
