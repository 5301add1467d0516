use std::collections::BTreeMap;

use belljar_schema::Severity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Database, Versions};

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
    pub(crate) const fn severity(self) -> Option<Severity> {
        match self {
            Self::Off | Self::On => None,
            Self::Note => Some(Severity::Note),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}
