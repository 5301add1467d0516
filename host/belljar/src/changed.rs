//! Which files of a side have another text than on the other side.

use std::collections::BTreeSet;

use belljar_engine::Source;
use belljar_tree::{FileEntry, Node, Tree};

/// The paths of the Python files of the head that the base lacks, or has with other bytes.
pub(crate) fn python_files(base: &Source, head: &Source) -> BTreeSet<String> {
    let files = head.tree.files().filter(|(path, _)| path.rsplit('.').next() == Some("py"));
    let changed = files.filter(|(path, entry)| match base.tree.node(path) {
        Some(Node::File(before)) => !is_same(path, (&base.tree, before), (&head.tree, entry)),
        _ => true,
    });
    changed.map(|(path, _)| path.to_owned()).collect()
}

/// Whether a file has the same bytes on both sides. Blobs of git have their hash for a key, and are not read.
fn is_same(path: &str, (base, before): (&Tree, &FileEntry), (head, after): (&Tree, &FileEntry)) -> bool {
    if before.size != after.size {
        return false;
    }
    let is_hash = |key: &str| key.len() >= 40 && key.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hash(&before.key) && is_hash(&after.key) {
        return before.key == after.key;
    }
    matches!((base.read(path), head.read(path)), (Ok(before), Ok(after)) if before == after)
}

#[cfg(test)]
mod tests {
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
