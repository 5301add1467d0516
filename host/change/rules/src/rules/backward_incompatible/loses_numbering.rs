use belljar_diff::{Action, Aspect, Change, Subject};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ316",
    name: "loses-numbering",
    title: "the database no longer gives a key its numbers",
    severity: Severity::Error,
    explanation: "A key that was `SERIAL`, an identity or `AUTO_INCREMENT` has no value from the database any more: every insert that \
                  gives none fails, such as those of the release before. SQLAlchemy numbers a key of one column that is an \
                  integer, refers to nothing and has no default; a second column of the key, or a default, ends that.",
    recipe: &[
        Step::say("Let the code give every row its key, and release that; then take the numbering away."),
        Step::say("Where it is not meant, set `autoincrement=True` on the column, or an `Identity()`."),
    ],
    references: &[
        "https://docs.sqlalchemy.org/en/20/core/metadata.html#sqlalchemy.schema.Column.params.autoincrement",
    ],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let touched = match change.subject {
        Subject::PrimaryKey => modifies(change, Subject::PrimaryKey, Aspect::Columns),
        Subject::ForeignKey => is_new(change),
        // Another type has rules of its own.
        Subject::Column => [Aspect::Autoincrement, Aspect::Identity, Aspect::Sequence, Aspect::ServerDefault]
            .iter()
            .any(|aspect| modifies(change, Subject::Column, *aspect)),
        _ => false,
    };
    let (true, Some(base), Some(head)) =
        (touched, context.old_table(&change.path), context.table(&change.path))
    else {
        return vec![];
    };
    let own = |name: &String| match change.subject {
        Subject::Column => change.path.part.as_ref() == Some(name),
        Subject::ForeignKey => columns_of(change.after.as_ref()).contains(name),
        _ => change.action == Action::Modify,
    };
    let mut drafts = vec![];
    for old in base.columns.iter().filter(|column| own(&column.name)) {
        let Some(new) = column_of(head, &old.name) else { continue };
        let was = numbering(base, old);
        if was.is_empty() || fills_itself(Some(head), new) || new.sequence.is_some() {
            continue;
        }
        let message = format!("`{}.{}` gets no number from the database any more", full_name(head), old.name);
        drafts.push(Draft::new(message).on(was));
    }
    drafts
}

/// The databases that number the rows of a table by a column. SQLite does so whatever SQLAlchemy says.
fn numbering(table: &belljar_schema::Table, column: &belljar_schema::Column) -> Vec<Dialect> {
    if is_serial(Some(table), column) {
        return SERVERS.to_vec();
    }
    let own = column.sequence.is_some() || column.identity.is_some();
    if own { POSTGRESQL.to_vec() } else { vec![] }
}
