//! One read-only tree of files, for all later stages.
//!
//! A [`Tree`] is a list of paths with a [`Content`] that provides their bytes. Where the bytes come
//! from (a directory, a git object store, an archive) is known only to the crate `belljar-source`; tests use
//! [`Tree::in_memory`]. Nothing here writes, and no path leads out: a tree knows its own files only.

mod answers;
mod content;
mod reads;
mod resolve;
mod tree;

pub use content::{Content, MemoryContent, Pool, ReadError};
pub use reads::Reads;
pub use resolve::{LONGEST_PATH, ResolveError};
pub use tree::{FileEntry, Node, Tree};
