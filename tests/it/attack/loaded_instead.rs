//! A change that brings files which Python loads in place of those that are read: libraries in machine code, compiled modules,
//! modules that are called like a library, and what the interpreter runs before everything else. Nothing of it runs here.
//! Expected: an error that names the file and what it stands for. Each control shows that the same in the base is none.

use serde_json::Value;

use crate::support::{Belljar, Project, Run, commit, repository, write_all};

const MODELS: &str = "from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class Order(Base):
    __tablename__ = 'orders'
    id = Column(Integer, primary_key=True)
";

const BEFORE: [(&str, &str); 2] = [("shop/__init__.py", ""), ("shop/models.py", MODELS)];

/// A compiled module that is taken without a look at its source.
const UNCHECKED: &str = "\u{1}\r\r\n\u{1}\0\0\0 a hash, and code";

#[track_caller]
fn belljar(project: &Project, arguments: &[&str]) -> Run {
    Belljar::new(project.path()).arguments(arguments).arguments(["--quiet", "--timeout", "30m"]).run()
}

/// What a check says of files that are loaded instead, with its exit code.
#[track_caller]
fn reported(project: &Project, base: &str, head: Option<&str>) -> (i32, Vec<String>) {
    let sides: Vec<&str> = [base].into_iter().chain(head).collect();
    let run = belljar(project, &[&["check", "--format", "json"], sides.as_slice()].concat());
    let verdict: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}\n{run}"));
    let problems = verdict["problems"].as_array().unwrap().iter();
    let own = problems.filter(|one| one["code"] == "loaded-instead" && one["severity"] == "error");
    (run.code, own.map(|one| one["message"].as_str().unwrap().to_owned()).collect())
}

fn added(path: &str, text: &str) -> Project {
    let project = repository(&BEFORE);
    write_all(project.path(), &[(path, text)]);
    commit(project.path(), "more");
    project
}

#[test]
fn every_file_that_is_loaded_instead() {
    for (path, text, what) in [
        ("shop/models.so", "ELF", "in place of `shop/models.py`"),
        ("shop/models.abi3.so", "ELF", "in place of `shop/models.py`"),
        ("shop/models.cpython-313-x86_64-linux-gnu.so", "ELF", "in place of `shop/models.py`"),
        ("shop/models.pyd", "MZ", "in place of `shop/models.py`"),
        ("shop/__init__.abi3.so", "ELF", "in place of `shop/__init__.py`"),
        ("shop/models.pyc", UNCHECKED, "in place of `shop/models.py`"),
        ("shop/__pycache__/models.cpython-313.pyc", UNCHECKED, "in place of `shop/models.py`"),
        ("sqlalchemy/__init__.py", "", "before the library of that name"),
        ("sqlalchemy.py", "", "before the library of that name"),
        ("sqlmodel/__init__.py", "", "before the library of that name"),
        ("alembic.py", "", "before the library of that name"),
        ("flask_sqlalchemy/__init__.py", "", "before the library of that name"),
        ("sitecustomize.py", "", "before everything else"),
        ("usercustomize/__init__.py", "", "before everything else"),
        ("deploy/evil.pth", "import shop.other\n", "at startup"),
        ("deploy/nul.pth", "\0\nimport shop.other\n", "at startup"),
    ] {
        let project = added(path, text);
        let (code, messages) = reported(&project, "HEAD~1", Some("HEAD"));
        assert_eq!((code, messages.len()), (1, 1), "{path}: {messages:?}");
        assert!(messages[0].starts_with(&format!("`{path}` is new, and ")), "{messages:?}");
        assert!(messages[0].contains(what), "{messages:?}");
        // Control: with the same in the base there is nothing to say.
        assert_eq!(reported(&project, "HEAD", Some("HEAD")).1, [""; 0], "{path}");
        // As the files lie on the disk, and changed.
        assert_eq!(reported(&project, "HEAD~1", None).1, messages, "{path}");
        write_all(project.path(), &[(path, &format!("{text}\nimport os\n"))]);
        let (_, messages) = reported(&project, "HEAD", None);
        assert_eq!(messages.len(), 1, "{path}");
        assert!(messages[0].starts_with(&format!("`{path}` has changed, and ")), "{messages:?}");
    }
}

#[test]
fn files_that_are_nobodys_place() {
    for (path, text) in [
        ("shop/other.so", "ELF"),
        ("lib/libmodels.so.1", "ELF"),
        ("shop/__pycache__/gone.cpython-313.pyc", UNCHECKED),
        // It goes by the time of its source, which each checkout sets.
        ("shop/__pycache__/models.cpython-313.pyc", "\u{1}\r\r\n\0\0\0\0 a time and a size"),
        ("sqlalchemy/notes.txt", ""),
        ("shop/sqlalchemy.py", ""),
        ("shop/calendar.py", ""),
        ("tests/__init__.py", ""),
        ("weights.pth", "PK\u{3}\u{4}\0\0"),
        ("alembic/env.py", "from alembic import context\n"),
    ] {
        assert_eq!(reported(&added(path, text), "HEAD~1", Some("HEAD")), (0, Vec::new()), "{path}");
    }
}

#[test]
fn every_command_reports_it() {
    let project = added("shop/models.abi3.so", "ELF");
    let run = belljar(&project, &["diff", "HEAD~1", "HEAD"]).exits_with(1);
    assert!(run.stdout.contains("in place of `shop/models.py`"), "{run}");
    // The tree of the head alone: a note, as nobody knows who brought it.
    let run = belljar(&project, &["extract", "--rev", "HEAD", "--format", "json"]).exits_with(0);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let notes = document["diagnostics"].as_array().unwrap().iter();
    let notes: Vec<&Value> = notes.filter(|one| one["code"] == "loaded-instead").collect();
    assert_eq!(notes.len(), 1, "{run}");
    assert_eq!(
        (&notes[0]["severity"], &notes[0]["place"]["path"]),
        (&"note".into(), &"shop/models.py".into())
    );
}

#[test]
fn a_second_package_that_the_packaging_prefers() {
    let changed = MODELS.replace("    id =", "    note = Column(Integer)\n    id =");
    for (file, text) in [
        ("setup.py", "from setuptools import setup\nsetup(packages=['shop'], package_dir={'': 'lib'})\n"),
        ("pyproject.toml", "[tool.setuptools.packages.find]\nwhere = ['lib']\n"),
    ] {
        let project = repository(&BEFORE);
        let second = [("lib/shop/__init__.py", ""), ("lib/shop/models.py", changed.as_str())];
        write_all(project.path(), &second);
        commit(project.path(), "a second one");
        // Control: where nothing names it, that is a warning.
        assert_eq!(reported(&project, "HEAD~1", Some("HEAD")), (0, Vec::new()));
        write_all(project.path(), &[(file, text)]);
        commit(project.path(), "named");
        for base in ["HEAD~1", "HEAD~2"] {
            let (code, messages) = reported(&project, base, Some("HEAD"));
            assert_eq!((code, messages.len()), (1, 1), "{file}: {messages:?}");
            assert!(messages[0].contains("load `lib/shop` in place of `shop`"), "{messages:?}");
        }
        assert_eq!(reported(&project, "HEAD", Some("HEAD")).1, [""; 0], "{file}");
    }
}

#[test]
fn names_of_the_standard_library_and_of_drivers() {
    for (path, what) in [
        ("calendar.py", "before the standard library's"),
        ("colorsys/__init__.py", "before the standard library's"),
        ("psycopg2/__init__.py", "before the library of that name"),
    ] {
        let project = added(path, "");
        let (code, messages) = reported(&project, "HEAD~1", Some("HEAD"));
        assert_eq!((code, messages.len()), (1, 1), "{path}: {messages:?}");
        assert!(messages[0].contains(what), "{messages:?}");
        // Control: one that the base has is no more than a warning.
        write_all(project.path(), &[(path, "x = 1\n")]);
        commit(project.path(), "changed");
        assert_eq!(reported(&project, "HEAD~1", Some("HEAD")).1, [""; 0], "{path}");
    }
}

#[test]
fn what_a_checkout_or_the_path_brings() {
    for (path, text, what) in [
        (".gitattributes", "*.py filter=mine\n", "sets `filter=mine`"),
        (
            "shop/__init__.py",
            "__path__[:0] = [__path__[0] + '/v2.zip']\n",
            "imports from an archive, `shop/v2.zip`",
        ),
    ] {
        let project = repository(&BEFORE);
        write_all(project.path(), &[(path, text), ("shop/v2.zip", "PK")]);
        commit(project.path(), "more");
        let (code, messages) = reported(&project, "HEAD~1", Some("HEAD"));
        assert_eq!(code, 1, "{path}: {messages:?}");
        assert!(messages.iter().all(|message| message.contains(what)), "{messages:?}");
        assert_eq!(reported(&project, "HEAD", Some("HEAD")).1, [""; 0], "{path}");
    }
}
