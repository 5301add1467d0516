//! What is known of a project from its files: nothing is parsed further than for a word, and nothing runs.

use std::collections::{BTreeMap, BTreeSet};

use belljar_rules::Database;
use belljar_tree::{Node, Tree};

use crate::named_databases::{self, Named};

/// The workflow of GitHub.
pub(super) const GITHUB: &str = ".github/workflows/belljar.yml";
/// The pipelines of GitLab.
pub(super) const GITLAB: &str = ".gitlab-ci.yml";
/// The hooks of pre-commit.
pub(super) const PRE_COMMIT: &str = ".pre-commit-config.yaml";

/// The largest file that is searched, in bytes, and the maximum number of such files.
const LARGEST: u64 = 1 << 20;
const MOST_FILES: usize = 2_000;

/// The maximum number of services that are written.
const MOST_SERVICES: usize = 50;

/// Words of modules with models, in lower case.
const LIBRARIES: [&str; 5] = ["sqlalchemy", "sqlmodel", "advanced_alchemy", "litestar", "neutron_lib"];

/// A service for continuous integration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ci {
    Github,
    Gitlab,
    /// Another one that `belljar` has a page for.
    Other(&'static str),
}

/// A part of the project with requirements of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Part {
    /// What it requires of SQLAlchemy, with the file that states it.
    pub(super) sqlalchemy: Option<(String, String)>,
    /// The databases that its requirements name.
    pub(super) named: Named,
}

impl Part {
    /// The databases to write.
    pub(super) fn databases(&self) -> BTreeSet<Database> {
        self.named.all()
    }
}

/// What is known of a project.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// Whether a Python file mentions a library of models.
    pub(crate) has_models: bool,
    /// The configuration that it has.
    pub(crate) configuration: Option<String>,
    /// Its CI, by its files or its remote.
    pub(crate) ci: Option<Ci>,
    /// The whole.
    pub(super) whole: Part,
    /// The services, by their directories, if there are several.
    pub(super) services: BTreeMap<String, Part>,
    /// The directories of dbt projects.
    pub(super) dbt: Vec<String>,
    /// Of the files that could be written, those that exist.
    existing: Vec<String>,
}

impl Facts {
    /// Looks at the files of a project; `git_config` is the text of `.git/config`, or empty.
    pub(crate) fn find(tree: &Tree, git_config: &str) -> Self {
        let exists = |path: &str| matches!(tree.node(path), Some(Node::File(_)));
        let mut facts = Self {
            has_models: mentions_models(tree, "", usize::MAX),
            ci: ci(tree, git_config),
            ..Self::default()
        };
        facts.configuration = match belljar_config::find(tree, "") {
            Ok(found) => found.used.map(|file| file.path),
            Err(error) => Some(error.path().to_owned()),
        };
        facts.existing =
            [GITHUB, GITLAB, PRE_COMMIT].into_iter().filter(|path| exists(path)).map(str::to_owned).collect();
        let projects = tree.files().filter_map(|(path, _)| folder_of(path, "dbt_project.yml"));
        facts.dbt = projects.filter(|folder| !folder.contains("dbt_packages")).map(str::to_owned).collect();
        facts.find_parts(tree);
        facts
    }

    /// The path of a file, if it exists.
    pub(super) fn has(&self, path: &str) -> Option<String> {
        self.existing.iter().find(|existing| *existing == path).cloned()
    }

    fn find_parts(&mut self, tree: &Tree) {
        let mut parts: BTreeMap<String, Part> = BTreeMap::new();
        for (path, text) in requirement_files(tree) {
            let folder = named_databases::folder_of(path).to_owned();
            for part in [&mut self.whole, parts.entry(folder).or_default()] {
                part.add(path, &text);
            }
        }
        parts.retain(|folder, part| {
            !folder.is_empty() && part.sqlalchemy.is_some() && mentions_models(tree, folder, MOST_FILES)
        });
        if parts.len() > 1 && parts.len() <= MOST_SERVICES {
            self.services = parts;
        }
    }
}

impl Part {
    /// Adds what a file of requirements states.
    fn add(&mut self, path: &str, text: &str) {
        self.named.add_requirements(path, text);
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or_default();
            if self.sqlalchemy.is_none() {
                self.sqlalchemy = sqlalchemy(line).map(|found| (found, path.to_owned()));
            }
        }
    }
}

/// The requirement of SQLAlchemy in a line, such as `SQLAlchemy>=1.4,<2`.
fn sqlalchemy(line: &str) -> Option<String> {
    const NAME: &str = "sqlalchemy";
    let lower = line.to_lowercase();
    let start = lower.find(NAME)?;
    let before = lower.get(..start)?.chars().next_back();
    if before.is_some_and(|letter| letter.is_alphanumeric() || "-_./".contains(letter)) {
        return None;
    }
    let rest = line.get(start..)?;
    let end = rest.find(['\'', '"', ';', '\\', '`']).unwrap_or(rest.len());
    let found = rest.get(..end)?.trim();
    let after = found.get(NAME.len()..)?.chars().next();
    let is_name = after.is_none_or(|letter| "[ =<>~!".contains(letter));
    (is_name && found.len() < 60 && found.bytes().all(|byte| (b' '..=b'~').contains(&byte)))
        .then(|| found.to_owned())
}

/// The files that state requirements, with their texts.
fn requirement_files(tree: &Tree) -> Vec<(&str, String)> {
    let is_one = |path: &str| named_databases::is_requirements(path) && named_databases::is_own(path);
    let files = tree.files().filter(|(path, file)| is_one(path) && file.size <= LARGEST);
    let text = |path: &str| Some(String::from_utf8_lossy(&tree.read(path).ok()?).into_owned());
    files.take(MOST_FILES).filter_map(|(path, _)| Some((path, text(path)?))).collect()
}

/// Whether one of the first Python files below a folder mentions a library of models.
fn mentions_models(tree: &Tree, folder: &str, most: usize) -> bool {
    let below =
        |path: &str| folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    let files =
        tree.files().filter(|(path, file)| below(path) && ending(path) == Some("py") && file.size <= LARGEST);
    files.take(most).any(|(path, _)| {
        let Ok(bytes) = tree.read(path) else { return false };
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        LIBRARIES.iter().any(|name| text.contains(name))
    })
}

fn ci(tree: &Tree, git_config: &str) -> Option<Ci> {
    let is_file = |path: &str| matches!(tree.node(path), Some(Node::File(_)));
    let hosts: String = git_config.lines().filter(|line| line.trim_start().starts_with("url")).collect();
    let by_files = [
        (is_file(GITLAB), Ci::Gitlab),
        (tree.node(".github").is_some(), Ci::Github),
        (is_file("bitbucket-pipelines.yml"), Ci::Other("Bitbucket Pipelines")),
        (is_file("azure-pipelines.yml"), Ci::Other("Azure Pipelines")),
    ];
    let by_remote = [
        (hosts.contains("github."), Ci::Github),
        (hosts.contains("gitlab"), Ci::Gitlab),
        (hosts.contains("bitbucket."), Ci::Other("Bitbucket Pipelines")),
        (hosts.contains("azure.com"), Ci::Other("Azure Pipelines")),
    ];
    by_remote.into_iter().chain(by_files).find(|(is_it, _)| *is_it).map(|(_, ci)| ci)
}

/// What follows the last dot of a path.
fn ending(path: &str) -> Option<&str> {
    path.rsplit_once('.').map(|(_, ending)| ending)
}

/// The folder of a file with this name.
fn folder_of<'a>(path: &'a str, name: &str) -> Option<&'a str> {
    let folder = path.strip_suffix(name)?;
    if folder.is_empty() { Some("") } else { folder.strip_suffix('/') }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_of_sqlalchemy() {
        for (line, expected) in [
            ("SQLAlchemy>=1.4,<2", Some("SQLAlchemy>=1.4,<2")),
            ("    'sqlalchemy[asyncio]~=2.0',", Some("sqlalchemy[asyncio]~=2.0")),
            ("sqlalchemy = \"^2.0\"", Some("sqlalchemy =")),
            ("sqlalchemy", Some("sqlalchemy")),
            ("sqlalchemy-utils==1", None),
            ("flask-sqlalchemy==3", None),
            ("git+https://github.com/sqlalchemy/sqlalchemy", None),
        ] {
            assert_eq!(sqlalchemy(line).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn the_remote_decides_before_files() {
        let tree = Tree::in_memory([(".github/dependabot.yml", ""), ("bitbucket-pipelines.yml", "")]);
        assert_eq!(ci(&tree, "url = https://gitlab.example/x.git"), Some(Ci::Gitlab));
        assert_eq!(ci(&tree, ""), Some(Ci::Github));
        assert_eq!(ci(&Tree::in_memory([("a", "")]), ""), None);
    }
}
