use std::path::{Path, PathBuf};

use belljar_schema::{Diagnostic, Severity};
use belljar_tree::Tree;
use cap_std::{ambient_authority, fs::Dir};
use ignore::{
    Match,
    gitignore::{Gitignore, GitignoreBuilder},
};

use super::weight::{MOST, MOST_OF_TREE, weight};
use crate::{
    SourceLimits,
    builder::Builder,
    files::{Small, read_small},
    git, names,
    place::Place,
};

/// The paths that git would ignore: by `.git/info/exclude` and the `.gitignore` of every directory from the top of the
/// work tree downwards. The user's own configuration is not considered, or two users would get different trees.
///
/// Beside a trusted tree, a `.gitignore` below the directory excludes only what the trusted tree's rules exclude too,
/// and nothing that the trusted tree has: a change can't hide files with a rule that it adds.
pub(super) struct Rules {
    /// Path from the top of the work tree to the directory that is read; empty if they are the same.
    base: String,
    /// The rules of each level, the deepest last; it takes precedence.
    levels: Vec<Gitignore>,
    /// The size of each of them.
    weights: Vec<usize>,
    /// The number of levels above the directory that is read.
    above: usize,
    beside: Option<Beside>,
}

/// The tree that the directory is compared with, and its rules by folder, the deepest last.
struct Beside {
    tree: Tree,
    rules: Vec<(String, Gitignore)>,
}

impl Beside {
    /// If the files of the tree are too large together, the last of them are ignored here, so that more is read.
    fn new(tree: &Tree) -> Self {
        let mut left = MOST_OF_TREE;
        let files = tree.files().filter(|(path, _)| names::last(path) == ".gitignore");
        let rules = files.filter_map(|(path, _)| {
            let folder = path.strip_suffix(".gitignore")?.trim_end_matches('/');
            let bytes = tree.read(path).ok()?;
            left = left.checked_sub(Some(weight(&bytes)).filter(|weight| *weight <= MOST)?)?;
            let mut patterns = GitignoreBuilder::new(rooted(folder));
            for line in String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').lines() {
                let _ = patterns.add_line(None, line); // An invalid pattern has no effect here either.
            }
            Some((folder.to_owned(), patterns.build().ok()?))
        });
        let mut rules: Vec<(String, Gitignore)> = rules.collect();
        rules.sort_by_key(|(folder, _)| folder.matches('/').count() + usize::from(!folder.is_empty()));
        Self { tree: tree.clone(), rules }
    }

    fn ignores(&self, path: &str, is_directory: bool) -> bool {
        let holds = |folder: &str| {
            folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        };
        let own = self.rules.iter().rev().filter(|(folder, _)| holds(folder));
        decided(own.map(|(_, rules)| rules), &rooted(path), is_directory).is_some_and(|(_, ignored)| ignored)
    }
}

/// The first rules that match a path, and whether they ignore it.
fn decided<'a>(
    rules: impl Iterator<Item = &'a Gitignore>,
    path: &Path,
    is_directory: bool,
) -> Option<(usize, bool)> {
    rules.enumerate().find_map(|(position, rules)| match rules.matched(path, is_directory) {
        Match::Ignore(_) => Some((position, true)),
        Match::Whitelist(_) => Some((position, false)),
        Match::None => None,
    })
}

impl Rules {
    pub(super) fn none() -> Self {
        Self { base: String::new(), levels: Vec::new(), weights: Vec::new(), above: 0, beside: None }
    }

    /// The same beside a trusted tree.
    pub(super) fn beside(mut self, tree: Option<&Tree>) -> Self {
        self.beside = tree.map(Beside::new);
        self
    }

    /// The rules that apply to a directory from its parents, if it is in a work tree. Its own `.gitignore` is added by
    /// [`Rules::enter`].
    pub(super) fn above(place: &Place, limits: &SourceLimits, builder: &mut Builder<'_>) -> Self {
        let Some((top, base)) = work_tree(place) else { return Self::none() };
        let Ok(dir) = Dir::open_ambient_dir(&top, ambient_authority()) else { return Self::none() };
        let mut rules = Self::none();
        if let Some(bytes) = read_exclude(&top, &dir, limits.max_ignore_bytes) {
            rules.add("", "", &bytes, builder);
        }
        let mut above = String::new();
        for part in base.split('/').filter(|part| !part.is_empty()) {
            let file = Path::new(&above).join(".gitignore");
            if let Ok(Small::Bytes(bytes)) = read_small(&dir, &file, limits.max_ignore_bytes) {
                rules.add(&above, "", &bytes, builder);
            }
            above = names::join(&above, part);
        }
        (rules.base, rules.above) = (base, rules.levels.len());
        rules
    }

    /// Adds the `.gitignore` of a directory. True if there is one, which has to be removed again.
    pub(super) fn enter(&mut self, dir: &Dir, path: &str, builder: &mut Builder<'_>) -> bool {
        let limit = builder.limits.max_ignore_bytes;
        let place = names::join(path, ".gitignore");
        // A link is not followed, as in git.
        match read_small(dir, Path::new(".gitignore"), limit) {
            Ok(Small::Bytes(bytes)) => {
                let root = if path.is_empty() { self.base.clone() } else { names::join(&self.base, path) };
                self.add(&root, &place, &bytes, builder);
                true
            }
            Ok(Small::TooLarge(_)) => {
                let text = format!("has more than {limit} bytes, and is ignored");
                builder.say_at(
                    Severity::Note,
                    "ignore-file",
                    &place,
                    &text,
                    "raise `max-ignore-file-size` in a file of `--limits`",
                );
                false
            }
            Err(_) => false,
        }
    }

    pub(super) fn leave(&mut self) {
        self.levels.pop();
        self.weights.pop();
    }

    /// Whether git would ignore this path. Its parent directories were checked before.
    pub(super) fn ignores(&self, path: &str, is_directory: bool) -> bool {
        let Some(beside) = &self.beside else { return self.ignored(path, is_directory).is_some() };
        if beside.tree.node(path).is_some() {
            return false;
        }
        // An ignored directory may have been entered for files that the other tree has in it.
        let above = path.match_indices('/').filter_map(|(end, _)| Some((path.get(..end)?, true)));
        above.chain([(path, is_directory)]).any(|(path, is_directory)| {
            let by = self.ignored(path, is_directory);
            by.is_some_and(|level| level < self.above || beside.ignores(path, is_directory))
        })
    }

    /// The level that ignores a path.
    fn ignored(&self, path: &str, is_directory: bool) -> Option<usize> {
        let path = rooted(&names::join(&self.base, path));
        let (position, ignored) = decided(self.levels.iter().rev(), &path, is_directory)?;
        ignored.then(|| self.levels.len() - 1 - position)
    }

    fn add(&mut self, folder: &str, place: &str, bytes: &[u8], builder: &mut Builder<'_>) {
        let weight = weight(bytes);
        if self.weights.iter().sum::<usize>() + weight > MOST {
            let text = "exceeds the limit on patterns, together with those above it, and is ignored";
            builder.say_at(Severity::Note, "ignore-file", place, text, "combine patterns");
            return self.push(Gitignore::empty(), 0);
        }
        let mut patterns = GitignoreBuilder::new(rooted(folder));
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        for (index, line) in String::from_utf8_lossy(bytes).lines().enumerate() {
            if let Err(error) = patterns.add_line(None, line) {
                let number = u32::try_from(index + 1).unwrap_or(0);
                let message =
                    format!("pattern without effect: {}", names::shown(error.to_string().as_bytes()));
                builder.report(Diagnostic::new(Severity::Note, "ignore-file", message).at(place, number));
            }
        }
        let built = patterns.build().unwrap_or_else(|error| {
            let text =
                format!("can't be compiled, and is ignored: {}", names::shown(error.to_string().as_bytes()));
            builder.say_at(Severity::Note, "ignore-file", place, &text, "combine patterns");
            Gitignore::empty()
        });
        self.push(built, weight);
    }

    fn push(&mut self, level: Gitignore, weight: usize) {
        self.levels.push(level);
        self.weights.push(weight);
    }
}

/// The matcher strips its root from paths, and would treat any relative path as one below it.
fn rooted(path: &str) -> PathBuf {
    Path::new("/").join(path)
}

/// The top of the work tree that contains a directory, and the path from there on the disk.
fn work_tree(place: &Place) -> Option<(PathBuf, String)> {
    let top = place.work_tree.as_ref()?.top.clone();
    let base: Option<Vec<_>> = place.real.strip_prefix(&top).ok()?.iter().map(|part| part.to_str()).collect();
    Some((top, base?.join("/")))
}

/// The patterns in `.git/info/exclude`, also if `.git` is the file of a linked work tree.
fn read_exclude(top: &Path, dir: &Dir, limit: u64) -> Option<Vec<u8>> {
    if let Some(bytes) = read_rules_file(dir, ".git/info/exclude", limit) {
        return Some(bytes);
    }
    let common = git::common_of_file(top)?;
    read_rules_file(&Dir::open_ambient_dir(common, ambient_authority()).ok()?, "info/exclude", limit)
}

fn read_rules_file(dir: &Dir, path: &str, limit: u64) -> Option<Vec<u8>> {
    match read_small(dir, Path::new(path), limit) {
        Ok(Small::Bytes(bytes)) => Some(bytes),
        _ => None,
    }
}
