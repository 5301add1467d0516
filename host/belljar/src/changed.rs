//! Which files of a side have another text than on the other side.

use std::collections::BTreeSet;

use belljar_engine::Source;

/// The paths of the Python files of the head that the base lacks, or has with other bytes.
pub(crate) fn python_files(base: &Source, head: &Source) -> BTreeSet<String> {
    let files = head.tree.files().filter(|(path, _)| path.rsplit('.').next() == Some("py"));
    files.filter(|(path, _)| !head.tree.is_same(path, &base.tree)).map(|(path, _)| path.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use belljar_tree::Tree;

    use super::*;

    #[test]
    fn files_that_differ() {
        let source = |files: &[(&str, &str)]| Source {
            tree: Tree::in_memory(files.iter().map(|(path, text)| (*path, *text))),
            diagnostics: Vec::new(),
            description: String::new(),
        };
        let base = source(&[
            ("same.py", "a"),
            ("other.py", "b"),
            ("longer.py", "c"),
            ("gone.py", ""),
            ("x.txt", "1"),
        ]);
        let head = source(&[
            ("same.py", "a"),
            ("other.py", "B"),
            ("longer.py", "cc"),
            ("new.py", ""),
            ("x.txt", "2"),
        ]);
        let found = python_files(&base, &head);
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), ["longer.py", "new.py", "other.py"]);
    }
}
