//! Names that lead out of the tree, or are no names.

use std::{ffi::OsStr, fs, os::unix::ffi::OsStrExt};

use crate::support::{
    Tar, check, git, open_bytes, read_at, read_source, replace, repository, temporary, write_all, zipped,
};

const REFUSED: &[&str] =
    &["../a.py", "x/../../a.py", "/etc/a.py", "C:/a.py", "x\\..\\a.py", "\\\\host\\a.py"];

#[test]
fn tar_names_that_lead_out_are_refused_one_by_one() {
    for name in REFUSED {
        let source = Tar::new().file(name.as_bytes(), b"evil").file(b"ok.py", b"").open().unwrap();
        check(&source, &["ok.py"], &["name-refused"]);
    }
    let source = Tar::new().file(b"a/b/../a.py", b"").file(b"ok.py", b"").open().unwrap();
    check(&source, &["ok.py"], &["name-refused"]);
}

#[test]
fn zip_names_that_lead_out_are_refused_one_by_one() {
    for name in REFUSED {
        // Written under a harmless name of the same length: the writer might refuse the other.
        let stand_in = "q".repeat(name.len());
        let mut bytes = zipped(&[(&stand_in, "evil"), ("ok.py", "")]);
        replace(&mut bytes, stand_in.as_bytes(), name.as_bytes());
        check(&open_bytes("a.zip", &bytes).unwrap(), &["ok.py"], &["name-refused"]);
    }
    let mut bytes = zipped(&[("a?b.py", "evil"), ("ok.py", "")]);
    replace(&mut bytes, b"a?b.py", b"a\0b.py");
    check(&open_bytes("a.zip", &bytes).unwrap(), &["ok.py"], &["name-refused"]);
}

#[test]
fn many_refusals_are_counted() {
    let mut tar = Tar::new().file(b"ok.py", b"");
    for number in 0..500 {
        tar = tar.file(format!("../{number}.py").as_bytes(), b"");
    }
    let source = tar.open().unwrap();
    check(&source, &["ok.py"], &["name-refused"]);
    assert_eq!(source.diagnostics.len(), 21);
    assert_eq!(source.diagnostics[20].message, "480 more like the 20 above");
}

#[test]
fn names_that_are_not_utf8_are_left_out() {
    const NAME: &[u8] = b"caf\xe9.py";
    let expect = |source: &belljar_source::Source| {
        check(source, &["ok.py"], &["name-not-utf8"]);
        assert!(
            source.diagnostics[0].message.contains("caf\u{fffd}.py"),
            "{}",
            source.diagnostics[0].message
        );
    };
    expect(&Tar::new().file(NAME, b"").file(b"ok.py", b"").open().unwrap());
    let mut bytes = zipped(&[("cafX.py", ""), ("ok.py", "")]);
    replace(&mut bytes, b"cafX.py", NAME);
    expect(&open_bytes("a.zip", &bytes).unwrap());
    let root = repository(&[("ok.py", "")]);
    fs::write(root.path().join(OsStr::from_bytes(NAME)), "").unwrap();
    expect(&read_source(root.path()).unwrap());
    crate::support::commit(root.path(), "name");
    expect(&read_at(root.path(), "HEAD").unwrap());
}

#[test]
fn a_link_to_a_name_that_is_not_utf8_is_left_out() {
    let source = Tar::new().link(b"l.py", b"caf\xe9.py").file(b"ok.py", b"").open().unwrap();
    check(&source, &["ok.py"], &["name-not-utf8"]);
}

/// A tree object can hold any name; git itself refuses to make one, so it is written as a raw object.
#[test]
fn a_git_tree_can_name_nothing_outside() {
    let root = repository(&[("ok.py", "x")]);
    let blob = git(root.path(), &["rev-parse", "HEAD:ok.py"]);
    let raw: Vec<u8> = (0..40).step_by(2).map(|i| u8::from_str_radix(&blob[i..i + 2], 16).unwrap()).collect();
    let mut object = Vec::new();
    for name in ["..", "../../evil.py", "/etc/evil.py", "ok.py"] {
        object.extend_from_slice(format!("100644 {name}\0").as_bytes());
        object.extend_from_slice(&raw);
    }
    fs::write(root.path().join("object"), object).unwrap();
    let tree = git(root.path(), &["hash-object", "-t", "tree", "-w", "--literally", "object"]);
    let source = read_at(root.path(), &tree).unwrap();
    check(&source, &["ok.py"], &["name-refused"]);
    assert_eq!(source.diagnostics.len(), 3);
}

#[test]
fn names_that_differ_in_case_alone_are_both_kept() {
    let source = Tar::new().file(b"a.py", b"1").file(b"A.py", b"2").open().unwrap();
    check(&source, &["A.py", "a.py"], &[]);
}

#[test]
fn of_two_with_one_name_the_last_counts() {
    let source = Tar::new().file(b"a.py", b"first").file(b"./a.py", b"last").open().unwrap();
    check(&source, &["a.py"], &["archive-duplicate"]);
    assert_eq!(&*source.tree.read("a.py").unwrap(), b"last");
    let mut bytes = zipped(&[("aa.py", "first"), ("ab.py", "last")]);
    replace(&mut bytes, b"aa.py", b"ab.py");
    let source = open_bytes("a.zip", &bytes).unwrap();
    check(&source, &["ab.py"], &["archive-duplicate"]);
    assert_eq!(&*source.tree.read("ab.py").unwrap(), b"last");
    let folders = Tar::new()
        .entry(tar::EntryType::Directory, b"d/", b"", b"")
        .entry(tar::EntryType::Directory, b"d/", b"", b"")
        .file(b"d/a.py", b"")
        .file(b"b.py", b"");
    check(&folders.open().unwrap(), &["b.py", "d/a.py"], &[]);
}

#[test]
fn a_name_cannot_rewrite_a_terminal() {
    let root = temporary();
    write_all(root.path(), &[("ok.py", "")]);
    std::os::unix::fs::symlink("/x\u{1b}[2J", root.path().join("l\u{1b}[2J.py")).unwrap();
    let source = read_source(root.path()).unwrap();
    check(&source, &["ok.py"], &["link-outside"]);
    assert!(!source.diagnostics[0].message.contains('\u{1b}'), "{:?}", source.diagnostics);
}
