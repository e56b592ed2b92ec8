//! From a store to the graph that it holds.

use std::{io, sync::Arc};

use super::{
    Snapshot,
    checkpoint::{self, Loaded},
    fit, log,
    milestones::Milestones,
};
use crate::{
    model::Timestamp,
    ontology::{Diagnostic, Names, Ontology},
    store::{Batch, Store, StoreError},
};

/// The version of everything that a graph keeps in its store.
const FORMAT: u32 = 1;
/// Where it is kept.
const FORMAT_KEY: &[u8] = b"mf";
/// Where the ontology and the numbers of its names are kept.
const ONTOLOGY_KEY: &[u8] = b"mo";
/// The name under which a stored ontology appears in messages.
const STORED_FILE: &str = "the stored ontology";

/// Why a graph cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no graph in the store yet, and no ontology to begin one with.
    #[error("the store is empty; name an ontology to begin with")]
    NoOntology,
    /// Stored data is in the way of the ontology.
    #[error("the stored data does not fit the ontology: {}", .0.join("; "))]
    Unfit(Vec<String>),
    /// The stored ontology cannot be read.
    #[error("the stored ontology cannot be read: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Ontology(Vec<Diagnostic>),
    /// The operating system has no thread for the writer.
    #[error("the thread that writes the graph cannot be started")]
    Thread(#[source] io::Error),
}

/// A graph that was found to be sound.
#[derive(Debug)]
pub struct Checked {
    /// All of it.
    pub snapshot: Snapshot,
    /// When its history begins; absent: with the empty graph.
    pub history_begins: Option<Timestamp>,
}

/// What a store holds.
pub(super) struct Opened {
    pub(super) snapshot: Snapshot,
    /// Its checkpoints.
    pub(super) milestones: Milestones,
    /// The bytes of commits after the newest, about.
    pub(super) unsaved_bytes: usize,
    /// When the last commit was recorded.
    pub(super) recorded_at: Timestamp,
}

/// The ontology and the names in a store.
#[derive(serde::Serialize, serde::Deserialize)]
struct Stored {
    source: String,
    names: Names,
}

/// Loads the graph in `store`. With an `ontology` that is not the stored one, checks that all that
/// is stored fits it, and stores it.
pub(super) fn load(store: &dyn Store, ontology: Option<Ontology>) -> Result<Opened, OpenError> {
    let (opened, is_stored) = read_under(store, ontology)?;
    if !is_stored {
        check_fit(&opened.snapshot)?;
        store_ontology(store, opened.snapshot.ontology())?;
    }
    Ok(opened)
}

/// Loads the graph in `store`, and checks that all of it fits `ontology`, or the stored one, and
/// that its past can be read.
pub(super) fn check(store: &dyn Store, ontology: Option<Ontology>) -> Result<Checked, OpenError> {
    let (Opened { snapshot, milestones, .. }, _) = read_under(store, ontology)?;
    check_fit(&snapshot)?;
    for manifest in milestones.pinned() {
        checkpoint::read(store, &manifest, snapshot.ontology().names())?;
    }
    log::check(store, milestones.begins(), snapshot.revision())?;
    Ok(Checked { snapshot, history_begins: milestones.begins_at() })
}

/// What is stored, under `ontology` or the stored one, and whether that is the stored one.
fn read_under(store: &dyn Store, ontology: Option<Ontology>) -> Result<(Opened, bool), OpenError> {
    check_format(store)?;
    let stored = stored_ontology(store)?;
    let ontology = match (ontology, &stored) {
        (Some(it), Some(stored)) => it.renumbered(&stored.names),
        (Some(it), None) => it,
        (None, Some(stored)) => parse(stored)?,
        (None, None) => return Err(OpenError::NoOntology),
    };
    let is_stored = stored.is_some_and(|it| it.source == ontology.source());
    Ok((read(store, Arc::new(ontology))?, is_stored))
}

fn check_fit(snapshot: &Snapshot) -> Result<(), OpenError> {
    let problems = fit::problems(snapshot);
    if problems.is_empty() { Ok(()) } else { Err(OpenError::Unfit(problems)) }
}

/// The last checkpoint and the commits after it.
fn read(store: &dyn Store, ontology: Arc<Ontology>) -> Result<Opened, StoreError> {
    let head = store.head()?;
    log::forget_unsealed(store, head)?;
    let Loaded { manifests, blocks } = checkpoint::load(store, ontology.names())?;
    let milestones = Milestones::new(manifests);
    let revision = milestones.newest().revision;
    let mut snapshot = Snapshot::from_blocks(ontology, revision, blocks);
    let mut unsaved_bytes = 0;
    log::replay(store, &mut snapshot, None, |snapshot, commit, bytes| {
        unsaved_bytes += bytes;
        snapshot.follow(&commit);
    })?;
    if snapshot.revision() < head {
        return Err(StoreError::Corrupt { key: log::commit_key(snapshot.revision().next()) });
    }
    let recorded_at = log::recorded_at(store, snapshot.revision())?;
    Ok(Opened { snapshot, milestones, unsaved_bytes, recorded_at })
}

fn check_format(store: &dyn Store) -> Result<(), StoreError> {
    let corrupt = || StoreError::Corrupt { key: FORMAT_KEY.to_vec() };
    let Some(bytes) = log::read(store, FORMAT_KEY)? else { return Ok(()) };
    let found = u32::from_le_bytes(bytes.try_into().map_err(|_| corrupt())?);
    match found {
        0 => Err(corrupt()),
        _ if found > FORMAT => Err(StoreError::Newer { found, known: FORMAT }),
        _ => Ok(()),
    }
}

fn stored_ontology(store: &dyn Store) -> Result<Option<Stored>, StoreError> {
    let Some(bytes) = log::read(store, ONTOLOGY_KEY)? else { return Ok(None) };
    let corrupt = |_| StoreError::Corrupt { key: ONTOLOGY_KEY.to_vec() };
    serde_json::from_slice(&bytes).map(Some).map_err(corrupt)
}

fn parse(stored: &Stored) -> Result<Ontology, OpenError> {
    let ontology = Ontology::parse(STORED_FILE, &stored.source).map_err(OpenError::Ontology)?;
    Ok(ontology.renumbered(&stored.names))
}

/// Stores the ontology and the numbers of its names, before any commit uses them.
fn store_ontology(store: &dyn Store, ontology: &Ontology) -> Result<(), StoreError> {
    let stored = Stored { source: ontology.source().to_owned(), names: ontology.names().clone() };
    let bytes = serde_json::to_vec(&stored).expect("texts can be written as JSON");
    let mut batch = Batch::default();
    let format = log::document(FORMAT_KEY, &FORMAT.to_le_bytes());
    for (key, value) in format.into_iter().chain(log::document(ONTOLOGY_KEY, &bytes)) {
        batch.put(key, value);
    }
    store.write(&batch)
}
