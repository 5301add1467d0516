//! Folders and links that lead nowhere, or out.

use std::{
    fs,
    os::unix::{
        ffi::OsStrExt as _,
        fs::{PermissionsExt as _, symlink},
    },
};

use insta::assert_snapshot;

use crate::support::{GOOD, Project, good_and};

const MODEL: &str = "from sqlalchemy import *\nm = MetaData()\nTable('other', m, Column('id', Integer))\n";

#[test]
fn a_folder_that_may_not_be_read() {
    let project = good_and(&[("secret/models.py", MODEL)]);
    let secret = project.path().join("secret");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o000)).unwrap();
    let run = project.text();
    let refused = fs::read_dir(&secret).is_err();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o700)).unwrap();
    // Root may read everything.
    if refused {
        assert_snapshot!(run, @r"
        exit code: 0
        ----- stdout -----
        good  good.py:5
          id  INTEGER  not null  primary key

        tables: 1 exact, 0 partial, 0 unresolved; columns: 1 exact, 0 partial

        ----- stderr -----
        read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
        warning: secret: can't read `secret`: Permission denied (os error 13)
          hint: check its permissions; everything else was read
        ");
    } else {
        assert!(run.stdout.contains("other"), "{run}");
    }
}

#[test]
fn a_link_out_of_the_tree() {
    let outside = Project::new(&[("models.py", MODEL)]);
    let project = Project::new(&[GOOD]);
    symlink(outside.path().join("models.py"), project.path().join("out.py")).unwrap();
    symlink(outside.path(), project.path().join("folder")).unwrap();
    symlink("/etc/passwd", project.path().join("passwd.py")).unwrap();
    let run = project.text();
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(&outside.path().display().to_string(), "[OUTSIDE]");
    let _bound = settings.bind_to_scope();
    assert_snapshot!(run, @r"
    exit code: 0
    ----- stdout -----
    good  good.py:5
      id  INTEGER  not null  primary key

    tables: 1 exact, 0 partial, 0 unresolved; columns: 1 exact, 0 partial

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    warning: folder: link `folder` leads out of the tree to `[OUTSIDE]`, which is not read
    warning: out.py: link `out.py` leads out of the tree to `[OUTSIDE]/models.py`, which is not read
    warning: passwd.py: link `passwd.py` leads out of the tree to `/etc/passwd`, which is not read
    ");
}

#[test]
fn links_in_a_circle() {
    let project = good_and(&[("pkg/__init__.py", "")]);
    symlink("b.py", project.path().join("a.py")).unwrap();
    symlink("a.py", project.path().join("b.py")).unwrap();
    symlink("..", project.path().join("pkg/up")).unwrap();
    assert_snapshot!(project.text(), @r"
    exit code: 0
    ----- stdout -----
    good  good.py:5
      id  INTEGER  not null  primary key

    tables: 1 exact, 0 partial, 0 unresolved; columns: 1 exact, 0 partial

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    warning: a.py: link `a.py` is circular through `b.py`
    warning: b.py: link `b.py` is circular through `a.py`
    warning: pkg/up: link `pkg/up` leads back to itself through `..`
    ");
}

#[test]
fn a_link_within_the_tree_is_followed() {
    let project = good_and(&[("real/models.txt", MODEL)]);
    symlink("real/models.txt", project.path().join("linked.py")).unwrap();
    let names: Vec<_> = project.document().tables.into_iter().map(|table| table.name).collect();
    assert_eq!(names, ["good", "other"]);
}

#[test]
fn a_name_that_is_not_utf_8() {
    let project = Project::new(&[GOOD]);
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.py");
    fs::write(project.path().join(name), MODEL).unwrap();
    assert_snapshot!(project.text(), @r"
    exit code: 0
    ----- stdout -----
    good  good.py:5
      id  INTEGER  not null  primary key

    tables: 1 exact, 0 partial, 0 unresolved; columns: 1 exact, 0 partial

    ----- stderr -----
    read directory `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    warning: the name of `caf�.py` is not UTF-8, so it is skipped
      hint: rename the file
    ");
}
