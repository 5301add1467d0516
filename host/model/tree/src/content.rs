use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use thiserror::Error;

/// Why the bytes of a file are not available.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub enum ReadError {
    /// The tree has no such file.
    #[error("no file `{0}` in the tree")]
    NotFound(String),
    /// The file is over the size limit.
    #[error("`{path}` has {size} bytes, over the limit of {limit}")]
    TooLarge {
        /// Path in the tree.
        path: String,
        /// The size of the file, in bytes.
        size: u64,
        /// The limit, in bytes.
        limit: u64,
    },
    /// The underlying storage failed.
    #[error("can't read `{path}`: {message}")]
    Io {
        /// Path in the tree.
        path: String,
        /// The message of the storage.
        message: String,
    },
}

/// The contents of a tree's files.
pub trait Content: Send + Sync {
    /// The bytes of the file with this key, which is the entry's [`crate::FileEntry::key`].
    fn read(&self, key: &str) -> Result<Arc<[u8]>, ReadError>;

    /// Whether a key is a hash of the file's bytes, so that the same key always has the same bytes. Not so where reading
    /// failed: another storage may have what this one lacks.
    fn is_hash(&self, _key: &str) -> bool {
        false
    }
}

/// Bytes in memory: for archives, and for tests.
#[derive(Debug, Clone, Default)]
pub struct MemoryContent(pub BTreeMap<String, Arc<[u8]>>);

impl Content for MemoryContent {
    fn read(&self, key: &str) -> Result<Arc<[u8]>, ReadError> {
        self.0.get(key).cloned().ok_or_else(|| ReadError::NotFound(key.to_owned()))
    }
}

/// What was read of every file while it could be, errors too.
pub(crate) struct HeldContent {
    pub(crate) files: BTreeMap<String, Result<Arc<[u8]>, ReadError>>,
    /// Keys that are hashes.
    pub(crate) hashes: BTreeSet<String>,
}

impl Content for HeldContent {
    fn read(&self, key: &str) -> Result<Arc<[u8]>, ReadError> {
        self.files.get(key).cloned().unwrap_or_else(|| Err(ReadError::NotFound(key.to_owned())))
    }

    fn is_hash(&self, key: &str) -> bool {
        self.hashes.contains(key)
    }
}

/// The bytes of files of several trees, by their hashes.
#[derive(Debug, Default)]
pub struct Pool {
    files: BTreeMap<String, Arc<[u8]>>,
    bytes: u64,
}

impl Pool {
    /// The size of all files in bytes.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// A file whose key is a hash, from memory if it was read before.
    pub(crate) fn read(&mut self, key: &str, content: &dyn Content) -> Result<Arc<[u8]>, ReadError> {
        if let Some(known) = self.files.get(key) {
            return Ok(Arc::clone(known));
        }
        let read = content.read(key)?;
        self.bytes += read.len() as u64;
        self.files.insert(key.to_owned(), Arc::clone(&read));
        Ok(read)
    }
}
