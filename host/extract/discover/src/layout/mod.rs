//! The location of packages according to the packaging of a project.

mod ini;
mod pyproject;
pub(crate) mod setup_cfg;
mod setup_py;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use setup_cfg::entries;

use belljar_schema::Diagnostic;
use belljar_tree::Tree;

use crate::{configuration, exclude::Exclusion, paths};

/// A directory that a configuration names as one that contains packages.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DeclaredRoot {
    /// The path of the directory in the tree.
    pub(crate) path: String,
    /// The one top-level name that it applies to, if there is one.
    pub(crate) top: Option<String>,
}

impl DeclaredRoot {
    fn new(path: String) -> Self {
        Self { path, top: None }
    }

    /// From the path of a package: `src/pkg` is `pkg` in `src`.
    fn of_package(path: &str) -> Self {
        Self { path: paths::parent(path).to_owned(), top: Some(paths::file_name(path).to_owned()) }
    }

    /// Whether it applies to this directory.
    pub(crate) fn covers(&self, directory: &str) -> bool {
        let Some(rest) = paths::below(directory, &self.path) else { return false };
        let first = rest.split('/').next().unwrap_or_default();
        self.top.as_deref().is_none_or(|top| first.is_empty() || top == first)
    }
}

/// Every declared root, sorted.
pub(crate) fn declared_roots(
    tree: &Tree,
    exclusion: &Exclusion,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<DeclaredRoot> {
    let all = declared_by(tree, exclusion, diagnostics).into_values().flatten();
    all.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The roots that the configuration of each directory declares.
pub(crate) fn declared_by(
    tree: &Tree,
    exclusion: &Exclusion,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<String, BTreeSet<DeclaredRoot>> {
    let mut all: BTreeMap<String, BTreeSet<DeclaredRoot>> = BTreeMap::new();
    for (path, _) in tree.files() {
        let directory = paths::parent(path);
        if exclusion.directory(directory).is_some() {
            continue;
        }
        let name = paths::file_name(path);
        if !matches!(name, "pyproject.toml" | "setup.cfg" | "setup.py") {
            continue;
        }
        let roots = all.entry(directory.to_owned()).or_default();
        configuration::with_text(tree, path, diagnostics, |text, diagnostics| match name {
            "pyproject.toml" => pyproject::roots(path, text, roots, diagnostics),
            "setup.cfg" => setup_cfg::roots(directory, text, roots),
            _ => setup_py::roots(path, text, roots, diagnostics),
        });
    }
    all
}

/// The same with the directories that settings of tools add to the path, which do not determine the names of packages.
pub(crate) fn on_the_path(tree: &Tree, exclusion: &Exclusion) -> BTreeMap<String, BTreeSet<DeclaredRoot>> {
    let mut unread = Vec::new();
    let mut all = declared_by(tree, exclusion, &mut unread);
    for (path, _) in tree.files().filter(|(path, _)| ini::may_configure(paths::file_name(path))) {
        let directory = paths::parent(path);
        if exclusion.directory(directory).is_none() {
            configuration::with_text(tree, path, &mut unread, |text, _| {
                all.entry(directory.to_owned()).or_default().extend(ini::roots(path, text));
            });
        }
    }
    all
}

/// Whether a `setup.py` computes the location of packages.
pub(crate) fn is_computed(tree: &Tree, path: &str) -> bool {
    let mut computes = false;
    configuration::with_text(tree, path, &mut Vec::new(), |text, _| computes = setup_py::computes(text));
    computes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;

    fn check(file: &str, text: &str, expected: &[(&str, Option<&str>)]) {
        let tree = Tree::in_memory([(file, text)]);
        let exclusion = Exclusion::new(&tree, &Options::default());
        let roots = declared_roots(&tree, &exclusion, &mut Vec::new());
        let roots: Vec<_> = roots.iter().map(|root| (root.path.as_str(), root.top.as_deref())).collect();
        assert_eq!(roots, expected, "{file}: {text}");
    }

    #[test]
    fn pyproject() {
        check(
            "a/pyproject.toml",
            "[tool.setuptools.packages.find]\nwhere = ['src', 'lib']",
            &[("a/lib", None), ("a/src", None)],
        );
        check(
            "pyproject.toml",
            "[tool.setuptools]\npackage-dir = {'' = 'lib', p = 'x/p', q = 'z'}",
            &[("lib", None), ("x", Some("p"))],
        );
        check(
            "pyproject.toml",
            "[tool.poetry]\npackages = [{include = 'a'}, {include = 'b', from = 's'}]",
            &[("", Some("a")), ("s", Some("b"))],
        );
        check(
            "pyproject.toml",
            "[tool.hatch.build.targets.wheel]\npackages = ['src/a']\nsources = ['x']",
            &[("src", Some("a")), ("x", None)],
        );
        check("pyproject.toml", "[tool.pytest.ini_options]\npythonpath = 'src'", &[("src", None)]);
        check("pyproject.toml", "[tool.uv.build-backend]\nmodule-root = 'py'", &[("py", None)]);
        check("pyproject.toml", "[tool.poetry]\npackages = [{include = 'a', from = '../x'}]", &[]);
    }

    #[test]
    fn setup_cfg() {
        check(
            "setup.cfg",
            "[options]\npackage_dir =\n    = src\n    p=x/p\n",
            &[("src", None), ("x", Some("p"))],
        );
        check("setup.cfg", "[options.packages.find]\nwhere = lib # why\n", &[("lib", None)]);
        check("a/setup.cfg", "[options]\npackages = find_namespace:\n", &[("a", None)]);
        check("setup.cfg", "[metadata]\nname = x\n", &[]);
    }

    #[test]
    fn setup_py() {
        check(
            "a/setup.py",
            "setup(package_dir={'': 'src'}, packages=find_packages('src'))",
            &[("a/src", None)],
        );
        check("setup.py", "setup(packages=find_namespace_packages(include=['x.*']))", &[("", None)]);
        check("setup.py", "setup(packages=setuptools.find_packages(where='lib'))", &[("lib", None)]);
        check("setup.py", "setup(packages=find_packages())", &[]);
        let constants = "D = 'src'\nW = {'': D}\n";
        for arguments in [
            "package_dir={'': D}",
            "package_dir=W",
            "packages=find_packages(where=D)",
            "package_dir={'': os.path.join(D)}",
            "package_dir={'': 's' + 'rc'}",
        ] {
            let text = format!("{constants}setup({arguments})");
            check("setup.py", &text, &[("src", None)]);
            assert!(!setup_py::computes(&text), "{arguments}");
        }
        for text in [
            "setup(package_dir={'': ''.join(x)})",
            "setup(package_dir=dict([('', 'lib')]))",
            "setup(**given)",
            "find_packages(where())",
            "D = 'a'\nD = 'b'\nsetup(package_dir={'': D})",
        ] {
            check("setup.py", text, &[]);
            assert!(setup_py::computes(text), "{text}");
        }
        for text in [
            "setup()",
            "setup(packages=find_packages(), name=name())",
            "other(**given)",
            "setup(package_dir=None)",
        ] {
            assert!(!setup_py::computes(text), "{text}");
        }
    }
}
