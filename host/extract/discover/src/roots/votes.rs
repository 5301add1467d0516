use std::collections::BTreeMap;

use super::unit::Units;
use crate::{paths, scan::PyFile};

/// The maximum distance of a root above a file; it keeps the work linear in extremely deep trees.
const MAX_LEVELS: usize = 12;

/// For every unit, how many imports of the repository name one of its files from which directory.
///
/// A single name is weak evidence: any file may import any library of that name. It only counts from files below the
/// directory, which would be on `sys.path` when they run.
pub(super) fn cast<'a>(files: &'a [PyFile], units: &Units) -> Vec<BTreeMap<&'a str, usize>> {
    let mut offers: BTreeMap<String, Vec<(usize, &str)>> = BTreeMap::new();
    for file in files {
        let Some(unit) = units.index(paths::parent(&file.path)) else { continue };
        for (name, root) in names(&file.path) {
            offers.entry(name).or_default().push((unit, root));
        }
    }
    let mut votes = vec![BTreeMap::new(); units.all.len()];
    for file in files {
        for name in &file.outline.imports {
            let is_dotted = name.contains('.');
            for (unit, root) in offers.get(name).into_iter().flatten() {
                if (is_dotted || paths::is_within(&file.path, root))
                    && let Some(votes) = votes.get_mut(*unit)
                {
                    *votes.entry(*root).or_default() += 1;
                }
            }
        }
    }
    votes
}

/// Every name a file can be imported by, with the directory that would have to be on `sys.path`.
pub(super) fn names(path: &str) -> Vec<(String, &str)> {
    let stem = path.strip_suffix(".py").unwrap_or(path);
    let module = stem.strip_suffix("/__init__").unwrap_or(stem);
    let mut names = Vec::new();
    let mut name = String::new();
    for part in paths::ancestors(module).take(MAX_LEVELS) {
        let last = paths::file_name(part);
        if !paths::is_identifier(last) {
            break;
        }
        name = if name.is_empty() { last.to_owned() } else { format!("{last}.{name}") };
        names.push((name.clone(), paths::parent(part)));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_every_directory() {
        let found = names("my-lib/a/b/__init__.py");
        let found: Vec<_> = found.iter().map(|(name, root)| (name.as_str(), *root)).collect();
        assert_eq!(found, [("b", "my-lib/a"), ("a.b", "my-lib")]);
    }
}
