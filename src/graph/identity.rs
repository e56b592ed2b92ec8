//! The id of a relationship: given, or derived from what the relationship says.

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed, xxh3_128, xxh3_128_with_seed};

use crate::model::Validity;

/// What derived ids begin with.
const PREFIX: &str = "r-";
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// Digits of 5 bits that hold 128 bits.
const DIGITS: usize = 26;

/// Where the id of a relationship comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Identity<'a> {
    /// It is [`content_id`] of the relationship as it stands: no byte is kept.
    Content,
    /// It was derived from content that has changed, or was given in that form.
    Derived(u128),
    /// It was given.
    Text(&'a str),
}

impl<'a> Identity<'a> {
    /// The identity that `id` writes; never [`Identity::Content`].
    pub(super) fn parse(id: &'a str) -> Self {
        parse_derived(id).map_or(Self::Text(id), Identity::Derived)
    }

    /// A hash for index look-ups. `Content` has none: hash its [`content_id`].
    pub(super) fn hash(self) -> Option<u64> {
        match self {
            Self::Content => None,
            Self::Derived(id) => Some(id as u64),
            Self::Text(id) => Some(xxh3_64(id.as_bytes())),
        }
    }
}

/// Hashes what names a relationship that was given no id. The same in every store, because it is
/// made of names and ids, never of a store's numbers. `properties` are names, each with the tag and
/// the bytes of the packed value, in any order.
pub(super) fn content_id<'a>(
    relation: &str,
    source: &str,
    target: &str,
    validity: Validity,
    properties: impl Iterator<Item = (&'a str, u8, &'a [u8])>,
) -> u128 {
    // For texts this short, many times as fast as hashing piece by piece.
    let mut text = Vec::with_capacity(relation.len() + source.len() + target.len() + 64);
    let mut feed = |bytes: &[u8]| {
        text.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
        text.extend_from_slice(bytes);
    };
    feed(relation.as_bytes());
    feed(source.as_bytes());
    feed(target.as_bytes());
    for date in [validity.from(), validity.to()] {
        feed(&date.map_or(0, |it| it.to_bits()).to_le_bytes());
    }
    // A sum, because stores differ in the order of their properties.
    let sum = properties.fold(0u128, |sum, (name, tag, value)| {
        let seed = xxh3_64_with_seed(name.as_bytes(), u64::from(tag));
        sum.wrapping_add(xxh3_128_with_seed(value, seed))
    });
    feed(&sum.to_le_bytes());
    xxh3_128(&text)
}

/// A derived id as users see it: `r-` and 26 letters and digits.
pub(super) fn render_derived(id: u128) -> String {
    let digits = (0..DIGITS).rev().map(|it| char::from(ALPHABET[(id >> (it * 5) & 31) as usize]));
    PREFIX.chars().chain(digits).collect()
}

fn parse_derived(text: &str) -> Option<u128> {
    let digits = text.strip_prefix(PREFIX).filter(|it| it.len() == DIGITS)?;
    let id = digits.bytes().try_fold(0u128, |id, byte| {
        let digit = ALPHABET.iter().position(|it| *it == byte)?;
        // The first of 26 digits holds 3 bits; more would be lost.
        (id >> 123 == 0).then_some(id << 5 | digit as u128)
    })?;
    Some(id)
}

#[cfg(test)]
mod tests {
    use super::{Identity, content_id, render_derived};
    use crate::model::Validity;

    #[test]
    fn derived_ids_survive_being_written() {
        for id in [0, 1, u128::MAX, 0x0123_4567_89ab_cdef << 50] {
            assert_eq!(Identity::parse(&render_derived(id)), Identity::Derived(id));
        }
        let beyond = format!("r-z{}", "7".repeat(25));
        assert_eq!(Identity::parse(&beyond), Identity::Text(&beyond));
    }

    #[test]
    fn content_is_told_apart_and_the_order_of_properties_is_not() {
        let id = |source: &str, properties: &[(&'static str, u8, &'static [u8])]| {
            content_id("CITES", source, "b", Validity::ALWAYS, properties.iter().copied())
        };
        let (one, two) = (("one", 5, b"1".as_slice()), ("two", 5, b"2".as_slice()));
        assert_eq!(id("a", &[one, two]), id("a", &[two, one]));
        assert_ne!(id("a", &[one]), id("a", &[two]));
        assert_ne!(id("a", &[one]), id("a", &[("one", 8, b"1")]));
        assert_ne!(id("a", &[("one", 5, b"2"), ("two", 5, b"1")]), id("a", &[one, two]));
        assert_ne!(id("a", &[]), id("c", &[]));
    }
}
