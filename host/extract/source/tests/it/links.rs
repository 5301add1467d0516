//! Links that lead out, nowhere or in circles, from all three kinds of source.

use std::{fs, os::unix::fs::symlink, path::Path};

use belljar_source::Source;

use tempfile::TempDir;

use crate::support::{
    Tar, check, commit, files, open_bytes, read_at, read_source, repository, write_all, zipped,
};

/// The same links in a directory, a revision, a tar and a zip archive.
fn everywhere(links: &[(&str, &str)]) -> (TempDir, Vec<Source>) {
    const FILES: &[(&str, &str)] = &[("a/x.py", "x"), ("b.py", "b")];
    let root = repository(FILES);
    for (path, target) in links {
        symlink(target, root.path().join(path)).unwrap();
    }
    commit(root.path(), "links");
    let sources = vec![read_source(root.path()).unwrap(), read_at(root.path(), "HEAD").unwrap()];
    for source in &sources {
        assert_eq!(source.tree.read("b.py").unwrap()[..], *b"b");
    }
    let mut tar = Tar::new();
    let mut zip: Vec<_> = FILES.to_vec();
    let names: Vec<_> = links.iter().map(|(path, target)| (format!("{path}@"), *target)).collect();
    for (path, text) in FILES {
        tar = tar.file(path.as_bytes(), text.as_bytes());
    }
    for (path, target) in links {
        tar = tar.link(path.as_bytes(), target.as_bytes());
    }
    zip.extend(names.iter().map(|(path, target)| (path.as_str(), *target)));
    let archives = [tar.open().unwrap(), open_bytes("a.zip", &zipped(&zip)).unwrap()];
    (root, sources.into_iter().chain(archives).collect())
}

#[test]
fn a_link_inside_is_followed() {
    let (_root, sources) = everywhere(&[("l.py", "a/x.py"), ("d", "a")]);
    for source in sources {
        check(&source, &["a/x.py", "b.py", "d/x.py", "l.py"], &[]);
        assert_eq!(&*source.tree.read("d/x.py").unwrap(), b"x");
    }
}

#[test]
fn a_link_outside_is_not() {
    for target in ["/etc/passwd", "../../../../../../etc/passwd", "/", "..", "a/../../x"] {
        let (_root, sources) = everywhere(&[("l.py", target)]);
        for source in sources {
            check(&source, &["a/x.py", "b.py"], &["link-outside"]);
        }
    }
}

#[test]
fn a_link_to_nothing_is_noted() {
    let (_root, sources) = everywhere(&[("l.py", "none.py"), ("m.py", "b.py/x")]);
    for source in sources {
        check(&source, &["a/x.py", "b.py"], &["link-dangling"]);
        assert_eq!(source.diagnostics.len(), 2);
    }
}

#[test]
fn circles_end() {
    let (_root, sources) = everywhere(&[("l", "m"), ("m", "l"), ("a/up", ".."), ("self", ".")]);
    for source in sources {
        check(&source, &["a/x.py", "b.py"], &["link-cycle"]);
        assert_eq!(source.diagnostics.len(), 4, "{:#?}", source.diagnostics);
    }
}

#[test]
fn a_link_to_an_empty_directory_is_fine() {
    let root = crate::support::temporary();
    write_all(root.path(), &[("a.py", "")]);
    fs::create_dir(root.path().join("empty")).unwrap();
    symlink("empty", root.path().join("link")).unwrap();
    check(&read_source(root.path()).unwrap(), &["a.py"], &[]);
}

#[test]
fn a_hard_link_counts_from_the_root_of_the_archive() {
    let hard = |target: &[u8]| {
        Tar::new()
            .file(b"top/a.py", b"x")
            .entry(tar::EntryType::Link, b"top/sub/b.py", target, b"")
            .open()
            .unwrap()
    };
    let source = hard(b"top/a.py");
    check(&source, &["a.py", "sub/b.py"], &[]);
    assert_eq!(files(&source)[1].1, b"x");
    check(&hard(b"top/none.py"), &["a.py"], &["link-dangling"]);
    check(&hard(b"/etc/passwd"), &["top/a.py"].map(|_| "a.py"), &["name-refused"]);
    check(&hard(b"../a.py"), &["a.py"], &["name-refused"]);
}

/// The classic: a link is unpacked first, and then a file through it.
#[test]
fn a_file_below_a_link_does_not_go_through_it() {
    let victim = crate::support::temporary();
    let target = victim.path().to_str().unwrap();
    let source = Tar::new()
        .file(b"ok.py", b"")
        .link(b"out", target.as_bytes())
        .file(b"out/evil.py", b"evil")
        .open()
        .unwrap();
    check(&source, &["ok.py", "out/evil.py"], &["archive-duplicate"]);
    assert_eq!(fs::read_dir(victim.path()).unwrap().count(), 0);
}

#[test]
fn a_directory_swapped_for_a_link_after_the_walk_leads_nowhere() {
    let root = crate::support::temporary();
    write_all(root.path(), &[("in/d/a.py", "inside"), ("d/a.py", "outside")]);
    let source = read_source(&root.path().join("in")).unwrap();
    assert_eq!(&*source.tree.read("d/a.py").unwrap(), b"inside");
    fs::remove_dir_all(root.path().join("in/d")).unwrap();
    symlink(Path::new("../d"), root.path().join("in/d")).unwrap();
    assert!(source.tree.read("d/a.py").is_err());
}
