use std::collections::BTreeMap;

use belljar_schema::{Diagnostic, Place, Severity};
use globset::{Glob, GlobSet, GlobSetBuilder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Database, Rule, Versions, rules};

/// What is looked for, and how grave it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The databases that the schema lives in. Where there are none, those it can be made in; see [`crate::databases_for`].
    pub dialects: Vec<Database>,
    /// Their oldest releases.
    pub versions: Versions,
    /// What is set for a rule, by its code, its name, or its category: the first of these that is set is taken.
    pub rules: BTreeMap<String, RuleSettings>,
    /// The highest severity that a finding may have whose change can't be determined. A warning by default.
    pub doubtful: Severity,
    /// The most columns of an index that is not unique, for `wide-index`. Three by default.
    pub index_columns: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            dialects: Vec::new(),
            versions: Versions::default(),
            rules: BTreeMap::new(),
            doubtful: Severity::Warning,
            index_columns: 3,
        }
    }
}

/// What is set for a rule or a category.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RuleSettings {
    /// The severity of its findings; `off` where it does not context. What the rule says where nothing is set.
    pub level: Option<Level>,
    /// Globs of the paths it looks at; all where there are none. What has no place is looked at.
    pub only: Vec<String>,
    /// Globs of paths it does not look at.
    pub except: Vec<String>,
    /// Globs of `[schema.]table` it does not look at.
    pub except_tables: Vec<String>,
}

/// A severity, or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// It does not context.
    Off,
    /// It looks, with the severity it has by itself: for what is off otherwise.
    On,
    /// A note.
    Note,
    /// A warning.
    Warning,
    /// An error.
    Error,
}

impl Level {
    const fn severity(self) -> Option<Severity> {
        match self {
            Self::Off | Self::On => None,
            Self::Note => Some(Severity::Note),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}

/// A rule that looks, with what is set for it.
pub(crate) struct Active {
    pub(crate) rule: &'static Rule,
    /// Takes the place of every severity.
    pub(crate) severity: Option<Severity>,
    only: GlobSet,
    except: GlobSet,
    except_tables: GlobSet,
}

impl Active {
    /// All rules that look; what is set wrongly is said in `diagnostics`, and passed over.
    pub(crate) fn all(settings: &Settings, diagnostics: &mut Vec<Diagnostic>) -> Vec<Self> {
        for key in settings.rules.keys() {
            if !rules().iter().any(|rule| is_for(key, rule)) {
                let message = format!("there is no rule or category `{key}`");
                diagnostics.push(Diagnostic::new(Severity::Warning, "unknown-rule", message));
            }
        }
        let of = |rule| Self::of(settings, rule, diagnostics);
        let found = rules().iter().filter_map(of).collect();
        diagnostics.sort();
        diagnostics.dedup();
        found
    }

    fn of(settings: &Settings, rule: &'static Rule, diagnostics: &mut Vec<Diagnostic>) -> Option<Self> {
        let none = RuleSettings::default();
        let keys = [rule.code, rule.name, rule.category().text()];
        let own = keys.iter().find_map(|key| settings.rules.get(*key)).unwrap_or(&none);
        let looks = own.level.map_or(rule.enabled, |level| level != Level::Off);
        looks.then(|| Self {
            rule,
            severity: own.level.and_then(Level::severity),
            only: globs(&own.only, diagnostics),
            except: globs(&own.except, diagnostics),
            except_tables: globs(&own.except_tables, diagnostics),
        })
    }

    /// Whether it looks at what is declared there.
    pub(crate) fn looks_at(&self, place: Option<&Place>, table: &str) -> bool {
        let path_is_in = |place: &Place| {
            (self.only.is_empty() || self.only.is_match(&place.path)) && !self.except.is_match(&place.path)
        };
        place.is_none_or(path_is_in) && !self.except_tables.is_match(table)
    }
}

fn is_for(key: &str, rule: &Rule) -> bool {
    key == rule.code || key == rule.name || key == rule.category().text()
}

fn globs(texts: &[String], diagnostics: &mut Vec<Diagnostic>) -> GlobSet {
    let mut builder = GlobSetBuilder::new();
    let mut bad = |text: &str, error: &globset::Error| {
        let message = format!("`{text}` is not a glob pattern: {}", error.kind());
        diagnostics.push(Diagnostic::new(Severity::Warning, "bad-glob", message));
    };
    for text in texts {
        match Glob::new(text) {
            Ok(glob) => {
                builder.add(glob);
            }
            Err(error) => bad(text, &error),
        }
    }
    builder.build().unwrap_or_else(|error| {
        bad(&texts.join(" "), &error);
        GlobSet::empty()
    })
}
