//! Archives that want out, or that want everything.

use std::fs;

use belljar_schema::{Document, Status};
use insta::assert_snapshot;
use tar::EntryType;

use crate::support::{Belljar, GOOD, Run, Tar, gzip, zipped};

/// What is said of an archive in a folder of its own.
fn extract(name: &str, bytes: &[u8], arguments: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    Belljar::extract(folder.path(), [name, "--quiet"]).arguments(arguments).run()
}

/// An archive with a good file, and one entry that is not.
#[track_caller]
fn with(add: impl FnOnce(Tar) -> Tar) -> Document {
    let tar = add(Tar::with_files("top", &[GOOD]));
    let document = extract("a.tar", &tar.finish(), &["-f", "json"]).exits_with(0).document();
    let tables: Vec<_> = document.tables.iter().map(|table| (table.name.as_str(), table.status)).collect();
    assert_eq!(tables, [("good", Status::Exact)], "{document:#?}");
    document
}

#[track_caller]
fn says(document: &Document, expected: &[&str]) {
    let said: Vec<_> =
        document.diagnostics.iter().map(|found| format!("{}: {}", found.code, found.message)).collect();
    assert_eq!(said, expected);
}

const EVIL: &[u8] = b"from sqlalchemy import *\nTable('evil', MetaData())\n";

#[test]
fn names_that_lead_out() {
    says(
        &with(|tar| tar.file("top/../../evil.py", EVIL)),
        &["name-refused: `top/../../evil.py` is skipped because of its name: a `..` part"],
    );
}

#[test]
fn absolute_names() {
    says(
        &with(|tar| tar.file("/tmp/evil.py", EVIL)),
        &["name-refused: `/tmp/evil.py` is skipped because of its name: an absolute path"],
    );
}

#[test]
fn links_that_lead_out() {
    let said = "link-outside: link `evil.py` leads out of the tree to `/etc/passwd`, which is not read";
    says(&with(|tar| tar.entry(EntryType::Symlink, "top/evil.py", "/etc/passwd", b"")), &[said]);
    says(
        &with(|tar| tar.entry(EntryType::Link, "top/evil.py", "../../etc/passwd", b"")),
        &["name-refused: `../../etc/passwd` is skipped because of its name: a `..` part"],
    );
}

#[test]
fn devices() {
    says(
        &with(|tar| tar.entry(EntryType::Char, "top/evil.py", "", b"")),
        &["special-file: `top/evil.py` is a device, a pipe or of an unknown kind, and is skipped"],
    );
}

#[test]
fn a_bomb() {
    // 4 GiB of zeros in 4 MiB, made piece by piece: gzip members one after the other are one stream.
    let mut tar = Tar::with_files("top", &[GOOD]);
    tar = tar.file("top/zeros", b"");
    let mut bytes = tar.finish();
    bytes.truncate(bytes.len() - 1024);
    let mut packed = gzip(&bytes);
    let zeros = gzip(&vec![0; 64 << 20]);
    for _ in 0..40 {
        packed.extend_from_slice(&zeros);
    }
    assert!(packed.len() < 8 << 20);
    assert_snapshot!(extract("bomb.tar.gz", &packed, &["-f", "text"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: archive `bomb.tar.gz` exceeds the limit `max_total_bytes` of 2147483648 bytes
    hint: if the archive can be trusted, unpack it and pass the directory, or raise `max-unpacked-size` in a file of `--limits`
    ");
}

#[test]
fn many_files() {
    let files: Vec<(String, &str)> = (0..50).map(|n| (format!("f{n}.py"), "x = 1")).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    assert_snapshot!(extract("many.zip", &zipped(&files), &["--max-files", "20"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: the source contains more than 20 files (limit `max_files`)
    hint: pass a subdirectory, or raise `--max-files`
    ");
}

#[test]
fn cut_short() {
    let whole = gzip(&Tar::with_files("top", &[GOOD, ("z.py", &"# padding\n".repeat(2000))]).finish());
    let run = extract("cut.tar.gz", &whole[..whole.len() - 60], &["-f", "text"]);
    assert_snapshot!(run, @r"
    exit code: 1
    ----- stdout -----
    good  good.py:5
      id  INTEGER  not null  primary key

    tables: 1 exact, 0 partial, 0 unresolved; columns: 1 exact, 0 partial

    ----- stderr -----
    error: the archive is cut short (incomplete deflate stream): only the files before that place were read
      hint: download or pack it again; files may be missing
    ");
    let zip = zipped(&[GOOD]);
    assert_snapshot!(extract("cut.zip", &zip[..zip.len() / 2], &["-f", "text"]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: archive `cut.zip` is damaged: invalid Zip archive: Could not find EOCD
    hint: download or pack it again
    ");
}

#[test]
fn empty_and_garbage() {
    assert_snapshot!(extract("empty.tar.gz", b"", &[]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: archive `empty.tar.gz` is damaged: unexpected end of file
    hint: download or pack it again
    ");
    assert_snapshot!(extract("garbage.zip", &[7; 3000], &[]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: archive `garbage.zip` is damaged: invalid Zip archive: Could not find EOCD
    hint: download or pack it again
    ");
    assert_snapshot!(extract("nothing.tar", &[0; 10240], &[]), @r"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: archive `nothing.tar` contains no files
    hint: check the path; ignored files, caches and environments are excluded by default
    ");
}
