//! Sides, settings and documents that are wrong.

use std::fs;

use insta::assert_snapshot;

use super::shop::{AFTER, BEFORE, CONFIG, check, codes, commits, json, last, shop};
use crate::support::{Belljar, Project, Run, commit, git, repository, write_all};

#[test]
fn a_revision_that_is_not_there() {
    assert_snapshot!(check(&shop(), &["mian", "HEAD"]), @r#"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: `mian` is not a commit of `.`: reference "mian" could not be found
    hint: did you mean `main`?
    "#);
}

#[test]
fn histories_that_have_nothing_in_common() {
    let project = shop();
    git(project.path(), &["checkout", "-q", "--orphan", "other"]);
    commit(project.path(), "other");
    assert_snapshot!(check(&project, &["main...other"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: `main` and `other` have no commit in common
    hint: compare them directly, with two arguments; a shallow clone may lack the commit
    ");
    check(&project, &["main", "other"]).exits_with(0);
}

/// A base whose objects are damaged: the head is reported, nothing passes, and nothing is called new or dropped.
#[test]
fn a_base_that_cannot_be_read() {
    let project = shop();
    let tree = git(project.path(), &["rev-parse", "HEAD~1^{tree}"]);
    let object = project.path().join(".git/objects").join(&tree[..2]).join(&tree[2..]);
    fs::remove_file(object).unwrap();
    let run = last(&project, &["--report", "sarif=out.sarif", "--report", "junit=out.xml"]).exits_with(2);
    assert!(run.stderr.contains("missing or damaged"), "{run}");
    assert!(run.stdout.contains("error: the base could not be read"), "{run}");
    assert!(run.stdout.contains("not compared: the base could not be read"), "{run}");
    assert!(run.stdout.contains("`invoices` is partial"), "the head is reported\n{run}");
    let value: serde_json::Value =
        serde_json::from_str(&last(&project, &["-f", "json"]).exits_with(2).stdout).unwrap();
    let changes = value["diff"]["changes"].as_array().unwrap();
    assert!(changes.iter().any(|change| change["path"]["name"] == "customers"));
    for change in changes.iter().filter(|change| change["subject"] == "table") {
        assert_eq!(change["action"], "unseen", "{change:#}");
    }
    let sarif: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(project.path().join("out.sarif")).unwrap()).unwrap();
    assert_eq!(sarif["runs"][0]["invocations"][0]["executionSuccessful"], false);
    let junit = fs::read_to_string(project.path().join("out.xml")).unwrap();
    assert_eq!(quick_junit::Report::deserialize_from_str(&junit).unwrap().errors, 1, "{junit}");
}

/// What failed to load is missing, never dropped.
#[test]
fn a_table_that_does_not_resolve() {
    let broken = AFTER.to_owned()
        + "\nclass Coupon(Base):\n    __tablename__ = 'coupons'\n    id = nowhere.Column()\n";
    let project = commits(CONFIG, BEFORE, &broken);
    let found = json(&project);
    let of_coupons: Vec<_> = found["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|item| item["change"]["path"]["name"] == "coupons")
        .collect();
    // That the base had it exactly is no matter of doubt.
    let (lost, of_coupons): (Vec<_>, Vec<_>) =
        of_coupons.into_iter().partition(|item| item["code"] == "BJ014");
    assert_eq!(lost.len(), 1, "{lost:#?}");
    assert!(of_coupons.iter().all(|item| item["certainty"] == "cannot_tell"), "{of_coupons:#?}");
    assert!(found["doubts"].to_string().contains("coupons"), "{found:#}");
    for form in ["text", "markdown", "github", "gitlab", "junit", "sarif"] {
        let run = last(&project, &["-f", form]);
        let said = run.stdout.replace("&apos;", "'");
        assert!(
            !said.contains("table `coupons` is dropped")
                || said.contains("can't determine whether table `coupons`"),
            "{run}"
        );
        assert!(said.contains("`coupons` is"), "{form}: {run}");
    }
}

#[test]
fn settings_that_are_wrong() {
    let config = "[check]\nfail-on = \"eror\"\ndatabases = [\"postgresql\"]\nfuel = 99\n\n[rules]\ndrop-colum = \
                  \"off\"\n";
    let project = commits(config, BEFORE, AFTER);
    assert_snapshot!(last(&project, &[]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: belljar.toml (base):2: `check.fail-on` is `eror`, which is not one of `error`, `warning`, `note`, `never`
      hint: did you mean `error`?
    error: belljar.toml (base):4: `fuel` can't be set by a repository
      hint: limits, packages and files can only be set on the command line
    error: belljar.toml (base):7: there is no rule or category `drop-colum`
      hint: did you mean `drop-column`?
    ");
    let run = last(&project, &["--config", "nowhere.toml"]).exits_with(2);
    assert!(run.stderr.contains("`nowhere.toml` does not exist"), "{run}");
    let project = commits("[check", BEFORE, AFTER);
    let run = last(&project, &[]).exits_with(2);
    assert!(run.stderr.starts_with("error: belljar.toml (base):1: "), "{run}");
}

#[test]
fn a_document_of_another_version() {
    let project = shop();
    fs::write(project.path().join("other.json"), "{\"format\": \"9.0\"}").unwrap();
    let run = check(&project, &["other.json", "HEAD"]).exits_with(2);
    assert!(run.stderr.contains("its format is `9.0`, and this program reads"), "{run}");
}

/// Documents have no files: there are no comments and no columns, and all else is as it is with files.
#[test]
fn documents() {
    let project = shop();
    for (revision, file) in [("HEAD~1", "before.json"), ("HEAD", "after.json")] {
        project.extract(&["--rev", revision, "--format", "json", "-o", file, "--quiet"]).exits_with(0);
    }
    let run = check(&project, &["before.json", "after.json", "-f", "json"]).exits_with(1);
    let value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(codes(&value)[..3], ["BJ101", "BJ102", "BJ204"]);
}

#[test]
fn nothing_to_check() {
    let project = repository(&[("readme.py", "print('no models')\n")]);
    let run = check(&project, &["HEAD", "HEAD"]).exits_with(2);
    assert!(run.stderr.contains("no SQLAlchemy models found"), "{run}");
    write_all(project.path(), &[("models.py", AFTER)]);
    let value = serde_json::from_str(&check(&project, &["HEAD", "-f", "json"]).stdout).unwrap();
    assert!(!codes(&value).contains(&"BJ101"), "{value:#}");
}

#[track_caller]
fn belljar(arguments: &[&str]) -> Run {
    Belljar::new(Project::new(&[("a.py", "")]).path()).arguments(arguments).run()
}

#[test]
fn rules_are_listed_and_explained() {
    let list = belljar(&["rules"]).exits_with(0).stdout;
    assert!(list.contains("\nBJ101  drop-table               error       a table is dropped\n"), "{list}");
    let rules: serde_json::Value =
        serde_json::from_str(&belljar(&["rules", "-f", "json"]).exits_with(0).stdout).unwrap();
    assert_eq!(rules.as_array().unwrap().len(), list.lines().count());
    let table = belljar(&["rules", "-f", "markdown"]).exits_with(0).stdout;
    assert_eq!(table.lines().count(), list.lines().count() + 2);
    let page = belljar(&["explain", "BJ102"]).exits_with(0).stdout;
    assert!(page.starts_with("# BJ102 drop-column\n\na column is dropped\n"), "{page}");
    assert_snapshot!(belljar(&["explain", "BJ190"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: no rule has the code `BJ190`
    hint: did you mean `BJ109`?
    ");
}
