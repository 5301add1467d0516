//! Where a configuration is found, in which formats, and what it does.

use serde_json::Value;

use crate::support::{Belljar, Project, Run, commit, repository, write_all};

pub(crate) const MODELS: &str = "from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class Order(Base):
    __tablename__ = 'orders'
    id = Column(Integer, primary_key=True)
    total = Column(Integer)
";

pub(crate) fn without_total() -> String {
    MODELS.replace("    total = Column(Integer)\n", "")
}

#[track_caller]
pub(crate) fn belljar(project: &Project, arguments: &[&str]) -> Run {
    Belljar::new(project.path()).arguments(arguments).run()
}

/// The verdict on the last commit.
#[track_caller]
pub(crate) fn check(project: &Project, more: &[&str]) -> (i32, Value) {
    let fixed = ["check", "rev:HEAD~1", "rev:HEAD", "--format", "json", "--quiet", "--timeout", "30m"];
    let run = belljar(project, &[&fixed[..], more].concat());
    (run.code, serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}\n{run}")))
}

/// Two commits: the models with a column, and without.
pub(crate) fn two(config: &[(&str, &str)]) -> Project {
    let project = repository(&[config, &[("app/models.py", MODELS)]].concat());
    write_all(project.path(), &[("app/models.py", &without_total())]);
    commit(project.path(), "after");
    project
}

pub(crate) fn codes(verdict: &Value) -> Vec<&str> {
    verdict["findings"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect()
}

/// Each format says the same, and is that of the whole repository in a directory of it, with its paths.
#[test]
fn every_format_decides_also_in_a_directory() {
    for (path, text) in [
        ("belljar.toml", "[rules]\ndestructive = { level = 'note', only = ['app/**'] }\n"),
        ("pyproject.toml", "[tool.belljar.rules]\ndestructive = { level = 'note', only = ['app/**'] }\n"),
        ("belljar.yaml", "rules:\n  destructive: {level: note, only: ['app/**']}\n"),
        ("belljar.json", "{\"rules\": {\"destructive\": {\"level\": \"note\", \"only\": [\"app/**\"]}}}\n"),
    ] {
        let project = two(&[(path, text)]);
        for more in [&[][..], &["--repo", "app"]] {
            let (code, verdict) = check(&project, more);
            assert_eq!(code, 0, "{path} {more:?}: {verdict:#}");
            let found = &verdict["findings"][0];
            assert_eq!((found["code"].as_str(), found["severity"].as_str()), (Some("BJ102"), Some("note")));
        }
        assert_eq!(check(&project, &["--no-config"]).0, 1, "{path}");
    }
}

#[test]
fn two_in_one_folder_are_an_error_that_names_both() {
    let project = two(&[("belljar.toml", ""), ("pyproject.toml", "[tool.belljar]\n[tool.belljar.check]\n")]);
    for arguments in [&["check", "rev:HEAD~1", "rev:HEAD"][..], &["lineage"]] {
        let run = belljar(&project, arguments).exits_with(2);
        let names = "one folder has several configurations: `belljar.toml` and `pyproject.toml`";
        assert!(run.stderr.contains(names), "{run}");
    }
    // What is untrusted does not end an extraction.
    let run = belljar(&project, &["extract", "--format", "text"]).exits_with(0);
    assert!(run.stderr.contains("no configuration is used"), "{run}");
}

#[test]
fn one_further_down_has_no_effect() {
    let off = "[rules]\ndestructive = 'off'\n";
    let project = two(&[("belljar.toml", "[check]\nfail-on = 'error'\n"), ("app/belljar.toml", off)]);
    let (code, verdict) = check(&project, &["--repo", "app"]);
    assert_eq!((code, codes(&verdict)), (1, vec!["BJ102"]), "{verdict:#}");
    assert!(verdict["problems"].to_string().contains("`app/belljar.toml` has no effect"), "{verdict:#}");
    // Where the root has none, that of the directory is used.
    let project = two(&[("app/belljar.toml", off)]);
    assert_eq!(check(&project, &["--repo", "app"]).0, 0);
    assert_eq!(check(&project, &[]).0, 1);
}

/// Services with their own generation, databases and owners.
#[test]
fn services() {
    let config = "[check]\ndatabases = ['sqlite']\n[service.old]\npath = 'old'\nsqlalchemy = '1.4'\n\
                  databases = ['postgresql']\n[service.app]\npath = 'app'\n";
    let older = MODELS.replace("orders", "old_orders");
    let project = repository(&[
        ("belljar.toml", config),
        ("requirements.txt", "sqlalchemy==2.0.40\n"),
        ("app/models.py", MODELS),
        ("old/old_models.py", &older),
    ]);
    let document = belljar(&project, &["extract", "--format", "json"]).exits_with(0).document();
    let of_old = document.projects.iter().find(|project| project.path == "old").expect("it runs on its own");
    assert!(of_old.version.starts_with("1.4."), "{of_old:?}");
    assert_eq!(of_old.reason, "`belljar.toml` states `1.4`");
    let document = belljar(&project, &["extract", "old", "--format", "json"]).exits_with(0).document();
    assert!(document.sqlalchemy.version.starts_with("1.4."), "{:?}", document.sqlalchemy);
    assert_eq!(document.sqlalchemy.reason, "`../belljar.toml` states `1.4`");
    let document = belljar(&project, &["extract", "old", "--format", "json", "--sqlalchemy", "2.1"])
        .exits_with(0)
        .document();
    assert!(document.sqlalchemy.version.starts_with("2.1."), "{:?}", document.sqlalchemy);
    // What `explain` and `diff` see of a directory.
    let run = belljar(&project, &["explain", "old_orders.total", "old"]).exits_with(0);
    assert!(run.stderr.contains("SQLAlchemy 1.4.") && run.stdout.contains("old_models.py:9"), "{run}");
    // A column that becomes larger is rewritten in PostgreSQL alone.
    let wider = |text: &str| {
        text.replace("total = Column(Integer)", "total = Column(BigInteger)")
            .replace("Column, Integer", "BigInteger, Column, Integer")
    };
    write_all(project.path(), &[("app/models.py", &wider(MODELS)), ("old/old_models.py", &wider(&older))]);
    commit(project.path(), "wider");
    let run = belljar(&project, &["diff", "rev:HEAD~1", "rev:HEAD", "--repo", "old"]).exits_with(0);
    assert!(run.stderr.matches("SQLAlchemy 1.4.").count() == 2, "{run}");
    assert!(run.stdout.contains("table old_orders") && !run.stdout.contains("table orders"), "{run}");
    let (_, verdict) = check(&project, &[]);
    let paths: Vec<&str> = verdict["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["dialects"].to_string().contains("postgresql"))
        .map(|one| one["spot"]["place"]["path"].as_str().unwrap())
        .collect();
    assert!(!paths.is_empty() && paths.iter().all(|path| *path == "old/old_models.py"), "{verdict:#}");
}
