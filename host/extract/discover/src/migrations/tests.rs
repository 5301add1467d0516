use belljar_tree::Tree;

use super::{MigrationEnvironment, migration_environments, stray_versions};

const ENV: &str = "from alembic import context\n";

fn version(revision: &str, down: &str) -> String {
    let down = if down.is_empty() { "None".to_owned() } else { format!("'{down}'") };
    format!("revision = '{revision}'\ndown_revision = {down}\ndef upgrade():\n    pass\n")
}

fn find(files: &[(&str, &str)]) -> Vec<MigrationEnvironment> {
    migration_environments(&Tree::in_memory(files.iter().copied()))
}

/// The environments of some files, as texts: name, folder, section, dialect and files.
#[track_caller]
fn finds(why: &str, files: &[(&str, &str)], expected: &[&str]) {
    let found = find(files);
    let text = |it: &MigrationEnvironment| {
        let dialect = it.dialect.as_deref().unwrap_or("-");
        format!("{} in {:?}, {}, {dialect}: {}", it.name, it.folder, it.section, it.versions.join(" "))
    };
    assert_eq!(found.iter().map(text).collect::<Vec<_>>(), expected, "{why}");
}

#[test]
fn where_environments_lie() {
    let (a, b) = (version("a", ""), version("b", "a"));
    finds(
        "the usual one",
        &[
            ("alembic.ini", "[alembic]\nscript_location = alembic\nsqlalchemy.url = postgresql://x/y\n"),
            ("alembic/env.py", ENV),
            ("alembic/versions/a.py", &a),
            ("alembic/versions/b.py", &b),
            ("alembic/versions/__init__.py", ""),
        ],
        &["alembic in \"\", alembic, postgresql: alembic/versions/a.py alembic/versions/b.py"],
    );
    finds(
        "beside its configuration",
        &[
            ("app/alembic.ini", "[alembic]\nscript_location = %(here)s/db/migrations\n"),
            ("app/db/migrations/env.py", ENV),
            ("app/db/migrations/versions/a.py", &a),
        ],
        &["app/db/migrations in \"app\", alembic, -: app/db/migrations/versions/a.py"],
    );
    finds(
        "in a package",
        &[
            ("src/app/alembic.ini", "[alembic]\nscript_location = app:migrations\n"),
            ("src/app/migrations/env.py", ENV),
            ("src/app/migrations/versions/a.py", &a),
        ],
        &["src/app/migrations in \"src/app\", alembic, -: src/app/migrations/versions/a.py"],
    );
    finds(
        "as Flask-Migrate has it",
        &[
            ("migrations/alembic.ini", "[alembic]\nfile_template = %%(rev)s\n"),
            ("migrations/env.py", ENV),
            ("migrations/versions/a.py", &a),
        ],
        &["migrations in \"\", alembic, -: migrations/versions/a.py"],
    );
}

#[test]
fn several_folders_and_several_environments() {
    let (a, b) = (version("a", ""), version("b", "a"));
    finds(
        "in pyproject.toml, with several folders",
        &[
            (
                "pyproject.toml",
                "[tool.alembic]\nscript_location = \"%(here)s/m\"\nversion_locations = [\"m/one\", \"m/two\"]\n",
            ),
            ("m/env.py", ENV),
            ("m/one/a.py", &a),
            ("m/two/b.py", &b),
        ],
        &["m in \"\", alembic, -: m/one/a.py m/two/b.py"],
    );
    finds(
        "several sections; two of the same files are one",
        &[
            (
                "alembic.ini",
                "[DEFAULT]\nscript_location = one\n[one]\n[two]\nscript_location = two\n[three]\nscript_location = one\n",
            ),
            ("one/env.py", ENV),
            ("one/versions/a.py", &a),
            ("two/env.py", ENV),
            ("two/versions/b.py", &b),
        ],
        &["one in \"\", three, -: one/versions/a.py", "two in \"\", two, -: two/versions/b.py"],
    );
    finds(
        "folders for dialects",
        &[("db/env.py", ENV), ("db/versions/sqlite/a.py", &a), ("db/versions/postgresql/b.py", &a)],
        &[
            "db:postgresql in \"\", alembic, postgresql: db/versions/postgresql/b.py",
            "db:sqlite in \"\", alembic, sqlite: db/versions/sqlite/a.py",
        ],
    );
}

#[test]
fn which_files_are_versions() {
    let (a, b) = (version("a", ""), version("b", "a"));
    finds(
        "a folder that the others follow",
        &[("db/env.py", ENV), ("db/versions/b.py", &b), ("db/versions/old/a.py", &a)],
        &["db in \"\", alembic, -: db/versions/b.py db/versions/old/a.py"],
    );
    finds(
        "a folder that no other needs",
        &[("db/env.py", ENV), ("db/versions/a.py", &a), ("db/versions/old/b.py", &b)],
        &["db in \"\", alembic, -: db/versions/a.py"],
    );
    finds(
        "folders with most of the history",
        &[
            ("db/env.py", ENV),
            ("db/versions/a.py", &a),
            ("db/versions/new/expand/b.py", &b),
            ("db/versions/new/contract/c.py", &version("c", "a")),
        ],
        &[
            "db in \"\", alembic, -: db/versions/a.py db/versions/new/contract/c.py db/versions/new/expand/b.py",
        ],
    );
    finds(
        "tests, other files of that name, and a folder that is not there",
        &[
            ("tests/migrations/env.py", ENV),
            ("tests/migrations/versions/a.py", &a),
            ("app/env.py", "import os\n"),
            ("app/versions/x.py", "revision = 1\n"),
            ("alembic.ini", "[alembic]\nscript_location = gone\n"),
        ],
        &[],
    );
}

#[test]
fn a_location_may_not_lead_out_of_the_tree() {
    let a = version("a", "");
    let files = [
        ("alembic.ini", "[alembic]\nscript_location = ../../etc\nversion_locations = /etc ../x\n"),
        ("m/env.py", ENV),
        ("m/versions/a.py", &*a),
    ];
    assert_eq!(find(&files).len(), 1, "only the conventional one");
}

#[test]
fn the_dialect_that_versions_name() {
    for (texts, expected) in [
        (["from sqlalchemy.dialects import mysql\n", "x = 1\n"], Some("mysql")),
        (["x = 1\n", "from sqlalchemy.dialects import postgresql\n"], Some("postgresql")),
        (["from sqlalchemy.dialects import mssql\n", "from sqlalchemy.dialects import mysql\n"], None),
        (["from sqlalchemy.dialects import mysql\n", "import sqlalchemy.dialects.postgresql\n"], None),
        (["x = 1\n", "x = 1\n"], None),
    ] {
        let (a, b) = (version("a", "") + texts[0], version("b", "a") + texts[1]);
        let found = find(&[("m/env.py", ENV), ("m/versions/a.py", &a), ("m/versions/b.py", &b)]);
        assert_eq!(found[0].usual_dialect.as_deref(), expected, "{texts:?}");
    }
}

#[test]
fn versions_of_no_environment() {
    let (a, plugin) = (version("a", ""), version("p", "") + "    op.add_column('users', sa.Column('age'))\n");
    let tree = Tree::in_memory([
        ("m/env.py", ENV),
        ("m/versions/a.py", &*a),
        ("m/old/b.py", &*plugin),
        ("plugins/x/migrations/p.py", &*plugin),
        ("tests/p.py", &*plugin),
        ("plugins/y.py", "down_revision = 1\n"),
    ]);
    let found = stray_versions(&tree, &migration_environments(&tree));
    assert_eq!(found.iter().map(|it| it.path.as_str()).collect::<Vec<_>>(), ["plugins/x/migrations/p.py"]);
    assert!(found[0].words.contains("users") && found[0].words.contains("age"));
}
