//! The packing that records, blocks and commits are written in: numbers, texts and values.

use crate::model::{Date, List, PropertyId, Timestamp, ValueRef};

const FALSE: u8 = 0;
const TRUE: u8 = 1;
const INT: u8 = 2;
const FLOAT: u8 = 3;
/// A float without a fraction, written as a whole number.
const WHOLE: u8 = 4;
const TEXT: u8 = 5;
const DATE: u8 = 6;
const TIMESTAMP: u8 = 7;
const JSON: u8 = 8;
const LIST: u8 = 9;
/// A float of two decimals, such as an amount of money, written as its hundredths.
const HUNDREDTHS: u8 = 10;
/// Before a property's value, its number and the value's tag are one number; the tag has so many
/// bits of it.
const TAG_BITS: u32 = 4;

/// Whole numbers up to this size are exact as floats.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;
/// 2024-01-01T00:00:00Z in microseconds: moments near it are short.
const EPOCH_MICROS: i64 = 1_704_067_200_000_000;

/// Appends a number, 7 bits a byte, the lowest first.
pub(super) fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Appends a number that may be negative: zig-zag, so that small ones are short.
pub(super) fn put_signed(out: &mut Vec<u8>, number: i64) {
    put_number(out, (number << 1 ^ number >> 63) as u64);
}

/// Appends bytes after their length.
pub(super) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_number(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Appends a text after its length in bytes.
pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_bytes(out, text.as_bytes());
}

/// Appends a moment.
pub(super) fn put_moment(out: &mut Vec<u8>, moment: Timestamp) {
    put_signed(out, moment.micros() - EPOCH_MICROS);
}

/// Appends a value after a byte that says what it is.
pub(super) fn put_value(out: &mut Vec<u8>, value: ValueRef<'_>) {
    out.push(tag(value));
    put_body(out, value);
}

fn tag(value: ValueRef<'_>) -> u8 {
    match value {
        ValueRef::Bool(false) => FALSE,
        ValueRef::Bool(true) => TRUE,
        ValueRef::Int(_) => INT,
        ValueRef::Float(it) => float_form(it).0,
        ValueRef::Text(_) => TEXT,
        ValueRef::Date(_) => DATE,
        ValueRef::Timestamp(_) => TIMESTAMP,
        ValueRef::Json(_) => JSON,
        ValueRef::List(_) => LIST,
    }
}

/// Appends what follows a value's tag.
fn put_body(out: &mut Vec<u8>, value: ValueRef<'_>) {
    match value {
        ValueRef::Bool(_) => {}
        ValueRef::Int(it) => put_signed(out, it),
        ValueRef::Float(it) => match float_form(it) {
            (FLOAT, _) => out.extend_from_slice(&it.to_le_bytes()),
            (_, number) => put_signed(out, number),
        },
        ValueRef::Text(it) | ValueRef::Json(it) => put_text(out, it),
        ValueRef::Date(it) => put_number(out, u64::from(it.to_bits())),
        ValueRef::Timestamp(it) => put_signed(out, it.micros()),
        ValueRef::List(it) => put_bytes(out, it.0),
    }
}

/// The tag under which a float is shortest, and the number that is written then.
fn float_form(float: f64) -> (u8, i64) {
    let is_negative_zero = float == 0.0 && float.is_sign_negative();
    let hundredths = (float * 100.0).round();
    if is_negative_zero || hundredths.abs() > WHOLE_MAX {
        (FLOAT, 0)
    } else if float.fract() == 0.0 {
        (WHOLE, float as i64)
    } else if hundredths / 100.0 == float {
        (HUNDREDTHS, hundredths as i64)
    } else {
        (FLOAT, 0)
    }
}

/// Appends properties, which must be in ascending order of their number; they reach to the end of
/// their record.
pub(super) fn put_properties(out: &mut Vec<u8>, properties: &[(PropertyId, ValueRef<'_>)]) {
    assert!(properties.is_sorted_by(|a, b| a.0 < b.0), "properties ascend");
    for (property, value) in properties {
        put_number(out, u64::from(property.0) << TAG_BITS | u64::from(tag(*value)));
        put_body(out, *value);
    }
}

/// The packed form of a list: its values one after another, none of them a list.
pub(super) fn pack_list<'v>(values: impl IntoIterator<Item = ValueRef<'v>>) -> Vec<u8> {
    let mut out = Vec::new();
    for value in values {
        put_value(&mut out, value);
    }
    out
}

/// The values of a list property.
pub fn items(list: List<'_>) -> impl Iterator<Item = ValueRef<'_>> {
    let mut reader = Reader(list.0);
    std::iter::from_fn(move || (!reader.is_empty()).then(|| trusted(reader.value())))
}

/// What is read out of bytes that were checked when they entered the graph.
pub(super) fn trusted<T>(read: Option<T>) -> T {
    read.expect("records are checked when they enter the graph")
}

/// Reads packed bytes from the front. Every method gives `None` where the bytes are not what was
/// asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'s>(pub(super) &'s [u8]);

impl<'s> Reader<'s> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[inline]
    pub(super) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    #[inline]
    pub(super) fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// A number of the given type.
    #[inline]
    pub(super) fn small<N: TryFrom<u64>>(&mut self) -> Option<N> {
        N::try_from(self.number()?).ok()
    }

    pub(super) fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    #[inline]
    pub(super) fn take(&mut self, length: usize) -> Option<&'s [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    #[inline]
    pub(super) fn bytes(&mut self) -> Option<&'s [u8]> {
        let length = self.small()?;
        self.take(length)
    }

    pub(super) fn text(&mut self) -> Option<&'s str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    pub(super) fn date(&mut self) -> Option<Date> {
        Date::from_bits(self.small()?)
    }

    pub(super) fn timestamp(&mut self) -> Option<Timestamp> {
        Timestamp::from_micros(self.signed()?)
    }

    pub(super) fn float(&mut self) -> Option<f64> {
        Some(f64::from_le_bytes(self.array()?)).filter(|it| it.is_finite())
    }

    /// What [`put_moment`] wrote.
    pub(super) fn moment(&mut self) -> Option<Timestamp> {
        Timestamp::from_micros(self.signed()?.checked_add(EPOCH_MICROS)?)
    }

    pub(super) fn value(&mut self) -> Option<ValueRef<'s>> {
        let tag = self.byte()?;
        self.body(tag)
    }

    fn body(&mut self, tag: u8) -> Option<ValueRef<'s>> {
        Some(match tag {
            FALSE => ValueRef::Bool(false),
            TRUE => ValueRef::Bool(true),
            INT => ValueRef::Int(self.signed()?),
            FLOAT => ValueRef::Float(self.float()?),
            WHOLE => ValueRef::Float(self.signed()? as f64),
            HUNDREDTHS => ValueRef::Float(self.signed()? as f64 / 100.0),
            TEXT => ValueRef::Text(self.text()?),
            DATE => ValueRef::Date(self.date()?),
            TIMESTAMP => ValueRef::Timestamp(self.timestamp()?),
            JSON => ValueRef::Json(self.text()?),
            LIST => ValueRef::List(List(self.bytes()?)),
            _ => return None,
        })
    }

    /// The number of the property that follows, and the tag of its value.
    #[inline]
    fn key(&mut self) -> Option<(PropertyId, u8)> {
        let key = self.number()?;
        let property = PropertyId(u16::try_from(key >> TAG_BITS).ok()?);
        Some((property, key as u8 & ((1 << TAG_BITS) - 1)))
    }

    /// Steps over what follows a tag and gives its bytes.
    fn skip_body(&mut self, tag: u8) -> Option<&'s [u8]> {
        let all = self.0;
        match tag {
            FALSE | TRUE => {}
            FLOAT => drop(self.take(8)?),
            INT | WHOLE | HUNDREDTHS | DATE | TIMESTAMP => drop(self.number()?),
            _ => drop(self.bytes()?),
        }
        Some(&all[..all.len() - self.0.len()])
    }

    /// The value of `wanted` among the properties that follow.
    pub(super) fn property(mut self, wanted: PropertyId) -> Option<ValueRef<'s>> {
        while !self.is_empty() {
            let (property, tag) = trusted(self.key());
            if property >= wanted {
                return (property == wanted).then(|| trusted(self.body(tag)));
            }
            trusted(self.skip_body(tag));
        }
        None
    }

    /// The properties that follow.
    pub(super) fn properties(mut self) -> impl Iterator<Item = (PropertyId, ValueRef<'s>)> {
        std::iter::from_fn(move || {
            if self.is_empty() {
                return None;
            }
            let (property, tag) = trusted(self.key());
            Some((property, trusted(self.body(tag))))
        })
    }

    /// The properties that follow, each with the tag and the bytes of its value.
    pub(super) fn packed(mut self) -> impl Iterator<Item = (PropertyId, u8, &'s [u8])> {
        std::iter::from_fn(move || {
            if self.is_empty() {
                return None;
            }
            let (property, tag) = trusted(self.key());
            Some((property, tag, trusted(self.skip_body(tag))))
        })
    }

    /// Whether what follows, to the end, are properties in order, with numbers below `bound`.
    pub(super) fn check_properties(mut self, bound: usize) -> Option<()> {
        let mut least = 0;
        while !self.is_empty() {
            let (property, tag) = self.key()?;
            if !(least..bound).contains(&property.index()) {
                return None;
            }
            least = property.index() + 1;
            if let ValueRef::List(list) = self.body(tag)? {
                check_list(list)?;
            }
        }
        Some(())
    }
}

fn check_list(list: List<'_>) -> Option<()> {
    let mut reader = Reader(list.0);
    while !reader.is_empty() {
        if matches!(reader.value()?, ValueRef::List(_)) {
            return None;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::{Reader, items, pack_list, put_properties, put_signed};
    use crate::model::{List, PropertyId, Timestamp, ValueRef};

    #[test]
    fn numbers_survive_packing() {
        for number in [0, 1, -1, 63, 64, -65, i64::MAX, i64::MIN] {
            let mut out = Vec::new();
            put_signed(&mut out, number);
            assert_eq!(Reader(&out).signed(), Some(number));
        }
    }

    #[test]
    fn properties_survive_packing_and_no_cut_panics() {
        let packed = pack_list([ValueRef::Text("a"), ValueRef::Text("ə")]);
        let values = [
            ValueRef::Bool(true),
            ValueRef::Int(-5_000_000_000),
            ValueRef::Float(0.9),
            ValueRef::Float(-0.0),
            ValueRef::Float(4e9),
            ValueRef::Float(f64::MAX),
            ValueRef::Float(-1_234_567.89),
            ValueRef::Float(0.001),
            ValueRef::Float(1e-300),
            ValueRef::Float(90_071_992_547_409.93),
            ValueRef::Text("Bakı"),
            ValueRef::Date("2018-09".parse().unwrap()),
            ValueRef::Timestamp(Timestamp::from_micros(1_700_000_000_000_000).unwrap()),
            ValueRef::Json("{}"),
            ValueRef::List(List(&packed)),
        ];
        let properties: Vec<_> = values
            .into_iter()
            .enumerate()
            .map(|(i, it)| (PropertyId(i as u16 * 100), it))
            .collect();
        let mut out = Vec::new();
        put_properties(&mut out, &properties);
        let reader = Reader(&out);
        assert_eq!(reader.check_properties(1 << 16), Some(()));
        assert_eq!(reader.properties().collect::<Vec<_>>(), properties);
        for (property, value) in &properties {
            assert_eq!(reader.property(*property), Some(*value));
        }
        assert_eq!(reader.property(PropertyId(7)), None);
        assert_eq!(items(List(&packed)).count(), 2);
        for cut in 0..out.len() {
            // It may be valid where it falls between two properties; it may never panic.
            let _ = Reader(&out[..cut]).check_properties(1 << 16);
        }
    }
}
