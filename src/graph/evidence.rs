//! Pieces of evidence: how they are packed into a relationship's record, and how they are read.

use super::{
    Snapshot,
    codec::{Reader, put_number, put_signed, put_text, trusted},
};
use crate::model::{Date, EdgeId, Modality, NodeId, Stance, Timestamp};

/// One statement by one source about a relationship.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence<'s> {
    /// The relationship it speaks about.
    pub relationship: EdgeId,
    /// Its place among the relationship's evidence, from zero, in the order of recording.
    pub ordinal: u32,
    /// The document it was read in.
    pub document: NodeId,
    /// Whom the document itself credits.
    pub cited_source: Option<NodeId>,
    /// Who said it.
    pub stated_by: Option<NodeId>,
    /// When it was said.
    pub stated_at: Option<Date>,
    /// Where in the document.
    pub locator: Option<&'s str>,
    /// The words themselves.
    pub quote: Option<&'s str>,
    /// What was said, in short.
    pub summary: Option<&'s str>,
    /// How it was meant.
    pub modality: Modality,
    /// For the relationship or against it.
    pub stance: Stance,
    /// How sure it is, 0 to 1.
    pub confidence: Option<f64>,
    /// How it was obtained, as `manual` or `import:jsonl`.
    pub method: &'s str,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

impl Evidence<'_> {
    /// Its id: that of its relationship, and its ordinal. [`Snapshot::evidence`] finds it.
    pub fn id(&self, snapshot: &Snapshot) -> String {
        format!("{}#{}", snapshot.relationship(self.relationship).id(), self.ordinal)
    }

    /// The same with the entities that stand for those it names.
    #[must_use]
    pub(super) fn standing(self, snapshot: &Snapshot) -> Self {
        let standing = |node| snapshot.standing(node);
        Self {
            document: standing(self.document),
            cited_source: self.cited_source.map(standing),
            stated_by: self.stated_by.map(standing),
            ..self
        }
    }
}

/// The id of a relationship and the ordinal that the id of a piece of evidence is made of. No piece
/// has two ids: `+1` and `01` are not that of `1`.
pub(super) fn parse_id(id: &str) -> Option<(&str, u32)> {
    let (relationship, digits) = id.rsplit_once('#')?;
    let ordinal = digits.parse().ok().filter(|it: &u32| it.to_string() == digits)?;
    Some((relationship, ordinal))
}

/// Methods that are written as their place here. Only ever appended to, at most 15.
const METHODS: [&str; 4] = ["manual", "import:jsonl", "import:csv", "annotate"];
/// The place of a method that is written as text.
const METHOD_TEXT: u8 = 15;

// The first byte says what follows, the second how it was meant and obtained.
const CITED_SOURCE: u8 = 1;
const STATED_BY: u8 = 1 << 1;
const STATED_AT: u8 = 1 << 2;
const LOCATOR: u8 = 1 << 3;
const QUOTE: u8 = 1 << 4;
const SUMMARY: u8 = 1 << 5;
const CONFIDENCE: u8 = 1 << 6;
const STANCE_SHIFT: u32 = 2;
const METHOD_SHIFT: u32 = 3;

/// Appends a piece of evidence. `relationship` and `ordinal` are known from its place, and the
/// moment of recording is kept as the distance from `base`.
pub(super) fn put_evidence(out: &mut Vec<u8>, evidence: &Evidence<'_>, base: Timestamp) {
    let method = METHODS.iter().position(|it| *it == evidence.method);
    let method = method.map_or(METHOD_TEXT, |it| it as u8);
    out.push(fields(evidence));
    out.push(
        evidence.modality as u8 | (evidence.stance as u8) << STANCE_SHIFT | method << METHOD_SHIFT,
    );
    put_signed(out, evidence.recorded_at.micros() - base.micros());
    put_number(out, u64::from(evidence.document.0));
    for node in [evidence.cited_source, evidence.stated_by].into_iter().flatten() {
        put_number(out, u64::from(node.0));
    }
    if let Some(date) = evidence.stated_at {
        put_number(out, u64::from(date.to_bits()));
    }
    for text in [evidence.locator, evidence.quote, evidence.summary].into_iter().flatten() {
        put_text(out, text);
    }
    if let Some(confidence) = evidence.confidence {
        put_confidence(out, confidence);
    }
    if method == METHOD_TEXT {
        put_text(out, evidence.method);
    }
}

fn fields(evidence: &Evidence<'_>) -> u8 {
    [
        (evidence.cited_source.is_some(), CITED_SOURCE),
        (evidence.stated_by.is_some(), STATED_BY),
        (evidence.stated_at.is_some(), STATED_AT),
        (evidence.locator.is_some(), LOCATOR),
        (evidence.quote.is_some(), QUOTE),
        (evidence.summary.is_some(), SUMMARY),
        (evidence.confidence.is_some(), CONFIDENCE),
    ]
    .into_iter()
    .fold(0, |bits, (is_there, bit)| if is_there { bits | bit } else { bits })
}

/// Reads a piece of evidence; `None` where the bytes are none.
pub(super) fn read_evidence<'s>(
    reader: &mut Reader<'s>,
    relationship: EdgeId,
    ordinal: u32,
    base: Timestamp,
) -> Option<Evidence<'s>> {
    let fields = reader.byte()?;
    let how = reader.byte()?;
    let has = |field: u8| fields & field != 0;
    let micros = base.micros().checked_add(reader.signed()?)?;
    Some(Evidence {
        relationship,
        ordinal,
        recorded_at: Timestamp::from_micros(micros)?,
        document: NodeId(reader.small()?),
        cited_source: when(has(CITED_SOURCE), || reader.small().map(NodeId))?,
        stated_by: when(has(STATED_BY), || reader.small().map(NodeId))?,
        stated_at: when(has(STATED_AT), || reader.date())?,
        locator: when(has(LOCATOR), || reader.text())?,
        quote: when(has(QUOTE), || reader.text())?,
        summary: when(has(SUMMARY), || reader.text())?,
        modality: Modality::ALL[usize::from(how & 3)],
        stance: Stance::ALL[usize::from(how >> STANCE_SHIFT & 1)],
        confidence: when(has(CONFIDENCE), || read_confidence(reader))?,
        method: match how >> METHOD_SHIFT & METHOD_TEXT {
            METHOD_TEXT => reader.text()?,
            place => METHODS.get(usize::from(place))?,
        },
    })
}

/// The pieces of evidence packed in `reader`, which hold `count`.
pub(super) fn read_all(
    mut reader: Reader<'_>,
    count: u32,
    relationship: EdgeId,
    base: Timestamp,
) -> impl ExactSizeIterator<Item = Evidence<'_>> {
    (0..count).map(move |it| trusted(read_evidence(&mut reader, relationship, it, base)))
}

/// `Some(None)` where a field is absent, `None` where it should be there and is not.
fn when<T>(is_there: bool, read: impl FnOnce() -> Option<T>) -> Option<Option<T>> {
    if is_there { read().map(Some) } else { Some(None) }
}

/// Marks a confidence that is no whole number of hundredths.
const EXACT: u8 = 255;

/// Appends a confidence: one byte for whole hundredths, nine otherwise.
pub(super) fn put_confidence(out: &mut Vec<u8>, confidence: f64) {
    let hundredths = (confidence * 100.0).round();
    if (0.0..=100.0).contains(&hundredths) && hundredths / 100.0 == confidence {
        out.push(hundredths as u8);
    } else {
        out.push(EXACT);
        out.extend_from_slice(&confidence.to_le_bytes());
    }
}

/// Reads what [`put_confidence`] wrote.
pub(super) fn read_confidence(reader: &mut Reader<'_>) -> Option<f64> {
    match reader.byte()? {
        EXACT => reader.float(),
        hundredths => Some(f64::from(hundredths) / 100.0),
    }
}

#[cfg(test)]
mod tests {
    use super::{Evidence, Reader, put_evidence, read_evidence};
    use crate::model::{EdgeId, Modality, NodeId, Stance, Timestamp};

    #[test]
    fn evidence_survives_packing_and_no_cut_panics() {
        let base = Timestamp::from_micros(1_700_000_000_000_000).unwrap();
        let full = Evidence {
            relationship: EdgeId(3),
            ordinal: 7,
            document: NodeId(300),
            cited_source: Some(NodeId(1)),
            stated_by: Some(NodeId(u32::MAX)),
            stated_at: Some("2018-09".parse().unwrap()),
            locator: Some("p. 3"),
            quote: Some("«да»"),
            summary: Some(""),
            modality: Modality::Possible,
            stance: Stance::Contradicts,
            confidence: Some(0.9),
            method: "import:jsonl",
            recorded_at: Timestamp::from_micros(1_700_000_000_000_007).unwrap(),
        };
        let bare = Evidence {
            cited_source: None,
            stated_by: None,
            stated_at: None,
            locator: None,
            quote: None,
            summary: None,
            confidence: None,
            method: "by ear",
            ..full
        };
        for evidence in [full, bare, Evidence { confidence: Some(1.0 / 3.0), ..bare }] {
            let mut out = Vec::new();
            put_evidence(&mut out, &evidence, base);
            let read = |bytes| {
                let mut reader = Reader(bytes);
                read_evidence(&mut reader, EdgeId(3), 7, base)
            };
            assert_eq!(read(&out), Some(evidence));
            for cut in 0..out.len() {
                assert_eq!(read(&out[..cut]), None, "{cut}");
            }
        }
    }
}
