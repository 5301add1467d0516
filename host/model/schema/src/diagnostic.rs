use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Place;

/// How grave something is: a diagnostic, which is about the result, or a finding, which is about a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing. Of a diagnostic: something was tolerated, and the result does not depend on it.
    Note,
    /// Something was left out, and a part of the result may be missing. Of a change: harm on a large table, with certain data, or
    /// while old code still runs.
    Warning,
    /// A file or a run was lost. Of a change: data is lost, or it fails, or breaks what runs.
    Error,
}

/// Something a stage has to say about its input. Bad input is a value, not an error: the rest goes on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// Stable, lower-case, dashed code such as `syntax-error`; one code per situation.
    pub code: String,
    /// What happened: a lower-case fragment without a final period, values in backticks.
    pub message: String,
    /// Where, when it has a place.
    pub place: Option<Place>,
    /// What to do next, in the same style as `message`.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// A diagnostic without place or hint.
    pub fn new(severity: Severity, code: &str, message: impl Into<String>) -> Self {
        Self { severity, code: code.to_owned(), message: message.into(), place: None, hint: None }
    }

    /// The same with a file, and a line where it has one (0 means the whole file).
    #[must_use]
    pub fn at(mut self, path: impl Into<String>, line: u32) -> Self {
        self.place = Some(Place { path: path.into(), line });
        self
    }

    /// The same with a next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
