use std::io::{Read, Seek, SeekFrom};

use zip::{
    read::{Config, ZipFile, ZipFileEntry, read_zipfile_from_stream},
    result::ZipError,
    // The stable reader keeps every entry of the directory in memory, and only one of two with the same name.
    unstable::read::ZipIterable,
};

use super::unpacked::{Entry, Unpacked, read_entry};
use crate::SourceError;

/// The file type bits of a Unix mode, and two of the types.
const KIND: u32 = 0o170_000;
const LINK: u32 = 0o120_000;
const REGULAR: u32 = 0o100_000;
const FOLDER: u32 = 0o040_000;

/// Reads a zip archive by the directory at its end, or from its start if the end is missing.
pub(super) fn unpack_zip<R: Read + Seek>(
    file: &mut R,
    unpacked: &mut Unpacked<'_>,
) -> Result<(), SourceError> {
    let mut total = 0;
    let mut archive = match ZipIterable::try_new(&mut *file, Config::default()) {
        Ok(archive) => archive,
        Err(error) => return salvage(file, unpacked, &error),
    };
    let files = match archive.files() {
        Ok(files) => files,
        Err(error) => return unpacked.stopped(false, &error.to_string()),
    };
    while let Some(entry) = files.next() {
        match entry {
            Ok(entry) => take(entry, files.reader_mut(), unpacked, &mut total)?,
            Err(error) => return unpacked.stopped(false, &error.to_string()),
        }
    }
    Ok(())
}

fn take<R: Read + Seek>(
    entry: ZipFileEntry<'_>,
    reader: &mut R,
    unpacked: &mut Unpacked<'_>,
    total: &mut u64,
) -> Result<(), SourceError> {
    let Some(path) = unpacked.accept(entry.name_raw())? else { return Ok(()) };
    let limits = unpacked.limits();
    let mode = entry.unix_mode().map_or(0, |mode| mode & KIND);
    if entry.name_raw().ends_with(b"/") {
        unpacked.put(path, Entry::Folder);
    } else if !matches!(mode, 0 | LINK | REGULAR | FOLDER) {
        unpacked.special(&path, "a device, a socket or a pipe");
    } else if entry.encrypted() {
        unpacked.broken(&path, "it is encrypted");
    } else if entry.size() > limits.max_file_bytes {
        unpacked.put(path, Entry::TooLarge(entry.size()));
    } else {
        // The size stated by the entry is not trusted.
        let read = entry
            .with_reader(reader, zip::ZipReadOptions::default())
            .and_then(|mut file| unpack(&mut file, unpacked, total));
        keep(read, path, mode == LINK, unpacked);
    }
    if *total > limits.max_total_bytes {
        return Err(unpacked.over("max_total_bytes", limits.max_total_bytes));
    }
    Ok(())
}

fn unpack<R: Read>(
    file: &mut ZipFile<'_, R>,
    unpacked: &Unpacked<'_>,
    total: &mut u64,
) -> Result<Entry, ZipError> {
    let entry = read_entry(file, unpacked.limits().max_file_bytes).map_err(ZipError::Io)?;
    *total = total.saturating_add(match &entry {
        Entry::File(bytes) => bytes.len() as u64,
        Entry::TooLarge(size) => *size,
        Entry::Link(_) | Entry::HardLink(_) | Entry::Folder => 0,
    });
    Ok(entry)
}

fn keep(read: Result<Entry, ZipError>, path: String, is_link: bool, unpacked: &mut Unpacked<'_>) {
    match read {
        // The content of a link is its target.
        Ok(Entry::File(target)) if is_link => unpacked.put(path, Entry::Link(target)),
        Ok(entry) => unpacked.put(path, entry),
        Err(error) => unpacked.broken(&path, &error.to_string()),
    }
}

/// Reads the entries before the point of truncation. There a link looks like a small file: only the lost directory
/// distinguishes them.
fn salvage<R: Read + Seek>(
    file: &mut R,
    unpacked: &mut Unpacked<'_>,
    why: &ZipError,
) -> Result<(), SourceError> {
    let mut total = 0;
    if file.seek(SeekFrom::Start(0)).is_ok() {
        while let Ok(Some(mut entry)) = read_zipfile_from_stream(file) {
            let Some(path) = unpacked.accept(entry.name_raw())? else { continue };
            if entry.name_raw().ends_with(b"/") {
                unpacked.put(path, Entry::Folder);
                continue;
            }
            let read = unpack(&mut entry, unpacked, &mut total);
            let limit = unpacked.limits().max_total_bytes;
            if total > limit {
                return Err(unpacked.over("max_total_bytes", limit));
            }
            // The last one is truncated as well.
            let Ok(read) = read else { break };
            keep(Ok(read), path, false, unpacked);
        }
    }
    unpacked.stopped(true, &why.to_string())
}
