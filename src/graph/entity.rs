//! An entity's record: how it is packed, and how it is read.

use std::sync::Arc;

use super::{
    codec::{Reader, put_number, put_properties, put_text, trusted},
    commit::Bounds,
};
use crate::model::{KindId, PropertyId, Revision, ValueRef};

/// An entity as a snapshot holds it. Reading a part decodes that part alone.
#[derive(Clone, Copy, Debug)]
pub struct Entity<'s> {
    pub(super) kind: KindId,
    pub(super) record: &'s [u8],
}

/// What an entity's record is made of: revision, id, name, aliases, properties.
#[derive(Clone, Copy, Debug)]
pub(super) struct EntityRecord<'a> {
    /// The id that users give.
    pub(super) id: &'a str,
    /// Its name.
    pub(super) name: &'a str,
    /// Its other names.
    pub(super) aliases: &'a [&'a str],
    /// The revision of the commit that this record is in.
    pub(super) revision: Revision,
    /// Its properties in ascending order of their number.
    pub(super) properties: &'a [(PropertyId, ValueRef<'a>)],
}

impl EntityRecord<'_> {
    /// The packed record.
    pub(super) fn encode(&self) -> Arc<[u8]> {
        let mut out = Vec::with_capacity(64);
        put_number(&mut out, self.revision.0);
        put_text(&mut out, self.id);
        put_text(&mut out, self.name);
        put_number(&mut out, self.aliases.len() as u64);
        for alias in self.aliases {
            put_text(&mut out, alias);
        }
        put_properties(&mut out, self.properties);
        out.into()
    }
}

/// Whether `record` is an entity's record that can be read without a panic.
pub(super) fn check_entity(record: &[u8], bounds: &Bounds) -> bool {
    let check = || -> Option<()> {
        let mut reader = Reader(record);
        reader.number()?;
        reader.text()?;
        reader.text()?;
        for _ in 0..reader.number()? {
            reader.text()?;
        }
        reader.check_properties(bounds.properties)
    };
    check().is_some()
}

impl<'s> Entity<'s> {
    /// The id that users give and see, as `country:AZE`.
    pub fn id(self) -> &'s str {
        let mut reader = self.after_revision();
        trusted(reader.text())
    }

    /// Its entity type.
    pub fn kind(self) -> KindId {
        self.kind
    }

    /// Its name.
    pub fn name(self) -> &'s str {
        let mut reader = self.after_id();
        trusted(reader.text())
    }

    /// Its other names.
    pub fn aliases(self) -> impl ExactSizeIterator<Item = &'s str> {
        let mut reader = self.after_id();
        trusted(reader.bytes());
        let count: usize = trusted(reader.small());
        (0..count).map(move |_| trusted(reader.text()))
    }

    /// Its name, then its aliases.
    pub(super) fn names(self) -> impl Iterator<Item = &'s str> {
        std::iter::once(self.name()).chain(self.aliases())
    }

    /// The value of one property, where it has one.
    pub fn property(self, property: PropertyId) -> Option<ValueRef<'s>> {
        self.after_aliases().property(property)
    }

    /// All properties that have a value, in ascending order of their number.
    pub fn properties(self) -> impl Iterator<Item = (PropertyId, ValueRef<'s>)> {
        self.after_aliases().properties()
    }

    /// The revision of its last change.
    pub fn revision(self) -> Revision {
        Revision(trusted(Reader(self.record).number()))
    }

    fn after_revision(self) -> Reader<'s> {
        let mut reader = Reader(self.record);
        trusted(reader.number());
        reader
    }

    fn after_id(self) -> Reader<'s> {
        let mut reader = self.after_revision();
        trusted(reader.bytes());
        reader
    }

    fn after_aliases(self) -> Reader<'s> {
        let mut reader = self.after_id();
        trusted(reader.bytes());
        for _ in 0..trusted(reader.number()) {
            trusted(reader.bytes());
        }
        reader
    }
}
