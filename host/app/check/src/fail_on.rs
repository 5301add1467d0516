use belljar_rules::Severity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The lowest severity at which a finding fails a check.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailOn {
    /// Every finding fails it.
    Note,
    /// Warnings and errors fail it.
    Warning,
    /// A check fails with at least one error.
    #[default]
    Error,
    /// No finding fails it.
    Never,
}

impl FailOn {
    /// The names of the levels in settings.
    pub const NAMES: &'static [(&'static str, Self)] =
        &[("error", Self::Error), ("warning", Self::Warning), ("note", Self::Note), ("never", Self::Never)];

    /// The name in settings.
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
