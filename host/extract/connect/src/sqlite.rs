//! The schema of an SQLite file, read from its pages: the file is opened read-only, and neither locked nor changed, as SQLite
//! itself could do.
//!
//! <https://www.sqlite.org/fileformat2.html>

use std::{
    collections::BTreeSet,
    fs::File,
    io::{Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
};

use thiserror::Error;

use crate::{Policy, file::open_regular};

/// The bytes that a schema may have. `sqlite_schema` of a thousand tables has one million.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Objects that a schema may have.
const MOST_ROWS: usize = 200_000;

/// A row of `sqlite_schema`: type, name, table and SQL.
pub type SchemaRow = [Option<String>; 4];

/// Why the schema of a file can't be read.
#[derive(Debug, Error)]
pub enum SqliteError {
    /// The operator does not allow the file.
    #[error("reading `{0}` is not allowed")]
    NotAllowed(String),
    /// The file can't be opened or read.
    #[error("can't read the file: {0}")]
    Read(#[from] std::io::Error),
    /// It is no database of SQLite.
    #[error("the file is not an SQLite database")]
    NotSqlite,
    /// It is damaged.
    #[error("the file is damaged: {0}")]
    Damaged(&'static str),
    /// It is larger than a schema is.
    #[error("the schema in the file is larger than any")]
    TooLarge,
    /// Its rows can't be read.
    #[error("the file is too large for its rows to be read: the limit is 512 MiB")]
    FileTooLarge,
}

/// What a rollback journal begins with. One that is over is removed, emptied, or begins with zeros.
const JOURNAL: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

/// The schema of a file, and whether it may be another one: changes to it are in its write-ahead log, or are to be undone by its
/// rollback journal. Neither is read.
pub fn read_sqlite(path: &Path, policy: &Policy) -> Result<(Vec<SchemaRow>, bool), SqliteError> {
    if !policy.allows_path(path) {
        return Err(SqliteError::NotAllowed(path.display().to_string()));
    }
    let file = open_regular(path)?;
    let mut reader = Reader::new(file)?;
    let mut rows = Vec::new();
    reader.tree(1, &mut rows)?;
    Ok((rows, has_log(path) || has_journal(path)))
}

/// The largest file whose rows are read, in bytes: it is copied into the memory of a run.
const LARGEST_FILE: u64 = 512 * 1024 * 1024;

/// All bytes of a file, and whether its rows may be others, as for [`read_sqlite`].
pub fn read_sqlite_file(path: &Path, policy: &Policy) -> Result<(Vec<u8>, bool), SqliteError> {
    if !policy.allows_path(path) {
        return Err(SqliteError::NotAllowed(path.display().to_string()));
    }
    let mut bytes = Vec::new();
    open_regular(path)?.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(SqliteError::FileTooLarge);
    }
    if !bytes.starts_with(b"SQLite format 3\0") {
        return Err(SqliteError::NotSqlite);
    }
    Ok((bytes, has_log(path) || has_journal(path)))
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn has_log(path: &Path) -> bool {
    std::fs::metadata(beside(path, "-wal")).is_ok_and(|found| found.len() > 0)
}

/// Whether a transaction is not over: it runs, or was interrupted, and then the next connection of SQLite undoes it.
fn has_journal(path: &Path) -> bool {
    let mut start = JOURNAL.map(|_| 0);
    let read = open_regular(&beside(path, "-journal")).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && start == JOURNAL
}

struct Reader {
    file: File,
    page_size: u64,
    /// The bytes of a page without those that are reserved at its end.
    usable: usize,
    encoding: u32,
    visited: BTreeSet<u64>,
    read: u64,
}

impl Reader {
    fn new(mut file: File) -> Result<Self, SqliteError> {
        let mut header = [0; 100];
        file.read_exact(&mut header).map_err(|_| SqliteError::NotSqlite)?;
        if !header.starts_with(b"SQLite format 3\0") {
            return Err(SqliteError::NotSqlite);
        }
        let page_size = match number(&header, 16, 2)? {
            1 => 65_536,
            size if size >= 512 && size.is_power_of_two() => size,
            _ => return Err(SqliteError::Damaged("its page size")),
        };
        let usable = page_size.saturating_sub(number(&header, 20, 1)?);
        let usable = usize::try_from(usable).map_err(|_| SqliteError::Damaged("its page size"))?;
        let encoding = u32::try_from(number(&header, 56, 4)?).unwrap_or_default();
        if usable < 480 {
            return Err(SqliteError::Damaged("its reserved bytes"));
        }
        Ok(Self { file, page_size, usable, encoding, visited: BTreeSet::new(), read: 0 })
    }

    /// A page, of which each is read once.
    fn page(&mut self, page: u64) -> Result<Vec<u8>, SqliteError> {
        if page == 0 || !self.visited.insert(page) {
            return Err(SqliteError::Damaged("a page that is used twice"));
        }
        self.read += self.page_size;
        if self.read > MOST_BYTES {
            return Err(SqliteError::TooLarge);
        }
        let at =
            (page - 1).checked_mul(self.page_size).ok_or(SqliteError::Damaged("the number of a page"))?;
        self.file.seek(SeekFrom::Start(at))?;
        let mut data = vec![0; usize::try_from(self.page_size).unwrap_or_default()];
        self.file.read_exact(&mut data).map_err(|_| SqliteError::Damaged("a page that is not there"))?;
        Ok(data)
    }

    /// The rows of a tree of pages. Each page is visited once, so that there are as many as the file has.
    fn tree(&mut self, root: u64, rows: &mut Vec<SchemaRow>) -> Result<(), SqliteError> {
        let mut left = vec![root];
        while let Some(page) = left.pop() {
            let data = self.page(page)?;
            let start = if page == 1 { 100 } else { 0 };
            let cells = usize::try_from(number(&data, start + 3, 2)?).unwrap_or_default();
            let (is_leaf, pointers) = match number(&data, start, 1)? {
                0x0d => (true, start + 8),
                0x05 => (false, start + 12),
                _ => return Err(SqliteError::Damaged("the kind of a page")),
            };
            let mut below = Vec::new();
            for cell in 0..cells {
                let at = usize::try_from(number(&data, pointers + 2 * cell, 2)?).unwrap_or_default();
                if is_leaf {
                    if rows.len() >= MOST_ROWS {
                        return Err(SqliteError::TooLarge);
                    }
                    let payload = self.payload(&data, at)?;
                    rows.push(self.record(&payload)?);
                } else {
                    below.push(number(&data, at, 4)?);
                }
            }
            if !is_leaf {
                below.push(number(&data, start + 8, 4)?);
            }
            left.extend(below.into_iter().rev()); // in their order
        }
        Ok(())
    }

    /// The content of a cell of a leaf, with the pages into which it overflows.
    fn payload(&mut self, data: &[u8], at: usize) -> Result<Vec<u8>, SqliteError> {
        let damaged = || SqliteError::Damaged("the length of a row");
        let (length, at) = varint(data, at)?;
        let (_, at) = varint(data, at)?;
        let length = usize::try_from(length).map_err(|_| damaged())?;
        if u64::try_from(length).unwrap_or(u64::MAX) > MOST_BYTES {
            return Err(SqliteError::TooLarge);
        }
        let most = self.usable - 35;
        let least = (self.usable - 12) * 32 / 255 - 23;
        let local = if length <= most {
            length
        } else {
            let rest = least + (length - least) % (self.usable - 4);
            if rest <= most { rest } else { least }
        };
        let mut found = data.get(at..at + local).ok_or_else(damaged)?.to_vec();
        if local < length {
            let mut next = number(data, at + local, 4)?;
            while found.len() < length {
                let page = self.page(next)?;
                next = number(&page, 0, 4)?;
                let count = (length - found.len()).min(self.usable - 4);
                found.extend_from_slice(page.get(4..4 + count).ok_or_else(damaged)?);
            }
        }
        Ok(found)
    }

    /// The texts of a row: type, name, table and, after the number of a page, SQL.
    fn record(&self, payload: &[u8]) -> Result<SchemaRow, SqliteError> {
        let damaged = || SqliteError::Damaged("a row");
        let (length, mut at) = varint(payload, 0)?;
        let mut body = usize::try_from(length).map_err(|_| damaged())?;
        let header = body;
        let mut found: SchemaRow = Default::default();
        let mut column = 0;
        while at < header && column < 5 {
            let (kind, next) = varint(payload, at)?;
            at = next;
            let size = usize::try_from(size_of_value(kind)).map_err(|_| damaged())?;
            let end = body.checked_add(size).ok_or_else(damaged)?;
            let value = payload.get(body..end).ok_or_else(damaged)?;
            body = end;
            let place = match column {
                0..=2 => found.get_mut(column),
                4 => found.get_mut(3),
                _ => None,
            };
            if let (Some(place), true) = (place, kind >= 13 && kind % 2 == 1) {
                *place = Some(self.text(value));
            }
            column += 1;
        }
        Ok(found)
    }

    fn text(&self, value: &[u8]) -> String {
        let units = |read: fn([u8; 2]) -> u16| {
            let pairs = value.chunks_exact(2).filter_map(|pair| <[u8; 2]>::try_from(pair).ok());
            String::from_utf16_lossy(&pairs.map(read).collect::<Vec<_>>())
        };
        match self.encoding {
            2 => units(u16::from_le_bytes),
            3 => units(u16::from_be_bytes),
            _ => String::from_utf8_lossy(value).into_owned(),
        }
    }
}

/// The bytes of a value of a kind.
fn size_of_value(kind: u64) -> u64 {
    match kind {
        0 | 8 | 9 => 0,
        1..=4 => kind,
        5 => 6,
        6 | 7 => 8,
        _ => kind.saturating_sub(12) / 2,
    }
}

/// A big-endian number of a few bytes.
fn number(data: &[u8], at: usize, bytes: usize) -> Result<u64, SqliteError> {
    let end = at.checked_add(bytes).ok_or(SqliteError::Damaged("a place in a page"))?;
    let found = data.get(at..end).ok_or(SqliteError::Damaged("a place in a page"))?;
    Ok(found.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// A number of one to nine bytes, and where the next begins.
fn varint(data: &[u8], at: usize) -> Result<(u64, usize), SqliteError> {
    let mut value = 0_u64;
    for offset in 0..9 {
        let place = at.checked_add(offset).ok_or(SqliteError::Damaged("a place in a page"))?;
        let byte = *data.get(place).ok_or(SqliteError::Damaged("a place in a page"))?;
        if offset == 8 {
            return Ok((value << 8 | u64::from(byte), place + 1));
        }
        value = value << 7 | u64::from(byte & 0x7f);
        if byte < 0x80 {
            return Ok((value, place + 1));
        }
    }
    Err(SqliteError::Damaged("a number"))
}
