//! How the version files of two sides differ.

use std::collections::{BTreeMap, BTreeSet};

use belljar_tree::Tree;

use super::{edited::is_same_version, migration_environments, text, versions};

/// The version files that one side has and the other has not, or has in another form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VersionChanges {
    /// The files of the head with a revision that the base has not.
    pub added: BTreeSet<String>,
    /// The files of the head whose revision the base has, where it does something else.
    pub edited: BTreeSet<String>,
    /// The revisions of the base that the head has not, by the paths of their files in the base.
    pub removed: BTreeMap<String, String>,
}

impl VersionChanges {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.edited.is_empty() && self.removed.is_empty()
    }
}

/// The differences between the version files of the environments of two trees.
pub fn version_changes(base: &Tree, head: &Tree) -> VersionChanges {
    let (before, after) = (files(base), files(head));
    let is_unchanged = |path: &String| before.contains(path) && head.is_same(path, base);
    let changed: Vec<&String> = after.iter().filter(|path| !is_unchanged(path)).collect();
    let lost: Vec<&String> = before.iter().filter(|path| !after.contains(*path)).collect();
    if changed.is_empty() && lost.is_empty() {
        return VersionChanges::default();
    }
    let (by_path, of_head) = (revisions(base, &before), revisions(head, &after));
    let by_revision: BTreeMap<&String, &String> =
        by_path.iter().map(|(path, revision)| (revision, path)).collect();
    let mut found = VersionChanges::default();
    for path in changed {
        let own = of_head.get(path);
        let same_path = own.is_some() && by_path.get(path) == own;
        let other = if same_path { Some(path) } else { own.and_then(|own| by_revision.get(own).copied()) };
        let Some(other) = other else {
            found.added.insert(path.clone());
            continue;
        };
        let texts = text(base, other).zip(text(head, path));
        if !texts.is_some_and(|(before, after)| is_same_version(&before, &after)) {
            found.edited.insert(path.clone());
        }
    }
    let kept: BTreeSet<&String> = of_head.values().collect();
    let removed = by_path.iter().filter(|(_, revision)| !kept.contains(revision));
    found.removed = removed.map(|(path, revision)| (path.clone(), revision.clone())).collect();
    found
}

/// The version files of all environments of a tree.
fn files(tree: &Tree) -> BTreeSet<String> {
    migration_environments(tree).into_iter().flat_map(|environment| environment.versions).collect()
}

/// The revisions that files say that they are, by path.
fn revisions(tree: &Tree, files: &BTreeSet<String>) -> BTreeMap<String, String> {
    let revision = |path: &String| {
        let found = versions::revisions(tree, path, "revision").into_iter().next()?;
        Some((path.clone(), found))
    };
    files.iter().filter_map(revision).collect()
}

/// The most bytes of version files whose words are collected.
const MOST_WORDS: usize = 32 << 20;

/// The words in the version files of a tree, in lower case, among which are the names of the tables that they change; `None`
/// without version files.
pub fn version_words(tree: &Tree) -> Option<BTreeSet<String>> {
    let files = files(tree);
    let (mut words, mut left) = (BTreeSet::new(), MOST_WORDS);
    for text in files.iter().filter_map(|path| text(tree, path)) {
        let Some(rest) = left.checked_sub(text.len()) else { break };
        left = rest;
        let found = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        words.extend(found.filter(|word| !word.is_empty()).map(str::to_lowercase));
    }
    (!files.is_empty()).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(revision: &str, body: &str) -> String {
        format!("revision = '{revision}'\ndown_revision = None\ndef upgrade():\n    {body}\n")
    }

    fn tree(files: &[(&str, &str, &str)]) -> Tree {
        let mut all = vec![("db/env.py".to_owned(), "from alembic import context\n".to_owned())];
        all.extend(
            files
                .iter()
                .map(|(name, revision, body)| (format!("db/versions/{name}.py"), version(revision, body))),
        );
        Tree::in_memory(all)
    }

    #[test]
    fn words_of_versions() {
        assert_eq!(version_words(&Tree::in_memory([("a.py", "users")])), None);
        let words = version_words(&tree(&[("a", "1", "op.drop_table('Users')")])).expect("version files");
        assert!(words.contains("users") && words.contains("drop_table") && !words.contains("run_migrations"));
    }

    #[test]
    fn what_differs() {
        let base = tree(&[("a", "1", "f()"), ("b", "2", "g()"), ("c", "3", "h()")]);
        for (head, added, edited, removed) in [
            (&[("a", "1", "f()"), ("b", "2", "g()"), ("c", "3", "h()")][..], "", "", ""),
            (&[("a", "1", "f()"), ("b", "2", "g()"), ("c", "3", "h()"), ("d", "4", "i()")], "d", "", ""),
            (&[("a", "1", "f()"), ("b", "2", "g( )"), ("c", "3", "x()")], "", "c", ""),
            (&[("a", "1", "f()"), ("z", "2", "g()"), ("c", "3", "h()")], "", "", ""),
            (&[("a", "1", "f()"), ("z", "2", "x()"), ("c", "3", "h()")], "", "z", ""),
            (&[("a", "1", "f()"), ("b", "2", "g()")], "", "", "c"),
            (&[("a", "9", "f()"), ("b", "2", "g()"), ("c", "3", "h()")], "a", "", "a"),
        ] {
            let found = version_changes(&base, &tree(head));
            let names = |paths: Vec<&String>| {
                let name = |path: &&String| path.trim_start_matches("db/versions/").replace(".py", "");
                paths.iter().map(name).collect::<Vec<_>>().join(" ")
            };
            assert_eq!(names(found.added.iter().collect()), added, "{head:?}");
            assert_eq!(names(found.edited.iter().collect()), edited, "{head:?}");
            assert_eq!(names(found.removed.keys().collect()), removed, "{head:?}");
            assert_eq!(found.is_empty(), added.is_empty() && edited.is_empty() && removed.is_empty());
        }
    }
}
