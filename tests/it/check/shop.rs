//! What the tests of `belljar check` look at: the example of `docs/check.md`.

use crate::support::{Belljar, Project, Run, commit, repository, write_all};

pub(crate) const CONFIG: &str = "[check]\ndatabases = [\"postgresql\"]\n";

pub(crate) const BEFORE: &str = "from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base
from acme_types import Money

Base = declarative_base()

class Customer(Base):
    __tablename__ = 'customers'
    id = Column(Integer, primary_key=True)
    mail = Column(String(100))
    phone = Column(String(40))

class Invoice(Base):
    __tablename__ = 'invoices'
    id = Column(Integer, primary_key=True)
    total = Column(Money(2))

class Coupon(Base):
    __tablename__ = 'coupons'
    id = Column(Integer, primary_key=True)
";

pub(crate) const AFTER: &str = "from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base
from acme_types import Money

Base = declarative_base()

class Customer(Base):
    __tablename__ = 'customers'
    id = Column(Integer, primary_key=True)
    mail = Column(String(100), nullable=False)

class Invoice(Base):
    __tablename__ = 'invoices'
    id = Column(Integer, primary_key=True)
    total = Column(Money(2), nullable=False)
";

/// A repository of two commits with these models.
pub(crate) fn commits(config: &str, before: &str, after: &str) -> Project {
    let project = repository(&[("belljar.toml", config), ("models.py", before)]);
    write_all(project.path(), &[("models.py", after)]);
    commit(project.path(), "after");
    project
}

/// A repository whose base is [`BEFORE`] and whose head is [`AFTER`].
pub(crate) fn shop() -> Project {
    commits(CONFIG, BEFORE, AFTER)
}

/// `belljar check`, however busy the machine is.
#[track_caller]
pub(crate) fn check(project: &Project, arguments: &[&str]) -> Run {
    Belljar::new(project.path())
        .arguments(["check", "--quiet", "--timeout", "30m"])
        .arguments(arguments)
        .run()
}

/// The same of the last two commits.
#[track_caller]
pub(crate) fn last(project: &Project, arguments: &[&str]) -> Run {
    check(project, &[&["HEAD~1", "HEAD"], arguments].concat())
}

/// The JSON form of the last two commits.
#[track_caller]
pub(crate) fn json(project: &Project) -> serde_json::Value {
    let run = last(project, &["--format", "json", "--fail-on", "never"]).exits_with(0);
    serde_json::from_str(&run.stdout).unwrap()
}

/// The codes of findings.
pub(crate) fn codes(value: &serde_json::Value) -> Vec<&str> {
    value["findings"].as_array().unwrap().iter().map(|item| item["code"].as_str().unwrap()).collect()
}
