//! Version files that are broken or hostile: what does not depend on one is recorded without it.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{
    attack::reaching::reaching,
    migrations::with_versions,
    support::{Belljar, Project, Run},
};

const HEADER: &str = "from alembic import op\nimport sqlalchemy as sa\n";

fn version(revision: &str, down: &str, body: &str) -> String {
    format!("{HEADER}revision = '{revision}'\ndown_revision = {down}\n\ndef upgrade():\n    {body}\n")
}

fn table(name: &str) -> String {
    format!("op.create_table('{name}', sa.Column('id', sa.Integer(), primary_key=True))")
}

/// A project with one bad file between good versions: `a1` before it, `c3` behind it.
fn around(bad: &str, down: &str) -> Project {
    with_versions(&[
        ("db/versions/b2_bad.py", bad),
        ("db/versions/c3_last.py", &version("c3", down, &table("last"))),
    ])
}

#[track_caller]
fn check(project: &Project, arguments: &[&str]) -> (Run, Value) {
    let arguments = [&["migrations", "check", "--format", "json", "--fail-on", "never"], arguments].concat();
    let run = Belljar::new(project.path()).arguments(arguments).run().exits_with(0);
    let json: Value = serde_json::from_str(&run.stdout).unwrap();
    let environment = json["environments"][0].clone();
    (run, environment)
}

/// Whether the migrations are known to create a table, and the texts of all doubts and problems.
fn seen(environment: &Value, table: &str) -> (bool, String) {
    let findings = environment["findings"].as_array().unwrap();
    let is_seen = findings.iter().any(|it| it["name"] == table && it["kind"] == "not_declared");
    let lists = [&environment["reasons"], &environment["problems"]];
    let texts = lists.iter().flat_map(|list| list.as_array().unwrap());
    (is_seen, texts.map(|it| it["message"].as_str().unwrap()).collect::<Vec<_>>().join("\n"))
}

/// One bad version costs nothing but itself.
#[test]
fn what_does_not_depend_on_a_bad_version() {
    let good = &version("b2", "'a1'", "pass");
    for (bad, expected) in [
        (version("b2", "'a1'", "while True: pass"), "ended an earlier attempt, and is left out"),
        (format!("{good}\nwhile True: pass"), "ended an earlier attempt, and is left out"),
        (version("b2", "'a1'", "import os\n    os._exit(0)"), ""),
        (version("b2", "'a1'", "import sys\n    sys.exit(3)"), "failed: SystemExit"),
        (version("b2", "'a1'", "raise BaseException('x')"), "failed: BaseException"),
        (format!("{good}\nprint 'Python 2'\n"), ""),
        (version("b2", "'a1'", "x = 0777"), "no function `upgrade` that can be run"),
        (format!("{HEADER}revision = 'b2'\ndown_revision = 'a1'\n"), "no function `upgrade`"),
        (version("b2", "'a1'", "op.nothing_like_this('users')"), ""),
    ] {
        let (run, environment) = check(&around(&bad, "'b2'"), &["--fuel", "40000000000"]);
        let (is_seen, texts) = seen(&environment, "last");
        assert!(is_seen, "{bad}\n{run}");
        assert!(texts.contains(expected), "{bad}\n{texts}\n{run}");
        let is_doubtful = !texts.is_empty() || environment["migrated_in_doubt"] != 0;
        assert!(is_doubtful || bad.contains("print"), "{bad}\n{run}");
    }
}

#[test]
fn files_that_are_no_versions() {
    for bad in ["", "revision", "revision = 1\n", "# revision\n\0", "import app.models\nrevision = None\n"] {
        let (run, environment) = check(&around(bad, "'a1'"), &[]);
        assert_eq!(environment["versions"], 2, "{bad}: {run}");
        assert!(seen(&environment, "last").0, "{bad}: {run}");
    }
}

#[test]
fn histories_that_are_broken() {
    for (bad, down, code) in [
        (version("b2", "'gone'", "pass"), "'a1'", "migration-missing"),
        (version("a1", "None", "pass"), "'a1'", "migration-duplicate"),
        (version("b2", "'b2'", "pass"), "'a1'", "migration-circle"),
        (version("b2", "'a1'", "pass"), "'a1'", "migration-heads"),
    ] {
        let project = around(&bad, down);
        let (run, environment) = check(&project, &[]);
        let problems = environment["problems"].as_array().unwrap();
        assert!(problems.iter().any(|it| it["code"] == code && it["severity"] == "error"), "{code}: {run}");
        assert!(seen(&environment, "last").0, "{code}: {run}");
        Belljar::new(project.path()).arguments(["migrations", "check"]).run().exits_with(1);
    }
}

/// A version that imports the application gets it, without what that imports.
#[test]
fn a_version_that_imports_the_application() {
    let text = "from app.models import User\nfrom absent_cloud import client\n";
    let body = "for user in sa.orm.Session(op.get_bind()).query(User).all():\n        client.send(user)";
    let bad = format!("{text}{}", version("b2", "'a1'", body));
    let (run, environment) = check(&around(&bad, "'b2'"), &[]);
    let (is_seen, texts) = seen(&environment, "last");
    assert!(is_seen && texts.is_empty(), "{texts}\n{run}");
}

#[test]
fn names_that_would_be_commands() {
    let bad = "revision = '\\x1b[31mb2`\\n::error::x'\ndown_revision = 'a1'\n\
               def upgrade():\n    raise ValueError('\\x1b]0;x\\x07')\n";
    let project = around(bad, "'a1'");
    for format in ["text", "markdown", "github"] {
        let arguments = ["migrations", "check", "--format", format, "--fail-on", "never"];
        let run = Belljar::new(project.path()).arguments(arguments).run().exits_with(0);
        for text in [&run.stdout, &run.stderr] {
            assert!(!text.contains(['\u{1b}', '\u{7}']), "{format}: {run}");
            assert!(!text.lines().any(|line| line.starts_with("::error::")), "{format}: {run}");
        }
    }
    let run = Belljar::new(project.path()).arguments(["migrations", "history"]).run().exits_with(0);
    assert!(!run.stdout.contains('\u{1b}'), "{run}");
}

/// What a version sends itself can only be about its own repository.
#[test]
fn forged_frames() {
    let code = "
from belljar_guest import frames
from wit_world.imports.channel import emit
def send(frame): emit(frames.encode(frame))
for data in (b'', b'\\xff' * 100, bytes([99])): emit(data)
send(frames.RecordedHead('db', 'db', 'nonsense', ['h'] * 1000, [], [], [], False, None))
send(frames.RecordedHead('other', '../../etc', 'postgresql', [], [], [], [], False, frames.Place('/etc/passwd', 1)))
";
    let bad = format!("{}\n{}", version("b2", "'a1'", "pass"), reaching(code));
    let (run, environment) = check(&around(&bad, "'b2'"), &[]);
    assert_eq!(environment["dialect"], "postgresql", "{run}");
    assert!(seen(&environment, "last").0, "{run}");
}

/// A thousand versions take seconds, and not minutes.
#[test]
fn a_thousand_versions() {
    let texts: Vec<(String, String)> = (0..1000)
        .map(|number| {
            let down = if number == 0 { "'a1'".to_owned() } else { format!("'v{}'", number - 1) };
            let body = format!("op.add_column('users', sa.Column('c{number}', sa.Integer()))");
            (format!("db/versions/v{number}.py"), version(&format!("v{number}"), &down, &body))
        })
        .collect();
    let files: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let project = with_versions(&files);
    let start = Instant::now();
    let (run, environment) = check(&project, &["--timeout", "30m"]);
    assert_eq!(environment["findings"].as_array().unwrap().len(), 1000, "{run}");
    assert!(start.elapsed() < Duration::from_mins(10), "{:?}", start.elapsed());
}
