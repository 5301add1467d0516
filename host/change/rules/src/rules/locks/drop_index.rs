use belljar_diff::{Change, Subject, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ402",
    name: "drop-index",
    title: "an index is dropped",
    severity: Severity::Note,
    explanation: "Queries that used it scan the whole table. `DROP INDEX` also waits for all transactions that use the \
                  table, and later ones wait for it; `CONCURRENTLY` avoids that.",
    recipe: &[
        Step::advise("Check in `pg_stat_user_indexes` that nothing uses it.").on(POSTGRESQL),
        Step::run(
            "Make it invisible for a while first.",
            "ALTER TABLE {table} ALTER INDEX {name} INVISIBLE;",
        )
        .on(&[Database::Mysql]),
        Step::run("Drop it outside of a transaction.", "DROP INDEX CONCURRENTLY {name};").on(POSTGRESQL),
    ],
    supersedes: &[
        "atlas PG102",
        "squawk require-concurrent-index-deletion",
        "squawk ban-drop-index",
        "strong_migrations remove_index",
        "django-migration-linter DROP_INDEX",
    ],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    if !is_gone(change, Subject::Index) {
        return vec![];
    }
    let Some(Value::Index(index)) = &change.before else { return vec![] };
    let table = context.table(&change.path);
    let lost = |name: &String| table.is_some_and(|table| column_of(table, name).is_none());
    if index.elements.iter().any(|element| element.column.as_ref().is_some_and(lost)) {
        return vec![];
    }
    let draft = Draft::new(format!("index `{}` is dropped", change.path));
    // It kept duplicates out.
    if index.unique { draft.graded(Severity::Warning).list() } else { draft.list() }
}
