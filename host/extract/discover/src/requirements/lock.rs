use super::{Collector, specifier::is_sqlalchemy};

/// The maximum distance of a package's version from its name, in lines.
const REACH: usize = 4;

/// `poetry.lock`, `uv.lock`, `pdm.lock`, `pylock.toml`. They can have a megabyte and have a fixed form, so their lines
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

/// Local sources of packages: `source = { editable = "libs/a" }` of uv, `[package.source]` of Poetry with a folder, or
/// with that of a repository.
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
    let value = line.strip_prefix(key)?.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    value.strip_prefix(quote)?.split(quote).next()
}

/// `Pipfile.lock`: the packages of each category, with any line breaks.
pub(super) fn pipfile(collector: &mut Collector<'_>, text: &str) {
    let mut keys: Vec<&str> = Vec::new();
    let (mut key, mut line) = ("", 1);
    let mut rest = text;
    while let Some(at) = rest.find(['"', '{', '}', '\n']) {
        let (sign, after) = (rest.as_bytes().get(at), rest.get(at + 1..).unwrap_or_default());
        rest = after;
        match sign {
            Some(b'\n') => line += 1,
            Some(b'{') if keys.len() < DEEPEST => keys.push(std::mem::take(&mut key)),
            Some(b'{') => return,
            Some(b'}') => {
                keys.pop();
            }
            _ => {
                let written = string(after);
                rest = after.get(written.len() + 1..).unwrap_or_default();
                if rest.trim_start().starts_with(':') {
                    key = written;
                } else if let ("version", ["", _, name]) = (key, keys.as_slice())
                    && is_sqlalchemy(name)
                {
                    collector.locked(written.trim_start_matches('='), line);
                }
            }
        }
    }
}

/// The maximum depth of values that are read.
const DEEPEST: usize = 64;

/// The text up to its closing quote.
fn string(text: &str) -> &str {
    let mut ends = text.match_indices('"').map(|(end, _)| end);
    let slashes = |end: usize| text.bytes().take(end).rev().take_while(|byte| *byte == b'\\').count();
    let end = ends.find(|end| slashes(*end) % 2 == 0).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}
