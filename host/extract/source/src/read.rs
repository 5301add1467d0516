use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

use crate::{SourceError, archive, place};

/// Reads a file that an operator names, such as settings or a document. It may be among untrusted files: a link that
/// leads out of them is rejected ([`SourceError::LeadsOutside`]), and so is a pipe, a device, and a file with more than
/// `limit` bytes ([`SourceError::FileTooLarge`]).
pub fn read_file(path: &Path, limit: u64) -> Result<Vec<u8>, SourceError> {
    let failed = |error: std::io::Error| SourceError::from_io(path, &error);
    let place = place::resolve(path)?;
    let file = archive::open_regular(&place.real).map_err(failed)?;
    let mut bytes = Vec::new();
    // The limit applies while reading: the size stated by the system may be wrong.
    let read = file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)? as u64;
    if read > limit {
        return Err(SourceError::FileTooLarge { path: path.to_owned(), limit });
    }
    Ok(bytes)
}

/// Resolves a folder that an operator names to write into, without links. It may be among untrusted files, and a link
/// that leads out of them is rejected as for reading ([`SourceError::LeadsOutside`]).
pub fn real_folder(path: &Path) -> Result<PathBuf, SourceError> {
    place::resolve(path).map(|place| place.real)
}
