//! Git's own files, as somebody made them who wants them to lead elsewhere, to be waited for, or to fill the memory.

use std::{
    fs::{self, File},
    io::Write as _,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
    process::Command,
};

use belljar_source::{Refusal, Request, SourceError, SourceLimits, open};
use flate2::{Compression, write::ZlibEncoder};
use tempfile::TempDir;

use crate::support::{check, commit, files, git, read_at, repository, temporary, write_all};

/// A repository that has one of everything.
fn full() -> TempDir {
    let root = repository(&[("a.py", "1")]);
    write_all(root.path(), &[("b.py", "2")]);
    commit(root.path(), "second");
    git(root.path(), &["gc", "-q"]);
    git(root.path(), &["multi-pack-index", "write"]);
    git(root.path(), &["commit-graph", "write", "--reachable"]);
    write_all(root.path(), &[("c.py", "3")]);
    commit(root.path(), "third");
    git(root.path(), &["update-ref", "ORIG_HEAD", "HEAD~1"]);
    root
}

/// The files of a repository that a library may open.
fn opened(root: &Path) -> Vec<std::path::PathBuf> {
    let top = root.join(".git");
    let mut found: Vec<_> = [
        "HEAD",
        "ORIG_HEAD",
        "config",
        "config.worktree",
        "packed-refs",
        "shallow",
        "commondir",
        "index",
        "refs/heads/main",
        "refs/tags/a/b",
        "logs/HEAD",
        "objects/info/alternates",
        "objects/info/packs",
        "objects/info/commit-graph",
        "objects/pack/multi-pack-index",
        "objects/pack/x.idx",
        "objects/pack/x.pack",
        "objects/00/00000000000000000000000000000000000000",
    ]
    .iter()
    .map(|name| top.join(name))
    .collect();
    let commit = git(root, &["rev-parse", "HEAD"]);
    found.push(top.join("objects").join(&commit[..2]).join(&commit[2..]));
    let packs = fs::read_dir(top.join("objects/pack")).unwrap();
    found.extend(packs.map(|entry| entry.unwrap().path()));
    found
}

#[track_caller]
fn refused(root: &Path, place: &Path) -> Refusal {
    match read_at(root, "HEAD") {
        Err(SourceError::Refused { path, why }) => {
            assert_eq!(path, place);
            why
        }
        other => panic!("{}: {other:?}", place.display()),
    }
}

#[test]
fn a_pipe_or_a_link_in_the_place_of_any_file_is_refused_by_name() {
    let root = full();
    let outside = temporary();
    let target = outside.path().join("target");
    fs::write(&target, "outside").unwrap();
    check(&read_at(root.path(), "HEAD").unwrap(), &["a.py", "b.py", "c.py"], &[]);
    let all = opened(root.path());
    assert!(all.len() > 20, "{all:?}");
    for place in all {
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        let kept = place.with_file_name("KEPT.lock");
        let was_there = fs::rename(&place, &kept).is_ok();
        assert!(Command::new("mkfifo").arg(&place).status().unwrap().success());
        assert_eq!(refused(root.path(), &place), Refusal::NotAFile, "{}", place.display());
        for leads in [target.as_path(), Path::new("/dev/zero")] {
            fs::remove_file(&place).unwrap();
            symlink(leads, &place).unwrap();
            let why = refused(root.path(), &place);
            // Where a path is read, no link is followed at all.
            assert!(matches!(&why, Refusal::Link { .. } | Refusal::NotAFile), "{}: {why:?}", place.display());
        }
        fs::remove_file(&place).unwrap();
        if was_there {
            fs::rename(&kept, &place).unwrap();
        }
    }
    check(&read_at(root.path(), "HEAD").unwrap(), &["a.py", "b.py", "c.py"], &[]);
}

#[test]
fn a_folder_that_is_a_link_is_refused_by_name() {
    let other = full();
    for folder in ["objects", "refs", "refs/heads", "logs", "objects/pack", "objects/info", "worktrees"] {
        let root = full();
        let place = root.path().join(".git").join(folder);
        drop(fs::remove_dir_all(&place));
        let target = other.path().join(".git").join(folder);
        fs::create_dir_all(&target).unwrap();
        symlink(&target, &place).unwrap();
        assert!(matches!(refused(root.path(), &place), Refusal::Link { .. }), "{folder}");
    }
    // The control: git itself once wrote `HEAD` as a link.
    let root = full();
    let head = root.path().join(".git/HEAD");
    fs::remove_file(&head).unwrap();
    symlink("refs/heads/main", &head).unwrap();
    check(&read_at(root.path(), "HEAD").unwrap(), &["a.py", "b.py", "c.py"], &[]);
}

#[test]
fn what_is_read_whole_has_a_size() {
    for name in
        ["HEAD", "config", "refs/heads/main", "packed-refs", "shallow", "objects/info/alternates", "index"]
    {
        let root = full();
        let place = root.path().join(".git").join(name);
        // It takes no room on the disk.
        let file = File::options().create(true).append(true).open(&place).unwrap();
        file.set_len(1 << 33).unwrap();
        assert!(matches!(refused(root.path(), &place), Refusal::TooLarge { .. }), "{name}");
    }
    let root = full();
    let limits = SourceLimits { max_entries: 10, ..SourceLimits::default() };
    let result = open(&Request::new(root.path()).at_revision("HEAD"), &limits);
    let Err(SourceError::Refused { why, .. }) = result else { panic!("{result:?}") };
    assert_eq!(why, Refusal::TooMany { limit: 10 });
}

#[test]
fn objects_are_borrowed_only_if_the_operator_allows_it() {
    let lender = full();
    let place = temporary();
    git(place.path(), &["clone", "-q", "--shared", lender.path().to_str().unwrap(), "clone"]);
    let clone = place.path().join("clone");
    let from = lender.path().join(".git/objects");
    let why = refused(&clone, &clone.join(".git/objects/info/alternates"));
    assert_eq!(why, Refusal::Borrows { from: from.clone() });
    let vouched = |safe: &Path| {
        let request = Request::new(&clone).at_revision("HEAD");
        open(&Request { safe_directories: vec![safe.to_owned()], ..request }, &SourceLimits::default())
    };
    for safe in [from.as_path(), lender.path()] {
        check(&vouched(safe).unwrap(), &["a.py", "b.py", "c.py"], &[]);
    }
    // Whom the lender borrows from is another matter, and so are pipes in it.
    fs::write(from.join("info/alternates"), "/nowhere\n").unwrap();
    assert!(matches!(vouched(lender.path()), Err(SourceError::Refused { why: Refusal::Borrows { .. }, .. })));
    fs::remove_file(from.join("info/alternates")).unwrap();
    let pipe = from.join("pack/pack-x.idx");
    assert!(Command::new("mkfifo").arg(pipe).status().unwrap().success());
    assert!(matches!(vouched(lender.path()), Err(SourceError::Refused { why: Refusal::NotAFile, .. })));
}

/// Writes a loose object under the hash of another.
fn forge(root: &Path, id: &str, kind: &str, data: &[u8]) {
    let path = root.join(".git/objects").join(&id[..2]).join(&id[2..]);
    drop(fs::remove_file(&path));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut encoder = ZlibEncoder::new(File::create(&path).unwrap(), Compression::default());
    write!(encoder, "{kind} {}\0", data.len()).unwrap();
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
}

#[test]
fn an_object_that_does_not_match_its_hash_is_rejected() {
    let made = || {
        let root = repository(&[("a.py", "1"), ("sub/b.py", "2")]);
        write_all(root.path(), &[("a.py", "changed")]);
        commit(root.path(), "second");
        root
    };
    let id = |root: &Path, of: &str| git(root, &["rev-parse", of]);
    let object = |root: &Path, kind: &str, of: &str| {
        Command::new("git").arg("-C").arg(root).args(["cat-file", kind, of]).output().unwrap().stdout
    };
    // A file.
    let root = made();
    forge(root.path(), &id(root.path(), "HEAD:a.py"), "blob", b"forged!");
    let source = read_at(root.path(), "HEAD").unwrap();
    assert!(source.tree.read("a.py").is_err());
    assert_eq!(&*source.tree.read("sub/b.py").unwrap(), b"2");
    // A directory.
    let root = made();
    forge(root.path(), &id(root.path(), "HEAD:sub"), "tree", &object(root.path(), "tree", "HEAD^{tree}"));
    check(&read_at(root.path(), "HEAD").unwrap(), &["a.py"], &["object-missing"]);
    // A commit, also one that is only passed on the way.
    let root = made();
    let (first, second) = (id(root.path(), "HEAD~1"), id(root.path(), "HEAD"));
    forge(root.path(), &second, "commit", &object(root.path(), "commit", &first));
    for revision in ["HEAD", "main", &second] {
        let error = read_at(root.path(), revision).unwrap_err();
        assert!(matches!(error, SourceError::GitDamaged { .. }), "{revision}: {error:?}");
    }
    // The control.
    check(&read_at(root.path(), &first).unwrap(), &["a.py", "sub/b.py"], &[]);
}

/// Git shows other objects in their place; what a revision holds is what its hash says.
#[test]
fn replacements_and_grafts_have_no_effect() {
    let root = repository(&[("a.py", "1")]);
    write_all(root.path(), &[("a.py", "2")]);
    commit(root.path(), "second");
    git(root.path(), &["replace", "HEAD", "HEAD~1"]);
    assert_eq!(files(&read_at(root.path(), "HEAD").unwrap())[0].1, b"2");
    // The control: git itself replaces it.
    assert_eq!(git(root.path(), &["show", "HEAD:a.py"]), "1");
}

#[test]
fn a_repository_with_references_of_another_kind_is_reported() {
    let root = temporary();
    git(root.path(), &["init", "-q", "--ref-format=reftable"]);
    write_all(root.path(), &[("a.py", "")]);
    commit(root.path(), "first");
    let why = refused(root.path(), &root.path().join(".git"));
    assert_eq!(why, Refusal::References { format: "reftable".to_owned() });
}
