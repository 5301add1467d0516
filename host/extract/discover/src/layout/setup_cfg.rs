use std::collections::BTreeSet;

use super::{DeclaredRoot, pyproject::package_dir};
use crate::paths;

/// One `key = value` of an INI file; a value over several lines is kept as several lines.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry<'a> {
    pub(crate) section: &'a str,
    pub(crate) key: &'a str,
    /// Each line of the value that is not empty, with its number.
    pub(crate) lines: Vec<(&'a str, u32)>,
}

/// The entries of an INI file as read by `configparser`: indented lines continue the entry above.
pub(crate) fn entries(text: &str) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut section = "";
    for (number, line) in (1..).zip(text.lines()) {
        let content = without_comment(line);
        if content.is_empty() {
            continue;
        }
        if line.starts_with([' ', '\t']) {
            if let Some(entry) = entries.last_mut() {
                entry.lines.push((content, number));
            }
        } else if let Some(name) = content.strip_prefix('[') {
            section = name.trim_end_matches(']').trim();
        } else if let Some((key, value)) = content.split_once(['=', ':']) {
            let value = value.trim();
            let lines = if value.is_empty() { Vec::new() } else { vec![(value, number)] };
            entries.push(Entry { section, key: key.trim(), lines });
        }
    }
    entries
}

fn without_comment(line: &str) -> &str {
    let line = line.trim();
    if line.starts_with(['#', ';']) {
        return "";
    }
    line.split(" #").next().unwrap_or_default().trim_end()
}

/// Adds `[options]` and `[options.packages.find]`.
pub(super) fn roots(directory: &str, text: &str, roots: &mut BTreeSet<DeclaredRoot>) {
    let entries = entries(text);
    let mut found_where = false;
    for entry in &entries {
        for (line, _) in &entry.lines {
            if entry.section == "options" && entry.key == "package_dir" {
                let (name, written) = line.split_once('=').unwrap_or(("", line));
                roots.extend(package_dir(directory, name.trim(), written.trim()));
            }
            if entry.section == "options.packages.find" && entry.key == "where" {
                roots.extend(paths::resolve(directory, line).map(DeclaredRoot::new));
                found_where = true;
            }
        }
    }
    let is_namespace = entries.iter().any(|entry| {
        entry.section == "options"
            && entry.key == "packages"
            && entry.lines.iter().any(|(line, _)| line.starts_with("find_namespace"))
    });
    if is_namespace && !found_where {
        roots.insert(DeclaredRoot::new(directory.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_over_several_lines() {
        let entries = entries("[a]\nx = 1\ny =\n  2\n  # no\n  3 # why\n[b]\nz: 4\n");
        assert_eq!(entries[1], Entry { section: "a", key: "y", lines: vec![("2", 4), ("3", 6)] });
        assert_eq!(entries[2], Entry { section: "b", key: "z", lines: vec![("4", 8)] });
    }
}
