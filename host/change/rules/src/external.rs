use belljar_diff::{Certainty, Path, Side};
use belljar_schema::Place;

use crate::{Advice, Cause, Database, Finding, Settings, Severity, active::Active, draft::Draft};

/// A finding about a change that does not come from the schema: who reads it, what is promised. It becomes a finding of its
/// rule, which is enabled, graded and scoped as any other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalFinding {
    /// Code of the rule.
    pub code: &'static str,
    /// Index of the change in the diff.
    pub change: usize,
    /// A clause, so that `can't determine whether` may stand before it.
    pub message: String,
    /// How sure it is, as far as the change is.
    pub certainty: Certainty,
}

impl ExternalFinding {
    pub(crate) fn draft(&self) -> Draft {
        Draft { certainty: self.certainty, ..Draft::new(self.message.clone()) }
    }
}

/// A finding for a reviewer that is about no schema changes: what a head would decide about its own check. It becomes a
/// finding of its rule, as an [`ExternalFinding`] does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewFinding {
    /// Code of the rule.
    pub code: &'static str,
    /// Its severity, where nothing is set.
    pub severity: Severity,
    /// What it is about: a file.
    pub subject: String,
    /// What of that: a key, a line.
    pub part: Option<String>,
    /// A lower-case fragment that stands alone.
    pub message: String,
    /// Where, in the head.
    pub place: Option<Place>,
}

/// The findings of what is stated, in its order, as far as their rules context.
pub fn review_findings(
    settings: &Settings,
    dialects: &[Database],
    found: Vec<ReviewFinding>,
) -> Vec<Finding> {
    // What is wrong with the settings was said when the changes were looked at.
    let active = Active::all(settings, &mut Vec::new());
    let finding = |one: ReviewFinding| {
        let active = active.iter().find(|active| active.rule.code == one.code)?;
        if !active.looks_at(one.place.as_ref(), &one.subject) {
            return None;
        }
        let rule = active.rule;
        let advice = |step: &crate::Step| Advice {
            dialects: step.dialects.to_vec(),
            text: step.text.to_owned(),
            sql: None,
        };
        let path = Path { metadata: None, schema: None, name: one.subject, part: one.part };
        Some(Finding {
            code: rule.code.to_owned(),
            name: rule.name.to_owned(),
            category: rule.category(),
            severity: active.severity.unwrap_or(one.severity),
            message: one.message,
            certainty: Certainty::Certain,
            dialects: dialects.to_vec(),
            change: Cause { index: None, code: rule.name.to_owned(), path },
            place: one.place,
            side: Side::Head,
            recipe: rule.recipe.iter().map(advice).collect(),
            notes: Vec::new(),
            also: Vec::new(),
        })
    };
    found.into_iter().filter_map(finding).collect()
}
