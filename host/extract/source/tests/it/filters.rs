//! What is left out of every source, and put back on request.

use belljar_source::{Filters, Request, SourceLimits, open};

use crate::support::{
    Tar, check, commit, git, open_bytes, read_at, read_source, repository, temporary, write_all, zipped,
};

const CLUTTER: &[(&str, &str)] = &[
    ("a.py", ""),
    ("pkg/__pycache__/a.cpython-314.pyc", ""),
    ("pkg/b.pyc", ""),
    ("node_modules/x/y.py", ""),
    (".tox/x.py", ""),
    ("env/pyvenv.cfg", ""),
    ("env/bin/x.py", ""),
    (".venv/lib/python3.12/x.py", ""),
    ("lib/site-packages/x.py", ""),
    (".mypy_cache/x.py", ""),
    (".hg/x.py", ""),
    ("venv/is_source.py", ""),
    ("x.egg-info/PKG-INFO", ""),
];
const KEPT: &[&str] = &["a.py", "venv/is_source.py", "x.egg-info/PKG-INFO"];

#[test]
fn every_kind_of_source_leaves_the_same_out() {
    let root = repository(&[("a.py", "")]);
    write_all(root.path(), CLUTTER);
    git(root.path(), &["add", "-A", "-f"]);
    commit(root.path(), "clutter");
    let tar = CLUTTER.iter().fold(Tar::new(), |tar, (path, _)| tar.file(path.as_bytes(), b""));
    for source in [
        read_source(root.path()),
        read_at(root.path(), "HEAD"),
        tar.open(),
        open_bytes("a.zip", &zipped(CLUTTER)),
    ] {
        check(&source.unwrap(), KEPT, &["environment"]);
    }
}

#[test]
fn everything_can_be_put_back() {
    let root = temporary();
    write_all(root.path(), CLUTTER);
    let filters = Filters {
        include_ignored: true,
        include_environments: true,
        include_caches: true,
        include_node_modules: true,
        include_version_control: true,
    };
    let request = Request { filters, ..Request::new(root.path()) };
    let source = open(&request, &SourceLimits::default()).unwrap();
    let mut all: Vec<_> = CLUTTER.iter().map(|(path, _)| *path).collect();
    all.sort_unstable();
    check(&source, &all, &[]);
}

#[test]
fn an_environment_in_the_root_is_not_the_root() {
    let root = temporary();
    write_all(root.path(), &[("pyvenv.cfg", ""), ("a.py", ""), ("lib/python3.12/site-packages/x.py", "")]);
    check(&read_source(root.path()).unwrap(), &["a.py", "pyvenv.cfg"], &[]);
}

#[test]
fn a_pointer_of_lfs_is_reported() {
    let pointer = format!(
        "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 12345\n",
        "0123456789abcdef".repeat(4)
    );
    let source_text = format!("# {}\n", "x".repeat(pointer.len() - 3));
    let all = [("data.bin", pointer.as_str()), ("models.py", &pointer), ("other.py", &source_text)];
    let root = repository(&all);
    for source in [read_at(root.path(), "HEAD"), read_source(root.path()), open_bytes("a.zip", &zipped(&all))]
    {
        let source = source.unwrap();
        check(&source, &["data.bin", "models.py", "other.py"], &["lfs-pointer"]);
        assert_eq!(source.diagnostics[0].place.as_ref().unwrap().path, "models.py");
        assert_eq!(source.diagnostics.len(), 1);
    }
}

/// Code of the interpreter is no source, and is known of: it may run in place of its source. That of a cache which goes by
/// the time of the source does not, after a checkout.
#[test]
fn code_of_the_interpreter_is_known_of() {
    let unchecked = "\u{1}\r\r\n\u{1}\0\0\0 and sixteen more bytes";
    let by_time = "\u{1}\r\r\n\0\0\0\0 and sixteen more bytes";
    let all = [
        ("main.py", ""),
        ("shop/models.py", "x = 1\n"),
        ("shop/__pycache__/models.cpython-313.pyc", unchecked),
        ("shop/__pycache__/other.cpython-313.pyc", by_time),
        ("shop/__pycache__/short.pyc", "x"),
        ("shop/__pycache__/data.txt", "x"),
        ("shop/__pycache__/deeper/x.pyc", "x"),
        ("shop/old.pyc", by_time),
        ("node_modules/x/y.pyc", "x"),
        ("node_modules/__pycache__/z.pyc", "x"),
    ];
    let root = repository(&all);
    let plain = temporary();
    write_all(plain.path(), &all);
    let wanted = ["shop/__pycache__/models.cpython-313.pyc", "shop/__pycache__/short.pyc", "shop/old.pyc"];
    let mut hashes = Vec::new();
    for source in [
        read_at(root.path(), "HEAD"),
        read_source(root.path()),
        read_source(plain.path()),
        open_bytes("a.zip", &zipped(&all)),
    ] {
        let source = source.unwrap();
        check(&source, &["main.py", "shop/models.py"], &[]);
        assert_eq!(source.compiled.keys().map(String::as_str).collect::<Vec<_>>(), wanted);
        hashes.push(source.compiled);
    }
    assert!(hashes.windows(2).all(|pair| pair[0] == pair[1]));
    // What is ignored is not what is checked.
    write_all(root.path(), &[(".gitignore", "*.pyc\n"), ("shop/__pycache__/new.pyc", "x")]);
    assert_eq!(read_source(root.path()).unwrap().compiled, hashes[0]);
}

#[test]
fn a_library_that_is_too_large_is_known_of() {
    let all = [
        ("models.py", "x = 1\n"),
        ("models.abi3.so", "more than ten bytes"),
        ("data.bin", "more than ten bytes"),
    ];
    let root = repository(&all);
    let limits = SourceLimits { max_file_bytes: 10, ..SourceLimits::default() };
    let at_head = Request { revision: Some("HEAD".to_owned()), ..Request::new(root.path()) };
    for request in [Request::new(root.path()), at_head] {
        let source = open(&request, &limits).unwrap();
        let known: Vec<_> =
            source.compiled.iter().map(|(path, what)| (path.as_str(), what.as_str())).collect();
        assert_eq!(known, [("models.abi3.so", "19 bytes")]);
    }
}
