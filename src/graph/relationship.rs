//! A relationship's record: how it is packed, and how it is read.

use std::{borrow::Cow, sync::Arc};

use rustc_hash::FxHashSet;

use super::{
    Evidence, Snapshot,
    bounds::Bounds,
    codec::{Reader, put_bytes, put_moment, put_number, put_properties, put_text, trusted},
    evidence::{put_confidence, put_evidence, read_all, read_confidence, read_evidence},
    identity::{Identity, content_id, render_derived},
    merging::{Hidden, Merging},
    row::Row,
};
use crate::model::{
    EdgeId, Modality, NodeId, PropertyId, RelationId, Revision, Stance, Timestamp, Validity,
    ValueRef,
};

/// A relationship as a snapshot holds it. Reading a part decodes that part alone.
#[derive(Clone, Copy, Debug)]
pub struct Relationship<'s> {
    pub(super) snapshot: &'s Snapshot,
    pub(super) edge: EdgeId,
    pub(super) row: Row,
    pub(super) record: &'s [u8],
}

/// What a relationship's record is made of, beside its [`Row`].
#[derive(Clone, Copy, Debug)]
pub(super) struct RelationshipRecord<'a> {
    /// Where its id comes from. [`Identity::Content`] only while the record says what its id was
    /// derived from; a later change of validity or properties must write the id it had.
    pub(super) identity: Identity<'a>,
    /// The revision of the commit that this record is in.
    pub(super) revision: Revision,
    /// When the relationship was first recorded.
    pub(super) recorded_at: Timestamp,
    /// When it was retracted, if it was, and why.
    pub(super) retracted: Option<(Timestamp, &'a str)>,
    /// What merging entities has done to it.
    pub(super) merging: &'a Merging,
    /// How sure it is, 0 to 1.
    pub(super) confidence: Option<f64>,
    /// Its evidence in the order of recording; `relationship` and `ordinal` are not written.
    pub(super) evidence: &'a [Evidence<'a>],
    /// Its properties in ascending order of their number.
    pub(super) properties: &'a [(PropertyId, ValueRef<'a>)],
}

// The first byte of a record says what follows.
const DERIVED: u8 = 1;
const TEXT: u8 = 1 << 1;
const RETRACTED: u8 = 1 << 2;
const CONFIDENCE: u8 = 1 << 3;
const EVIDENCE: u8 = 1 << 4;
const MERGING: u8 = 1 << 5;
const ALL: u8 = DERIVED | TEXT | RETRACTED | CONFIDENCE | EVIDENCE | MERGING;

impl RelationshipRecord<'_> {
    /// The packed record.
    pub(super) fn encode(&self) -> Arc<[u8]> {
        let mut out = self.head();
        put_properties(&mut out, self.properties);
        out.into()
    }

    /// The packed record, where the properties are packed already.
    pub(super) fn encode_before(&self, properties: &[u8]) -> Arc<[u8]> {
        let mut out = self.head();
        out.extend_from_slice(properties);
        out.into()
    }

    /// What comes before the properties.
    fn head(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(64);
        out.push(self.fields());
        put_number(&mut out, self.revision.0);
        put_moment(&mut out, self.recorded_at);
        if let Some((at, reason)) = self.retracted {
            put_moment(&mut out, at);
            put_text(&mut out, reason);
        }
        if !self.merging.is_none() {
            self.merging.put(&mut out);
        }
        match self.identity {
            Identity::Content => {}
            Identity::Derived(id) => out.extend_from_slice(&id.to_le_bytes()),
            Identity::Text(id) => put_text(&mut out, id),
        }
        if let Some(it) = self.confidence {
            put_confidence(&mut out, it);
        }
        if !self.evidence.is_empty() {
            put_number(&mut out, self.evidence.len() as u64);
            let mut packed = Vec::new();
            for it in self.evidence {
                put_evidence(&mut packed, it, self.recorded_at);
            }
            put_bytes(&mut out, &packed);
        }
        out
    }

    fn fields(&self) -> u8 {
        let identity = match self.identity {
            Identity::Content => 0,
            Identity::Derived(_) => DERIVED,
            Identity::Text(_) => TEXT,
        };
        let bit = |is_there: bool, bit: u8| if is_there { bit } else { 0 };
        identity
            | bit(self.retracted.is_some(), RETRACTED)
            | bit(!self.merging.is_none(), MERGING)
            | bit(self.confidence.is_some(), CONFIDENCE)
            | bit(!self.evidence.is_empty(), EVIDENCE)
    }
}

/// A record cut into its parts, none of them decoded further than to find its end.
struct Parts<'s> {
    revision: Revision,
    recorded_at: Timestamp,
    retracted: Option<(Timestamp, &'s str)>,
    merging: Merging,
    identity: Identity<'s>,
    confidence: Option<f64>,
    evidence_count: u32,
    evidence: Reader<'s>,
    properties: Reader<'s>,
}

impl<'s> Parts<'s> {
    fn read(record: &'s [u8]) -> Option<Self> {
        let mut reader = Reader(record);
        let fields = reader.byte().filter(|it| it & !ALL == 0)?;
        let has = |field: u8| fields & field != 0;
        Some(Self {
            revision: Revision(reader.number()?),
            recorded_at: reader.moment()?,
            retracted: match has(RETRACTED) {
                true => Some((reader.moment()?, reader.text()?)),
                false => None,
            },
            merging: if has(MERGING) { Merging::read(&mut reader)? } else { Merging::default() },
            identity: match (has(DERIVED), has(TEXT)) {
                (false, false) => Identity::Content,
                (true, false) => Identity::Derived(u128::from_le_bytes(reader.array()?)),
                (false, true) => Identity::Text(reader.text()?),
                (true, true) => return None,
            },
            confidence: if has(CONFIDENCE) { Some(read_confidence(&mut reader)?) } else { None },
            evidence_count: if has(EVIDENCE) { reader.small()? } else { 0 },
            evidence: Reader(if has(EVIDENCE) { reader.bytes()? } else { &[] }),
            properties: reader,
        })
    }

    fn check(&self, bounds: &Bounds) -> Option<()> {
        let mut evidence = self.evidence;
        self.merging.fits(bounds).then_some(())?;
        for ordinal in 0..self.evidence_count {
            let it = read_evidence(&mut evidence, EdgeId(0), ordinal, self.recorded_at)?;
            let nodes = [Some(it.document), it.cited_source, it.stated_by];
            if nodes.iter().flatten().any(|it| it.index() >= bounds.nodes) {
                return None;
            }
        }
        if !evidence.is_empty() {
            return None;
        }
        self.properties.check_properties(bounds.properties)
    }
}

/// Whether `record` is a relationship's record that can be read without a panic.
pub(super) fn check_relationship(record: &[u8], bounds: &Bounds) -> bool {
    Parts::read(record).and_then(|it| it.check(bounds)).is_some()
}

/// The number of pieces of evidence in a record.
pub(super) fn evidence_count(record: &[u8]) -> u64 {
    if record[0] & EVIDENCE == 0 {
        return 0;
    }
    u64::from(trusted(Parts::read(record)).evidence_count)
}

/// When the relationship of a record was retracted, if it was.
pub(super) fn retracted_at(record: &[u8]) -> Option<Timestamp> {
    trusted(Parts::read(record)).retracted.map(|it| it.0)
}

impl<'s> Relationship<'s> {
    /// The id that users see: given, or derived from what the relationship says.
    pub fn id(self) -> Cow<'s, str> {
        match self.parts().identity {
            Identity::Text(id) => Cow::Borrowed(id),
            Identity::Derived(id) => Cow::Owned(render_derived(id)),
            Identity::Content => Cow::Owned(render_derived(self.content_id())),
        }
    }

    /// Its id in the form it takes in look-ups: never [`Identity::Content`].
    pub(super) fn identity(self) -> Identity<'s> {
        match self.parts().identity {
            Identity::Content => Identity::Derived(self.content_id()),
            given => given,
        }
    }

    /// Its id in the form in which its record keeps it.
    pub(super) fn kept_identity(self) -> Identity<'s> {
        self.parts().identity
    }

    /// A hash of what it says, for index look-ups; none where its id is that of its content, and
    /// finds it as well.
    pub(super) fn named_content_hash(self) -> Option<u64> {
        (self.record[0] & (DERIVED | TEXT) != 0).then(|| self.content_id() as u64)
    }

    /// Its ends as they are kept: with entities that may have been merged since.
    pub(super) fn kept_ends(self) -> (NodeId, NodeId) {
        (NodeId(self.row.source), NodeId(self.row.target))
    }

    /// Whether it is retracted, or hidden by merging.
    pub(super) fn is_unseen(self) -> bool {
        self.row.is_unseen()
    }

    /// Its relationship type.
    pub fn relation(self) -> RelationId {
        self.row.relation()
    }

    /// The entity it leads from, or the one that stands for that.
    pub fn source(self) -> NodeId {
        self.snapshot.standing(NodeId(self.row.source))
    }

    /// The entity it leads to, or the one that stands for that.
    pub fn target(self) -> NodeId {
        self.snapshot.standing(NodeId(self.row.target))
    }

    /// When it held.
    pub fn validity(self) -> Validity {
        self.row.validity()
    }

    /// The strongest modality among its supporting evidence; asserted where there is none.
    pub fn modality(self) -> Modality {
        self.row.modality()
    }

    /// Whether some evidence contradicts it.
    pub fn disputed(self) -> bool {
        self.row.is_disputed()
    }

    /// How sure it is, 0 to 1.
    pub fn confidence(self) -> Option<f64> {
        self.parts().confidence
    }

    /// The number of independent origins among its supporting evidence: distinct credited
    /// sources, or documents where none is credited.
    pub fn origins(self) -> u32 {
        let origins: FxHashSet<NodeId> = self
            .evidence()
            .filter(|it| it.stance == Stance::Supports)
            .map(|it| it.cited_source.unwrap_or(it.document))
            .collect();
        origins.len() as u32
    }

    /// Its evidence in the order of recording.
    pub fn evidence(self) -> impl ExactSizeIterator<Item = Evidence<'s>> {
        self.kept_evidence().map(move |it| it.standing(self.snapshot))
    }

    /// Its evidence as its record keeps it: with entities that may have been merged since.
    pub(super) fn kept_evidence(self) -> impl ExactSizeIterator<Item = Evidence<'s>> {
        let parts = self.parts();
        read_all(parts.evidence, parts.evidence_count, self.edge, parts.recorded_at)
    }

    /// The value of one property, where it has one.
    pub fn property(self, property: PropertyId) -> Option<ValueRef<'s>> {
        self.parts().properties.property(property)
    }

    /// All properties that have a value, in ascending order of their number.
    pub fn properties(self) -> impl Iterator<Item = (PropertyId, ValueRef<'s>)> {
        self.parts().properties.properties()
    }

    /// When it was first recorded.
    pub fn recorded_at(self) -> Timestamp {
        self.parts().recorded_at
    }

    /// When it was retracted, if it was.
    pub fn retracted_at(self) -> Option<Timestamp> {
        self.retraction().map(|it| it.0)
    }

    /// When and why it was retracted, if it was.
    pub fn retraction(self) -> Option<(Timestamp, &'s str)> {
        self.parts().retracted
    }

    /// What merging entities has done to it.
    pub(super) fn merging(self) -> Merging {
        self.parts().merging
    }

    /// The relationship that stands for it since entities were merged, or itself.
    pub(super) fn standing(self) -> Self {
        let mut it = self;
        while let Some(Hidden::Twin(edge)) = it.merging().hidden {
            it = self.snapshot.relationship(edge);
        }
        it
    }

    /// The revision of its last change.
    pub fn revision(self) -> Revision {
        self.parts().revision
    }

    fn parts(self) -> Parts<'s> {
        trusted(Parts::read(self.record))
    }

    /// The id that its content derives. Costs two entity ids and one hash of the record.
    fn content_id(self) -> u128 {
        let names = self.snapshot.ontology().names();
        let packed = self.parts().properties.packed();
        let packed =
            packed.map(|(it, tag, bytes)| (names.properties[it.index()].as_str(), tag, bytes));
        content_id(
            &names.relations[self.relation().index()],
            self.snapshot.entity(NodeId(self.row.source)).id(),
            self.snapshot.entity(NodeId(self.row.target)).id(),
            self.validity(),
            packed,
        )
    }
}
