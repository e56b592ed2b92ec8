//! Keys and values of a graph in its store, and the commits among them.
//!
//! A value that may be long is a *document*: its bytes behind a header with their length and
//! checksum, cut into parts that every store takes, under keys that end in the part's number.

use std::{iter, ops::Range};

use xxhash_rust::xxh3::xxh3_64;

use super::{
    Change, Commit, PutEdge, PutNode, Snapshot,
    codec::{Reader, put_bytes, put_number, put_signed},
};
use crate::{
    model::{Date, EdgeId, KindId, Modality, NodeId, RelationId, Revision, Timestamp, Validity},
    store::{BATCH_MAX, Batch, Scan, Store, StoreError, VALUE_BYTES_MAX},
};

/// Keys of commits begin with it; their revision and part follow.
const COMMIT: u8 = b'c';
/// The length of a document's header: its length and its checksum.
const HEADER_BYTES: usize = 12;
/// The most parts that a commit may have, so that one batch holds it.
const PARTS_MAX: usize = 900;
/// The keys of commits that are removed at once: a writer waits for no more.
const FORGOTTEN_MAX: usize = 500;
/// The most bytes that a change takes beside its record, and a commit beside its changes.
const CHANGE_BYTES_MAX: usize = 48;
/// The commits that are in memory while they are checked.
const CHECKED_MAX: usize = 64;
/// The length of the part's number at the end of a key.
const PART_BYTES: usize = 2;

/// `bytes`, less than 4 GiB, as a document under `key`: the pairs to put.
pub(super) fn document(key: &[u8], bytes: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    document_in_parts(key, bytes, VALUE_BYTES_MAX)
}

/// The same in parts of `part_max` bytes at most.
pub(super) fn document_in_parts(
    key: &[u8],
    bytes: &[u8],
    part_max: usize,
) -> Vec<(Vec<u8>, Vec<u8>)> {
    let length = u32::try_from(bytes.len()).expect("a document is shorter than 4 GiB");
    let header = [&length.to_le_bytes()[..], &xxh3_64(bytes).to_le_bytes()[..]].concat();
    let first = bytes.len().min(part_max - HEADER_BYTES);
    let rest = bytes[first..].chunks(part_max).map(<[u8]>::to_vec);
    iter::once([&header[..], &bytes[..first]].concat())
        .chain(rest)
        .enumerate()
        .map(|(part, value)| (part_key(key, part), value))
        .collect()
}

/// How many parts a document of `length` bytes has.
fn parts(length: usize) -> usize {
    (length + HEADER_BYTES).div_ceil(VALUE_BYTES_MAX).max(1)
}

/// The key of one part of a document.
pub(super) fn part_key(key: &[u8], part: usize) -> Vec<u8> {
    let part = u16::try_from(part).expect("a document shorter than 4 GiB has fewer parts");
    [key, &part.to_be_bytes()[..]].concat()
}

/// The bytes of the document under `key`, if there is one.
///
/// # Errors
///
/// Where the store fails, or the document is not as it was written.
pub(super) fn read(store: &dyn Store, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    let keys = part_key(key, 0)..[key, &[u8::MAX; PART_BYTES + 1]].concat();
    let document = Documents { pairs: store.scan(keys) }.next().transpose()?;
    Ok(document.map(|(_, bytes)| bytes))
}

/// The documents under the keys of a range, in the order of their keys.
pub(super) fn documents(
    store: &dyn Store,
    keys: Range<Vec<u8>>,
) -> impl Iterator<Item = Result<(Vec<u8>, Vec<u8>), StoreError>> {
    Documents { pairs: store.scan(keys) }
}

struct Documents<'s> {
    pairs: Scan<'s>,
}

impl Documents<'_> {
    /// The document that begins with `key` and `value`.
    fn read(&mut self, key: &[u8], mut value: Vec<u8>) -> Result<(Vec<u8>, Vec<u8>), StoreError> {
        let corrupt = || StoreError::Corrupt { key: key.to_vec() };
        let Some((stem, [0, 0])) = key.split_last_chunk::<PART_BYTES>() else {
            return Err(corrupt());
        };
        let length = length(&value).ok_or_else(corrupt)?;
        let mut part = 1;
        while value.len() < length + HEADER_BYTES {
            let (next, more) = self.pairs.next().ok_or_else(corrupt)??;
            if next != part_key(stem, part) {
                return Err(corrupt());
            }
            value.extend_from_slice(&more);
            part += 1;
        }
        Ok((stem.to_vec(), assemble(value).ok_or_else(corrupt)?))
    }
}

/// The length that a document's first part announces.
fn length(value: &[u8]) -> Option<usize> {
    let length = value.first_chunk::<4>()?;
    Some(u32::from_le_bytes(*length) as usize)
}

/// The bytes of a document whose parts, one after another, are `value`; `None` where they are not
/// as they were written.
pub(super) fn assemble(mut value: Vec<u8>) -> Option<Vec<u8>> {
    let length = length(&value)?;
    let [.., a, b, c, d, e, f, g, h] = *value.first_chunk::<HEADER_BYTES>()?;
    value.drain(..HEADER_BYTES);
    let checksum = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
    (value.len() == length && xxh3_64(&value) == checksum).then_some(value)
}

impl Iterator for Documents<'_> {
    type Item = Result<(Vec<u8>, Vec<u8>), StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.pairs.next()? {
            Ok((key, value)) => Some(self.read(&key, value)),
            Err(err) => Some(Err(err)),
        }
    }
}

/// The key under which the commit that led to `revision` is kept.
pub(super) fn commit_key(revision: Revision) -> Vec<u8> {
    [&[COMMIT][..], &revision.0.to_be_bytes()[..]].concat()
}

/// What the keys of all commits follow.
pub(super) fn begin() -> Vec<u8> {
    vec![COMMIT]
}

/// What follows the keys of all commits.
pub(super) fn end() -> Vec<u8> {
    vec![COMMIT + 1]
}

/// When the commit that led to `revision` was recorded; the beginning of time for none.
///
/// # Errors
///
/// Where the store fails, or does not hold it.
pub(super) fn recorded_at(store: &dyn Store, revision: Revision) -> Result<Timestamp, StoreError> {
    if revision == Revision(0) {
        return Ok(Timestamp::default());
    }
    let key = commit_key(revision);
    let commit = read(store, &key)?.and_then(|it| decode_commit(&it));
    commit.map(|it| it.at).ok_or(StoreError::Corrupt { key })
}

/// When the commit that led to `revision` was recorded, without reading all of it.
///
/// # Errors
///
/// As [`recorded_at`].
pub(super) fn glance(store: &dyn Store, revision: Revision) -> Result<Timestamp, StoreError> {
    let key = commit_key(revision);
    let pair = store.scan(part_key(&key, 0)..part_key(&key, 1)).next().transpose()?;
    let read = |value: &[u8]| {
        let mut reader = Reader(value.get(HEADER_BYTES..)?);
        reader.number()?;
        reader.timestamp()
    };
    pair.and_then(|(_, value)| read(&value)).ok_or(StoreError::Corrupt { key })
}

/// The commits after `after` and up to `last`: at most `max`, and none where the log does not reach
/// back so far.
///
/// # Errors
///
/// Where the store fails, or holds what is no commit.
pub(super) fn read_commits(
    store: &dyn Store,
    after: Revision,
    last: Revision,
    max: usize,
) -> Result<Vec<Commit>, StoreError> {
    let keys = commit_key(after.next())..commit_key(last.next());
    let mut commits = Vec::new();
    let mut revision = after;
    for document in documents(store, keys).take(max) {
        let (key, bytes) = document?;
        revision = revision.next();
        if key != commit_key(revision) {
            break;
        }
        commits.push(decode_commit(&bytes).ok_or(StoreError::Corrupt { key })?);
    }
    Ok(commits)
}

/// Whether a commit is small enough to be put, by a bound of its size.
pub(super) fn fits(commit: &Commit) -> bool {
    let record = |it: &Change| match it {
        Change::PutNode(it) => it.record.len(),
        Change::PutEdge(it) => it.record.len(),
    };
    let bytes: usize = commit.changes.iter().map(|it| record(it) + CHANGE_BYTES_MAX).sum();
    parts(bytes + CHANGE_BYTES_MAX) <= PARTS_MAX
}

/// Whether all commits from the one that led to `first` to `last` are there and can be read.
///
/// # Errors
///
/// Where they are not, or the store fails.
pub(super) fn check(store: &dyn Store, first: Revision, last: Revision) -> Result<(), StoreError> {
    let mut checked = Revision(first.0.saturating_sub(1));
    while checked < last {
        let commits = read_commits(store, checked, last, CHECKED_MAX)?;
        let missing = || StoreError::Corrupt { key: commit_key(checked.next()) };
        checked = commits.last().ok_or_else(missing)?.revision;
    }
    Ok(())
}

/// A commit as pairs to put; `None` where it is too large.
pub(super) fn encode(commit: &Commit) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
    let bytes = encode_commit(commit);
    (parts(bytes.len()) <= PARTS_MAX).then(|| document(&commit_key(commit.revision), &bytes))
}

/// Has `apply` take the commits that follow `snapshot` in the log, up to `last` or the end, each with
/// its size in bytes.
///
/// # Errors
///
/// Where the store fails, or holds what is no commit that follows; `snapshot` has those before it.
pub(super) fn replay(
    store: &dyn Store,
    snapshot: &mut Snapshot,
    last: Option<Revision>,
    mut apply: impl FnMut(&mut Snapshot, Commit, usize),
) -> Result<(), StoreError> {
    let first = commit_key(snapshot.revision().next());
    let end = last.map_or_else(|| vec![COMMIT + 1], |it| commit_key(it.next()));
    for document in documents(store, first..end) {
        let (key, bytes) = document?;
        let (revision, bounds) = (snapshot.revision(), snapshot.bounds());
        let commit = decode_commit(&bytes)
            .filter(|it| it.fits(revision, bounds) && key == commit_key(it.revision))
            .ok_or(StoreError::Corrupt { key })?;
        apply(snapshot, commit, bytes.len());
    }
    Ok(())
}

/// The revision of the first commit in the log, if there is any. One that is not whole is none:
/// forgetting it was cut short.
///
/// # Errors
///
/// Where the store fails, or the key is no commit's.
pub(super) fn first(store: &dyn Store) -> Result<Option<Revision>, StoreError> {
    let Some((key, _)) = store.scan(begin()..end()).next().transpose()? else {
        return Ok(None);
    };
    let revision =
        |stem: &[u8]| Some(Revision(u64::from_be_bytes(stem.get(1..)?.try_into().ok()?)));
    let first = match key.split_last_chunk::<PART_BYTES>() {
        Some((stem, [0, 0])) => revision(stem),
        Some((stem, _)) => revision(stem).map(Revision::next),
        None => None,
    };
    first.map(Some).ok_or(StoreError::Corrupt { key })
}

/// Removes the commits before the one that led to `first`, the oldest first, so long as
/// `goes_on`.
///
/// # Errors
///
/// Where the store fails; what is left still follows one on another.
pub(super) fn forget_before(
    store: &dyn Store,
    first: Revision,
    goes_on: impl Fn() -> bool,
) -> Result<(), StoreError> {
    let mut keys = store.scan(begin()..commit_key(first)).map(|pair| Ok(pair?.0));
    loop {
        let mut batch = Batch::default();
        for key in keys.by_ref().take(FORGOTTEN_MAX) {
            batch.delete(key?);
        }
        if batch.operations().is_empty() {
            return Ok(());
        }
        store.write(&batch)?;
        if !goes_on() {
            return Ok(());
        }
    }
}

/// Removes what lies in the log beyond the head: commits that were held back and never sealed, see
/// [`StagedStore`](crate::store::StagedStore). `head` is one that the store had before.
pub(super) fn forget_unsealed(store: &dyn Store, head: Revision) -> Result<(), StoreError> {
    let beyond = store.scan(commit_key(head.next())..vec![COMMIT + 1]);
    let keys: Vec<_> = beyond.map(|pair| Ok(pair?.0)).collect::<Result<_, StoreError>>()?;
    if keys.is_empty() {
        return Ok(());
    }
    // What another writer has committed meanwhile is no longer beyond it.
    let unsealed = commit_key(store.head()?.next());
    let keys: Vec<_> = keys.into_iter().filter(|it| *it >= unsealed).collect();
    for keys in keys.chunks(BATCH_MAX) {
        let mut batch = Batch::default();
        keys.iter().for_each(|it| batch.delete(it.clone()));
        store.write(&batch)?;
    }
    Ok(())
}

// What a change is: an entity, which may be deleted, or a relationship; and whether it is new.
const DELETED: u8 = 1;
const EDGE: u8 = 1 << 1;
const NEW: u8 = 1 << 2;
// The flags of a relationship.
const MODALITY: u8 = 3;
const DISPUTED: u8 = 1 << 2;
const RETRACTED: u8 = 1 << 3;
const HIDDEN: u8 = 1 << 4;
const MOVED: u8 = 1 << 5;
const FLAGS: u8 = MODALITY | DISPUTED | RETRACTED | HIDDEN | MOVED;

fn encode_commit(commit: &Commit) -> Vec<u8> {
    let mut out = Vec::with_capacity(commit.changes.len() * 64 + 16);
    put_number(&mut out, commit.revision.0);
    put_signed(&mut out, commit.at.micros());
    put_number(&mut out, commit.changes.len() as u64);
    for change in &commit.changes {
        match change {
            Change::PutNode(it) => put_node(&mut out, it),
            Change::PutEdge(it) => put_edge(&mut out, it),
        }
    }
    out
}

fn put_node(out: &mut Vec<u8>, put: &PutNode) {
    out.push(flag(put.deleted, DELETED) | flag(put.is_new, NEW));
    put_number(out, u64::from(put.node.0));
    put_number(out, u64::from(put.kind.0));
    put_bytes(out, &put.record);
}

fn put_edge(out: &mut Vec<u8>, put: &PutEdge) {
    out.push(EDGE | flag(put.is_new, NEW));
    out.push(
        put.modality as u8
            | flag(put.disputed, DISPUTED)
            | flag(put.retracted, RETRACTED)
            | flag(put.hidden, HIDDEN)
            | flag(put.moved, MOVED),
    );
    for number in [put.edge.0, put.source.0, put.target.0, u32::from(put.relation.0)] {
        put_number(out, u64::from(number));
    }
    for date in [put.validity.from(), put.validity.to()] {
        put_number(out, date.map_or(0, |it| u64::from(it.to_bits())));
    }
    put_bytes(out, &put.record);
}

fn flag(is_set: bool, flag: u8) -> u8 {
    if is_set { flag } else { 0 }
}

fn decode_commit(bytes: &[u8]) -> Option<Commit> {
    let mut reader = Reader(bytes);
    let revision = Revision(reader.number()?);
    let at = reader.timestamp()?;
    let count = reader.number()?;
    let changes = (0..count).map(|_| read_change(&mut reader)).collect::<Option<_>>()?;
    reader.is_empty().then_some(Commit { revision, at, changes })
}

fn read_change(reader: &mut Reader<'_>) -> Option<Change> {
    let tag = reader.byte()?;
    let is_new = tag & NEW != 0;
    match tag & !NEW {
        EDGE => read_edge(reader, is_new).map(Change::PutEdge),
        tag if tag <= DELETED => Some(Change::PutNode(PutNode {
            node: NodeId(reader.small()?),
            is_new,
            kind: KindId(reader.small()?),
            deleted: tag == DELETED,
            record: reader.bytes()?.into(),
        })),
        _ => None,
    }
}

fn read_edge(reader: &mut Reader<'_>, is_new: bool) -> Option<PutEdge> {
    let flags = reader.byte().filter(|it| it & !FLAGS == 0)?;
    Some(PutEdge {
        is_new,
        modality: Modality::ALL[usize::from(flags & MODALITY)],
        disputed: flags & DISPUTED != 0,
        retracted: flags & RETRACTED != 0,
        hidden: flags & HIDDEN != 0,
        moved: flags & MOVED != 0,
        edge: EdgeId(reader.small()?),
        source: NodeId(reader.small()?),
        target: NodeId(reader.small()?),
        relation: RelationId(reader.small()?),
        validity: Validity::new(read_date(reader)?, read_date(reader)?)?,
        record: reader.bytes()?.into(),
    })
}

/// A date, or `Some(None)` where there is none.
fn read_date(reader: &mut Reader<'_>) -> Option<Option<Date>> {
    match reader.small()? {
        0 => Some(None),
        bits => Date::from_bits(bits).map(Some),
    }
}
