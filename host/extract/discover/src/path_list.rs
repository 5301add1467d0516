//! Files with the suffix `.pth`, which an installed Python processes line by line at startup.

use belljar_tree::{Node, Tree};

/// The maximum size of a file that is checked.
const LONGEST: usize = 64 << 20;

/// The maximum number of bytes scanned for a path in a file without statements.
const LONGEST_LIST: usize = 64 << 10;

/// Whether Python acts on the lines of a file. Files of model weights have the same suffix, and are not text; but a
/// line that is a statement is run, whatever else a file contains.
pub(crate) fn says_something(tree: &Tree, path: &str) -> bool {
    let Some(Node::File(file)) = tree.node(path) else { return false };
    // The contents of a file over the limit are unknown, and length must not be a way around the check.
    if usize::try_from(file.size).map_or(true, |size| size > LONGEST) {
        return true;
    }
    let Ok(bytes) = tree.read(path) else { return false };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let is_data = bytes.starts_with(b"PK\x03\x04")
        || bytes.starts_with(b"\x80")
        || memchr::memchr(0, bytes.get(..LONGEST_LIST).unwrap_or(bytes)).is_some();
    let lines = || lines(bytes);
    lines().any(is_statement)
        || (!is_data && bytes.len() <= LONGEST_LIST && lines().map(<[u8]>::trim_ascii).any(is_path))
}

fn is_statement(line: &[u8]) -> bool {
    line.strip_prefix(b"import").and_then(<[u8]>::first).is_some_and(|next| matches!(next, b' ' | b'\t'))
}

fn is_path(line: &[u8]) -> bool {
    line.first().is_some_and(|first| *first != b'#')
}

/// The lines as Python splits them, at more characters than an editor. For those with several bytes the last one
/// decides; splitting within another line does no harm.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| matches!(byte, b'\n' | b'\r' | 0x0b | 0x0c | 0x1c..=0x1e | 0x85 | 0xa8 | 0xa9))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_python_does_something_for() {
        let says = |bytes: &[u8]| says_something(&Tree::in_memory([("x.pth", bytes.to_vec())]), "x.pth");
        let long = [b"import os\n#".to_vec(), vec![b'#'; 1 << 20]].concat();
        let late = [vec![b'#'; 1 << 20], b"\nimport os\n".to_vec()].concat();
        for text in [
            &b"import os\n"[..],
            b"import\tos",
            b"# nothing\r\nimport os",
            b"# nothing\x0cimport os",
            b"# nothing\xe2\x80\xa8import os",
            b"\xef\xbb\xbfimport os",
            b"import os #\xe9\n",
            b"\0\nimport os\n",
            b"import os #\0",
            b"PK\x03\x04\0\0\nimport os\n",
            b"\x80\x02\nimport os\n",
            b"../elsewhere\n",
            &long,
            &late,
        ] {
            assert!(says(text), "{:?}", text.get(..30.min(text.len())));
        }
        for text in [
            &b"PK\x03\x04\0\0archive/data.pkl"[..],
            b"\x80\x02ctorch\nload\n",
            b"# nothing\n\n",
            b"",
            b"x\0y\nimportant\n",
            b"\0 import os\n",
        ] {
            assert!(!says(text), "{text:?}");
        }
    }
}
