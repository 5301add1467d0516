//! Archives and trees that are larger than they look.

use std::io::Cursor;

use belljar_source::{Request, SourceError, SourceLimits, open};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::support::{
    Tar, check, files, git, gzip, open_bytes, open_bytes_with, paths, read_at, read_source, repository,
    temporary, write_all, zipped,
};

const KIB: usize = 1024;

fn small() -> SourceLimits {
    SourceLimits {
        max_file_bytes: 4 * KIB as u64,
        max_total_bytes: 64 * KIB as u64,
        max_header_bytes: 8 * KIB as u64,
        ..SourceLimits::default()
    }
}

#[track_caller]
fn hits(result: Result<belljar_source::Source, SourceError>, expected: &str) {
    match result {
        Err(SourceError::ArchiveLimit { limit, .. } | SourceError::TooMany { limit, .. }) => {
            assert_eq!(limit, expected);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_tar_that_unpacks_to_too_much_is_refused() {
    let with = |size: usize| gzip(&Tar::new().file(b"a.py", b"x").file(b"b.bin", &vec![0; size]).finish());
    hits(open_bytes_with("a.tar.gz", &with(100 * KIB), &small()), "max_total_bytes");
    check(&open_bytes_with("a.tar.gz", &with(50 * KIB), &small()).unwrap(), &["a.py"], &["file-too-large"]);
}

#[test]
fn the_rest_after_the_end_counts_too() {
    let mut bytes = Tar::new().file(b"a.py", b"x").finish();
    check(&open_bytes_with("a.tar.gz", &gzip(&bytes), &small()).unwrap(), &["a.py"], &[]);
    bytes.resize(100 * KIB, 0);
    hits(open_bytes_with("a.tar.gz", &gzip(&bytes), &small()), "max_total_bytes");
}

/// 4 GiB of zeros in a few MiB: it must stop at the default limit without holding any of it.
#[test]
fn a_real_bomb_stops_early() {
    let mut header = tar::Header::new_ustar();
    header.set_path("zeros").unwrap();
    header.set_size(4 << 30);
    header.set_cksum();
    let mut bomb = gzip(header.as_bytes());
    bomb.extend(gzip(&vec![0; 16 << 20]).repeat(256));
    assert!(bomb.len() < 32 << 20);
    hits(open_bytes("a.tar.gz", &bomb), "max_total_bytes");
}

#[test]
fn a_name_that_goes_on_and_on_is_refused() {
    let long = |kind, size: usize| {
        Tar::new()
            .file(b"a.py", b"x")
            .entry(kind, b"././@LongLink", b"", &vec![b'n'; size])
            .file(b"b.py", b"")
            .finish()
    };
    for kind in [tar::EntryType::GNULongName, tar::EntryType::GNULongLink, tar::EntryType::XHeader] {
        hits(open_bytes_with("a.tar", &long(kind, 20 * KIB), &small()), "max_header_bytes");
    }
    let source = open_bytes_with("a.tar", &long(tar::EntryType::GNULongName, 200), &small()).unwrap();
    check(&source, &["a.py", "n".repeat(200).as_str()], &[]);
}

#[test]
fn a_sparse_file_of_any_size_costs_nothing() {
    let mut header = tar::Header::new_gnu();
    header.set_path("holes").unwrap();
    header.set_entry_type(tar::EntryType::GNUSparse);
    header.set_size(512);
    let gnu = header.as_gnu_mut().unwrap();
    gnu.set_real_size(1 << 60);
    gnu.sparse[0].set_offset((1 << 60) - 512);
    gnu.sparse[0].set_length(512);
    header.set_cksum();
    let mut bytes = Tar::new().file(b"a.py", b"x").unfinished();
    bytes.extend_from_slice(header.as_bytes());
    bytes.extend_from_slice(&[1; 512]);
    bytes.extend(Tar::new().file(b"b.py", b"y").finish());
    check(&open_bytes("a.tar", &bytes).unwrap(), &["a.py", "b.py"], &["special-file"]);
}

#[test]
fn a_zip_that_unpacks_to_too_much_is_refused() {
    let text = "x".repeat(3 * KIB);
    let with = |count: usize| {
        let names: Vec<_> = (0..count).map(|n| format!("f{n:03}.py")).collect();
        let all: Vec<_> = names.iter().map(|name| (name.as_str(), text.as_str())).collect();
        zipped(&all)
    };
    hits(open_bytes_with("a.zip", &with(100), &small()), "max_total_bytes");
    assert_eq!(open_bytes_with("a.zip", &with(20), &small()).unwrap().tree.len(), 20);
}

#[test]
fn a_zip_entry_with_a_wrong_size_is_cut_off() {
    let text = "x".repeat(100 * KIB);
    let size = u32::try_from(text.len()).unwrap().to_le_bytes();
    let mut bytes = zipped(&[("a.py", ""), ("lies.py", &text)]);
    crate::support::replace(&mut bytes, &size, &10u32.to_le_bytes());
    let source = open_bytes_with("a.zip", &bytes, &small()).unwrap();
    assert_eq!(paths(&source), ["a.py"]);
    assert!(["archive-entry", "file-too-large"].contains(&crate::support::codes(&source)[0]));
}

#[test]
fn an_archive_that_is_too_large_itself_is_not_opened() {
    let bytes = Tar::new().file(b"a.py", b"x").finish();
    let limits = SourceLimits { max_archive_bytes: bytes.len() as u64, ..SourceLimits::default() };
    check(&open_bytes_with("a.tar", &bytes, &limits).unwrap(), &["a.py"], &[]);
    let limits = SourceLimits { max_archive_bytes: bytes.len() as u64 - 1, ..limits };
    hits(open_bytes_with("a.tar", &bytes, &limits), "max_archive_bytes");
}

#[test]
fn memory_goes_to_python_first_in_any_order() {
    let limits = SourceLimits { max_memory_bytes: 1000, ..SourceLimits::default() };
    let entries: [(&[u8], usize); 5] =
        [(b"data.bin", 100), (b"big.py", 600), (b"more.bin", 300), (b"a.py", 200), (b"c.bin", 150)];
    for turn in 0..5 {
        let mut tar = Tar::new();
        for index in 0..5 {
            let (name, size) = entries[(index + turn) % 5];
            tar = tar.file(name, &vec![b'x'; size]);
        }
        let source = open_bytes_with("a.tar", &tar.finish(), &limits).unwrap();
        check(&source, &["a.py", "big.py", "data.bin"], &["archive-memory"]);
    }
}

#[test]
fn too_many_files_are_refused_everywhere() {
    let limits = SourceLimits { max_files: 3, ..SourceLimits::default() };
    let make = |count: usize| {
        let names: Vec<_> = (0..count).map(|n| format!("f{n}.py")).collect();
        let all: Vec<_> = names.iter().map(|name| (name.as_str(), "")).collect();
        let root = repository(&all);
        let request = Request::new(root.path());
        [
            open(&request, &limits),
            open(&request.at_revision("HEAD"), &limits),
            open_bytes_with("a.zip", &zipped(&all), &limits),
        ]
    };
    for result in make(4) {
        hits(result, "max_files");
    }
    for result in make(3) {
        assert_eq!(result.unwrap().tree.len(), 3);
    }
}

#[test]
fn directories_without_files_are_counted() {
    let root = temporary();
    write_all(root.path(), &[("a.py", "")]);
    for number in 0..20 {
        std::fs::create_dir(root.path().join(format!("d{number}"))).unwrap();
    }
    let with = |max_entries| {
        open(&Request::new(root.path()), &SourceLimits { max_entries, ..SourceLimits::default() })
    };
    hits(with(20), "max_entries");
    check(&with(21).unwrap(), &["a.py"], &[]);
}

/// Ten trees, each holding the one before ten times: 10^10 files in a few kilobytes.
#[test]
fn a_git_bomb_is_refused() {
    let root = repository(&[("a.py", "x")]);
    let mut tree = git(root.path(), &["rev-parse", "HEAD^{tree}"]);
    for level in 0..10 {
        let lines = (0..10).map(|n| format!("040000 tree {tree}\td{n}")).collect::<Vec<_>>().join("\n");
        let list = root.path().join(format!("level{level}"));
        std::fs::write(&list, lines).unwrap();
        tree = git(root.path(), &["-c", "alias.make=!git mktree <", "make", list.to_str().unwrap()]);
    }
    let limits = SourceLimits { max_files: 1000, ..SourceLimits::default() };
    hits(open(&Request::new(root.path()).at_revision(&*tree), &limits), "max_files");
    check(&read_at(root.path(), "HEAD").unwrap(), &["a.py"], &[]);
}

#[test]
fn names_alone_can_be_too_much() {
    let all = [("1234567890.py", ""), ("sub/1234567890.py", "")];
    let root = repository(&all);
    let request = Request::new(root.path());
    for (max_names_bytes, fits) in [(29, false), (64, true)] {
        let limits = SourceLimits { max_names_bytes, ..SourceLimits::default() };
        for source in [
            open(&request.clone().at_revision("HEAD"), &limits),
            open(&request, &limits),
            open_bytes_with("a.zip", &zipped(&all), &limits),
        ] {
            if fits {
                assert_eq!(source.unwrap().tree.len(), 2);
            } else {
                hits(source, "max_names_bytes");
            }
        }
    }
}

#[test]
fn files_below_too_many_directories_are_skipped() {
    let limits = SourceLimits { max_depth: 3, ..SourceLimits::default() };
    let all = [("a.py", ""), ("1/2/3/b.py", ""), ("1/2/3/4/c.py", "")];
    let root = repository(&all);
    let tar = all.iter().fold(Tar::new(), |tar, (name, _)| tar.file(name.as_bytes(), b""));
    let request = Request::new(root.path());
    for source in [
        open(&request, &limits),
        open(&request.at_revision("HEAD"), &limits),
        open_bytes_with("a.tar", &tar.finish(), &limits),
    ] {
        check(&source.unwrap(), &["1/2/3/b.py", "a.py"], &["too-deep"]);
    }
    assert_eq!(read_source(root.path()).unwrap().tree.len(), 3);
}

#[test]
fn a_file_over_the_limit_is_left_out_everywhere() {
    let big = "x".repeat(5000);
    let all = [("a.py", "x"), ("big.py", big.as_str())];
    let root = repository(&all);
    let request = Request::new(root.path());
    for source in [
        open(&request, &small()),
        open(&request.at_revision("HEAD"), &small()),
        open_bytes_with("a.zip", &zipped(&all), &small()),
    ] {
        let source = source.unwrap();
        check(&source, &["a.py"], &["file-too-large"]);
        assert_eq!(source.diagnostics[0].place.as_ref().unwrap().path, "big.py");
    }
    assert_eq!(files(&read_source(root.path()).unwrap())[1].1.len(), 5000);
}

#[test]
fn a_zip_cannot_claim_more_entries_than_it_holds() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("a.py", SimpleFileOptions::default()).unwrap();
    let mut bytes = zip.finish().unwrap().into_inner();
    check(&open_bytes("a.zip", &bytes).unwrap(), &["a.py"], &[]);
    // The two counts in the end record.
    let end = bytes.len() - 22;
    bytes[end + 8..end + 12].copy_from_slice(&[0xfe, 0xff, 0xfe, 0xff]);
    let source = open_bytes("a.zip", &bytes).unwrap();
    assert_eq!(paths(&source), ["a.py"]);
    assert!(source.diagnostics.iter().any(|d| d.severity == belljar_schema::Severity::Error));
}
