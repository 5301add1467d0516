//! Folders and files that are called like a revision: a side is what was meant, or an error.

use std::fs;

use super::super::check::shop::{AFTER, check, shop};
use crate::support::{Belljar, Project, Run, git, write_all};

/// The base and the head are the same in what is planted: whoever compares with it finds nothing.
fn plant(project: &Project, names: &[&str]) {
    for name in names {
        write_all(project.path(), &[(&format!("{name}/models.py"), AFTER)]);
    }
}

#[track_caller]
fn finds(run: Run) {
    let run = run.exits_with(1);
    assert!(run.stdout.contains("table `coupons` is dropped"), "{run}");
}

#[track_caller]
fn refuses(run: Run, why: &str) {
    let run = run.exits_with(2);
    assert!(run.stderr.contains(why) && run.stderr.contains("hint: write `rev:"), "{run}");
    assert_eq!(run.stdout, "");
}

#[test]
fn a_folder_is_not_taken_for_a_revision() {
    let project = shop();
    let base = git(project.path(), &["rev-parse", "HEAD~1"]);
    let short = base[..10].to_owned();
    git(project.path(), &["branch", "old", &base]);
    let sides = [
        (vec!["old", "HEAD"], "is a revision of `.`, and a folder too"),
        (vec!["HEAD~1", "HEAD"], "is a revision of `.`, and a folder too"),
        (vec![&short, "HEAD~0"], "is a revision of `.`, and a folder too"),
        (vec!["HEAD~1..HEAD"], "is a revision of `.`, and a folder too"),
        (vec!["HEAD~1...HEAD"], "is a revision of `.`, and a folder too"),
    ];
    for (names, _) in &sides {
        finds(check(&project, names));
    }
    plant(&project, &["old", "HEAD", "HEAD~1", &short, "HEAD~1..HEAD", "HEAD~1...HEAD", &base, "..."]);
    for (names, why) in &sides {
        refuses(check(&project, names), why);
    }
    refuses(check(&project, &["..."]), "is a revision of `.`, and a folder too");
    // A whole hash and a prefix leave no doubt.
    finds(check(&project, &[&base, "rev:HEAD"]));
    finds(check(&project, &[&base.to_uppercase(), "rev:HEAD"]));
    finds(check(&project, &["rev:HEAD~1...HEAD"]));
    finds(check(&project, &["rev:HEAD~1..HEAD"]));
    finds(check(&project, &["rev:old", "./HEAD"]));
    check(&project, &["path:HEAD", "./old"]).exits_with(0);
    check(&project, &[&format!("path:{base}"), "old/"]).exits_with(0);
}

#[test]
fn a_folder_is_not_taken_for_a_revision_that_is_missing() {
    let project = shop();
    plant(&project, &["main2", "origin/main"]);
    for name in ["main2", "origin/main"] {
        let why = format!("`{name}` is a folder, and no revision that `.` has");
        refuses(check(&project, &[name, "HEAD"]), &why);
        refuses(check(&project, &["HEAD", name]), &why);
        check(&project, &[&format!("./{name}"), name.to_owned().as_str()]).exits_with(2);
    }
    let hash = "0".repeat(40);
    plant(&project, &[&hash]);
    let run = check(&project, &[&hash, "HEAD"]).exits_with(2);
    assert!(run.stderr.contains("is not a commit of `.`"), "{run}");
}

#[test]
fn a_document_is_not_taken_for_a_revision() {
    let project = shop();
    git(project.path(), &["branch", "old.json", "HEAD~1"]);
    finds(check(&project, &["old.json", "HEAD"]));
    project.extract(&["--format", "json", "-o", "old.json", "--quiet"]).exits_with(0);
    refuses(check(&project, &["old.json", "HEAD"]), "is a revision of `.`, and a file too");
    finds(check(&project, &["rev:old.json", "HEAD"]));
    check(&project, &["path:old.json", "HEAD"]).exits_with(0);
    // A link that leads nowhere now may lead somewhere later.
    std::os::unix::fs::symlink("nowhere", project.path().join("HEAD")).unwrap();
    refuses(check(&project, &["HEAD~1", "HEAD"]), "is a revision of `.`, and a file too");
}

#[test]
fn a_prefix_alone_names_nothing() {
    let project = shop();
    for side in ["rev:", "path:"] {
        let run = check(&project, &[side, "HEAD"]).exits_with(2);
        assert!(run.stderr.contains(&format!("`{side}` has no name after its prefix")), "{run}");
        check(&project, &["HEAD", side]).exits_with(2);
    }
}

/// The control: where there is no repository, and where nothing else is meant, names are those of files as ever.
#[test]
fn files_that_nothing_else_is_called_like_are_sides() {
    let project = Project::new(&[("a/models.py", AFTER), ("b/models.py", AFTER)]);
    Belljar::new(project.path()).arguments(["check", "a", "b", "--quiet"]).run().exits_with(0);
    let project = shop();
    project.extract(&["--format", "json", "-o", "head.json", "--quiet"]).exits_with(0);
    fs::create_dir(project.path().join("sub")).unwrap();
    finds(check(&project, &["HEAD~1", "head.json"]));
    finds(check(&project, &["HEAD~1", "."]));
}
