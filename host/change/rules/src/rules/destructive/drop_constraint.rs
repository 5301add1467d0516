use belljar_diff::{Action, Aspect, Change, Subject, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ105",
    name: "drop-constraint",
    title: "a constraint is dropped",
    explanation: "Rows that it rejected are accepted from now on, and once there are any, the constraint can't be \
                  restored. Dropping a unique constraint also drops the index that queries and `ON CONFLICT` use; \
                  dropping a foreign key also drops its cascades. The rule also covers constraints that stay but \
                  guarantee less, such as a unique index that gets a condition.",
    recipe: &[
        Step::advise(
            "Make sure that something else enforces it: another constraint, or the only code that writes.",
        ),
        Step::advise("If it is replaced, add the new one before the old one is dropped."),
    ],
    supersedes: &["atlas CD101", "squawk ban-drop-constraint"],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let subjects = [Subject::Unique, Subject::ForeignKey, Subject::Check, Subject::Exclude];
    if !subjects.iter().any(|subject| is_gone(change, *subject)) {
        return loosened(context, change);
    }
    // It was dropped with its columns, which are reported.
    let columns = columns_of(change.before.as_ref());
    let table = context.table(&change.path);
    let lost = |name: &String| table.is_some_and(|table| column_of(table, name).is_none());
    if !columns.is_empty() && columns.iter().all(lost) {
        return vec![];
    }
    let kind = change.subject.text().replace('-', " ");
    let draft = Draft::new(format!("{kind} constraint `{}` is dropped", change.path));
    // The rows stay unique if something else enforces it.
    if let (Some(Value::Unique(unique)), Some(table)) = (&change.before, table) {
        let old = Uniqueness::of_constraint(unique);
        let is_lost = |dialect: &Database| !unique::still_kept(table, &old, *dialect);
        let lost: Vec<Database> = context.dialects.iter().copied().filter(is_lost).collect();
        if !lost.is_empty() {
            return draft.on(lost).list();
        }
        let message = format!(
            "unique constraint `{}` is dropped, but another key keeps its columns unique",
            change.path
        );
        return Draft::new(message).graded(Severity::Note).list();
    }
    draft.list()
}

/// A key that stays and makes fewer rows unique.
fn loosened(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let aspects = [Aspect::Columns, Aspect::Elements, Aspect::Unique, Aspect::Predicate, Aspect::Options];
    let (true, Some(before), Some(after), Some(table)) = (
        change.action == Action::Modify && aspects.iter().any(|aspect| change.aspects.contains(aspect)),
        &change.before,
        &change.after,
        context.table(&change.path),
    ) else {
        return vec![];
    };
    let mut lost = Vec::new();
    // Two different conditions may select the same rows.
    let (mut is_likely, mut is_partial) = (true, true);
    for dialect in &context.dialects {
        let Some(old) = Uniqueness::of_value(before, *dialect) else { continue };
        if unique::still_kept(table, &old, *dialect) {
            continue;
        }
        let new = Uniqueness::of_value(after, *dialect);
        is_likely &= new.as_ref().is_some_and(|new| new.is_partial_as(&old));
        is_partial &= new.is_some_and(|new| new.elements == old.elements && new.is_partial());
        lost.push((*dialect, old.elements));
    }
    let Some((_, elements)) = lost.first() else { return vec![] };
    let (kind, path) = (change.subject.text(), &change.path);
    let rows = if is_partial { " in every row" } else { "" };
    let message = format!("{kind} `{path}` no longer keeps {} unique{rows}", ticked(elements));
    let draft = Draft::new(message).on(lost.iter().map(|(dialect, _)| *dialect).collect::<Vec<_>>());
    if is_likely { draft.likely().list() } else { draft.list() }
}
