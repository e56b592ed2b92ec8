//! The folder of a store: who has it, and what lies in it.
//!
//! ```text
//! lock             held for as long as the store is open; names the process that has it
//! sled/            the database
//! sled/format      the version of the layout, in decimal
//! sled.unfinished  a database that was being created; nothing in it was ever acknowledged
//! ```

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
    process,
};

use crate::store::StoreError;

/// The newest layout of a folder that this program knows.
const FORMAT: u32 = 1;

/// A folder that this process alone has, until the value is dropped.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    lock: File,
}

impl Folder {
    /// Takes the folder at `path` for this process, and makes it where it is missing.
    ///
    /// # Errors
    ///
    /// [`StoreError::InUse`] where the folder is taken; [`StoreError::Backend`] where it cannot be
    /// made or written.
    pub(super) fn take(path: &Path) -> Result<Self, StoreError> {
        create(path)?;
        let at = path.join("lock");
        let lock = lock(&at).map_err(failed(format!("lock `{}`", at.display())))?;
        match lock {
            Some(lock) => Ok(Self { path: path.to_owned(), lock }),
            None => {
                let pid = fs::read_to_string(&at).ok().and_then(|it| it.trim().parse().ok());
                Err(StoreError::InUse { folder: path.display().to_string(), pid })
            }
        }
    }

    /// The folder's name, for messages.
    pub(super) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// Where the database is; made by `create` first where there is none.
    ///
    /// `create` works in a folder of its own, which takes its place only when all in it is durable:
    /// a creation that was killed half-way is thrown away, and never in the way.
    ///
    /// # Errors
    ///
    /// [`StoreError::Foreign`] and [`StoreError::Newer`] before anything is touched; else what
    /// `create` or the file system says.
    pub(super) fn database(
        &self,
        create: impl FnOnce(&Path) -> Result<(), StoreError>,
    ) -> Result<PathBuf, StoreError> {
        let database = self.path.join("sled");
        let is_foreign = |it: &Path| it.join("db").is_file() && !it.join("format").exists();
        if is_foreign(&self.path) || is_foreign(&database) {
            return Err(StoreError::Foreign { folder: self.name() });
        }
        if !database.exists() {
            let unfinished = self.path.join("sled.unfinished");
            self.attempt("prepare", || clear(&unfinished))?;
            create(&unfinished)?;
            self.attempt("finish creating", || seal(&unfinished, &database))?;
        }
        self.check_format(&database)?;
        self.attempt("tidy", || remove_leftovers(&database))?;
        Ok(database)
    }

    fn check_format(&self, database: &Path) -> Result<(), StoreError> {
        let text = self.attempt("read", || fs::read_to_string(database.join("format")))?;
        let found = text
            .trim()
            .parse()
            .map_err(|it| StoreError::Damaged { folder: self.name(), source: Box::new(it) })?;
        if found > FORMAT {
            return Err(StoreError::Newer { found, known: FORMAT });
        }
        Ok(())
    }

    fn attempt<T>(
        &self,
        verb: &str,
        work: impl FnOnce() -> io::Result<T>,
    ) -> Result<T, StoreError> {
        work().map_err(failed(format!("{verb} the database in `{}`", self.path.display())))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Closing the file is not enough while another thread is starting a process, which has the
        // file too until it is another program. An error leaves the lock to the end of ours.
        let _ = self.lock.unlock();
    }
}

/// Makes what was created, deleted or renamed directly in `folder` survive a power cut.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Makes `path` and every folder above it that is missing, durably.
fn create(path: &Path) -> Result<(), StoreError> {
    let missing: Vec<&Path> = path.ancestors().take_while(|it| !it.is_dir()).collect();
    for folder in missing.into_iter().rev().filter(|it| !it.as_os_str().is_empty()) {
        let made = match fs::create_dir(folder) {
            // Another process that is opening the same folder was faster.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
            made => made,
        };
        let above = folder.parent().filter(|it| !it.as_os_str().is_empty());
        made.and_then(|()| sync(above.unwrap_or(Path::new("."))))
            .map_err(failed(format!("create the folder `{}`", folder.display())))?;
    }
    Ok(())
}

/// Locks the file at `path` and writes our process id into it; `None` where another has it.
fn lock(path: &Path) -> io::Result<Option<File>> {
    let options = OpenOptions::new().create(true).truncate(false).write(true).open(path);
    let mut file = options?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    file.set_len(0)?;
    writeln!(file, "{}", process::id())?;
    Ok(Some(file))
}

fn clear(unfinished: &Path) -> io::Result<()> {
    if unfinished.exists() { fs::remove_dir_all(unfinished) } else { Ok(()) }
}

/// Writes the format into a new database, and gives it its name once all of it is durable.
fn seal(unfinished: &Path, database: &Path) -> io::Result<()> {
    fs::write(unfinished.join("format"), format!("{FORMAT}\n"))?;
    for entry in fs::read_dir(unfinished)? {
        File::open(entry?.path())?.sync_all()?;
    }
    sync(unfinished)?;
    fs::rename(unfinished, database)?;
    sync(database.parent().expect("the database lies in the folder"))
}

/// Removes what a kill during sled's recovery leaves behind. sled would take the half-written
/// `snap.*.generating` for its newest snapshot, and refuse to open ever after; without it, it reads
/// the one before.
fn remove_leftovers(database: &Path) -> io::Result<()> {
    for entry in fs::read_dir(database)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn failed(action: String) -> impl FnOnce(io::Error) -> StoreError {
    |source| StoreError::Backend { backend: "the file system", action, source: Box::new(source) }
}
