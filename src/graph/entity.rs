//! An entity's record: how it is packed, and how it is read.

use std::sync::Arc;

use super::{
    bounds::Bounds,
    codec::{Reader, put_number, put_properties, put_text, trusted},
};
use crate::model::{KindId, NodeId, PropertyId, Revision, ValueRef};

/// An entity as a snapshot holds it. Reading a part decodes that part alone.
#[derive(Clone, Copy, Debug)]
pub struct Entity<'s> {
    pub(super) kind: KindId,
    pub(super) record: &'s [u8],
}

/// What an entity's record is made of: revision, id, name, aliases, properties. Zero, which is no
/// revision of a commit, comes before the revision where it was merged, and then what that did.
#[derive(Clone, Copy, Debug)]
pub(super) struct EntityRecord<'a> {
    /// What became of it, if it was merged into another.
    pub(super) merged: Option<&'a Merged<'a>>,
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

/// How an entity was merged into another.
#[derive(Clone, Debug)]
pub(super) struct Merged<'a> {
    /// The entity that stands for it.
    pub(super) into: NodeId,
    /// Why; empty where nobody said.
    pub(super) reason: &'a str,
    /// The names that the other had not got itself.
    pub(super) lent: Vec<&'a str>,
}

/// Stands where the revision is otherwise: what [`put_number`] makes of zero.
const MERGED: u8 = 0;

impl EntityRecord<'_> {
    /// The packed record.
    pub(super) fn encode(&self) -> Arc<[u8]> {
        let mut out = Vec::with_capacity(64);
        if let Some(Merged { into, reason, lent }) = self.merged {
            out.push(MERGED);
            put_number(&mut out, u64::from(into.0));
            put_text(&mut out, reason);
            put_texts(&mut out, lent);
        }
        put_number(&mut out, self.revision.0);
        put_text(&mut out, self.id);
        put_text(&mut out, self.name);
        put_texts(&mut out, self.aliases);
        put_properties(&mut out, self.properties);
        out.into()
    }
}

fn put_texts(out: &mut Vec<u8>, texts: &[&str]) {
    put_number(out, texts.len() as u64);
    texts.iter().for_each(|it| put_text(out, it));
}

/// What lies before the revision, if anything does.
#[inline]
fn read_merged<'s>(reader: &mut Reader<'s>) -> Option<Merged<'s>> {
    if is_merged(reader.0) { read_merger(reader) } else { None }
}

#[cold]
fn read_merger<'s>(reader: &mut Reader<'s>) -> Option<Merged<'s>> {
    let mut ahead = *reader;
    ahead.byte()?;
    let into = NodeId(ahead.small()?);
    let reason = ahead.text()?;
    let lent = (0..ahead.number()?).map(|_| ahead.text()).collect::<Option<_>>()?;
    *reader = ahead;
    Some(Merged { into, reason, lent })
}

/// Whether `record` is an entity's record that can be read without a panic.
pub(super) fn check_entity(record: &[u8], bounds: &Bounds) -> bool {
    let check = || -> Option<()> {
        let mut reader = Reader(record);
        if let Some(it) = read_merged(&mut reader) {
            (it.into.index() < bounds.nodes).then_some(())?;
        }
        reader.number().filter(|it| *it != 0)?;
        reader.text()?;
        reader.text()?;
        for _ in 0..reader.number()? {
            reader.text()?;
        }
        reader.check_properties(bounds.properties)
    };
    check().is_some()
}

/// Whether `record` is that of an entity that was merged into another.
#[inline]
pub(super) fn is_merged(record: &[u8]) -> bool {
    record.first() == Some(&MERGED)
}

impl<'s> Entity<'s> {
    /// The id that users give and see, as `country:AZE`.
    pub fn id(self) -> &'s str {
        let mut reader = self.after_revision();
        trusted(reader.text())
    }

    /// Whether `id` is its id.
    #[inline]
    pub(super) fn has_id(self, id: &str) -> bool {
        trusted(self.after_revision().bytes()) == id.as_bytes()
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
        let mut reader = Reader(self.record);
        read_merged(&mut reader);
        Revision(trusted(reader.number()))
    }

    /// How it was merged into another, if it was.
    pub(super) fn merged(self) -> Option<Merged<'s>> {
        read_merged(&mut Reader(self.record))
    }

    fn after_revision(self) -> Reader<'s> {
        let mut reader = Reader(self.record);
        read_merged(&mut reader);
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
