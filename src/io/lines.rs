//! Files as chunks of numbered lines.

use std::{
    fs::{self, File},
    io::{self, BufRead, Read, Seek},
    mem,
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
/// Most chunks have fewer bytes, and need no second piece of memory.
const CHUNK_BYTES: usize = 1 << 18;
/// What is read at a time.
const READ_BYTES: u64 = 1 << 16;
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
    reader: Box<dyn Read + Send + 's>,
    /// What was read but belongs to the next chunk.
    ahead: Vec<u8>,
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
        let reader: Box<dyn Read + Send + '_> = match &self.content {
            Content::Bytes(bytes) => Box::new(*bytes),
            Content::File(file) => {
                let mut file = file;
                file.rewind()?;
                Box::new(file)
            }
        };
        let mut chunks = Chunks { reader, ahead: Vec::new(), line: 0, done: false };
        let mut ahead = Vec::new();
        chunks.read_more(&mut ahead)?;
        chunks.ahead.extend_from_slice(ahead.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&ahead));
        Ok(chunks)
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
        let mut chunk = Chunk { bytes: Vec::with_capacity(CHUNK_BYTES), ..Chunk::default() };
        chunk.bytes.append(&mut self.ahead);
        let mut begin = 0;
        while chunk.lines.len() < CHUNK_LINES_MAX && begin < CHUNK_BYTES_MAX {
            let end = self.line_end(&mut chunk.bytes, begin)?;
            if end == begin {
                self.done = true;
                break;
            }
            self.line += 1;
            let start = mem::replace(&mut begin, end);
            let line = &chunk.bytes[start..end];
            let (is_whole, length) = (line.ends_with(b"\n"), line.trim_ascii_end().len());
            if line.len() - usize::from(is_whole) > LINE_BYTES_MAX {
                chunk.too_long.push(self.line);
                if !is_whole {
                    chunk.source_bytes += self.skip_line()?;
                    break;
                }
            } else if length > 0 {
                chunk.lines.push((self.line, start..start + length));
            }
        }
        chunk.source_bytes += begin as u64;
        self.ahead.extend_from_slice(&chunk.bytes[begin..]);
        chunk.bytes.truncate(begin);
        Ok(chunk)
    }

    /// Where the line ends that begins at `begin`, after its line break if that is there. Reads what is
    /// not in `bytes`, but not much more of it than a line may have.
    fn line_end(&mut self, bytes: &mut Vec<u8>, begin: usize) -> io::Result<usize> {
        let mut end = begin;
        loop {
            end += (&bytes[end..]).skip_until(b'\n')?;
            let is_whole = bytes[begin..end].ends_with(b"\n");
            if is_whole || end - begin > LINE_BYTES_MAX || self.read_more(bytes)? == 0 {
                return Ok(end);
            }
        }
    }

    /// Leaves out what is left of a line of which all that was read was taken, and gives its length.
    fn skip_line(&mut self) -> io::Result<u64> {
        let mut skipped = 0;
        loop {
            let mut ahead = mem::take(&mut self.ahead);
            let read = self.read_more(&mut ahead)?;
            let length = (&ahead[..]).skip_until(b'\n')?;
            skipped += length as u64;
            if read == 0 || ahead[..length].ends_with(b"\n") {
                self.ahead.extend_from_slice(&ahead[length..]);
                return Ok(skipped);
            }
        }
    }

    /// Appends some of what comes next; zero bytes only at the end.
    fn read_more(&mut self, bytes: &mut Vec<u8>) -> io::Result<usize> {
        self.reader.by_ref().take(READ_BYTES).read_to_end(bytes)
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
