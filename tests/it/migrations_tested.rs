//! `belljar migrations test`, `validate` and `merge`.

use std::{fs, path::Path};

use serde_json::Value;

use crate::support::{Belljar, Project, Run};

const MODELS: &str = "from sqlalchemy import *\nm = MetaData()\nTable('users', m, Column('id', Integer, primary_key=True), \
                      Column('name', String(30)))\n";
const ENV: &str = "from alembic import context\nfrom app.models import m\ncontext.configure(target_metadata=m)\n\
                   context.run_migrations()\n";
const CREATE: (&str, &str) =
    ("op.create_table('users', sa.Column('id', sa.Integer, primary_key=True))", "op.drop_table('users')");
const ADD: (&str, &str) =
    ("op.add_column('users', sa.Column('name', sa.String(30)))", "op.drop_column('users', 'name')");

/// A version file, with `upgrade` and `downgrade`.
fn version(revision: &str, down: &str, (up, back): (&str, &str)) -> String {
    let indented = |text: &str| text.replace('\n', "\n    ");
    format!(
        "from alembic import op\nimport sqlalchemy as sa\nrevision = '{revision}'\ndown_revision = {down}\n\
         def upgrade():\n    {}\ndef downgrade():\n    {}\n",
        indented(up),
        indented(back)
    )
}

/// A project with versions: revision, what it follows, and both functions.
fn project(versions: &[(&str, &str, (&str, &str))]) -> Project {
    let files: Vec<(String, String)> = versions
        .iter()
        .map(|(revision, down, body)| (format!("db/versions/{revision}.py"), version(revision, down, *body)))
        .collect();
    let common = [
        ("app/__init__.py", ""),
        ("app/models.py", MODELS),
        ("alembic.ini", "[alembic]\nscript_location = db\n"),
        ("db/env.py", ENV),
    ];
    let files = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    Project::new(&files.chain(common).collect::<Vec<_>>())
}

fn run(folder: &Path, arguments: &[&str]) -> Run {
    Belljar::new(folder).arguments(["migrations"]).arguments(arguments).run()
}

/// The result of each test.
fn results(run: &Run) -> Vec<String> {
    let json: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}\n{run}"));
    let tests = json["environments"][0]["tests"].as_array().unwrap();
    tests
        .iter()
        .map(|it| format!("{} {}", it["name"].as_str().unwrap(), it["result"].as_str().unwrap()))
        .collect()
}

const NAMES: [&str; 6] = ["single-head", "history", "upgrade", "up-down-up", "models", "downgrade-not-empty"];

/// All tests pass but these.
#[track_caller]
fn all_but(project: &Project, others: &[(&str, &str)]) -> Run {
    let run = run(project.path(), &["test", "--format", "json"]);
    let result = |name: &str| others.iter().find(|(other, _)| *other == name).map_or("passed", |(_, it)| *it);
    let expected: Vec<String> = NAMES.iter().map(|name| format!("{name} {}", result(name))).collect();
    assert_eq!(results(&run), expected, "{run}");
    let is_failed = others.iter().any(|(_, result)| matches!(*result, "failed" | "not_known"));
    run.exits_with(i32::from(is_failed))
}

#[test]
fn versions_that_pass() {
    let project = project(&[("a1", "None", CREATE), ("b2", "'a1'", ADD)]);
    all_but(&project, &[]);
    let text = run(project.path(), &["test"]).exits_with(0);
    assert!(text.stdout.contains("passed: 6 of 6 tests passed"), "{text}");
    let junit = run(project.path(), &["test", "--format", "junit"]).exits_with(0);
    assert!(junit.stdout.contains("tests=\"6\"") && junit.stdout.contains("failures=\"0\""), "{junit}");
}

#[test]
fn what_downgrade_does_not_return() {
    let drop_too_much = (ADD.0, "op.drop_column('users', 'name')\nop.drop_column('users', 'id')");
    let run = all_but(
        &project(&[("a1", "None", CREATE), ("b2", "'a1'", drop_too_much)]),
        &[("up-down-up", "failed")],
    );
    assert!(
        run.stdout.contains("`downgrade` does not return the schema before: `users`: column id dropped"),
        "{run}"
    );
    let nothing = (ADD.0, "pass");
    let both = [("up-down-up", "failed"), ("downgrade-not-empty", "warning")];
    let run = all_but(&project(&[("a1", "None", CREATE), ("b2", "'a1'", nothing)]), &both);
    assert!(run.stdout.contains("`users`: column name added"), "{run}");
    let refuses = (ADD.0, "raise NotImplementedError('one way')");
    let run =
        all_but(&project(&[("a1", "None", CREATE), ("b2", "'a1'", refuses)]), &[("up-down-up", "failed")]);
    assert!(run.stdout.contains("NotImplementedError: one way"), "{run}");
}

#[test]
fn other_tests_that_fail() {
    all_but(&project(&[("a1", "None", CREATE)]), &[("models", "failed")]);
    let heads = project(&[
        ("a1", "None", CREATE),
        ("b2", "'a1'", ADD),
        ("c3", "'a1'", ("op.execute('SELECT 1')", "op.execute('SELECT 1')")),
    ]);
    let run = all_but(&heads, &[("single-head", "failed")]);
    assert!(run.stdout.contains("there are 2 heads"), "{run}");
}

/// What is not known is a result of its own, and passes only where that is asked for.
#[test]
fn what_is_not_known_never_passes() {
    let unknown = (ADD.0, "from absent_package import undo\nundo(op)\n1 / 0");
    let project = project(&[("a1", "None", CREATE), ("b2", "'a1'", unknown)]);
    let found = all_but(&project, &[("up-down-up", "not_known")]);
    assert!(found.stdout.contains("is not known"), "{found}");
    run(project.path(), &["test", "--allow-not-known"]).exits_with(0);
    let junit = run(project.path(), &["test", "--format", "junit"]).exits_with(1);
    assert!(junit.stdout.contains("errors=\"1\""), "{junit}");
}

/// A version that ends its process, or prints a result of its own, passes nothing.
#[test]
fn hostile_versions() {
    let exits = (ADD.0, "import os\nos._exit(0)");
    let found =
        run(project(&[("a1", "None", CREATE), ("b2", "'a1'", exits)]).path(), &["test", "--format", "json"]);
    assert_eq!(found.code, 1, "{found}");
    assert!(!results(&found).contains(&"up-down-up passed".to_owned()), "{found}");
    let named = (ADD.0, "raise NotImplementedError('\\x1b]0;x\\x07\\n::error::x')");
    let project = project(&[("a1", "None", CREATE), ("b2", "'a1'", named)]);
    for format in ["text", "json", "junit"] {
        let found = run(project.path(), &["test", "--format", format]).exits_with(1);
        assert!(!found.stdout.contains(['\u{1b}', '\u{7}']), "{found}");
        assert!(!found.stdout.lines().any(|line| line.starts_with("::")), "{found}");
    }
}

#[test]
fn the_history_alone() {
    let good = project(&[("a1", "None", CREATE), ("b2", "'a1'", ADD)]);
    let found = run(good.path(), &["validate"]).exits_with(0);
    assert!(found.stdout.contains("passed: 2 of 2 tests passed"), "{found}");
    for (versions, expected) in [
        (vec![("a1", "None", CREATE), ("b2", "'x9'", ADD)], "x9"),
        (vec![("a1", "'b2'", CREATE), ("b2", "'a1'", ADD)], "circle"),
        (vec![("a1", "None", CREATE), ("b2", "'a1'", ADD), ("c3", "'a1'", ADD)], "2 heads"),
    ] {
        let found = run(project(&versions).path(), &["validate"]).exits_with(1);
        assert!(found.stdout.contains(expected), "{expected}: {found}");
    }
}

#[test]
fn heads_are_merged() {
    let two = project(&[
        ("a1", "None", CREATE),
        ("b2", "'a1'", ADD),
        ("c3", "'a1'", ("op.execute('SELECT 1')", "pass")),
    ]);
    let shown = run(two.path(), &["merge", "--dry-run"]).exits_with(0);
    assert!(shown.stdout.contains("down_revision = ('b2', 'c3')"), "{shown}");
    run(two.path(), &["merge", "--rev-id", "d4"]).exits_with(0);
    assert_eq!(fs::read_dir(two.path().join("db/versions")).unwrap().count(), 4);
    run(two.path(), &["validate"]).exits_with(0);
    let again = run(two.path(), &["merge"]).exits_with(3);
    assert!(again.stdout.contains("nothing to merge"), "{again}");
    assert_eq!(fs::read_dir(two.path().join("db/versions")).unwrap().count(), 4, "nothing is written");
}
