//! Locates the configuration of a project in its files.
//!
//! The search goes through the folders from the root of the tree down to the one that is read. The first with a
//! configuration decides: a sub-directory is a part of its project, and not a project with a configuration of its own.

use std::sync::Arc;

use belljar_tree::{Node, Tree};

use crate::{
    parse::parse_config,
    text::{ConfigText, FILE_NAME, Format, NAMES, PYPROJECT},
};

/// A file with a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFile {
    /// Its path from the root of the tree.
    pub path: String,
    /// Its folder; empty at the root.
    pub folder: String,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
}

/// The result of a search.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The configuration.
    pub used: Option<ConfigFile>,
    /// Configurations in folders below that one, on the way to the folder that is read. They have no effect.
    pub ignored: Vec<String>,
}

/// Why no configuration could be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FindError {
    /// A folder has several.
    Several(Vec<String>),
    /// One can't be read.
    Unreadable {
        /// Its path from the root of the tree.
        path: String,
        /// The reason.
        message: String,
    },
}

impl FindError {
    /// The path of the first file, from the root of the tree.
    pub fn path(&self) -> &str {
        match self {
            Self::Several(paths) => paths.first().map_or(FILE_NAME, String::as_str),
            Self::Unreadable { path, .. } => path,
        }
    }

    /// A lower-case fragment for a message.
    pub fn message(&self) -> String {
        match self {
            Self::Several(paths) => {
                format!("one folder has several configurations: `{}`", paths.join("` and `"))
            }
            Self::Unreadable { message, .. } => message.clone(),
        }
    }

    /// What to do next.
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Several(_) => Some("keep one of them"),
            Self::Unreadable { .. } => None,
        }
    }
}

/// Looks for the configuration of the folder `start` of a tree.
pub fn find(tree: &Tree, start: &str) -> Result<Found, FindError> {
    let mut found = Found::default();
    for folder in folders(start) {
        let own = in_folder(tree, folder)?;
        if found.used.is_some() {
            found.ignored.extend(own.into_iter().map(|file| file.path));
        } else {
            let paths = || own.iter().map(|file| file.path.clone()).collect();
            if own.len() > 1 {
                return Err(FindError::Several(paths()));
            }
            found.used = own.into_iter().next();
        }
    }
    Ok(found)
}

/// The root, and all folders on the way to this one.
fn folders(folder: &str) -> impl Iterator<Item = &str> {
    let ends = folder.match_indices('/').map(|(place, _)| place).chain([folder.len()]);
    let below = ends.filter(|end| *end > 0).filter_map(|end| folder.get(..end));
    std::iter::once("").chain(below)
}

fn in_folder(tree: &Tree, folder: &str) -> Result<Vec<ConfigFile>, FindError> {
    let mut found = Vec::new();
    for name in NAMES.into_iter().chain([PYPROJECT]) {
        let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        if !matches!(tree.node(&path), Some(Node::File(_))) {
            continue;
        }
        match tree.read(&path) {
            Ok(bytes) if name != PYPROJECT || has_own_table(&bytes) => {
                found.push(ConfigFile { path, folder: folder.to_owned(), bytes });
            }
            // One without configuration.
            Ok(_) => {}
            Err(_) if name == PYPROJECT => {} // reported with the requirements of the project
            Err(error) => return Err(FindError::Unreadable { path, message: error.to_string() }),
        }
    }
    Ok(found)
}

/// Whether a `pyproject.toml` has a table `tool.belljar`, or may have one in a text that can't be parsed.
fn has_own_table(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    if !text.contains("belljar") {
        return false;
    }
    let source = ConfigText { path: PYPROJECT, text, format: Format::Pyproject };
    let (is_empty, problems) = parse_config(source, |_, root| root.is_empty());
    if problems.is_empty() { !is_empty } else { text.contains("tool.belljar") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Tree {
        Tree::in_memory(files.iter().map(|(path, text)| (*path, *text)))
    }

    #[track_caller]
    fn used(files: &[(&str, &str)], start: &str, path: Option<&str>, ignored: &[&str]) {
        let found = find(&tree(files), start).unwrap();
        assert_eq!(found.used.map(|file| file.path).as_deref(), path, "{files:?} {start}");
        assert_eq!(found.ignored, ignored, "{files:?} {start}");
    }

    const OWN: &str = "[tool.belljar.check]\nfail-on = 'note'\n";

    #[test]
    fn the_topmost_decides() {
        used(&[("a.py", "")], "", None, &[]);
        for name in NAMES {
            used(&[(name, "")], "", Some(name), &[]);
            used(&[(name, ""), ("a/b/x.py", "")], "a/b", Some(name), &[]);
        }
        used(&[("pyproject.toml", OWN)], "", Some("pyproject.toml"), &[]);
        used(&[("a/belljar.toml", ""), ("b/c/x.py", "")], "a", Some("a/belljar.toml"), &[]);
        // Neither below the folder that is read nor beside it.
        used(&[("a/belljar.toml", "")], "", None, &[]);
        used(&[("a/belljar.toml", ""), ("b/x.py", "")], "b", None, &[]);
        used(
            &[("belljar.json", "{}"), ("a/pyproject.toml", OWN), ("a/b/belljar.yml", "")],
            "a/b",
            Some("belljar.json"),
            &["a/pyproject.toml", "a/b/belljar.yml"],
        );
    }

    #[test]
    fn projects_without_a_configuration_of_their_own() {
        for text in [
            "[project]\nname = 'x'\n",
            "[project]\ndependencies = ['belljar']\n",
            "[tool.belljars]\nx = 1\n",
            "[tool]\nbelljar = {}\n",
            "[project\n# belljar",
        ] {
            used(&[("belljar.toml", ""), ("pyproject.toml", text)], "", Some("belljar.toml"), &[]);
        }
    }

    #[test]
    fn several_in_one_folder() {
        for (one, two) in [
            ("belljar.toml", "belljar.yaml"),
            ("belljar.yaml", "belljar.yml"),
            ("belljar.toml", "belljar.json"),
        ] {
            let error = find(&tree(&[(one, ""), (two, "")]), "").unwrap_err();
            assert_eq!(error, FindError::Several(vec![one.to_owned(), two.to_owned()]));
        }
        let error = find(&tree(&[("a/belljar.toml", ""), ("a/pyproject.toml", OWN)]), "a").unwrap_err();
        assert_eq!(
            error.message(),
            "one folder has several configurations: `a/belljar.toml` and `a/pyproject.toml`"
        );
        // A broken one may have a table.
        assert!(find(&tree(&[("belljar.toml", ""), ("pyproject.toml", "[tool.belljar")]), "").is_err());
    }

    #[test]
    fn folders_from_the_root() {
        assert_eq!(folders("").collect::<Vec<_>>(), [""]);
        assert_eq!(folders("a/bc/d").collect::<Vec<_>>(), ["", "a", "a/bc", "a/bc/d"]);
    }
}
