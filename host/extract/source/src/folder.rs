use std::collections::BTreeMap;

use belljar_tree::FileEntry;

/// The entry for a name in a folder.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Node {
    File(FileEntry),
    Link(Target),
    Folder(Folder),
}

/// The target of a link.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) text: String,
    /// Targets of hard links in archives are relative to the root, those of symbolic links to their folder.
    pub(crate) from_root: bool,
}

/// A directory as it was found, before links are resolved.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Folder {
    pub(crate) children: BTreeMap<String, Node>,
}

impl Folder {
    /// Adds a node at a normalised path. Returns false if there was a conflict: an archive can contain both `a` and
    /// `a/b`, and then the directory stays, in either order.
    pub(crate) fn insert(&mut self, path: &str, node: Node) -> bool {
        let Some((name, rest)) = path.split_once('/') else { return self.insert_here(path, node) };
        let child = self.children.entry(name.to_owned()).or_insert_with(|| Node::Folder(Self::default()));
        if let Node::Folder(folder) = child {
            return folder.insert(rest, node);
        }
        let mut folder = Self::default();
        folder.insert(rest, node);
        *child = Node::Folder(folder);
        false
    }

    fn insert_here(&mut self, name: &str, node: Node) -> bool {
        match (self.children.get(name), &node) {
            (Some(Node::Folder(_)), _) => matches!(node, Node::Folder(_)),
            (existing, _) => {
                let clean = existing.is_none();
                self.children.insert(name.to_owned(), node);
                clean
            }
        }
    }

    /// Whether this is an installed Python environment rather than source. Only a `lib/python*` folder with a usual
    /// name, or the file that `venv` and `virtualenv` write, is proof.
    pub(crate) fn is_environment(&self, name: &str) -> bool {
        if matches!(self.children.get("pyvenv.cfg"), Some(Node::File(_))) {
            return true;
        }
        let Some(Node::Folder(lib)) = self.children.get("lib") else { return false };
        matches!(name, "venv" | ".venv") && lib.children.keys().any(|name| name.starts_with("python"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> Node {
        Node::File(FileEntry { key: "k".into(), size: 1 })
    }

    #[test]
    fn a_directory_wins_over_a_file_in_any_order() {
        let mut first = Folder::default();
        assert!(first.insert("a", file()));
        assert!(!first.insert("a/b", file()));
        let mut second = Folder::default();
        assert!(second.insert("a/b", file()));
        assert!(!second.insert("a", file()));
        assert_eq!(first, second);
    }

    #[test]
    fn an_environment_needs_proof() {
        let mut folder = Folder::default();
        folder.insert("lib/python3.12/os.py", file());
        assert!(folder.is_environment(".venv"));
        assert!(!folder.is_environment("app"));
        let mut other = Folder::default();
        other.insert("pyvenv.cfg/a.py", file());
        assert!(!other.is_environment("app"));
        folder.insert("pyvenv.cfg", file());
        assert!(folder.is_environment("app"));
    }
}
