use belljar_diff::{Action, Aspect, Change, Subject};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ701",
    name: "sqlite-rebuild",
    title: "SQLite has no `ALTER TABLE` for it",
    explanation: "SQLite can't change a column's type, nullability or default, nor add or drop a constraint: the table \
                  has to be rebuilt and its rows copied. While foreign keys are enforced, dropping the old table \
                  deletes the rows that refer to it with `CASCADE`.",
    recipe: &[
        Step::advise(
            "In Alembic: `with op.batch_alter_table(\"{table}\") as batch:`, with `render_as_batch=True`.",
        ),
        Step::run(
            "Copy with foreign keys off, and check them afterwards.",
            "PRAGMA foreign_keys = OFF;\n…\nPRAGMA foreign_key_check;",
        ),
    ],
    references: &[
        "https://www.sqlite.org/lang_altertable.html#otheralter",
        "https://alembic.sqlalchemy.org/en/latest/batch.html",
    ],
    dialects: SQLITE,
    part_of: &["BJ105", "BJ106", "BJ201", "BJ204", "BJ207", "BJ208", "BJ210", "BJ212"],
    check,
    ..Rule::BASE
};

const ASPECTS: &[Aspect] =
    &[Aspect::Type, Aspect::Nullable, Aspect::ServerDefault, Aspect::Computed, Aspect::Autoincrement];

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let constraint = matches!(
        change.subject,
        Subject::Unique | Subject::ForeignKey | Subject::Check | Subject::PrimaryKey
    );
    // SQLite ignores lengths: only the text of the type differs.
    let only_length = types(change).is_some_and(|(before, after)| {
        let read = |ty: &ColumnType| ty.ddl(Database::Sqlite).map(|text| Ty::parse(text).name);
        read(before) == read(after)
    });
    let column = !only_length && ASPECTS.iter().any(|aspect| modifies(change, Subject::Column, *aspect));
    let touched = matches!(
        change.action,
        Action::Add | Action::Drop | Action::Modify | Action::Missing | Action::Unseen
    );
    if !(column || constraint && touched) {
        return vec![];
    }
    // A new column comes with its own constraint; its restrictions have another rule.
    let columns = columns_of(change.after.as_ref());
    if constraint && is_new(change) && !columns.is_empty() && !context.any_existed(&change.path, &columns) {
        return vec![];
    }
    let kind = change.subject.text().replace('-', " ");
    Draft::new(format!("{kind} `{}` can't be altered, and the table is rebuilt", change.path)).list()
}
