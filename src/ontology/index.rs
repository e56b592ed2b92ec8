//! Where the parts of an ontology are, by number and by name.

use rustc_hash::FxHashMap;

use super::{Kind, Relation};

/// Places of entity types and relationship types. Lookups take constant time.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    kinds: Lookup,
    relations: Lookup,
}

#[derive(Clone, Debug, Default)]
struct Lookup {
    by_number: Vec<Option<u16>>,
    by_name: FxHashMap<String, u16>,
}

impl Index {
    /// The places of `kinds` and `relations`.
    pub(super) fn of(kinds: &[Kind], relations: &[Relation]) -> Self {
        let kinds = kinds.iter().map(|it| (it.id.index(), it.name.as_str()));
        let relations = relations.iter().map(|it| (it.id.index(), it.name.as_str()));
        Self { kinds: kinds.collect(), relations: relations.collect() }
    }

    /// The place of the entity type with a number.
    pub(super) fn kind(&self, number: usize) -> Option<usize> {
        self.kinds.numbered(number)
    }

    /// The place of the entity type with a name.
    pub(super) fn kind_named(&self, name: &str) -> Option<usize> {
        self.kinds.named(name)
    }

    /// The place of the relationship type with a number.
    pub(super) fn relation(&self, number: usize) -> Option<usize> {
        self.relations.numbered(number)
    }

    /// The place of the relationship type with a name.
    pub(super) fn relation_named(&self, name: &str) -> Option<usize> {
        self.relations.named(name)
    }
}

impl Lookup {
    fn numbered(&self, number: usize) -> Option<usize> {
        self.by_number.get(number).copied().flatten().map(usize::from)
    }

    fn named(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied().map(usize::from)
    }
}

impl<'n> FromIterator<(usize, &'n str)> for Lookup {
    fn from_iter<I: IntoIterator<Item = (usize, &'n str)>>(parts: I) -> Self {
        let mut lookup = Self::default();
        for (place, (number, name)) in (0u16..).zip(parts) {
            if lookup.by_number.len() <= number {
                lookup.by_number.resize(number + 1, None);
            }
            lookup.by_number[number] = Some(place);
            lookup.by_name.insert(name.to_owned(), place);
        }
        lookup
    }
}
