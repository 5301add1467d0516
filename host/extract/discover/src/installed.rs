//! Packages that were installed into the tree, as with `pip install --target libs`: each has a folder
//! `name-1.0.dist-info` beside it. They are used, but are not source of the project.

use std::collections::{BTreeMap, BTreeSet};

use belljar_schema::project_name;
use belljar_tree::{Node, Tree};

use crate::paths::{self, is_python};

/// The maximum size of the list of a package's files.
const LONGEST_RECORD: u64 = 8 << 20;

/// Files that make a directory a project, whatever else is in it.
const OF_PROJECTS: [&str; 4] = ["pyproject.toml", "setup.py", "setup.cfg", "Pipfile"];

/// The installed packages by folder.
#[derive(Debug, Default)]
pub(crate) struct Installed {
    /// What is known of each folder, by its path.
    folders: BTreeMap<String, Folder>,
}

#[derive(Debug, Default)]
struct Folder {
    /// Whether it contains only installed packages, so that it is an entry of `sys.path`.
    whole: bool,
    /// The files and folders of the packages, by name.
    names: BTreeSet<String>,
    /// The version of SQLAlchemy, and the folder with its metadata.
    sqlalchemy: Option<(String, String)>,
}

impl Installed {
    /// Finds installed packages. A tree that is one package as a whole, as a wheel is, has none.
    pub(crate) fn find(tree: &Tree) -> Self {
        let mut folders: BTreeMap<String, Folder> = BTreeMap::new();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for info in infos(tree) {
            let directory = paths::parent(&info);
            let folder = folders.entry(directory.to_owned()).or_default();
            *counts.entry(directory.to_owned()).or_default() += 1;
            folder.add(tree, directory, &info);
        }
        folders.retain(|directory, _| {
            !directory.is_empty() || counts.get(directory).is_some_and(|count| *count > 1)
        });
        for (directory, folder) in &mut folders {
            let is_project = OF_PROJECTS
                .iter()
                .any(|name| matches!(tree.node(&paths::join(directory, name)), Some(Node::File(_))));
            folder.whole = !directory.is_empty()
                && !is_project
                && (counts.get(directory).is_some_and(|count| *count > 1) || folder.has_all(tree, directory));
        }
        let found = Self { folders };
        let has_source = tree.files().any(|(path, _)| is_python(path) && !found.holds(path));
        if has_source { found } else { Self::default() }
    }

    /// Whether a file or a directory was installed.
    pub(crate) fn holds(&self, path: &str) -> bool {
        paths::ancestors(path).any(|directory| {
            self.folders.get(directory).is_some_and(|folder| {
                let first = paths::below(path, directory).and_then(|rest| rest.split('/').next());
                folder.whole || first.is_some_and(|first| folder.names.contains(first))
            })
        })
    }

    /// The directories with only installed packages.
    pub(crate) fn folders(&self) -> impl Iterator<Item = &str> {
        self.folders.iter().filter(|(_, folder)| folder.whole).map(|(directory, _)| directory.as_str())
    }

    /// Each installed version of SQLAlchemy, with its metadata.
    pub(crate) fn sqlalchemy(&self) -> impl Iterator<Item = (&str, &str)> {
        let found = self.folders.values().filter_map(|folder| folder.sqlalchemy.as_ref());
        found.map(|(version, info)| (version.as_str(), info.as_str()))
    }
}

impl Folder {
    fn add(&mut self, tree: &Tree, directory: &str, info: &str) {
        let stem = paths::file_name(info).trim_end_matches(".dist-info").trim_end_matches(".egg-info");
        let (name, version) = stem.split_once('-').unwrap_or((stem, ""));
        let version = version.split('-').next().unwrap_or_default();
        if project_name(name) == "sqlalchemy" {
            self.sqlalchemy = Some((version.to_owned(), info.to_owned()));
        }
        self.names.insert(paths::file_name(info).to_owned());
        let listed =
            ["RECORD", "installed-files.txt"].iter().find_map(|file| record(tree, &paths::join(info, file)));
        let listed = listed.unwrap_or_else(|| {
            let name = name.replace('-', "_");
            BTreeSet::from([format!("{name}.py"), name])
        });
        let is_there = |name: &&String| tree.node(&paths::join(directory, name)).is_some();
        self.names.extend(listed.iter().filter(is_there).cloned());
    }

    /// Whether all Python files of a directory belong to packages.
    fn has_all(&self, tree: &Tree, directory: &str) -> bool {
        tree.list(directory).all(|name| {
            let path = paths::join(directory, name);
            self.names.contains(name) || (tree.node(&path) != Some(Node::Directory) && !is_python(name))
        })
    }
}

/// Whether a folder has the metadata of an installed package, `name-1.0-py3.11.egg-info`. That of a project's own sources,
/// which an sdist contains, has no version in its name.
fn is_installed_egg(name: &str) -> bool {
    let version = name.strip_suffix(".egg-info").and_then(|stem| stem.split('-').nth(1));
    version.is_some_and(|version| version.starts_with(|first: char| first.is_ascii_digit()))
}

/// The metadata folders of installed packages.
fn infos(tree: &Tree) -> BTreeSet<String> {
    let files = tree.files().filter_map(|(path, _)| {
        let directory = paths::parent(path);
        let name = paths::file_name(directory);
        let is_info = name.ends_with(".dist-info") && matches!(paths::file_name(path), "METADATA" | "RECORD");
        let is_egg = is_installed_egg(name) && paths::file_name(path) == "PKG-INFO";
        (is_info || is_egg).then(|| directory.to_owned())
    });
    files.collect()
}

/// The first parts of the paths that a package lists.
fn record(tree: &Tree, path: &str) -> Option<BTreeSet<String>> {
    let Some(Node::File(entry)) = tree.node(path) else { return None };
    if entry.size > LONGEST_RECORD {
        return None;
    }
    let bytes = tree.read(path).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let first = |line: &str| line.split([',', '/']).next().unwrap_or_default().trim_matches('"').to_owned();
    Some(text.lines().map(first).filter(|name| !matches!(name.as_str(), "" | "." | "..")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(files: &[(&str, &str)]) -> Installed {
        Installed::find(&Tree::in_memory(files.iter().copied()))
    }

    #[test]
    fn a_folder_of_packages() {
        for folder in ["libs", "vendor", "app/lib", "third/party"] {
            let files = [
                ("SQLAlchemy-2.0.37.dist-info/METADATA", ""),
                ("SQLAlchemy-2.0.37.dist-info/RECORD", "sqlalchemy/__init__.py,sha256=x,1\n../../bin/x,,\n"),
                ("sqlalchemy/__init__.py", ""),
                ("six-1.16.0.dist-info/METADATA", ""),
                ("six.py", ""),
                ("copied/__init__.py", ""),
            ]
            .map(|(path, text)| (format!("{folder}/{path}"), text));
            let mut files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
            files.push(("main.py", ""));
            let found = find(&files);
            assert_eq!(found.folders().collect::<Vec<_>>(), [folder]);
            assert!(found.holds(&format!("{folder}/copied/__init__.py")) && !found.holds("main.py"));
            let info = format!("{folder}/SQLAlchemy-2.0.37.dist-info");
            assert_eq!(found.sqlalchemy().collect::<Vec<_>>(), [("2.0.37", info.as_str())]);
        }
    }

    #[test]
    fn packages_beside_a_projects_own_code() {
        let found = find(&[
            ("a/pyproject.toml", ""),
            ("a/models.py", ""),
            ("a/six-1.16.0.dist-info/METADATA", ""),
            ("a/six.py", ""),
            ("a/attrs-24.3.0.dist-info/RECORD", "attr/__init__.py,,\nattrs/__init__.py,,\n"),
            ("a/attr/__init__.py", ""),
        ]);
        assert_eq!(found.folders().count(), 0);
        assert!(found.holds("a/six.py") && found.holds("a/attr/__init__.py") && found.holds("a/attr"));
        assert!(!found.holds("a/models.py"));
    }

    #[test]
    fn a_package_by_itself_is_source() {
        for files in [
            [("x-1.0.dist-info/METADATA", ""), ("x/__init__.py", ""), ("x/models.py", "")],
            [("w/x-1.0.dist-info/METADATA", ""), ("w/x/__init__.py", ""), ("w/x/models.py", "")],
            [("src/x.egg-info/PKG-INFO", ""), ("src/x/__init__.py", ""), ("src/x/models.py", "")],
        ] {
            let found = find(&files);
            assert!(files.iter().all(|(path, _)| !found.holds(path)), "{files:?}");
        }
    }

    /// An sdist contains the metadata of its own sources, and more Python files than these.
    #[test]
    fn the_sources_of_an_sdist_are_not_installed() {
        for (metadata, is_installed) in [
            ("x.egg-info", false),
            ("my_x.egg-info", false),
            ("my-x.egg-info", false),
            ("x-1.0.egg-info", true),
            ("x-1.0-py3.11.egg-info", true),
            ("my_x-0.9rc1-py2.7.egg-info", true),
        ] {
            let package = if metadata.starts_with("my") { "my_x" } else { "x" };
            for source in ["src", "sdk/python", "lib"] {
                let files = [
                    (format!("{source}/{metadata}/PKG-INFO"), ""),
                    (format!("{source}/{package}/models.py"), ""),
                    ("setup.py".to_owned(), ""),
                    ("scripts/release.py".to_owned(), ""),
                ];
                let files = files.each_ref().map(|(path, text)| (path.as_str(), *text));
                let found = find(&files);
                assert_eq!(
                    found.holds(&format!("{source}/{package}/models.py")),
                    is_installed,
                    "{source}/{metadata}"
                );
            }
        }
    }
}
