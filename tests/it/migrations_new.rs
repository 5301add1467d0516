//! `belljar migrations new`: the version that the migrations lack, written into the project.

use std::{fs, os::unix::fs::symlink, path::Path};

use crate::{
    migrations::{DRIFT, version, with_age, with_versions},
    support::{Belljar, Project, Run, write_all},
};

#[track_caller]
fn new(project: &Project, arguments: &[&str]) -> Run {
    Belljar::new(project.path()).arguments(["migrations", "new"]).arguments(arguments).run()
}

#[track_caller]
fn check(project: &Project) -> Run {
    Belljar::new(project.path()).arguments(["migrations", "check", "--fail-on", "note"]).run()
}

/// The names of the files in a folder of a project.
fn names(project: &Project, folder: &str) -> Vec<String> {
    let all = fs::read_dir(project.path().join(folder)).unwrap();
    let mut names: Vec<String> = all.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn read(project: &Project, path: &str) -> String {
    fs::read_to_string(project.path().join(path)).unwrap()
}

/// The path of the file that a run says to have written.
#[track_caller]
fn written(run: &Run) -> String {
    let line = run.stderr.lines().find_map(|line| line.strip_prefix("wrote "));
    line.unwrap_or_else(|| panic!("nothing was written: {run}")).to_owned()
}

/// A project whose models have a column and an index that no migration makes.
fn behind(files: &[(&str, &str)]) -> Project {
    let project = with_versions(files);
    write_all(project.path(), &[("app/models.py", &with_age())]);
    project
}

/// The template of `alembic init`.
const TEMPLATE: &str = r#""""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

# revision identifiers, used by Alembic.
revision: str = ${repr(up_revision)}
down_revision: Union[str, Sequence[str], None] = ${repr(down_revision)}
branch_labels: Union[str, Sequence[str], None] = ${repr(branch_labels)}
depends_on: Union[str, Sequence[str], None] = ${repr(depends_on)}


def upgrade() -> None:
    """Upgrade schema."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Downgrade schema."""
    ${downgrades if downgrades else "pass"}
"#;

#[test]
fn the_version_makes_what_the_models_declare() {
    let project = behind(&[]);
    let run = new(&project, &["-m", "Add an age"]).exits_with(0);
    assert!(run.stdout.contains("follows a1, postgresql") && run.stdout.contains("age"), "{run}");
    let path = written(&run);
    assert!(path.starts_with("db/versions/") && path.ends_with("_add_an_age.py"), "{path}");
    let text = read(&project, &path);
    for part in [
        "\"\"\"Add an age\n",
        "Revises: a1\n",
        "down_revision = 'a1'\n",
        "op.add_column('users', sa.Column('age', sa.Integer(), nullable=False))",
        "op.create_index('ix_users_name', 'users', ['name']",
        "op.drop_column('users', 'age')",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let found = check(&project).exits_with(0);
    assert!(found.stdout.contains("no differences"), "{found}");
    let again = new(&project, &["-m", "Add an age"]).exits_with(3);
    assert!(again.stdout.contains("there is nothing to write"), "{again}");
    assert_eq!(names(&project, "db/versions").len(), 2, "nothing else was written");
    let lint = Belljar::new(project.path()).arguments(["migrations", "lint", "--select", "BJ02,BJ03"]);
    lint.run().exits_with(0);
}

/// The same input gives the same bytes, whether it is printed or written, and in which process it is made.
#[test]
fn the_same_bytes_every_time() {
    let printed = |arguments: &[&str]| {
        let project = behind(&[("db/script.py.mako", TEMPLATE)]);
        let given = ["-m", "m", "--dry-run", "--date", "2026-12-01"];
        let run = new(&project, &[&given, arguments].concat()).exits_with(0);
        assert_eq!(names(&project, "db/versions"), ["a1_users.py"], "nothing is written");
        run.stdout
    };
    let first = printed(&[]);
    assert_eq!(first, printed(&["--isolate=always"]));
    assert_eq!(first, printed(&["--isolate=never"]));
    let project = behind(&[("db/script.py.mako", TEMPLATE)]);
    let run = new(&project, &["-m", "m", "--date", "2026-12-01"]).exits_with(0);
    assert_eq!(read(&project, &written(&run)), first);
    assert!(first.contains("Create Date: 2026-12-01 00:00:00\n\n\"\"\"\nfrom typing import"), "{first}");
    assert!(first.contains("    \"\"\"Upgrade schema.\"\"\"\n    op.add_column('users'"), "{first}");
}

/// The first version of an environment, whose folder of versions need not be there.
#[test]
fn the_first_version() {
    let project = behind(&[("db/script.py.mako", TEMPLATE)]);
    fs::remove_dir_all(project.path().join("db/versions")).unwrap();
    let run = new(&project, &["-m", "first", "--rev-id", "a0"]).exits_with(0);
    assert!(run.stdout.contains("db: a0 is the first version, postgresql"), "{run}");
    assert_eq!(written(&run), "db/versions/a0_first.py");
    let text = read(&project, "db/versions/a0_first.py");
    assert!(text.contains("op.create_table('users',") && text.contains("None] = None\nbranch"), "{text}");
    check(&project).exits_with(0);
}

/// Names, folders and templates are the project's own.
#[test]
fn the_form_of_the_project() {
    let ini = "[alembic]\nscript_location = db\nversion_locations = %(here)s/db/versions %(here)s/more\n\
               file_template = %%(year)d_%%(month).2d_%%(day).2d-%%(rev)s_%%(slug)s\ntruncate_slug_length = 8\n";
    let project = behind(&[("alembic.ini", ini), ("more/README", "")]);
    let given = ["-m", "a long message", "--rev-id", "b2", "--date", "2026-12-01T10:00:00Z"];
    let run = new(&project, &given).exits_with(0);
    assert_eq!(written(&run), "db/versions/2026_12_01-b2_a_long_.py");
    let recursive = "[alembic]\nscript_location = db\nrecursive_version_locations = true\n\
                     file_template = %%(year)d/%%(month).2d/%%(rev)s\n";
    let project = behind(&[("alembic.ini", recursive)]);
    let run = new(&project, &given).exits_with(0);
    assert_eq!(written(&run), "db/versions/2026/12/b2.py");
    check(&project).exits_with(0);
    let toml = "[tool.alembic]\nscript_location = \"db\"\nfile_template = \"%%(rev)s-x\"\n";
    let project = behind(&[("pyproject.toml", toml)]);
    fs::remove_file(project.path().join("alembic.ini")).unwrap();
    assert_eq!(written(&new(&project, &given).exits_with(0)), "db/versions/b2-x.py");
}

/// A template is filled in, and never run: one with code of its own is replaced.
#[test]
fn templates_do_not_run() {
    for hostile in [
        "<% open('/tmp/belljar-ran', 'w') %>\n",
        "${open('/tmp/belljar-ran', 'w')}\n",
        "% if True:\n% endif\n",
        "${message.__class__}\n",
    ] {
        let project = behind(&[("db/script.py.mako", &format!("{hostile}{TEMPLATE}"))]);
        let run = new(&project, &["-m", "m", "--rev-id", "b2"]).exits_with(0);
        assert!(run.stderr.contains("`db/script.py.mako` is not used: "), "{run}");
        assert!(
            read(&project, "db/versions/b2_m.py").starts_with("\"\"\"m\n\nRevision ID: b2\nRevises: a1\n")
        );
        check(&project).exits_with(0);
    }
    assert!(!Path::new("/tmp/belljar-ran").exists());
}

/// A message is a message in the file, in its name and on the terminal.
#[test]
fn hostile_messages() {
    for (number, message) in [
        "\"\"\"\nimport os\nos.system('id')\n\"\"\"",
        "'''; import os #",
        "../../../etc/cron.d/x",
        "a\u{1b}[2Jb\u{202e}c\rd\0e".trim_matches('\0'),
        "${up_revision} <% x %> %(rev)s",
        "::error::x",
        "\\",
        "",
    ]
    .into_iter()
    .enumerate()
    {
        let message = message.replace('\0', "");
        let project = behind(&[("db/script.py.mako", TEMPLATE)]);
        let run = new(&project, &["--message", &message, "--rev-id", "b2"]).exits_with(0);
        let path = written(&run);
        assert!(path.starts_with("db/versions/b2_") && path.matches('/').count() == 2, "{path}");
        assert!(!run.stdout.contains('\u{1b}') && !run.stdout.contains('\u{202e}'), "{run}");
        let shown =
            Belljar::new(project.path()).arguments(["migrations", "show", "head"]).run().exits_with(0);
        assert!(shown.stdout.contains("a1 -> b2 (head)"), "{number}: {shown}");
        check(&project).exits_with(0);
    }
}

/// Nothing is written over a file, through a link, or outside of the directory.
#[test]
fn where_nothing_is_written() {
    let given = ["-m", "m", "--rev-id", "b2"];
    let outside = Project::new(&[("README", "")]);
    let project = behind(&[("db/versions/b2_m.py", "# not a version\n")]);
    let run = new(&project, &given).exits_with(2);
    assert!(run.stderr.contains("cannot write the version file `db/versions/b2_m.py`"), "{run}");
    assert_eq!(read(&project, "db/versions/b2_m.py"), "# not a version\n");

    let project = behind(&[]);
    symlink(outside.path().join("new.py"), project.path().join("db/versions/b2_m.py")).unwrap();
    new(&project, &given).exits_with(2);

    for (name, locations) in [
        ("an absolute folder", outside.path().display().to_string()),
        ("a folder above", "%(here)s/../outside".to_owned()),
    ] {
        let ini = format!("[alembic]\nscript_location = db\nversion_locations = {locations}\n");
        let project = behind(&[("alembic.ini", &ini)]);
        let run = new(&project, &given).exits_with(2);
        assert!(run.stderr.contains("the folder of version files is not in"), "{name}: {run}");
    }

    let project = behind(&[]);
    fs::remove_dir_all(project.path().join("db/versions")).unwrap();
    symlink(outside.path(), project.path().join("db/versions")).unwrap();
    new(&project, &given).exits_with(2);
    assert_eq!(names(&outside, "."), ["README"]);

    let project = behind(&[]);
    for arguments in
        [&["--rev-id", "../x"][..], &["--rev-id", "head"], &["--rev-id", "a1"], &["--rev", "HEAD"]]
    {
        new(&project, &[&["-m", "m"], arguments].concat()).exits_with(2);
    }
    assert_eq!(names(&project, "db/versions"), ["a1_users.py"]);
}

/// Several heads, a broken history, several environments: refused, and what to do is said.
#[test]
fn histories_that_are_not_clear() {
    let fork = [
        ("db/versions/b2.py", &*version("b2", "a1", "pass")),
        ("db/versions/c3.py", &*version("c3", "a1", "pass")),
    ];
    let project = behind(&fork);
    let run = new(&project, &["-m", "m"]).exits_with(2);
    assert!(run.stderr.contains("has several heads: `b2`, `c3`") && run.stderr.contains("--head"), "{run}");
    new(&project, &["-m", "m", "--head", "a1"]).exits_with(2);
    let run = new(&project, &["-m", "m", "--head", "c", "--dry-run"]).exits_with(0);
    assert!(run.stdout.contains("down_revision = 'c3'"), "{run}");
    let run = new(&project, &["-m", "m", "--head", "heads"]).exits_with(0);
    assert!(read(&project, &written(&run)).contains("down_revision = ('b2', 'c3')"), "{run}");
    check(&project).exits_with(0);

    let project = behind(&[("db/versions/c3.py", &version("c3", "b2", "pass"))]);
    let run = new(&project, &["-m", "m"]).exits_with(2);
    assert!(run.stderr.contains("the history is broken: "), "{run}");

    let env = crate::migrations::ENV;
    let other = version("c3", "", "pass");
    let project = behind(&[("other/env.py", env), ("other/versions/c3.py", &other)]);
    let run = new(&project, &["-m", "m"]).exits_with(2);
    assert!(run.stderr.contains("there are several environments: `db`, `other`"), "{run}");
    let run = new(&project, &["-m", "m", "--environment", "db"]).exits_with(0);
    assert!(written(&run).starts_with("db/versions/"), "{run}");
}

/// Renames stay renames, values of enumerations are added, and what is gone is dropped.
#[test]
fn changes_of_all_kinds() {
    let project = with_versions(&[("db/versions/b2.py", &version("b2", "a1", DRIFT))]);
    let run = new(&project, &["-m", "m"]).exits_with(0);
    let text = read(&project, &written(&run));
    for part in ["op.drop_table('old')", "op.drop_column('users', 'age')", "op.drop_index('ix_users_name'"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    check(&project).exits_with(0);

    let models = read(&project, "app/models.py").replace("    name = ", "    title = ");
    let models = models.replace(
        "String(30), nullable=False)",
        "String(30), nullable=False)\n    state = mapped_column(sa.Enum('a', 'b', name='state'))",
    );
    write_all(project.path(), &[("app/models.py", &format!("import sqlalchemy as sa{models}"))]);
    let run = new(&project, &["-m", "n", "--rename", "users.name=title"]).exits_with(0);
    let text = read(&project, &written(&run));
    assert!(
        text.contains("new_column_name='title'") && text.contains("CREATE TYPE state AS ENUM ('a', 'b')"),
        "{text}"
    );
    check(&project).exits_with(0);
    let models = read(&project, "app/models.py").replace("'a', 'b'", "'a', 'b', 'c'");
    write_all(project.path(), &[("app/models.py", &models)]);
    let run = new(&project, &["-m", "o"]);
    let text = read(&project, &written(&run));
    assert!(text.contains("ALTER TYPE state ADD VALUE"), "{text}");
    check(&project).exits_with(0);
}

/// Without models, and as SQL.
#[test]
fn other_forms() {
    let project = behind(&[]);
    let run = new(&project, &["--sql"]).exits_with(0);
    assert!(run.stdout.contains("ALTER TABLE users ADD COLUMN age INTEGER NOT NULL;"), "{run}");
    let run = new(&project, &["--sql", "--dialect", "sqlite"]);
    assert!(run.stdout.contains("-- changes of the models (sqlite)"), "{run}");
    assert_eq!(names(&project, "db/versions"), ["a1_users.py"]);
    let run = new(&project, &["-m", "fill in", "--empty", "--rev-id", "b2"]).exits_with(0);
    assert!(read(&project, &written(&run)).contains("def upgrade():\n    pass\n"), "{run}");
    new(&project, &["--empty", "--sql"]).exits_with(2);
}

/// What can't be determined is a comment in the file and in the output, and no operation.
#[test]
fn what_is_not_known() {
    let models = read(&behind(&[]), "app/models.py");
    let broken = format!(
        "{models}\nclass Other(Base):\n    __tablename__ = unknown_name\n    id = mapped_column(Integer, primary_key=True)\n"
    );
    let body = "op.create_table('others', sa.Column('id', sa.Integer(), primary_key=True))";
    let project = with_versions(&[("db/versions/b2.py", &version("b2", "a1", body))]);
    write_all(project.path(), &[("app/models.py", &broken)]);
    let run = new(&project, &["-m", "m"]).exits_with(1);
    let text = read(&project, &written(&run));
    assert!(text.contains("    # left out: ") && text.contains("others"), "{text}");
    assert!(!text.contains("drop_table") && text.contains("op.add_column('users'"), "{text}");
    assert!(run.stdout.contains("comments in it:\n  left out: "), "{run}");
}
