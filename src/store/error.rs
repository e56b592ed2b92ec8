//! What can go wrong in a store.

use std::error::Error;

use crate::model::Revision;

/// Why a store could not do as it was told.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another writer committed first; catch up and try again.
    #[error("expected the store at revision {expected}, found {head}")]
    Conflict {
        /// What the writer believed.
        expected: Revision,
        /// What the store holds.
        head: Revision,
    },
    /// The folder is open already, most likely in another process.
    #[error("`{folder}` is in use by another process{}; stop it, or use another folder", .pid.map(|it| format!(" ({it})")).unwrap_or_default())]
    InUse {
        /// The folder.
        folder: String,
        /// The other process, where its lock file says.
        pid: Option<u32>,
    },
    /// The folder holds a database that relata did not write.
    #[error("`{folder}` holds a database that is not relata's; use another folder")]
    Foreign {
        /// The folder.
        folder: String,
    },
    /// The folder was written by a newer relata.
    #[error(
        "the store has format {found}, and this relata reads up to {known}; use a newer relata"
    )]
    Newer {
        /// The format of the store.
        found: u32,
        /// The newest format that this program knows.
        known: u32,
    },
    /// The bytes in the store are not what was written.
    #[error("the record under key {key:02x?} is corrupt; restore the folder from a backup")]
    Corrupt {
        /// The key whose value could not be read.
        key: Vec<u8>,
    },
    /// The files of the database cannot be read as a database.
    #[error("the database in `{folder}` is damaged; restore the folder from a backup")]
    Damaged {
        /// The folder.
        folder: String,
        /// What the database said.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// A write failed earlier, and what it left behind is unknown until the store is opened again.
    #[error("an earlier write to `{folder}` failed; restart relata to go on from what is there")]
    Stopped {
        /// The folder.
        folder: String,
    },
    /// The underlying database or file system failed.
    #[error("{backend} could not {action}")]
    Backend {
        /// Which one.
        backend: &'static str,
        /// What it was asked to do.
        action: String,
        /// What it said.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}
