use belljar_tree::Tree;

use super::{MigrationEnvironment, migration_environments};

const ENV: &str = "from alembic import context\n";

fn version(revision: &str, down: &str) -> String {
    let down = if down.is_empty() { "None".to_owned() } else { format!("'{down}'") };
    format!("revision = '{revision}'\ndown_revision = {down}\ndef upgrade():\n    pass\n")
}

fn find(files: &[(&str, &str)]) -> Vec<MigrationEnvironment> {
    migration_environments(&Tree::in_memory(files.iter().copied()))
}

/// Name, folder, section, dialect and files of the environments.
fn facts(found: &[MigrationEnvironment]) -> Vec<(&str, &str, &str, Option<&str>, Vec<&str>)> {
    found
        .iter()
        .map(|it| {
            let files = it.versions.iter().map(String::as_str).collect();
            (it.name.as_str(), it.folder.as_str(), it.section.as_str(), it.dialect.as_deref(), files)
        })
        .collect()
}

#[test]
fn where_environments_lie() {
    let (a, b) = (version("a", ""), version("b", "a"));
    for (files, expected, why) in [
        (
            vec![
                ("alembic.ini", "[alembic]\nscript_location = alembic\nsqlalchemy.url = postgresql://x/y\n"),
                ("alembic/env.py", ENV),
                ("alembic/versions/a.py", &*a),
                ("alembic/versions/b.py", &*b),
                ("alembic/versions/__init__.py", ""),
            ],
            vec![(
                "alembic",
                "",
                "alembic",
                Some("postgresql"),
                vec!["alembic/versions/a.py", "alembic/versions/b.py"],
            )],
            "the usual one",
        ),
        (
            vec![
                ("app/alembic.ini", "[alembic]\nscript_location = %(here)s/db/migrations\n"),
                ("app/db/migrations/env.py", ENV),
                ("app/db/migrations/versions/a.py", &*a),
            ],
            vec![("app/db/migrations", "app", "alembic", None, vec!["app/db/migrations/versions/a.py"])],
            "beside its configuration",
        ),
        (
            vec![
                ("src/app/alembic.ini", "[alembic]\nscript_location = app:migrations\n"),
                ("src/app/migrations/env.py", ENV),
                ("src/app/migrations/versions/a.py", &*a),
            ],
            vec![(
                "src/app/migrations",
                "src/app",
                "alembic",
                None,
                vec!["src/app/migrations/versions/a.py"],
            )],
            "in a package",
        ),
        (
            vec![
                (
                    "pyproject.toml",
                    "[tool.alembic]\nscript_location = \"%(here)s/m\"\nversion_locations = [\"m/one\", \"m/two\"]\n",
                ),
                ("m/env.py", ENV),
                ("m/one/a.py", &*a),
                ("m/two/b.py", &*b),
            ],
            vec![("m", "", "alembic", None, vec!["m/one/a.py", "m/two/b.py"])],
            "in pyproject.toml, with several folders",
        ),
        (
            vec![
                ("migrations/alembic.ini", "[alembic]\nfile_template = %%(rev)s\n"),
                ("migrations/env.py", ENV),
                ("migrations/versions/a.py", &*a),
            ],
            vec![("migrations", "", "alembic", None, vec!["migrations/versions/a.py"])],
            "as Flask-Migrate has it",
        ),
        (
            vec![
                (
                    "alembic.ini",
                    "[DEFAULT]\nscript_location = one\n[one]\n[two]\nscript_location = two\n[three]\nscript_location = one\n",
                ),
                ("one/env.py", ENV),
                ("one/versions/a.py", &*a),
                ("two/env.py", ENV),
                ("two/versions/b.py", &*b),
            ],
            vec![
                ("one", "", "three", None, vec!["one/versions/a.py"]),
                ("two", "", "two", None, vec!["two/versions/b.py"]),
            ],
            "several sections; two of the same files are one",
        ),
        (
            vec![("db/env.py", ENV), ("db/versions/sqlite/a.py", &*a), ("db/versions/postgresql/b.py", &*a)],
            vec![
                ("db:postgresql", "", "alembic", Some("postgresql"), vec!["db/versions/postgresql/b.py"]),
                ("db:sqlite", "", "alembic", Some("sqlite"), vec!["db/versions/sqlite/a.py"]),
            ],
            "folders for dialects",
        ),
        (
            vec![("db/env.py", ENV), ("db/versions/b.py", &*b), ("db/versions/old/a.py", &*a)],
            vec![("db", "", "alembic", None, vec!["db/versions/b.py", "db/versions/old/a.py"])],
            "a folder that the others follow",
        ),
        (
            vec![("db/env.py", ENV), ("db/versions/a.py", &*a), ("db/versions/old/b.py", &*b)],
            vec![("db", "", "alembic", None, vec!["db/versions/a.py"])],
            "a folder that no other needs",
        ),
        (
            vec![
                ("tests/migrations/env.py", ENV),
                ("tests/migrations/versions/a.py", &*a),
                ("app/env.py", "import os\n"),
                ("app/versions/x.py", "revision = 1\n"),
                ("alembic.ini", "[alembic]\nscript_location = gone\n"),
            ],
            vec![],
            "tests, other files of that name, and a folder that is not there",
        ),
    ] {
        assert_eq!(facts(&find(&files)), expected, "{why}");
    }
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
