//! A change that brings a configuration of its own, in any format and place. Expected: that of the base counts, and what the
//! change brings is a finding. Each control shows that the same counts where the head is trusted.

use serde_json::Value;

use crate::{
    config::files::{MODELS, check, codes, without_total},
    support::{Project, commit, repository, write_all},
};

const STRICT: &str = "[check]\nfail-on = 'error'\ndatabases = ['postgresql']\n";

/// A base with these files beside the models, and a head that drops a column and has further files.
fn change(base: &[(&str, &str)], head: &[(&str, &str)]) -> Project {
    let project = repository(&[base, &[("app/models.py", MODELS)]].concat());
    write_all(project.path(), &[head, &[("app/models.py", &without_total())]].concat());
    commit(project.path(), "after");
    project
}

fn review(verdict: &Value) -> Vec<&str> {
    let findings = verdict["findings"].as_array().unwrap().iter();
    findings.filter(|one| one["code"] == "BJ010").map(|one| one["message"].as_str().unwrap()).collect()
}

const OFF: [(&str, &str); 4] = [
    ("belljar.toml", "[rules]\ndestructive = 'off'\n"),
    ("pyproject.toml", "[tool.belljar.rules]\ndestructive = 'off'\n"),
    ("belljar.yaml", "rules: {destructive: off}\n"),
    ("belljar.json", "{\"rules\": {\"destructive\": \"off\"}}"),
];

#[test]
fn settings_in_another_format() {
    for (path, text) in OFF {
        let project = change(&[], &[(path, text)]);
        let (code, verdict) = check(&project, &[]);
        assert_eq!(code, 1, "{path}: {verdict:#}");
        assert!(codes(&verdict).contains(&"BJ102"), "{path}: {verdict:#}");
        assert!(review(&verdict)[0].starts_with("`rules.destructive` is new"), "{path}: {verdict:#}");
        let found =
            verdict["findings"].as_array().unwrap().iter().find(|one| one["code"] == "BJ010").unwrap();
        assert_eq!(found["spot"]["place"]["path"], path);
        assert_eq!(check(&project, &["--config-from", "head"]).0, 0, "{path}");
    }
}

/// A second file beside that of the base does not make the base ambiguous, and is named.
#[test]
fn a_second_file_beside_that_of_the_base() {
    for (path, text) in &OFF[1..] {
        let project = change(&[("belljar.toml", STRICT)], &[(path, text)]);
        let (code, verdict) = check(&project, &[]);
        assert_eq!((code, codes(&verdict).contains(&"BJ102")), (1, true), "{path}: {verdict:#}");
        let reported = review(&verdict).join("\n");
        assert!(reported.contains("one folder has several configurations"), "{path}: {verdict:#}");
    }
}

/// In a directory that is a view, a file above or below that of the base is no way around it.
#[test]
fn a_file_above_or_below() {
    let project = change(&[("app/belljar.toml", STRICT)], &[OFF[0]]);
    let (code, verdict) = check(&project, &["--repo", "app"]);
    assert_eq!((code, codes(&verdict).contains(&"BJ102")), (1, true), "{verdict:#}");
    assert!(!review(&verdict).is_empty(), "{verdict:#}");
    let project = change(&[("belljar.toml", STRICT)], &[("app/belljar.toml", OFF[0].1)]);
    let (code, verdict) = check(&project, &["--repo", "app"]);
    assert_eq!((code, codes(&verdict).contains(&"BJ102")), (1, true), "{verdict:#}");
}

/// A link in the place of the file of the base.
#[test]
fn a_link() {
    let project = repository(&[("belljar.toml", STRICT), ("app/models.py", MODELS)]);
    write_all(project.path(), &[("app/models.py", &without_total()), ("x/off.toml", OFF[0].1)]);
    std::fs::remove_file(project.path().join("belljar.toml")).unwrap();
    std::os::unix::fs::symlink("x/off.toml", project.path().join("belljar.toml")).unwrap();
    commit(project.path(), "after");
    let (code, verdict) = check(&project, &[]);
    assert_eq!((code, codes(&verdict).contains(&"BJ102")), (1, true), "{verdict:#}");
    assert!(review(&verdict).iter().any(|one| one.contains("`check.databases` was removed")), "{verdict:#}");
}

/// Neither a service of the head nor a move into one of the base takes a table out of sight.
#[test]
fn services() {
    let service = "[service.away]\npath = 'app'\nsqlalchemy = '1.3'\ndatabases = ['sqlite']\n";
    let project = change(&[("belljar.toml", STRICT)], &[("belljar.toml", &format!("{STRICT}{service}"))]);
    let (code, verdict) = check(&project, &[]);
    assert_eq!((code, codes(&verdict).contains(&"BJ102")), (1, true), "{verdict:#}");
    assert!(review(&verdict)[0].starts_with("`service.away` is new"), "{verdict:#}");
    let found = verdict["findings"].as_array().unwrap().iter().find(|one| one["code"] == "BJ102").unwrap();
    assert!(found["dialects"].to_string().contains("postgresql"), "{verdict:#}");
    // The generation of the base: no BJ013.
    assert!(!codes(&verdict).contains(&"BJ013"), "{verdict:#}");
}
