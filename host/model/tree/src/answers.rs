//! Whether two trees answer alike.

use crate::{
    Node, Tree,
    reads::{About, Reads},
};

impl Reads {
    /// Whether `other` would have given all answers that `one` gave.
    pub fn are_same(&self, one: &Tree, other: &Tree) -> bool {
        self.answers().is_some_and(|all| all.iter().all(|(path, about)| about.is_same(path, one, other)))
    }
}

impl About {
    fn is_same(self, path: &str, one: &Tree, other: &Tree) -> bool {
        let is_same_node = match (one.node(path), other.node(path)) {
            (Some(Node::File(one)), Some(Node::File(other))) => one.size == other.size,
            (Some(Node::Directory), Some(Node::Directory)) | (None, None) => true,
            _ => false,
        };
        is_same_node
            && (!self.listed || is_same_listing(path, one, other))
            && (!self.read || one.node(path).is_none() || one.is_same(path, other))
    }
}

/// Whether two trees have the same names of the same kinds in a directory.
fn is_same_listing(path: &str, one: &Tree, other: &Tree) -> bool {
    fn entries<'a>(tree: &'a Tree, path: &'a str) -> impl Iterator<Item = (&'a str, bool)> {
        let is_directory = move |name: &str| {
            let child = if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
            matches!(tree.node(&child), Some(Node::Directory))
        };
        tree.list(path).map(move |name| (name, is_directory(name)))
    }
    entries(one, path).eq(entries(other, path))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::reads::MOST;

    fn base() -> Tree {
        Tree::in_memory([("a/b.py", "x"), ("a/c.py", "y"), ("d.py", "z"), ("e/f.py", "")])
    }

    /// Asks for something, and tells whether another tree would have answered the same.
    fn asked(ask: impl FnOnce(&Tree), other: &Tree) -> bool {
        let (tree, reads) = (base(), Arc::new(Reads::default()));
        ask(&tree.watched(Arc::clone(&reads)));
        assert!(reads.are_same(&tree, &tree.clone()), "itself");
        reads.are_same(&tree, other)
    }

    #[test]
    fn what_was_not_asked_for_does_not_matter() {
        let other = Tree::in_memory([("a/b.py", "x"), ("a/c.py", "other"), ("g.md", "")]);
        assert!(asked(|_| {}, &other));
        assert!(asked(|tree| drop(tree.read("a/b.py")), &other));
        assert!(asked(|tree| _ = tree.node("a/b.py"), &other));
        assert!(asked(|tree| _ = tree.resolve("a", "../a/b.py"), &other));
        assert!(asked(|tree| _ = tree.list("a").count(), &other));
        assert!(asked(|tree| _ = tree.node("absent"), &other), "neither has it");
    }

    #[test]
    fn what_was_asked_for_does() {
        let read = |path: &'static str| move |tree: &Tree| drop(tree.read(path));
        let other = |files: &[(&str, &str)]| Tree::in_memory(files.iter().copied());
        let same = [("a/b.py", "x"), ("a/c.py", "y"), ("d.py", "z"), ("e/f.py", "")];
        assert!(!asked(read("a/b.py"), &other(&[("a/b.py", "w")])), "other bytes of the same size");
        assert!(!asked(read("a/b.py"), &other(&[("d.py", "z")])), "it is gone");
        let absent = [same.as_slice(), &[("absent", "")]].concat();
        assert!(!asked(|tree| _ = tree.node("absent"), &other(&absent)), "it is there now");
        assert!(!asked(read("absent"), &other(&absent)));
        assert!(!asked(|tree| _ = tree.resolve("", "a/absent"), &other(&[("a/absent", "")])));
        let more = [same.as_slice(), &[("a/n.py", "")]].concat();
        assert!(!asked(|tree| _ = tree.list("a").count(), &other(&more)), "a name more");
        assert!(!asked(|tree| _ = tree.list_after("a", Some("b.py")), &other(&more)));
        assert!(asked(|tree| _ = tree.list("e").count(), &other(&more)));
        let replaced = other(&[("a/b.py/x", ""), ("a/c.py", "y")]);
        assert!(!asked(|tree| _ = tree.list("a").count(), &replaced), "a directory in place of a file");
        assert!(!asked(|tree| _ = tree.node("a/b.py"), &replaced));
        let longer = other(&[("a/b.py", "xx")]);
        assert!(!asked(|tree| _ = tree.node("a/b.py"), &longer), "the size is an answer too");
    }

    #[test]
    fn more_than_is_remembered_is_not_the_same() {
        let ask = |tree: &Tree| (0..=MOST).for_each(|number| _ = tree.node(&number.to_string()));
        let (tree, reads) = (base(), Arc::new(Reads::default()));
        ask(&tree.watched(Arc::clone(&reads)));
        assert!(!reads.are_same(&tree, &tree.clone()));
    }

    #[test]
    fn a_directory_of_a_tree_is_watched_too() {
        let reads = Arc::new(Reads::default());
        drop(base().watched(Arc::clone(&reads)).read("a/b.py"));
        assert!(!reads.are_same(&base(), &Tree::default()));
    }
}
