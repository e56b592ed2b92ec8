//! How a statement was meant, and which way a relationship is read.

use std::{fmt, str::FromStr};

/// How a statement was meant. `Ord` puts the stronger first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Modality {
    /// It is said to be so.
    #[default]
    Asserted,
    /// Somebody means to do it.
    Intended,
    /// It is said that it may be so.
    Possible,
    /// Somebody asks for it.
    Requested,
}

/// A set of modalities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ModalitySet(u8);

/// Whether a piece of evidence speaks for the relationship or against it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Stance {
    /// For it.
    #[default]
    Supports,
    /// Against it.
    Contradicts,
}

/// Which relationships of an entity are meant. A symmetric relationship is in all three.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Those it is the source of.
    Out,
    /// Those it is the target of.
    In,
    /// Both.
    #[default]
    Any,
}

impl Modality {
    /// All of them, the strongest first.
    pub const ALL: [Self; 4] = [Self::Asserted, Self::Intended, Self::Possible, Self::Requested];

    /// The name, as the API and files write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Asserted => "ASSERTED",
            Self::Intended => "INTENDED",
            Self::Possible => "POSSIBLE",
            Self::Requested => "REQUESTED",
        }
    }
}

impl ModalitySet {
    /// Only facts: what every walk sees unless it asks for more.
    pub const ASSERTED: Self = Self(1);
    /// Every modality.
    pub const ALL: Self = Self(15);

    /// Whether `modality` is in the set.
    pub fn contains(self, modality: Modality) -> bool {
        self.0 & 1 << modality as u8 != 0
    }

    /// The modalities in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl FromIterator<Modality> for ModalitySet {
    fn from_iter<I: IntoIterator<Item = Modality>>(modalities: I) -> Self {
        Self(modalities.into_iter().fold(0, |bits, it| bits | 1 << it as u8))
    }
}

impl Stance {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Supports, Self::Contradicts];

    /// The name, as the API and files write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Supports => "SUPPORTS",
            Self::Contradicts => "CONTRADICTS",
        }
    }
}

impl Direction {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Out, Self::In, Self::Any];

    /// The name, as the API writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Out => "OUT",
            Self::In => "IN",
            Self::Any => "ANY",
        }
    }

    /// The direction seen from the other end.
    #[must_use]
    pub fn reverse(self) -> Self {
        match self {
            Self::Out => Self::In,
            Self::In => Self::Out,
            Self::Any => Self::Any,
        }
    }
}

impl fmt::Display for Modality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Modality {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|it| it.name() == text).ok_or(())
    }
}

impl FromStr for Stance {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|it| it.name() == text).ok_or(())
    }
}

impl FromStr for Direction {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|it| it.name() == text).ok_or(())
    }
}
