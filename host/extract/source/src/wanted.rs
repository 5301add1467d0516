//! The files of an installed package that an import can use.

use crate::names;

/// What is kept of a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Nothing,
    /// Its contents, in memory.
    Bytes,
    /// Only its name, in this form.
    Name(String),
}

/// The suffixes of compiled extensions, which can't run in the sandbox.
const EXTENSIONS: [&str; 3] = ["so", "pyd", "dylib"];

/// Data that packages read when they are imported. Names without a suffix are kept too: time zones have none.
const DATA: [&str; 9] = ["json", "toml", "yaml", "yml", "txt", "ini", "cfg", "conf", "csv"];

/// Whether a name may be that of a module, of data, or of a folder with these. A folder whose name contains a dot can't
/// be imported from; the metadata of `pip` is in one.
pub(crate) fn is_wanted(name: &str) -> bool {
    let Some((_, ending)) = name.rsplit_once('.') else { return true };
    ending == "py" || DATA.contains(&ending) || EXTENSIONS.contains(&ending) || is_metadata(name)
}

/// What is kept of the file at a path.
pub(crate) fn of_file(path: &str) -> Wanted {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    if !is_wanted(name) {
        return Wanted::Nothing;
    }
    match name.rsplit_once('.') {
        Some((stem, ending)) if EXTENSIONS.contains(&ending) => extension(folder, stem),
        _ => Wanted::Bytes,
    }
}

/// `_fast.cpython-312-x86_64-linux-gnu.so` and similar names become `_fast.so`; libraries that no import can name are
/// skipped.
fn extension(folder: &str, stem: &str) -> Wanted {
    let module = stem.split('.').next().unwrap_or_default();
    let importable = module.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && module.chars().all(|c| c.is_alphanumeric() || c == '_');
    if importable { Wanted::Name(names::join(folder, &format!("{module}.so"))) } else { Wanted::Nothing }
}

/// Whether a name is that of the metadata folder of an installed package.
pub(crate) fn is_metadata(name: &str) -> bool {
    names::is_a(name, "dist-info") || names::is_a(name, "egg-info")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_python_reads_is_kept() {
        for path in [
            "a/b.py",
            "a/data.json",
            "a/zoneinfo/Europe/Rome",
            "a-1.0.dist-info/METADATA",
            "a-1.0.dist-info/entry_points.txt",
        ] {
            assert_eq!(of_file(path), Wanted::Bytes, "{path}");
        }
        for path in ["a/b.pyi", "a/b.pyc", "a/logo.png", "a/b.c", "lib.libs/libz.so.1", "a/page.html"] {
            assert_eq!(of_file(path), Wanted::Nothing, "{path}");
        }
    }

    #[test]
    fn extensions_are_names() {
        for name in [
            "_fast.so",
            "_fast.cpython-312-x86_64-linux-gnu.so",
            "_fast.abi3.so",
            "_fast.cp312-win_amd64.pyd",
        ] {
            assert_eq!(of_file(&format!("a/{name}")), Wanted::Name("a/_fast.so".to_owned()), "{name}");
        }
        assert_eq!(of_file("a.libs/libgfortran-040039e1.so"), Wanted::Nothing);
        assert_eq!(of_file("top.pyd"), Wanted::Name("top.so".to_owned()));
    }

    #[test]
    fn folders_that_cannot_be_imported_from_are_not_entered() {
        assert!(is_wanted("package") && is_wanted("a-1.0.dist-info") && is_wanted("a.egg-info"));
        assert!(!is_wanted("a.libs") && !is_wanted("x.pyc"));
    }
}
