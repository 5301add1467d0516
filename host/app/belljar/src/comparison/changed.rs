//! Which files of a side have another text than on the other side.

use std::collections::BTreeSet;

use belljar_engine::{Around, Source, StaticIndex};
use belljar_schema::Diagnostic;

use crate::side::Loaded;

/// The paths of the Python files of the head that the base lacks, or has with other bytes.
pub(crate) fn python_files(base: &Source, head: &Source) -> BTreeSet<String> {
    let files = head.tree.files().filter(|(path, _)| path.rsplit('.').next() == Some("py"));
    files.filter(|(path, _)| !head.tree.is_same(path, &base.tree)).map(|(path, _)| path.to_owned()).collect()
}

/// Diagnostics of files of the head that Python loads in place of those that were read. There are none where a side is a document.
pub(crate) fn loaded_instead(base: &Loaded, head: &Loaded) -> Vec<Diagnostic> {
    let (Some(before), Some(after)) = (&base.source, &head.source) else { return Vec::new() };
    let roots = [base, head].into_iter().filter_map(|side| side.index.as_ref()).flat_map(StaticIndex::roots);
    let compiled = after.compiled.iter().filter(|(path, hash)| before.compiled.get(*path) != Some(hash));
    let compiled = compiled.map(|(path, _)| (path.clone(), before.compiled.contains_key(path))).collect();
    let around = Around {
        roots: &roots.cloned().collect(),
        libraries: &libraries(),
        declaring: &base.index.as_ref().map(declaring).unwrap_or_default(),
        compiled: &compiled,
    };
    belljar_engine::loaded_instead(&before.tree, &after.tree, around)
}

/// The files with a class or a table in them.
fn declaring(index: &StaticIndex) -> BTreeSet<String> {
    let classes = index.classes().iter().map(|class| class.path.clone());
    classes.chain(index.tables().iter().map(|table| table.path.clone())).collect()
}

/// The names by which the libraries are imported that the snapshots carry: those of their projects, of which many have
/// `python-` or `py` before them.
fn libraries() -> BTreeSet<String> {
    let packages = belljar_snapshots::ALL.iter().flat_map(|packed| packed.packages);
    let names = packages.flat_map(|package| {
        let name = package.name.to_lowercase().replace(['-', '.'], "_");
        let short = name.strip_prefix("python_").or_else(|| name.strip_prefix("py"));
        let short = short.map(str::to_owned);
        short.into_iter().chain([name])
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use belljar_tree::Tree;

    use super::*;

    #[test]
    fn libraries_have_the_names_of_their_imports() {
        let known = libraries();
        for name in [
            "sqlalchemy",
            "sqlmodel",
            "alembic",
            "flask_sqlalchemy",
            "geoalchemy2",
            "yaml",
            "dateutil",
            "oslo_db",
        ] {
            assert!(known.contains(name), "{name}: {known:?}");
        }
    }

    #[test]
    fn files_that_differ() {
        let source = |files: &[(&str, &str)]| Source {
            tree: Tree::in_memory(files.iter().map(|(path, text)| (*path, *text))),
            diagnostics: Vec::new(),
            description: String::new(),
            compiled: std::collections::BTreeMap::new(),
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
