use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use belljar_source::{Request, Source, SourceError, SourceLimits, merge_base, open};
use tempfile::TempDir;

use crate::{Target, archive};

/// Changes a small repository and reads it. What is read of a commit is what that commit holds, and no bytes but those
/// that its hashes stand for; what is lost is said.
///
/// The bytes are `W`, the number of a file and its new content; or any number of changes, four bytes each: the number of
/// a file (with the highest bit: cut it off there), a place in it (two bytes), the new value.
pub(crate) const TARGET: Target = Target { name: "git", run, fixed: 4 << 20, for_each: 256 };

/// A repository with loose and packed objects, deltas, a multi-pack-index, a commit graph and references of both kinds,
/// made by git 2.47 of five commits.
const REPOSITORY: &[u8] = include_bytes!("../data/repository.tar");

const REVISIONS: [&str; 6] = ["HEAD", "HEAD~2", "main", "side", "v1", "loose"];

fn limits() -> SourceLimits {
    SourceLimits { max_entries: 4096, max_object_bytes: 1 << 20, ..archive::limits() }
}

/// What every commit of the unchanged repository holds, by the start of its hash.
type Truth = BTreeMap<String, BTreeMap<String, (String, Vec<u8>)>>;

/// The repository on the disk, as it was.
struct Made {
    folder: TempDir,
    files: Vec<(PathBuf, Vec<u8>)>,
    truth: Truth,
}

fn run(data: &[u8]) {
    static MADE: OnceLock<Made> = OnceLock::new();
    #[expect(clippy::unwrap_used, reason = "without the repository nothing can be checked")]
    let made = MADE.get_or_init(|| make().unwrap());
    let changed = change(&made.files, data);
    for (path, bytes) in &changed {
        #[expect(clippy::unwrap_used, reason = "without the file nothing can be checked")]
        fs::write(path, bytes).unwrap();
    }
    for revision in REVISIONS {
        if let Ok(source) = read_revision(made.folder.path(), revision) {
            check(&source, &made.truth);
        }
    }
    let request = Request::new(made.folder.path());
    if let Ok(common) = merge_base(&request, "HEAD", "side", &limits()) {
        assert!(common.bytes().all(|byte| byte.is_ascii_hexdigit()), "{common}");
    }
    for (path, bytes) in &made.files {
        if changed.contains_key(path) {
            #[expect(clippy::unwrap_used, reason = "the next one begins with the same files")]
            fs::write(path, bytes).unwrap();
        }
    }
}

fn change(files: &[(PathBuf, Vec<u8>)], data: &[u8]) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut changed = BTreeMap::new();
    let pick = |number: u8| files.get(usize::from(number) % files.len().max(1));
    if let [b'W', number, content @ ..] = data {
        changed.extend(pick(*number).map(|(path, _)| (path.clone(), content.to_vec())));
        return changed;
    }
    for one in data.chunks_exact(4) {
        let [number, high, low, value] = one else { continue };
        let Some((path, bytes)) = pick(number & 0x7f) else { continue };
        let bytes = changed.entry(path.clone()).or_insert_with(|| bytes.clone());
        let place = usize::from(u16::from_be_bytes([*high, *low])) % bytes.len().max(1);
        if number & 0x80 != 0 {
            bytes.truncate(place);
        } else if let Some(byte) = bytes.get_mut(place) {
            *byte = *value;
        }
    }
    changed
}

fn read_revision(folder: &Path, revision: &str) -> Result<Source, SourceError> {
    open(&Request::new(folder).at_revision(revision), &limits())
}

fn check(source: &Source, truth: &Truth) {
    let label = source.description.split_whitespace().nth(2).unwrap_or_default();
    let text = source.diagnostics.iter().flat_map(|it| [Some(&it.message), it.hint.as_ref()]);
    assert!(!text.flatten().any(|text| text.contains(char::is_control)), "{:?}", source.diagnostics);
    // An object that is none of the five commits has a hash of its own.
    let Some(held) = truth.get(label) else { return };
    for (path, entry) in source.tree.files() {
        let known = held.get(path);
        assert_eq!(Some(&entry.key), known.map(|(key, _)| key), "{label}: {path}");
        if let (Ok(bytes), Some((_, known))) = (source.tree.read(path), known) {
            assert_eq!(&*bytes, known.as_slice(), "{label}: {path}");
        }
    }
    let is_short = held.keys().any(|path| source.tree.node(path).is_none());
    assert!(!is_short || !source.diagnostics.is_empty(), "{label}: files are missing, and nothing says so");
}

fn make() -> std::io::Result<Made> {
    let folder = archive::folder()?;
    let (mut files, mut truth) = (Vec::new(), Truth::new());
    for entry in tar::Archive::new(REPOSITORY).entries()? {
        let mut entry = entry?;
        let path = folder.path().join(".git").join(entry.path()?);
        fs::create_dir_all(path.parent().unwrap_or(folder.path()))?;
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut bytes)?;
        fs::write(&path, &bytes)?;
        files.push((path, bytes));
    }
    for revision in ["HEAD", "HEAD~1", "HEAD~2", "HEAD~3", "HEAD~4"] {
        let source = read_revision(folder.path(), revision).map_err(std::io::Error::other)?;
        let label = source.description.split_whitespace().nth(2).unwrap_or_default().to_owned();
        let all = source.tree.files().map(|(path, entry)| {
            let bytes = source.tree.read(path).map(|bytes| bytes.to_vec());
            Ok((path.to_owned(), (entry.key.clone(), bytes.map_err(std::io::Error::other)?)))
        });
        truth.insert(label, all.collect::<std::io::Result<_>>()?);
    }
    Ok(Made { folder, files, truth })
}
