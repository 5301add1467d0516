//! A directory of a repository is read with what it is a part of.

use std::fs;

use belljar_source::{Request, Source, SourceLimits, open};

use crate::support::{
    check, codes, commit, git, paths, read_at, read_source, repository, temporary, write_all,
};

const FILES: &[(&str, &str)] = &[
    ("pyproject.toml", "x"),
    ("shared/base.py", "b"),
    ("services/api/models.py", "m"),
    (".gitignore", "build/\n"),
];

/// The files around a source, and which directory of them it is.
fn around(source: &Source) -> Option<(Vec<String>, String)> {
    let (tree, directory) = source.tree.around()?;
    Some((tree.files().map(|(path, _)| path.to_owned()).collect(), directory.to_owned()))
}

fn whole() -> Vec<String> {
    let mut all: Vec<String> = FILES.iter().map(|(path, _)| (*path).to_owned()).collect();
    all.sort();
    all
}

#[test]
fn a_directory_and_a_revision_know_the_whole() {
    let root = repository(FILES);
    let api = root.path().join("services/api");
    for source in [read_source(&api).unwrap(), read_at(&api, "HEAD").unwrap()] {
        check(&source, &["models.py"], &[]);
        assert_eq!(around(&source), Some((whole(), "services/api".to_owned())));
        let held = source.into_memory(&SourceLimits::default());
        assert_eq!(around(&held), Some((whole(), "services/api".to_owned())));
    }
    assert_eq!(around(&read_source(root.path()).unwrap()), None);
}

#[test]
fn what_is_no_part_of_a_repository_stands_for_itself() {
    let root = repository(FILES);
    // Not tracked, ignored, a repository of its own, or reached by a link.
    write_all(root.path(), &[("new/a.py", ""), ("build/a.py", ""), ("own/a.py", "")]);
    git(&root.path().join("own"), &["init", "-q", "-b", "main"]);
    commit(&root.path().join("own"), "own");
    std::os::unix::fs::symlink("services", root.path().join("link")).unwrap();
    for directory in ["new", "build", "own", "link/api"] {
        let source = read_source(&root.path().join(directory)).unwrap();
        assert_eq!(around(&source), None, "{directory}");
        assert_eq!(paths(&source).len(), 1, "{directory}");
    }
    let plain = temporary();
    write_all(plain.path(), FILES);
    assert_eq!(around(&read_source(&plain.path().join("services/api")).unwrap()), None);
    // The control: once git has it, it is.
    fs::remove_dir_all(root.path().join("own")).unwrap();
    commit(root.path(), "new");
    assert!(around(&read_source(&root.path().join("new")).unwrap()).is_some());
}

#[test]
fn a_repository_that_is_too_large_as_a_whole_costs_what_is_around() {
    let root = repository(FILES);
    let limits = SourceLimits { max_files: 2, ..SourceLimits::default() };
    for request in [
        Request::new(root.path().join("services/api")),
        Request::new(root.path().join("services/api")).at_revision("HEAD"),
    ] {
        let source = open(&request, &limits).unwrap();
        assert_eq!((paths(&source), codes(&source)), (vec!["models.py"], vec!["read-alone"]));
        assert_eq!(around(&source), None);
    }
}
