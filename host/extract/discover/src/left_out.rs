//! Models in a folder of migrations that are not part of a migration.

use belljar_schema::{Diagnostic, Severity};
use belljar_tree::Tree;

use crate::{ExclusionRule, Reason, candidates, paths, scan::PyFile};

/// The maximum number of files in diagnostics, and of files that are checked.
const MOST_NAMED: usize = 10;
const MOST: usize = 200;

/// Diagnostics for files that declare tables, and that the rule about migrations excludes because of the name of a
/// folder.
pub(crate) fn diagnose(tree: &Tree, files: &[PyFile]) -> Vec<Diagnostic> {
    let of_migrations =
        files.iter().filter(|file| file.rule == Some(ExclusionRule::Migration) && file.readable);
    let others = of_migrations.filter(|file| file.hint.declares && !is_of_migration(file)).take(MOST);
    let reported = others.filter(|file| declares(tree, &file.path)).take(MOST_NAMED).map(|file| {
        let message =
            format!("`{}` declares tables, but is excluded, because it is next to migrations", file.path);
        Diagnostic::new(Severity::Note, "left-out", message)
            .at(&file.path, 0)
            .hint("pass `--include migrations` to include it, or name it with `--only`")
    });
    reported.collect()
}

/// A revision, code that runs revisions, or code next to them.
fn is_of_migration(file: &PyFile) -> bool {
    let is_versions = |directory: &str| paths::file_name(directory) == "versions";
    file.outline.is_revision
        || paths::file_name(&file.path) == "env.py"
        || paths::ancestors(paths::parent(&file.path)).any(is_versions)
}

/// Whether importing a file would create tables.
fn declares(tree: &Tree, path: &str) -> bool {
    candidates::facts_of(tree, path).is_some_and(|facts| {
        let classes = facts.classes.iter().filter(|class| !class.decl.in_function);
        let mut reasons =
            classes.filter_map(|class| class.reason).chain(facts.reasons.iter().map(|found| found.0));
        reasons.any(|reason| matches!(reason, Reason::DeclaredClass | Reason::Table))
    })
}

#[cfg(test)]
mod tests {
    use belljar_tree::Tree;

    use crate::{Options, discover};

    fn reported(path: &str, text: &str) -> bool {
        let tree = Tree::in_memory([(path, text), ("models.py", "Base = declarative_base()\n")]);
        let found = discover(&tree, &Options::default());
        found.diagnostics.iter().any(|one| one.code == "left-out" && one.message.contains(path))
    }

    #[test]
    fn models_that_lie_with_migrations() {
        let class = "class A(Base):\n    __tablename__ = 'a'\n";
        let call = "from sqlalchemy import *\nTable('a', MetaData(), Column('id', Integer))\n";
        for text in [class, call] {
            assert!(reported("alembic/models.py", text) && reported("app/migrations/models.py", text));
            for path in ["app/models.py", "alembic/versions/a.py", "alembic/env.py", "tests/models.py"] {
                assert!(!reported(path, text), "{path}");
            }
        }
        for text in [
            "from alembic import op\nimport sqlalchemy as sa\ndef upgrade(): op.create_table('a', sa.Column('x'))\n",
            "revision = 'a'\ndown_revision = None\nclass A(Base):\n    __tablename__ = 'a'\n",
            "import sqlalchemy\ndef f():\n    class A(Base):\n        __tablename__ = 'a'\n",
        ] {
            assert!(!reported("alembic/other.py", text), "{text}");
        }
    }
}
