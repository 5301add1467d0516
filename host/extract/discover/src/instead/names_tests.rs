//! Names that are found before the standard library's and before those of drivers.

use std::collections::BTreeSet;

use super::*;

type Files<'a> = &'a [(&'a str, &'a str)];

fn reported(before: Files<'_>, after: Files<'_>) -> Vec<(Severity, String)> {
    let (base, head) = (Tree::in_memory(before.iter().copied()), Tree::in_memory(after.iter().copied()));
    let roots = BTreeSet::from(["src".to_owned(), "scripts".to_owned()]);
    let declaring = BTreeSet::from(["src/shop/models.py".to_owned()]);
    let (libraries, compiled) = (BTreeSet::new(), BTreeMap::new());
    let around = Around { roots: &roots, libraries: &libraries, declaring: &declaring, compiled: &compiled };
    loaded_instead(&base, &head, around).into_iter().map(|one| (one.severity, one.message)).collect()
}

const BASE: Files<'static> =
    &[("src/shop/__init__.py", ""), ("src/shop/models.py", ""), ("scripts/run.py", "")];

#[test]
fn names_of_the_standard_library_and_of_drivers() {
    for (path, severity, part) in [
        ("calendar.py", Severity::Error, "before the standard library's"),
        ("uuid.py", Severity::Error, "before the standard library's"),
        ("src/string.py", Severity::Error, "before the standard library's"),
        ("src/enum/__init__.py", Severity::Error, "before the standard library's"),
        ("colorsys.abi3.so", Severity::Error, "before the standard library's"),
        ("greenlet.py", Severity::Error, "which SQLAlchemy or a driver imports"),
        ("greenlet/__init__.py", Severity::Error, "which SQLAlchemy or a driver imports"),
        ("src/psycopg2/__init__.py", Severity::Error, "which SQLAlchemy or a driver imports"),
        ("MySQLdb.pyc", Severity::Error, "which SQLAlchemy or a driver imports"),
        ("profile.py", Severity::Warning, "before the standard library's"),
    ] {
        let new = [BASE, &[(path, "1")]].concat();
        let found = reported(BASE, &new);
        let [(how, message)] = found.as_slice() else { panic!("{path}: {found:?}") };
        assert!(*how == severity && message.contains(part), "{path}: {message}");
        // One that the base has is its own.
        assert_eq!(reported(&new, &new), [], "{path}");
        let found = reported(&new, &[BASE, &[(path, "2")]].concat());
        assert!(matches!(found.as_slice(), [(Severity::Warning, _)]), "{path}: {found:?}");
    }
}

#[test]
fn names_that_are_a_projects_own() {
    for path in [
        "src/shop/calendar.py",
        "src/shop/queue/__init__.py",
        "src/shop/types.py",
        "scripts/queue.py",
        "tests/__init__.py",
        "test/__init__.py",
        "src/test/__init__.py",
        "types/readme.py",
        "calendar/models.py",
        "calendar.md",
        "json/data.json",
        "src/time.py",
        "src/accounts.py",
    ] {
        assert_eq!(reported(BASE, &[BASE, &[(path, "1")]].concat()), [], "{path}");
    }
    let base = [BASE, &[("src/queue/__init__.py", "")]].concat();
    let found = reported(&base, &[&base[..], &[("src/queue/jobs.py", "")]].concat());
    assert!(matches!(found.as_slice(), [(Severity::Warning, _)]), "{found:?}");
}

#[test]
fn folders_that_are_no_packages() {
    let base = [("app/models.py", "")];
    for (path, count) in [
        ("app.pyc", 1),
        ("app.abi3.so", 1),
        ("app.pyd", 1),
        ("other.abi3.so", 0),
        ("__pycache__/app.cpython-313.pyc", 0),
        ("data.so", 0),
    ] {
        let head = [base[0], ("data/readme.txt", ""), (path, "1")];
        let found = reported(&base, &head);
        assert_eq!(found.len(), count, "{path}: {found:?}");
        assert!(found.iter().all(|(_, message)| message.contains("in place of `app`")), "{found:?}");
        let package = [("app/__init__.py", ""), head[0], head[1], head[2]];
        assert_eq!(reported(&package[..2], &package), [], "a package comes first: {path}");
    }
}
