//! Resolves the names of the two sides of a comparison.
//!
//! A name can be that of a revision and that of a file. The author of a change chooses the names of files, so a folder
//! with the name of a branch or a commit must not take its place:
//!
//! 1. `rev:NAME` is a revision, `path:NAME` a path;
//! 2. a whole hash is a revision, whatever files exist;
//! 3. a name that begins with `/`, `./` or `../`, or ends with `/`, is a path, as no revision can;
//! 4. the name of a file that is also the name of a commit is an error;
//! 5. a folder in a repository needs more than its bare name, as the intended revision may be missing in this clone;
//! 6. the name of an existing file is a path, all others are revisions.

use std::path::{Path, PathBuf};

use belljar_engine::SourceError;

use crate::{
    cli::Compared,
    failure::{Failure, side::SideError},
    side::Side,
    source_config::SourceConfig,
};

/// Resolves the arguments: `a...b` is the common ancestor of both and `b`, `a..b` the same as `a b`.
pub(crate) fn sides(compared: &Compared, source_config: &SourceConfig) -> Result<(Side, Side), Failure> {
    let names = Names(source_config);
    let base = compared.base.as_str();
    match &compared.head {
        Some(head) => Ok((names.side(base)?, names.side(head)?)),
        None => match names.range(base)? {
            Some(both) => Ok(both),
            None => Ok((names.side(base)?, Side::WorkTree)),
        },
    }
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
        let text = given.unwrap_or(name);
        let is_one_name = given.is_none() && (is_path(name) || name.starts_with("path:"));
        let Some((one, two)) = text.split_once("..").filter(|_| !is_one_name) else { return Ok(None) };
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
    fn prefixes() {
        assert_eq!(prefixed("rev:main", "rev:").unwrap(), Some("main"));
        assert_eq!(prefixed("main", "rev:").unwrap(), None);
        assert!(matches!(prefixed("path:", "path:"), Err(SideError::Empty(_))));
    }
}
