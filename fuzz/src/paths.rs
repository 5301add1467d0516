use std::collections::BTreeSet;

use belljar_tree::{LONGEST_PATH, Node, ResolveError, Tree};

use crate::Target;

/// The first line is a path, the second the directory it counts from, the others are the files there are. What
/// resolves is in the tree and in normal form, and a second, slower reading of POSIX says the same.
pub(crate) const TARGET: Target = Target { name: "paths", run, fixed: 32 << 10, for_each: 512 };

/// A tree of longer paths has a directory for each part of each: not what this is about.
const LONGEST_FILE: usize = 256;

fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut lines = text.split('\n');
    let (path, base) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let files: BTreeSet<&str> = lines.filter(|file| file.len() <= LONGEST_FILE).collect();
    let tree = Tree::in_memory(files.iter().map(|file| (*file, file.as_bytes())));
    let known: BTreeSet<&str> = tree.files().map(|(path, _)| path).collect();
    assert!(known.is_subset(&files));
    for file in &known {
        assert!(file.split('/').all(|part| !matches!(part, "" | "." | "..")), "{file:?}");
        assert_eq!(tree.read(file).as_deref(), Ok(file.as_bytes()));
    }
    // A guest counts from a directory that it was given a handle of, never from a path of its own.
    let base = if matches!(tree.node(base), Some(Node::Directory)) { base } else { "" };
    let found = tree.resolve(base, path);
    assert_eq!(found, reference(&known, base, path), "{path:?} from {base:?}");
    let Ok(found) = found else { return };
    assert!(match tree.node(&found) {
        Some(Node::File(entry)) => entry.size == found.len() as u64,
        Some(Node::Directory) => found.is_empty() || tree.list(&found).next().is_some(),
        None => false,
    });
}

/// The same by POSIX's words: a stack of names, and after each step a look at what stands there.
fn reference(files: &BTreeSet<&str>, base: &str, path: &str) -> Result<String, ResolveError> {
    match path {
        "" => return Err(ResolveError::NoEntry),
        long if long.len() > LONGEST_PATH => return Err(ResolveError::TooLong),
        absolute if absolute.starts_with('/') => return Err(ResolveError::Outside),
        _ => {}
    }
    let mut stack: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    let parts: Vec<&str> = path.split('/').collect();
    for (position, part) in parts.iter().enumerate() {
        match *part {
            "" | "." => {}
            ".." => {
                stack.pop().ok_or(ResolveError::Outside)?;
            }
            name => stack.push(name),
        }
        let at = stack.join("/");
        let below = format!("{at}/");
        let is_directory = at.is_empty() || files.iter().any(|file| file.starts_with(&below));
        match (files.contains(at.as_str()), is_directory) {
            (true, _) if position + 1 < parts.len() => return Err(ResolveError::NotADirectory),
            (false, false) => return Err(ResolveError::NoEntry),
            _ => {}
        }
    }
    Ok(stack.join("/"))
}
