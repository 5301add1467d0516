use belljar_diff::{Certainty, Note, Path, Side};
use belljar_schema::{Diagnostic, Place};
use schemars::{JsonSchema, Schema, schema_for};
use serde::{Deserialize, Serialize};

use crate::{Category, Database, Severity};

/// Version of the JSON form. The major part changes when a reader of the old form would be wrong about the new one.
pub const FORMAT_VERSION: &str = "1.1";

/// The findings about a diff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// [`FORMAT_VERSION`] of the writer.
    pub format: String,
    /// Version of Belljar that made the check.
    pub belljar: String,
    /// The databases that were checked, given or derived.
    pub dialects: Vec<Database>,
    /// Counts of the findings.
    pub summary: Counts,
    /// The findings, in the order of the changes, then of the rules.
    pub findings: Vec<Finding>,
    /// Errors in the settings, sorted.
    pub diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// The highest severity of a finding.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }
}

/// Counts over a [`Report`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Number of findings that are errors.
    pub errors: usize,
    /// Number of findings that are warnings.
    pub warnings: usize,
    /// Number of findings that are notes.
    pub notes: usize,
    /// Of all, findings whose change can't be determined.
    pub cannot_tell: usize,
}

impl Counts {
    /// Counts findings by their severity and certainty.
    pub fn from_findings<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        let mut counts = Self::default();
        for finding in findings {
            *match finding.severity {
                Severity::Error => &mut counts.errors,
                Severity::Warning => &mut counts.warnings,
                Severity::Note => &mut counts.notes,
            } += 1;
            counts.cannot_tell += usize::from(finding.certainty == Certainty::CannotTell);
        }
        counts
    }
}

/// A result of a rule about a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Code of the rule.
    pub code: String,
    /// Name of the rule.
    pub name: String,
    /// The category of the rule.
    pub category: Category,
    /// The severity of the finding.
    pub severity: Severity,
    /// The effect: a lower-case fragment that stands alone, names in backticks.
    pub message: String,
    /// Its certainty: at most that of its change.
    pub certainty: Certainty,
    /// The databases that it applies to.
    pub dialects: Vec<Database>,
    /// The change that causes it.
    pub change: Cause,
    /// The place; for something dropped, where it was.
    pub place: Option<Place>,
    /// The side of that place.
    pub side: Side,
    /// The recipe, with the names filled in.
    pub recipe: Vec<Advice>,
    /// The evidence for the change, or the reasons to doubt it.
    pub notes: Vec<Note>,
    /// Findings of other rules about the same statement, sorted by code. Their advice is in the recipe.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Also>,
    /// The objects of other tables with the same finding by the same declaration, such as a column of a mixin; its message
    /// names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Path>,
}

/// A finding that is merged into a more severe one about the same statement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Also {
    /// Code of the rule.
    pub code: String,
    /// Name of the rule.
    pub name: String,
    /// The category of the rule.
    pub category: Category,
    /// The severity of this finding alone.
    pub severity: Severity,
    /// The effect, as in a finding.
    pub message: String,
    /// The certainty of this finding.
    pub certainty: Certainty,
    /// The databases that it applies to.
    pub dialects: Vec<Database>,
}

/// The change that causes a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cause {
    /// Its index in the diff, counted from 0; null if the finding is about the check itself.
    pub index: Option<usize>,
    /// Its code; the name of the rule if there is no change.
    pub code: String,
    /// The object that changes.
    pub path: Path,
}

/// A step of a recipe, with the names filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Advice {
    /// The dialects of the step; empty for all of the finding's.
    pub dialects: Vec<Database>,
    /// What to do, in a sentence.
    pub text: String,
    /// The statements, if they depend on a database.
    pub sql: Option<String>,
}

/// The JSON Schema (draft 2020-12) of a [`Report`].
pub fn json_schema() -> Schema {
    schema_for!(Report)
}
