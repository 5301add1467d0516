//! Git's ignore rules in a directory: what git would list is what is read.

use std::{collections::BTreeSet, fs, os::unix::fs::symlink, path::Path};

use belljar_source::{Filters, Request, SourceLimits, open};

use crate::support::{check, git, paths, read_at, read_source, repository, temporary, write_all};

/// What git itself holds for the files of a work tree: tracked, or neither tracked nor ignored.
fn listed(root: &Path) -> BTreeSet<String> {
    let list = git(root, &["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    list.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect()
}

#[test]
fn what_git_lists_is_what_is_read() {
    let root = repository(&[("a.py", "")]);
    write_all(
        root.path(),
        &[
            (
                ".gitignore",
                "# a comment\n/build\n*.log\n!keep.log\nsub/gen/\ndocs/**/tmp\n\\#odd\ntrail \nlit[ab].py\n",
            ),
            ("build/x.py", ""),
            ("sub/build/x.py", ""),
            ("x.log", ""),
            ("keep.log", ""),
            ("sub/gen/x.py", ""),
            ("gen/x.py", ""),
            ("docs/tmp/x.py", ""),
            ("docs/a/b/tmp/x.py", ""),
            ("docs/a/b/x.py", ""),
            ("#odd", ""),
            ("lita.py", ""),
            ("litc.py", ""),
            ("sub/.gitignore", "local.py\n!x.log\n/only.py\n"),
            ("sub/local.py", ""),
            ("sub/deep/local.py", ""),
            ("sub/x.log", ""),
            ("sub/only.py", ""),
            ("sub/deep/only.py", ""),
            ("untracked.py", ""),
            ("excluded.py", ""),
        ],
    );
    write_all(root.path(), &[(".git/info/exclude", "excluded.py\n")]);
    let source = read_source(root.path()).unwrap();
    let read: BTreeSet<_> = paths(&source).into_iter().map(str::to_owned).collect();
    assert_eq!(read, listed(root.path()));
    assert!(read.contains("untracked.py") && read.contains("keep.log") && read.contains("sub/x.log"));
    assert!(!read.contains("excluded.py") && !read.contains("build/x.py") && !read.contains("sub/local.py"));
    let filters = Filters { include_ignored: true, ..Filters::default() };
    let all = open(&Request { filters, ..Request::new(root.path()) }, &SourceLimits::default()).unwrap();
    assert_eq!(all.tree.len(), 22);
}

/// A change that ignores the models does not hide them: git has them all the same.
#[test]
fn what_is_tracked_is_read_although_it_is_ignored() {
    let root = repository(&[
        ("a.py", ""),
        ("models.py", ""),
        ("build/kept/b.py", ""),
        ("build/c.py", ""),
        ("sub/models.py", ""),
    ]);
    write_all(
        root.path(),
        &[(".gitignore", "models.py\nbuild/\n/sub\n"), ("build/new.py", ""), ("build/kept/new.py", "")],
    );
    let source = read_source(root.path()).unwrap();
    let read_paths: BTreeSet<_> = paths(&source).into_iter().map(str::to_owned).collect();
    assert_eq!(read_paths, listed(root.path()));
    assert!(read_paths.contains("models.py") && !read_paths.contains("build/new.py"));
    check(
        &read_source(&root.path().join("build")).unwrap(),
        &["c.py", "kept/b.py", "kept/new.py", "new.py"],
        &[],
    );
    // The control: what is no longer tracked is ignored.
    git(root.path(), &["rm", "-q", "--cached", "models.py"]);
    assert!(!paths(&read_source(root.path()).unwrap()).contains(&"models.py"));
    // An index that can't be read leaves the rules.
    fs::write(root.path().join(".git/index"), "DIRC nonsense").unwrap();
    check(&read_source(root.path()).unwrap(), &[".gitignore", "a.py"], &[]);
}

#[test]
fn files_not_checked_out_are_reported() {
    let inner = repository(&[("inner.py", "")]);
    let root = repository(&[("a/x.py", ""), ("b/deep/y.py", ""), ("b/z.py", ""), ("c/d.py", "")]);
    git(root.path(), &["submodule", "add", "-q", inner.path().to_str().unwrap(), "vendor"]);
    git(root.path(), &["commit", "-q", "-m", "submodule"]);
    let all = [".gitmodules", "a/x.py", "b/deep/y.py", "b/z.py", "c/d.py", "vendor/inner.py"];
    check(&read_source(root.path()).unwrap(), &all, &[]);
    for kind in [&["--no-sparse-index"][..], &["--sparse-index"]] {
        git(root.path(), &[&["sparse-checkout", "set", "--cone"], kind, &["a"]].concat());
        let source = read_source(root.path()).unwrap();
        check(&source, &[".gitmodules", "a/x.py", "vendor/inner.py"], &["not-checked-out"]);
        let places: Vec<_> =
            source.diagnostics.iter().map(|it| it.place.as_ref().unwrap().path.as_str()).collect();
        assert_eq!(places, ["b", "c"], "{kind:?}");
        check(&read_source(&root.path().join("a")).unwrap(), &["x.py"], &[]);
    }
    git(root.path(), &["sparse-checkout", "disable"]);
    git(root.path(), &["submodule", "deinit", "-q", "-f", "vendor"]);
    check(&read_source(root.path()).unwrap(), &all[..5], &["submodule"]);
    // The control: what was deleted is gone.
    fs::remove_dir_all(root.path().join("b")).unwrap();
    check(&read_source(root.path()).unwrap(), &[".gitmodules", "a/x.py", "c/d.py"], &["submodule"]);
}

#[test]
fn the_rules_above_hold_within_the_work_tree_and_no_further() {
    let outer = temporary();
    write_all(outer.path(), &[(".gitignore", "*.py\n")]);
    let root = outer.path().join("repo");
    write_all(
        &root,
        &[
            (".gitignore", "secret.py\n/sub/deep/anchored.py\n"),
            ("sub/.gitignore", "inner.py\n"),
            ("sub/deep/secret.py", ""),
            ("sub/deep/inner.py", ""),
            ("sub/deep/anchored.py", ""),
            ("sub/deep/a.py", ""),
        ],
    );
    git(&root, &["init", "-q"]);
    check(&read_source(&root.join("sub/deep")).unwrap(), &["a.py"], &[]);
    // Without a work tree nothing above has a say.
    fs::remove_dir_all(root.join(".git")).unwrap();
    let all = ["a.py", "anchored.py", "inner.py", "secret.py"];
    check(&read_source(&root.join("sub/deep")).unwrap(), &all, &[]);
}

#[test]
fn a_directory_that_is_named_is_read_though_it_is_ignored() {
    let root = repository(&[("a.py", ""), (".gitignore", "build/\n")]);
    write_all(root.path(), &[("build/b.py", "")]);
    check(&read_source(root.path()).unwrap(), &[".gitignore", "a.py"], &[]);
    check(&read_source(&root.path().join("build")).unwrap(), &["b.py"], &[]);
}

#[test]
fn a_linked_work_tree_has_the_rules_of_its_repository() {
    let root = repository(&[("a.py", "")]);
    write_all(root.path(), &[(".git/info/exclude", "excluded.py\n")]);
    let place = temporary();
    let linked = place.path().join("linked");
    git(root.path(), &["worktree", "add", "-q", linked.to_str().unwrap(), "-b", "other"]);
    write_all(&linked, &[("excluded.py", ""), ("b.py", "")]);
    check(&read_source(&linked).unwrap(), &["a.py", "b.py"], &[]);
    check(&read_at(&linked, "HEAD").unwrap(), &["a.py"], &[]);
}

/// A `.git` file may claim any directory as its repository; that one has to agree.
#[test]
fn an_unregistered_work_tree_gets_no_rules() {
    let root = repository(&[("a.py", "")]);
    write_all(root.path(), &[(".git/info/exclude", "*.py\n")]);
    let stranger = temporary();
    let claim = format!("gitdir: {}\n", root.path().join(".git").display());
    write_all(stranger.path(), &[("a.py", ""), (".git", &claim)]);
    check(&read_source(stranger.path()).unwrap(), &["a.py"], &[]);
}

#[test]
fn ignore_rules_that_are_a_link_or_too_large_have_no_effect() {
    let root = temporary();
    write_all(
        root.path(),
        &[("a.py", ""), ("rules", "a.py\n"), ("big/.gitignore", "x.py\n"), ("big/x.py", "")],
    );
    symlink("rules", root.path().join(".gitignore")).unwrap();
    let limits = SourceLimits { max_ignore_bytes: 4, ..SourceLimits::default() };
    let source = open(&Request::new(root.path()), &limits).unwrap();
    check(&source, &[".gitignore", "a.py", "big/.gitignore", "big/x.py", "rules"], &["ignore-file"]);
    check(&read_source(root.path()).unwrap(), &[".gitignore", "a.py", "big/.gitignore", "rules"], &[]);
}

/// Compiled patterns take hundreds of times their text, and those of all folders above a file are held at once.
#[test]
fn more_patterns_than_are_compiled_have_no_effect() {
    let root = temporary();
    let many = "*a?b*c*d\n".repeat(4_500);
    write_all(
        root.path(),
        &[
            (".gitignore", &format!("x.py\n{many}")),
            ("x.py", ""),
            ("in/.gitignore", &format!("y.py\n{many}")),
            ("in/x.py", ""),
            ("in/y.py", ""),
            ("none/.gitignore", "y.py\n# ****\n"),
            ("none/y.py", ""),
        ],
    );
    let source = read_source(root.path()).unwrap();
    check(&source, &[".gitignore", "in/.gitignore", "in/y.py", "none/.gitignore"], &["ignore-file"]);
}
