//! Files in and out: JSON Lines, one entity or relationship a line.
//!
//! Invariants: what is exported can be imported, and gives an equal graph; a bad line is reported
//! with its number, and never half taken; memory does not grow with the length of a file. Knows no
//! GraphQL, and no store: what a line may say is for the graph to check.

mod backup;
mod export;
mod import;
mod line;
mod lines;
mod progress;
mod summary;

pub use self::{
    backup::{Backup, BackupError, fetch, write_backup},
    export::export,
    import::{Fault, ImportError, News, import, import_bulk, rehearse},
    lines::Source,
    progress::Progress,
    summary::Summary,
};
