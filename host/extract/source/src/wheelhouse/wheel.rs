//! A wheel: its names are read first, its bytes on request.

use std::{
    collections::BTreeMap,
    io::{BufReader, Read},
    path::Path,
    sync::Arc,
};

use belljar_tree::{MemoryContent, ReadError};
use cap_std::fs::Dir;
use zip::{
    CompressionMethod, ZipReadOptions,
    read::{Config, OwnedZipFileEntry, ZipFileEntry},
    unstable::read::ZipIterable,
};

use super::names::{self as wheel_names, WheelName};
use crate::{
    Source, SourceError, SourceLimits,
    builder::Builder,
    files::open_regular,
    names::{self, BadName},
};

/// The kind of file in a Unix mode.
const KIND: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;

/// Why a wheel is skipped.
#[derive(Debug)]
pub(super) enum WheelError {
    /// Its contents do not match its name.
    Name(String),
    /// It can't be read.
    Damaged(String),
    /// It exceeds a limit.
    Limit(&'static str),
}

/// The files of a wheel.
pub(super) struct Wheel {
    dir: Arc<Dir>,
    file: String,
    entries: BTreeMap<String, OwnedZipFileEntry>,
    limit: u64,
}

impl Wheel {
    /// The bytes of a file, by its key.
    pub(super) fn read(&self, key: &str) -> Result<Arc<[u8]>, ReadError> {
        let failed = |message: String| ReadError::Io { path: key.to_owned(), message };
        let entry = self.entries.get(key).ok_or_else(|| ReadError::NotFound(key.to_owned()))?;
        let mut file =
            open_regular(&self.dir, Path::new(&self.file)).map_err(|error| failed(error.to_string()))?;
        let reader = entry.as_ref().with_reader(&mut file, ZipReadOptions::default());
        let mut bytes = Vec::new();
        // The size stated by the entry is not trusted.
        let read = reader
            .map_err(|error| failed(error.to_string()))?
            .take(self.limit.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|error| failed(error.to_string()))? as u64;
        if read > self.limit {
            return Err(ReadError::TooLarge { path: key.to_owned(), size: read, limit: self.limit });
        }
        Ok(bytes.into())
    }

    /// Reads the directory of a wheel. The stated unpacked size must be within the limits too: no installable wheel
    /// exceeds them.
    pub(super) fn open(
        dir: &Arc<Dir>,
        name: &WheelName,
        limits: &SourceLimits,
    ) -> Result<(Self, Source), WheelError> {
        let damaged =
            |error: &dyn std::fmt::Display| WheelError::Damaged(names::shown(error.to_string().as_bytes()));
        let file = open_regular(dir, Path::new(&name.file)).map_err(|error| damaged(&error))?;
        if file.metadata().map_err(|error| damaged(&error))?.len() > limits.max_archive_bytes {
            return Err(WheelError::Limit("max_archive_bytes"));
        }
        let mut listing = Listing {
            builder: Builder::of_packages(limits),
            entries: BTreeMap::new(),
            names: BTreeMap::new(),
            total: 0,
        };
        let mut archive =
            ZipIterable::try_new(BufReader::new(file), Config::default()).map_err(|error| damaged(&error))?;
        for entry in archive.files().map_err(|error| damaged(&error))? {
            listing.take(entry.map_err(|error| damaged(&error))?)?;
        }
        listing.check(name)?;
        let Listing { builder, entries, .. } = listing;
        let content = Arc::new(MemoryContent::default()); // Bytes come from the wheel itself.
        let source = builder.finish(content, String::new()).map_err(limit_of)?;
        Ok((
            Self { dir: Arc::clone(dir), file: name.file.clone(), entries, limit: limits.max_file_bytes },
            source,
        ))
    }
}

struct Listing<'a> {
    builder: Builder<'a>,
    entries: BTreeMap<String, OwnedZipFileEntry>,
    /// Metadata folders, with their contents.
    names: BTreeMap<String, Option<wheel_names::Package>>,
    total: u64,
}

impl Listing<'_> {
    fn take(&mut self, entry: ZipFileEntry<'_>) -> Result<(), WheelError> {
        self.builder.count().map_err(limit_of)?;
        let raw = entry.name_raw();
        let path = match names::archive_path(raw) {
            Ok(path) => path,
            Err(bad) => {
                self.refused(raw, bad);
                return Ok(());
            }
        };
        self.total = self.total.saturating_add(entry.size());
        if self.total > self.builder.limits.max_total_bytes {
            return Err(WheelError::Limit("max_total_bytes"));
        }
        let Some(path) = self.place(&path, raw.ends_with(b"/")) else { return Ok(()) };
        let Some(path) = self.builder.keep_name(path).map_err(limit_of)? else { return Ok(()) };
        let kind = entry.unix_mode().map_or(0, |mode| mode & KIND);
        if !matches!(kind, 0 | REGULAR) {
            self.left_out(&path, "is not an ordinary file");
        } else if entry.encrypted()
            || !matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated)
        {
            self.left_out(&path, "is encrypted, or compressed in an uncommon way");
        } else if self.builder.file(&path, path.clone(), entry.size()).map_err(limit_of)? {
            // Of two with one name the last one is used, as when they are unpacked to a disk.
            self.entries.insert(path, entry.into());
        }
        Ok(())
    }

    /// Where an entry of a wheel is installed; `None` for folders and for files outside packages.
    fn place(&mut self, path: &str, is_folder: bool) -> Option<String> {
        let (top, rest) = path.split_once('/').unwrap_or((path, ""));
        if names::is_a(top, "dist-info") {
            self.names.entry(top.to_owned()).or_insert_with(|| wheel_names::Package::of_folder(top));
        }
        if is_folder {
            return None;
        }
        if names::is_a(top, "data") {
            return rest
                .strip_prefix("purelib/")
                .or_else(|| rest.strip_prefix("platlib/"))
                .map(str::to_owned);
        }
        Some(path.to_owned())
    }

    /// Whether the metadata of the wheel matches its name.
    fn check(&self, name: &WheelName) -> Result<(), WheelError> {
        match self.names.iter().collect::<Vec<_>>().as_slice() {
            [] => Err(WheelError::Damaged("it contains no `.dist-info`".to_owned())),
            [(_, Some(package))] if name.is_of(package) => Ok(()),
            [(folder, _), ..] => Err(WheelError::Name(names::shown(folder.as_bytes()))),
        }
    }

    fn refused(&mut self, raw: &[u8], bad: BadName) {
        self.builder.bad_name(raw, bad);
    }

    fn left_out(&mut self, path: &str, text: &str) {
        let text = format!("{text}, and is skipped");
        self.builder.say_at(
            belljar_schema::Severity::Warning,
            "archive-entry",
            path,
            &text,
            "pack the wheel again",
        );
    }
}

fn limit_of(error: SourceError) -> WheelError {
    match error {
        SourceError::TooMany { limit, .. } | SourceError::ArchiveLimit { limit, .. } => {
            WheelError::Limit(limit)
        }
        other => WheelError::Damaged(other.to_string()),
    }
}
