//! Why there is no source at all, and what is reported to the user.

use belljar_source::{Request, SourceError, SourceLimits, open};

use crate::support::{check, git, on_disk, read_at, read_source, repository, temporary, write_all, zipped};

/// The error, and its message without the path of the temporary folder.
#[track_caller]
fn says(result: Result<belljar_source::Source, SourceError>, message: &str, hint: &str) {
    let error = result.unwrap_err();
    let text = error.to_string();
    assert!(text.contains(message), "{text}");
    assert!(!text.ends_with('.') && !text.starts_with(char::is_uppercase), "{text}");
    assert!(error.hint().contains(hint), "{}", error.hint());
}

#[test]
fn a_path_that_is_not_there() {
    let root = temporary();
    says(read_source(&root.path().join("none")), "does not exist", "check the path");
}

#[test]
fn a_file_that_is_no_archive() {
    let files = [
        ("a.py", &b"import this"[..], "`--only`"),
        ("a.tar.xz", b"\xfd7zXZ\0", "`.tar.gz`"),
        ("empty", b"", "`.tar.gz`"),
    ];
    for (name, bytes, hint) in files {
        let (_root, path) = on_disk(name, bytes);
        says(read_source(&path), "neither a directory nor a supported archive", hint);
    }
}

#[test]
fn a_revision_of_a_file() {
    let (_root, path) = on_disk("a.zip", &zipped(&[("a.py", "")]));
    says(read_at(&path, "main"), "only a git repository has revisions", "omit the revision");
    check(&read_source(&path).unwrap(), &["a.py"], &[]);
}

#[test]
fn a_revision_without_a_repository() {
    let root = temporary();
    write_all(root.path(), &[("a.py", "")]);
    says(read_at(root.path(), "main"), "not in a git repository", "omit the revision");
    check(&read_source(root.path()).unwrap(), &["a.py"], &[]);
}

#[test]
fn a_revision_that_is_not_there() {
    let root = repository(&[("a.py", "")]);
    git(root.path(), &["branch", "develop"]);
    git(root.path(), &["tag", "v1.20"]);
    says(read_at(root.path(), "devlop"), "`devlop` is not a commit", "did you mean `develop`?");
    says(read_at(root.path(), "v1.2"), "`v1.2` is not a commit", "did you mean `v1.20`?");
    says(read_at(root.path(), "0123456789ab"), "is not a commit", "git fetch");
    says(read_at(root.path(), "HEAD~5"), "number 5 is out of range", "git fetch");
    says(read_at(root.path(), "HEAD:a.py"), "it is a blob", "git");
    git(root.path(), &["commit", "--quiet", "--allow-empty", "--message", "a..b"]);
    for one in ["HEAD^{/a..b}", ":/a..b", "HEAD^{commit}", "HEAD^0", "HEAD^^{}"] {
        check(&read_at(root.path(), one).unwrap(), &["a.py"], &[]);
    }
    for set in ["HEAD^!", "HEAD^@", "HEAD^-", "HEAD^-1", "^HEAD", "develop..HEAD", "develop...HEAD"] {
        says(read_at(root.path(), set), "it names a set of commits, and one is needed", "");
    }
    says(read_at(root.path(), ""), "is not a commit", "git");
    check(&read_at(root.path(), "develop").unwrap(), &["a.py"], &[]);
}

#[test]
fn a_hash_that_is_too_short() {
    // Two contents whose hashes start alike.
    let root = repository(&[("a.py", "142"), ("b.py", "784")]);
    says(read_at(root.path(), "8324"), "short id 8324 is ambiguous", "check the spelling");
    says(read_at(root.path(), "83248"), "it is a blob", "check the spelling");
}

#[test]
fn a_directory_that_the_revision_lacks() {
    let root = repository(&[("a.py", "")]);
    write_all(root.path(), &[("new/b.py", "")]);
    says(read_at(&root.path().join("new"), "HEAD"), "has no directory `new`", "exists in that revision");
    check(&read_source(&root.path().join("new")).unwrap(), &["b.py"], &[]);
}

#[test]
fn nothing_to_look_at() {
    let root = temporary();
    says(read_source(root.path()), "contains no files", "excluded by default");
    write_all(root.path(), &[("node_modules/a.py", "")]);
    says(read_source(root.path()), "contains no files", "excluded by default");
    let (_root, path) = on_disk("a.zip", &zipped(&[]));
    says(read_source(&path), "contains no files", "excluded by default");
    let empty = temporary();
    git(empty.path(), &["init", "-q"]);
    git(empty.path(), &["commit", "-q", "--allow-empty", "-m", "empty"]);
    says(read_at(empty.path(), "HEAD"), "contains no files", "excluded by default");
}

#[test]
fn a_repository_without_a_commit() {
    let root = temporary();
    git(root.path(), &["init", "-q"]);
    says(read_at(root.path(), "HEAD"), "has no commit yet", "git");
}

#[test]
fn limits_name_themselves() {
    let (_root, path) = on_disk("a.zip", &zipped(&[("a.py", "x")]));
    let limits = SourceLimits { max_archive_bytes: 1, ..SourceLimits::default() };
    says(open(&Request::new(&path), &limits), "`max_archive_bytes` of 1 bytes", "raise `max_archive_bytes`");
    let limits = SourceLimits { max_files: 0, ..SourceLimits::default() };
    says(open(&Request::new(&path), &limits), "more than 0 files (limit `max_files`)", "raise `max_files`");
}
