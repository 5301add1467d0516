use belljar_tree::Tree;

use super::{RelationKind, TextRelation, complete};
use crate::{Options, discover};

fn relations(files: &[(&str, &str)]) -> Vec<TextRelation> {
    discover(&Tree::in_memory(files.iter().copied()), &Options::default()).relations
}

/// The relations of a module, each as `schema.name`, with `*` for a materialized view and `?` without its statement.
fn of_module(body: &str) -> Vec<String> {
    let found = relations(&[("app/setup.py", body), ("app/__init__.py", "")]);
    found.iter().map(shown).collect()
}

fn shown(one: &TextRelation) -> String {
    let schema = one.schema.as_ref().map(|schema| format!("{schema}.")).unwrap_or_default();
    let kind = match one.kind {
        RelationKind::View => "",
        RelationKind::MaterializedView => "*",
        RelationKind::Table => " table",
    };
    let whole = if one.statement.is_none() { "?" } else { "" };
    format!("{schema}{}{kind}{whole}", one.name)
}

#[test]
fn texts_that_create_a_view() {
    for (body, expected) in [
        ("op.execute('CREATE VIEW v AS SELECT 1')", "v"),
        ("def f(c):\n    c.execute(text('create or replace view v as select 1'))", "v"),
        ("DDL('CREATE MATERIALIZED VIEW IF NOT EXISTS s.v AS SELECT 1')", "s.v*"),
        ("x = '''\n-- a comment\nDROP VIEW IF EXISTS v;\nCREATE VIEW v (a, b) AS SELECT 1, 2;\n'''", "v"),
        ("x = 'CREATE VIEW \"My View\" AS SELECT 1'", "My View"),
        ("x = 'CREATE VIEW `d`.`v` AS SELECT 1'", "d.v"),
        ("x = 'CREATE OR ALTER VIEW [dbo].[v] AS SELECT 1'", "dbo.v"),
        ("x = 'CREATE ALGORITHM = MERGE DEFINER=`r`@`%` SQL SECURITY INVOKER VIEW v AS SELECT 1'", "v"),
        ("x = 'CREATE RECURSIVE VIEW v (n) AS SELECT 1'", "v"),
        ("x = 'CREATE VIEW v AS ' + query", "v?"),
        ("x = 'CREATE VIEW v ' 'AS SELECT 1'", "v"),
        ("N = 'v'\nx = f'CREATE VIEW {N} AS SELECT 1'", "v"),
        ("N = 'v'\nx = f'CREATE VIEW {N} AS {q}'", "v?"),
        ("N = 'v'\nx = 'CREATE VIEW %s AS SELECT 1' % N", "v"),
        ("N = 'v'\nx = 'CREATE VIEW {} AS SELECT 1'.format(N)", "v"),
        ("N = 'v'\nx = 'CREATE VIEW {name} AS SELECT 1'.format(name=N)", "v"),
        ("class V(Base):\n    __tablename__ = 'v'\nx = f'CREATE VIEW {V.__tablename__} AS SELECT 1'", "v"),
        ("class V(Base):\n    __tablename__ = 'v'\nx = f'CREATE VIEW {m.V.__table__.name} AS SELECT 1'", "v"),
        ("v = PGView(schema='s', signature='v', definition='SELECT 1')", "s.v"),
        ("v = PGMaterializedView('s', 'v', 'SELECT 1', with_data=False)", "s.v*"),
        ("def f():\n    create_view('v', select(t.c.a), metadata)", "v?"),
        ("def f():\n    create_materialized_view(name='v', selectable=q, metadata=m)", "v*?"),
        ("v = ReplaceableObject('v', 'SELECT 1')\ndef upgrade():\n    op.create_view(v)", "v"),
        ("t = Table('v', metadata)\nCreateView(t, q)", "v?"),
    ] {
        assert_eq!(of_module(body), [expected], "{body}");
    }
}

#[test]
fn texts_that_create_none() {
    for body in [
        "'''CREATE VIEW v AS SELECT 1'''",
        "def f():\n    'CREATE VIEW v AS SELECT 1'",
        "# CREATE VIEW v AS SELECT 1",
        "x = 'you need the privilege CREATE VIEW v AS root'",
        "x = 'CREATE VIEW'",
        "x = 'CREATE VIEW v'",
        "x = 'DROP VIEW v'",
        "x = 'ALTER VIEW v RENAME TO w'",
        "x = 'CREATE TABLE v AS SELECT view FROM x'",
        "x = 'GRANT CREATE VIEW TO v'",
        "x = f'CREATE VIEW {name} AS SELECT 1'",
        "x = f'CREATE VIEW v_{name} AS SELECT 1'",
        "N = 'v'\nN = 'w'\nx = f'CREATE VIEW {N} AS SELECT 1'",
        "x = 'SELECT \\'; CREATE VIEW v AS SELECT 1\\''",
        "x = 'SELECT $a$; CREATE VIEW v AS SELECT 1; $a$'",
        "admin.create_view('users')",
        "dashboard.create_view('users', columns=['a'])",
        "create_review('users', select(a))",
        "preview('CREATE VIEWPORT users AS x')",
        "op.drop_view('v')",
        "x = 'CREATE TEMP VIEW v AS SELECT 1'",
        "x = 'CREATE OR REPLACE TEMPORARY VIEW v AS SELECT 1'",
        "x = 'CREATE GLOBAL TEMPORARY VIEW v AS SELECT 1'",
    ] {
        assert_eq!(of_module(body), [""; 0], "{body}");
    }
}

#[test]
fn files_that_count() {
    let view = "def upgrade():\n    op.execute('CREATE VIEW v AS SELECT 1')\n";
    let sql = "CREATE TABLE x (a int);\nGO\n/*!50001 CREATE VIEW `v` AS SELECT 1 */;\n";
    for (path, text, line) in [
        ("alembic/versions/1.py", view, Some(2)),
        ("app/db.py", view, Some(2)),
        ("db/views/v.sql", sql, Some(3)),
        ("db/V.SQL", sql, Some(3)),
        ("tests/test_v.py", view, None),
        ("tests/v.sql", sql, None),
        ("docs/v.py", view, None),
        ("venv/x.py", view, None),
        ("v.txt", sql, None),
    ] {
        let found = relations(&[(path, text)]);
        assert_eq!(found.first().map(|one| one.line), line, "{path}: {found:?}");
    }
}

#[test]
fn tables_of_the_same_names() {
    let (view, table) =
        ("op.execute('CREATE VIEW v AS SELECT 1')\n", "op.create_table('v', x)\nop.create_table('w')\n");
    let shown = |files: &[(&str, &str)]| relations(files).iter().map(shown).collect::<Vec<_>>();
    assert_eq!(
        shown(&[("alembic/versions/1.py", table), ("alembic/versions/2.py", view)]),
        ["v", "v table?"]
    );
    assert_eq!(
        shown(&[("alembic/1.py", view), ("alembic/2.sql", "CREATE TABLE v (a int);")]),
        ["v", "v table?"]
    );
    assert_eq!(shown(&[("alembic/versions/1.py", table)]), [""; 0]);
    // A view that stood in for a table while that was renamed is gone when the table has the name.
    for renamed in [
        "op.rename_table('old', 'v')",
        "op.rename_table('old', new_table_name='v')",
        "op.execute('ALTER TABLE old RENAME TO v')",
        "op.execute('alter table if exists only \"s\".\"old\" rename to \"v\"')",
        "op.execute('RENAME TABLE old TO v')",
    ] {
        let text = format!("{renamed}\n");
        let found = shown(&[("alembic/versions/1.py", &text), ("alembic/versions/2.py", view)]);
        let of_schema = if renamed.contains("\"s\"") { "s.v table?" } else { "v table?" };
        assert_eq!(found, ["v", of_schema], "{renamed}");
    }
    for other in [
        "op.rename_table('v', 'old')",
        "op.execute('ALTER TABLE v RENAME TO old')",
        "op.execute('ALTER TABLE old RENAME COLUMN a TO v')",
        "op.execute('ALTER TABLE old RENAME CONSTRAINT a TO v')",
        "op.execute('ALTER VIEW old RENAME TO v')",
    ] {
        let text = format!("{other}\n");
        let found = shown(&[("alembic/versions/1.py", &text), ("alembic/versions/2.py", view)]);
        assert_eq!(found, ["v"], "{other}");
    }
}

#[test]
fn of_too_many_names_each_is_whole() {
    let body = "op.execute('CREATE VIEW a AS SELECT 1')\nop.execute('CREATE VIEW b AS SELECT 1')\n\
                op.execute('CREATE VIEW c AS SELECT 1')\nop.execute('CREATE TABLE b (x INTEGER)')\n";
    let files =
        [("migrations/versions/1.py", body), ("alembic.ini", "[alembic]\nscript_location = migrations\n")];
    let all = relations(&files);
    for (most, kept) in
        [(0, ""), (1, "a"), (2, "a"), (3, "a b b table"), (4, "a b c b table"), (9, "a b c b table")]
    {
        let found: Vec<String> = complete(all.clone(), most).iter().map(shown).collect();
        let words: Vec<&str> = found.iter().map(|one| one.trim_end_matches('?')).collect();
        assert_eq!(words.join(" "), kept, "{most}");
    }
}
