use std::{collections::BTreeMap, sync::Arc};

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
        /// Size in bytes.
        size: u64,
        /// Limit in bytes.
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
}

/// Bytes in memory: for archives, and for tests.
#[derive(Debug, Clone, Default)]
pub struct MemoryContent(pub BTreeMap<String, Arc<[u8]>>);

impl Content for MemoryContent {
    fn read(&self, key: &str) -> Result<Arc<[u8]>, ReadError> {
        self.0.get(key).cloned().ok_or_else(|| ReadError::NotFound(key.to_owned()))
    }
}

/// The contents that were read in advance, including errors.
pub(crate) struct HeldContent(pub(crate) BTreeMap<String, Result<Arc<[u8]>, ReadError>>);

impl Content for HeldContent {
    fn read(&self, key: &str) -> Result<Arc<[u8]>, ReadError> {
        self.0.get(key).cloned().unwrap_or_else(|| Err(ReadError::NotFound(key.to_owned())))
    }
}
