//! Unpacks a snapshot of the program to a file that can be mapped.
//!
//! It is unpacked once into a directory that only this user can access, written completely or not at all, with its
//! digest checked in the process. A later start checks the owner, the mode, the length and a seal over its first and
//! last bytes and its times: cheap, and enough to reject a truncated, replaced or copied file.
//!
//! The snapshots contain the same interpreter. One is stored whole, the others as patches of it ([`code`]).

mod code;
mod older;
mod partial;

use std::{
    fs,
    io::{self, Read, Seek, SeekFrom, Write},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use belljar_cache::private;
use serde::Deserialize;
use thiserror::Error;

/// Number of unpackings that this process has started: each has its own file until it is done.
static PARTIALS: AtomicU64 = AtomicU64::new(0);

/// The number of bytes at each end of the file that the seal covers.
const SEALED: u64 = 4096;

/// A snapshot as stored in the program.
#[derive(Debug, Clone, Copy)]
pub struct Packed {
    /// The SQLAlchemy generation, `2.0`.
    pub generation: &'static str,
    /// The SQLAlchemy version, `2.0.58`.
    pub sqlalchemy: &'static str,
    /// All packages of the snapshot.
    pub packages: &'static [Package],
    /// Compiled code, compressed with zstd; that of a patch refers to the unpacked code of its base.
    pub code: &'static [u8],
    /// A JSON description: `blake3` (hex) and `length` of the unpacked code, for a patch also `base_blake3`.
    pub description: &'static str,
    /// The base of a patch, which is not a patch itself.
    pub base: Option<&'static Packed>,
}

/// A package of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Package {
    /// The name of its project.
    pub name: &'static str,
    /// The version of the package.
    pub version: &'static str,
    /// The SQLAlchemy that its releases require (PEP 440, empty if not stated), the oldest first: the release from
    /// which on it applies, and the requirement.
    pub asks: &'static [(&'static str, &'static str)],
}

#[derive(Deserialize)]
struct Description {
    blake3: String,
    length: u64,
    base_blake3: Option<String>,
}

impl Description {
    fn from_packed(packed: &Packed) -> Result<Self, SnapshotError> {
        serde_json::from_str(packed.description).map_err(|error| damaged(packed, &error))
    }

    /// Whether code of this length and digest is the described one.
    fn matches(&self, length: u64, digest: &blake3::Hash) -> bool {
        length == self.length && digest.to_hex().as_str() == self.blake3
    }

    /// The memory that the code needs.
    fn capacity(&self) -> usize {
        usize::try_from(self.length).unwrap_or_default()
    }
}

/// An unpacked and verified snapshot.
#[derive(Debug, Clone)]
pub struct Unpacked(PathBuf);

impl Unpacked {
    /// The path of the unpacked file.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

/// Why a snapshot is not available.
#[derive(Debug, Error)]
pub enum SnapshotError {
    /// The program itself is damaged.
    #[error("the snapshot for SQLAlchemy {generation} in this program is damaged: {message}")]
    Damaged {
        /// Generation of the snapshot.
        generation: &'static str,
        /// The error, as a lower-case fragment.
        message: String,
    },
    /// The cache folder can't be used.
    #[error("can't use the cache folder `{path}`: {message}")]
    Folder {
        /// The path of the folder.
        path: String,
        /// The error of the system.
        message: String,
    },
    /// The file can't be written or read.
    #[error("can't use `{path}`: {source}")]
    Io {
        /// The path of the file.
        path: String,
        /// The error of the system.
        source: io::Error,
    },
}

/// Unpacks a snapshot into `folder`, or finds it there. `progress` receives the number of bytes done and the total; it
/// is not called if the file already exists.
pub fn unpack(
    packed: &Packed,
    folder: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Unpacked, SnapshotError> {
    let wanted = Description::from_packed(packed)?;
    let refuse = |message| SnapshotError::Folder { path: folder.display().to_string(), message };
    private::make_folder(folder).map_err(refuse)?;
    partial::clear(folder);
    let file = file_of(packed, &wanted, folder);
    if is_sealed(&file, &wanted) {
        older::note_use(&seal_path(&file));
    } else {
        write(packed, &wanted, folder, &file, progress)?;
        older::remove(folder, packed.generation, &file);
    }
    Ok(Unpacked(file))
}

/// The path of an unpacked snapshot.
fn file_of(packed: &Packed, described: &Description, folder: &Path) -> PathBuf {
    let short = described.blake3.get(..16).unwrap_or(&described.blake3);
    folder.join(format!("{}-{short}.cwasm", packed.generation))
}

fn damaged(packed: &Packed, message: &dyn std::fmt::Display) -> SnapshotError {
    SnapshotError::Damaged { generation: packed.generation, message: message.to_string() }
}

/// Whether the file is what was written: owned by this user, private, of the right length, with its seal.
fn is_sealed(file: &Path, wanted: &Description) -> bool {
    let Ok(found) = fs::symlink_metadata(file) else { return false };
    private::is_private(&found)
        && found.len() == wanted.length
        && seal(file, wanted)
            .is_ok_and(|seal| written_seal(&seal_path(file)).is_ok_and(|written| written == seal.as_bytes()))
}

/// The contents of a seal, or the start of what replaced it.
fn written_seal(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    private::open_regular(path)?.take(SEALED).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn seal_path(file: &Path) -> PathBuf {
    file.with_extension("seal")
}

/// A text that changes with the file's identity, times, length, ends and digest.
fn seal(file: &Path, wanted: &Description) -> io::Result<String> {
    let mut opened = private::open_regular(file)?;
    let found = opened.metadata()?;
    let mut ends = Vec::new();
    (&mut opened).take(SEALED).read_to_end(&mut ends)?;
    opened.seek(SeekFrom::Start(found.len().saturating_sub(SEALED)))?;
    (&mut opened).take(SEALED).read_to_end(&mut ends)?;
    let mut hasher = blake3::Hasher::new();
    hasher.update(&ends).update(wanted.blake3.as_bytes());
    for number in [found.dev(), found.ino(), found.len()] {
        hasher.update(&number.to_le_bytes());
    }
    for number in [found.mtime(), found.mtime_nsec()] {
        hasher.update(&number.to_le_bytes());
    }
    Ok(hasher.finalize().to_hex().to_string())
}

/// Unpacks next to the file and moves it into place; the seal comes last.
fn write(
    packed: &Packed,
    wanted: &Description,
    folder: &Path,
    file: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), SnapshotError> {
    // Two sides of a comparison may unpack at the same time.
    let number = PARTIALS.fetch_add(1, Ordering::Relaxed);
    let partial = folder.join(partial::file_name(packed.generation, number));
    let io = |source| SnapshotError::Io { path: file.display().to_string(), source };
    let result = write_partial(packed, wanted, folder, &partial, progress);
    if let Err(error) = result {
        let _ = fs::remove_file(&partial); // The error above is the one that matters.
        return Err(error);
    }
    fs::rename(&partial, file).map_err(io)?;
    let seal = seal(file, wanted).map_err(io)?;
    let partial_seal = partial.with_extension("seal");
    private::create(&partial_seal).and_then(|mut opened| opened.write_all(seal.as_bytes())).map_err(io)?;
    fs::rename(&partial_seal, seal_path(file)).map_err(io)
}

fn write_partial(
    packed: &Packed,
    wanted: &Description,
    folder: &Path,
    partial: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), SnapshotError> {
    let io = |source| SnapshotError::Io { path: partial.display().to_string(), source };
    let mut target = private::create(partial).map_err(io)?;
    partial::mark(&target);
    code::unpack(packed, wanted, folder, progress, &mut |part| target.write_all(part).map_err(io))?;
    target.sync_all().map_err(io)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    /// A small "snapshot" of known bytes.
    fn packed() -> (Packed, Vec<u8>) {
        let code: Vec<u8> = (0..20_000_u32).flat_map(u32::to_le_bytes).collect();
        let compressed = zstd::bulk::compress(&code, 3).unwrap();
        let description =
            format!("{{\"blake3\": \"{}\", \"length\": {}}}", blake3::hash(&code).to_hex(), code.len());
        let packed = Packed {
            generation: "test",
            packages: &[],
            sqlalchemy: "0",
            code: Box::leak(compressed.into_boxed_slice()),
            description: Box::leak(description.into_boxed_str()),
            base: None,
        };
        (packed, code)
    }

    /// The base of all patches of these tests.
    fn base() -> (&'static Packed, Vec<u8>) {
        let (base, code) = packed();
        (Box::leak(Box::new(Packed { generation: "base", ..base })), code)
    }

    /// A "snapshot" that is a patch: the code of its base with a few changed bytes.
    fn patch() -> (Packed, Vec<u8>) {
        let (base, prefix) = base();
        let mut code = prefix.clone();
        code[30_000..30_100].fill(7);
        code.extend_from_slice(b"and something new");
        let mut encoder = zstd::stream::write::Encoder::with_ref_prefix(Vec::new(), 3, &prefix).unwrap();
        encoder.include_checksum(true).unwrap();
        encoder.long_distance_matching(true).unwrap();
        encoder.write_all(&code).unwrap();
        let description = serde_json::json!({
            "blake3": blake3::hash(&code).to_hex().as_str(),
            "length": code.len(),
            "base_blake3": blake3::hash(&prefix).to_hex().as_str(),
        });
        let packed = Packed {
            generation: "patch",
            packages: &[],
            sqlalchemy: "1",
            code: encoder.finish().unwrap().leak(),
            description: description.to_string().leak(),
            base: Some(base),
        };
        (packed, code)
    }

    fn quietly(packed: &Packed, folder: &Path) -> Result<(Unpacked, usize), SnapshotError> {
        let mut calls = 0;
        let unpacked = unpack(packed, folder, &mut |_, _| calls += 1)?;
        Ok((unpacked, calls))
    }

    #[test]
    fn unpacked_once_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("cache");
        let (packed, code) = packed();
        let (first, calls) = quietly(&packed, &folder).unwrap();
        assert!(calls > 0);
        assert_eq!(fs::read(first.path()).unwrap(), code);
        assert_eq!(fs::metadata(&folder).unwrap().mode() & 0o777, 0o700);
        assert_eq!(fs::metadata(first.path()).unwrap().mode() & 0o777, 0o600);
        let (_, again) = quietly(&packed, &folder).unwrap();
        assert_eq!(again, 0, "it is there");
    }

    #[test]
    fn unpacked_by_several_at_one_time() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("cache");
        let (packed, code) = packed();
        std::thread::scope(|scope| {
            let all: Vec<_> =
                (0..8).map(|_| scope.spawn(|| quietly(&packed, &folder).unwrap().0.0)).collect();
            for one in all {
                assert_eq!(fs::read(one.join().unwrap()).unwrap(), code);
            }
        });
    }

    #[test]
    fn a_file_that_was_changed_is_rewritten() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("cache");
        let (packed, code) = packed();
        let path = quietly(&packed, &folder).unwrap().0.0;
        for damage in [
            (|path: &Path| fs::write(path, b"short").unwrap()) as fn(&Path),
            |path| {
                let mut bytes = fs::read(path).unwrap();
                bytes[0] ^= 1;
                fs::write(path, bytes).unwrap();
            },
            |path| fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap(),
            |path| fs::remove_file(path.with_extension("seal")).unwrap(),
            |path| {
                fs::rename(path, path.with_extension("old")).unwrap();
                std::os::unix::fs::symlink(path.with_extension("old"), path).unwrap();
            },
        ] {
            damage(&path);
            let (found, calls) = quietly(&packed, &folder).unwrap();
            assert!(calls > 0, "refused and rewritten");
            assert_eq!(fs::read(found.path()).unwrap(), code);
        }
    }

    /// A pipe would wait for a writer.
    #[test]
    fn a_pipe_in_the_place_of_a_file_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("cache");
        let (packed, code) = packed();
        let path = quietly(&packed, &folder).unwrap().0.0;
        for place in [path.clone(), path.with_extension("seal")] {
            fs::remove_file(&place).unwrap();
            let kind = rustix::fs::FileType::Fifo;
            rustix::fs::mknodat(rustix::fs::CWD, &place, kind, 0o600.into(), 0).unwrap();
            let (found, calls) = quietly(&packed, &folder).unwrap();
            assert!(calls > 0, "refused and rewritten");
            assert_eq!(fs::read(found.path()).unwrap(), code);
        }
        assert_eq!(quietly(&packed, &folder).unwrap().1, 0, "it is whole again");
    }

    #[test]
    fn what_a_killed_process_left_behind_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("cache");
        let (packed, _) = packed();
        quietly(&packed, &folder).unwrap();
        let make = |name: &str, hours: u64| {
            let file = private::create(&folder.join(name)).unwrap();
            let changed = std::time::SystemTime::now() - std::time::Duration::from_hours(hours);
            file.set_modified(changed).unwrap();
            file
        };
        drop(make(".2.1-1-0.partial", 1));
        drop(make(".2.1-1-0.seal", 1));
        // Another process may still write these, and this is not ours.
        let written = make(".2.1-2-0.partial", 1);
        partial::mark(&written);
        drop(make(".2.1-3-0.partial", 0));
        drop(make("other.partial", 1));
        quietly(&packed, &folder).unwrap();
        let mut left: Vec<_> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with("partial") || name.starts_with('.'))
            .collect();
        left.sort();
        assert_eq!(left, [".2.1-2-0.partial", ".2.1-3-0.partial", "other.partial"]);
    }

    #[test]
    fn a_folder_that_others_can_enter_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let error = quietly(&packed().0, folder.path()).unwrap_err();
        assert!(error.to_string().contains("other users can access it"), "{error}");
    }

    #[test]
    fn damaged_code_is_refused_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("cache");
        let (mut packed, _) = packed();
        packed.description = "{\"blake3\": \"00\", \"length\": 80000}";
        let error = quietly(&packed, &folder).unwrap_err();
        assert!(error.to_string().contains("damaged"), "{error}");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    }

    #[test]
    fn a_patch_is_unpacked_with_its_base_there_or_not() {
        let (patch, code) = patch();
        assert!(patch.code.len() < patch.base.unwrap().code.len() / 10, "it takes the rest from its base");
        for base_is_there in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let folder = folder.path().join("cache");
            if base_is_there {
                quietly(patch.base.unwrap(), &folder).unwrap();
            }
            let (mut last, mut whole) = (0, 0);
            let found = unpack(&patch, &folder, &mut |done, all| {
                assert!(last < done && done <= all, "{last} {done} {all}");
                (last, whole) = (done, all);
            });
            assert_eq!(fs::read(found.unwrap().path()).unwrap(), code);
            assert_eq!(last, whole, "all of it is reported");
            assert_eq!(quietly(&patch, &folder).unwrap().1, 0, "it is there");
        }
    }

    #[test]
    fn patches_are_unpacked_by_several_at_one_time() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("cache");
        let (patch, code) = patch();
        std::thread::scope(|scope| {
            for number in 0..8 {
                let (patch, code, folder) = (&patch, &code, &folder);
                scope.spawn(move || {
                    if number % 2 == 0 {
                        quietly(patch.base.unwrap(), folder).unwrap();
                    }
                    assert_eq!(&fs::read(quietly(patch, folder).unwrap().0.0).unwrap(), code);
                });
            }
        });
    }

    /// A seal covers the ends of a file and its times, which whoever damages it may reset.
    #[test]
    fn a_damaged_base_in_the_folder_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("cache");
        let (patch, code) = patch();
        let (base, prefix) = base();
        let path = quietly(base, &folder).unwrap().0.0;
        let changed = fs::metadata(&path).unwrap().modified().unwrap();
        let mut file = fs::OpenOptions::new().write(true).open(&path).unwrap();
        file.seek(SeekFrom::Start(40_000)).unwrap();
        file.write_all(b"damage").unwrap();
        file.set_modified(changed).unwrap();
        drop(file);
        assert!(is_sealed(&path, &Description::from_packed(base).unwrap()), "the seal does not see it");
        assert_eq!(fs::read(quietly(&patch, &folder).unwrap().0.0).unwrap(), code);
        let (found, calls) = quietly(base, &folder).unwrap();
        assert!(calls > 0, "refused and rewritten");
        assert_eq!(fs::read(found.path()).unwrap(), prefix);
    }

    #[test]
    fn a_damaged_patch_is_refused_and_leaves_nothing() {
        let (whole, _) = patch();
        for place in 0..whole.code.len() {
            let folder = tempfile::tempdir().unwrap();
            let folder = folder.path().join("cache");
            let mut code = whole.code.to_vec();
            code[place] ^= 1;
            // Some bits of a frame have no meaning; the result is then the same.
            let patch = Packed { code: code.leak(), ..whole };
            if let Err(error) = quietly(&patch, &folder) {
                assert!(matches!(error, SnapshotError::Damaged { generation: "patch", .. }), "{error}");
                assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
            }
        }
    }

    #[test]
    fn a_patch_whose_digest_differs_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (whole, _) = patch();
        let mut description: serde_json::Value = serde_json::from_str(whole.description).unwrap();
        description["blake3"] = "00".into();
        let patch = Packed { description: description.to_string().leak(), ..whole };
        let error = quietly(&patch, &folder.path().join("cache")).unwrap_err();
        assert!(error.to_string().ends_with("its digest does not match"), "{error}");
    }

    #[test]
    fn another_base_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("cache");
        let (whole, _) = patch();
        let (right, prefix) = base();
        let other: Vec<u8> = prefix.iter().map(|byte| byte ^ 1).collect();
        let described = |code: &[u8]| {
            let digest = blake3::hash(code).to_hex();
            format!("{{\"blake3\": \"{digest}\", \"length\": {}}}", code.len()).leak()
        };
        let code = zstd::bulk::compress(&other, 3).unwrap().leak();
        // One that is labelled as a patch, and one that claims to be the right one.
        for (description, message) in [
            (described(&other), "it is not a patch of the snapshot for SQLAlchemy base"),
            (described(&prefix), "its digest does not match"),
        ] {
            let base = Packed { code, description, ..*right };
            let patch = Packed { base: Some(Box::leak(Box::new(base))), ..whole };
            let error = quietly(&patch, &folder).unwrap_err();
            assert!(error.to_string().ends_with(message), "{error}");
        }
        let error = quietly(&Packed { base: None, ..whole }, &folder).unwrap_err();
        assert!(error.to_string().ends_with("its base is missing"), "{error}");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    }
}
