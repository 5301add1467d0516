use belljar_diff::{Certainty, Note, Path, Side};
use belljar_schema::{Diagnostic, Place};
use schemars::{JsonSchema, Schema, schema_for};
use serde::{Deserialize, Serialize};

use crate::{Category, Database, Severity};

/// Version of the JSON form. The major part changes when a reader of the old form would be wrong about the new one.
pub const FORMAT_VERSION: &str = "1.1";

/// All findings about a diff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// [`FORMAT_VERSION`] of the writer.
    pub format: String,
    /// Version of Belljar.
    pub belljar: String,
    /// The databases it was looked for, given or found.
    pub dialects: Vec<Database>,
    /// Counts.
    pub summary: Counts,
    /// In the order of the changes, then of the rules.
    pub findings: Vec<Finding>,
    /// What is wrong with the settings, sorted.
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
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
    /// Of all, those whose change can't be determined.
    pub cannot_tell: usize,
}

impl Counts {
    pub(crate) fn of(findings: &[Finding]) -> Self {
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

/// What a rule has to say about a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Code of the rule.
    pub code: String,
    /// Name of the rule.
    pub name: String,
    /// What the rule is about.
    pub category: Category,
    /// Its severity.
    pub severity: Severity,
    /// What will happen: a lower-case fragment that stands alone, names in backticks.
    pub message: String,
    /// How sure it is: never more than its change.
    pub certainty: Certainty,
    /// The databases it happens in.
    pub dialects: Vec<Database>,
    /// The change it comes from.
    pub change: Cause,
    /// Where to look; of what is gone, where it was.
    pub place: Option<Place>,
    /// Whose file that place is in.
    pub side: Side,
    /// What to do instead, with the names filled in.
    pub recipe: Vec<Advice>,
    /// The evidence for the change, or what puts it in doubt.
    pub notes: Vec<Note>,
    /// What other rules find about the same statement, sorted by code. Their advice is in the recipe.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Also>,
}

/// A finding that is told along with a more severe one about the same statement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Also {
    /// Code of the rule.
    pub code: String,
    /// Name of the rule.
    pub name: String,
    /// What the rule is about.
    pub category: Category,
    /// Its own severity.
    pub severity: Severity,
    /// What will happen.
    pub message: String,
    /// How sure it is.
    pub certainty: Certainty,
    /// The databases it happens in.
    pub dialects: Vec<Database>,
}

/// The change that a finding comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cause {
    /// Where it stands in the diff, counted from 0; nothing where the finding is about the check itself.
    pub index: Option<usize>,
    /// Its code; the name of the rule where there is no change.
    pub code: String,
    /// What it happens to.
    pub path: Path,
}

/// A step of a recipe, with the names filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Advice {
    /// The dialects it is for; empty where it is for all of the finding's.
    pub dialects: Vec<Database>,
    /// What to do, in a sentence.
    pub text: String,
    /// The statements, where it is one for a database.
    pub sql: Option<String>,
}

/// The JSON Schema (draft 2020-12) of a [`Report`].
pub fn json_schema() -> Schema {
    schema_for!(Report)
}
