//! Further packages, well-meant and hostile. A wheel that is left out never costs the others.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use belljar_source::{SourceError, SourceLimits, Wheelhouse, find_environment};
use tempfile::TempDir;

use crate::support::{replace, temporary, write_all, zipped};

const GOOD: &str = "good-1.0-py3-none-any.whl";

/// The files of a wheel with the metadata that its name promises.
fn wheel(name: &str, files: &[(&str, &str)]) -> Vec<u8> {
    let mut parts = name.split('-');
    let info = format!("{}-{}.dist-info/METADATA", parts.next().unwrap(), parts.next().unwrap());
    let mut all = vec![(info.as_str(), "Metadata-Version: 2.1\n")];
    all.extend(files);
    zipped(&all)
}

/// A folder with a good wheel and others.
fn with(others: &[(&str, Vec<u8>)]) -> TempDir {
    let root = temporary();
    fs::write(root.path().join(GOOD), wheel(GOOD, &[("good.py", "x = 1")])).unwrap();
    for (name, bytes) in others {
        fs::write(root.path().join(name), bytes).unwrap();
    }
    root
}

fn open(folders: &[&Path]) -> Result<Wheelhouse, SourceError> {
    let folders: Vec<PathBuf> = folders.iter().map(|path| (*path).to_owned()).collect();
    Wheelhouse::open(&folders, &SourceLimits::default())
}

/// Every file but metadata.
fn modules(found: &Wheelhouse) -> Vec<&str> {
    found.tree.files().map(|(path, _)| path).filter(|path| !path.contains(".dist-info/")).collect()
}

fn codes(found: &Wheelhouse) -> Vec<&str> {
    found.diagnostics.iter().map(|found| found.code.as_str()).collect()
}

/// Asserts which modules a folder with the good wheel and others gives, and what is said.
#[track_caller]
fn check(others: &[(&str, Vec<u8>)], expected: &[&str], expected_codes: &[&str]) -> Wheelhouse {
    let root = with(others);
    let found = open(&[root.path()]).unwrap();
    assert_eq!(modules(&found), expected, "{:#?}", found.diagnostics);
    assert_eq!(codes(&found), expected_codes, "{:#?}", found.diagnostics);
    assert_eq!(&*found.tree.read("0/good.py").unwrap(), b"x = 1", "the control");
    found
}

#[test]
fn wheels_are_as_if_installed() {
    let other = "other_lib-2.0-cp312-cp312-linux_x86_64.whl";
    let files = [
        ("other/__init__.py", "y"),
        ("other/_fast.cpython-312-x86_64-linux-gnu.so", "ELF"),
        ("other/page.html", ""),
        ("other/sizes.json", "{}"),
        ("other_lib-2.0.data/purelib/moved.py", "z"),
        ("other_lib-2.0.data/scripts/tool.py", ""),
    ];
    let root = with(&[(other, wheel(other, &files))]);
    let found = open(&[root.path()]).unwrap();
    let expected =
        ["0/good.py", "0/moved.py", "0/other/__init__.py", "0/other/_fast.so", "0/other/sizes.json"];
    assert_eq!(modules(&found), expected);
    assert_eq!(&*found.tree.read("0/moved.py").unwrap(), b"z");
    assert_eq!(&*found.tree.read("0/other/_fast.so").unwrap(), b"", "of compiled code only the name is read");
    assert_eq!((found.version("Good"), found.version("other.LIB")), (Some("1.0"), Some("2.0")));
    assert!(found.has("other._fast") && found.has("good") && !found.has("other.page"));
}

#[test]
fn the_same_packages_give_the_same_tree() {
    let files = [("other/__init__.py", "y"), ("other/_fast.abi3.so", "ELF"), ("other/sizes.json", "{}")];
    let other = "other-2.0-py3-none-any.whl";
    let wheels = with(&[(other, wheel(other, &files))]);
    let site = temporary();
    write_all(site.path(), &files);
    let metadata = "Metadata-Version: 2.1\n";
    write_all(
        site.path(),
        &[
            ("good.py", "x = 1"),
            ("good-1.0.dist-info/METADATA", metadata),
            ("other-2.0.dist-info/METADATA", metadata),
            ("other/__pycache__/x.pyc", ""),
        ],
    );
    let environment = temporary();
    write_all(environment.path(), &[("pyvenv.cfg", ""), ("lib/python3.9/site-packages/old.py", "")]);
    fs::create_dir_all(environment.path().join("lib/python3.12")).unwrap();
    fs::rename(site.path(), environment.path().join("lib/python3.12/site-packages")).unwrap();
    let site = environment.path().join("lib/python3.12/site-packages");
    let contents = |path: &Path| -> Vec<(String, u64, Vec<u8>)> {
        let found = open(&[path]).unwrap();
        let tree = found.tree;
        tree.files()
            .map(|(path, file)| (path.to_owned(), file.size, tree.read(path).unwrap().to_vec()))
            .collect()
    };
    let expected = contents(wheels.path());
    assert_eq!(expected.len(), 6);
    assert_eq!(contents(&site), expected);
    assert_eq!(contents(environment.path()), expected);
}

#[test]
fn several_folders_in_order() {
    let first = with(&[]);
    let second = temporary();
    write_all(second.path(), &[("good.py", "x = 2"), ("good-0.9.dist-info/METADATA", ""), ("more.py", "")]);
    let found = open(&[first.path(), second.path()]).unwrap();
    assert_eq!(modules(&found), ["0/good.py", "1/good.py", "1/more.py"]);
    assert_eq!(
        (found.roots, found.packages[0].version.as_str()),
        (vec!["0".to_owned(), "1".to_owned()], "1.0")
    );
}

#[test]
fn the_newest_version_counts() {
    let versions =
        ["other-1.9-py3-none-any.whl", "other-1.10-py3-none-any.whl", "other-1.10rc1-py3-none-any.whl"];
    let others: Vec<_> = versions.iter().map(|name| (*name, wheel(name, &[("other.py", name)]))).collect();
    let found = check(&others, &["0/good.py", "0/other.py"], &["wheel-version"]);
    assert_eq!(found.version("other"), Some("1.10"));
    assert_eq!(found.diagnostics[0].message, "version 1.10 of `other` is used, not 1.10rc1, 1.9");
}

#[test]
fn a_damaged_newest_version_gives_way() {
    let (new, old) = ("other-2.0-py3-none-any.whl", "other-1.0-py3-none-any.whl");
    let cut = |bytes: Vec<u8>| bytes[..bytes.len() / 2].to_vec();
    let found = check(
        &[(new, cut(wheel(new, &[("other.py", "")]))), (old, wheel(old, &[("other.py", "")]))],
        &["0/good.py", "0/other.py"],
        &["wheel-damaged", "wheel-version"],
    );
    assert_eq!(found.version("other"), Some("1.0"));
}

#[test]
fn what_is_no_wheel() {
    check(
        &[
            ("other.whl", wheel(GOOD, &[])),
            ("old-1.0-py2-none-any.whl", wheel("old-1.0-", &[("old.py", "")])),
            ("other-1.0.tar.gz", vec![]),
            ("README.txt", vec![]),
        ],
        &["0/good.py"],
        &["not-a-wheel", "wheel-name", "wheel-python"],
    );
}

#[test]
fn a_wheel_with_anothers_name_is_left_out() {
    let found = check(
        &[("flask-9.0-py3-none-any.whl", wheel("evil-1.0-", &[("flask.py", "")]))],
        &["0/good.py"],
        &["wheel-name"],
    );
    assert_eq!(
        found.diagnostics[0].message,
        "`flask-9.0-py3-none-any.whl` contains `evil-1.0.dist-info`, which does not match its name; it is skipped"
    );
    let right = "flask-9.0-py3-none-any.whl";
    check(&[(right, wheel(right, &[("flask.py", "")]))], &["0/flask.py", "0/good.py"], &[]);
}

#[test]
fn a_damaged_wheel_is_left_out() {
    let other = "other-1.0-py3-none-any.whl";
    let whole = wheel(other, &[("other.py", "")]);
    check(&[(other, whole.clone())], &["0/good.py", "0/other.py"], &[]);
    check(&[(other, whole[..whole.len() - 10].to_vec())], &["0/good.py"], &["wheel-damaged"]);
    check(&[(other, b"not a zip".to_vec())], &["0/good.py"], &["wheel-damaged"]);
    check(&[(other, vec![])], &["0/good.py"], &["wheel-damaged"]);
    check(&[(other, zipped(&[("other.py", "")]))], &["0/good.py"], &["wheel-damaged"]);
}

/// A folder without files would be none for the guest, and its absence an error of whoever looks into it.
#[test]
fn a_folder_of_damaged_wheels_alone_is_not_on_the_path() {
    let root = temporary();
    fs::write(root.path().join("bad-1.0-py3-none-any.whl"), "no wheel").unwrap();
    let good = with(&[]);
    let found = open(&[root.path(), good.path()]).unwrap();
    assert_eq!((found.roots.as_slice(), codes(&found)), (&["1".to_owned()][..], vec!["wheel-damaged"]));
    assert_eq!(&*found.tree.read("1/good.py").unwrap(), b"x = 1", "the control");
}

#[test]
fn a_damaged_file_of_a_wheel_cannot_be_read() {
    let other = "other-1.0-py3-none-any.whl";
    let text = "x".repeat(5) + "some text that does not compress: 7291 ajsdhf";
    let mut bytes = wheel(other, &[("a.py", "whole"), ("b.py", &text)]);
    let root = with(&[(other, bytes.clone())]);
    assert!(open(&[root.path()]).unwrap().tree.read("0/b.py").is_ok());
    let crc = crc_of(text.as_bytes()).to_le_bytes();
    replace(&mut bytes, &crc, &[0; 4]);
    fs::write(root.path().join(other), bytes).unwrap();
    let found = open(&[root.path()]).unwrap();
    assert_eq!(&*found.tree.read("0/a.py").unwrap(), b"whole");
    assert!(matches!(found.tree.read("0/b.py"), Err(belljar_tree::ReadError::Io { .. })));
}

/// As zip archives have it.
fn crc_of(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

#[test]
fn names_that_lead_out_are_refused() {
    let other = "other-1.0-py3-none-any.whl";
    for name in ["../evil.py", "/evil.py", "a/../../evil.py", "C:/evil.py", "a\\evil.py"] {
        let bytes = wheel(other, &[("other.py", ""), (name, "")]);
        check(&[(other, bytes)], &["0/good.py", "0/other.py"], &["name-refused"]);
    }
    // Once moved, too.
    let bytes = wheel(other, &[("other.py", ""), ("other-1.0.data/purelib/../../../evil.py", "")]);
    check(&[(other, bytes)], &["0/good.py", "0/other.py"], &["name-refused"]);
    let bytes = wheel(other, &[("other.py", ""), ("link.py@", "/etc/passwd")]);
    check(&[(other, bytes)], &["0/good.py", "0/other.py"], &["archive-entry"]);
}

#[test]
fn a_bomb_is_left_out() {
    let limits = SourceLimits {
        max_total_bytes: 100_000,
        max_file_bytes: 50_000,
        max_archive_bytes: 20_000,
        ..SourceLimits::default()
    };
    let other = "other-1.0-py3-none-any.whl";
    let reported = |bytes: Vec<u8>| {
        let root = with(&[(other, bytes)]);
        let found = Wheelhouse::open(&[root.path().to_owned()], &limits).unwrap();
        assert_eq!(&*found.tree.read("0/good.py").unwrap(), b"x = 1", "the control");
        found.diagnostics.into_iter().map(|found| (found.code, found.message)).collect::<Vec<_>>()
    };
    let zeros = "0".repeat(45_000);
    assert_eq!(reported(wheel(other, &[("a.py", &zeros), ("b.py", &zeros)])), []);
    let bomb = wheel(other, &[("a.py", &zeros), ("b.py", &zeros), ("c.png", &zeros)]);
    let over = |limit: &str| {
        vec![("wheel-limit".to_owned(), format!("`{other}` exceeds the limit `{limit}`, and is skipped"))]
    };
    assert_eq!(reported(bomb), over("max_total_bytes"));
    assert_eq!(reported(vec![0; 30_000]), over("max_archive_bytes"));
}

#[test]
fn an_entry_with_a_wrong_size_is_cut_off() {
    let limits = SourceLimits { max_file_bytes: 50_000, ..SourceLimits::default() };
    let text = "x".repeat(100_000);
    let other = "other-1.0-py3-none-any.whl";
    let mut bytes = wheel(other, &[("a.py", "whole"), ("lies.py", &text)]);
    replace(&mut bytes, &100_000_u32.to_le_bytes(), &10_u32.to_le_bytes());
    let root = with(&[(other, bytes)]);
    let found = Wheelhouse::open(&[root.path().to_owned()], &limits).unwrap();
    assert_eq!(&*found.tree.read("0/a.py").unwrap(), b"whole");
    assert!(found.tree.read("0/lies.py").is_err());
}

#[test]
fn too_many_files_cost_only_their_wheel() {
    let names: Vec<String> = (0..50).map(|n| format!("f{n}.py")).collect();
    let files: Vec<_> = names.iter().map(|name| (name.as_str(), "")).collect();
    let other = "other-1.0-py3-none-any.whl";
    let root = with(&[(other, wheel(other, &files))]);
    let open = |limits: &SourceLimits| Wheelhouse::open(&[root.path().to_owned()], limits).unwrap();
    assert_eq!(open(&SourceLimits::default()).tree.len(), 53);
    for limits in [
        SourceLimits { max_files: 40, ..SourceLimits::default() },
        SourceLimits { max_entries: 40, ..SourceLimits::default() },
        SourceLimits { max_files: 52, ..SourceLimits::default() },
    ] {
        let found = open(&limits);
        assert_eq!((modules(&found), codes(&found)), (vec!["0/good.py"], vec!["wheel-limit"]));
    }
}

#[test]
fn links_out_of_a_site_are_not_followed() {
    let root = temporary();
    write_all(root.path(), &[("secret.py", "secret"), ("site/good.py", "x = 1")]);
    symlink("../secret.py", root.path().join("site/evil.py")).unwrap();
    symlink(root.path(), root.path().join("site/evil")).unwrap();
    symlink("good.py", root.path().join("site/same.py")).unwrap();
    let found = open(&[&root.path().join("site")]).unwrap();
    assert_eq!(modules(&found), ["0/good.py", "0/same.py"]);
    assert_eq!(codes(&found), ["link-outside", "link-outside"]);
    assert_eq!(found.diagnostics[1].place.as_ref().unwrap().path, "wheelhouse:evil");
}

#[test]
fn an_environment_leads_nowhere_else() {
    let root = temporary();
    write_all(root.path(), &[("outside/python3.12/site-packages/secret.py", ""), ("env/pyvenv.cfg", "")]);
    symlink("../outside", root.path().join("env/lib")).unwrap();
    assert_eq!(
        open(&[&root.path().join("env")]).unwrap_err(),
        SourceError::NotAWheelhouse(root.path().join("env"))
    );
}

#[test]
fn files_that_add_to_the_path_are_named() {
    let root = temporary();
    write_all(root.path(), &[("good.py", ""), ("editable.pth", "/somewhere/else")]);
    assert_eq!(codes(&open(&[root.path()]).unwrap()), ["path-file"]);
}

#[test]
fn what_is_no_wheelhouse() {
    let root = temporary();
    write_all(root.path(), &[("empty/README", ""), ("a.whl", ""), ("data/x.json", "")]);
    let error = |name: &str| open(&[&root.path().join(name)]).unwrap_err();
    for name in ["empty", "a.whl", "data"] {
        assert_eq!(error(name), SourceError::NotAWheelhouse(root.path().join(name)));
    }
    assert_eq!(error("none"), SourceError::NotFound(root.path().join("none")));
}

#[test]
fn the_environment_of_a_project() {
    let root = temporary();
    let project = root.path().canonicalize().unwrap().join("project");
    write_all(&project, &[("models.py", "")]);
    let none = SourceError::NoEnvironment(project.clone());
    assert_eq!(find_environment(&project), Err(none.clone()));
    // A folder of that name is not enough.
    write_all(&project, &[("venv/__init__.py", "")]);
    assert_eq!(find_environment(&project), Err(none));
    let environment = [("pyvenv.cfg", ""), ("lib/python3.12/site-packages/a.py", "")];
    for place in ["../venv", "../.venv", "venv", ".venv"] {
        write_all(&project.join(place), &environment);
        let found = find_environment(&project).unwrap().canonicalize().unwrap();
        assert_eq!(found, project.join(place).canonicalize().unwrap());
    }
    assert!(matches!(find_environment(&project.join("models.py")), Err(SourceError::NoEnvironment(_))));
    fs::remove_dir_all(project.join(".venv")).unwrap();
    symlink("venv", project.join(".venv")).unwrap();
    assert_eq!(find_environment(&project), Err(SourceError::EnvironmentIsLink(project.join(".venv"))));
}
