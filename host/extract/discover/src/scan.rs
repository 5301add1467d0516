use std::sync::Arc;

use belljar_schema::{Diagnostic, Severity};
use belljar_tree::{ReadError, Tree};

use crate::{
    ExclusionRule, ScanCounts, decode,
    exclude::{self, Exclusion},
    imports::{self, Outline},
    paths,
    prefilter::{self, Hint},
};

/// Larger Python files are not read: they contain data, and parsing takes some thirty times their size in memory.
pub const MAX_SOURCE_BYTES: u64 = 4 << 20;

/// A Python file, after a scan of its bytes.
#[derive(Debug, Clone)]
pub(crate) struct PyFile {
    pub(crate) path: String,
    /// The rule that excludes it.
    pub(crate) rule: Option<ExclusionRule>,
    /// The rule that would exclude it, if another side did not have its contents.
    pub(crate) kept_from: Option<ExclusionRule>,
    pub(crate) hint: Hint,
    pub(crate) outline: Outline,
    /// Whether it could be read.
    pub(crate) readable: bool,
    /// The declared encoding, if Python decodes another text than it seems.
    pub(crate) refused: Option<String>,
    /// The bytes of a file that will be parsed, so that it is read once.
    pub(crate) bytes: Option<Arc<[u8]>>,
}

/// Scans every Python file of the tree, sorted by path. Files in build output are not even read: there can be many, and
/// their contents do not matter.
pub(crate) fn scan(tree: &Tree, exclusion: &Exclusion, diagnostics: &mut Vec<Diagnostic>) -> Vec<PyFile> {
    tree.files()
        .filter(|(path, _)| paths::is_python(path))
        .map(|(path, entry)| {
            let directory_rule = exclusion.directory(crate::paths::parent(path));
            let bytes = match directory_rule {
                Some(ExclusionRule::Build) if !exclusion.keeps(path) => Ok(Vec::new().into()),
                _ if entry.size > MAX_SOURCE_BYTES => Err(too_large(path, entry.size, MAX_SOURCE_BYTES)),
                _ => tree.read(path).map_err(|error| unreadable(path, &error)),
            };
            match bytes {
                Ok(bytes) => scan_file(path, bytes, exclusion),
                Err(diagnostic) => {
                    let rule = exclusion.file(path, &Outline::default());
                    // Excluded files cause no diagnostics.
                    diagnostics.extend(rule.is_none().then_some(diagnostic));
                    let (hint, outline) = (Hint::default(), Outline::default());
                    PyFile {
                        path: path.to_owned(),
                        rule,
                        kept_from: None,
                        hint,
                        outline,
                        readable: false,
                        refused: None,
                        bytes: None,
                    }
                }
            }
        })
        .collect()
}

fn scan_file(path: &str, bytes: Arc<[u8]>, exclusion: &Exclusion) -> PyFile {
    let outline = imports::outline(&bytes);
    let (rule, kept_from) = exclude::kept_from(exclusion, path, &outline);
    let hint = prefilter::scan_hint(&bytes);
    let whole = Arc::clone(&bytes);
    let bytes = (rule.is_none() && hint.declares).then_some(bytes);
    let refused = decode::refused(&whole);
    PyFile { path: path.to_owned(), rule, kept_from, hint, outline, readable: true, refused, bytes }
}

fn too_large(path: &str, size: u64, limit: u64) -> Diagnostic {
    let message = format!("`{path}` has {size} bytes, over the limit of {limit} for a source file");
    Diagnostic::new(Severity::Warning, "too-large", message).at(path, 0).hint(
        "a Python file of this size usually contains data; move it out of the module if it declares tables",
    )
}

fn unreadable(path: &str, error: &ReadError) -> Diagnostic {
    match error {
        ReadError::TooLarge { size, limit, .. } => too_large(path, *size, *limit),
        error => Diagnostic::new(Severity::Error, "unreadable", error.to_string()).at(path, 0),
    }
}

/// Files whose text is not what Python runs, if it runs them at all. An imported module runs, whatever it declares.
pub(crate) fn refused(files: &[PyFile]) -> impl Iterator<Item = Diagnostic> {
    files.iter().filter(|file| file.rule.is_none()).filter_map(|file| {
        let (path, encoding) = (&file.path, file.refused.as_ref()?);
        let message = format!(
            "`{path}` declares the encoding `{encoding}`: Python rejects the file, or decodes another text than it \
             seems"
        );
        let diagnostic = Diagnostic::new(Severity::Error, "refused-encoding", message).at(path, 1);
        Some(diagnostic.hint("save the file as UTF-8 and remove the comment"))
    })
}

/// Counts how the files were treated.
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
    fn counts_explain_why_nothing_was_found() {
        let tree = Tree::in_memory([
            ("README.md", ""),
            ("app.py", "import json\n"),
            ("tests/a.py", "import sqlalchemy\n"),
            ("tests/b.py", ""),
        ]);
        let counts = discover(&tree, &Options::default()).scanned;
        assert_eq!((counts.files, counts.python, counts.hinted, counts.mention_sqlalchemy), (4, 3, 1, 1));
        assert_eq!((counts.parsed, counts.candidates, counts.unreadable), (0, 0, 0));
        assert_eq!(counts.left_out.get(&ExclusionRule::Test), Some(&LeftOut { files: 2, hinted: 1 }));
        assert_eq!(counts.left_out.len(), 1);
    }

    #[test]
    fn only_modules_are_python() {
        assert!(paths::is_python("a/b.py"));
        assert!(!paths::is_python("a/.py") && !paths::is_python("a.pyi") && !paths::is_python("py"));
    }
}
