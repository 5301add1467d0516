use belljar_diff::{Change, Subject, Value};

use super::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ105",
    name: "drop-constraint",
    title: "a constraint is dropped",
    explanation: "What it kept out may come in from now on, and once it has, the constraint can't come back. A dropped unique \
                  constraint also takes the index that queries and `ON CONFLICT` use; a dropped foreign key its cascades.",
    recipe: &[
        Step::say(
            "Make sure that something else keeps the rule: another constraint, or the only code that writes.",
        ),
        Step::say("Where it is replaced, add the new one before the old one is dropped."),
    ],
    supersedes: &["atlas CD101", "squawk ban-drop-constraint"],
    check,
    ..Rule::BASE
};

fn check(look: &Look<'_>, change: &Change) -> Vec<Draft> {
    let subjects = [Subject::Unique, Subject::ForeignKey, Subject::Check, Subject::Exclude];
    if !subjects.iter().any(|subject| is_gone(change, *subject)) {
        return vec![];
    }
    // It went with its columns, and they are told.
    let columns = columns_of(change.before.as_ref());
    let table = look.table(&change.path);
    let lost = |name: &String| table.is_some_and(|table| column_of(table, name).is_none());
    if !columns.is_empty() && columns.iter().all(lost) {
        return vec![];
    }
    // The rows stay apart where something else sees to it.
    if let (Some(Value::Unique(unique)), Some(table)) = (&change.before, table)
        && unique::still_kept(table, &Uniqueness::of_constraint(unique))
    {
        let message = format!(
            "unique constraint `{}` is dropped, and another key keeps its columns unique",
            change.path
        );
        return Draft::new(message).graded(Severity::Note).list();
    }
    let kind = change.subject.text().replace('-', " ");
    Draft::new(format!("{kind} constraint `{}` is dropped", change.path)).list()
}
