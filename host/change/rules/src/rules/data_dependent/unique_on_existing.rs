use belljar_diff::{Change, Subject};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ201",
    name: "unique-on-existing",
    title: "columns with values become unique",
    severity: Severity::Error,
    explanation: "It fails if two rows have the same values, which a development database does not show. Code of the \
                  previous release may also write such rows during the rollout. The rule also covers a unique index \
                  that has a column less, covers more rows, or now compares NULLs as equal, unless another key already \
                  makes the values unique.",
    recipe: &[
        Step::run(
            "Find duplicates, and resolve them.",
            "SELECT {columns}, count(*) FROM {table}{where} GROUP BY {columns} HAVING count(*) > 1;",
        ),
        Step::run(
            "Build the index without blocking writes; one that fails is left invalid and has to be dropped.",
            "CREATE UNIQUE INDEX CONCURRENTLY {index} ON {table} ({columns}){where};",
        )
        .on(POSTGRESQL),
        Step::run(
            "Make it the constraint.",
            "ALTER TABLE {table} ADD CONSTRAINT {index} UNIQUE USING INDEX {index};",
        )
        .on(POSTGRESQL)
        .needs("constraint"),
    ],
    supersedes: &["atlas MF101", "django-migration-linter ADD_UNIQUE", "squawk ban-new-write-restriction"],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let Some((unique, name)) = unique::made(change) else { return vec![] };
    let Some(table) = context.table(&change.path) else { return vec![] };
    // Existing rows have no value in a new column, or each a different one.
    let apart = |name: &String| {
        let new = context.is_new_column(&change.path, name);
        let same = |text: &String| sql::volatility(text) == Volatility::Stable;
        new && column_of(table, name).is_none_or(|column| !column.server_default.as_ref().is_some_and(same))
    };
    let columns = &unique.elements;
    if columns.iter().any(apart) || unique::is_kept(context.old_table(&change.path), table, &unique) {
        return vec![];
    }
    let made = format!("uq_{}_{}", change.path.name, columns.join("_"));
    let verb = if columns.len() == 1 { "becomes" } else { "become" };
    let among = unique.predicate().map(|rows| format!(" among rows where `{rows}`")).unwrap_or_default();
    let message = format!(
        "{} of `{}` {verb} unique{among}, which fails on duplicates",
        ticked(columns),
        table.full_name()
    );
    let rows = unique.predicate().map(|rows| format!(" WHERE {rows}")).unwrap_or_default();
    let (index, is_constraint) = (name.unwrap_or(&made), change.subject == Subject::Unique);
    let draft = Draft::new(message).names("columns", columns).name("index", index).sql("where", rows);
    // A constraint is made from the index; an index is itself what is wanted.
    if is_constraint { draft.name("constraint", index).list() } else { draft.list() }
}
