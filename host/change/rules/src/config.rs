use std::{borrow::Cow, collections::BTreeMap};

use belljar_schema::Severity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Database, Versions};

/// The enabled rules, and their severities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RulesConfig {
    /// The databases of the schema. If there are none, those that support it; see [`crate::databases_for`].
    pub dialects: Vec<Database>,
    /// The oldest releases of the databases.
    pub versions: Versions,
    /// The configuration of rules by code, name, or category: the first of these that is set applies.
    pub rules: BTreeMap<String, RuleConfig>,
    /// The rules that are enabled, with those that are off by default; if there are none, `rules` decides alone.
    pub select: Vec<Selector>,
    /// Rules that are disabled, unless `select` is more specific.
    pub ignore: Vec<Selector>,
    /// The highest severity of a finding whose change can't be determined. A warning by default.
    pub doubtful: Severity,
    /// The maximum number of columns of an index that is not unique, for `wide-index`. Three by default.
    pub index_columns: usize,
    /// The directory that paths of findings count from, as seen from the folder of the configuration; empty for that folder.
    pub directory: String,
    /// Directories with databases of their own. Of directories in each other the innermost applies.
    pub services: Vec<ServiceDatabases>,
}

/// Resolves a path relative to a directory, as the repository has it: `../shared/base.py` is not below the directory.
pub fn joined(directory: &str, path: &str) -> String {
    let mut folder: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    let mut path = path;
    while let Some(rest) = path.strip_prefix("../").filter(|_| folder.pop().is_some()) {
        path = rest;
    }
    folder.into_iter().chain([path]).collect::<Vec<_>>().join("/")
}

/// The databases of a part of a repository.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ServiceDatabases {
    /// The directory, from the folder of the configuration; empty for all of it.
    pub path: String,
    /// Its databases.
    pub dialects: Vec<Database>,
}

impl Default for RulesConfig {
    fn default() -> Self {
        Self {
            dialects: Vec::new(),
            versions: Versions::default(),
            rules: BTreeMap::new(),
            select: Vec::new(),
            ignore: Vec::new(),
            doubtful: Severity::Warning,
            index_columns: 3,
            directory: String::new(),
            services: Vec::new(),
        }
    }
}

impl RulesConfig {
    /// A path of a finding, from the folder of the configuration.
    pub fn path_in_project<'a>(&self, path: &'a str) -> Cow<'a, str> {
        if self.directory.is_empty() {
            Cow::Borrowed(path)
        } else {
            Cow::Owned(joined(&self.directory, path))
        }
    }

    /// The databases that a path has of its own; `None` if those of the whole apply.
    pub(crate) fn databases_of(&self, path: &str) -> Option<&[Database]> {
        let path = self.path_in_project(path);
        let contains = |service: &&ServiceDatabases| {
            let rest = path.strip_prefix(service.path.as_str());
            service.path.is_empty() || rest.is_some_and(|rest| rest.starts_with('/'))
        };
        let innermost = self.services.iter().filter(contains).max_by_key(|service| service.path.len());
        innermost.map(|service| service.dialects.as_slice())
    }
}

/// The configuration of a rule or a category.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RuleConfig {
    /// The severity of its findings, or `off`. If not set, that of the rule.
    pub level: Option<Level>,
    /// Globs of the paths that it applies to; all by default. Findings without a place always count.
    pub only: Vec<String>,
    /// Globs of paths that it does not apply to.
    pub except: Vec<String>,
    /// Globs of `[schema.]table` that it does not apply to.
    pub except_tables: Vec<String>,
}

/// Some rules: a code, the beginning of one, a name or a category; codes in upper case. See [`crate::parse_selector`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Selector(pub(crate) String);

/// A severity, or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Disabled: it reports nothing.
    Off,
    /// Enabled, with its default severity: for rules that are off by default.
    On,
    /// Enabled, as a note.
    Note,
    /// Enabled, as a warning.
    Warning,
    /// Enabled, as an error.
    Error,
}

impl Level {
    pub(crate) const fn severity(self) -> Option<Severity> {
        match self {
            Self::Off | Self::On => None,
            Self::Note => Some(Severity::Note),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}
