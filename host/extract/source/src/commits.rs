//! Commits, and which of them are read.

/// Which commits are read.
#[derive(Debug, Clone, Copy)]
pub struct HistoryRequest<'a> {
    /// The newest commit.
    pub head: &'a str,
    /// A revision whose commits are left out.
    pub base: Option<&'a str>,
    /// Whether all parents of a merge are followed, and not only the first.
    pub all_parents: bool,
    /// The most commits.
    pub most: usize,
    /// Commits from before this time are left out, in seconds since 1970.
    pub since: Option<i64>,
}

/// A part of a history, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// The commits. A commit comes before its parents unless their dates say otherwise.
    pub commits: Vec<Commit>,
    /// Why there are no older ones.
    pub end: HistoryEnd,
}

/// Why a history has no older commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HistoryEnd {
    /// There are none.
    Root,
    /// The base has all others.
    Base,
    /// [`HistoryRequest::most`] was reached.
    Most,
    /// [`HistoryRequest::since`] was reached.
    Since,
    /// This commit is missing or damaged in this clone.
    Missing(String),
}

/// A commit. Its texts are untrusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its hash.
    pub id: String,
    /// The hash of its tree.
    pub tree: String,
    /// The hashes of its parents.
    pub parents: Vec<String>,
    /// The name of its author.
    pub author: String,
    /// The date of its author, in seconds since 1970.
    pub authored: i64,
    /// The date of the commit itself, in seconds since 1970.
    pub committed: i64,
    /// The first line of its message.
    pub subject: String,
    /// The line of its message that names a merge request, as GitLab writes it.
    pub reference: Option<String>,
}
