//! A repository with a change, and the file of an operator beside it.

use std::path::PathBuf;

use tempfile::TempDir;

use crate::support::{Belljar, Project, Run, commit, repository, write_all};

pub(crate) const BEFORE: &str = "from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class User(Base):
    __tablename__ = 'users'
    id = Column(Integer, primary_key=True)
    mail = Column(String(100))
";

/// The same without `users.mail`, which fails a check.
pub(crate) const AFTER: &str = "from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class User(Base):
    __tablename__ = 'users'
    id = Column(Integer, primary_key=True)
";

/// A repository of two commits, and a folder of the operator.
pub(crate) struct Setup {
    pub(crate) project: Project,
    pub(crate) operator: TempDir,
    pub(crate) variables: Vec<(String, String)>,
}

impl Setup {
    /// The head lacks a column of the base, which has CODEOWNERS.
    pub(crate) fn new(config: &str) -> Self {
        Self::of(config, &[("models.py", BEFORE), ("CODEOWNERS", "* @acme/data\n")], &[("models.py", AFTER)])
    }

    pub(crate) fn of(config: &str, before: &[(&str, &str)], after: &[(&str, &str)]) -> Self {
        let project = repository(before);
        write_all(project.path(), after);
        commit(project.path(), "after");
        let operator = tempfile::tempdir().unwrap();
        write_all(operator.path(), &[("notify.toml", config)]);
        Self { project, operator, variables: Vec::new() }
    }

    /// With a variable of the environment.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.operator.path().join("notify.toml")
    }

    /// The program in the repository, with the variables.
    #[track_caller]
    pub(crate) fn belljar(&self, arguments: &[&str]) -> Run {
        let call = Belljar::new(self.project.path()).arguments(arguments).env("PATH", "/usr/bin:/bin");
        self.variables.iter().fold(call, |call, (name, value)| call.env(name, value)).run()
    }

    /// `belljar check` of the change, with the file of the operator.
    #[track_caller]
    pub(crate) fn check(&self, more: &[&str]) -> Run {
        let file = self.file();
        let file = file.to_str().unwrap();
        let arguments =
            ["check", "HEAD~1", "HEAD", "--timeout", "30m", "--notify", file, "--format", "concise"];
        self.belljar(&[&arguments[..], more].concat())
    }
}
