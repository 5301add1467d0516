//! Findings of rules that no change leads to.

use belljar_diff::{Certainty, Path, Side};
use belljar_schema::Place;

use super::Judge;
use crate::{Advice, Cause, Finding, Severity};

/// What a rule says.
#[derive(Debug)]
pub(super) struct Said<'a> {
    pub(super) code: &'static str,
    /// Its severity, unless the settings state one.
    pub(super) severity: Option<Severity>,
    /// The table, with its schema, or another object.
    pub(super) subject: &'a str,
    pub(super) part: Option<String>,
    pub(super) message: String,
    pub(super) place: Option<&'a Place>,
}

impl Judge<'_> {
    /// The finding, if the rule is enabled and is about this database and this place.
    pub(super) fn made(&self, said: Said<'_>) -> Option<Finding> {
        let active = self.active.iter().find(|active| active.rule.code == said.code)?;
        let rule = active.rule;
        if !rule.dialects.contains(&self.database) || !active.looks_at(self.given, said.place, said.subject) {
            return None;
        }
        let is_for = |step: &&crate::Step| step.dialects.is_empty() || step.dialects.contains(&self.database);
        let advice =
            |step: &crate::Step| Advice { dialects: Vec::new(), text: step.text.to_owned(), sql: None };
        let steps = rule.recipe.iter().filter(is_for).filter(|step| !step.text.contains('{'));
        let (schema, name) = match said.subject.rsplit_once('.') {
            Some((schema, name)) => (Some(schema.to_owned()), name),
            None => (None, said.subject),
        };
        let path = Path { metadata: None, schema, name: name.to_owned(), part: said.part };
        Some(Finding {
            code: rule.code.to_owned(),
            name: rule.name.to_owned(),
            category: rule.category(),
            severity: active.severity.or(said.severity).unwrap_or(rule.severity),
            message: said.message,
            certainty: Certainty::Certain,
            dialects: vec![self.database],
            change: Cause { index: None, code: rule.name.to_owned(), path },
            place: said.place.cloned(),
            side: Side::Head,
            recipe: steps.map(advice).collect(),
            notes: Vec::new(),
            also: Vec::new(),
            others: Vec::new(),
        })
    }
}
