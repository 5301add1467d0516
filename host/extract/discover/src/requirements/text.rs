use super::{Collector, Scope, specifier::holds};
use crate::{layout::entries, paths, projects};

/// `requirements*.txt` and similar files. The name shows the user.
pub(super) fn requirements(collector: &mut Collector<'_>, text: &str) {
    let name = paths::file_name(collector.path).to_ascii_lowercase();
    let is_for = |purposes: &[&str]| {
        name.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|part| purposes.contains(&part))
    };
    let scope = if is_for(&[
        "dev",
        "develop",
        "development",
        "test",
        "tests",
        "testing",
        "doc",
        "docs",
        "ci",
        "lint",
    ]) {
        Scope::Development
    } else if is_for(&["optional", "extra", "extras", "all"]) {
        Scope::Optional
    } else {
        Scope::Main
    };
    lines(collector, text, scope);
}

/// Requirements in pip's syntax, with the files that they refer to.
pub(super) fn lines(collector: &mut Collector<'_>, text: &str, scope: Scope) {
    for (number, line) in (1..).zip(text.lines()) {
        requirement_line(collector, line, number, scope);
    }
}

/// One line of requirements.
pub(super) fn requirement_line(collector: &mut Collector<'_>, line: &str, number: u32, scope: Scope) {
    let line = line.trim_end_matches('\\');
    if let Some(file) = named_file(line) {
        collector.names_file(file, scope);
    } else if let Some(address) = projects::editable(line) {
        collector.address(address);
        if let Some(name) = projects::name_of_egg(address) {
            let place = address.split_once('#').map_or(address, |(place, _)| place);
            collector.project(name, &format!("{name} @ {place}"));
        }
    } else {
        collector.requirement(line, number, scope);
    }
}

/// The file in a line of requirements: `-r base.txt`, `--constraint=pins.txt`.
fn named_file(line: &str) -> Option<&str> {
    let line = line.trim();
    ["--requirement", "--constraint", "-r", "-c"].iter().find_map(|option| {
        let rest = line.strip_prefix(option)?;
        let rest = rest.split(" #").next().unwrap_or_default();
        (option.len() == 2 || rest.starts_with(['=', ' '])).then(|| rest.trim_start_matches('=').trim())
    })
}

/// `*.egg-info/requires.txt`: the sections are extras, and markers with a colon.
pub(super) fn requires(collector: &mut Collector<'_>, text: &str) {
    let mut scope = Scope::Main;
    for (number, line) in (1..).zip(text.lines()) {
        match line.trim().strip_prefix('[') {
            Some(section) if section.starts_with(':') => {
                let marker = section.trim_start_matches(':').trim_end_matches(']');
                scope = if holds(marker) { Scope::Main } else { Scope::Optional };
            }
            Some(_) => scope = Scope::Optional,
            None => collector.requirement(line, number, scope),
        }
    }
}

/// `PKG-INFO` and `METADATA`, whose headers end at the first empty line.
pub(super) fn metadata(collector: &mut Collector<'_>, text: &str) {
    for (number, line) in (1..).zip(text.lines()).take_while(|(_, line)| !line.is_empty()) {
        if let Some(requirement) = line.strip_prefix("Requires-Dist:") {
            collector.requirement(requirement, number, Scope::Main);
        }
    }
}

/// Collects the requirements in a `setup.cfg`.
pub(super) fn setup_cfg(collector: &mut Collector<'_>, text: &str) {
    for entry in entries(text) {
        let scope = match (entry.section, entry.key) {
            ("options", "install_requires") => Scope::Main,
            ("options", "tests_require" | "setup_requires") => Scope::Development,
            ("options.extras_require", key) => extra(key),
            ("metadata", "name") => {
                entry.lines.iter().for_each(|(name, _)| collector.set_project_name(name));
                continue;
            }
            _ => continue,
        };
        for (line, number) in entry.lines {
            collector.requirement(line, number, scope);
        }
    }
}

/// The user of an extra: those with the names of tools are for developers.
pub(super) fn extra(name: &str) -> Scope {
    let development = ["dev", "develop", "test", "tests", "testing", "doc", "docs", "lint", "typing"];
    if development.contains(&name.to_ascii_lowercase().as_str()) {
        Scope::Development
    } else {
        Scope::Optional
    }
}
