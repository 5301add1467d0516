//! The same files give the same tree, wherever they come from.

use std::{fs, os::unix::fs::symlink, path::Path};

use crate::support::{
    Tar, codes, files, git, gzip, on_disk, open_bytes, read_at, read_source, repository, write_all, zipped,
};

const FILES: &[(&str, &str)] = &[
    ("README.md", "text"),
    ("app/__init__.py", ""),
    ("app/models.py", "class A: pass\n"),
    ("app/Models.py", "class B: pass\n"),
    ("app/sub/more models.py", "x = 1\n"),
    ("app/naïve.py", "y = 1\n"),
    ("tests/test_a.py", "def test(): pass\n"),
];
const LINKS: &[(&str, &str)] = &[("app/alias.py", "sub/../models.py"), ("models", "app/sub")];

fn expected() -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<_> = FILES.iter().map(|(p, t)| ((*p).to_owned(), t.as_bytes().to_vec())).collect();
    all.push(("app/alias.py".to_owned(), b"class A: pass\n".to_vec()));
    all.push(("models/more models.py".to_owned(), b"x = 1\n".to_vec()));
    all.sort();
    all
}

fn on(root: &Path) {
    write_all(root, FILES);
    for (path, target) in LINKS {
        symlink(target, root.join(path)).unwrap();
    }
}

fn tar(top: &str, backwards: bool) -> Vec<u8> {
    let mut tar = Tar::new();
    let name = |path: &str| format!("{top}{path}").into_bytes();
    let mut order: Vec<_> = FILES.iter().map(|f| (false, f)).chain(LINKS.iter().map(|l| (true, l))).collect();
    if backwards {
        order.reverse();
    }
    for (is_link, (path, text)) in order {
        tar = if is_link {
            tar.link(&name(path), text.as_bytes())
        } else {
            tar.file(&name(path), text.as_bytes())
        };
    }
    tar.finish()
}

#[test]
fn a_directory_a_revision_and_archives_agree() {
    let repository = repository(&[]);
    on(repository.path());
    crate::support::commit(repository.path(), "all");
    let zip: Vec<_> = FILES
        .iter()
        .map(|(p, t)| (format!("a-1.0/{p}"), *t))
        .chain(LINKS.iter().map(|(p, t)| (format!("a-1.0/{p}@"), *t)))
        .collect();
    let zip: Vec<_> = zip.iter().map(|(p, t)| (p.as_str(), *t)).collect();
    let sources = [
        read_source(repository.path()),
        read_at(repository.path(), "main"),
        open_bytes("a.tar", &tar("", false)),
        open_bytes("a.tar", &tar("./", true)),
        open_bytes("a.tar.gz", &gzip(&tar("a-1.0/", false))),
        open_bytes("a.tgz", &gzip(&tar("a-1.0/", true))),
        open_bytes("a.zip", &zipped(&zip)),
    ];
    for source in sources {
        let source = source.unwrap();
        assert_eq!(files(&source), expected(), "{}", source.description);
        assert!(codes(&source).is_empty(), "{:?}", source.diagnostics);
    }
}

#[test]
fn what_git_itself_packs_agrees() {
    let repository = repository(FILES);
    let expected = files(&read_source(repository.path()).unwrap());
    for name in ["a.tar", "a.tar.gz", "a.zip"] {
        let path = repository.path().join(name);
        let output = format!("--output={name}");
        // With its `pax_global_header`, as GitHub's downloads have it.
        git(repository.path(), &["archive", "--prefix=repo-main/", &output, "main"]);
        assert_eq!(files(&read_source(&path).unwrap()), expected, "{name}");
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn a_wheel_keeps_its_folders() {
    let wheel = zipped(&[("pkg/__init__.py", ""), ("pkg-1.0.dist-info/METADATA", "Name: pkg")]);
    let (_root, path) = on_disk("pkg-1.0-py3-none-any.whl", &wheel);
    assert_eq!(
        crate::support::paths(&read_source(&path).unwrap()),
        ["pkg-1.0.dist-info/METADATA", "pkg/__init__.py"]
    );
}

#[test]
fn a_package_that_stands_alone_keeps_its_name() {
    let alone = zipped(&[("pkg/__init__.py", ""), ("pkg/models.py", "")]);
    crate::support::check(&open_bytes("a.zip", &alone).unwrap(), &["pkg/__init__.py", "pkg/models.py"], &[]);
    // The folder of a project can hold an `__init__.py` too, but could not be imported by its name.
    let project = zipped(&[("pkg-1.0/__init__.py", ""), ("pkg-1.0/models.py", "")]);
    crate::support::check(&open_bytes("a.zip", &project).unwrap(), &["__init__.py", "models.py"], &[]);
}

#[test]
fn one_file_is_not_a_folder() {
    crate::support::check(&Tar::new().file(b"a.py", b"").open().unwrap(), &["a.py"], &[]);
    let two = Tar::new().file(b"a.py", b"").file(b"top/b.py", b"").open().unwrap();
    crate::support::check(&two, &["a.py", "top/b.py"], &[]);
}

#[test]
fn a_folder_with_the_name_of_a_marker_makes_no_environment() {
    let all = [("a/c.py", ""), ("a/pyvenv.cfg/node_modules/b.py", ""), ("d.py", "")];
    let repository = repository(&all);
    let tar = all.iter().fold(Tar::new(), |tar, (path, text)| tar.file(path.as_bytes(), text.as_bytes()));
    for source in [read_source(repository.path()), read_at(repository.path(), "main"), tar.open()] {
        crate::support::check(&source.unwrap(), &["a/c.py", "d.py"], &[]);
    }
}
