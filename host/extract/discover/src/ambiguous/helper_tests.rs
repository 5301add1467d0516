//! Modules that declaring ones import, what holds a name besides sources, and who decides between them.

use belljar_schema::Severity;

use super::tests::reported;

const MODELS: (&str, &str) = ("shop/models.py", "from common import sizes\n");
const HELPER: (&str, &str) = ("common/sizes.py", "import deep.one\n");
const DEEP: (&str, &str) = ("deep/one.py", "");
const OTHER: (&str, &str) = ("unused/sizes.py", "");
const BASE: [(&str, &str); 4] = [MODELS, HELPER, DEEP, OTHER];

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&BASE[..], more].concat()
}

fn severities(base: &[(&str, &str)], head: &[(&str, &str)], roots: &[&str]) -> Vec<Severity> {
    reported(base, head, roots).into_iter().map(|(severity, _)| severity).collect()
}

#[test]
fn what_declaring_modules_import() {
    let setup = ("setup.py", "setup(package_dir={'': 'lib'})\n");
    for (path, text) in [("lib/common/sizes.py", ""), ("lib/deep/__init__.py", ""), ("lib/deep.py", "")] {
        let new = (path, text);
        assert_eq!(severities(&BASE, &with(&[new]), &["", "lib"]), [Severity::Warning], "{path}");
        assert_eq!(severities(&BASE, &with(&[new, setup]), &["", "lib"]), [Severity::Error], "{path}");
    }
    for path in ["lib/unused/sizes.py", "lib/another.py", "lib/__init__.py"] {
        assert_eq!(severities(&BASE, &with(&[(path, ""), setup]), &["", "lib"]), [], "{path}");
    }
}

#[test]
fn what_is_loaded_besides_sources() {
    let setup = ("setup.py", "setup(package_dir={'': 'lib'})\n");
    for path in [
        "lib/shop/__init__.abi3.so",
        "lib/shop.abi3.so",
        "lib/shop.pyd",
        "lib/shop/__init__.pyc",
        "lib/shop.pyc",
    ] {
        assert_eq!(
            severities(&BASE, &with(&[(path, "1"), setup]), &["", "lib"]),
            [Severity::Error],
            "{path}"
        );
    }
    for path in ["lib/shop/data.txt", "lib/__pycache__/shop.cpython-313.pyc", "lib/shop.so.1"] {
        assert_eq!(severities(&BASE, &with(&[(path, "1"), setup]), &["", "lib"]), [], "{path}");
    }
}

#[test]
fn settings_name_directories_too() {
    for (path, text) in [
        ("alembic.ini", "[alembic]\nprepend_sys_path = lib\n"),
        ("alembic.ini", "[alembic]\nscript_location = x\nprepend_sys_path = .:lib\n"),
        ("alembic.ini", "[alembic]\nprepend_sys_path = %(here)s/lib\n"),
        ("pytest.ini", "[pytest]\npythonpath = . lib\n"),
        ("tox.ini", "[pytest]\npythonpath = lib\n"),
        ("setup.cfg", "[tool:pytest]\npythonpath =\n  lib\n"),
    ] {
        let new = [("lib/common/sizes.py", ""), (path, text)];
        assert_eq!(severities(&BASE, &with(&new), &[""]), [Severity::Error], "{path}: {text}");
        assert_eq!(severities(&with(&new), &with(&new), &[""]), [], "what the base has");
        assert_eq!(severities(&BASE, &with(&[new[1]]), &[""]), [], "one holder");
    }
    for (path, text) in [
        ("alembic.ini", "[alembic]\nprepend_sys_path = .\n"),
        ("alembic.ini", "[other]\nprepend_sys_path = lib\n"),
        ("tox.ini", "[testenv]\npythonpath = lib\n"),
    ] {
        assert_eq!(
            severities(&BASE, &with(&[("lib/common/sizes.py", ""), (path, text)]), &[""]),
            [],
            "{text}"
        );
    }
}

#[test]
fn what_cannot_be_read() {
    let both = with(&[("lib/shop/models.py", ""), ("setup.py", "setup()\n")]);
    let with_setup = |text| with(&[("lib/shop/models.py", ""), ("setup.py", text)]);
    for text in
        ["setup(package_dir={'': ''.join('lib')})\n", "setup(package_dir=dict(x))\n", "setup(**given())\n"]
    {
        let found = reported(&both, &with_setup(text), &["", "lib"]);
        let [(Severity::Warning, message)] = found.as_slice() else { panic!("{text}: {found:?}") };
        assert!(message.contains("any of `shop`, `lib/shop`"), "{message}");
        assert_eq!(
            severities(&with_setup(text), &with_setup(text), &["", "lib"]),
            [],
            "the base has it: {text}"
        );
        let one = [&BASE[..], &[("setup.py", text)]].concat();
        assert_eq!(severities(&BASE, &one, &["", "lib"]), [], "one holder: {text}");
    }
    let constant = "D = 'lib'\nsetup(package_dir={'': D})\n";
    assert_eq!(severities(&both, &with_setup(constant), &["", "lib"]), [Severity::Error]);
    assert_eq!(severities(&both, &with_setup("setup(version='2')\n"), &["", "lib"]), []);
}

#[test]
fn folders_that_are_renamed() {
    let package = |folder: &str, text: &str| {
        [("shop/models.py".to_owned(), String::new()), (format!("{folder}/shop/models.py"), text.to_owned())]
    };
    let setup = |folder: &str| ("setup.py".to_owned(), format!("setup(package_dir={{'': '{folder}'}})\n"));
    let told = |base: &[(String, String)], head: &[(String, String)]| {
        let lent = |files: &[(String, String)]| -> Vec<(String, String)> { files.to_vec() };
        let (base, head) = (lent(base), lent(head));
        let base: Vec<(&str, &str)> =
            base.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let head: Vec<(&str, &str)> =
            head.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        severities(&base, &head, &["", "lib", "libs"])
    };
    assert_eq!(told(&package("lib", "x"), &package("libs", "x")), [], "renamed");
    assert_eq!(told(&package("lib", "x"), &package("libs", "y")), [Severity::Warning], "and changed");
    let (base, head) = (package("lib", "x"), package("libs", "x"));
    let base = [&base[..], &[setup("lib")]].concat();
    assert_eq!(told(&base, &[&head[..], &[setup("libs")]].concat()), [], "the packaging goes along");
    assert_eq!(told(&base, &[&head[..], &[setup(".")]].concat()), [Severity::Error], "it does not");
}
