use belljar_diff::{Aspect, Change, Subject};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ413",
    name: "change-partitioning",
    title: "a table is partitioned, partitioned differently, or no longer partitioned",
    severity: Severity::Error,
    explanation: "PostgreSQL has no statement for this: the partitioned table has to be created beside the old one, \
                  and every row moved. MySQL rewrites the table and blocks writes. Every primary key and unique \
                  constraint has to include the partitioning columns.",
    recipe: &[
        Step::advise("Create the new table beside the old one, with its partitions, keys and indexes."),
        Step::run(
            "Attach the old table as a partition of the new one, with a check that proves its bounds, and move its \
             rows later.",
            "ALTER TABLE {table} ATTACH PARTITION {old} FOR VALUES FROM (…) TO (…);",
        )
        .on(POSTGRESQL),
        Step::advise("Otherwise write both, copy the rows in batches, and swap the names."),
    ],
    references: &["https://www.postgresql.org/docs/current/ddl-partitioning.html"],
    dialects: SERVERS,
    check,
    ..Rule::BASE
};

/// The options that say how, as SQLAlchemy spells them: with the name of the dialect first.
const WORDS: [&str; 2] = ["_partition", "_subpartition"];

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let Some(option) =
        change.path.part.as_deref().filter(|_| modifies(change, Subject::Table, Aspect::Option))
    else {
        return vec![];
    };
    if !WORDS.iter().any(|word| option.contains(word)) {
        return vec![];
    }
    let dialects: &[Database] = match option.split('_').next() {
        Some("postgresql") => POSTGRESQL,
        Some("mysql") => MYSQLS,
        Some("mariadb") => &[Database::Mariadb],
        _ => return vec![],
    };
    let (before, after) = texts(change);
    let table = table_text(&change.path);
    let message = match (before, after) {
        (None, Some(after)) => format!("table `{table}` is partitioned by `{after}`"),
        (Some(before), None) => format!("table `{table}` is no longer partitioned by `{before}`"),
        (before, after) => format!(
            "table `{table}` is partitioned by `{}` instead of `{}`",
            after.unwrap_or_default(),
            before.unwrap_or_default()
        ),
    };
    let old = format!("{}_old", change.path.name);
    Draft::new(message).on(dialects).table("old", change.path.schema.as_deref(), &old).list()
}
