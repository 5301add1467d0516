use super::{Collector, specifier::is_sqlalchemy};

/// How many lines after its name a package's version may stand.
const REACH: usize = 4;

/// `poetry.lock`, `uv.lock`, `pdm.lock`, `pylock.toml`. They can have a megabyte and one form, so their lines
/// are read rather than their TOML.
pub(super) fn toml(collector: &mut Collector<'_>, text: &str) {
    let mut lines = (1..).zip(text.lines());
    addresses(collector, text);
    while let Some((_, line)) = lines.next() {
        if !value(line, "name").is_some_and(is_sqlalchemy) {
            continue;
        }
        let version =
            lines.clone().take(REACH).find_map(|(number, line)| Some((number, value(line, "version")?)));
        if let Some((number, version)) = version {
            collector.locked(version, number);
        }
    }
}

/// Where packages were taken from that are in the tree: `source = { editable = "libs/a" }` of uv, `[package.source]` of
/// Poetry with a folder, or with that of a repository.
fn addresses(collector: &mut Collector<'_>, text: &str) {
    let mut is_folder = false;
    for line in text.lines() {
        if line.starts_with('[') && line != "[package.source]" {
            is_folder = false;
        } else if let Some(folder) = value(line, "subdirectory") {
            collector.address(&format!("#subdirectory={folder}"));
        } else if let Some(kind) = value(line, "type") {
            is_folder = kind == "directory";
        } else if let Some(folder) = value(line, "url").filter(|_| is_folder) {
            collector.address(folder);
        } else if let Some(inline) = line.strip_prefix("source = {") {
            let mut texts = inline.split('"');
            let (key, address) = (texts.next().unwrap_or_default().trim(), texts.next().unwrap_or_default());
            if key.starts_with("editable")
                || key.starts_with("directory")
                || address.contains("subdirectory=")
            {
                collector.address(address);
            }
        }
    }
}

/// The text of a `key = "text"` line.
fn value<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    line.strip_prefix(key)?.trim_start().strip_prefix('=')?.trim_start().strip_prefix('"')?.split('"').next()
}

/// `Pipfile.lock`, in the form that pipenv gives it.
pub(super) fn pipfile(collector: &mut Collector<'_>, text: &str) {
    let mut inside = false;
    for (number, line) in (1..).zip(text.lines()) {
        let mut texts = line.split('"').skip(1).step_by(2);
        let (key, value) = (texts.next().unwrap_or_default(), texts.next());
        if line.trim_end().ends_with('{') {
            inside = is_sqlalchemy(key);
        } else if inside && key == "version" {
            collector.locked(value.unwrap_or_default().trim_start_matches('='), number);
        }
    }
}
