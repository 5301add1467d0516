//! Packages that the instructions of a container file install.

use super::{Collector, Scope};

/// Whether a file of this name describes a container.
pub(super) fn is_one(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["dockerfile", "containerfile"].iter().any(|kind| {
        name == *kind
            || name.strip_prefix(kind).is_some_and(|rest| rest.starts_with(['.', '-', '_']))
            || name.strip_suffix(kind).is_some_and(|rest| rest.ends_with(['.', '-', '_']))
    })
}

/// Commands that install what their arguments name.
const COMMANDS: [&str; 5] = ["pip install", "pip3 install", "uv add", "poetry add", "pipenv install"];

/// Reads the words after each such command; an instruction may span several lines.
pub(super) fn collect_installs(collector: &mut Collector<'_>, text: &str) {
    let mut installs = false;
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.starts_with('#') {
            continue;
        }
        for command in line.split(['&', ';', '|']) {
            let begin = COMMANDS.iter().find_map(|known| Some(command.find(known)? + known.len()));
            installs = begin.is_some() || (installs && command.as_ptr() == line.as_ptr());
            let words = command.get(begin.unwrap_or_default()..).unwrap_or_default();
            if installs {
                words.split_whitespace().for_each(|word| argument(collector, word, number));
            }
        }
        installs &= line.ends_with('\\');
    }
}

/// A word that is a requirement on SQLAlchemy. Other packages of a container do not concern the project.
fn argument(collector: &mut Collector<'_>, word: &str, number: u32) {
    let word = word.trim_matches(['"', '\'']);
    if let Some((name, _)) = super::specifier::project(word)
        && super::specifier::is_sqlalchemy(name)
    {
        collector.requirement(word, number, Scope::Main);
    }
}
