use belljar_rules::Severity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// From which severity on a finding fails a check.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailOn {
    /// Every finding does.
    Note,
    /// Warnings and errors do.
    Warning,
    /// Errors do.
    #[default]
    Error,
    /// None does.
    Never,
}

impl FailOn {
    /// As settings have it.
    pub const NAMES: &'static [(&'static str, Self)] =
        &[("error", Self::Error), ("warning", Self::Warning), ("note", Self::Note), ("never", Self::Never)];

    /// As settings have it.
    pub fn text(self) -> &'static str {
        Self::NAMES.iter().find(|(_, one)| *one == self).map_or("", |(name, _)| name)
    }

    pub(crate) const fn fails(self, severity: Severity) -> bool {
        match self {
            Self::Note => true,
            Self::Warning => !matches!(severity, Severity::Note),
            Self::Error => matches!(severity, Severity::Error),
            Self::Never => false,
        }
    }
}
