//! What people meet on the command line: the default form, options without an effect, names, help.

use insta::assert_snapshot;

use crate::{
    check::shop::{AFTER, BEFORE, CONFIG},
    support::{Belljar, GOOD, Project, Run, commit, git, repository, write_all},
};

#[track_caller]
fn run(project: &Project, arguments: &[&str]) -> Run {
    Belljar::new(project.path()).arguments(arguments).run()
}

/// Tables with keys, indexes and references of every kind.
const MODELS: (&str, &str) = (
    "models.py",
    "
from sqlalchemy import *
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class Region(Base):
    __tablename__ = 'regions'
    country = Column(String(2), primary_key=True)
    code = Column(String(3), primary_key=True)

class Order(Base):
    '''An order.'''
    __tablename__ = 'orders'
    __table_args__ = (
        ForeignKeyConstraint(['country', 'region'], ['regions.country', 'regions.code'], ondelete='CASCADE'),
        Index('ix_open', 'country', postgresql_where=text(\"state = 'open'\")),
        UniqueConstraint('country', 'number', name='uq_number'),
        {'comment': 'what customers order'},
    )
    id = Column(Integer, primary_key=True)
    country = Column(String(2))
    region = Column(String(3))
    number = Column(Integer, comment='of the country')
    state = Column(String(9), nullable=False)

class Line(Base):
    __tablename__ = 'order_lines'
    order_id = Column(ForeignKey('orders.id', ondelete='CASCADE'), primary_key=True)
    number = Column(Integer, primary_key=True)
",
);

#[test]
fn text_is_the_default_in_a_pipe_too() {
    let project = Project::new(&[GOOD]);
    let piped = run(&project, &["extract", "--quiet"]).exits_with(0);
    assert_eq!(piped.stdout, run(&project, &["extract", "--quiet", "--format", "text"]).stdout);
    assert!(piped.stdout.starts_with("good  good.py:5\n"), "{piped}");
}

#[test]
fn some_tables() {
    let project = Project::new(&[MODELS]);
    let run = |more: &[&str]| run(&project, &[&["extract", "--quiet"], more].concat());
    assert_snapshot!(run(&["--table", "order*", "--summary"]), @r"
    exit code: 0
    ----- stdout -----
    order_lines  2 columns  models:Line  models.py:27
    orders  5 columns  models:Order  models.py:12

    2 of 3 tables shown

    ----- stderr -----
    ");
    assert_snapshot!(run(&["-t", "regions", "-t", "orders"]), @r"
    exit code: 0
    ----- stdout -----
    orders  models:Order  models.py:12
      id       INTEGER     not null  primary key
      country  VARCHAR(2)  null
      region   VARCHAR(3)  null
      number   INTEGER     null
      state    VARCHAR(9)  not null
      foreign key (country, region) -> regions (country, code) on delete cascade
      unique (country, number) uq_number
      index (country) ix_open where state = 'open'

    regions  models:Region  models.py:7
      country  VARCHAR(2)  not null  primary key
      code     VARCHAR(3)  not null  primary key

    2 of 3 tables shown

    ----- stderr -----
    ");
    assert_snapshot!(run(&["-t", "orders", "-t", "order"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: no table or view matches `order`
    hint: did you mean `orders`, `order_lines`?
    ");
    let invalid = run(&["--table", "[a"]).exits_with(2);
    assert!(invalid.stderr.contains("error: `[a` is not a pattern"), "{invalid}");
}

#[test]
fn a_whole_table_is_explained() {
    let project = Project::new(&[MODELS]);
    assert_snapshot!(run(&project, &["explain", "orders", "--quiet"]), @r#"
    exit code: 0
    ----- stdout -----
    table orders  exact
      class      models:Order
      metadata   models:Base.metadata
      declared   models.py:12
                 | class Order(Base):
      comment    what customers order
      column     id       INTEGER     not null  primary key  models.py:21
      column     country  VARCHAR(2)  null  models.py:22
      column     region   VARCHAR(3)  null  models.py:23
      column     number   INTEGER     null  comment "of the country"  models.py:24
      column     state    VARCHAR(9)  not null  models.py:25
      constraint foreign key (country, region) -> regions (country, code) on delete cascade
      constraint unique (country, number) uq_number
      index      index (country) ix_open where state = 'open'
      used by    order_lines  foreign key (order_id) -> orders (id) on delete cascade  models.py:29
      why        the code computed all of it with SQLAlchemy 2.1.x, without stand-ins


    ----- stderr -----
    "#);
}

#[test]
fn no_option_is_ignored_in_silence() {
    let project = Project::new(&[GOOD]);
    for (arguments, option, needed) in [
        (&["extract", "-f", "json", "--summary"][..], "--summary", "--format text"),
        (&["extract", "-o", "a.sql", "--table", "x"], "--table", "--format text"),
        (&["extract", "-f", "json", "--dialect", "mysql"], "--dialect", "--format text` or `--format sql"),
        (&["diff", "a", "b", "--dialect", "mysql"], "--dialect", "--format sql"),
        (&["check", "a", "b", "-f", "json", "--explain"], "--explain", "--format text"),
        (&["lineage", "--namespace", "x"], "--namespace", "--format openlineage"),
    ] {
        let run = run(&project, arguments).exits_with(2);
        let expected = format!("error: `{option}` has no effect without `{needed}`\nhint: ");
        assert!(run.stderr.contains(&expected), "{arguments:?}: {run}");
    }
    for arguments in [&["lineage", "--upstream"][..], &["lineage", "--depth", "3"]] {
        assert!(run(&project, arguments).exits_with(2).stderr.contains("<COLUMN>"), "{arguments:?}");
    }
}

#[test]
fn rules_are_found_in_any_case() {
    let project = Project::new(&[GOOD]);
    let page = run(&project, &["explain", "BJ203"]).exits_with(0).stdout;
    assert!(page.starts_with("# BJ203 required-column\n"), "{page}");
    for name in ["bj203", "required-column"] {
        assert_eq!(run(&project, &["explain", name]).exits_with(0).stdout, page, "{name}");
    }
    run(&project, &["explain", "bj203", "-o", "page.md"]).exits_with(0);
    assert_eq!(std::fs::read_to_string(project.path().join("page.md")).unwrap(), page);
}

#[test]
fn colours_are_asked_for_and_refused() {
    let project = Project::new(&[GOOD]);
    for (arguments, variable, has) in [
        (&["extract", "--quiet", "--color", "always"][..], ("NO_COLOR", "1"), true),
        (&["--color=never", "extract", "--quiet"], ("CLICOLOR_FORCE", "1"), false),
        (&["extract", "--quiet", "--color", "auto"], ("CLICOLOR_FORCE", "1"), true),
        (&["--color=always", "extract", "--help"], ("NO_COLOR", "1"), true),
        (&["extract", "--help"], ("TERM", "xterm"), false),
    ] {
        let run = Belljar::new(project.path()).arguments(arguments).env(variable.0, variable.1).run();
        assert_eq!(run.stdout.contains('\u{1b}'), has, "{arguments:?}: {run}");
    }
}

/// Every command ends its help with examples, and the examples are arguments that it takes.
#[test]
fn help_has_examples() {
    let project = Project::new(&[GOOD]);
    let commands = [
        "extract",
        "explain",
        "diff",
        "check",
        "lineage",
        "impact",
        "contract",
        "report",
        "rules",
        "cache",
        "json-schema",
    ];
    for command in commands {
        for help in ["-h", "--help"] {
            let text = run(&project, &[command, help]).exits_with(0).stdout;
            let (_, examples) =
                text.split_once("\nExamples:\n").unwrap_or_else(|| panic!("{command}: {text}"));
            let all: Vec<&str> = examples.lines().filter(|line| line.starts_with("  belljar ")).collect();
            assert!(
                !all.is_empty() && all.iter().all(|line| line.contains(command) || command == "rules"),
                "{text}"
            );
        }
    }
    let short = run(&project, &["extract", "-h"]).stdout;
    assert!(!short.contains("--max-file-size"), "{short}");
    assert!(run(&project, &["extract", "--help"]).stdout.contains("--max-file-size"));
}

/// A pipe gets no pager, whatever is set.
#[test]
fn no_pager_in_a_pipe() {
    let project = Project::new(&[GOOD]);
    let piped =
        Belljar::new(project.path()).arguments(["rules"]).env("PAGER", "echo paged").run().exits_with(0);
    assert!(piped.stdout.starts_with("BJ001"), "{piped}");
}

#[test]
fn the_default_base() {
    let project = repository(&[("belljar.toml", CONFIG), ("models.py", BEFORE)]);
    git(project.path(), &["branch", "-M", "main"]);
    git(project.path(), &["checkout", "-q", "-b", "feature"]);
    write_all(project.path(), &[("models.py", AFTER)]);
    let check = |more: &[&str]| run(&project, &[&["check", "--format", "concise"], more].concat());
    let uncommitted = check(&[]).exits_with(1);
    assert!(uncommitted.stderr.contains("the merge base of `HEAD` and `main`\n"), "{uncommitted}");
    assert!(uncommitted.stdout.contains("error BJ101"), "{uncommitted}");
    commit(project.path(), "after");
    assert_eq!(check(&[]).exits_with(1).stdout, uncommitted.stdout, "committed or not");
    assert!(!check(&["--quiet"]).stderr.contains("merge base"));
    // What happens on the default branch is not of this one.
    git(project.path(), &["checkout", "-q", "main"]);
    write_all(project.path(), &[("other.py", GOOD.1)]);
    commit(project.path(), "elsewhere");
    git(project.path(), &["checkout", "-q", "feature"]);
    assert_eq!(check(&[]).exits_with(1).stdout, uncommitted.stdout);
    // The remote's default branch precedes.
    git(project.path(), &["update-ref", "refs/remotes/origin/trunk", "HEAD"]);
    git(project.path(), &["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk"]);
    let remote = check(&[]).exits_with(0);
    assert!(remote.stderr.contains("and `origin/HEAD`\n"), "{remote}");
    git(project.path(), &["symbolic-ref", "--delete", "refs/remotes/origin/HEAD"]);
    git(project.path(), &["branch", "-m", "main", "trunk"]);
    let none = check(&[]).exits_with(2);
    assert!(none.stderr.contains("error: no base is given, and `.` has no branch"), "{none}");
}
