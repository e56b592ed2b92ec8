//! Backups: a whole graph with its history in one file.
//!
//! ```text
//! "relata backup 1\n"
//! revision              8 bytes, as every number little-endian
//! pairs of the store    length of key and of value, 4 bytes each; key; value
//! end                   ff ff ff ff
//! xxh3 of all before it 8 bytes
//! ```

use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, ErrorKind, Read, Seek, Write},
    net::TcpStream,
    path::Path,
    time::Duration,
};

use xxhash_rust::xxh3::Xxh3;

use crate::{
    graph::{self, Graph, Part},
    model::Revision,
};

const MAGIC: &[u8; 16] = b"relata backup 1\n";
/// In the place of a key's length.
const END: u32 = u32::MAX;
/// The longest key or value that a backup holds, so that a broken file asks for no more memory.
const PART_BYTES_MAX: u32 = 1 << 20;
const BUFFER_BYTES: usize = 1 << 16;
/// The longest head of an answer.
const HEAD_BYTES_MAX: u64 = 1 << 16;
/// A server says something within this time.
const SILENCE_MAX: Duration = Duration::from_secs(60);

/// Why a backup cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// It cannot be read at all.
    #[error("the backup cannot be read")]
    Io(#[from] io::Error),
    /// It is something else.
    #[error("this is no backup, or one of a newer relata")]
    Foreign,
    /// It is not as it was written.
    #[error("the backup is damaged or ends early; nothing is restored; make or fetch it again")]
    Damaged,
    /// A server would not send it.
    #[error(
        "the server answers `{0}`; name the address of a running relata, as `http://127.0.0.1:8080`"
    )]
    Answer(String),
}

/// Writes all of `graph` to `out`, as it is at one revision, which is returned. Neither its readers
/// nor its writers are held up.
///
/// # Errors
///
/// Where the graph cannot be read, or `out` cannot be written.
pub fn write_backup(graph: &Graph, out: &mut dyn Write) -> Result<Revision, graph::BackupError> {
    let out = BufWriter::with_capacity(BUFFER_BYTES, out);
    let mut out = Summed { inner: out, sum: Xxh3::new() };
    let mut revision = Revision(0);
    graph.backup(&mut |part| match part {
        Part::Revision(it) => {
            revision = it;
            out.write_all(MAGIC)?;
            out.write_all(&it.0.to_le_bytes())
        }
        Part::Pair(key, value) => {
            for part in [key, value] {
                let length = u32::try_from(part.len()).expect("the parts of a pair are short");
                out.write_all(&length.to_le_bytes())?;
            }
            out.write_all(key)?;
            out.write_all(value)
        }
    })?;
    out.write_all(&END.to_le_bytes())?;
    let sum = out.sum.digest();
    out.inner.write_all(&sum.to_le_bytes())?;
    out.inner.flush()?;
    Ok(revision)
}

/// A backup in a file, which is whole: its checksum has been compared.
#[derive(Debug)]
pub struct Backup {
    file: File,
    revision: Revision,
}

impl Backup {
    /// Reads the file at `path` to its end.
    ///
    /// # Errors
    ///
    /// See [`BackupError`].
    pub fn open(path: &Path) -> Result<Self, BackupError> {
        let mut file = File::open(path)?;
        let mut pairs = Pairs::begin(&mut file)?;
        let revision = pairs.revision;
        while pairs.read()?.is_some() {}
        Ok(Self { file, revision })
    }

    /// The revision that it holds.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// Its pairs.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read again.
    pub fn pairs(&mut self) -> Result<impl Iterator<Item = io::Result<Pair>>, BackupError> {
        self.file.rewind()?;
        let mut pairs = Pairs::begin(&mut self.file)?;
        Ok(std::iter::from_fn(move || pairs.read().map_err(io::Error::other).transpose()))
    }
}

/// A key of the store and its value.
type Pair = (Vec<u8>, Vec<u8>);

/// The pairs of a backup, and the checksum of what was read of it.
struct Pairs<R> {
    input: Summed<BufReader<R>>,
    revision: Revision,
}

impl<R: Read> Pairs<R> {
    fn begin(input: R) -> Result<Self, BackupError> {
        let input = BufReader::with_capacity(BUFFER_BYTES, input);
        let mut input = Summed { inner: input, sum: Xxh3::new() };
        let magic: [u8; 16] = input.array().map_err(|_| BackupError::Foreign)?;
        if magic != *MAGIC {
            return Err(BackupError::Foreign);
        }
        let revision = Revision(u64::from_le_bytes(input.array()?));
        Ok(Self { input, revision })
    }

    /// The next pair; `None` after the last, where the checksum holds.
    fn read(&mut self) -> Result<Option<Pair>, BackupError> {
        let key = u32::from_le_bytes(self.input.array()?);
        if key == END {
            let sum = self.input.sum.digest();
            let told = u64::from_le_bytes(self.input.array()?);
            let is_last = self.input.inner.read(&mut [0])? == 0;
            return if sum == told && is_last { Ok(None) } else { Err(BackupError::Damaged) };
        }
        let value = u32::from_le_bytes(self.input.array()?);
        Ok(Some((self.input.vec(key)?, self.input.vec(value)?)))
    }
}

/// What is read or written, and the checksum of it.
struct Summed<T> {
    inner: T,
    sum: Xxh3,
}

impl<R: Read> Summed<R> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], BackupError> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn vec(&mut self, length: u32) -> Result<Vec<u8>, BackupError> {
        if length > PART_BYTES_MAX {
            return Err(BackupError::Damaged);
        }
        let mut bytes = vec![0; length as usize];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), BackupError> {
        self.inner.read_exact(bytes).map_err(|err| match err.kind() {
            ErrorKind::UnexpectedEof => BackupError::Damaged,
            _ => BackupError::Io(err),
        })?;
        self.sum.update(bytes);
        Ok(())
    }
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.sum.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Writes to `out` the backup that the server at `url` sends.
///
/// # Errors
///
/// Where there is none, or it does not come to its end. Whether it is whole, [`Backup::open`] tells.
pub fn fetch(url: &str, out: &mut dyn Write) -> Result<(), BackupError> {
    let address = url.strip_prefix("http://").unwrap_or(url).trim_end_matches('/');
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(SILENCE_MAX))?;
    write!(stream, "GET /backup HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
    let mut answer = BufReader::with_capacity(BUFFER_BYTES, stream);
    let status = head(&mut answer)?;
    if !status.contains(" 200") {
        return Err(BackupError::Answer(status));
    }
    while let Some(length) = chunk(&mut answer)? {
        if io::copy(&mut answer.by_ref().take(length), out)? < length {
            return Err(BackupError::Damaged);
        }
        answer.by_ref().take(2).read_line(&mut String::new())?;
    }
    Ok(())
}

/// The length of the next chunk of a body that has none by itself; `None` after the last.
fn chunk(answer: &mut impl BufRead) -> Result<Option<u64>, BackupError> {
    let mut line = String::new();
    answer.take(HEAD_BYTES_MAX).read_line(&mut line)?;
    let length = u64::from_str_radix(line.trim(), 16).map_err(|_| BackupError::Damaged)?;
    Ok((length > 0).then_some(length))
}

/// Reads the head of an answer, and gives its first line.
fn head(answer: &mut impl BufRead) -> io::Result<String> {
    let mut head = String::new();
    let mut lines = answer.take(HEAD_BYTES_MAX);
    while lines.read_line(&mut head)? > 2 {}
    Ok(head.lines().next().unwrap_or_default().to_owned())
}
