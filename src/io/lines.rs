//! Files as chunks of numbered lines.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Read, Seek},
    ops::Range,
    path::Path,
    process,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

/// The longest line, in bytes.
pub(super) const LINE_BYTES_MAX: usize = 1 << 20;
/// The most lines of a chunk, and so the most wishes of a draft.
const CHUNK_LINES_MAX: usize = 1_000;
/// A chunk takes no further line once it has so many bytes.
const CHUNK_BYTES_MAX: usize = 1 << 20;
const BUFFER_BYTES: usize = 1 << 16;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Where lines come from. Can be read more than once.
#[derive(Debug)]
pub struct Source {
    name: String,
    content: Content,
}

#[derive(Debug)]
enum Content {
    /// Bytes of this program.
    Bytes(&'static [u8]),
    /// A file, or a copy of what came through a pipe.
    File(File),
}

/// Some lines of one source, in order.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    bytes: Vec<u8>,
    lines: Vec<(u64, Range<usize>)>,
    /// Numbers of lines that were longer than [`LINE_BYTES_MAX`].
    pub(super) too_long: Vec<u64>,
    /// How many bytes of the source it takes, too long lines included.
    pub(super) source_bytes: u64,
}

/// The chunks of a source, in order.
pub(super) struct Chunks<'s> {
    reader: Box<dyn BufRead + Send + 's>,
    line: u64,
    done: bool,
}

impl Source {
    /// Bytes of this program, under a name for messages.
    pub fn embedded(name: &str, bytes: &'static [u8]) -> Self {
        Self { name: name.to_owned(), content: Content::Bytes(bytes) }
    }

    /// The file at `path`, or standard input where it is `-`. What is no regular file, such as a
    /// pipe, is copied into the folder `spool`, because it is read twice; the copy has no name and
    /// goes with the value.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read, or the copy cannot be written.
    pub fn open(path: &Path, spool: &Path) -> io::Result<Self> {
        if path == Path::new("-") {
            return Self::spooled("standard input", &mut io::stdin().lock(), spool);
        }
        let name = path.display().to_string();
        let mut file = File::open(path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if !metadata.is_file() {
            return Self::spooled(&name, &mut file, spool);
        }
        Ok(Self { name, content: Content::File(file) })
    }

    /// What comes from `from`, under a name for messages; copied into `folder` as by
    /// [`open`](Self::open).
    ///
    /// # Errors
    ///
    /// Where it cannot be read to its end, or the copy cannot be written.
    pub fn spooled(name: &str, from: &mut dyn Read, folder: &Path) -> io::Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        fs::create_dir_all(folder)?;
        let count = COUNT.fetch_add(1, Relaxed);
        let path = folder.join(format!("import.{}.{count}.spool", process::id()));
        let mut file = File::options().read(true).write(true).create_new(true).open(&path)?;
        // At once, so that a kill leaves nothing behind.
        fs::remove_file(&path)?;
        io::copy(from, &mut file)?;
        Ok(Self { name: name.to_owned(), content: Content::File(file) })
    }

    /// Its name, for messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its length in bytes.
    pub(super) fn length(&self) -> io::Result<u64> {
        match &self.content {
            Content::Bytes(bytes) => Ok(bytes.len() as u64),
            Content::File(file) => Ok(file.metadata()?.len()),
        }
    }

    /// Its chunks, from the beginning.
    pub(super) fn chunks(&self) -> io::Result<Chunks<'_>> {
        let mut reader: Box<dyn BufRead + Send + '_> = match &self.content {
            Content::Bytes(bytes) => Box::new(*bytes),
            Content::File(file) => {
                let mut file = file;
                file.rewind()?;
                Box::new(BufReader::with_capacity(BUFFER_BYTES, file))
            }
        };
        if reader.fill_buf()?.starts_with(BYTE_ORDER_MARK) {
            reader.consume(BYTE_ORDER_MARK.len());
        }
        Ok(Chunks { reader, line: 0, done: false })
    }
}

impl Chunk {
    /// The lines that are not blank, each with its number from 1.
    pub(super) fn lines(&self) -> impl Iterator<Item = (u64, &[u8])> {
        self.lines.iter().map(|(number, range)| (*number, &self.bytes[range.clone()]))
    }
}

impl Chunks<'_> {
    fn read(&mut self) -> io::Result<Chunk> {
        let mut chunk = Chunk::default();
        while chunk.lines.len() < CHUNK_LINES_MAX && chunk.bytes.len() < CHUNK_BYTES_MAX {
            let start = chunk.bytes.len();
            let limit = LINE_BYTES_MAX as u64 + 1;
            let read = self.reader.by_ref().take(limit).read_until(b'\n', &mut chunk.bytes)?;
            if read == 0 {
                self.done = true;
                break;
            }
            self.line += 1;
            chunk.source_bytes += read as u64;
            if read as u64 == limit && !chunk.bytes.ends_with(b"\n") {
                chunk.bytes.truncate(start);
                chunk.too_long.push(self.line);
                chunk.source_bytes += self.reader.skip_until(b'\n')? as u64;
                break;
            }
            let length = chunk.bytes[start..].trim_ascii_end().len();
            chunk.bytes.truncate(start + length);
            if length > 0 {
                chunk.lines.push((self.line, start..start + length));
            }
        }
        Ok(chunk)
    }
}

impl Iterator for Chunks<'_> {
    type Item = io::Result<Chunk>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let chunk = self.read();
        self.done |= chunk.is_err();
        Some(chunk)
    }
}
