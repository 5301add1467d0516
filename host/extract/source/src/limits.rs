use serde::{Deserialize, Serialize};

/// The limits of a source. Sizes are in bytes.
///
/// Each field states the effect of exceeding it: either one file is skipped with a diagnostic, or the whole source is
/// rejected with a [`crate::SourceError`], because half of a bomb can't be trusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceLimits {
    /// Files of the tree, not counting those that appear under the name of a linked directory. Over it:
    /// [`crate::SourceError::TooMany`].
    pub max_files: usize,
    /// Visited names, including directories and excluded files, so that a tree of empty directories ends too. Over it:
    /// [`crate::SourceError::TooMany`].
    pub max_entries: usize,
    /// Size of one file. A larger one is skipped, with the diagnostic `file-too-large`; one that grows over it later
    /// fails to be read with [`belljar_tree::ReadError::TooLarge`].
    pub max_file_bytes: u64,
    /// Size of the archive file itself. Over it: [`crate::SourceError::ArchiveLimit`].
    pub max_archive_bytes: u64,
    /// Unpacked bytes of an archive, kept or not. Over it: [`crate::SourceError::ArchiveLimit`].
    pub max_total_bytes: u64,
    /// Bytes between two files of a tar archive, which contain long names. Over it:
    /// [`crate::SourceError::ArchiveLimit`].
    pub max_header_bytes: u64,
    /// Bytes of an archive's files held in memory. Over it the largest files that are not Python are dropped first,
    /// with the diagnostic `archive-memory`.
    pub max_memory_bytes: u64,
    /// Nesting of directories. Deeper ones are skipped, with the diagnostic `too-deep`.
    pub max_depth: usize,
    /// Length of a path in the tree, and of the target of a link. Longer ones are skipped, with the diagnostic
    /// `path-too-long`.
    pub max_path_bytes: usize,
    /// Length of all paths together, which are held in memory. Over it: [`crate::SourceError::TooMany`].
    pub max_names_bytes: usize,
    /// Symbolic and hard links followed. Further ones are skipped, with the diagnostic `link-limit`.
    pub max_links: usize,
    /// Files and directories that appear under the name of a linked directory. Further ones are skipped, with the
    /// diagnostic `link-limit`.
    pub max_linked_entries: usize,
    /// Size of one `.gitignore`. A larger one has no effect, with the diagnostic `ignore-file`.
    pub max_ignore_bytes: u64,
    /// Memory for a single object of a git repository while it is unpacked. A larger one counts as missing
    /// (`object-missing`).
    pub max_object_bytes: u64,
}

impl Default for SourceLimits {
    /// 200,000 files and 2,000,000 names; 8 MiB a file; archives of 2 GiB that unpack to 2 GiB, 512 MiB of it in
    /// memory; 64 levels; paths of 4,096 bytes, 256 MiB together; 10,000 links with 50,000 entries behind them.
    fn default() -> Self {
        const MIB: u64 = 1 << 20;
        Self {
            max_files: 200_000,
            max_entries: 2_000_000,
            max_file_bytes: 8 * MIB,
            max_archive_bytes: 2048 * MIB,
            max_total_bytes: 2048 * MIB,
            max_header_bytes: MIB,
            max_memory_bytes: 512 * MIB,
            max_depth: 64,
            max_path_bytes: 4096,
            max_names_bytes: 256 << 20,
            max_links: 10_000,
            max_linked_entries: 50_000,
            max_ignore_bytes: MIB / 4,
            max_object_bytes: 256 * MIB,
        }
    }
}
