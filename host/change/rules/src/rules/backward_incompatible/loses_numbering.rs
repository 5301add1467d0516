use belljar_diff::{Action, Aspect, Change, Subject, is_numbered};
use belljar_schema::{Column, Table};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ316",
    name: "loses-numbering",
    title: "the database no longer numbers a key",
    severity: Severity::Error,
    explanation: "A key that was `SERIAL`, an identity or `AUTO_INCREMENT` gets no value from the database any more: \
                  every insert without one fails, including those of the previous release. SQLAlchemy numbers a key of \
                  one column that is an integer, refers to nothing and has no default; a second column of the key, or \
                  a default, ends that.",
    recipe: &[
        Step::advise("Let the code assign every key, and release that; then remove the numbering."),
        Step::advise("If this is not intended, set `autoincrement=True` on the column, or an `Identity()`."),
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
        Subject::Column => TOUCHING.iter().any(|aspect| modifies(change, Subject::Column, *aspect)),
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
        let is_lost =
            |dialect: &Database| is_numbered_in(base, old, *dialect) && !is_filled_in(head, new, *dialect);
        let lost: Vec<Database> = SERVERS.iter().copied().filter(is_lost).collect();
        if lost.is_empty() {
            continue;
        }
        let message = format!("`{}.{}` is no longer numbered by the database", head.full_name(), old.name);
        drafts.push(Draft::new(message).on(lost));
    }
    drafts
}

/// The properties of a column that decide whether it is numbered.
const TOUCHING: [Aspect; 5] =
    [Aspect::Autoincrement, Aspect::Identity, Aspect::Sequence, Aspect::ServerDefault, Aspect::Type];

/// Whether a database numbers the rows of a table by a column. SQLite does so whatever SQLAlchemy says.
fn is_numbered_in(table: &Table, column: &Column, dialect: Database) -> bool {
    let own = column.sequence.is_some() || column.identity.is_some();
    // MySQL has no identity columns; SQLAlchemy writes `AUTO_INCREMENT` for one, as for any other key.
    is_numbered(table, column) || (own && dialect == Database::Postgresql)
}

/// Whether a database gives a value to a column that an insert does not name.
fn is_filled_in(table: &Table, column: &Column, dialect: Database) -> bool {
    let of_column = column.server_default.is_some() || column.computed.is_some();
    of_column || is_numbered_in(table, column, dialect)
}
