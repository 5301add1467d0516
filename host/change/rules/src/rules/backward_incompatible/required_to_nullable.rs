use belljar_diff::{Aspect, Change, Subject, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ310",
    name: "required-to-nullable",
    title: "a required column becomes nullable",
    severity: Severity::Note,
    explanation: "Code of the previous release, and other readers of the table, do not expect NULL there.",
    recipe: &[Step::advise("Release code that handles NULL before the first one is written.")],
    supersedes: &["squawk ban-drop-not-null", "django-migration-linter ALTER_COLUMN"],
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    if !modifies(change, Subject::Column, Aspect::Nullable) || change.after != Some(Value::Flag(true)) {
        return vec![];
    }
    Draft::new(format!("column `{}` becomes nullable, which its readers do not expect", change.path)).list()
}
