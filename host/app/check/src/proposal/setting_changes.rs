//! How two configurations differ, setting by setting, whatever their formats.

use std::{collections::BTreeMap, fmt::Write as _};

use belljar_config::{ConfigText, Value, entries};
use belljar_rules::{Finding, Rule, Severity, rules, within_quotes};
use toml::de::DeValue;

use crate::FailOn;

/// The maximum length of a value in a message, in characters.
const SHOWN: usize = 80;

/// A setting that differs between the base and the head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingChange {
    /// Its name: `check.fail-on`, `rules.drop-table`, `contracts.revenue`, `landing`.
    pub path: String,
    /// The file of the head; that of the base if the head has none.
    pub file: String,
    /// Its line in the head; 0 if the head lacks it.
    pub line: u32,
    /// Why the settings can't be compared one by one, if they can't.
    pub reason: Option<String>,
    /// Its value in the base, as TOML.
    pub before: Option<String>,
    /// Its value in the head, as TOML.
    pub after: Option<String>,
    /// Whether it may let a change pass that the base does not.
    pub weakens: bool,
}

impl SettingChange {
    /// A lower-case fragment for a message, values in backticks.
    pub fn message(&self) -> String {
        let path = within_quotes(&self.path);
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => {
                format!(
                    "`{path}` becomes `{}`, and is `{}` in the base, which is used",
                    cut(after),
                    cut(before)
                )
            }
            (None, Some(after)) => format!("`{path}` is new with `{}`, and is not used yet", cut(after)),
            (Some(before), None) => {
                format!("`{path}` was removed; it is `{}` in the base, which is used", cut(before))
            }
            (None, None) => {
                let reason =
                    self.reason.as_ref().map(|reason| format!(": {}", cut(reason))).unwrap_or_default();
                format!("`{path}` can't be compared with that of the base, which is used{reason}")
            }
        }
    }

    /// Whether it affects a finding.
    pub(super) fn is_about(&self, finding: &Finding) -> bool {
        match self.path.split_once('.') {
            Some(("rules", key)) => belljar_rules::find(&finding.code).is_some_and(|rule| is_for(key, rule)),
            Some(("contracts", name)) => {
                finding.code == "BJ001" && finding.message.contains(&format!("`{name}`"))
            }
            _ => matches!(
                self.path.as_str(),
                "check.renames" | "check.doubtful" | "check.databases" | "check.select" | "check.ignore"
            ),
        }
    }
}

impl SettingChange {
    /// A configuration of the head that can't be compared with that of the base.
    pub fn incomparable(file: &str, reason: String) -> Self {
        Self {
            path: file.to_owned(),
            file: file.to_owned(),
            line: 0,
            reason: Some(reason),
            before: None,
            after: None,
            weakens: true,
        }
    }
}

/// The differences, sorted by name; a side without configuration has no settings. An invalid text has none either, and is
/// reported as a whole.
pub fn setting_changes(base: Option<ConfigText<'_>>, head: Option<ConfigText<'_>>) -> Vec<SettingChange> {
    let file = head.or(base).map_or(crate::FILE_NAME, |text| text.path);
    let of = |text: Option<ConfigText<'_>>| text.map_or(Ok(BTreeMap::new()), settings);
    let (before, after) = match (of(base), of(head)) {
        (Ok(before), Ok(after)) => (before, after),
        _ if base.map(|text| text.text) == head.map(|text| text.text) => return Vec::new(),
        (_, Err(reason)) | (Err(reason), _) => return vec![SettingChange::incomparable(file, reason)],
    };
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let change = |name: &String| {
        let (old, new) = (before.get(name), after.get(name));
        let (old_text, new_text) = (old.map(|(text, _)| text.clone()), new.map(|(text, _)| text.clone()));
        (old_text != new_text).then(|| SettingChange {
            path: name.clone(),
            file: file.to_owned(),
            reason: None,
            line: new.map_or(0, |(_, line)| *line),
            weakens: weakens(name, old_text.as_deref(), new_text.as_deref()),
            before: old_text,
            after: new_text,
        })
    };
    names.into_iter().filter_map(change).collect()
}

/// Each setting with its value and line: the entries of tables, and single values. The error is that of the text.
pub fn settings(source: ConfigText<'_>) -> Result<BTreeMap<String, (String, u32)>, String> {
    let (found, problems) = belljar_config::parse_config(source, |walk, root| {
        let line = |start: usize| u32::try_from(walk.line(start)).unwrap_or(u32::MAX);
        let mut found = BTreeMap::new();
        for (key, value) in entries(root) {
            match value.get_ref() {
                DeValue::Table(table) => {
                    for (inner, value) in entries(table) {
                        let name = format!("{}.{}", key.name, inner.name);
                        found.insert(name, (plain(value), line(inner.start)));
                    }
                }
                _ => {
                    found.insert(key.name.to_owned(), (plain(value), line(key.start)));
                }
            }
        }
        found
    });
    problems.into_iter().next().map_or(Ok(found), |problem| Err(problem.message))
}

/// A value without its places: the same for the same value, however it is written.
fn plain(value: &Value<'_>) -> String {
    let mut out = String::new();
    write(value.get_ref(), &mut out);
    out
}

fn write(value: &DeValue<'_>, out: &mut String) {
    // Writing to a string does not fail.
    match value {
        DeValue::String(text) => _ = write!(out, "{text:?}"),
        DeValue::Integer(number) => _ = write!(out, "{number}"),
        DeValue::Float(number) => _ = write!(out, "{number}"),
        DeValue::Boolean(flag) => _ = write!(out, "{flag}"),
        DeValue::Datetime(time) => _ = write!(out, "{time}"),
        DeValue::Array(items) => {
            out.push('[');
            for (position, item) in items.iter().enumerate() {
                out.push_str(if position > 0 { ", " } else { "" });
                write(item.get_ref(), out);
            }
            out.push(']');
        }
        DeValue::Table(table) => {
            let sorted: BTreeMap<&str, &Value<'_>> =
                entries(table).into_iter().map(|(key, value)| (key.name, value)).collect();
            out.push('{');
            for (position, (name, value)) in sorted.into_iter().enumerate() {
                out.push_str(if position > 0 { ", " } else { "" });
                let _ = write!(out, "{name} = ");
                write(value.get_ref(), out);
            }
            out.push('}');
        }
    }
}

/// Whether a setting may let a change pass that did not pass before; so may all that is not known to be stricter.
fn weakens(path: &str, before: Option<&str>, after: Option<&str>) -> bool {
    match path.split_once('.') {
        Some(("check", "fail-on")) => fail_on(after) > fail_on(before),
        Some(("check", "ignore")) => after.is_some(),
        Some(("rules", key)) => match (level(key, before), level(key, after)) {
            (Some(before), Some(after)) => after < before,
            _ => true,
        },
        Some(("contracts" | "downstream", _)) => before.is_some(),
        _ => true,
    }
}

fn fail_on(text: Option<&str>) -> FailOn {
    let named = |text: &str| FailOn::NAMES.iter().find(|(name, _)| text.trim_matches('"') == *name);
    text.and_then(named).map_or_else(FailOn::default, |(_, level)| *level)
}

/// The highest severity of the rules of a key; `None` if paths or tables decide too.
fn level(key: &str, text: Option<&str>) -> Option<u8> {
    let rank = |severity| match severity {
        Severity::Note => 1,
        Severity::Warning => 2,
        Severity::Error => 3,
    };
    let own = |switched_on: bool| {
        let looks = rules().iter().filter(|rule| is_for(key, rule) && (rule.enabled || switched_on));
        looks.map(|rule| rank(rule.severity)).max().unwrap_or(0)
    };
    match text {
        None => Some(own(false)),
        Some("\"off\"") => Some(0),
        Some("\"on\"") => Some(own(true)),
        Some("\"note\"") => Some(1),
        Some("\"warning\"") => Some(2),
        Some("\"error\"") => Some(3),
        Some(_) => None,
    }
}

fn is_for(key: &str, rule: &Rule) -> bool {
    key.eq_ignore_ascii_case(rule.code) || key == rule.name || key == rule.category().text()
}

fn cut(text: &str) -> String {
    let text = text.replace('`', "'");
    if text.chars().count() <= SHOWN {
        return text;
    }
    text.chars().take(SHOWN).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(base: &str, head: &str, expected: &[(&str, u32, bool)]) {
        let found = setting_changes(Some(base.into()), Some(head.into()));
        let found: Vec<(&str, u32, bool)> =
            found.iter().map(|one| (one.path.as_str(), one.line, one.weakens)).collect();
        assert_eq!(found, expected, "{base} -> {head}");
    }

    #[test]
    fn what_is_the_same_however_it_is_written() {
        check("", "# nothing\n", &[]);
        check("[rules]\na.level = 'off'", "rules = { a = { level = \"off\" } }", &[]);
        check("[check]\nrenames = ['a=b']", "[check]\nrenames = [\n  'a=b',\n]", &[]);
    }

    #[test]
    fn what_weakens_and_what_does_not() {
        check("", "[check]\nfail-on = 'never'", &[("check.fail-on", 2, true)]);
        check("", "[check]\nfail-on = 'note'", &[("check.fail-on", 2, false)]);
        check("[check]\nfail-on = 'note'", "", &[("check.fail-on", 0, true)]);
        check("", "\n[rules]\ndrop-table = 'off'", &[("rules.drop-table", 3, true)]);
        check("", "[rules]\nBJ101 = 'note'", &[("rules.BJ101", 2, true)]);
        check("", "[rules]\nBJ406 = 'error'", &[("rules.BJ406", 2, false)]);
        check("[rules]\nBJ101 = 'off'", "", &[("rules.BJ101", 0, false)]);
        check("", "[rules]\ndestructive.except-tables = ['*']", &[("rules.destructive", 2, true)]);
        check("", "[contracts.a.tables]\nt = '*'", &[("contracts.a", 1, false)]);
        check(
            "[contracts.a.tables]\nt = '*'",
            "[contracts.a.tables]\nt = ['x']",
            &[("contracts.a", 1, true)],
        );
        check("[downstream]\ndbt = ['m.json']", "", &[("downstream.dbt", 0, true)]);
        check("[[landing]]\nschema = 'a'", "[[landing]]\nschema = 'b'", &[("landing", 1, true)]);
        check("", "[check]\nrenames = ['a=b']", &[("check.renames", 2, true)]);
        check("", "[check]\nselect = ['BJ1']", &[("check.select", 2, true)]);
        check("", "[check]\nignore = ['BJ1']", &[("check.ignore", 2, true)]);
        check("[check]\nignore = ['BJ1']", "", &[("check.ignore", 0, false)]);
        check("", "[rules]\nbj101 = 'note'", &[("rules.bj101", 2, true)]);
        check("", "[versions]\npostgresql = 17", &[("versions.postgresql", 2, true)]);
    }

    /// A configuration that moves to another file changes nothing.
    #[test]
    fn formats_are_compared_by_their_settings() {
        let same = [
            ("belljar.toml", "[check]\nfail-on = 'note'\nindex-columns = 3\n[rules]\nBJ101 = 'off'\n"),
            (
                "pyproject.toml",
                "[tool.belljar.check]\nfail-on = 'note'\nindex-columns = 3\n[tool.belljar.rules]\nBJ101 = 'off'\n",
            ),
            ("belljar.yaml", "check:\n  fail-on: note\n  index-columns: 3\nrules: {BJ101: off}\n"),
            (
                "belljar.json",
                "{\"check\": {\"fail-on\": \"note\", \"index-columns\": 3}, \"rules\": {\"BJ101\": \"off\"}}",
            ),
        ];
        let text = |(path, text): (&'static str, &'static str)| Some(ConfigText::new(path, text));
        for one in same {
            for other in same {
                assert_eq!(setting_changes(text(one), text(other)), [], "{} -> {}", one.0, other.0);
            }
            let gone = setting_changes(text(one), None);
            let gone: Vec<(&str, &str, u32)> =
                gone.iter().map(|change| (change.file.as_str(), change.path.as_str(), change.line)).collect();
            let file = one.0;
            assert_eq!(
                gone,
                [(file, "check.fail-on", 0), (file, "check.index-columns", 0), (file, "rules.BJ101", 0)]
            );
        }
    }

    #[test]
    fn services_and_the_generation_may_weaken() {
        check("", "[service.a]\npath = 'a'", &[("service.a", 1, true)]);
        check("sqlalchemy = '2.0'", "sqlalchemy = '1.3'", &[("sqlalchemy", 1, true)]);
    }

    #[test]
    fn invalid_toml_is_reported_as_a_whole() {
        check("", "[check", &[("belljar.toml", 0, true)]);
        check("[check", "[check", &[]);
    }
}
