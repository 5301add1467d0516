use belljar_diff::{Action, Aspect, Change, Subject, Value};

use crate::rules::prelude::*;
use crate::uses::{Use, referring, uses};

pub(super) const RULE: Rule = Rule {
    code: "BJ213",
    name: "used-column",
    title: "something that stays depends on a column or key that is dropped or changed",
    severity: Severity::Error,
    explanation: "The server rejects the statement while a view, a generated column, a policy or a foreign key needs \
                  the column as it is, or a foreign key needs the key that it refers to: PostgreSQL for most of them, \
                  MySQL for generated columns and foreign keys, SQLite for all of them when a column is dropped. With \
                  `CASCADE`, PostgreSQL drops them instead; an index or a check is silently dropped along with the \
                  column.",
    recipe: &[
        Step::advise(
            "Drop the dependent objects, change the column, and create them again, all in one transaction.",
        ),
        Step::advise(
            "If a view stays without the column, release its new definition before the column is dropped.",
        ),
    ],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    if let Some(columns) = lost_key(change) {
        return of_key(context, change, &columns);
    }
    let drops = is_gone(change, Subject::Column);
    if !drops && types(change).is_none() {
        return vec![];
    }
    let Some(column) = change.path.part.as_deref() else { return vec![] };
    let mut drafts = vec![];
    for Use { what, in_drop, in_type, certain } in uses(context, &change.path, column) {
        let dialects = if drops { in_drop } else { in_type };
        if dialects.is_empty() {
            continue;
        }
        let verb = if drops { "is dropped" } else { "gets another type" };
        let message = format!("column `{}` {verb}, and {what} depends on it", change.path);
        let draft = Draft::new(message).on(dialects);
        drafts.push(if certain { draft } else { draft.likely() });
    }
    drafts
}

/// The columns of a key, a unique constraint or a unique index that is dropped, or is one of other columns from now on.
fn lost_key(change: &Change) -> Option<Vec<String>> {
    let is_modified =
        |aspects: &[Aspect]| aspects.iter().any(|aspect| modifies(change, change.subject, *aspect));
    let is_gone = matches!(change.action, Action::Drop | Action::Missing);
    let columns = match &change.before {
        Some(Value::Unique(one)) if is_gone || is_modified(&[Aspect::Columns]) => one.columns.clone(),
        Some(Value::PrimaryKey(one)) if is_gone || is_modified(&[Aspect::Columns]) => one.columns.clone(),
        Some(Value::Index(one))
            if one.unique
                && (is_gone || is_modified(&[Aspect::Elements, Aspect::Unique, Aspect::Predicate])) =>
        {
            one.columns.clone()
        }
        _ => vec![],
    };
    (!columns.is_empty()).then_some(columns)
}

/// A finding for each foreign key that refers to these columns and stays.
fn of_key(context: &RuleContext<'_>, change: &Change, columns: &[String]) -> Vec<Draft> {
    let Some(table) = context.table(&change.path) else { return vec![] };
    let is_unique = unique::is_key(table, columns);
    let drafts = referring(context, table, columns).into_iter().map(|key| {
        let kind = change.subject.text().replace('-', " ");
        let message = if is_unique {
            format!("{kind} `{}` is dropped, and {key} depends on it until it is created again", change.path)
        } else {
            format!(
                "{kind} `{}` is dropped, and {key} refers to {}, which are no longer unique",
                change.path,
                ticked(columns)
            )
        };
        // PostgreSQL does not accept another key over the same columns: the dependency is on this one.
        if is_unique {
            Draft::new(message).on(POSTGRESQL).graded(Severity::Warning)
        } else {
            Draft::new(message)
        }
    });
    drafts.collect()
}
