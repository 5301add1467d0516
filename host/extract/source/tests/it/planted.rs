//! Repositories that a stranger put in the way of the operator's own, and links that lead to others.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use belljar_source::{Refusal, Request, Source, SourceError, SourceLimits, merge_base, open};
use tempfile::TempDir;

use crate::support::{
    check, codes, commit, files, git, paths, read_at, read_source, repository, temporary, write_all,
};

/// A repository whose name and content are another's.
fn private() -> TempDir {
    repository(&[("private.py", "secret")])
}

fn vouched(path: &Path, revision: &str, safe: &Path) -> Result<Source, SourceError> {
    let request =
        Request { safe_directories: vec![safe.to_owned()], ..Request::new(path).at_revision(revision) };
    open(&request, &SourceLimits::default())
}

#[track_caller]
fn why(result: Result<Source, SourceError>) -> (PathBuf, Refusal) {
    match result {
        Err(SourceError::Refused { path, why }) => (path, why),
        other => panic!("{other:?}"),
    }
}

fn append(path: &Path, text: &str) {
    let before = fs::read_to_string(path).unwrap();
    fs::write(path, before + text).unwrap();
}

/// Files that git tracks like any others, and that look like a bare repository.
#[test]
fn a_planted_bare_repository_is_files() {
    let other = private();
    let root = repository(&[("services/api/models.py", "real")]);
    let api = root.path().join("services/api");
    git(other.path(), &["clone", "-q", "--bare", ".", "bare"]);
    for name in ["HEAD", "config", "objects", "refs", "packed-refs"] {
        assert!(fs::rename(other.path().join("bare").join(name), api.join(name)).is_ok(), "{name}");
    }
    write_all(&api, &[("objects/info/alternates", "../../../.git/objects\n"), ("refs/k", "")]);
    commit(root.path(), "planted");
    for revision in ["HEAD", "HEAD~1", "main"] {
        let source = read_at(&api, revision).unwrap();
        assert!(paths(&source).contains(&"models.py"), "{revision}: {:?}", paths(&source));
        assert!(!paths(&source).contains(&"private.py"));
    }
    let source = read_source(&api).unwrap();
    assert!(paths(&source).contains(&"models.py"));
    assert_eq!(codes(&source), ["repository-in-repository"]);
    let request = Request::new(&api);
    let base = merge_base(&request, "HEAD~1", "HEAD", &SourceLimits::default()).unwrap();
    assert_eq!(base, git(root.path(), &["rev-parse", "HEAD~1"]));
    // The control: outside of a work tree the same files are what they look like.
    fs::remove_file(api.join("objects/info/alternates")).unwrap();
    let place = temporary();
    fs::rename(&api, place.path().join("x.git")).unwrap();
    check(&read_source(&place.path().join("x.git")).unwrap(), &["private.py"], &["bare-repository"]);
    // But only where they are named themselves.
    let below = read_at(&place.path().join("x.git/refs"), "HEAD");
    assert!(matches!(below, Err(SourceError::NotARepository(_))), "{below:?}");
}

#[test]
fn what_git_makes_is_read() {
    let root = repository(&[("a.py", "1"), ("sub/b.py", "2")]);
    let place = temporary();
    let linked = place.path().join("linked");
    git(root.path(), &["worktree", "add", "-q", linked.to_str().unwrap(), "-b", "other"]);
    check(&read_at(&linked.join("sub"), "other").unwrap(), &["b.py"], &[]);
    check(&read_at(&root.path().join(".git/worktrees/linked"), "HEAD").unwrap(), &["a.py", "sub/b.py"], &[]);
    // With relative paths, as a newer git makes it.
    let own = root.path().join(".git/worktrees/linked");
    let up = format!("../../../../{}", linked.strip_prefix(root.path().parent().unwrap()).unwrap().display());
    fs::write(own.join("gitdir"), format!("{up}/.git\n")).unwrap();
    check(&read_at(&linked, "HEAD").unwrap(), &["a.py", "sub/b.py"], &[]);
    // A submodule, also below its top, and one in a linked work tree.
    let inner = repository(&[("inner.py", ""), ("deep/x.py", "")]);
    git(root.path(), &["submodule", "add", "-q", inner.path().to_str().unwrap(), "vendor/inner"]);
    commit(root.path(), "submodule");
    check(&read_at(&root.path().join("vendor/inner/deep"), "HEAD").unwrap(), &["x.py"], &[]);
    check(
        &read_at(&root.path().join(".git/modules/vendor/inner"), "HEAD").unwrap(),
        &["deep/x.py", "inner.py"],
        &[],
    );
    // A link of the operator's own.
    symlink(root.path(), place.path().join("mine")).unwrap();
    check(&read_at(&place.path().join("mine/sub"), "HEAD").unwrap(), &["b.py"], &[]);
    check(&read_source(&place.path().join("mine/sub")).unwrap(), &["b.py"], &[]);
    // An empty `.git`, as containers leave it, is none.
    fs::create_dir(root.path().join("sub/.git")).unwrap();
    check(&read_at(&root.path().join("sub"), "HEAD").unwrap(), &["b.py"], &[]);
}

/// Nobody but git writes `.git` in a checkout; an archive may hold any.
#[test]
fn a_git_file_that_claims_another_repository() {
    let other = private();
    let linked = temporary();
    let work = linked.path().join("w");
    git(other.path(), &["worktree", "add", "-q", "--detach", work.to_str().unwrap()]);
    let theirs = other.path().join(".git");
    let place = temporary();
    let root = place.path();
    write_all(root, &[("a.py", "")]);
    let entry = root.join(".git");
    for target in [theirs.clone(), theirs.join("worktrees/w")] {
        fs::write(&entry, format!("gitdir: {}\n", target.display())).unwrap();
        assert_eq!(why(read_at(root, "HEAD")), (entry.clone(), Refusal::Claim { target: target.clone() }));
    }
    // The control: who vouches for it reads it.
    fs::write(&entry, format!("gitdir: {}\n", theirs.display())).unwrap();
    check(&vouched(root, "HEAD", &theirs).unwrap(), &["private.py"], &[]);
    // Which names the work tree in return, and another repository as its own.
    let own = root.join("planted");
    fs::create_dir(&own).unwrap();
    fs::write(&entry, "gitdir: planted\n").unwrap();
    fs::write(own.join("HEAD"), "ref: refs/heads/main\n").unwrap();
    fs::write(own.join("gitdir"), format!("{}\n", entry.display())).unwrap();
    fs::write(own.join("commondir"), format!("{}\n", theirs.display())).unwrap();
    let refused = why(read_at(root, "HEAD"));
    assert_eq!(refused, (own.join("commondir"), Refusal::CommonFolder { target: theirs.clone() }));
    // Nor do its rules count.
    fs::write(theirs.join("info/exclude"), "a.py\n").unwrap();
    assert!(paths(&read_source(root).unwrap()).contains(&"a.py"));
    // As a folder.
    fs::remove_file(&entry).unwrap();
    fs::rename(&own, &entry).unwrap();
    assert_eq!(why(read_at(root, "HEAD")).1, Refusal::CommonFolder { target: theirs.clone() });
    fs::remove_dir_all(&entry).unwrap();
    symlink(&theirs, &entry).unwrap();
    assert_eq!(why(read_at(root, "HEAD")), (entry.clone(), Refusal::Link { target: theirs.clone() }));
    fs::remove_file(&entry).unwrap();
    for text in ["", "gitdir:", "gitdir: \0", "../x", "gitdir: a\nb"] {
        fs::write(&entry, text).unwrap();
        assert_eq!(why(read_at(root, "HEAD")), (entry.clone(), Refusal::Nonsense), "{text:?}");
    }
    fs::write(&entry, "gitdir: nowhere").unwrap();
    assert!(matches!(read_at(root, "HEAD"), Err(SourceError::NotFound(_))));
}

/// What is tracked may be a link, under the name of a branch too.
#[test]
fn a_link_out_of_the_checkout_is_not_followed() {
    let other = private();
    let root = repository(&[("models.py", "1"), ("decoy/d.py", "")]);
    let nested = root.path().join("nested");
    git(root.path(), &["clone", "-q", other.path().to_str().unwrap(), "nested"]);
    for (name, target) in [
        ("HEAD", other.path()),
        ("up", Path::new("..")),
        ("git", Path::new(".git")),
        ("other", nested.as_path()),
        ("twice", Path::new("HEAD")),
        ("file", &other.path().join("private.py")),
    ] {
        symlink(target, root.path().join(name)).unwrap();
        for path in [name.to_owned(), format!("./decoy/../{name}"), format!("{name}/.")] {
            let path = root.path().join(path);
            let read = [read_source(&path), read_at(&path, "HEAD")];
            for result in read {
                let Err(SourceError::LeadsOutside { path, .. }) = result else {
                    panic!("{name}: {result:?}")
                };
                assert_eq!(path, root.path().join(name));
            }
            assert!(belljar_source::read_file(&path, 100).is_err());
        }
    }
    // The control: one that stays inside.
    symlink("decoy", root.path().join("inside")).unwrap();
    check(&read_source(&root.path().join("inside")).unwrap(), &["d.py"], &[]);
    symlink("models.py", root.path().join("m")).unwrap();
    assert_eq!(belljar_source::read_file(&root.path().join("m"), 100).unwrap(), b"1");
    // What comes after it counts from where it leads, and that is not the checkout's to say.
    let result = read_source(&root.path().join("inside/../decoy"));
    assert!(matches!(result, Err(SourceError::LeadsOutside { .. })), "{result:?}");
}

/// A change that makes a link of a directory does not choose what it is compared with.
#[test]
fn a_directory_of_a_revision_is_what_was_named() {
    let root = repository(&[("services/api/models.py", "before"), ("decoy/api/d.py", "")]);
    fs::rename(root.path().join("services"), root.path().join("old")).unwrap();
    symlink("decoy", root.path().join("services")).unwrap();
    commit(root.path(), "a link");
    let api = root.path().join("services/api");
    check(&read_source(&api).unwrap(), &["d.py"], &[]);
    check(&read_at(&api, "HEAD~1").unwrap(), &["models.py"], &[]);
    // Where it is a link, nothing is there yet would be wrong.
    let result = read_at(&api, "HEAD");
    assert!(matches!(result, Err(SourceError::ElsewhereInRevision { .. })), "{result:?}");
}

#[test]
fn a_repository_of_another_user_is_refused_unless_the_operator_trusts_it() {
    if !rustix::process::geteuid().is_root() {
        return; // nobody else can give a folder away
    }
    let root = repository(&[("sub/a.py", "1")]);
    let give = |path: &str, user: &str| {
        let path = root.path().join(path);
        let status = std::process::Command::new("chown").args(["-h", user]).arg(&path).status();
        assert!(status.unwrap().success());
        path
    };
    for path in ["", ".git", ".git/objects"] {
        let owned = give(path, "65534");
        let refused = why(read_at(&root.path().join("sub"), "HEAD"));
        assert_eq!(refused, (owned.join(""), Refusal::Owner { user: 65534 }).clone(), "{path}");
        check(&vouched(&root.path().join("sub"), "HEAD", root.path()).unwrap(), &["a.py"], &[]);
        give(path, "0");
    }
    check(&read_at(&root.path().join("sub"), "HEAD").unwrap(), &["a.py"], &[]);
}

#[test]
fn a_file_that_is_read_whole_is_a_file() {
    let place = temporary();
    let pipe = place.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert!(belljar_source::read_file(&pipe, 10).is_err());
    symlink("/dev/zero", place.path().join("zero")).unwrap();
    assert!(belljar_source::read_file(&place.path().join("zero"), 10).is_err());
    write_all(place.path(), &[("a.json", "0123456789")]);
    let path = place.path().join("a.json");
    assert_eq!(belljar_source::read_file(&path, 10).unwrap(), b"0123456789");
    append(&path, "+");
    let error = belljar_source::read_file(&path, 10).unwrap_err();
    assert!(matches!(error, SourceError::FileTooLarge { limit: 10, .. }), "{error}");
    assert!(files(&read_source(place.path()).unwrap()).len() == 1);
}
