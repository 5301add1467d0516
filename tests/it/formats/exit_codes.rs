//! 0 done, 1 done with findings, 2 could not run.

use insta::assert_snapshot;

use crate::support::{Belljar, GOOD, Project, cache};

const PARTIAL: (&str, &str) = (
    "models.py",
    "
from sqlalchemy import Column, MetaData, Table
from absent import Money

Table('partial', MetaData(), Column('price', Money))
",
);

const UNRESOLVED: (&str, &str) = (
    "models.py",
    "
from sqlalchemy import MetaData, Table

def never(metadata: MetaData):
    Table('never', metadata)
",
);

#[track_caller]
fn check(files: &[(&str, &str)], arguments: &[&str], code: i32) {
    Project::new(files).extract(&[&["--format", "text"], arguments].concat()).exits_with(code);
}

#[test]
fn exact_is_0_strict_or_not() {
    check(&[GOOD], &[], 0);
    check(&[GOOD], &["--strict"], 0);
}

#[test]
fn partial_and_unresolved_are_0_unless_strict() {
    for file in [PARTIAL, UNRESOLVED] {
        check(&[GOOD, file], &[], 0);
        check(&[GOOD, file], &["--strict"], 1);
    }
}

#[test]
fn a_run_that_ended_early_is_1() {
    check(&[GOOD], &["--fuel", "1000000"], 1);
}

#[test]
fn nothing_to_extract_is_2() {
    check(&[("a.txt", "")], &[], 2);
}

#[test]
fn arguments_that_make_no_sense_are_2() {
    for arguments in [
        &["--format", "yaml"][..],
        &["--timeout", "soon"],
        &["--memory", "much"],
        &["--fuel", "-1"],
        &["a", "b"],
        &["--nothing"],
    ] {
        check(&[GOOD], arguments, 2);
    }
}

#[test]
fn help_and_version_are_0() {
    for arguments in [&["--help"][..], &["--version"], &["extract", "--help"]] {
        let run = Belljar::new(std::path::Path::new(".")).arguments(arguments).run().exits_with(0);
        assert!(!run.stdout.is_empty() && run.stderr.is_empty(), "{run}");
    }
}

#[test]
fn a_cache_folder_that_others_can_enter_is_2() {
    use std::os::unix::fs::PermissionsExt as _;
    let project = Project::new(&[GOOD, ("cache/x", "")]);
    std::fs::set_permissions(project.path().join("cache"), std::fs::Permissions::from_mode(0o755)).unwrap();
    assert_snapshot!(project.extract(&["--cache-dir", "cache"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: can't use the cache folder `cache`: other users can access it (mode 755, must be 700)
    hint: restrict it to your user (`chmod 700`), or use another one with `--cache-dir`
    ");
}

#[test]
fn no_cache_folder_is_2() {
    let project = Project::new(&[GOOD]);
    let call = || Belljar::extract(project.path(), ["--format", "text"]).env_remove("BELLJAR_CACHE_DIR");
    assert_snapshot!(call().env_remove("HOME").run(), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: there is no cache folder: neither `XDG_CACHE_HOME` nor `HOME` is an absolute path
    hint: specify a folder with `--cache-dir`
    ");
    // The control: the same with a folder.
    call().env_remove("HOME").arguments(["--cache-dir".as_ref(), cache().as_os_str()]).run().exits_with(0);
}
