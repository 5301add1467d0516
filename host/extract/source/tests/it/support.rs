use std::{
    fs,
    io::{Cursor, Write},
    path::{Path, PathBuf},
    process::Command,
};

use belljar_source::{Request, Source, SourceError, SourceLimits, open};
use flate2::{Compression, write::GzEncoder};
use tempfile::TempDir;
use zip::{ZipWriter, write::SimpleFileOptions};

pub(crate) fn temporary() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Opens a path as most users do.
pub(crate) fn read_source(path: &Path) -> Result<Source, SourceError> {
    open(&Request::new(path), &SourceLimits::default())
}

pub(crate) fn read_at(path: &Path, revision: &str) -> Result<Source, SourceError> {
    open(&Request::new(path).at_revision(revision), &SourceLimits::default())
}

/// Every file with its bytes.
pub(crate) fn files(source: &Source) -> Vec<(String, Vec<u8>)> {
    let tree = &source.tree;
    tree.files().map(|(path, _)| (path.to_owned(), tree.read(path).unwrap().to_vec())).collect()
}

pub(crate) fn paths(source: &Source) -> Vec<&str> {
    source.tree.files().map(|(path, _)| path).collect()
}

/// The codes of the diagnostics, each once.
pub(crate) fn codes(source: &Source) -> Vec<&str> {
    let mut codes: Vec<_> = source.diagnostics.iter().map(|d| d.code.as_str()).collect();
    codes.dedup();
    codes
}

/// Asserts which files are there and which codes; a helper that was given nothing would prove nothing.
#[track_caller]
pub(crate) fn check(source: &Source, expected: &[&str], expected_codes: &[&str]) {
    assert!(!expected.is_empty());
    assert_eq!(paths(source), expected, "{:#?}", source.diagnostics);
    assert_eq!(codes(source), expected_codes, "{:#?}", source.diagnostics);
}

pub(crate) fn write_all(root: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// Runs git as nobody in particular, wherever the tests run.
pub(crate) fn git(dir: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "protocol.file.allow=always", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .current_dir(dir)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", dir)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_NAME"), "n")))
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_EMAIL"), "e@example.org")))
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A repository with these files in one commit.
pub(crate) fn repository(files: &[(&str, &str)]) -> TempDir {
    let root = temporary();
    git(root.path(), &["init", "-q"]);
    write_all(root.path(), files);
    commit(root.path(), "first");
    root
}

pub(crate) fn commit(root: &Path, message: &str) {
    git(root, &["add", "-A"]);
    git(root, &["commit", "-q", "--allow-empty", "-m", message]);
}

/// A tar archive made by hand: the libraries refuse to write what has to be refused when read.
pub(crate) struct Tar(Vec<u8>);

impl Tar {
    pub(crate) fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn file(self, name: &[u8], bytes: &[u8]) -> Self {
        self.entry(tar::EntryType::Regular, name, b"", bytes)
    }

    pub(crate) fn link(self, name: &[u8], target: &[u8]) -> Self {
        self.entry(tar::EntryType::Symlink, name, target, b"")
    }

    pub(crate) fn entry(mut self, kind: tar::EntryType, name: &[u8], target: &[u8], bytes: &[u8]) -> Self {
        let mut header = tar::Header::new_ustar();
        let old = header.as_old_mut();
        old.name[..name.len()].copy_from_slice(name);
        old.linkname[..target.len()].copy_from_slice(target);
        header.set_entry_type(kind);
        header.set_mode(0o644);
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        self.0.extend_from_slice(header.as_bytes());
        self.0.extend_from_slice(bytes);
        self.0.resize(self.0.len().next_multiple_of(512), 0);
        self
    }

    /// Without the two blocks of zeros that end an archive.
    pub(crate) fn unfinished(self) -> Vec<u8> {
        self.0
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.0.resize(self.0.len() + 1024, 0);
        self.0
    }

    pub(crate) fn open(self) -> Result<Source, SourceError> {
        open_bytes("a.tar", &self.finish())
    }
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A zip archive of files; a name that ends with `@` is a link.
pub(crate) fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
    zipped_bytes(files.iter().map(|(name, text)| (*name, text.as_bytes())))
}

/// The same of bytes.
pub(crate) fn zipped_bytes<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = SimpleFileOptions::default();
        if let Some(name) = name.strip_suffix('@') {
            zip.add_symlink(name, std::str::from_utf8(bytes).unwrap(), options).unwrap();
        } else {
            zip.start_file(name, options).unwrap();
            zip.write_all(bytes).unwrap();
        }
    }
    zip.finish().unwrap().into_inner()
}

/// Replaces bytes by as many others, wherever they are.
pub(crate) fn replace(bytes: &mut [u8], old: &[u8], new: &[u8]) {
    assert_eq!(old.len(), new.len());
    let places: Vec<_> =
        bytes.windows(old.len()).enumerate().filter(|(_, w)| *w == old).map(|(i, _)| i).collect();
    assert!(!places.is_empty());
    for place in places {
        bytes[place..place + new.len()].copy_from_slice(new);
    }
}

pub(crate) fn open_bytes(name: &str, bytes: &[u8]) -> Result<Source, SourceError> {
    open_bytes_with(name, bytes, &SourceLimits::default())
}

pub(crate) fn open_bytes_with(
    name: &str,
    bytes: &[u8],
    limits: &SourceLimits,
) -> Result<Source, SourceError> {
    let (_root, path) = on_disk(name, bytes);
    // Nothing is read from the disk later: the folder may go.
    open(&Request::new(path), limits)
}

pub(crate) fn on_disk(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let root = temporary();
    let path = root.path().join(name);
    fs::write(&path, bytes).unwrap();
    (root, path)
}
