//! The key of a result.

use std::fmt;

use belljar_tree::Tree;

/// A digest of everything that a result depends on (BLAKE3, 32 bytes); written as 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key(blake3::Hash);

impl Key {
    /// Parses 64 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        blake3::Hash::from_hex(text).ok().map(Self)
    }

    pub(crate) const fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_hex().as_str())
    }
}

/// Collects the parts of a key. Every part has a label and a length, so that two different lists of parts never give
/// the same bytes.
#[derive(Debug, Clone)]
pub struct KeyBuilder(blake3::Hasher);

impl KeyBuilder {
    /// A key for results of this build of the program for a purpose.
    pub fn new(build: &str, purpose: &str) -> Self {
        let mut builder = Self(blake3::Hasher::new());
        builder.part("build", build.as_bytes()).part("purpose", purpose.as_bytes());
        builder
    }

    /// Adds bytes under a label.
    pub fn part(&mut self, label: &str, bytes: &[u8]) -> &mut Self {
        for text in [label.as_bytes(), bytes] {
            self.0.update(&(text.len() as u64).to_le_bytes()).update(text);
        }
        self
    }

    /// Adds all files of a tree, and of the tree around it: their paths, sizes and contents. Content with a hash in its
    /// storage is not read.
    pub fn tree(&mut self, label: &str, tree: &Tree) -> &mut Self {
        self.part(label, b"tree");
        if let Some((around, within)) = tree.around() {
            self.part("within", within.as_bytes());
            self.tree("around", around);
        }
        for (path, entry) in tree.files() {
            self.part("path", path.as_bytes()).part("size", &entry.size.to_le_bytes());
            match tree.identity(path) {
                Some(identity) => self.part("hash", identity.as_bytes()),
                None => match tree.read(path) {
                    Ok(bytes) => self.part("content", blake3::hash(&bytes).as_bytes()),
                    Err(error) => self.part("error", error.to_string().as_bytes()),
                },
            };
        }
        self.part("files", &(tree.len() as u64).to_le_bytes())
    }

    /// The digest of everything that was added.
    pub fn finish(&self) -> Key {
        Key(self.0.finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_of(files: &[(&str, &str)]) -> Key {
        KeyBuilder::new("1", "test").tree("source", &Tree::in_memory(files.iter().copied())).finish()
    }

    #[test]
    fn a_key_changes_with_everything() {
        let base = key_of(&[("a.py", "x"), ("b.py", "y")]);
        assert_eq!(base, key_of(&[("b.py", "y"), ("a.py", "x")]), "order is none of it");
        for (other, why) in [
            (key_of(&[("a.py", "x")]), "a file less"),
            (key_of(&[("a.py", "x"), ("b.py", "y"), ("c.py", "")]), "a file more"),
            (key_of(&[("a.py", "y"), ("b.py", "x")]), "contents exchanged"),
            (key_of(&[("a.py", "xy"), ("b.py", "")]), "bytes moved to another file"),
            (key_of(&[("a", ".pyx"), ("b.py", "y")]), "bytes moved to the path"),
            (
                KeyBuilder::new("1", "other")
                    .tree("source", &Tree::in_memory([("a.py", "x"), ("b.py", "y")]))
                    .finish(),
                "purpose",
            ),
            (
                KeyBuilder::new("2", "test")
                    .tree("source", &Tree::in_memory([("a.py", "x"), ("b.py", "y")]))
                    .finish(),
                "build",
            ),
        ] {
            assert_ne!(base, other, "{why}");
        }
        let mut builder = KeyBuilder::new("1", "test");
        builder.tree("source", &Tree::in_memory([("a.py", "x"), ("b.py", "y")]));
        assert_eq!(builder.finish(), base);
        assert_ne!(builder.part("options", b"").finish(), base, "an empty part is a part");
    }

    #[test]
    fn parts_do_not_run_together() {
        let key = |parts: &[(&str, &str)]| {
            let mut builder = KeyBuilder::new("1", "test");
            for (label, text) in parts {
                builder.part(label, text.as_bytes());
            }
            builder.finish()
        };
        let all = [
            key(&[("a", "bc")]),
            key(&[("ab", "c")]),
            key(&[("a", "b"), ("c", "")]),
            key(&[("a", ""), ("bc", "")]),
            key(&[("", "abc")]),
        ];
        for (position, one) in all.iter().enumerate() {
            assert!(!all[position + 1..].contains(one), "{position}");
        }
    }

    #[test]
    fn what_is_around_a_directory_counts() {
        let key = |files: &[(&str, &str)]| {
            let whole = Tree::in_memory(files.iter().copied());
            KeyBuilder::new("1", "test").tree("source", &whole.directory("app")).finish()
        };
        let base = key(&[("app/models.py", "x"), ("lib/base.py", "y")]);
        assert_ne!(base, key(&[("app/models.py", "x"), ("lib/base.py", "z")]));
        assert_ne!(base, key_of(&[("models.py", "x")]), "a directory of a tree is not a tree of its own");
    }

    #[test]
    fn a_file_whose_name_looks_like_a_hash_is_read() {
        let name = "0123456789abcdef0123456789abcdef01234567";
        assert_ne!(key_of(&[(name, "x")]), key_of(&[(name, "y")]));
    }

    #[test]
    fn a_key_is_written_and_read() {
        let key = key_of(&[]);
        assert_eq!(Key::parse(&key.to_string()), Some(key));
        for text in ["", "00", "../../../../etc/passwd", &format!("{key}0"), &"g".repeat(64)] {
            assert_eq!(Key::parse(text), None, "{text}");
        }
    }
}
