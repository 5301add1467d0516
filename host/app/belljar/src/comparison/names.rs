//! Resolves the names of the two sides of a comparison.
//!
//! A name can be that of a revision and that of a file. The author of a change chooses the names of files, so a folder
//! with the name of a branch or a commit must not take its place:
//!
//! 1. `rev:NAME` is a revision, `path:NAME` a path;
//! 2. a URL of a database, and `env:NAME` with the variable of one, is a database;
//! 3. a whole hash is a revision, whatever files exist;
//! 4. a name that begins with `/`, `./` or `../`, or ends with `/`, is a path, as no revision can;
//! 5. the name of a file that is also the name of a commit is an error;
//! 6. a folder in a repository needs more than its bare name, as the intended revision may be missing in this clone;
//! 7. the name of an existing file is a path, all others are revisions.

use std::path::{Path, PathBuf};

use belljar_engine::SourceError;

use crate::{
    cli::Compared,
    database::is_database,
    failure::{Failure, side::SideError},
    side::Side,
    source_config::SourceConfig,
};

/// The branches that may be the default branch, the most reliable first. Full names: no file has one.
const DEFAULT_BRANCHES: [&str; 5] = [
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
];

/// The number of digits of a hash in a message.
const SHORT_HASH: usize = 10;

/// Both sides, by their names.
#[derive(Debug)]
pub(crate) struct Sides {
    pub(crate) base: Side,
    pub(crate) head: Side,
    /// The base that was chosen, if no name was given, for a message.
    pub(crate) chosen: Option<String>,
}

/// Resolves the arguments: `a...b` is the common ancestor of both and `b`, `a..b` the same as `a b`.
pub(crate) fn sides(compared: &Compared, source_config: &SourceConfig) -> Result<Sides, Failure> {
    let names = Names(source_config);
    let given = |base, head| Sides { base, head, chosen: None };
    match (&compared.base, &compared.head) {
        (Some(base), Some(head)) => Ok(given(names.side(base)?, names.side(head)?)),
        (Some(base), None) => match names.range(base)? {
            Some((base, head)) => Ok(given(base, head)),
            None => Ok(given(names.side(base)?, Side::WorkTree)),
        },
        (None, _) => names.default_base(),
    }
}

/// Resolves the name of the only side of a command.
pub(crate) fn one_side(name: Option<&str>, source_config: &SourceConfig) -> Result<Side, Failure> {
    name.map_or(Ok(Side::WorkTree), |name| Names(source_config).side(name))
}

/// Whether a name is that of two sides: `a..b` or `a...b`.
pub(crate) fn is_range(name: &str) -> bool {
    ends(name).is_some()
}

/// What is before and after the first two dots of a range.
fn ends(name: &str) -> Option<(&str, &str)> {
    let revision = name.strip_prefix("rev:");
    let is_one_name = revision.is_none() && (is_path(name) || is_database(name) || name.starts_with("path:"));
    revision.unwrap_or(name).split_once("..").filter(|_| !is_one_name)
}

/// Looks names up in the repository that is read.
#[derive(Clone, Copy)]
struct Names<'a>(&'a SourceConfig);

/// The meaning of a name in a repository.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Commit,
    Unknown,
    NoRepository,
}

impl Names<'_> {
    fn side(self, name: &str) -> Result<Side, Failure> {
        if let Some(revision) = prefixed(name, "rev:")? {
            return Ok(Side::Revision(revision.to_owned()));
        }
        if let Some(path) = prefixed(name, "path:")? {
            return Ok(at_path(path));
        }
        if is_database(name) {
            return Ok(Side::Database(name.to_owned()));
        }
        if is_hash(name) {
            return Ok(Side::Revision(name.to_owned()));
        }
        if is_path(name) {
            return Ok(at_path(name));
        }
        let path = Path::new(name);
        // A broken link exists too.
        if path.symlink_metadata().is_err() {
            return Ok(Side::Revision(name.to_owned()));
        }
        let (is_folder, repo) = (path.is_dir(), self.repo());
        match self.known(name) {
            Known::Commit => Err(SideError::Both { name: name.to_owned(), repo, is_folder }.into()),
            Known::Unknown if is_folder => Err(SideError::BareFolder { name: name.to_owned(), repo }.into()),
            Known::Unknown | Known::NoRepository => Ok(at_path(name)),
        }
    }

    /// The sides of `a..b` and `a...b`; `None` if a name is no range. An omitted end is `HEAD`.
    fn range(self, name: &str) -> Result<Option<(Side, Side)>, Failure> {
        let given = prefixed(name, "rev:")?;
        let Some((one, two)) = ends(name) else { return Ok(None) };
        if given.is_none() && Path::new(name).symlink_metadata().is_ok() {
            let is_folder = Path::new(name).is_dir();
            let (name, repo) = (name.to_owned(), self.repo());
            return Err(SideError::Both { name, repo, is_folder }.into());
        }
        let or_head = |name: &str| if name.is_empty() { "HEAD".to_owned() } else { name.to_owned() };
        let Some(two) = two.strip_prefix('.') else {
            return Ok(Some((Side::Revision(or_head(one)), Side::Revision(or_head(two)))));
        };
        let (one, two) = (or_head(one), or_head(two));
        let common = self.merge_base(&one, &two)?;
        Ok(Some((Side::Revision(common), Side::Revision(two))))
    }

    /// The merge base of `HEAD` and the default branch.
    fn default_base(self) -> Result<Sides, Failure> {
        for branch in DEFAULT_BRANCHES {
            match self.merge_base(branch, "HEAD") {
                Ok(common) => {
                    let name = branch.trim_start_matches("refs/remotes/").trim_start_matches("refs/heads/");
                    let hash: String = common.chars().take(SHORT_HASH).collect();
                    let chosen = Some(format!("{hash}, the merge base of `HEAD` and `{name}`"));
                    return Ok(Sides { base: Side::Revision(common), head: Side::WorkTree, chosen });
                }
                Err(SourceError::UnknownRevision { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(SideError::NoDefaultBranch { repo: self.repo() }.into())
    }

    fn repo(self) -> PathBuf {
        self.0.request.path.clone()
    }

    fn merge_base(self, one: &str, two: &str) -> Result<String, SourceError> {
        belljar_engine::merge_base(&self.0.request, one, two, &self.0.source_limits)
    }

    /// Every commit is the common ancestor of itself and itself.
    fn known(self, name: &str) -> Known {
        match self.merge_base(name, name) {
            Ok(_) => Known::Commit,
            Err(SourceError::NotARepository(_)) => Known::NoRepository,
            Err(_) => Known::Unknown,
        }
    }
}

/// The rest after a prefix, if the name has it.
fn prefixed<'a>(name: &'a str, prefix: &str) -> Result<Option<&'a str>, SideError> {
    match name.strip_prefix(prefix) {
        Some("") => Err(SideError::Empty(prefix.to_owned())),
        rest => Ok(rest),
    }
}

/// A complete hash of SHA-1 or SHA-256.
fn is_hash(name: &str) -> bool {
    matches!(name.len(), 40 | 64) && name.bytes().all(|one| one.is_ascii_hexdigit())
}

/// Whether a name can't be that of a revision.
fn is_path(name: &str) -> bool {
    let starts = ["/", "./", "../"].iter().any(|start| name.starts_with(start));
    starts || name.ends_with('/') || name == "." || name == ".."
}

fn at_path(name: &str) -> Side {
    Side::at_path(PathBuf::from(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_only_be_a_path() {
        for name in [".", "..", "./a", "../a", "/a", "a/", "origin/main/"] {
            assert!(is_path(name), "{name}");
        }
        for name in ["a", "a/b", ".a", "..a", "...", "a..b", "HEAD", "origin/main"] {
            assert!(!is_path(name), "{name}");
        }
    }

    #[test]
    fn what_can_only_be_a_hash() {
        assert!(is_hash(&"a".repeat(40)) && is_hash(&"0F".repeat(32)));
        assert!(!is_hash(&"a".repeat(39)) && !is_hash(&"g".repeat(40)) && !is_hash("HEAD"));
    }

    #[test]
    fn what_names_two_sides() {
        for name in ["a..b", "a...b", "..", "rev:a..b", "rev:../a", "main..."] {
            assert_eq!(is_range(name), name != "..", "{name}");
        }
        for name in ["a", "../a", "./a..b", "path:a..b", "a..b/", "HEAD~1"] {
            assert!(!is_range(name), "{name}");
        }
    }

    #[test]
    fn prefixes() {
        assert_eq!(prefixed("rev:main", "rev:").unwrap(), Some("main"));
        assert_eq!(prefixed("main", "rev:").unwrap(), None);
        assert!(matches!(prefixed("path:", "path:"), Err(SideError::Empty(_))));
    }
}
