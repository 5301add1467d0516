//! Paths of a tree: relative, with `/` between the parts; the root is empty.

/// The directory that holds a path.
pub(crate) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// The last part of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// The path of `name` inside `directory`, which may be empty.
pub(crate) fn join(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}

/// Whether `path` is `directory` or lies below it.
pub(crate) fn is_within(path: &str, directory: &str) -> bool {
    directory.is_empty()
        || path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The part of `path` below `directory`; `None` if it is elsewhere.
pub(crate) fn below<'a>(path: &'a str, directory: &str) -> Option<&'a str> {
    if directory.is_empty() {
        return Some(path);
    }
    let rest = path.strip_prefix(directory)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// The path itself, then each directory above it, the root last.
pub(crate) fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| (!path.is_empty()).then(|| parent(path)))
}

/// Joins a path written in a file of `directory` (`./src/../lib`); `None` if it leads out of the tree.
pub(crate) fn resolve(directory: &str, written: &str) -> Option<String> {
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    for part in written.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Whether a directory or file of this name can be part of a dotted module name in an `import` statement.
pub(crate) fn is_identifier(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first == '_' || first.is_alphabetic())
        && letters.all(|letter| letter == '_' || letter.is_alphanumeric())
}

/// Whether a path is that of a Python module. Stub files contain nothing that runs.
pub(crate) fn is_python(path: &str) -> bool {
    path.strip_suffix(".py").is_some_and(|stem| !stem.is_empty() && !stem.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        assert_eq!((parent("a/b.py"), file_name("a/b.py")), ("a", "b.py"));
        assert_eq!((parent("b.py"), join("", "b.py").as_str()), ("", "b.py"));
        assert!(is_within("a/b", "a") && is_within("a", "") && !is_within("ab", "a"));
        assert_eq!(below("a/b/c", "a"), Some("b/c"));
        assert_eq!(ancestors("a/b").collect::<Vec<_>>(), ["a/b", "a", ""]);
    }

    #[test]
    fn written_paths_stay_in_the_tree() {
        assert_eq!(resolve("a", "./src/../lib").as_deref(), Some("a/lib"));
        assert_eq!(resolve("a", "../.."), None);
    }
}
