//! The code of a snapshot, from the data in the program.
//!
//! A patch is unpacked with the whole code of its base as the text that it refers to. Meanwhile both codes are in
//! memory, some 200 MB; a snapshot that is not a patch needs zstd's window, 8 MB.

use std::{fs, io::Read as _, path::Path};

use belljar_cache::private;

use super::{Description, Packed, SnapshotError, damaged, file_of, is_sealed, seal_path};

/// Receives a part of the code.
pub(super) type Take<'a> = &'a mut dyn FnMut(&[u8]) -> Result<(), SnapshotError>;

/// Reports the number of bytes done, and the total.
struct DecodeProgress<'a> {
    done: u64,
    all: u64,
    hear: &'a mut dyn FnMut(u64, u64),
}

impl DecodeProgress<'_> {
    fn advance(&mut self, bytes: usize) {
        self.done += bytes as u64;
        (self.hear)(self.done, self.all);
    }
}

/// Passes the code of a snapshot to `take`, part by part. It is verified only when this returns `Ok`.
pub(super) fn unpack(
    packed: &Packed,
    wanted: &Description,
    folder: &Path,
    hear: &mut dyn FnMut(u64, u64),
    take: Take<'_>,
) -> Result<(), SnapshotError> {
    let Some(base) = base_of(packed, wanted)? else {
        return decode(packed, wanted, &[], &mut DecodeProgress { done: 0, all: wanted.length, hear }, take);
    };
    let described = Description::from_packed(base)?;
    let mut progress = DecodeProgress { done: 0, all: described.length.saturating_add(wanted.length), hear };
    let prefix = base_code(base, &described, folder, &mut progress)?;
    decode(packed, wanted, &prefix, &mut progress, take)
}

/// The base of a patch: the one that it was created from, and no other.
fn base_of(packed: &Packed, wanted: &Description) -> Result<Option<&'static Packed>, SnapshotError> {
    let Some(base) = packed.base else {
        return match wanted.base_blake3 {
            Some(_) => Err(damaged(packed, &"its base is missing")),
            None => Ok(None),
        };
    };
    if wanted.base_blake3.as_ref() == Some(&Description::from_packed(base)?.blake3) {
        Ok(Some(base))
    } else {
        Err(damaged(packed, &format!("it is not a patch of the snapshot for SQLAlchemy {}", base.generation)))
    }
}

/// The code of a base: from the folder if it exists there with the right digest, else from the program.
fn base_code(
    base: &Packed,
    described: &Description,
    folder: &Path,
    progress: &mut DecodeProgress<'_>,
) -> Result<Vec<u8>, SnapshotError> {
    if let Some(code) = found_code(base, described, folder) {
        progress.advance(code.len());
        return Ok(code);
    }
    let mut code = Vec::with_capacity(described.capacity());
    decode(base, described, &[], progress, &mut |part| {
        code.extend_from_slice(part);
        Ok(())
    })?;
    Ok(code)
}

/// The code of a snapshot that was unpacked before, if all of it is unchanged: a seal covers only the ends. A changed
/// one loses its seal, so that it is rewritten when it is needed.
fn found_code(packed: &Packed, described: &Description, folder: &Path) -> Option<Vec<u8>> {
    let file = file_of(packed, described, folder);
    if !is_sealed(&file, described) {
        return None;
    }
    let mut code = Vec::with_capacity(described.capacity());
    private::open_regular(&file).ok()?.take(described.length).read_to_end(&mut code).ok()?;
    if described.matches(code.len() as u64, &blake3::hash(&code)) {
        return Some(code);
    }
    let _ = fs::remove_file(seal_path(&file)); // If it can't be removed, the base is still not used here.
    None
}

/// Unpacks data of the program, which may refer to `prefix`, and compares its digest.
fn decode(
    packed: &Packed,
    wanted: &Description,
    prefix: &[u8],
    progress: &mut DecodeProgress<'_>,
    take: Take<'_>,
) -> Result<(), SnapshotError> {
    let damage = |error| damaged(packed, &error);
    let mut source = zstd::stream::read::Decoder::with_ref_prefix(packed.code, prefix).map_err(damage)?;
    let mut hasher = blake3::Hasher::new();
    let mut chunk = vec![0; 1 << 20];
    let mut done = 0;
    loop {
        let count = source.read(&mut chunk).map_err(damage)?;
        let part = chunk.get(..count).unwrap_or_default();
        if part.is_empty() {
            break;
        }
        done += part.len() as u64;
        if done > wanted.length {
            break;
        }
        hasher.update(part);
        take(part)?;
        progress.advance(part.len());
    }
    if wanted.matches(done, &hasher.finalize()) {
        Ok(())
    } else {
        Err(damaged(packed, &"its digest does not match"))
    }
}
