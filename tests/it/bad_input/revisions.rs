//! Git, and what is not.

use insta::assert_snapshot;

use crate::support::{Belljar, GOOD, Project, commit, git, repository};

/// The commit of a repository with [`GOOD`] in it; git's hashes follow from what is committed.
fn hashes() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter("[0-9a-f]{12,40}", "[HASH]");
    settings
}

#[test]
fn a_revision() {
    let project = repository(&[GOOD]);
    let _bound = hashes().bind_to_scope();
    assert_snapshot!(project.extract(&["--rev", "main", "-f", "text"]), @r"
    exit code: 0
    ----- stdout -----
    good  good.py:5
      id  INTEGER  not null  primary key

    tables: 1 exact, 0 partial, 0 unresolved; columns: 1 exact, 0 partial

    ----- stderr -----
    read git revision [HASH] of `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    ");
}

#[test]
fn an_unknown_revision() {
    let project = repository(&[GOOD]);
    assert_snapshot!(project.extract(&["--rev", "mainn"]), @r#"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: `mainn` is not a commit of `.`: reference "mainn" could not be found
    hint: did you mean `main`?
    "#);
    assert_snapshot!(project.extract(&["--rev", "v1.0"]), @r#"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: `v1.0` is not a commit of `.`: reference "v1.0" could not be found
    hint: check the spelling, or run `git fetch --all --tags`
    "#);
}

#[test]
fn a_revision_of_no_repository() {
    let project = Project::new(&[GOOD]);
    assert_snapshot!(project.extract(&["--rev", "main"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: `.` is not in a git repository
    hint: omit the revision to read the files as they are, or pass a clone; a comparison also takes two directories, archives or documents
    ");
}

#[test]
fn a_revision_of_a_file() {
    let project = repository(&[GOOD]);
    assert_snapshot!(project.extract(&["good.py", "--rev", "main"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: `good.py` is a file, but only a git repository has revisions
    hint: omit the revision, or pass the directory of the repository
    ");
}

#[test]
fn a_repository_without_commits() {
    let project = Project::new(&[GOOD]);
    git(project.path(), &["init", "-q"]);
    assert_snapshot!(project.extract(&["--rev", "HEAD"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: `HEAD` is not a commit of `.`: its branch has no commit yet
    hint: check the spelling, or run `git fetch --all --tags`
    ");
    project.extract(&[]).exits_with(0);
}

#[test]
fn a_bare_repository_is_read_at_its_head() {
    let project = repository(&[GOOD]);
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["clone", "-q", "--bare", project.path().to_str().unwrap(), "bare.git"]);
    let _bound = hashes().bind_to_scope();
    assert_snapshot!(Belljar::extract(folder.path(), ["bare.git", "-f", "text"]).run(), @r"
    exit code: 0
    ----- stdout -----
    good  good.py:5
      id  INTEGER  not null  primary key

    tables: 1 exact, 0 partial, 0 unresolved; columns: 1 exact, 0 partial

    ----- stderr -----
    read git revision [HASH] of `bare.git`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    ");
}

#[test]
fn a_shallow_clone() {
    let project = repository(&[GOOD]);
    commit(project.path(), "second");
    let folder = tempfile::tempdir().unwrap();
    let url = format!("file://{}", project.path().display());
    git(folder.path(), &["clone", "-q", "--depth", "1", &url, "clone"]);
    let extract = |arguments: &[&str]| Belljar::extract(&folder.path().join("clone"), arguments).run();
    assert_eq!(extract(&["--rev", "HEAD", "-f", "json"]).exits_with(0).document().tables.len(), 1);
    assert_snapshot!(extract(&["--rev", "HEAD~1"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: `HEAD~1` is not a commit of `.`: commit e77f1b9 has 0 ancestors along the first parent and ancestor number 1 is out of range
    hint: the clone is shallow: run `git fetch --unshallow`, or fetch the revision
    ");
}

#[test]
fn a_submodule_is_named_and_the_rest_is_read() {
    let library = repository(&[("library.py", "from sqlalchemy import *\nTable('library', MetaData())")]);
    let project = repository(&[GOOD]);
    git(project.path(), &["submodule", "add", "-q", library.path().to_str().unwrap(), "vendor_library"]);
    commit(project.path(), "with a submodule");
    let run = project.extract(&["--rev", "HEAD", "-f", "text", "--verbose"]);
    let mut settings = hashes();
    settings.add_filter("(?m)^run of .*\n", "");
    let _bound = settings.bind_to_scope();
    assert_snapshot!(run, @r"
    exit code: 0
    ----- stdout -----
    good  good.py:5
      id  INTEGER  not null  primary key

    tables: 1 exact, 0 partial, 0 unresolved; columns: 1 exact, 0 partial

    ----- stderr -----
    read git revision [HASH] of `.`, with SQLAlchemy 2.1.x (the project does not state a version; the newest)
    warning: vendor_library: `vendor_library` is a submodule, whose files are in another repository
      hint: check it out and read the directory without a revision
    ");
}
