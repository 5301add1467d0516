//! Resolves the address of a requirement to a path in the tree.

use crate::paths;

/// Placeholders for the project's own folder in addresses, as written by PDM, Hatch and others, and their targets.
const PLACEHOLDERS: [(&str, &str); 6] = [
    ("${PROJECT_ROOT}", "."),
    ("$PROJECT_ROOT", "."),
    ("{root:parent:parent:uri}", "../.."),
    ("{root:parent:uri}", ".."),
    ("{root:uri}", "."),
    ("{root}", "."),
];

/// The path of an address in a file of `directory`: the folder in a repository, whichever it is, or a path.
pub(crate) fn address(directory: &str, text: &str) -> Option<String> {
    let text = text.trim();
    if let Some(folder) = fragment(text, "subdirectory") {
        return paths::resolve("", folder).filter(|path| !path.is_empty());
    }
    let text = text.split(['#', ';']).next().unwrap_or_default().trim();
    let is_file = text.starts_with("file:");
    let mut path = text.trim_start_matches("file:").to_owned();
    let mut is_own = false;
    for (placeholder, stands_for) in PLACEHOLDERS {
        if path.contains(placeholder) {
            path = path.replace(placeholder, stands_for);
            is_own = true;
        }
    }
    if is_own {
        path = path.trim_start_matches('/').to_owned();
    } else if is_file {
        path = path.strip_prefix("//").unwrap_or(&path).to_owned();
    }
    if path.contains("://") || path.contains("git+") || path.starts_with(['/', '~', '$', '{']) {
        return None;
    }
    let path = path.split('[').next().unwrap_or_default();
    if path.is_empty() { None } else { paths::resolve(directory, path) }
}

/// The rest of a line of requirements with an address instead of a project: `-e ../x`, `./x`, `git+https://…`.
pub(crate) fn editable(line: &str) -> Option<&str> {
    let line = line.trim();
    let rest = ["--editable", "-e"].iter().find_map(|option| {
        let rest = line.strip_prefix(option)?;
        rest.starts_with([' ', '=', '\t']).then(|| rest.trim_start_matches([' ', '=', '\t']))
    });
    let text = rest.unwrap_or(line).split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\'']);
    let is_address = rest.is_some()
        || text == "."
        || ["./", "../", "file:", "git+", "hg+", "https://", "http://"]
            .iter()
            .any(|beginning| text.starts_with(beginning));
    (is_address && !text.is_empty()).then_some(text)
}

/// The name in an address: `…#egg=name`.
pub(crate) fn name_of_egg(address: &str) -> Option<&str> {
    fragment(address, "egg").map(|name| name.split('[').next().unwrap_or_default())
}

/// A value after the `#` of an address, or after its `?`, as in lock files.
fn fragment<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let (_, behind) = text.split_once(['#', '?'])?;
    behind.split(['&', '#', '?', ' ', ';', '"', '\'']).find_map(|part| {
        let (name, value) = part.split_once('=')?;
        (name == key && !value.is_empty()).then_some(value)
    })
}
