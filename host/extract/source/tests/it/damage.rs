//! Archives that are cut short, damaged, or hold what is not a file.

use belljar_source::SourceError;

use crate::support::{Tar, check, codes, files, gzip, open_bytes, paths, replace, zipped};

fn tar() -> Vec<u8> {
    let text = (0..2000).map(|n| format!("line {n}")).collect::<Vec<_>>().join("\n");
    Tar::new().file(b"a.py", b"first").file(b"b.py", text.as_bytes()).file(b"c.py", b"last").finish()
}

#[test]
fn an_intact_archive_has_no_diagnostics() {
    check(&open_bytes("a.tar", &tar()).unwrap(), &["a.py", "b.py", "c.py"], &[]);
    check(&open_bytes("a.tar.gz", &gzip(&tar())).unwrap(), &["a.py", "b.py", "c.py"], &[]);
}

#[test]
fn what_stands_before_the_cut_is_kept() {
    let tar = tar();
    // In a file, in a header, before a header, and before the end mark.
    let places = [1500, 512 + 512 + 100, 1024, tar.len() - 1024];
    for place in places {
        let source = open_bytes("a.tar", &tar[..place]).unwrap();
        assert_eq!(paths(&source)[0], "a.py", "{place}");
        assert_eq!(codes(&source), ["archive-truncated"], "{place}");
    }
}

#[test]
fn a_compressed_archive_that_is_cut_anywhere_is_reported() {
    let whole = gzip(&tar());
    let mut kept = 0;
    for length in (20..whole.len()).step_by(37).chain([whole.len() - 1, whole.len() - 8]) {
        match open_bytes("a.tar.gz", &whole[..length]) {
            Ok(source) => {
                kept += 1;
                assert_eq!(codes(&source), ["archive-truncated"], "{length}");
            }
            Err(error) => assert!(matches!(error, SourceError::ArchiveDamaged { .. }), "{length}: {error:?}"),
        }
    }
    assert!(kept > 10);
    assert_eq!(paths(&open_bytes("a.tar.gz", &whole[..whole.len() - 8]).unwrap()).len(), 3);
}

#[test]
fn a_cut_with_nothing_before_it_is_an_error() {
    for (name, bytes) in [
        ("a.tar", &tar()[..514]),
        ("a.tar", &b""[..]),
        ("a.tar.gz", &gzip(&tar())[..12]),
        ("a.zip", &zipped(&[("a.py", "x")])[..10]),
        ("a.zip", b""),
    ] {
        let error = open_bytes(name, bytes).unwrap_err();
        assert!(matches!(error, SourceError::ArchiveDamaged { .. }), "{name}: {error:?}");
    }
}

#[test]
fn a_damaged_middle_ends_a_tar() {
    let mut bytes = tar();
    let header = bytes.len() - 1024 - 1024;
    bytes[header] ^= 1;
    let source = open_bytes("a.tar", &bytes).unwrap();
    check(&source, &["a.py", "b.py"], &["archive-damaged"]);
}

#[test]
fn a_wrong_checksum_of_the_whole_is_reported() {
    let mut bytes = gzip(&tar());
    let place = bytes.len() - 6;
    bytes[place] ^= 1;
    check(&open_bytes("a.tar.gz", &bytes).unwrap(), &["a.py", "b.py", "c.py"], &["archive-damaged"]);
}

#[test]
fn a_zip_without_its_end_is_read_from_the_start() {
    let whole = zipped(&[("a.py", "first"), ("b.py", "second"), ("c.py", "third")]);
    check(&open_bytes("a.zip", &whole).unwrap(), &["a.py", "b.py", "c.py"], &[]);
    let directory = whole.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    check(
        &open_bytes("a.zip", &whole[..directory]).unwrap(),
        &["a.py", "b.py", "c.py"],
        &["archive-truncated"],
    );
    let second = whole.windows(4).enumerate().filter(|(_, w)| *w == b"PK\x03\x04").nth(1).unwrap().0;
    for cut in [second, second + 10, second + 36] {
        check(&open_bytes("a.zip", &whole[..cut]).unwrap(), &["a.py"], &["archive-truncated"]);
    }
}

#[test]
fn one_damaged_entry_of_a_zip_costs_no_other() {
    let mut bytes = zipped(&[("a.py", "first"), ("b.py", "second text"), ("c.py", "third")]);
    let data = bytes.windows(4).enumerate().filter(|(_, w)| *w == b"PK\x03\x04").nth(1).unwrap().0 + 30 + 4;
    bytes[data + 3] ^= 0x10;
    check(&open_bytes("a.zip", &bytes).unwrap(), &["a.py", "c.py"], &["archive-entry"]);
}

#[test]
fn an_encrypted_entry_is_left_out() {
    let mut bytes = zipped(&[("a.py", "first"), ("b.py", "second")]);
    // Bit 0 of the flags, in both headers of the second file.
    for (mark, offset) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let place = bytes.windows(4).enumerate().filter(|(_, w)| w == mark).nth(1).unwrap().0;
        bytes[place + offset] |= 1;
    }
    check(&open_bytes("a.zip", &bytes).unwrap(), &["a.py"], &["archive-entry"]);
}

#[test]
fn devices_and_pipes_are_left_out() {
    for kind in [tar::EntryType::Fifo, tar::EntryType::Char, tar::EntryType::Block] {
        let source = Tar::new().entry(kind, b"dev.py", b"", b"").file(b"a.py", b"").open().unwrap();
        check(&source, &["a.py"], &["special-file"]);
    }
    // A link's mode in the zip, turned into that of a device.
    let mut bytes = zipped(&[("a.py", ""), ("dev@", "x")]);
    let mode: [u8; 2] = (0o120_777_u16).to_le_bytes();
    replace(&mut bytes, &mode, &(0o060_777_u16).to_le_bytes());
    check(&open_bytes("a.zip", &bytes).unwrap(), &["a.py"], &["special-file"]);
}

/// Old archives have no mark but their checksum; some are two files in one.
#[test]
fn unusual_but_whole_archives_are_read() {
    let mut header = tar::Header::new_old();
    header.set_path("a.py").unwrap();
    header.set_size(0);
    header.set_cksum();
    let mut bytes = header.as_bytes().to_vec();
    bytes.resize(512 * 3, 0);
    check(&open_bytes("unnamed", &bytes).unwrap(), &["a.py"], &[]);
    let whole = Tar::new().file(b"a.py", b"x").finish();
    let (first, second) = whole.split_at(700);
    let mut members = gzip(first);
    members.extend(gzip(second));
    check(&open_bytes("a.tgz", &members).unwrap(), &["a.py"], &[]);
    let mut prefixed = b"#!/bin/sh\n".to_vec();
    prefixed.extend(zipped(&[("a.py", "x")]));
    check(&open_bytes("a.zip", &prefixed).unwrap(), &["a.py"], &[]);
}

/// Whatever happens to an archive, it is read or refused, and what is read lies inside and within its limits.
#[test]
fn archives_with_random_damage_end_well() {
    let tar = Tar::new().link(b"l.py", b"a.py").file(b"a.py", &[b'x'; 700]).file(b"d/b.py", b"text").finish();
    let zip = zipped(&[("a.py", "text"), ("l.py@", "a.py"), ("d/b.py", &"x".repeat(700))]);
    let mut outcomes = [0, 0];
    for (name, whole) in [("a.tar", tar.clone()), ("a.tar.gz", gzip(&tar)), ("a.zip", zip)] {
        for seed in 1..200_u64 {
            let mut random = seed;
            let mut next = |below: usize| {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                usize::try_from(random % below as u64).unwrap()
            };
            let mut bytes = whole.clone();
            for _ in 0..=next(4) {
                let place = next(bytes.len());
                bytes[place] = u8::try_from(next(256)).unwrap();
            }
            let result = open_bytes(name, &bytes);
            outcomes[usize::from(result.is_ok())] += 1;
            let Ok(source) = result else { continue };
            for (path, bytes) in files(&source) {
                assert!(!path.split('/').any(|part| part == ".."), "{name}, seed {seed}: {path}");
                assert!(bytes.len() <= 8 << 20, "{name}, seed {seed}: {path}");
            }
        }
    }
    assert!(outcomes.iter().all(|count| *count > 20), "{outcomes:?}");
}
