//! `belljar diff`: two revisions, directories, documents.

use std::fs;

use insta::assert_snapshot;

use crate::support::{Belljar, Project, Run, commit, repository, write_all};

const BEFORE: &str = "
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class Customer(Base):
    __tablename__ = 'customers'
    id = Column(Integer, primary_key=True)
    mail = Column(String(100))

class Old(Base):
    __tablename__ = 'old'
    id = Column(Integer, primary_key=True)
";

const AFTER: &str = "
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class Customer(Base):
    __tablename__ = 'customers'
    id = Column(Integer, primary_key=True)
    mail = Column(String(320), nullable=False)

class Order(Base):
    __tablename__ = 'orders'
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey('customers.id'), index=True)
";

/// A repository whose first commit is the one, and whose second the other.
fn two_commits() -> Project {
    let project = repository(&[("models.py", BEFORE)]);
    write_all(project.path(), &[("models.py", AFTER)]);
    commit(project.path(), "after");
    project
}

#[track_caller]
fn diff(project: &Project, arguments: &[&str]) -> Run {
    Belljar::new(project.path()).arguments(["diff"]).arguments(arguments).run()
}

#[test]
fn two_revisions() {
    assert_snapshot!(diff(&two_commits(), &["HEAD~1", "HEAD", "--quiet"]), @r"
    exit code: 0
    ----- stdout -----
    table customers
      ~ column mail: type, length VARCHAR(100) -> VARCHAR(320)  models.py:10
      ~ column mail: nullable yes -> no  models.py:10

    table old
      - table dropped: (id)  was models.py:12

    table orders
      + table added: (id, customer_id)  models.py:12

    Only in the code:

    class models:Old
      - class dropped: old  was models.py:12

    class models:Order
      + class added: orders  models.py:12

    1 added, 1 dropped, 0 renamed, 2 modified, 0 undetermined; 2 only in the code

    ----- stderr -----
    ");
}

#[test]
fn as_a_comment_on_a_pull_request() {
    assert_snapshot!(diff(&two_commits(), &["HEAD~1", "HEAD", "--quiet", "--format", "markdown"]).stdout, @r"
    #### table `customers`

    - `~` column `mail`: type, length `VARCHAR(100)` -> `VARCHAR(320)` `models.py:10`
    - `~` column `mail`: nullable `yes` -> `no` `models.py:10`

    #### table `old`

    - `-` table dropped: `(id)` was `models.py:12`

    #### table `orders`

    - `+` table added: `(id, customer_id)` `models.py:12`

    <details><summary>Only in the code</summary>

    #### class `models:Old`

    - `-` class dropped: `old` was `models.py:12`

    #### class `models:Order`

    - `+` class added: `orders` `models.py:12`

    </details>

    1 added, 1 dropped, 0 renamed, 2 modified, 0 undetermined; 2 only in the code
    ");
}

#[test]
fn every_way_to_name_the_sides() {
    let project = two_commits();
    fs::create_dir(project.path().join("out")).unwrap();
    for (revision, file) in [("HEAD~1", "out/before.json"), ("HEAD", "out/after.json")] {
        project.extract(&["--rev", revision, "--format", "json", "-o", file, "--quiet"]).exits_with(0);
    }
    let expected = diff(&project, &["HEAD~1", "HEAD", "--quiet"]).exits_with(0).stdout;
    for sides in [
        &["HEAD~1..HEAD"][..],
        &["HEAD~1...HEAD"],
        &["HEAD~1"],
        &["out/before.json", "out/after.json"],
        &["out/before.json", "HEAD"],
    ] {
        let found = diff(&project, &[sides, &["--quiet"]].concat()).exits_with(0);
        assert_eq!(found.stdout, expected, "{sides:?}");
    }
}

#[test]
fn the_same_twice_differs_in_nothing() {
    let project = two_commits();
    let found = diff(&project, &["HEAD", "HEAD", "--quiet", "--format", "json"]).exits_with(0);
    let value: serde_json::Value = serde_json::from_str(&found.stdout).unwrap();
    assert_eq!(value["changes"], serde_json::json!([]));
    assert_eq!(value["base"]["tables"], 2);
}

#[test]
fn what_failed_to_load_is_not_dropped() {
    let project = two_commits();
    let broken =
        format!("{AFTER}\nclass Late(Base):\n    __tablename__ = 'old'\n    id = undefined_name.here()\n");
    write_all(project.path(), &[("models.py", broken.replace("Late", "Old").as_str())]);
    let found = diff(&project, &["HEAD~1", "--quiet", "--format", "json"]).exits_with(0);
    let value: serde_json::Value = serde_json::from_str(&found.stdout).unwrap();
    let of_old: Vec<_> = value["changes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|change| change.to_string().contains("\"old\""))
        .collect();
    assert!(!of_old.is_empty() && of_old.iter().all(|change| change["action"] != "drop"), "{of_old:#?}");
}

#[test]
fn what_is_no_side() {
    let project = two_commits();
    assert_snapshot!(diff(&project, &["nonesuch", "--quiet"]), @r#"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: `nonesuch` is not a commit of `.`: reference "nonesuch" could not be found
    hint: check the spelling, or run `git fetch --all --tags`
    "#);
    assert_snapshot!(diff(&project, &["HEAD", "HEAD", "--rename", "nothing", "--quiet"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: `nothing` is not a rename
    hint: write `--rename old=new`, or `old=` if it was not renamed
    ");
    fs::write(project.path().join("other.json"), "{\"format\": \"9.0\"}").unwrap();
    assert_snapshot!(diff(&project, &["other.json", "HEAD", "--quiet"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: `other.json` is not a supported schema document: its format is `9.0`, and this program reads 1.3
    hint: write one with `belljar extract --format json -o FILE`
    ");
}
