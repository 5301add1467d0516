use super::*;
use crate::{Options, exclude::Exclusion, layout, scan};

/// Checks root and name of some files of a tree.
fn check(files: &[(&str, &str)], expected: &[(&str, &str, &str)]) {
    let tree = Tree::in_memory(files.iter().copied());
    let exclusion = Exclusion::new(&tree, &Options::default());
    let mut diagnostics = Vec::new();
    let declared = layout::declared_roots(&tree, &exclusion, &mut diagnostics);
    let scanned = scan::scan(&tree, &exclusion, &mut diagnostics);
    let modules = resolve(&tree, &scanned, &declared, &|name| name == "redis");
    assert!(!expected.is_empty());
    for (path, root, name) in expected {
        assert_eq!((modules.root(path), modules.dotted_name(path)), (*root, *name), "{path}");
    }
}

#[test]
fn flat_layout() {
    check(
        &[("pkg/__init__.py", ""), ("pkg/db/__init__.py", ""), ("pkg/db/models.py", "")],
        &[("pkg/__init__.py", "", "pkg"), ("pkg/db/models.py", "", "pkg.db.models")],
    );
}

#[test]
fn src_layout() {
    check(
        &[("src/pkg/__init__.py", ""), ("src/pkg/models.py", "")],
        &[("src/pkg/models.py", "src", "pkg.models")],
    );
}

#[test]
fn src_that_is_imported_as_a_package() {
    let files =
        [("src/models.py", ""), ("src/app.py", "from src.models import A\n"), ("run.py", "import src.app")];
    check(&files, &[("src/models.py", "", "src.models"), ("run.py", "", "run")]);
}

#[test]
fn several_packages_in_one_repository() {
    let files = [
        ("services/a/src/a_pkg/__init__.py", ""),
        ("services/a/src/a_pkg/models.py", ""),
        ("libs/b/b_pkg/__init__.py", ""),
        ("libs/b/b_pkg/models.py", ""),
        ("libs/my-c/__init__.py", ""),
        ("libs/my-c/c_pkg/__init__.py", ""),
    ];
    check(
        &files,
        &[
            ("services/a/src/a_pkg/models.py", "services/a/src", "a_pkg.models"),
            ("libs/b/b_pkg/models.py", "libs/b", "b_pkg.models"),
            ("libs/my-c/c_pkg/__init__.py", "libs/my-c", "c_pkg"),
        ],
    );
}

#[test]
fn namespace_package_known_by_absolute_imports() {
    let files = [
        ("lib/galaxy/model/__init__.py", "from galaxy.util import x\n"),
        ("lib/galaxy/model/mapping.py", "from galaxy.model import A\n"),
        ("lib/galaxy/util/__init__.py", ""),
        ("lib/galaxy/version.py", ""),
        ("lib/galaxy/quiet/__init__.py", ""),
    ];
    check(
        &files,
        &[
            ("lib/galaxy/model/mapping.py", "lib", "galaxy.model.mapping"),
            ("lib/galaxy/util/__init__.py", "lib", "galaxy.util"),
            ("lib/galaxy/version.py", "lib", "galaxy.version"),
            ("lib/galaxy/quiet/__init__.py", "lib", "galaxy.quiet"),
        ],
    );
}

#[test]
fn namespace_package_known_by_tests_elsewhere() {
    let files = [
        ("core/acme/cloud/db/__init__.py", ""),
        ("core/acme/cloud/db/models.py", ""),
        ("tests/test_db.py", "from acme.cloud.db import models\n"),
    ];
    check(&files, &[("core/acme/cloud/db/models.py", "core", "acme.cloud.db.models")]);
}

#[test]
fn namespace_package_known_by_packaging() {
    let files = [
        ("a/pyproject.toml", "[tool.setuptools.packages.find]\nwhere = ['code']\n"),
        ("a/code/acme/db/__init__.py", ""),
        ("b/setup.py", "setup(packages=find_namespace_packages())"),
        ("b/acme/web/__init__.py", ""),
        ("src/acme/other/__init__.py", ""),
    ];
    check(
        &files,
        &[
            ("a/code/acme/db/__init__.py", "a/code", "acme.db"),
            ("b/acme/web/__init__.py", "b", "acme.web"),
            ("src/acme/other/__init__.py", "src", "acme.other"),
        ],
    );
}

#[test]
fn packaging_wins_over_a_habit_of_the_tests() {
    let files = [
        ("pyproject.toml", "[tool.poetry]\npackages = [{include = 'pkg', from = 'src'}]\n"),
        ("src/pkg/__init__.py", ""),
        ("src/pkg/models.py", ""),
        ("tests/test_a.py", "from src.pkg.models import A\n"),
    ];
    check(&files, &[("src/pkg/models.py", "src", "pkg.models")]);
}

#[test]
fn loose_modules() {
    let files = [
        ("app.py", "from models import A\n"),
        ("models.py", ""),
        ("scripts/load.py", "import helpers\nimport json\n"),
        ("scripts/helpers.py", ""),
        ("backend/app/main.py", "from app.models import user\n"),
        ("backend/app/models/user.py", ""),
    ];
    check(
        &files,
        &[
            ("models.py", "", "models"),
            ("scripts/helpers.py", "scripts", "helpers"),
            ("backend/app/main.py", "backend", "app.main"),
            ("backend/app/models/user.py", "backend", "app.models.user"),
        ],
    );
}

#[test]
fn modules_of_a_package_that_import_each_other_as_loose_ones() {
    let files = [("app/__init__.py", ""), ("app/main.py", "from models import A\n"), ("app/models.py", "")];
    check(&files, &[("app/models.py", "app", "models")]);
}

#[test]
fn a_library_of_the_same_name_lowers_nothing() {
    let files = [
        ("app/__init__.py", "from . import logging\n"),
        ("app/main.py", "import logging\n"),
        ("app/logging.py", ""),
    ];
    check(&files, &[("app/logging.py", "", "app.logging")]);
}

#[test]
fn relative_imports_need_a_package() {
    let files = [("pkg/db/models.py", "from ..base import Base\n"), ("pkg/base.py", "from . import db\n")];
    check(&files, &[("pkg/db/models.py", "", "pkg.db.models"), ("pkg/base.py", "", "pkg.base")]);
}

#[test]
fn the_root_of_the_tree_may_be_a_package_without_a_name() {
    check(
        &[("__init__.py", ""), ("a.py", ""), ("b/__init__.py", "")],
        &[("__init__.py", "", "__init__"), ("a.py", "", "a"), ("b/__init__.py", "", "b")],
    );
}

/// A package whose modules name each other from the directory above it, with relative imports too.
fn absolute(directory: &str) -> Vec<(String, String)> {
    [
        ("pay/__init__.py", ""),
        ("pay/models/__init__.py", "from .account import Account\nfrom pay.models.base import Base\n"),
        ("pay/models/account.py", "from pay.models.base import Base\nfrom .. import config\n"),
        ("pay/models/base.py", "from pay.config import x\n"),
        ("pay/config.py", "from . import models\n"),
    ]
    .map(|(path, text)| (format!("{directory}/{path}"), text.to_owned()))
    .into()
}

fn with<'a>(files: &'a [(String, String)], others: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    files.iter().map(|(path, text)| (path.as_str(), text.as_str())).chain(others.iter().copied()).collect()
}

#[test]
fn a_marker_in_a_directory_that_is_no_package() {
    for directory in ["src", "api/src", "code", "services/api/lib"] {
        let files = absolute(directory);
        let (marker, package) = (format!("{directory}/__init__.py"), format!("{directory}/pay/__init__.py"));
        let model = format!("{directory}/pay/models/account.py");
        let expected =
            [(model.as_str(), directory, "pay.models.account"), (package.as_str(), directory, "pay")];
        check(&with(&files, &[(&marker, "")]), &expected);
        // Nor where tests have the habit of naming it.
        let tests = format!("from {}.pay.models import Account\n", paths::file_name(directory)).repeat(9);
        check(&with(&files, &[(&marker, "\"\"\"Source.\"\"\"\n"), ("tests/test_a.py", &tests)]), &expected);
    }
}

#[test]
fn several_directories_below_a_marker() {
    let files = [absolute("services/a"), absolute("services/b")].concat();
    let markers = ["services/__init__.py", "services/a/__init__.py", "services/b/__init__.py"];
    check(
        &with(&files, &markers.map(|marker| (marker, ""))),
        &[
            ("services/a/pay/models/base.py", "services/a", "pay.models.base"),
            ("services/b/pay/models/base.py", "services/b", "pay.models.base"),
        ],
    );
}

#[test]
fn a_package_that_names_itself_is_one() {
    let own = [
        ("app/__init__.py", ""),
        ("app/models/__init__.py", "from app.models.base import Base\n"),
        ("app/models/base.py", ""),
        ("app/main.py", "from app.models import Base\nfrom models.base import Base\n"),
    ];
    check(&own, &[("app/models/base.py", "", "app.models.base")]);
}

#[test]
fn a_directory_that_is_called_like_a_library() {
    for library in ["redis", "logging"] {
        let (marker, client) = (format!("app/{library}/__init__.py"), format!("app/{library}/client.py"));
        let import = format!("from {library}.client import X\n");
        let files = [
            ("app/__init__.py", ""),
            (marker.as_str(), import.as_str()),
            (client.as_str(), import.as_str()),
            ("app/models/user.py", "from .. import models\n"),
            ("app/models/__init__.py", ""),
        ];
        check(&files, &[(&client, "", &format!("app.{library}.client"))]);
    }
}

#[test]
fn relative_imports_that_need_the_directory() {
    let files = absolute("src");
    let outside = ("src/pay/up.py", "from ... import shared\n");
    let others = [("src/__init__.py", ""), ("src/shared.py", ""), outside];
    check(&with(&files, &others), &[("src/pay/config.py", "", "src.pay.config")]);
}
