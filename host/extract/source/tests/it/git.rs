//! Repositories of every shape, and revisions of every spelling.

use std::{fs, os::unix::fs::PermissionsExt, process::Command};

use belljar_source::{Request, SourceError, SourceLimits, open};

use crate::support::{
    check, codes, commit, files, git, paths, read_at, read_source, repository, temporary, write_all,
};

#[test]
fn every_spelling_of_a_revision_is_understood() {
    let root = repository(&[("a.py", "1")]);
    write_all(root.path(), &[("a.py", "2"), ("b.py", "2")]);
    commit(root.path(), "second");
    git(root.path(), &["tag", "-a", "-m", "annotated", "v1", "HEAD~1"]);
    git(root.path(), &["tag", "light", "HEAD~1"]);
    git(root.path(), &["branch", "feature/x", "HEAD~1"]);
    write_all(root.path(), &[("a.py", "not committed")]);
    let first = git(root.path(), &["rev-parse", "HEAD~1"]);
    for revision in [
        "HEAD~1",
        "HEAD^",
        "main~1",
        "v1",
        "v1^{commit}",
        "light",
        "feature/x",
        "refs/heads/feature/x",
        &first,
        &first[..8],
    ] {
        let source = read_at(root.path(), revision).unwrap();
        assert_eq!(files(&source), [("a.py".to_owned(), b"1".to_vec())], "{revision}");
        assert!(source.description.contains(&first[..12]), "{}", source.description);
    }
    for revision in ["HEAD", "main", "@"] {
        assert_eq!(files(&read_at(root.path(), revision).unwrap())[0].1, b"2", "{revision}");
    }
}

#[test]
fn nothing_is_checked_out_or_changed() {
    let root = repository(&[("a.py", "1")]);
    write_all(root.path(), &[("a.py", "dirty")]);
    let before = git(root.path(), &["status", "--porcelain=v2", "--branch"]);
    assert_eq!(files(&read_at(root.path(), "HEAD").unwrap())[0].1, b"1");
    assert_eq!(git(root.path(), &["status", "--porcelain=v2", "--branch"]), before);
    assert_eq!(fs::read(root.path().join("a.py")).unwrap(), b"dirty");
}

#[test]
fn packed_and_loose_objects_are_the_same() {
    let root = repository(&[("a.py", "1"), ("sub/b.py", "2")]);
    let loose = files(&read_at(root.path(), "HEAD").unwrap());
    git(root.path(), &["gc", "-q", "--aggressive", "--prune=now"]);
    git(root.path(), &["pack-refs", "--all"]);
    assert_eq!(files(&read_at(root.path(), "main").unwrap()), loose);
    assert_eq!(loose.len(), 2);
}

#[test]
fn a_sub_directory_is_a_tree_of_its_own() {
    let root = repository(&[("a.py", ""), ("sub/b.py", ""), ("sub/deep/c.py", "")]);
    check(&read_at(&root.path().join("sub"), "HEAD").unwrap(), &["b.py", "deep/c.py"], &[]);
    check(&read_at(root.path(), "HEAD:sub/deep").unwrap(), &["c.py"], &[]);
}

#[test]
fn a_bare_repository_is_read_at_its_head() {
    let root = repository(&[("a.py", "1")]);
    let place = temporary();
    let bare = place.path().join("bare");
    git(root.path(), &["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    check(&read_source(&bare).unwrap(), &["a.py"], &["bare-repository"]);
    check(&read_at(&bare, "main").unwrap(), &["a.py"], &[]);
    check(&read_source(&root.path().join(".git")).unwrap(), &["a.py"], &["bare-repository"]);
}

#[test]
fn a_repository_with_long_hashes_is_read() {
    let root = temporary();
    git(root.path(), &["init", "-q", "--object-format=sha256"]);
    write_all(root.path(), &[("a.py", "1")]);
    commit(root.path(), "first");
    assert_eq!(files(&read_at(root.path(), "HEAD").unwrap())[0].1, b"1");
}

#[test]
fn a_submodule_is_reported() {
    let inner = repository(&[("inner.py", "")]);
    let root = repository(&[("a.py", "")]);
    git(root.path(), &["submodule", "add", "-q", inner.path().to_str().unwrap(), "sub"]);
    commit(root.path(), "submodule");
    let source = read_at(root.path(), "HEAD").unwrap();
    check(&source, &[".gitmodules", "a.py"], &["submodule"]);
    assert!(source.diagnostics[0].hint.as_ref().unwrap().contains("check it out"));
    check(&read_source(root.path()).unwrap(), &[".gitmodules", "a.py", "sub/inner.py"], &[]);
}

#[test]
fn a_shallow_clone_has_its_tip_and_reports_missing_commits() {
    let root = repository(&[("a.py", "1")]);
    write_all(root.path(), &[("a.py", "2")]);
    commit(root.path(), "second");
    let place = temporary();
    let clone = place.path().join("clone");
    let url = format!("file://{}", root.path().display());
    git(place.path(), &["clone", "-q", "--depth=1", &url, "clone"]);
    check(&read_at(&clone, "HEAD").unwrap(), &["a.py"], &[]);
    let error = read_at(&clone, "HEAD~1").unwrap_err();
    assert!(error.hint().contains("--unshallow"), "{error}: {}", error.hint());
}

#[test]
fn objects_that_a_partial_clone_lacks_are_named() {
    let root = repository(&[("a.py", "1"), ("big.py", &"x".repeat(5000))]);
    git(root.path(), &["config", "uploadpack.allowFilter", "true"]);
    let place = temporary();
    let url = format!("file://{}", root.path().display());
    let partial = |filter: &str, name: &str| {
        git(place.path(), &["clone", "-q", "--no-checkout", filter, &url, name]);
        read_at(&place.path().join(name), "HEAD")
    };
    let source = partial("--filter=blob:limit=1k", "some").unwrap();
    check(&source, &["a.py"], &["object-missing"]);
    assert_eq!(source.diagnostics[0].place.as_ref().unwrap().path, "big.py");
    let none = partial("--filter=blob:none", "none");
    assert!(matches!(none, Err(SourceError::MissingObjects { .. })), "{none:?}");
    let trees = partial("--filter=tree:0", "trees");
    assert!(matches!(trees, Err(SourceError::MissingObjects { .. })), "{trees:?}");
}

#[test]
fn a_damaged_object_costs_that_file() {
    let root = repository(&[("a.py", "1"), ("b.py", "2")]);
    let blob = git(root.path(), &["rev-parse", "HEAD:b.py"]);
    let path = root.path().join(".git/objects").join(&blob[..2]).join(&blob[2..]);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    fs::write(path, "garbage").unwrap();
    let source = read_at(root.path(), "HEAD").unwrap();
    check(&source, &["a.py"], &["object-missing"]);
}

/// A repository can ask for programs to be run in many places; none of them is run, whoever owns it.
#[test]
fn nothing_of_the_repository_is_run() {
    let root = repository(&[("a.py", "x\n"), (".gitattributes", "*.py filter=evil diff=evil eol=crlf\n")]);
    let mark = root.path().join("ran");
    let command = format!("touch {}", mark.display());
    for key in [
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "core.editor",
        "core.alternateRefsCommand",
        "filter.evil.smudge",
        "diff.evil.textconv",
        "credential.helper",
        "uploadpack.packObjectsHook",
    ] {
        git(root.path(), &["config", key, &command]);
    }
    git(root.path(), &["config", "include.path", "/nonexistent/config"]);
    let hook = root.path().join(".git/hooks/post-checkout");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, format!("#!/bin/sh\n{command}\n")).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    // The control: git itself runs it.
    git(root.path(), &["status"]);
    assert!(mark.exists());
    fs::remove_file(&mark).unwrap();
    let owners: &[Option<&str>] =
        if rustix::process::geteuid().is_root() { &[None, Some("65534:65534")] } else { &[None] };
    for owner in owners {
        if let Some(owner) = owner {
            assert!(Command::new("chown").args(["-R", owner]).arg(root.path()).status().unwrap().success());
        }
        let request = Request::new(root.path()).at_revision("HEAD");
        let request = Request { safe_directories: vec![root.path().to_owned()], ..request };
        let source = open(&request, &SourceLimits::default()).unwrap();
        // Bytes as they are stored: no filter, no change of line ends.
        assert_eq!(&*source.tree.read("a.py").unwrap(), b"x\n");
        assert!(!mark.exists());
    }
}

#[test]
fn a_configuration_that_cannot_be_read_is_an_error_or_no_matter() {
    let root = repository(&[("a.py", "1")]);
    fs::write(root.path().join(".git/config"), "[core\nnonsense").unwrap();
    match read_at(root.path(), "HEAD") {
        Ok(source) => assert_eq!((paths(&source), codes(&source)), (vec!["a.py"], vec![])),
        Err(error) => assert!(matches!(error, SourceError::Refused { .. }), "{error:?}"),
    }
}

#[test]
fn many_threads_read_one_revision() {
    let names: Vec<_> = (0..30).map(|n| format!("f{n}.py")).collect();
    let all: Vec<_> = names.iter().map(|name| (name.as_str(), name.as_str())).collect();
    let root = repository(&all);
    let source = read_at(root.path(), "HEAD").unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for (path, bytes) in files(&source) {
                    assert_eq!(path.as_bytes(), bytes);
                }
            });
        }
    });
}
