use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Place;

/// The severity of a diagnostic, which is about the result, or of a finding, which is about a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing. For a diagnostic: something was tolerated, and the result does not depend on it.
    Note,
    /// Something was skipped, and a part of the result may be missing. For a change: it does harm on a large table,
    /// with certain data, or while old code still runs.
    Warning,
    /// A file or a run was lost. For a change: it loses data, fails, or breaks running code.
    Error,
}

/// A report of a stage about its input. Bad input is a value, not an error: the other input is processed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Diagnostic {
    /// The severity of the diagnostic.
    pub severity: Severity,
    /// Stable, lower-case, dashed code such as `syntax-error`; one code per situation.
    pub code: String,
    /// What happened: a lower-case fragment without a final period, values in backticks.
    pub message: String,
    /// The place, if there is one.
    pub place: Option<Place>,
    /// The next step, in the same style as `message`.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// A diagnostic without place or hint.
    pub fn new(severity: Severity, code: &str, message: impl Into<String>) -> Self {
        Self { severity, code: code.to_owned(), message: message.into(), place: None, hint: None }
    }

    /// Adds a file, and a line if known (0 means the whole file).
    #[must_use]
    pub fn at(mut self, path: impl Into<String>, line: u32) -> Self {
        self.place = Some(Place { path: path.into(), line });
        self
    }

    /// Adds the next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
