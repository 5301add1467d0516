//! Packages that are given: real, read-only, and still in the sandbox.

use std::fs;

use insta::assert_snapshot;

use crate::support::{Project, Run, zipped};

const MODELS: (&str, &str) = (
    "models.py",
    "
from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base
from money_type import Money

Base = declarative_base()

class Price(Base):
    __tablename__ = 'prices'
    id = Column(Integer, primary_key=True)
    amount = Column(Money)
",
);

const MONEY: &str = "
import sqlalchemy

class Money(sqlalchemy.types.TypeDecorator):
    impl = sqlalchemy.Numeric(12, 4)
    cache_ok = True
";

fn project(files: &[(&str, &str)]) -> Project {
    Project::new(&[&[MODELS, ("requirements.txt", "sqlalchemy>=2,<2.1\nmoney-type>=1.2\n")], files].concat())
}

/// A wheel with these files in a folder of its own.
fn wheelhouse(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let metadata =
        ("money_type-1.2.dist-info/METADATA", "Metadata-Version: 2.1\nName: money-type\nVersion: 1.2\n");
    let wheel = ("money_type-1.2.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n");
    let bytes = zipped(&[&[metadata, wheel], files].concat());
    fs::write(folder.path().join("money_type-1.2-py3-none-any.whl"), bytes).unwrap();
    folder
}

fn with(project: &Project, folder: &std::path::Path) -> Run {
    project.extract(&["--format", "text", "--quiet", "--wheelhouse", folder.to_str().unwrap()])
}

#[test]
fn what_is_missing_is_named() {
    assert_snapshot!(project(&[]).extract(&["--format", "text", "--quiet"]), @r"
    exit code: 0
    ----- stdout -----
    prices  models:Price  models.py:8  partial
      id      INTEGER           not null  primary key
      amount  money_type.Money  null
        partial: its type is `money_type.Money`, which is absent

    tables: 0 exact, 1 partial, 0 unresolved; columns: 1 exact, 1 partial
      1 × its type is `money_type.Money`, which is absent
          hint: give `money-type>=1.2` and what it requires: `pip download --only-binary :all: --dest wheels 'money-type>=1.2'`, then `--wheelhouse wheels`

    To make 1 partial table exact, provide these packages with --wheelhouse:
      money-type>=1.2  1 table

    ----- stderr -----
    ");
}

#[test]
fn a_wheel_makes_it_exact() {
    let folder = wheelhouse(&[("money_type/__init__.py", MONEY)]);
    assert_snapshot!(with(&project(&[]), folder.path()), @r"
    exit code: 0
    ----- stdout -----
    prices  models:Price  models.py:8
      id      INTEGER         not null  primary key
      amount  NUMERIC(12, 4)  null

    tables: 1 exact, 0 partial, 0 unresolved; columns: 2 exact, 0 partial

    ----- stderr -----
    ");
}

#[test]
fn so_does_the_environment_of_the_project() {
    let project = project(&[
        (".venv/pyvenv.cfg", "home = /nowhere\nversion = 3.12.1\n"),
        (".venv/lib/python3.12/site-packages/money_type/__init__.py", MONEY),
    ]);
    let run = project.extract(&["--format", "text", "--quiet", "--venv"]).exits_with(0);
    assert!(run.stdout.contains("NUMERIC(12, 4)"), "{run}");
    let without = project.extract(&["--format", "text", "--quiet"]).exits_with(0);
    assert!(without.stdout.contains("partial"), "{without}");
}

#[test]
fn a_compiled_extension_gets_a_stand_in_and_is_reported() {
    let python = "from money_type._fast import Money\n";
    let folder = wheelhouse(&[
        ("money_type/__init__.py", python),
        ("money_type/_fast.cpython-314-x86_64-linux-gnu.so", "\u{7f}ELF"),
    ]);
    assert_snapshot!(with(&project(&[]), folder.path()), @r"
    exit code: 0
    ----- stdout -----
    prices  models:Price  models.py:8  partial
      id      INTEGER                 not null  primary key
      amount  money_type._fast.Money  null
        partial: its type is `money_type._fast.Money`, which is absent

    tables: 0 exact, 1 partial, 0 unresolved; columns: 1 exact, 1 partial
      1 × its type is `money_type._fast.Money`, which is absent
          hint: `money_type._fast` is compiled, and cannot run here; no package makes it exact

    ----- stderr -----
    ");
}

#[test]
fn a_package_reaches_no_more_than_a_repository_does() {
    let hostile = format!(
        "{MONEY}
import os, sys
tried = []
def attempt(what, function):
    try:
        tried.append(f'{{what}} {{function()!r}}')
    except BaseException:
        tried.append(f'{{what}} refused')
attempt('passwd', lambda: open('/etc/passwd').read()[:4])
attempt('write', lambda: os.open(__file__, os.O_WRONLY))
attempt('create', lambda: os.open(os.path.dirname(__file__) + '/new', os.O_WRONLY | os.O_CREAT))
attempt('remove', lambda: os.remove(__file__))
attempt('up', lambda: sorted(os.listdir(os.path.dirname(__file__) + '/../../../..')))
attempt('read', lambda: len(open(__file__).read()) > 0)
"
    );
    let folder = wheelhouse(&[("money_type/__init__.py", &hostile)]);
    let models = format!(
        "{}    __table_args__ = {{'comment': '; '.join(money_type.tried)}}\nimport money_type\n",
        MODELS.1
    );
    let models =
        models.replace("from money_type import Money\n", "import money_type\nfrom money_type import Money\n");
    let project = project(&[]);
    fs::write(project.path().join("models.py"), models).unwrap();
    let run =
        project.extract(&["--format", "json", "--quiet", "--wheelhouse", folder.path().to_str().unwrap()]);
    let document = run.document();
    assert_snapshot!(document.tables[0].comment.as_deref().unwrap_or_default(), @"passwd refused; write refused; \
        create refused; remove refused; up refused; read True");
}

#[test]
fn a_folder_that_is_no_wheelhouse() {
    assert_snapshot!(project(&[]).extract(&["--quiet", "--wheelhouse", "nowhere"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: `nowhere` does not exist
    hint: check the path
    ");
    assert_snapshot!(project(&[]).extract(&["--quiet", "--venv"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: there is no virtual environment in `.` or beside it
    hint: pass the packages with `--wheelhouse`, or create an environment with `python -m venv .venv`
    ");
}
