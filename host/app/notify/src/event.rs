//! What happens that a notification or a hook can be about.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The end of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Event {
    /// `belljar extract` has written a document.
    #[serde(rename = "extract.finished")]
    ExtractFinished,
    /// `belljar extract` failed.
    #[serde(rename = "extract.error")]
    ExtractError,
    /// A check found nothing at the severity that fails it.
    #[serde(rename = "check.passed")]
    CheckPassed,
    /// A check has findings at the severity that fails it.
    #[serde(rename = "check.failed")]
    CheckFailed,
    /// A check could not run, or could not compare both sides.
    #[serde(rename = "check.error")]
    CheckError,
}

impl Event {
    /// All events.
    pub const ALL: [Self; 5] =
        [Self::ExtractFinished, Self::ExtractError, Self::CheckPassed, Self::CheckFailed, Self::CheckError];

    /// The name in configurations and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ExtractFinished => "extract.finished",
            Self::ExtractError => "extract.error",
            Self::CheckPassed => "check.passed",
            Self::CheckFailed => "check.failed",
            Self::CheckError => "check.error",
        }
    }

    /// The event of a check with this exit code.
    pub const fn of_check(exit_code: u8) -> Self {
        match exit_code {
            0 => Self::CheckPassed,
            1 => Self::CheckFailed,
            _ => Self::CheckError,
        }
    }

    /// The event of an extraction; it finished if it has a document, whatever is missing in it.
    pub const fn of_extract(has_document: bool) -> Self {
        if has_document { Self::ExtractFinished } else { Self::ExtractError }
    }
}
