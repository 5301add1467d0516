use std::sync::Arc;

use belljar_schema::{Diagnostic, Severity};
use belljar_tree::{ReadError, Tree};

use crate::{
    Rule, ScanCounts,
    exclude::Exclusion,
    imports::{self, Outline},
    prefilter::{self, Hint},
};

/// Larger Python files are not read: they hold data, and parsing takes some thirty times their size in memory.
pub const MAX_SOURCE_BYTES: u64 = 4 << 20;

/// A Python file, after one look at its bytes.
#[derive(Debug, Clone)]
pub(crate) struct PyFile {
    pub(crate) path: String,
    /// The rule that leaves it out.
    pub(crate) rule: Option<Rule>,
    pub(crate) hint: Hint,
    pub(crate) outline: Outline,
    /// It could be read.
    pub(crate) readable: bool,
    /// The bytes of a file that will be parsed, so that it is read once.
    pub(crate) bytes: Option<Arc<[u8]>>,
}

/// Looks at every Python file of the tree, sorted by path. Files in build output are not even read: there can
/// be many, and nothing follows from what they say.
pub(crate) fn scan(tree: &Tree, exclusion: &Exclusion, diagnostics: &mut Vec<Diagnostic>) -> Vec<PyFile> {
    tree.files()
        .filter(|(path, _)| is_python(path))
        .map(|(path, entry)| {
            let directory_rule = exclusion.directory(crate::paths::parent(path));
            let bytes = match directory_rule {
                Some(Rule::Build) => Ok(Vec::new().into()),
                _ if entry.size > MAX_SOURCE_BYTES => Err(too_large(path, entry.size, MAX_SOURCE_BYTES)),
                _ => tree.read(path).map_err(|error| unreadable(path, &error)),
            };
            match bytes {
                Ok(bytes) => look(path, bytes, exclusion),
                Err(diagnostic) => {
                    let rule = exclusion.file(path, &Outline::default());
                    // What is left out anyway is nothing to worry about.
                    diagnostics.extend(rule.is_none().then_some(diagnostic));
                    let (hint, outline) = (Hint::default(), Outline::default());
                    PyFile { path: path.to_owned(), rule, hint, outline, readable: false, bytes: None }
                }
            }
        })
        .collect()
}

fn look(path: &str, bytes: Arc<[u8]>, exclusion: &Exclusion) -> PyFile {
    let outline = imports::outline(&bytes);
    let rule = exclusion.file(path, &outline);
    let hint = prefilter::look(&bytes);
    let bytes = (rule.is_none() && hint.declares).then_some(bytes);
    PyFile { path: path.to_owned(), rule, hint, outline, readable: true, bytes }
}

/// Whether a path is that of a Python module. Stub files declare nothing that runs.
pub(crate) fn is_python(path: &str) -> bool {
    path.strip_suffix(".py").is_some_and(|stem| !stem.is_empty() && !stem.ends_with('/'))
}

fn too_large(path: &str, size: u64, limit: u64) -> Diagnostic {
    let message = format!("`{path}` has {size} bytes, over the limit of {limit} for a source file");
    Diagnostic::new(Severity::Warning, "too-large", message).at(path, 0).hint(
        "a Python file of this size holds data as a rule; move it out of the module if it declares tables",
    )
}

fn unreadable(path: &str, error: &ReadError) -> Diagnostic {
    match error {
        ReadError::TooLarge { size, limit, .. } => too_large(path, *size, *limit),
        error => Diagnostic::new(Severity::Error, "unreadable", error.to_string()).at(path, 0),
    }
}

/// Counts what became of the files.
pub(crate) fn count(
    tree: &Tree,
    files: &[PyFile],
    parsed: usize,
    candidates: usize,
    within: Option<&str>,
) -> ScanCounts {
    let concerns = |path: &str| within.is_none_or(|within| crate::paths::is_within(path, within));
    let mut counts = ScanCounts { parsed, candidates, ..ScanCounts::default() };
    counts.files =
        if within.is_none() { tree.len() } else { tree.files().filter(|(path, _)| concerns(path)).count() };
    for file in files.iter().filter(|file| concerns(&file.path)) {
        counts.python += 1;
        counts.hinted += usize::from(file.hint.declares);
        counts.mention_sqlalchemy += usize::from(file.hint.names_library);
        counts.unreadable += usize::from(!file.readable);
        if let Some(rule) = file.rule {
            let left_out = counts.left_out.entry(rule).or_default();
            left_out.files += 1;
            left_out.hinted += usize::from(file.hint.declares);
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LeftOut, Options, discover};

    #[test]
    fn counts_tell_why_nothing_was_found() {
        let tree = Tree::in_memory([
            ("README.md", ""),
            ("app.py", "import json\n"),
            ("tests/a.py", "import sqlalchemy\n"),
            ("tests/b.py", ""),
        ]);
        let counts = discover(&tree, &Options::default()).scanned;
        assert_eq!((counts.files, counts.python, counts.hinted, counts.mention_sqlalchemy), (4, 3, 1, 1));
        assert_eq!((counts.parsed, counts.candidates, counts.unreadable), (0, 0, 0));
        assert_eq!(counts.left_out.get(&Rule::Test), Some(&LeftOut { files: 2, hinted: 1 }));
        assert_eq!(counts.left_out.len(), 1);
    }

    #[test]
    fn only_modules_are_python() {
        assert!(is_python("a/b.py"));
        assert!(!is_python("a/.py") && !is_python("a.pyi") && !is_python("py"));
    }
}
