//! Models that one side includes and the other would exclude: they were moved to an excluded place, or their
//! surroundings were changed so that a rule applies.

use std::collections::BTreeSet;

use belljar_schema::{Diagnostic, Severity};
use belljar_tree::{Node, Tree};

use crate::{
    ExclusionRule, Options, StaticIndex, Tablename, discover,
    exclude::Exclusion,
    imports,
    index::FileFacts,
    model::Finding,
    paths, prefilter,
    scan::{MAX_SOURCE_BYTES, PyFile},
    stack,
};

/// Files of the head that it would exclude, and that contain models which the base includes: by their names, or by the
/// names of the tables. `changed` are the Python files of the head that the base lacks or has in another form.
pub fn moved(base: &Tree, head: &Tree, changed: &BTreeSet<String>, options: &Options) -> BTreeSet<String> {
    stack::with_room(|| find(base, head, changed, options))
}

fn find(base: &Tree, head: &Tree, changed: &BTreeSet<String>, options: &Options) -> BTreeSet<String> {
    let before = Exclusion::new(base, options);
    let after = Exclusion::new(head, options);
    let mut same: BTreeSet<String> = BTreeSet::new();
    let mut other: BTreeSet<String> = BTreeSet::new();
    for (path, _) in head.files().filter(|(path, _)| paths::is_python(path)) {
        let is_changed = changed.contains(path);
        if !is_changed && after.directory(paths::parent(path)) == before.directory(paths::parent(path)) {
            continue;
        }
        let Some(bytes) = read_small_file(head, path) else { continue };
        if !prefilter::scan_hint(&bytes).declares || after.file(path, &imports::outline(&bytes)).is_none() {
            continue;
        }
        let was_seen = read_small_file(base, path)
            .is_some_and(|old| before.file(path, &imports::outline(&old)).is_none());
        if was_seen {
            same.insert(path.to_owned());
        } else if is_changed {
            other.insert(path.to_owned());
        }
    }
    if same.is_empty() && other.is_empty() {
        return BTreeSet::new();
    }
    let found = discover(base, options);
    let candidates: BTreeSet<&str> =
        found.candidates.iter().map(|candidate| candidate.path.as_str()).collect();
    same.retain(|path| candidates.contains(path.as_str()));
    if !other.is_empty() {
        let mut lost = names(&found.index, |path| candidates.contains(path));
        for name in names(&discover(head, options).index, |_| true) {
            lost.remove(&name);
        }
        let declares = |path: &String| declared(head, path).iter().any(|name| lost.contains(name));
        same.extend(other.into_iter().filter(|path| !lost.is_empty() && declares(path)));
    }
    same
}

fn read_small_file(tree: &Tree, path: &str) -> Option<std::sync::Arc<[u8]>> {
    let is_small = matches!(tree.node(path), Some(Node::File(file)) if file.size <= MAX_SOURCE_BYTES);
    tree.read(path).ok().filter(|_| is_small)
}

/// The names of tables that files declare.
fn names(index: &StaticIndex, counts: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let classes = index.classes().iter().filter(|class| counts(&class.path));
    let calls = index.tables().iter().filter(|call| counts(&call.path));
    let of_classes = classes.filter_map(|class| match &class.tablename {
        Tablename::Literal(name) => Some(name.clone()),
        _ => None,
    });
    of_classes.chain(calls.filter_map(|call| call.name.clone())).collect()
}

/// The names of tables that one file declares.
fn declared(tree: &Tree, path: &str) -> BTreeSet<String> {
    let Some(facts) = crate::candidates::facts_of(tree, path) else { return BTreeSet::new() };
    names_of(&facts).collect()
}

fn names_of(facts: &FileFacts) -> impl Iterator<Item = String> {
    let of_classes = facts.classes.iter().filter_map(|class| match &class.decl.tablename {
        Tablename::Literal(name) => Some(name.clone()),
        _ => None,
    });
    of_classes.chain(facts.tables.iter().filter_map(|call| call.name.clone()))
}

/// Diagnostics for files that are included only because the other side includes them.
pub(crate) fn diagnose(files: &[PyFile], findings: &[Finding], index: &StaticIndex) -> Vec<Diagnostic> {
    let kept = files.iter().filter_map(|file| Some((&file.path, file.kept_from?)));
    let found = kept.filter(|(path, _)| findings.iter().any(|finding| finding.path == **path));
    found.map(|(path, rule)| of_file(path, rule, &names(index, |other| other == path))).collect()
}

/// The maximum number of tables in a message.
const MOST_NAMED: usize = 3;

fn of_file(path: &str, rule: ExclusionRule, names: &BTreeSet<String>) -> Diagnostic {
    let mut named: Vec<String> = names.iter().take(MOST_NAMED).map(|name| format!("`{name}`")).collect();
    if names.len() > MOST_NAMED {
        named.push(format!("{} more", names.len() - MOST_NAMED));
    }
    let what =
        if named.is_empty() { "models".to_owned() } else { format!("the models of {}", named.join(", ")) };
    let message = format!(
        "{what} are in `{path}`, which is excluded, because Belljar excludes {}; it is compared this time, as the base \
         has them",
        rule.noun()
    );
    Diagnostic::new(Severity::Error, "models-left-out", message).at(path, 0).hint(match rule.kind() {
        Some(kind) => format!(
            "keep models elsewhere, or pass `--include {kind}`: after the merge, changes there are not seen"
        ),
        None => "keep models elsewhere: after the merge, changes there are not seen".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\n";
    const ORDER: &str = "from shop.base import Base\nfrom sqlalchemy import *\nclass Order(Base):\n    __tablename__ = \
                         'orders'\n    id = Column(Integer, primary_key=True)\n";

    fn kept(before: &[(&str, &str)], after: &[(&str, &str)]) -> Vec<String> {
        let (base, head) = (Tree::in_memory(before.iter().copied()), Tree::in_memory(after.iter().copied()));
        let changed =
            after.iter().filter(|file| !before.contains(file)).map(|(path, _)| (*path).to_owned()).collect();
        moved(&base, &head, &changed, &Options::default()).into_iter().collect()
    }

    #[test]
    fn models_that_move_to_an_excluded_place() {
        let before = [("shop/__init__.py", ""), ("shop/base.py", BASE), ("shop/orders.py", ORDER)];
        let moved_text = format!("# moved\n{ORDER}");
        for path in [
            "tests/models.py",
            "docs/models.py",
            "build/models.py",
            "shop/migrations/m.py",
            "examples/a.py",
            "_vendor/m.py",
            "test_m.py",
        ] {
            for text in [ORDER, moved_text.as_str()] {
                let after = [("shop/__init__.py", ""), ("shop/base.py", BASE), (path, text)];
                assert_eq!(kept(&before, &after), [path]);
            }
        }
        // Controls: a table that is dropped, one that moves to an included place, one that tests have in addition, and
        // one that only they had.
        assert_eq!(kept(&before, &before[..2]), Vec::<String>::new());
        assert_eq!(kept(&before, &[before[0], before[1], ("shop/other.py", ORDER)]), Vec::<String>::new());
        assert_eq!(
            kept(&before, &[before[0], before[1], before[2], ("tests/m.py", ORDER)]),
            Vec::<String>::new()
        );
        let of_tests = [before[0], before[1], ("tests/m.py", ORDER)];
        assert_eq!(kept(&of_tests, &[before[0], before[1], ("tests/n.py", ORDER)]), Vec::<String>::new());
    }

    #[test]
    fn folders_that_get_marks() {
        let before = [("shop/__init__.py", ""), ("shop/base.py", BASE), ("shop/orders.py", ORDER)];
        for mark in ["shop/script.py.mako", "shop/migrate.cfg", "shop/pyvenv.cfg"] {
            let after = [before[0], before[1], before[2], (mark, "")];
            assert_eq!(kept(&before, &after), ["shop/base.py", "shop/orders.py"], "{mark}");
        }
        let revision = format!("revision = 'a'\ndown_revision = None\n{ORDER}");
        assert_eq!(kept(&before, &[before[0], before[1], ("shop/orders.py", &revision)]), ["shop/orders.py"]);
    }

    #[test]
    fn kept_models_are_checked_and_reported() {
        let tree =
            Tree::in_memory([("shop/__init__.py", ""), ("shop/base.py", BASE), ("build/models.py", ORDER)]);
        let options = Options { kept: BTreeSet::from(["build/models.py".to_owned()]), ..Options::default() };
        let found = discover(&tree, &options);
        assert!(found.candidates.iter().any(|candidate| candidate.path == "build/models.py"));
        let diagnose: Vec<_> =
            found.diagnostics.iter().filter(|item| item.code == "models-left-out").collect();
        assert_eq!(diagnose.len(), 1);
        assert_eq!(
            (diagnose[0].severity, diagnose[0].message.as_str()),
            (
                Severity::Error,
                "the models of `orders` are in `build/models.py`, which is excluded, because Belljar excludes build output; it is compared this time, as the base has them"
            )
        );
        assert_eq!(discover(&tree, &Options::default()).diagnostics.len(), 0, "the control");
    }
}
