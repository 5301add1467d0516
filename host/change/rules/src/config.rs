use std::collections::BTreeMap;

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
    /// The highest severity of a finding whose change can't be determined. A warning by default.
    pub doubtful: Severity,
    /// The maximum number of columns of an index that is not unique, for `wide-index`. Three by default.
    pub index_columns: usize,
}

impl Default for RulesConfig {
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
