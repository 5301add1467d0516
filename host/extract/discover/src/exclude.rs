use std::collections::BTreeMap;

use belljar_tree::{Node, Tree};

use crate::{ExclusionRule, Options, imports::Outline, installed::Installed, paths};

/// The rules that exclude directories and files.
///
/// A rule for a *directory* applies to everything below it. A *file* is excluded by its name only if its content
/// agrees: `test_case.py` inside a package is an ordinary module unless it contains tests or uses a test framework, and
/// so are `tests.py` and `test.py`, which are candidates if they declare tables.
pub(crate) struct Exclusion {
    directories: BTreeMap<String, Option<ExclusionRule>>,
    packages: BTreeMap<String, bool>,
    installed: Installed,
    options: Options,
}

impl Exclusion {
    /// Classifies every directory of the tree.
    pub(crate) fn new(tree: &Tree, options: &Options) -> Self {
        let (directories, packages) = (BTreeMap::new(), BTreeMap::new());
        let mut exclusion =
            Self { directories, packages, installed: Installed::find(tree), options: options.clone() };
        for (path, _) in tree.files() {
            exclusion.judge(tree, paths::parent(path));
        }
        exclusion
    }

    fn judge(&mut self, tree: &Tree, directory: &str) -> Option<ExclusionRule> {
        if let Some(known) = self.directories.get(directory) {
            return *known;
        }
        let mut rule = None;
        if !directory.is_empty() {
            let above = self.judge(tree, paths::parent(directory));
            let installed = self.installed.holds(directory).then_some(ExclusionRule::Vendored);
            let own = directory_rules(tree, directory).into_iter().chain(installed);
            let own = own.filter(|rule| self.holds(*rule) && !self.is_named(directory)).min();
            rule = [above, own].into_iter().flatten().min();
        }
        self.packages.insert(directory.to_owned(), has_file(tree, directory, "__init__.py"));
        self.directories.insert(directory.to_owned(), rule);
        rule
    }

    /// Installed packages, unless they are included as source.
    pub(crate) fn installed(&self) -> Option<&Installed> {
        self.holds(ExclusionRule::Vendored).then_some(&self.installed)
    }

    /// Whether a directory was named explicitly, or contains one that was: no rule applies to it.
    fn is_named(&self, directory: &str) -> bool {
        self.options.within.as_deref().is_some_and(|within| paths::is_within(within, directory))
    }

    /// Whether no option disables the rule.
    fn holds(&self, rule: ExclusionRule) -> bool {
        let options = &self.options;
        !match rule {
            ExclusionRule::Build => options.include_build,
            ExclusionRule::Vendored => options.include_vendored,
            ExclusionRule::Migration => options.include_migrations,
            ExclusionRule::Test => options.include_tests,
            ExclusionRule::Example => options.include_examples,
            ExclusionRule::Docs => options.include_docs,
            ExclusionRule::Setup
            | ExclusionRule::Main
            | ExclusionRule::Excluded
            | ExclusionRule::NotSelected => false,
        }
    }

    /// The rule that excludes everything in a directory.
    pub(crate) fn directory(&self, directory: &str) -> Option<ExclusionRule> {
        self.directories.get(directory).copied().flatten()
    }

    /// Whether a file is included regardless of rules.
    pub(crate) fn keeps(&self, path: &str) -> bool {
        self.options.kept.contains(path)
    }

    /// The rule that excludes a Python file.
    pub(crate) fn file(&self, path: &str, outline: &Outline) -> Option<ExclusionRule> {
        let directory = paths::parent(path);
        let in_package = self.packages.get(directory).copied().unwrap_or(false);
        let installed = self.installed.holds(path).then_some(ExclusionRule::Vendored);
        let own = file_rule(paths::file_name(path), in_package, outline).into_iter().chain(installed);
        let own = own.filter(|rule| self.holds(*rule)).min();
        [self.directory(directory), own].into_iter().flatten().min()
    }
}

fn file_rule(name: &str, in_package: bool, outline: &Outline) -> Option<ExclusionRule> {
    let stem = name.strip_suffix(".py").unwrap_or(name);
    if outline.is_revision {
        return Some(ExclusionRule::Migration);
    }
    let named_test = stem.starts_with("test_") || stem.ends_with("_test") || stem.ends_with("_tests");
    match name {
        "conftest.py" => Some(ExclusionRule::Test),
        "setup.py" if !in_package => Some(ExclusionRule::Setup),
        "__main__.py" => Some(ExclusionRule::Main),
        _ if named_test && (outline.has_tests || !in_package) => Some(ExclusionRule::Test),
        _ => None,
    }
}

/// Every rule that applies to the directory itself.
fn directory_rules(tree: &Tree, directory: &str) -> Vec<ExclusionRule> {
    let name = paths::file_name(directory).to_ascii_lowercase();
    let name = name.as_str();
    let is_package = has_file(tree, directory, "__init__.py");
    let in_package = has_file(tree, paths::parent(directory), "__init__.py");
    let mut rules = Vec::new();
    if is_build(tree, directory, name, is_package) {
        rules.push(ExclusionRule::Build);
    }
    if is_vendored(tree, directory, name, is_package) {
        rules.push(ExclusionRule::Vendored);
    }
    if is_migration(tree, directory, name) {
        rules.push(ExclusionRule::Migration);
    }
    if is_test(name) {
        rules.push(ExclusionRule::Test);
    }
    // A package named `samples` or `doc` inside another package is more likely about samples and documents than made of
    // them.
    let is_domain = is_package && in_package;
    if matches!(name, "example" | "examples" | "_examples" | "demo" | "demos" | "tutorial" | "tutorials")
        || (matches!(name, "sample" | "samples" | "snippets" | "playground") && !is_domain)
    {
        rules.push(ExclusionRule::Example);
    }
    if matches!(name, "docs" | "doc" | "documentation" | "docs_src") && !is_domain {
        rules.push(ExclusionRule::Docs);
    }
    rules
}

fn is_build(tree: &Tree, directory: &str, name: &str, is_package: bool) -> bool {
    // `build` and `dist` are also ordinary names of packages.
    (matches!(name, "build" | "_build" | "dist" | "target" | "env") && !is_package)
        || matches!(name, "__pycache__" | "__pypackages__" | "node_modules" | "site-packages")
        || matches!(name, "venv" | "virtualenv" | "dist-packages")
        || name.starts_with('.')
        || std::path::Path::new(name).extension().is_some_and(|extension| extension == "egg")
        || has_file(tree, directory, "pyvenv.cfg")
}

fn is_vendored(tree: &Tree, directory: &str, name: &str, is_package: bool) -> bool {
    match name {
        "_vendor" | "_vendored" | "vendored" | "third_party" | "thirdparty" | "3rdparty"
        | "external_libs" => true,
        // A package `vendors` about the vendors of a shop consists of modules; one with copies of projects consists of
        // packages.
        "vendor" => {
            let holds_packages = tree
                .list(directory)
                .any(|child| has_file(tree, &paths::join(directory, child), "__init__.py"));
            !is_package || holds_packages
        }
        _ => false,
    }
}

fn is_migration(tree: &Tree, directory: &str, name: &str) -> bool {
    matches!(name, "migrations" | "alembic")
        || name.ends_with("_migrations")
        || has_file(tree, directory, "migrate.cfg")
        || has_file(tree, directory, "script.py.mako")
        || (has_file(tree, directory, "env.py")
            && tree.node(&paths::join(directory, "versions")) == Some(Node::Directory))
}

fn is_test(name: &str) -> bool {
    matches!(name, "test" | "tests" | "testing" | "_testing" | "testsuite" | "unittests" | "e2e")
        || name.ends_with("_tests")
        || name.ends_with("-tests")
        || name.starts_with("tests_")
        || name.starts_with("tests-")
}

fn has_file(tree: &Tree, directory: &str, name: &str) -> bool {
    matches!(tree.node(&paths::join(directory, name)), Some(Node::File(_)))
}

/// The rule that would exclude a file, if an option keeps it.
pub(crate) fn kept_from(
    exclusion: &Exclusion,
    path: &str,
    outline: &Outline,
) -> (Option<ExclusionRule>, Option<ExclusionRule>) {
    let rule = exclusion.file(path, outline);
    if exclusion.keeps(path) { (None, rule) } else { (rule, None) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rule for the first path, in a tree of all of them.
    fn rule(paths: &[&str], options: &Options) -> Option<ExclusionRule> {
        let tree = Tree::in_memory(paths.iter().map(|path| (*path, "")));
        Exclusion::new(&tree, options).file(paths[0], &Outline::default())
    }

    fn check(paths: &[&str], expected: ExclusionRule, put_back: &Options) {
        assert_eq!(rule(paths, &Options::default()), Some(expected), "{paths:?}");
        assert_eq!(rule(paths, put_back), None, "{paths:?} put back");
    }

    fn check_kept(paths: &[&str]) {
        assert_eq!(rule(paths, &Options::default()), None, "{paths:?}");
    }

    #[test]
    fn tests() {
        let put_back = Options { include_tests: true, ..Options::default() };
        for path in ["tests/models.py", "pkg/testing/a.py", "test_a.py", "a_test.py", "pkg/conftest.py"] {
            check(&[path, "pkg/__init__.py"], ExclusionRule::Test, &put_back);
        }
        check_kept(&["pkg/tests.py", "pkg/__init__.py"]);
        check_kept(&["pkg/test_case.py", "pkg/__init__.py"]);
        check_kept(&["pkg/contest/a.py", "pkg/__init__.py"]);
    }

    #[test]
    fn a_module_named_test_is_judged_by_its_content() {
        let tree = Tree::in_memory([("pkg/__init__.py", ""), ("pkg/test_a.py", "")]);
        let exclusion = Exclusion::new(&tree, &Options::default());
        let tests = Outline { has_tests: true, ..Outline::default() };
        assert_eq!(exclusion.file("pkg/test_a.py", &tests), Some(ExclusionRule::Test));
        assert_eq!(exclusion.file("pkg/test_a.py", &Outline::default()), None);
    }

    #[test]
    fn examples_and_docs() {
        let examples = Options { include_examples: true, ..Options::default() };
        check(&["examples/a.py"], ExclusionRule::Example, &examples);
        check(&["pkg/demo/a.py", "pkg/__init__.py"], ExclusionRule::Example, &examples);
        check(&["samples/a.py"], ExclusionRule::Example, &examples);
        check_kept(&["pkg/samples/a.py", "pkg/__init__.py", "pkg/samples/__init__.py"]);
        check(&["docs/conf.py"], ExclusionRule::Docs, &Options { include_docs: true, ..Options::default() });
        check_kept(&["pkg/doc/a.py", "pkg/__init__.py", "pkg/doc/__init__.py"]);
    }

    #[test]
    fn migrations() {
        let put_back = Options { include_migrations: true, ..Options::default() };
        check(&["pkg/migrations/a.py"], ExclusionRule::Migration, &put_back);
        check(&["db/x/versions/a.py", "db/x/env.py"], ExclusionRule::Migration, &put_back);
        check(&["db/x/a.py", "db/x/script.py.mako"], ExclusionRule::Migration, &put_back);
        check(&["repo/versions/a.py", "repo/migrate.cfg"], ExclusionRule::Migration, &put_back);
        check_kept(&["pkg/migration/models.py"]);
        let revision = Outline { is_revision: true, ..Outline::default() };
        let tree = Tree::in_memory([("x/a.py", "")]);
        assert_eq!(
            Exclusion::new(&tree, &Options::default()).file("x/a.py", &revision),
            Some(ExclusionRule::Migration)
        );
        assert_eq!(Exclusion::new(&tree, &put_back).file("x/a.py", &revision), None);
    }

    #[test]
    fn build_and_vendored() {
        let build = Options { include_build: true, ..Options::default() };
        for path in ["build/lib/pkg/a.py", ".tox/x/a.py", "venv/a.py", "dist/a.py", "x/__pycache__/a.py"] {
            check(&[path], ExclusionRule::Build, &build);
        }
        check(&["my/lib/a.py", "my/pyvenv.cfg"], ExclusionRule::Build, &build);
        check_kept(&["pkg/build/a.py", "pkg/build/__init__.py"]);
        let vendored = Options { include_vendored: true, ..Options::default() };
        check(&["pkg/_vendor/a.py"], ExclusionRule::Vendored, &vendored);
        check(
            &["pkg/vendor/x/a.py", "pkg/vendor/__init__.py", "pkg/vendor/x/__init__.py"],
            ExclusionRule::Vendored,
            &vendored,
        );
        check_kept(&["pkg/vendor/models.py", "pkg/vendor/__init__.py"]);
    }

    #[test]
    fn scripts_that_run_when_imported() {
        assert_eq!(rule(&["setup.py"], &Options::default()), Some(ExclusionRule::Setup));
        assert_eq!(rule(&["pkg/__main__.py"], &Options::default()), Some(ExclusionRule::Main));
        check_kept(&["pkg/setup.py", "pkg/__init__.py"]);
    }
}
