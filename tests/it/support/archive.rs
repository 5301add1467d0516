use std::io::{Cursor, Write as _};

use flate2::{Compression, write::GzEncoder};
use zip::{ZipWriter, write::SimpleFileOptions};

/// A tar archive made by hand: the libraries refuse to write what has to be refused when read.
pub(crate) struct Tar(Vec<u8>);

impl Tar {
    /// An archive with these files below a folder.
    pub(crate) fn with_files(folder: &str, files: &[(&str, &str)]) -> Self {
        assert!(!files.is_empty());
        files.iter().fold(Self(Vec::new()), |tar, (name, text)| {
            tar.file(&format!("{folder}/{name}"), text.as_bytes())
        })
    }

    pub(crate) fn file(self, name: &str, bytes: &[u8]) -> Self {
        self.entry(tar::EntryType::Regular, name, "", bytes)
    }

    pub(crate) fn entry(mut self, kind: tar::EntryType, name: &str, target: &str, bytes: &[u8]) -> Self {
        let mut header = tar::Header::new_ustar();
        let old = header.as_old_mut();
        old.name[..name.len()].copy_from_slice(name.as_bytes());
        old.linkname[..target.len()].copy_from_slice(target.as_bytes());
        header.set_entry_type(kind);
        header.set_mode(0o644);
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        self.0.extend_from_slice(header.as_bytes());
        self.0.extend_from_slice(bytes);
        self.0.resize(self.0.len().next_multiple_of(512), 0);
        self
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.0.resize(self.0.len() + 1024, 0);
        self.0
    }
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A zip archive with these files.
pub(crate) fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
    assert!(!files.is_empty());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
