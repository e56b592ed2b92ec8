//! The keys under which a name is found, and what they lead to.

use std::ops::RangeInclusive;

use crate::model::NodeId;

/// Bytes of a whole folded name that are kept.
const WHOLE_BYTES_MAX: usize = 256;
/// Bytes that are kept from the beginning of a later word on.
const WORD_BYTES_MAX: usize = 48;
/// Later words of a name that it is found by.
const WORDS_MAX: usize = 12;

/// The numbers of an entity's names; it is found by no more of them.
pub(super) const ORDINALS: RangeInclusive<u16> = 0..=u16::MAX;

/// One name of an entity, found by its beginning or by that of a later word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Posting {
    /// Whole names come first.
    is_word: bool,
    /// Which of the entity's names: zero for its name, then its aliases.
    ordinal: u16,
    node: u32,
    /// The letters of the name, or [`LETTERS_MAX`](Self::LETTERS_MAX) where they are as many or more.
    letters: u8,
}

impl Posting {
    /// The first in the order of postings.
    pub(super) const LEAST: Self = Self { is_word: false, ordinal: 0, node: 0, letters: 0 };
    const LETTERS_MAX: u8 = u8::MAX;

    pub(super) fn node(self) -> NodeId {
        NodeId(self.node)
    }

    pub(super) fn ordinal(self) -> usize {
        usize::from(self.ordinal)
    }

    /// How many letters the name has, unless those have to be counted.
    pub(super) fn letters(self) -> Option<usize> {
        (self.letters < Self::LETTERS_MAX).then(|| usize::from(self.letters))
    }

    /// Whether its key begins at a later word.
    pub(super) fn is_word(self) -> bool {
        self.is_word
    }
}

/// The keys of a name, which is `folded`: all of it, then what begins at each later word.
pub(super) fn keys<'f>(
    name: &str,
    folded: &'f str,
    node: NodeId,
    ordinal: u16,
) -> impl Iterator<Item = (&'f str, Posting)> + use<'f> {
    let letters = name.chars().take(usize::from(Posting::LETTERS_MAX)).count() as u8;
    let whole = Posting { is_word: false, ordinal, node: node.0, letters };
    let words = folded.match_indices(' ').map(|(at, _)| &folded[at + 1..]).take(WORDS_MAX);
    let words = words.map(move |it| (clip(it, WORD_BYTES_MAX), Posting { is_word: true, ..whole }));
    std::iter::once((clip(folded, WHOLE_BYTES_MAX), whole)).chain(words)
}

/// The key of the whole name that a folded text may be.
pub(super) fn whole_key(folded: &str) -> &str {
    clip(folded, WHOLE_BYTES_MAX)
}

fn clip(text: &str, bytes_max: usize) -> &str {
    &text[..text.floor_char_boundary(bytes_max)]
}
