use std::{
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use belljar_source::{Request, Source, SourceLimits, open};
use tempfile::TempDir;

use crate::Target;

/// The tree stays within the limits, knows normal paths only, and gives the bytes that it says.
pub(crate) const TARGET: Target = Target { name: "archive", run, fixed: 512 << 10, for_each: 64 };

/// Where there is nothing in the bytes that tells, the name decides.
const NAMES: [&str; 3] = ["a.tar", "a.tar.gz", "a.zip"];

/// Small ones, so that few bytes reach them.
pub(crate) fn limits() -> SourceLimits {
    SourceLimits {
        max_files: 64,
        max_entries: 256,
        max_file_bytes: 32 << 10,
        max_archive_bytes: 1 << 20,
        max_total_bytes: 256 << 10,
        max_header_bytes: 16 << 10,
        max_memory_bytes: 64 << 10,
        max_depth: 8,
        max_path_bytes: 256,
        max_names_bytes: 16 << 10,
        max_links: 32,
        max_linked_entries: 64,
        max_ignore_bytes: 1 << 10,
        max_object_bytes: 1 << 16,
    }
}

fn run(data: &[u8]) {
    let Some(name) = NAMES.get(data.len() % NAMES.len()) else { return };
    let limits = limits();
    if let Ok(source) = open(&Request::new(on_disk(name, data)), &limits) {
        check(&source, &limits);
    }
}

fn check(source: &Source, limits: &SourceLimits) {
    let mut keys = std::collections::BTreeMap::new();
    assert!(!source.tree.is_empty() || !source.diagnostics.is_empty());
    for (path, entry) in source.tree.files() {
        assert!(
            path.len() <= limits.max_path_bytes && path.matches('/').count() <= limits.max_depth,
            "{path}"
        );
        assert_eq!(source.tree.resolve("", path).as_deref(), Ok(path));
        let read = source.tree.read(path).map(|bytes| bytes.len() as u64);
        assert_eq!(read, Ok(entry.size), "{path}");
        assert!(entry.size <= limits.max_file_bytes, "{path}");
        keys.insert(entry.key.as_str(), entry.size);
    }
    // What links lead to is held once.
    assert!(keys.len() <= limits.max_files);
    assert!(keys.values().sum::<u64>() <= limits.max_memory_bytes);
    assert!(source.tree.len() <= limits.max_files + limits.max_links + limits.max_linked_entries);
    let text = source.diagnostics.iter().flat_map(|it| [Some(&it.message), it.hint.as_ref()]);
    assert!(!text.flatten().any(|text| text.contains(char::is_control)), "{:?}", source.diagnostics);
}

/// Archives are read from files. One file of each name is enough: targets are checked one at a time.
fn on_disk(name: &str, data: &[u8]) -> PathBuf {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    #[expect(clippy::unwrap_used, reason = "without a folder nothing can be checked")]
    let path = FOLDER.get_or_init(|| folder().unwrap()).path().join(name);
    #[expect(clippy::unwrap_used, reason = "without the file nothing can be checked")]
    fs::write(&path, data).unwrap();
    path
}

/// In memory where the system has a place for that: it is written to thousands of times a second.
pub(crate) fn folder() -> std::io::Result<TempDir> {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }
}
