//! Paths that lead to nothing that can be read.

use insta::assert_snapshot;

use crate::support::{Belljar, GOOD, Project};

#[test]
fn a_path_that_does_not_exist() {
    let project = Project::new(&[("a.txt", "")]);
    assert_snapshot!(project.extract(&["nowhere"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: `nowhere` does not exist
    hint: check the path
    ");
}

#[test]
fn a_file_that_is_no_archive() {
    let project = Project::new(&[("models.py", "import sqlalchemy")]);
    assert_snapshot!(project.extract(&["models.py"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: `models.py` is neither a directory nor a supported archive
    hint: pass its directory; `--only` with the name of the file reads that one alone
    ");
}

#[test]
fn a_device() {
    let project = Project::new(&[("a.txt", "")]);
    assert_snapshot!(project.extract(&["/dev/null"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: `/dev/null` is neither a directory nor a supported archive
    hint: pass a directory, or a `.tar`, `.tar.gz`, `.zip` or `.whl` file; repack other formats
    ");
}

#[test]
fn an_empty_folder() {
    let folder = tempfile::tempdir().unwrap();
    assert_snapshot!(Belljar::extract(folder.path(), ["."]).run(), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: directory `.` contains no files
    hint: check the path; ignored files, caches and environments are excluded by default
    ");
}

#[test]
fn no_python() {
    let project = Project::new(&[("a.txt", ""), ("b.md", "# SQLAlchemy")]);
    assert_snapshot!(project.extract(&[]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: no SQLAlchemy models found in directory `.`
    hint: scanned 2 files, 0 of them Python; none of them mentions SQLAlchemy
    ");
}

#[test]
fn no_sqlalchemy() {
    let project = Project::new(&[("a.py", "x = 1"), ("b/__init__.py", "")]);
    assert_snapshot!(project.extract(&[]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: no SQLAlchemy models found in directory `.`
    hint: scanned 2 files, 2 of them Python; none of them mentions SQLAlchemy
    ");
}

#[test]
fn sqlalchemy_without_models() {
    let project =
        Project::new(&[("a.py", "from sqlalchemy import create_engine\ncreate_engine('sqlite://')")]);
    assert_snapshot!(project.extract(&[]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: no SQLAlchemy models found in directory `.`
    hint: scanned 1 files, 1 of them Python; 1 mention SQLAlchemy, and none declares a table
    ");
}

#[test]
fn models_only_in_what_is_left_out() {
    let model = "from sqlalchemy import *\nm = MetaData()\nTable('t', m)";
    let project = Project::new(&[
        ("tests/__init__.py", ""),
        ("tests/test_models.py", model),
        ("examples/shop.py", model),
    ]);
    assert_snapshot!(project.extract(&[]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: no SQLAlchemy models found in directory `.`
    hint: scanned 3 files, 3 of them Python; files that mention SQLAlchemy were excluded: tests (1), examples (1); `--include` includes them
    ");
    // The control: they are there to be put back.
    assert_eq!(
        project.extract(&["-f", "json", "--include", "examples"]).exits_with(0).document().tables.len(),
        1
    );
}

#[test]
fn a_pattern_that_fits_nothing() {
    let project = Project::new(&[("a.py", "from sqlalchemy import *\nm = MetaData()\nTable('t', m)")]);
    assert_snapshot!(project.extract(&["--only", "b.py"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: no SQLAlchemy models found in directory `.`
    hint: scanned 1 files, 1 of them Python; `--only` or `--exclude` excludes all files that declare tables
    ");
}

#[test]
fn too_many_files() {
    let project = Project::new(&[("a.py", ""), ("b.py", ""), ("c.py", "")]);
    assert_snapshot!(project.extract(&["--max-files", "2"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: the source contains more than 2 files (limit `max_files`)
    hint: pass a subdirectory, or raise `--max-files`
    ");
}

/// A path that is not there is not taken for the name of a table where only a path is meant, or nothing is found.
#[test]
fn a_path_or_a_table() {
    let (with, without) = (Project::new(&[GOOD]), Project::new(&[("a.txt", "")]));
    let both = "no table or view matches `nowhere`, and there is no file or directory of this name";
    for (project, arguments, message) in [
        (&with, &["nowhere"][..], both),
        (&with, &["nowhere", "--format", "json"], "`nowhere` does not exist"),
        (&with, &["nowhere", "-o", "a.sql"], "`nowhere` does not exist"),
        (&with, &[".", "nowhere", "--format", "json"], "`TABLE` has no effect"),
        (&without, &["nowhere"], "`nowhere` does not exist"),
        (&without, &["nowhere", "--format", "sql"], "`nowhere` does not exist"),
    ] {
        let run = Belljar::new(project.path()).arguments(["extract"]).arguments(arguments).run();
        assert!(run.stderr.contains(message), "{arguments:?}: {run}");
        run.exits_with(2);
    }
}
