use belljar_config::{ConfigText, Key, ProjectConfig, Value, Walk, entries};
use belljar_diff::Rename;
use belljar_rules::{DATABASES, Database, Level, RuleConfig, Selector, ServiceDatabases, Severity, Version};
use belljar_text::did_you_mean;
use globset::Glob;
use toml::de::{DeTable, DeValue};

use super::{CheckConfig, ConfigError, MigrationsMode, ObjectKind};
use crate::FailOn;

pub(super) const ROOT: &[&str] =
    &["check", "contracts", "downstream", "drift", "landing", "rules", "service", "sqlalchemy", "versions"];
const CHECK: &[&str] =
    &["fail-on", "doubtful", "databases", "index-columns", "migrations", "renames", "select", "ignore"];
const DRIFT: &[&str] = &["ignore"];
const RULE: &[&str] = &["level", "only", "except", "except-tables"];

/// Settings that only the command line accepts.
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

const SEVERITIES: &[(&str, Severity)] =
    &[("error", Severity::Error), ("warning", Severity::Warning), ("note", Severity::Note)];
const LEVELS: &[(&str, Level)] = &[
    ("off", Level::Off),
    ("on", Level::On),
    ("note", Level::Note),
    ("warning", Level::Warning),
    ("error", Level::Error),
];

/// The maximum length of a pattern.
const LONGEST_GLOB: usize = 1_000;

/// Reads a configuration, and continues after an error, so that all of them are reported.
pub(super) fn parse_config(source: ConfigText<'_>) -> Result<CheckConfig, ConfigError> {
    let (mut config, mut problems) = belljar_config::parse_config(source, |walk, root| {
        let mut reader = Reader { walk, config: CheckConfig::default() };
        reader.root(root);
        reader.config
    });
    let (downstream, of_downstream) = belljar_graph::GraphConfig::parse(source);
    let (project, of_project) = ProjectConfig::parse(source);
    let with_databases = project.services.iter().filter(|service| !service.databases.is_empty());
    let databases = with_databases
        .map(|service| ServiceDatabases { path: service.path.clone(), dialects: service.databases.clone() });
    config.rules.services = databases.collect();
    (config.downstream, config.project) = (downstream, project);
    problems.extend(of_downstream.into_iter().chain(of_project));
    problems.sort();
    // Each part would report the same invalid TOML.
    problems.dedup();
    if problems.is_empty() { Ok(config) } else { Err(ConfigError { problems }) }
}

struct Reader<'w, 't> {
    walk: &'w mut Walk<'t>,
    config: CheckConfig,
}

impl Reader<'_, '_> {
    fn root(&mut self, root: &DeTable<'_>) {
        for (key, value) in entries(root) {
            match key.name {
                "check" => self.each("check", value, Self::check),
                "drift" => self.each("drift", value, Self::drift),
                "versions" => self.each("versions", value, Self::version),
                "rules" => self.each("rules", value, Self::rule),
                name if belljar_graph::ROOT.contains(&name) => {}
                name if belljar_config::PROJECT_KEYS.contains(&name) => {}
                _ => self.unknown(key, "", ROOT),
            }
        }
    }

    /// Passes on every entry of a table.
    fn each(&mut self, path: &str, value: &Value<'_>, read: fn(&mut Self, Key<'_>, &Value<'_>)) {
        for (key, value) in self.walk.table(path, value) {
            read(self, key, value);
        }
    }

    fn check(&mut self, key: Key<'_>, value: &Value<'_>) {
        let path = format!("check.{}", key.name);
        match key.name {
            "fail-on" => {
                if let Some(found) = self.walk.choice(&path, value, FailOn::NAMES) {
                    self.config.fail_on = found;
                }
            }
            "doubtful" => {
                if let Some(found) = self.walk.choice(&path, value, SEVERITIES) {
                    self.config.rules.doubtful = found;
                }
            }
            "databases" => {
                for item in self.walk.items(&path, value) {
                    let found = self.walk.choice(&path, item, &databases());
                    self.config.rules.dialects.extend(found);
                }
            }
            "index-columns" => {
                let number = value.get_ref().as_integer();
                match number.and_then(|number| usize::from_str_radix(number.as_str(), number.radix()).ok()) {
                    Some(number) => self.config.rules.index_columns = number,
                    None => self.walk.wrong_type(&path, value, "a number"),
                }
            }
            "migrations" => {
                if let Some(found) = self.walk.choice(&path, value, MigrationsMode::NAMES) {
                    self.config.migrations = found;
                }
            }
            "renames" => self.renames(&path, value),
            "select" => self.config.rules.select = self.selectors(&path, value),
            "ignore" => self.config.rules.ignore = self.selectors(&path, value),
            _ => self.unknown(key, "check", CHECK),
        }
    }

    fn drift(&mut self, key: Key<'_>, value: &Value<'_>) {
        match key.name {
            "ignore" => self.each("drift.ignore", value, Self::ignored),
            _ => self.unknown(key, "drift", DRIFT),
        }
    }

    fn ignored(&mut self, key: Key<'_>, value: &Value<'_>) {
        let known: Vec<&str> = ObjectKind::ALL.iter().map(|kind| kind.key()).collect();
        let Some(kind) = ObjectKind::ALL.into_iter().find(|kind| kind.key() == key.name) else {
            return self.unknown(key, "drift.ignore", &known);
        };
        for pattern in self.globs(&format!("drift.ignore.{}", key.name), value) {
            self.config.drift.add(kind, &pattern);
        }
    }

    fn renames(&mut self, path: &str, value: &Value<'_>) {
        for item in self.walk.items(path, value) {
            let Some(text) = self.walk.text(path, item) else { continue };
            match Rename::parse(&text) {
                Some(rename) => self.config.renames.push(rename),
                None => {
                    let message = format!("`{path}` has `{text}`, which is not a rename");
                    let hint = "write `old=new`, or `old=` if it was not renamed";
                    self.walk.problem(item.span().start, message, Some(hint.to_owned()));
                }
            }
        }
    }

    fn selectors(&mut self, path: &str, value: &Value<'_>) -> Vec<Selector> {
        let mut found = Vec::new();
        for item in self.walk.items(path, value) {
            let Some(text) = self.walk.text(path, item) else { continue };
            match belljar_rules::parse_selector(&text) {
                Ok(selector) => found.push(selector),
                Err(message) => self.walk.problem(item.span().start, format!("`{path}`: {message}"), None),
            }
        }
        found
    }

    fn version(&mut self, key: Key<'_>, value: &Value<'_>) {
        let known = databases();
        let Some((_, database)) = known.iter().find(|(name, _)| *name == key.name) else {
            let known: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            return self.unknown(key, "versions", &known);
        };
        let path = format!("versions.{}", key.name);
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) => number.as_str().to_owned(),
            DeValue::Float(number) => number.as_str().to_owned(),
            _ => return self.walk.wrong_type(&path, value, "a string"),
        };
        let Some(version) = version(&text) else {
            let message = format!("`{path}` is `{text}`, which is not a release");
            return self.walk.problem(value.span().start, message, None);
        };
        self.config.rules.versions.set(*database, version);
    }

    fn rule(&mut self, key: Key<'_>, value: &Value<'_>) {
        let known: Vec<&str> = belljar_rules::rules()
            .iter()
            .flat_map(|rule| [rule.code, rule.name, rule.category().text()])
            .collect();
        // A code may be written in lower case.
        let code = belljar_rules::rules()
            .iter()
            .map(|rule| rule.code)
            .find(|code| code.eq_ignore_ascii_case(key.name));
        let name = code.unwrap_or(key.name);
        if !known.contains(&name) {
            let message = format!("there is no rule or category `{}`", key.name);
            return self.walk.problem(key.start, message, did_you_mean(key.name, &known));
        }
        let path = format!("rules.{}", key.name);
        let mut found = RuleConfig::default();
        match value.get_ref() {
            DeValue::String(_) => found.level = self.walk.choice(&path, value, LEVELS),
            DeValue::Table(table) => {
                for (key, value) in entries(table) {
                    self.rule_setting(&mut found, &path, key, value);
                }
            }
            _ => self.walk.wrong_type(&path, value, "a string or a table"),
        }
        self.config.rules.rules.insert(name.to_owned(), found);
    }

    fn rule_setting(&mut self, found: &mut RuleConfig, within: &str, key: Key<'_>, value: &Value<'_>) {
        let path = format!("{within}.{}", key.name);
        match key.name {
            "level" => found.level = self.walk.choice(&path, value, LEVELS),
            "only" => found.only = self.globs(&path, value),
            "except" => found.except = self.globs(&path, value),
            "except-tables" => found.except_tables = self.globs(&path, value),
            _ => self.unknown(key, within, RULE),
        }
    }

    fn globs(&mut self, path: &str, value: &Value<'_>) -> Vec<String> {
        let mut found = Vec::new();
        for item in self.walk.items(path, value) {
            let Some(text) = self.walk.text(path, item) else { continue };
            let wrong = match Glob::new(&text) {
                _ if text.len() > LONGEST_GLOB => Some(format!("`{path}` has a glob that is too long")),
                Err(error) => {
                    Some(format!("`{path}` has `{text}`, which is not a glob pattern: {}", error.kind()))
                }
                Ok(_) => None,
            };
            match wrong {
                Some(message) => self.walk.problem(item.span().start, message, None),
                None => found.push(text),
            }
        }
        found
    }

    fn unknown(&mut self, key: Key<'_>, within: &str, known: &[&str]) {
        let name = key.name;
        if within.is_empty() && ["hooks", "notify"].contains(&name) {
            let hint = "the operator names a file of its own, outside of the repository: `--notify FILE`";
            let message = format!("`{name}` can't be set by a repository");
            return self.walk.problem(key.start, message, Some(hint.to_owned()));
        }
        if OPERATOR.contains(&name) && !within.starts_with("rules.") {
            let hint = "limits, packages and files can only be set on the command line";
            let message = format!("`{name}` can't be set by a repository");
            return self.walk.problem(key.start, message, Some(hint.to_owned()));
        }
        let within = if within.is_empty() { String::new() } else { format!(" in `{within}`") };
        let hint =
            did_you_mean(name, known).unwrap_or_else(|| format!("expected one of `{}`", known.join("`, `")));
        self.walk.problem(key.start, format!("unknown key `{name}`{within}"), Some(hint));
    }
}

/// The databases that rules know, by their names.
fn databases() -> Vec<(&'static str, Database)> {
    DATABASES.iter().map(|database| (database.name(), *database)).collect()
}

/// Parses a release such as `14` or `8.0.29`.
fn version(text: &str) -> Option<Version> {
    let mut parts = text.split('.').map(|part| part.parse::<u16>().ok());
    let version = Version(parts.next()??, parts.next().unwrap_or(Some(0))?, parts.next().unwrap_or(Some(0))?);
    parts.next().is_none().then_some(version)
}
