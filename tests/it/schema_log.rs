//! `belljar log`: which commits changed the schema.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Belljar, Project, Run, cache, commit, git, repository, write_all};

const HEAD: &str = "from sqlalchemy import *\nm = MetaData()\n";

/// A history with everything that the page shows: a rename, a migration, a merge, and a commit that can't be extracted.
pub(crate) fn example() -> Project {
    let models = |people: &str, columns: &str| {
        format!(
            "from sqlalchemy import Column, Integer, String\nfrom sqlalchemy.orm import DeclarativeBase\n\n\n\
             class Base(DeclarativeBase):\n    pass\n\n\n\
             class Person(Base):\n    __tablename__ = '{people}'\n    id = Column(Integer, primary_key=True)\n    \
             mail = Column(String(80))\n{columns}"
        )
    };
    let (age, required) = ("    age = Column(Integer)\n", "    age = Column(Integer, nullable=False)\n");
    let project = repository(&[
        ("shop/models.py", &models("people", "")),
        ("alembic.ini", "[alembic]\nscript_location = db\n"),
        (
            "db/env.py",
            "from alembic import context\nfrom shop.models import Base\ncontext.configure(target_metadata=Base.metadata)\ncontext.run_migrations()\n",
        ),
        ("shop/__init__.py", ""),
        ("README.md", "A shop\n"),
    ]);
    let change = |files: &[(&str, &str)], message: &str| {
        write_all(project.path(), files);
        commit(project.path(), message);
    };
    let version = "\"\"\"age\"\"\"\nfrom alembic import op\nimport sqlalchemy as sa\nrevision = 'a1'\ndown_revision = None\n\
                   def upgrade():\n    op.add_column('people', sa.Column('age', sa.Integer))\ndef downgrade():\n    op.drop_column('people', 'age')\n";
    change(
        &[("shop/models.py", &models("people", age)), ("db/versions/a1_age.py", version)],
        "Add the age of a person (#7)",
    );
    change(&[("README.md", "A shop, and more\n")], "Say more");
    change(&[("shop/models.py", &models("users", age))], "Merge pull request #9 from shop/users");
    change(&[("shop/models.py", &models("users", required))], "Ages are required");
    project
}

fn log(folder: &Path, arguments: &[&str]) -> Run {
    Belljar::new(folder).arguments(["log"]).arguments(arguments).run()
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let run = log(folder, &[arguments, &["--format", "json"]].concat());
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}\n{run}"))
}

/// The subject and the codes of the changes of each commit.
fn changes(log: &Value) -> Vec<(String, Vec<String>)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let of_commit = |commit: &Value| {
        let codes =
            commit["changes"].as_array().unwrap().iter().map(|change| text(&change["code"])).collect();
        (text(&commit["subject"]), codes)
    };
    log["commits"].as_array().unwrap().iter().map(of_commit).collect()
}

fn pair(subject: &str, codes: &[&str]) -> (String, Vec<String>) {
    (subject.to_owned(), codes.iter().map(|code| (*code).to_owned()).collect())
}

#[test]
fn each_commit_with_its_changes() {
    let project = example();
    let log = json(project.path(), &[]);
    let all = [
        pair("Ages are required", &["modify-column-nullable"]),
        pair("Merge pull request #9 from shop/users", &["rename-table"]),
        pair("Add the age of a person (#7)", &["add-column"]),
        pair("first", &["add-table"]),
    ];
    assert_eq!(changes(&log), all);
    let requests: Vec<_> =
        log["commits"].as_array().unwrap().iter().map(|one| &one["pull_request"]).collect();
    assert_eq!(requests, [&Value::Null, &"#9".into(), &"#7".into(), &Value::Null]);
    assert_eq!(log["commits"][2]["migrations"], serde_json::json!(["db/versions/a1_age.py"]));
    assert_eq!((&log["commits_read"], &log["end"]), (&5.into(), &"root".into()));
    // The same as the diff of both commits.
    let diff = Belljar::new(project.path()).arguments(["diff", "HEAD~1", "HEAD", "--format", "json"]).run();
    let diff: Value = serde_json::from_str(&diff.stdout).unwrap();
    let of_database = |change: &&Value| change["effect"] == "database";
    let expected: Vec<&Value> = diff["changes"].as_array().unwrap().iter().filter(of_database).collect();
    assert_eq!(log["commits"][0]["changes"].as_array().unwrap().iter().collect::<Vec<_>>(), expected);
}

#[test]
fn a_table_and_a_column_under_their_earlier_names() {
    let project = example();
    let subjects = |name: &str| {
        let log = json(project.path(), &[name]);
        changes(&log).into_iter().map(|(subject, _)| subject).collect::<Vec<_>>()
    };
    let (required, renamed, added) =
        ("Ages are required", "Merge pull request #9 from shop/users", "Add the age of a person (#7)");
    assert_eq!(subjects("users"), [required, renamed, added, "first"]);
    assert_eq!(subjects("people"), [renamed, added, "first"]);
    assert_eq!(subjects("users.age"), [required, renamed, added]);
    assert_eq!(subjects("users.mail"), [renamed, "first"]);
    let run = log(project.path(), &["user"]).exits_with(0);
    assert!(run.stdout.contains("no change of it found in 5 commits"), "{run}");
    assert!(run.stderr.contains("did you mean `users"), "{run}");
}

#[test]
fn which_commits_are_read() {
    let project = example();
    let log = |arguments: &[&str]| json(project.path(), arguments);
    let count = |arguments: &[&str]| (log(arguments)["commits_read"].clone(), log(arguments)["end"].clone());
    assert_eq!(count(&["-n", "2"]), (2.into(), "limit".into()));
    assert_eq!(count(&["--rev", "HEAD~3..HEAD~1"]), (2.into(), "base".into()));
    assert_eq!(count(&["--rev", "HEAD~4"]), (1.into(), "root".into()));
    assert_eq!(count(&["--since", "2030-01-01"]), (0.into(), "since".into()));
    // The oldest that is read is compared with its parent all the same.
    assert_eq!(changes(&log(&["-n", "1"])), [pair("Ages are required", &["modify-column-nullable"])]);
    let run = super::schema_log::log(project.path(), &["--rev", "nowhere"]).exits_with(2);
    assert!(run.stderr.contains("nowhere"), "{run}");
}

#[test]
fn merges_first_parent_and_all_parents() {
    let table = |name: &str| format!("Table('{name}', m, Column('id', Integer, primary_key=True))\n");
    let project = repository(&[("a.py", &format!("{HEAD}{}", table("a")))]);
    let path = project.path();
    git(path, &["checkout", "-q", "-b", "side"]);
    write_all(path, &[("b.py", &format!("{HEAD}{}", table("b")))]);
    commit(path, "side");
    git(path, &["checkout", "-q", "main"]);
    write_all(path, &[("c.py", &format!("{HEAD}{}", table("c")))]);
    commit(path, "main");
    git(path, &["merge", "-q", "--no-ff", "-m", "Merge pull request #3 from x/side", "side"]);
    let first = changes(&json(path, &[]));
    let merge = "Merge pull request #3 from x/side";
    assert_eq!(
        first,
        [pair(merge, &["add-table"]), pair("main", &["add-table"]), pair("first", &["add-table"])]
    );
    let mut all: Vec<String> =
        changes(&json(path, &["--all-parents"])).into_iter().map(|(it, _)| it).collect();
    all.sort();
    assert_eq!(all, ["first", "main", "side"], "the merge itself changed nothing");
}

/// What can't be extracted is never skipped, and never taken for a dropped schema.
#[test]
fn an_unknown_commit_is_listed_and_what_happened_around_it_is_not_blamed_on_one() {
    let models = |columns: &str| format!("{HEAD}Table('t', m, Column('id', Integer){columns})\n");
    let project = repository(&[("models.py", &models(""))]);
    let path = project.path();
    let broken = "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): pass\n\
                  def make():\n    class T(Base):\n        __tablename__ = 't'\n        id = 1\n";
    write_all(path, &[("models.py", broken)]);
    commit(path, "broken");
    let id = git(path, &["rev-parse", "HEAD"]);
    write_all(path, &[("models.py", &models(", Column('n', Integer)"))]);
    commit(path, "mended");
    let run = log(path, &[]).exits_with(1);
    let log = json(path, &[]);
    assert_eq!(log["commits"][1]["status"], "not_known", "{run}");
    assert_eq!(log["commits_not_known"], 1);
    assert_eq!(
        changes(&log),
        [pair("mended", &["add-column"]), pair("broken", &[]), pair("first", &["add-table"])]
    );
    assert_eq!(log["commits"][0]["or_in"], serde_json::json!([id]));
    assert!(
        run.stdout.contains("in this commit or in 1 commit before it whose schema is not known"),
        "{run}"
    );
    // The first commit that is known after only unknown ones did not create everything.
    let log = json(path, &["-n", "1"]);
    assert_eq!(log["commits"][0]["status"], "not_known");
    assert_eq!(log["commits"][0]["changes"], serde_json::json!([]));
}

/// A clone without the parents of its oldest commit does not say that this one created everything.
#[test]
fn a_shallow_clone_ends_where_it_ends() {
    let project = example();
    let clone = tempfile::tempdir().unwrap();
    let from = format!("file://{}", project.path().display());
    git(
        project.path(),
        &["clone", "-q", "--depth", "2", &from, clone.path().join("clone").to_str().unwrap()],
    );
    let log = json(&clone.path().join("clone"), &[]);
    assert_eq!(log["commits_read"], 2);
    assert_eq!(log["end"], "missing");
    let last = log["commits"].as_array().unwrap().last().unwrap();
    assert_eq!(last["status"], "not_known", "{last:#}");
    assert!(last["reason"].as_str().unwrap().contains("before this commit is not known"), "{last:#}");
}

/// A cache folder of its own, with the snapshots of all tests.
fn own_cache() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    for entry in fs::read_dir(cache()).unwrap() {
        let entry = entry.unwrap();
        if entry.path().is_file() {
            fs::hard_link(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
    }
    folder
}

#[test]
fn from_the_cache_the_same() {
    let (project, folder) = (example(), own_cache());
    let cached = |arguments: &[&str]| {
        let call = Belljar::new(project.path()).env("BELLJAR_CACHE_DIR", folder.path());
        call.env_remove("BELLJAR_NO_CACHE").arguments(["log"]).arguments(arguments).run()
    };
    for arguments in [&[][..], &["users.age"], &["--format", "csv"], &["--isolate=never"]] {
        let expected = log(project.path(), arguments);
        for round in ["first", "again"] {
            let run = cached(arguments);
            assert_eq!((run.code, &run.stdout), (expected.code, &expected.stdout), "{round}: {arguments:?}");
        }
    }
    let kept = fs::read_dir(folder.path().join("results")).unwrap().count();
    assert_eq!(kept, 5, "a result for each commit");
    assert_eq!(cached(&["-n", "3"]).stdout, log(project.path(), &["-n", "3"]).stdout);
    // A commit more needs only itself and its parent.
    write_all(
        project.path(),
        &[("shop/other.py", &format!("{HEAD}Table('more', m, Column('id', Integer))\n"))],
    );
    commit(project.path(), "more");
    assert_eq!(cached(&[]).stdout, log(project.path(), &[]).stdout);
    assert_eq!(fs::read_dir(folder.path().join("results")).unwrap().count(), 7);
}

/// What a commit says of itself is whatever its author wrote.
#[test]
fn hostile_commits() {
    let project = repository(&[("models.py", &format!("{HEAD}Table('t', m, Column('id', Integer))\n"))]);
    let path = project.path();
    let hostile = "=cmd|' /C calc'!A0 \u{1b}]0;owned\u{7}\u{202e} @everyone <b>x</b> (#12)";
    write_all(
        path,
        &[("models.py", &format!("{HEAD}Table('t', m, Column('id', Integer), Column('=1+1', Integer))\n"))],
    );
    git(path, &["add", "-A"]);
    git(path, &["commit", "-q", "-m", &format!("{hostile}\n\n::error::x\nSee merge request ../../x!1")]);
    git(
        path,
        &["commit", "-q", "--amend", "--no-edit", "--author", "=HYPERLINK(1)\u{1b}[31m <e@example.org>"],
    );
    for format in ["text", "markdown", "json", "csv"] {
        let run = log(path, &["--format", format]).exits_with(0);
        for character in ['\u{1b}', '\u{7}', '\u{202e}'] {
            assert!(!run.stdout.contains(character) && !run.stderr.contains(character), "{format}: {run}");
        }
        assert!(!run.stdout.lines().any(|line| line.starts_with("::")), "{run}");
    }
    let csv = log(path, &["--format", "csv"]).stdout;
    for line in csv.lines() {
        assert!(
            line.split(',').all(|cell| !cell.trim_matches('"').starts_with(['=', '@', '+', '-'])),
            "{line}"
        );
    }
    let log = json(path, &[]);
    assert_eq!(log["commits"][0]["pull_request"], "#12");
}

/// A date that no calendar has, and an object that is none, end nothing.
#[test]
fn dates_and_objects_that_are_none() {
    let project = repository(&[("models.py", &format!("{HEAD}Table('t', m, Column('id', Integer))\n"))]);
    let path = project.path();
    let tree = git(path, &["rev-parse", "HEAD^{tree}"]);
    let parent = git(path, &["rev-parse", "HEAD"]);
    for (name, date) in [("far", "99999999999999999"), ("early", "-5")] {
        let text = format!(
            "tree {tree}\nparent {parent}\nauthor a <a> {date} +0000\ncommitter a <a> {date} +0000\n\nx\n"
        );
        fs::write(path.join("object"), text).unwrap();
        let id = git(path, &["hash-object", "-t", "commit", "-w", "--literally", "object"]);
        let run = log(path, &["--rev", &id, "--format", "json"]);
        assert!(matches!(run.code, 0..=2), "{name}: {run}");
        assert!(!run.stderr.contains("internal error"), "{name}: {run}");
    }
    // A parent that is damaged is not read as another.
    let file = path.join(".git/objects").join(&parent[..2]).join(&parent[2..]);
    write_all(path, &[("other.py", "x = 1\n")]);
    commit(path, "second");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    fs::write(&file, b"nothing").unwrap();
    let log = json(path, &[]);
    assert_eq!(log["end"], "missing", "{log:#}");
    assert_eq!(log["commits"][0]["status"], "not_known");
}
