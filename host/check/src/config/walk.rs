use belljar_diff::Rename;
use belljar_rules::{Dialect, Level, RuleSettings, Severity, Version, Versions};
use globset::Glob;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{Config, ConfigError, Problem};
use crate::FailOn;

const ROOT: &[&str] = &["check", "versions", "rules"];
const CHECK: &[&str] = &["fail-on", "doubtful", "databases", "index-columns", "renames"];
const RULE: &[&str] = &["level", "only", "except", "except-tables"];

/// What the command line alone sets.
const OPERATOR: &[&str] = &[
    "cache-dir",
    "exclude",
    "fuel",
    "include",
    "limits",
    "max-file-size",
    "max-files",
    "max-output",
    "memory",
    "only",
    "output",
    "repo",
    "report",
    "timeout",
    "venv",
    "wheelhouse",
];

const DIALECTS: &[(&str, Dialect)] = &[
    ("postgresql", Dialect::Postgresql),
    ("mysql", Dialect::Mysql),
    ("mariadb", Dialect::Mariadb),
    ("sqlite", Dialect::Sqlite),
];
const SEVERITIES: &[(&str, Severity)] =
    &[("error", Severity::Error), ("warning", Severity::Warning), ("note", Severity::Note)];
const LEVELS: &[(&str, Level)] = &[
    ("off", Level::Off),
    ("on", Level::On),
    ("note", Level::Note),
    ("warning", Level::Warning),
    ("error", Level::Error),
];

/// How long a pattern may be.
const LONGEST_GLOB: usize = 1_000;

type Value<'a> = Spanned<DeValue<'a>>;

/// Reads a configuration, and goes on after what is wrong, so that all of it is said.
pub(super) fn read(text: &str) -> Result<Config, ConfigError> {
    let mut walk = Walk { text, config: Config::default(), problems: Vec::new() };
    match DeTable::parse(text) {
        Ok(root) => walk.root(root.get_ref()),
        Err(error) => {
            let start = error.span().map_or(0, |span| span.start);
            walk.problem(start, error.message().trim().replace('\n', "; "), None);
        }
    }
    walk.problems.sort();
    if walk.problems.is_empty() { Ok(walk.config) } else { Err(ConfigError { problems: walk.problems }) }
}

struct Walk<'a> {
    text: &'a str,
    config: Config,
    problems: Vec<Problem>,
}

/// A key with where it stands.
#[derive(Clone, Copy)]
struct Key<'a> {
    name: &'a str,
    start: usize,
}

impl Walk<'_> {
    fn root(&mut self, root: &DeTable<'_>) {
        for (key, value) in root {
            let key = Key { name: key.get_ref(), start: key.span().start };
            match key.name {
                "check" => self.each("check", value, Self::check),
                "versions" => self.each("versions", value, Self::version),
                "rules" => self.each("rules", value, Self::rule),
                _ => self.unknown(key, "", ROOT),
            }
        }
    }

    /// Hands on every entry of a table.
    fn each(&mut self, path: &str, value: &Value<'_>, read: fn(&mut Self, Key<'_>, &Value<'_>)) {
        let Some(table) = value.get_ref().as_table() else { return self.wrong_type(path, value, "a table") };
        for (key, value) in table {
            read(self, Key { name: key.get_ref(), start: key.span().start }, value);
        }
    }

    fn check(&mut self, key: Key<'_>, value: &Value<'_>) {
        let path = format!("check.{}", key.name);
        match key.name {
            "fail-on" => {
                if let Some(found) = self.choice(&path, value, FailOn::NAMES) {
                    self.config.fail_on = found;
                }
            }
            "doubtful" => {
                if let Some(found) = self.choice(&path, value, SEVERITIES) {
                    self.config.rules.doubtful = found;
                }
            }
            "databases" => {
                for item in self.items(&path, value) {
                    let found = self.choice(&path, item, DIALECTS);
                    self.config.rules.dialects.extend(found);
                }
            }
            "index-columns" => {
                let number = value.get_ref().as_integer();
                match number.and_then(|number| usize::from_str_radix(number.as_str(), number.radix()).ok()) {
                    Some(number) => self.config.rules.index_columns = number,
                    None => self.wrong_type(&path, value, "a number"),
                }
            }
            "renames" => self.renames(&path, value),
            _ => self.unknown(key, "check", CHECK),
        }
    }

    fn renames(&mut self, path: &str, value: &Value<'_>) {
        for item in self.items(path, value) {
            let Some(text) = self.text(path, item) else { continue };
            match Rename::parse(&text) {
                Some(rename) => self.config.renames.push(rename),
                None => {
                    let message = format!("`{path}` has `{text}`, which is no rename");
                    let hint = "write `old=new`, or `old=` for what is none";
                    self.problem(item.span().start, message, Some(hint.to_owned()));
                }
            }
        }
    }

    fn version(&mut self, key: Key<'_>, value: &Value<'_>) {
        let Some((_, dialect)) = DIALECTS.iter().find(|(name, _)| *name == key.name) else {
            let known: Vec<&str> = DIALECTS.iter().map(|(name, _)| *name).collect();
            return self.unknown(key, "versions", &known);
        };
        let path = format!("versions.{}", key.name);
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) => number.as_str().to_owned(),
            DeValue::Float(number) => number.as_str().to_owned(),
            _ => return self.wrong_type(&path, value, "a string"),
        };
        match version(&text) {
            Some(version) => *of(&mut self.config.rules.versions, *dialect) = version,
            None => {
                let message = format!("`{path}` is `{text}`, which is no release");
                self.problem(value.span().start, message, None);
            }
        }
    }

    fn rule(&mut self, key: Key<'_>, value: &Value<'_>) {
        let known: Vec<&str> = belljar_rules::rules()
            .iter()
            .flat_map(|rule| [rule.code, rule.name, rule.category().text()])
            .collect();
        if !known.contains(&key.name) {
            let message = format!("no rule or category is called `{}`", key.name);
            return self.problem(key.start, message, nearest(key.name, &known));
        }
        let path = format!("rules.{}", key.name);
        let mut found = RuleSettings::default();
        match value.get_ref() {
            DeValue::String(_) => found.level = self.choice(&path, value, LEVELS),
            DeValue::Table(table) => {
                for (key, value) in table {
                    let key = Key { name: key.get_ref(), start: key.span().start };
                    self.rule_setting(&mut found, &path, key, value);
                }
            }
            _ => self.wrong_type(&path, value, "a string or a table"),
        }
        self.config.rules.rules.insert(key.name.to_owned(), found);
    }

    fn rule_setting(&mut self, found: &mut RuleSettings, within: &str, key: Key<'_>, value: &Value<'_>) {
        let path = format!("{within}.{}", key.name);
        match key.name {
            "level" => found.level = self.choice(&path, value, LEVELS),
            "only" => found.only = self.globs(&path, value),
            "except" => found.except = self.globs(&path, value),
            "except-tables" => found.except_tables = self.globs(&path, value),
            _ => self.unknown(key, within, RULE),
        }
    }

    fn globs(&mut self, path: &str, value: &Value<'_>) -> Vec<String> {
        let mut found = Vec::new();
        for item in self.items(path, value) {
            let Some(text) = self.text(path, item) else { continue };
            let wrong = match Glob::new(&text) {
                _ if text.len() > LONGEST_GLOB => Some(format!("`{path}` has a glob that is too long")),
                Err(error) => Some(format!("`{path}` has `{text}`, which is no glob: {}", error.kind())),
                Ok(_) => None,
            };
            match wrong {
                Some(message) => self.problem(item.span().start, message, None),
                None => found.push(text),
            }
        }
        found
    }

    fn items<'v, 'a>(&mut self, path: &str, value: &'v Value<'a>) -> Vec<&'v Value<'a>> {
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(path, value, "a list");
            return Vec::new();
        };
        array.iter().collect()
    }

    fn text(&mut self, path: &str, value: &Value<'_>) -> Option<String> {
        let text = value.get_ref().as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong_type(path, value, "a string");
        }
        text
    }

    fn choice<T: Copy>(&mut self, path: &str, value: &Value<'_>, of: &[(&str, T)]) -> Option<T> {
        let text = self.text(path, value)?;
        let found = of.iter().find(|(name, _)| *name == text).map(|(_, found)| *found);
        if found.is_none() {
            let names: Vec<&str> = of.iter().map(|(name, _)| *name).collect();
            let message = format!("`{path}` is `{text}`, and not one of `{}`", names.join("`, `"));
            self.problem(value.span().start, message, nearest(&text, &names));
        }
        found
    }

    fn unknown(&mut self, key: Key<'_>, within: &str, known: &[&str]) {
        let name = key.name;
        if OPERATOR.contains(&name) && !within.starts_with("rules.") {
            let hint = "limits, packages and files are named on the command line, by whoever checks";
            let message = format!("`{name}` can't be set by a repository");
            return self.problem(key.start, message, Some(hint.to_owned()));
        }
        let within = if within.is_empty() { String::new() } else { format!(" in `{within}`") };
        let hint = nearest(name, known).unwrap_or_else(|| format!("there is `{}`", known.join("`, `")));
        self.problem(key.start, format!("unknown key `{name}`{within}"), Some(hint));
    }

    fn wrong_type(&mut self, path: &str, value: &Value<'_>, wanted: &str) {
        let found = value.get_ref().type_str();
        let article = if found.starts_with(['a', 'i']) { "an" } else { "a" };
        let message = format!("`{path}` has to be {wanted}, and is {article} {found}");
        self.problem(value.span().start, message, None);
    }

    fn problem(&mut self, position: usize, message: String, hint: Option<String>) {
        let before = self.text.as_bytes().get(..position).unwrap_or_default();
        let line = before.split(|byte| *byte == b'\n').count();
        self.problems.push(Problem { line, message, hint });
    }
}

fn of(versions: &mut Versions, dialect: Dialect) -> &mut Version {
    match dialect {
        Dialect::Postgresql => &mut versions.postgresql,
        Dialect::Mysql => &mut versions.mysql,
        Dialect::Mariadb => &mut versions.mariadb,
        Dialect::Sqlite => &mut versions.sqlite,
    }
}

/// `14`, `8.0.29`.
fn version(text: &str) -> Option<Version> {
    let mut parts = text.split('.').map(|part| part.parse::<u16>().ok());
    let version = Version(parts.next()??, parts.next().unwrap_or(Some(0))?, parts.next().unwrap_or(Some(0))?);
    parts.next().is_none().then_some(version)
}

/// Asks whether the name most like one that is not there was meant.
pub fn nearest(name: &str, known: &[&str]) -> Option<String> {
    const LONGEST: usize = 64;
    if name.len() > LONGEST {
        return None;
    }
    let likeness = |other: &str| strsim::jaro_winkler(&name.to_lowercase(), &other.to_lowercase());
    let scored = known.iter().map(|other| (likeness(other), *other));
    let best = scored.max_by(|one, other| one.0.total_cmp(&other.0).then_with(|| other.1.cmp(one.1)))?;
    (best.0 > 0.8).then(|| format!("did you mean `{}`?", best.1))
}
