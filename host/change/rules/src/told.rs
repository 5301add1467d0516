use belljar_diff::{Certainty, Path, Side};
use belljar_schema::Place;

use crate::{Advice, Cause, Dialect, Finding, Settings, Severity, look::Draft, settings::Active};

/// Something about a change that is not seen in the schema, and is told to the rules: who reads it, what is promised. It
/// becomes a finding of its rule, which is switched, graded and scoped as any other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Code of the rule.
    pub code: &'static str,
    /// Index of the change in the diff.
    pub change: usize,
    /// A clause, so that `can't tell whether` may stand before it.
    pub message: String,
    /// How sure it is, as far as the change is.
    pub certainty: Certainty,
}

impl Told {
    pub(crate) fn draft(&self) -> Draft {
        Draft { certainty: self.certainty, ..Draft::new(self.message.clone()) }
    }
}

/// Something about the check itself that is no change of the schema: what a head would decide about how it is checked. It
/// becomes a finding of its rule, as what is [`Told`] does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// Code of the rule.
    pub code: &'static str,
    /// How grave it is, where nothing is set.
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

/// The findings of what is stated, in its order, as far as their rules look.
pub fn state(settings: &Settings, dialects: &[Dialect], stated: Vec<Stated>) -> Vec<Finding> {
    // What is wrong with the settings was said when the changes were looked at.
    let active = Active::all(settings, &mut Vec::new());
    let finding = |stated: Stated| {
        let active = active.iter().find(|active| active.rule.code == stated.code)?;
        if !active.looks_at(stated.place.as_ref(), &stated.subject) {
            return None;
        }
        let rule = active.rule;
        let advice = |step: &crate::Step| Advice {
            dialects: step.dialects.to_vec(),
            text: step.text.to_owned(),
            sql: None,
        };
        let path = Path { metadata: None, schema: None, name: stated.subject, part: stated.part };
        Some(Finding {
            code: rule.code.to_owned(),
            name: rule.name.to_owned(),
            category: rule.category(),
            severity: active.severity.unwrap_or(stated.severity),
            message: stated.message,
            certainty: Certainty::Certain,
            dialects: dialects.to_vec(),
            change: Cause { index: None, code: rule.name.to_owned(), path },
            place: stated.place,
            side: Side::Head,
            recipe: rule.recipe.iter().map(advice).collect(),
            notes: Vec::new(),
            also: Vec::new(),
        })
    };
    stated.into_iter().filter_map(finding).collect()
}
