use belljar_diff::{Aspect, Change, Subject, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ310",
    name: "required-to-nullable",
    title: "a required column takes null",
    severity: Severity::Note,
    explanation: "Code of the release before, and whoever else reads the table, does not expect null there.",
    recipe: &[Step::advise("Release code that reads null before the first one is written.")],
    supersedes: &["squawk ban-drop-not-null", "django-migration-linter ALTER_COLUMN"],
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    if !modifies(change, Subject::Column, Aspect::Nullable) || change.after != Some(Value::Flag(true)) {
        return vec![];
    }
    Draft::new(format!("column `{}` takes null from now on, which its readers do not expect", change.path))
        .list()
}
