//! Names as archives, git trees and file systems provide them: bytes, until they are checked.

/// Why a name can't be a path of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadName {
    /// It is not UTF-8, which the tree's paths are.
    NotUtf8,
    /// It leads out of the tree, or would on another system.
    Refused(&'static str),
}

/// Whether a path is that of a Python module, and so of a file that can contain models.
pub(crate) fn is_python(path: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|extension| extension == "py")
}

/// The path in an archive: relative, with `/` between parts. Empty if it names the root itself.
///
/// Archives come from anywhere, so what leads out on *some* system is rejected on all of them: otherwise the same
/// archive would give different trees.
pub(crate) fn archive_path(raw: &[u8]) -> Result<String, BadName> {
    let text = std::str::from_utf8(raw).map_err(|_| BadName::NotUtf8)?;
    if text.contains('\0') {
        return Err(BadName::Refused("a NUL byte"));
    }
    if text.contains('\\') {
        return Err(BadName::Refused("a backslash"));
    }
    if text.starts_with('/') {
        return Err(BadName::Refused("an absolute path"));
    }
    if has_drive(text) {
        return Err(BadName::Refused("a drive letter"));
    }
    let parts: Vec<_> = text.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    if parts.contains(&"..") {
        return Err(BadName::Refused("a `..` part"));
    }
    Ok(parts.join("/"))
}

/// A single name in a directory or a git tree. A tree object can contain any bytes, including `..` and `/`.
pub(crate) fn component(raw: &[u8]) -> Result<&str, BadName> {
    let text = std::str::from_utf8(raw).map_err(|_| BadName::NotUtf8)?;
    if matches!(text, "" | "." | "..") || text.contains(['/', '\0']) {
        return Err(BadName::Refused("not the name of a file"));
    }
    Ok(text)
}

/// Whether the target of a link starts outside any directory.
pub(crate) fn is_absolute(target: &str) -> bool {
    target.starts_with(['/', '\\']) || has_drive(target)
}

fn has_drive(text: &str) -> bool {
    matches!(text.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}

/// The path of a name in a folder.
pub(crate) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// The folder of a path; empty at the root.
pub(crate) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last part of a path.
pub(crate) fn last(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// Whether a path has this ending, in this case: Python does not import `A.PY` either.
pub(crate) fn is_a(path: &str, extension: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, found)| found == extension)
}

/// Bytes as readable text: lossy, and without control characters, which could affect a terminal.
pub(crate) fn shown(raw: &[u8]) -> String {
    const LONGEST: usize = 200;
    let text = String::from_utf8_lossy(raw);
    let mut shown: String = text
        .chars()
        .map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c })
        .take(LONGEST)
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harmless_names_are_brought_into_normal_form() {
        for (raw, path) in [
            ("a/b.py", "a/b.py"),
            ("./a//b.py", "a/b.py"),
            ("a/", "a"),
            ("./", ""),
            ("..a/b..", "..a/b.."),
            ("ab:c", "ab:c"),
        ] {
            assert_eq!(archive_path(raw.as_bytes()), Ok(path.to_owned()), "{raw}");
        }
    }

    #[test]
    fn names_that_lead_out_are_refused() {
        for raw in ["../a", "a/../../b", "/etc/passwd", "C:/a", "C:a", "a\\..\\b", "\\\\host\\a", "a\0b"] {
            assert!(matches!(archive_path(raw.as_bytes()), Err(BadName::Refused(_))), "{raw:?}");
        }
        assert_eq!(archive_path(b"caf\xe9.py"), Err(BadName::NotUtf8));
    }

    #[test]
    fn a_component_is_one_name() {
        assert_eq!(component(b"a\\b"), Ok("a\\b"));
        for raw in [&b""[..], b".", b"..", b"a/b", b"a\0"] {
            assert!(matches!(component(raw), Err(BadName::Refused(_))), "{raw:?}");
        }
    }

    #[test]
    fn what_is_shown_is_harmless_and_short() {
        assert_eq!(shown(b"a\x1b[2Jb\xff"), "a\u{fffd}[2Jb\u{fffd}");
        assert_eq!(shown(&[b'x'; 1000]).chars().count(), 201);
    }
}
