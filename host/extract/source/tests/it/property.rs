//! Any files read the same, wherever they come from.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::{ffi::OsStrExt as _, fs::symlink},
    path::Path,
};

use belljar_source::Source;
use proptest::prelude::*;
use tempfile::TempDir;

use crate::support::{
    Tar, codes, commit, files, git, gzip, open_bytes, read_at, read_source, temporary, zipped_bytes,
};

/// What stands at a path.
#[derive(Debug, Clone)]
enum Node {
    File(Vec<u8>),
    Link(String),
}

/// Names that mean something to somebody on the way, and some that mean nothing. Without those that archives refuse for
/// the sake of other systems (a backslash, a drive) and those that git refuses or obeys (`.git`, `.gitignore`).
const NAMES: [&str; 26] = [
    "a",
    "b",
    "A",
    "src",
    "x.py",
    "X.PY",
    "models.py",
    "__init__.py",
    "setup.cfg",
    "é",
    "e\u{301}",
    "名",
    "a b",
    " ",
    "..a",
    "a..",
    "...",
    "-rf",
    "~",
    "%2e",
    "*",
    "node_modules",
    "__pycache__",
    "venv",
    "pyvenv.cfg",
    ".hidden",
];

fn path() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&NAMES[..]), 1..5).prop_map(|parts| parts.join("/"))
}

fn node() -> impl Strategy<Value = Node> {
    let part = prop_oneof![4 => prop::sample::select(&NAMES[..]), 2 => Just(".."), 1 => Just(".")];
    prop_oneof![
        4 => prop::collection::vec(any::<u8>(), 0..300).prop_map(Node::File),
        1 => prop::collection::vec(part, 1..5).prop_map(|parts| Node::Link(parts.join("/"))),
    ]
}

/// A tree of files. Where one would stand in another's place the first by name stays.
fn tree() -> impl Strategy<Value = BTreeMap<String, Node>> {
    prop::collection::btree_map(path(), node(), 1..24).prop_map(|all| {
        let mut kept: BTreeMap<String, Node> = BTreeMap::new();
        for (path, node) in all {
            let parents = path.match_indices('/').map(|(end, _)| &path[..end]);
            if !parents.clone().any(|parent| kept.contains_key(parent)) {
                kept.retain(|other, _| !other.starts_with(&format!("{path}/")));
                kept.insert(path, node);
            }
        }
        // Something has to be there, whatever is left out; and in every folder: an archive and a revision know of none
        // but by what is in it, so that one of which everything is left out is there on a disk alone.
        let parents: Vec<String> = kept
            .keys()
            .flat_map(|path| path.match_indices('/').map(|(end, _)| path[..=end].to_owned()))
            .collect();
        for folder in parents.into_iter().chain([String::new()]) {
            kept.insert(format!("{folder}always.py"), Node::File(b"x = 1\n".to_vec()));
        }
        kept
    })
}

fn on_disk(tree: &BTreeMap<String, Node>) -> TempDir {
    let root = temporary();
    for (path, node) in tree {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match node {
            Node::File(bytes) => fs::write(path, bytes).unwrap(),
            Node::Link(target) => symlink(target, path).unwrap(),
        }
    }
    root
}

/// A tar archive whose entries come in an order that follows from a number.
fn tar(tree: &BTreeMap<String, Node>, top: &str, order: u64) -> Vec<u8> {
    let mut entries: Vec<_> = tree.iter().collect();
    entries.sort_by_key(|(path, _)| {
        path.bytes().fold(order, |sum, byte| sum.rotate_left(9) ^ (u64::from(byte) * 0x9e37))
    });
    let entries = entries.into_iter().fold(Tar::new(), |tar, (path, node)| {
        let name = format!("{top}{path}");
        match node {
            Node::File(bytes) => tar.file(name.as_bytes(), bytes),
            Node::Link(target) => tar.link(name.as_bytes(), target.as_bytes()),
        }
    });
    entries.finish()
}

fn zip(tree: &BTreeMap<String, Node>, top: &str) -> Vec<u8> {
    let entries: Vec<_> = tree
        .iter()
        .map(|(path, node)| match node {
            Node::File(bytes) => (format!("{top}{path}"), bytes.as_slice()),
            Node::Link(target) => (format!("{top}{path}@"), target.as_bytes()),
        })
        .collect();
    zipped_bytes(entries.iter().map(|(name, bytes)| (name.as_str(), *bytes)))
}

/// What has to be the same: the files with their bytes, and what is said about them.
fn contents(source: &Source) -> (Vec<(String, Vec<u8>)>, Vec<String>) {
    let diagnostics =
        source.diagnostics.iter().map(|it| format!("{:?} {} {}", it.severity, it.code, it.message));
    (files(source), diagnostics.collect())
}

#[test]
fn any_files_read_the_same_from_everywhere() {
    // The number of links and of codes that were seen: a generator that makes no hard cases proves nothing.
    let seen = std::cell::RefCell::new(BTreeMap::<String, usize>::new());
    let config = ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(tree in tree(), order in any::<u64>())| {
        let root = on_disk(&tree);
        let directory = read_source(root.path()).unwrap();
        for code in codes(&directory) {
            *seen.borrow_mut().entry(code.to_owned()).or_default() += 1;
        }
        let expected = contents(&directory);
        // One folder around everything, which no code can import, is taken off.
        let top = "p-1.0/";
        for (name, bytes) in [
            ("a.tar", tar(&tree, top, order)),
            ("a.tar.gz", gzip(&tar(&tree, "p-1.0/./", !order))),
            ("a.zip", zip(&tree, top)),
        ] {
            prop_assert_eq!(&contents(&open_bytes(name, &bytes).unwrap()), &expected, "{}", name);
        }
        git(root.path(), &["init", "-q"]);
        commit(root.path(), "all");
        prop_assert_eq!(&contents(&read_source(root.path()).unwrap()), &expected, "a work tree");
        // What lies on the disk later is no part of a revision.
        fs::write(root.path().join("later.py"), "").unwrap();
        prop_assert_eq!(&contents(&read_at(root.path(), "HEAD").unwrap()), &expected, "a revision");
    });
    let seen = seen.into_inner();
    assert!(seen.contains_key("link-outside") && seen.contains_key("link-dangling"), "{seen:?}");
}

#[test]
fn names_are_bytes_until_they_are_known_to_be_text() {
    let root = temporary();
    fs::write(root.path().join("ok.py"), "").unwrap();
    fs::write(root.path().join(Path::new(std::ffi::OsStr::from_bytes(b"caf\xe9.py"))), "").unwrap();
    let expected = contents(&read_source(root.path()).unwrap());
    assert_eq!(expected.1.len(), 1);
    let tar = Tar::new().file(b"p-1.0/ok.py", b"").file(b"p-1.0/caf\xe9.py", b"");
    assert_eq!(files(&tar.open().unwrap()), expected.0);
    git(root.path(), &["init", "-q"]);
    commit(root.path(), "all");
    assert_eq!(contents(&read_at(root.path(), "HEAD").unwrap()), expected);
}
