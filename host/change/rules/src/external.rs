use belljar_diff::{Certainty, Path, Side};
use belljar_schema::Place;

use crate::{Advice, Cause, Database, Finding, RulesConfig, Severity, active::Active, draft::Draft};

/// A finding about a change from outside the schema: about its readers or contracts. It becomes a finding of its rule,
/// which is enabled, graded and scoped like any other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalFinding {
    /// Code of the rule.
    pub code: &'static str,
    /// Index of the change in the diff.
    pub change: usize,
    /// A clause, which `can't determine whether` may precede.
    pub message: String,
    /// Its certainty, given the change.
    pub certainty: Certainty,
}

impl ExternalFinding {
    pub(crate) fn draft(&self) -> Draft {
        Draft { certainty: self.certainty, ..Draft::new(self.message.clone()) }
    }
}

/// A finding for a reviewer that is not about a schema change: what a head would change in its own check. It becomes a
/// finding of its rule, as an [`ExternalFinding`] does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewFinding {
    /// Code of the rule.
    pub code: &'static str,
    /// Its severity, unless the settings state one.
    pub severity: Severity,
    /// Its subject: a file.
    pub subject: String,
    /// The part of the subject: a key, a line.
    pub part: Option<String>,
    /// A lower-case fragment that stands alone.
    pub message: String,
    /// The place in the head.
    pub place: Option<Place>,
}

/// The findings for what is stated, in order, if their rules are enabled.
pub fn review_findings(
    config: &RulesConfig,
    dialects: &[Database],
    found: Vec<ReviewFinding>,
) -> Vec<Finding> {
    // Errors in the settings were reported when the changes were checked.
    let active = Active::all(config, &mut Vec::new());
    let finding = |one: ReviewFinding| {
        let active = active.iter().find(|active| active.rule.code == one.code)?;
        if !active.looks_at(config, one.place.as_ref(), &one.subject) {
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
            others: Vec::new(),
        })
    };
    found.into_iter().filter_map(finding).collect()
}
