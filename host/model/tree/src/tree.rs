use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
    sync::Arc,
};

use crate::{
    Content, MemoryContent, ReadError, Reads,
    content::{HeldContent, Pool},
};

/// A file of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// The key for [`Content::read`]. A link inside the tree has the key of its target.
    pub key: String,
    /// Size of the contents, in bytes.
    pub size: u64,
}

/// The entry at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Node<'a> {
    /// A file, with the key of its contents.
    File(&'a FileEntry),
    /// A directory, which contains at least one file.
    Directory,
}

/// A read-only tree of files. Paths are relative, UTF-8, with `/` between parts and no `.` or `..`; the
/// root is the empty path. Directories exist exactly where files lie below them. A clone costs nothing: every run
/// has one.
#[derive(Clone)]
pub struct Tree {
    names: Arc<Names>,
    content: Arc<dyn Content>,
    /// The tree that contains this directory, and its path.
    around: Option<Arc<(Tree, String)>>,
    /// Where it is noted what the tree is asked for.
    watch: Option<Arc<Reads>>,
}

#[derive(Default)]
struct Names {
    files: BTreeMap<String, FileEntry>,
    /// Every directory with the names in it.
    directories: BTreeMap<String, BTreeSet<String>>,
}

impl Default for Tree {
    /// A tree without files.
    fn default() -> Self {
        Self::new(BTreeMap::new(), Arc::new(MemoryContent::default()))
    }
}

impl Tree {
    /// A tree of these files over this content. Paths that are not normalised are an error of the caller, and are
    /// skipped.
    pub fn new(files: BTreeMap<String, FileEntry>, content: Arc<dyn Content>) -> Self {
        let files: BTreeMap<_, _> = files.into_iter().filter(|(path, _)| is_normal(path)).collect();
        let mut directories = BTreeMap::from([(String::new(), BTreeSet::new())]);
        for path in files.keys() {
            let mut child = path.as_str();
            loop {
                let (parent, name) = child.rsplit_once('/').unwrap_or(("", child));
                let new = directories.entry(parent.to_owned()).or_default().insert(name.to_owned());
                if parent.is_empty() || !new {
                    break;
                }
                child = parent;
            }
        }
        Self { names: Arc::new(Names { files, directories }), content, around: None, watch: None }
    }

    /// A tree in memory, from paths and texts.
    pub fn in_memory<P: Into<String>, B: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, B)>) -> Self {
        let mut entries = BTreeMap::new();
        let mut content = MemoryContent::default();
        for (path, bytes) in files {
            let (path, bytes) = (path.into(), bytes.into());
            entries.insert(path.clone(), FileEntry { key: path.clone(), size: bytes.len() as u64 });
            content.0.insert(path, bytes.into());
        }
        Self::new(entries, Arc::new(content))
    }

    /// A directory that refers to the enclosing tree.
    #[must_use]
    pub fn directory(&self, directory: &str) -> Self {
        let inside = format!("{directory}/");
        let below = self.names.files.range::<str, _>((Bound::Included(inside.as_str()), Bound::Unbounded));
        let files =
            below.map_while(|(path, entry)| Some((path.strip_prefix(&inside)?.to_owned(), entry.clone())));
        let mut tree = Self::new(files.collect(), Arc::clone(&self.content));
        tree.around = Some(Arc::new((self.clone(), directory.to_owned())));
        tree
    }

    /// The same tree, which notes what it is asked for: whether a path is there, what a directory lists, and contents.
    /// Only those that ask for single paths are noted, not [`Tree::files`].
    #[must_use]
    pub fn watched(&self, reads: Arc<Reads>) -> Self {
        Self { watch: Some(reads), ..self.clone() }
    }

    /// The tree that contains this directory, and its path; `None` for an independent tree.
    pub fn around(&self) -> Option<(&Self, &str)> {
        self.around.as_deref().map(|(tree, directory)| (tree, directory.as_str()))
    }

    /// All files, sorted by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &FileEntry)> {
        self.names.files.iter().map(|(path, entry)| (path.as_str(), entry))
    }

    /// Number of files in the tree.
    pub fn len(&self) -> usize {
        self.names.files.len()
    }

    /// Whether there is no file at all.
    pub fn is_empty(&self) -> bool {
        self.names.files.is_empty()
    }

    /// Whether another tree has a file with the same bytes here. Files whose storages both have a hash are not read.
    pub fn is_same(&self, path: &str, other: &Self) -> bool {
        let (Some(Node::File(one)), Some(Node::File(two))) = (self.node(path), other.node(path)) else {
            return false;
        };
        if one.size != two.size {
            return false;
        }
        if let (Some(one), Some(two)) = (self.identity(path), other.identity(path)) {
            return one == two;
        }
        matches!((self.read(path), other.read(path)), (Ok(one), Ok(two)) if one == two)
    }

    /// Whether both have the same files with the same bytes, and the same files around them.
    pub fn is_equal(&self, other: &Self) -> bool {
        let around = match (self.around(), other.around()) {
            (None, None) => true,
            (Some((one, inside)), Some((two, within))) => inside == within && one.is_equal(two),
            _ => false,
        };
        around && self.len() == other.len() && self.files().all(|(path, _)| self.is_same(path, other))
    }

    /// The bytes of all files, also of those around, whose storage has no hash of them: what comparing or hashing reads.
    pub fn unhashed_bytes(&self) -> u64 {
        let whole = self.around().map_or(self, |(around, _)| around);
        let unhashed = whole.files().filter(|(_, entry)| !whole.content.is_hash(&entry.key));
        unhashed.map(|(_, entry)| entry.size).sum()
    }

    /// The hash of a file's bytes, if its storage has one.
    pub fn identity(&self, path: &str) -> Option<&str> {
        let entry = self.names.files.get(path)?;
        self.content.is_hash(&entry.key).then_some(entry.key.as_str())
    }

    /// The entry at a path.
    pub fn node(&self, path: &str) -> Option<Node<'_>> {
        if let Some(watch) = &self.watch {
            watch.exists(path);
        }
        match self.names.files.get(path) {
            Some(entry) => Some(Node::File(entry)),
            None => self.names.directories.contains_key(path).then_some(Node::Directory),
        }
    }

    /// The names in a directory, sorted; empty if there is no such directory.
    pub fn list(&self, directory: &str) -> impl Iterator<Item = &str> {
        if let Some(watch) = &self.watch {
            watch.lists(directory);
        }
        self.names.directories.get(directory).into_iter().flatten().map(String::as_str)
    }

    /// The same files with their bytes in memory, for a process that may soon open no files, and the paths of those
    /// that were skipped: over `limit` bytes the largest that are not Python are skipped first, as with an archive.
    /// Files that can't be read now can't be read later, for the same reason; nor can skipped ones.
    pub fn into_memory(self, limit: u64) -> (Self, Vec<String>) {
        self.into_shared_memory(limit, &mut Pool::default())
    }

    /// The same for one of several trees, which share the bytes of the files that their storage has a hash of.
    pub fn into_shared_memory(self, limit: u64, pool: &mut Pool) -> (Self, Vec<String>) {
        if let Some((whole, directory)) = self.around() {
            let (held, left) = whole.clone().into_shared_memory(limit, pool);
            return (held.directory(directory), left);
        }
        // Of several names for one file, the first is used.
        let mut held: BTreeMap<&str, (&str, u64)> = BTreeMap::new();
        for (path, entry) in self.files() {
            held.entry(&entry.key).or_insert((path, entry.size));
        }
        let mut bytes: u64 = held.values().map(|(_, size)| size).sum();
        let mut by_worth: Vec<(bool, u64, &str, &str)> =
            held.iter().map(|(key, (path, size))| (!is_python(path), *size, *path, *key)).collect();
        by_worth.sort_unstable();
        let mut left = BTreeSet::new();
        while bytes > limit {
            let Some((_, size, _, key)) = by_worth.pop() else { break };
            bytes -= size;
            left.insert(key);
        }
        let mut read = |key: &str| {
            if left.contains(key) {
                let message = "it was skipped: the source exceeds the memory limit".to_owned();
                return Err(ReadError::Io { path: key.to_owned(), message });
            }
            if self.content.is_hash(key) { pool.read(key, &*self.content) } else { self.content.read(key) }
        };
        let files: BTreeMap<_, _> = held.keys().map(|key| ((*key).to_owned(), read(key))).collect();
        let is_hash = |key: &&String| files.get(*key).is_some_and(Result::is_ok) && self.content.is_hash(key);
        let hashes = files.keys().filter(is_hash).cloned().collect();
        let content = Arc::new(HeldContent { files, hashes });
        let files = self.files().filter(|(_, entry)| left.contains(entry.key.as_str()));
        let left_behind = files.map(|(path, _)| path.to_owned()).collect();
        (Self { names: Arc::clone(&self.names), content, around: None, watch: None }, left_behind)
    }

    /// The name in a directory after another, or the first.
    pub fn list_after(&self, directory: &str, last: Option<&str>) -> Option<&str> {
        if let Some(watch) = &self.watch {
            watch.lists(directory);
        }
        let names = self.names.directories.get(directory)?;
        let start = last.map_or(Bound::Unbounded, Bound::Excluded);
        names.range::<str, _>((start, Bound::Unbounded)).next().map(String::as_str)
    }

    /// The bytes of a file.
    pub fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError> {
        if let Some(watch) = &self.watch {
            watch.reads(path);
        }
        let entry = self.names.files.get(path).ok_or_else(|| ReadError::NotFound(path.to_owned()))?;
        self.content.read(&entry.key)
    }
}

impl std::fmt::Debug for Tree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tree").field("files", &self.names.files).finish_non_exhaustive()
    }
}

fn is_python(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| ending == "py")
}

fn is_normal(path: &str) -> bool {
    !path.is_empty() && path.split('/').all(|part| !matches!(part, "" | "." | "..")) && !path.contains('\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_follow_from_files() {
        let tree = Tree::in_memory([("a/b/c.py", "x"), ("a/d.py", "y"), ("e.py", "")]);
        assert_eq!(tree.list("").collect::<Vec<_>>(), ["a", "e.py"]);
        assert_eq!(tree.list("a").collect::<Vec<_>>(), ["b", "d.py"]);
        assert_eq!(tree.list_after("a", None), Some("b"));
        assert_eq!(tree.list_after("a", Some("b")), Some("d.py"));
        assert_eq!((tree.list_after("a", Some("d.py")), tree.list_after("x", None)), (None, None));
        assert_eq!(tree.node("a/b"), Some(Node::Directory));
        assert_eq!(tree.node("a/x"), None);
        assert_eq!(&*tree.read("a/d.py").unwrap(), b"y");
    }

    #[test]
    fn a_directory_knows_what_is_around_it() {
        let whole = Tree::in_memory([("a/b/c.py", "x"), ("a/d.py", "y"), ("a.py", "z"), ("a0.py", "")]);
        let tree = whole.directory("a");
        assert_eq!(tree.files().map(|(path, _)| path).collect::<Vec<_>>(), ["b/c.py", "d.py"]);
        assert_eq!(&*tree.read("b/c.py").unwrap(), b"x");
        assert!(whole.around().is_none());
        for tree in [tree.clone(), tree.into_memory(100).0] {
            let (around, directory) = tree.around().unwrap();
            assert_eq!((directory, &*around.read("a.py").unwrap()), ("a", b"z".as_slice()));
        }
    }

    #[test]
    fn in_memory_the_largest_that_are_not_python_are_left_behind() {
        let tree =
            || Tree::in_memory([("a.py", "12345678"), ("b.csv", "1234"), ("c.txt", "12"), ("d.py", "1")]);
        let (held, left) = tree().into_memory(15);
        assert!(left.is_empty());
        for (path, _) in tree().files() {
            assert_eq!(held.read(path), tree().read(path), "{path}");
        }
        assert_eq!(held.read("e.py"), Err(ReadError::NotFound("e.py".to_owned())));
        let (held, left) = tree().into_memory(12);
        assert_eq!(left, ["b.csv"]);
        assert!(matches!(held.read("b.csv"), Err(ReadError::Io { .. })));
        assert_eq!(held.node("b.csv"), tree().node("b.csv"), "its name stays");
        assert_eq!(tree().into_memory(1).1, ["a.py", "b.csv", "c.txt"]);
    }

    #[test]
    fn in_memory_links_count_once() {
        let file = |key: &str| FileEntry { key: key.to_owned(), size: 4 };
        let files = BTreeMap::from([("a.txt".to_owned(), file("x")), ("b.txt".to_owned(), file("x"))]);
        let content = MemoryContent(BTreeMap::from([("x".to_owned(), Arc::from(*b"1234"))]));
        let tree = Tree::new(files, Arc::new(content));
        let (held, left) = tree.clone().into_memory(4);
        assert!(left.is_empty());
        assert_eq!(&*held.read("b.txt").unwrap(), b"1234");
        assert_eq!(tree.into_memory(3).1, ["a.txt", "b.txt"]);
    }

    #[test]
    fn trees_are_equal_with_what_is_around_them() {
        let tree = |text: &str, around: &str| {
            let whole = Tree::in_memory([("a/b.py", text), ("c.py", around)]);
            whole.directory("a")
        };
        assert!(tree("x", "y").is_equal(&tree("x", "y")));
        assert_eq!(tree("xx", "yyy").unhashed_bytes(), 5);
        for (other, why) in [
            (tree("z", "y"), "a file"),
            (tree("x", "z"), "what is around"),
            (Tree::in_memory([("b.py", "x")]), "nothing is around"),
            (Tree::in_memory([("a/b.py", "x"), ("a/d.py", ""), ("c.py", "y")]).directory("a"), "one more"),
        ] {
            assert!(!tree("x", "y").is_equal(&other) && !other.is_equal(&tree("x", "y")), "{why}");
        }
    }

    /// A file's name may look like a hash, and its bytes differ all the same.
    #[test]
    fn only_the_storage_determines_which_keys_are_hashes() {
        let name = "0123456789abcdef0123456789abcdef01234567";
        let (one, two) = (Tree::in_memory([(name, "x")]), Tree::in_memory([(name, "y")]));
        assert!(!one.is_same(name, &two) && one.is_same(name, &one));
        assert_eq!(one.identity(name), None);
        assert_eq!(one.into_memory(100).0.identity(name), None);
    }

    /// Keys are hashes, and one of them can't be read.
    struct Hashed;

    impl Content for Hashed {
        fn read(&self, key: &str) -> Result<Arc<[u8]>, ReadError> {
            if key == "lost" {
                Err(ReadError::NotFound(key.to_owned()))
            } else {
                Ok(Arc::from(key.as_bytes()))
            }
        }

        fn is_hash(&self, _key: &str) -> bool {
            true
        }
    }

    #[test]
    fn what_was_not_read_has_no_hash_in_memory() {
        let entry = |key: &str, size| FileEntry { key: key.to_owned(), size };
        let files = [("a.py", entry("x", 1)), ("b.csv", entry("large", 50)), ("c.py", entry("lost", 1))];
        let files = files.into_iter().map(|(path, entry)| (path.to_owned(), entry)).collect();
        let tree = Tree::new(files, Arc::new(Hashed));
        let hashes =
            |tree: &Tree| ["a.py", "b.csv", "c.py"].map(|path| tree.identity(path).map(str::to_owned));
        assert_eq!(tree.unhashed_bytes(), 0);
        assert_eq!(tree.clone().into_memory(10).0.unhashed_bytes(), 51, "what was not read has no hash");
        assert_eq!(hashes(&tree), ["x", "large", "lost"].map(|key| Some(key.to_owned())));
        assert_eq!(hashes(&tree.into_memory(10).0), [Some("x".to_owned()), None, None]);
    }

    #[test]
    fn paths_that_lead_out_are_left_out() {
        let tree = Tree::in_memory([("../a", "x"), ("/b", "x"), ("c//d", "x"), ("ok", "x")]);
        assert_eq!(tree.files().map(|(path, _)| path).collect::<Vec<_>>(), ["ok"]);
    }
}
