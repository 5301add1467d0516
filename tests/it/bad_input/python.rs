//! Python files that are not what they should be, each next to one that is and still comes out exact.

use std::fs;

use belljar_schema::Status;
use insta::assert_snapshot;

use crate::support::{GOOD, Project, Run, good_and};

/// What is said; the good file has to be exact whatever it is.
#[track_caller]
fn check(project: &Project, arguments: &[&str]) -> Run {
    let document = project.extract(&[&["--format", "json"], arguments].concat()).exits_with(0).document();
    let good = document.tables.iter().find(|table| table.name == "good").expect("the good file is lost");
    assert_eq!(good.status, Status::Exact);
    project.extract(&[&["--format", "text", "--summary"], arguments].concat())
}

#[test]
fn not_utf_8() {
    let project = good_and(&[("data.txt", "")]);
    let text = b"from sqlalchemy import *\nm = MetaData()\nTable('caf\xe9', m, Column('id', Integer))\n";
    fs::write(project.path().join("latin.py"), text).unwrap();
    assert_snapshot!(check(&project, &[]), @r"
    exit code: 0
    ----- stdout -----
    good  1 column  good.py:5

    tables: 1 exact, 0 partial, 0 unresolved; columns: 1 exact, 0 partial

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    warning: latin.py:3: `latin.py` is not UTF-8
      hint: save the file as UTF-8, or name its encoding in a `# -*- coding: … -*-` comment
    ");
}

#[test]
fn another_encoding_that_is_declared() {
    let project = good_and(&[("data.txt", "")]);
    let text = b"# -*- coding: latin-1 -*-\nfrom sqlalchemy import *\nm = MetaData()\nTable('caf\xe9', m, Column('id', \
                Integer))\n";
    fs::write(project.path().join("latin.py"), text).unwrap();
    assert_snapshot!(check(&project, &[]), @r"
    exit code: 0
    ----- stdout -----
    café  1 column  latin.py:4
    good  1 column  good.py:5

    tables: 2 exact, 0 partial, 0 unresolved; columns: 2 exact, 0 partial

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    ");
}

#[test]
fn null_bytes() {
    let project = good_and(&[("null.py", "from sqlalchemy import *\n\0\nTable('null', MetaData())\n")]);
    assert_snapshot!(check(&project, &[]), @r"
    exit code: 0
    ----- stdout -----
    good  1 column  good.py:5
    null  null.py:3  unresolved: its module could not be loaded: `SyntaxError: source code string cannot contain null bytes`

    tables: 1 exact, 0 partial, 1 unresolved; columns: 1 exact, 0 partial
      1 × its module could not be loaded: `SyntaxError: source code string cannot contain null bytes`
          hint: a module that loads is needed; see the diagnostics

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    warning: null.py: `null` could not be loaded: `SyntaxError: source code string cannot contain null bytes`
    warning: null.py:2: `null.py` has a syntax error: Got unexpected token \u{0}
      hint: Python would reject the whole file; the other statements are run all the same
    ");
}

#[test]
fn a_syntax_error_in_the_middle() {
    let project = good_and(&[(
        "torn.py",
        "
from sqlalchemy import *
metadata = MetaData()
Table('before', metadata, Column('id', Integer))
def broken(:
    pass
Table('after', metadata, Column('id', Integer))
",
    )]);
    assert_snapshot!(check(&project, &[]), @r"
    exit code: 0
    ----- stdout -----
    after  1 column  torn.py:7
    before  1 column  torn.py:4
    good  1 column  good.py:5

    tables: 3 exact, 0 partial, 0 unresolved; columns: 3 exact, 0 partial

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    warning: torn.py:5: `torn.py` has a syntax error: Expected a parameter or the end of the parameter list
      hint: Python would reject the whole file; the other statements are run all the same
    ");
}

#[test]
fn python_2() {
    let project = good_and(&[(
        "old.py",
        "
from sqlalchemy import *
metadata = MetaData()
print 'loading'
Table('old', metadata, Column('id', Integer))
try:
    pass
except Exception, e:
    raise ValueError, 'x'
",
    )]);
    assert_snapshot!(check(&project, &[]), @r"
    exit code: 0
    ----- stdout -----
    good  1 column  good.py:5
    old  1 column  old.py:5

    tables: 2 exact, 0 partial, 0 unresolved; columns: 2 exact, 0 partial

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    warning: old.py:4: `old.py` is written in Python 2
      hint: convert it to Python 3; statements that are valid in Python 3 are run all the same
    ");
}

#[test]
fn over_the_size_limit() {
    let long = format!("from sqlalchemy import *\nTable('long', MetaData())\n#{}", "x".repeat(5000));
    let project = Project::new(&[GOOD, ("long.py", &long)]);
    assert_snapshot!(check(&project, &["--max-file-size", "4KiB"]), @r"
    exit code: 0
    ----- stdout -----
    good  1 column  good.py:5

    tables: 1 exact, 0 partial, 0 unresolved; columns: 1 exact, 0 partial

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    warning: long.py: `long.py` is skipped: 5052 bytes, over the limit of 4096
      hint: raise `--max-file-size` if it is needed
    ");
}

#[test]
fn a_folder_that_is_called_like_a_module() {
    let project = good_and(&[("models.py/readme.txt", "sqlalchemy")]);
    check(&project, &[]);
}

#[test]
fn deeply_nested_code() {
    let deep = format!(
        "from sqlalchemy import *\nx = {}1{}\nTable('deep', MetaData())\n",
        "(".repeat(5000),
        ")".repeat(5000)
    );
    let project = Project::new(&[GOOD, ("deep.py", &deep)]);
    let run = check(&project, &[]);
    assert!(run.stderr.contains("deep.py"), "{run}");
}
