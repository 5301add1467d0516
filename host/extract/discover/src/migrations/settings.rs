//! What the configurations of Alembic say: `alembic.ini` with its sections, and `[tool.alembic]`.

use std::collections::BTreeMap;

use belljar_tree::Tree;
use toml::{Spanned, de::DeValue};

use super::{is_elsewhere, text};
use crate::{
    bounded_toml,
    decode::line_of,
    layout::setup_cfg::{self, Entry},
    paths,
};

/// The settings of one environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Settings {
    /// The file.
    pub(super) path: String,
    /// Its section.
    pub(super) section: String,
    /// The line of the folder of scripts.
    pub(super) line: u32,
    /// The folder of scripts, as it is written.
    pub(super) script_location: String,
    /// The folders of version files, as they are written.
    pub(super) version_locations: Vec<String>,
    /// Whether the folders below those count too.
    pub(super) is_recursive: bool,
    /// The dialect of its URL.
    pub(super) dialect: Option<String>,
    /// The pattern of the names of new version files, with single `%`.
    pub(super) file_template: Option<String>,
    /// The most characters of a message in a file name.
    pub(super) slug_length: Option<usize>,
}

/// The settings of all files of a tree.
pub(super) fn find(tree: &Tree) -> Vec<Settings> {
    let is_config = |path: &str| {
        let name = paths::file_name(path);
        let has_ending = |ending| name.rsplit_once('.').is_some_and(|(_, found)| found == ending);
        (has_ending("ini") || name == "setup.cfg" || name == "alembic.cfg" || name == "pyproject.toml")
            && !is_elsewhere(path)
    };
    let files: Vec<String> =
        tree.files().map(|(path, _)| path).filter(|path| is_config(path)).map(str::to_owned).collect();
    let settings = files.iter().flat_map(|path| of_file(tree, path));
    // Without a folder of scripts, the configuration lies in it.
    settings.filter(|settings| !settings.script_location.is_empty()).collect()
}

/// The settings of one file.
pub(super) fn of_file(tree: &Tree, path: &str) -> Vec<Settings> {
    let Some(text) = text(tree, path) else { return Vec::new() };
    if paths::file_name(path) == "pyproject.toml" {
        return if text.contains("alembic") {
            of_toml(path, &text).into_iter().collect()
        } else {
            Vec::new()
        };
    }
    of_ini(path, &text)
}

fn of_ini(path: &str, text: &str) -> Vec<Settings> {
    let entries = setup_cfg::entries(text);
    let mut sections: Vec<&str> = entries.iter().map(|entry| entry.section).collect();
    sections.dedup();
    let mut found = Vec::new();
    for section in sections {
        let own: Vec<&Entry<'_>> =
            entries.iter().filter(|entry| entry.section == section || entry.section == "DEFAULT").collect();
        let is_alembic = own.iter().any(|entry| entry.section == section && entry.key == "script_location")
            || (section == "alembic" && paths::file_name(path) == "alembic.ini");
        if is_alembic && section != "DEFAULT" {
            found.push(of_section(path, section, &own));
        }
    }
    found
}

fn of_section(path: &str, section: &str, entries: &[&Entry<'_>]) -> Settings {
    let mut values: BTreeMap<&str, (String, u32)> = BTreeMap::new();
    for entry in entries {
        let text: Vec<&str> = entry.lines.iter().map(|(line, _)| *line).collect();
        values.insert(entry.key, (text.join("\n"), entry.lines.first().map_or(0, |(_, line)| *line)));
    }
    let get = |key: &str| values.get(key).map(|(text, _)| interpolated(text, &values)).unwrap_or_default();
    let separator = match get("path_separator").as_str() {
        "" => get("version_path_separator"),
        written => written.to_owned(),
    };
    Settings {
        path: path.to_owned(),
        section: section.to_owned(),
        line: values.get("script_location").map_or(0, |(_, line)| *line),
        script_location: get("script_location"),
        version_locations: locations(&get("version_locations"), &separator),
        is_recursive: matches!(
            get("recursive_version_locations").to_lowercase().as_str(),
            "true" | "yes" | "1" | "on"
        ),
        dialect: dialect_of_url(&get("sqlalchemy.url")),
        file_template: values.get("file_template").map(|(text, _)| text.replace("%%", "%")),
        slug_length: get("truncate_slug_length").parse().ok(),
    }
}

/// A value with the others that it names; `%(here)s` is the folder of the file, which paths are relative to.
fn interpolated(text: &str, values: &BTreeMap<&str, (String, u32)>) -> String {
    let mut out = text.to_owned();
    for _ in 0..4 {
        let Some(start) = out.find("%(") else { break };
        let Some(length) = out.get(start..).and_then(|rest| rest.find(")s")) else { break };
        let name = out.get(start + 2..start + length).unwrap_or_default().to_owned();
        let value = match name.as_str() {
            "here" => ".".to_owned(),
            name => values.get(name).map(|(text, _)| text.clone()).unwrap_or_default(),
        };
        out.replace_range(start..start + length + 2, &value);
    }
    out.trim().to_owned()
}

/// The folders in a list.
fn locations(text: &str, separator: &str) -> Vec<String> {
    let split: Vec<&str> = match separator {
        "newline" => text.lines().collect(),
        "space" => text.split_whitespace().collect(),
        ":" | "os" => text.split([':', '\n']).collect(),
        ";" => text.split([';', '\n']).collect(),
        // Colons separate too, unless one stands between a package and a path below it.
        _ => text.split([',', ' ', '\n', ';']).collect(),
    };
    split.into_iter().map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// The folder of a package, and the path below it, of `package:path`.
pub(super) fn package_path(written: &str) -> Option<(String, &str)> {
    let (package, below) = written.split_once(':')?;
    let is_package = package.split('.').all(paths::is_identifier);
    (is_package && !below.is_empty()).then(|| (package.replace('.', "/"), below))
}

/// The dialect that a URL names; none for an example that is to be replaced.
fn dialect_of_url(url: &str) -> Option<String> {
    let scheme = url.split("://").next().filter(|scheme| scheme.len() < url.len())?;
    let name = scheme.split('+').next().unwrap_or_default().trim_matches(['"', '\'']);
    let known = match name {
        "postgres" | "postgresql" => "postgresql",
        "mysql" => "mysql",
        "mariadb" => "mariadb",
        "sqlite" => "sqlite",
        "mssql" => "mssql",
        "oracle" => "oracle",
        _ => return None,
    };
    Some(known.to_owned())
}

fn of_toml(path: &str, text: &str) -> Option<Settings> {
    let document = bounded_toml::parse_document(path, text, &mut Vec::new())?;
    let table = document.get("tool").map(Spanned::get_ref)?.get("alembic")?.get_ref();
    let written = table.get("script_location")?;
    let line = line_of(text.as_bytes(), written.span().start);
    let string = |value: Option<&Spanned<DeValue<'_>>>| {
        value.and_then(|value| value.get_ref().as_str()).map(str::to_owned)
    };
    let locations = match table.get("version_locations").map(Spanned::get_ref) {
        Some(DeValue::Array(items)) => items.iter().filter_map(|item| string(Some(item))).collect(),
        Some(DeValue::String(text)) => locations(text, ""),
        _ => Vec::new(),
    };
    let here = |text: String| text.replace("%(here)s", ".");
    Some(Settings {
        path: path.to_owned(),
        section: "alembic".to_owned(),
        line,
        script_location: here(string(Some(written))?),
        version_locations: locations.into_iter().map(here).collect(),
        is_recursive: table
            .get("recursive_version_locations")
            .is_some_and(|value| matches!(value.get_ref(), DeValue::Boolean(true))),
        dialect: string(table.get("sqlalchemy.url")).and_then(|url| dialect_of_url(&url)),
        file_template: string(table.get("file_template")).map(|text| text.replace("%%", "%")),
        slug_length: slug_length(table.get("truncate_slug_length")),
    })
}

/// A number, as a number or as a text.
fn slug_length(value: Option<&Spanned<DeValue<'_>>>) -> Option<usize> {
    match value?.get_ref() {
        DeValue::Integer(number) => number.as_str().parse().ok(),
        DeValue::String(text) => text.parse().ok(),
        _ => None,
    }
}
