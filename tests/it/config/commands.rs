//! `belljar config`, `belljar init`, and options of the environment.

use serde_json::Value;

use super::files::{MODELS, belljar, two};
use crate::support::{Belljar, Project, git};

fn config(project: &Project, variables: &[(&str, &str)], more: &[&str]) -> (i32, Value) {
    let call = Belljar::new(project.path()).arguments(["config", "--format", "json"]).arguments(more);
    let run = variables.iter().fold(call, |call, (name, value)| call.env(name, value)).run();
    (run.code, serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}\n{run}")))
}

fn setting<'a>(report: &'a Value, name: &str) -> (&'a str, &'a str, Option<&'a str>) {
    let all = report["settings"].as_array().unwrap();
    let one = all.iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("{name}: {report:#}"));
    (one["value"].as_str().unwrap(), one["source"].as_str().unwrap(), one["from"].as_str())
}

/// Command line, environment, file, default.
#[test]
fn precedence() {
    let project = Project::new(&[("belljar.toml", "\n[check]\nfail-on = 'note'\n"), ("models.py", MODELS)]);
    let (code, report) = config(&project, &[], &[]);
    assert_eq!((code, report["file"].as_str()), (0, Some("belljar.toml")));
    assert_eq!(setting(&report, "check.fail-on"), ("\"note\"", "file", Some("belljar.toml:3")));
    assert_eq!(setting(&report, "check.doubtful"), ("\"warning\"", "default", None));
    let variables = [("BELLJAR_FAIL_ON", "warning"), ("BELLJAR_FAIL_NO", "x")];
    let (code, report) = config(&project, &variables, &[]);
    assert_eq!(setting(&report, "check.fail-on"), ("\"warning\"", "environment", Some("BELLJAR_FAIL_ON")));
    assert_eq!(report["problems"][0]["hint"], "did you mean `BELLJAR_FAIL_ON`?", "{report:#}");
    assert_eq!(code, 1);
    let (_, report) = config(&project, &variables, &["--fail-on", "never"]);
    assert_eq!(setting(&report, "check.fail-on"), ("\"never\"", "command-line", None));
    // A separate process has the same, without an environment.
    let (_, report) = config(&project, &variables, &["--isolate"]);
    assert_eq!(setting(&report, "check.fail-on"), ("\"warning\"", "environment", Some("BELLJAR_FAIL_ON")));
}

#[test]
fn what_is_wrong_is_named() {
    let text =
        "[check]\nfail_on = 'note'\n[service.a]\npath = 'a'\n[rules]\nBJ101 = { only = ['gone/**'] }\n";
    let project = Project::new(&[("belljar.toml", text), ("models.py", MODELS)]);
    let run = belljar(&project, &["config"]).exits_with(1);
    assert!(run.stdout.contains("belljar.toml:2: unknown key `fail_on` in `check`"), "{run}");
    assert!(run.stdout.contains("did you mean `fail-on`?"), "{run}");
    let project =
        Project::new(&[("belljar.toml", &text.replace("fail_on", "fail-on")), ("models.py", MODELS)]);
    let run = belljar(&project, &["config"]).exits_with(1);
    assert!(run.stdout.contains("belljar.toml:3: `service.a.path` is `a`, which has no files"), "{run}");
    assert!(run.stdout.contains("`rules.BJ101.only` has `gone/**`, which matches no file"), "{run}");
}

#[test]
fn variables_are_options() {
    let project = two(&[]);
    let run = |name: &str, value: &str| {
        let arguments = ["check", "rev:HEAD~1", "rev:HEAD", "--quiet", "--timeout", "30m"];
        Belljar::new(project.path()).arguments(arguments).env(name, value).run()
    };
    run("BELLJAR_FAIL_ON", "never").exits_with(0);
    let wrong = run("BELLJAR_FAIL_ON", "nevr").exits_with(2);
    assert!(wrong.stderr.contains("set by the environment variable `BELLJAR_FAIL_ON`"), "{wrong}");
    let wrong = run("BELLJAR_NO_CONFIG", "maybe").exits_with(2);
    assert!(wrong.stderr.contains("the environment variable `BELLJAR_NO_CONFIG` is invalid"), "{wrong}");
}

#[test]
fn init_writes_what_is_not_there() {
    let project = Project::new(&[
        ("models.py", MODELS),
        ("requirements.txt", "SQLAlchemy~=2.0\npsycopg\n"),
        (".github/dependabot.yml", "version: 2\n"),
        (".pre-commit-config.yaml", "repos: []\n"),
    ]);
    git(project.path(), &["init", "-q"]);
    let read = |path: &str| std::fs::read_to_string(project.path().join(path));
    for arguments in [&["init", "--dry-run"][..], &["init"]] {
        let run = belljar(&project, arguments);
        assert!(run.stdout.contains("belljar.toml is new:"), "{run}");
        assert!(read("belljar.toml").is_err(), "{run}");
    }
    let run = belljar(&project, &["init", "--yes"]).exits_with(0);
    assert!(run.stdout.contains("wrote belljar.toml\nwrote .github/workflows/belljar.yml\n"), "{run}");
    assert!(run.stdout.contains(".pre-commit-config.yaml exists, and is not changed; add to it:"), "{run}");
    assert!(read("belljar.toml").unwrap().contains("databases = [\"postgresql\"]"));
    assert_eq!(read(".pre-commit-config.yaml").unwrap(), "repos: []\n");
    belljar(&project, &["config"]).exits_with(0);
    // Another time there is nothing to do.
    std::fs::write(project.path().join("belljar.toml"), "# mine\n").unwrap();
    let run = belljar(&project, &["init", "--yes"]).exits_with(0);
    assert!(!run.stdout.contains("wrote"), "{run}");
    assert_eq!(read("belljar.toml").unwrap(), "# mine\n");
}

/// A link of the checkout does not choose where something is written.
#[test]
fn init_follows_no_link() {
    let project = Project::new(&[("models.py", MODELS)]);
    let elsewhere = Project::new(&[("x", "")]);
    git(project.path(), &["init", "-q"]);
    git(project.path(), &["remote", "add", "origin", "https://github.com/acme/shop"]);
    std::os::unix::fs::symlink(elsewhere.path(), project.path().join(".github")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path().join("new.toml"), project.path().join("belljar.toml"))
        .unwrap();
    belljar(&project, &["init", "--yes"]).exits_with(2);
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 1);
}

/// A repository without models is not set up by accident.
#[test]
fn init_without_models_writes_nothing() {
    let project = Project::new(&[("main.go", "package main\n"), ("tool.py", "import json\n")]);
    git(project.path(), &["init", "-q"]);
    git(project.path(), &["remote", "add", "origin", "https://github.com/acme/shop"]);
    for arguments in [&["init", "--yes"][..], &["init", "--dry-run"], &["init"]] {
        let run = belljar(&project, arguments).exits_with(2);
        assert!(run.stderr.contains("no models were found"), "{run}");
        assert!(run.stderr.contains("write the files with `--force`"), "{run}");
        assert_eq!(run.stdout, "", "{run}");
    }
    assert!(!project.path().join(".github").exists() && !project.path().join("belljar.toml").exists());
    belljar(&project, &["init", "--yes", "--force"]).exits_with(0);
    assert!(project.path().join("belljar.toml").exists());
}
