//! What a rendered script consists of.

use crate::Script;

use super::comment;

/// The parts of a script, for a version file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    /// The imports beside those of `sa` and `op`.
    pub(super) imports: Vec<String>,
    /// A class that the statements need.
    pub(super) class: Option<String>,
    /// The lines of `upgrade`, indented by four spaces; empty if it does nothing.
    pub(super) upgrade: Vec<String>,
    /// The same of `downgrade`.
    pub(super) downgrade: Vec<String>,
}

/// The indentation of a body.
const INDENT: &str = "    ";

impl Parts {
    /// The parts of a script as the guest writes it. No statement of it spans lines at the beginning of one.
    pub fn of_script(script: &Script) -> Option<Self> {
        let (head, rest) = script.text.split_once("\ndef upgrade():\n")?;
        let (upgrade, downgrade) = rest.split_once("\ndef downgrade():\n")?;
        let imports = head.lines().filter(|line| line.starts_with("from sqlalchemy.dialects import "));
        let class = head.find("\nclass Verbatim").and_then(|start| head.get(start + 1..));
        Some(Self {
            imports: imports.map(str::to_owned).collect(),
            class: class.map(|text| text.trim_end().to_owned()),
            upgrade: body(upgrade),
            downgrade: body(downgrade),
        })
    }

    /// Adds comments before the statements.
    pub fn note(&mut self, comments: &[String]) {
        let lines = comments.iter().map(|text| format!("{INDENT}# {}", comment(text)));
        self.upgrade.splice(0..0, lines);
    }

    /// Whether `upgrade` does anything.
    pub fn has_statements(&self) -> bool {
        has_statements(&self.upgrade)
    }

    /// What was left out of `upgrade`, and notes about it: its comments.
    pub fn comments(&self) -> Vec<&str> {
        self.upgrade.iter().filter_map(|line| line.trim_start().strip_prefix("# ")).collect()
    }

    /// Text from which a revision follows.
    pub(super) fn identity(&self) -> impl Iterator<Item = &str> {
        let lists = [&self.imports, &self.upgrade, &self.downgrade];
        lists.into_iter().flatten().map(String::as_str).chain(self.class.as_deref())
    }
}

fn has_statements(lines: &[String]) -> bool {
    lines.iter().any(|line| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with('#') && line != "pass"
    })
}

/// The lines of a body without empty ones at its ends.
fn body(text: &str) -> Vec<String> {
    let lines: Vec<String> = text.trim_matches('\n').lines().map(|line| line.trim_end().to_owned()).collect();
    if lines == [format!("{INDENT}pass")] { Vec::new() } else { lines }
}

/// The lines of a body that does something, or `pass`.
pub(super) fn filled(lines: &[String]) -> String {
    let mut lines = lines.to_vec();
    if !has_statements(&lines) && !lines.iter().any(|line| line.trim() == "pass") {
        lines.push(format!("{INDENT}pass"));
    }
    lines.join("\n")
}
