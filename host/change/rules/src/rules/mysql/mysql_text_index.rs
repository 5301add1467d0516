use belljar_diff::{Change, Subject};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ606",
    name: "mysql-text-index",
    title: "an index of a column that is too long for one",
    severity: Severity::Error,
    explanation: "MySQL rejects an index on a `TEXT` or `BLOB` without a length, and one of more than 3072 bytes: 768 \
                  characters of `utf8mb4`. The statement fails.",
    recipe: &[
        Step::advise(
            "Give the index a length: `Index(…, mysql_length=…)`; a unique index then covers only that prefix.",
        ),
        Step::advise("Or index a hash of it in a column of its own."),
    ],
    dialects: MYSQLS,
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let mut drafts = vec![];
    let unique = match (change.subject, new_unique(change), context.table(&change.path)) {
        (Subject::Unique, Some(unique), Some(table)) => vec![(table, unique)],
        _ => new_table(change)
            .map(|table| table.unique.iter().map(|one| (table, one)).collect())
            .unwrap_or_default(),
    };
    let indexes = context.new_indexes(change).into_iter();
    let indexes = indexes.filter(|(_, index)| !index.options.keys().any(|name| is_other_index(name)));
    let indexes = indexes.map(|(table, index)| (table, &index.columns));
    for (table, columns) in indexes.chain(unique.into_iter().map(|(table, one)| (table, &one.columns))) {
        for column in columns.iter().filter_map(|name| column_of(table, name)) {
            let ty = Ty::parse(column.ty.mysql.as_deref().unwrap_or_default());
            let endless = ty.length().is_none() && (ty.name.ends_with("TEXT") || ty.name.ends_with("BLOB"));
            let long = ty.name == "VARCHAR" && ty.length().is_some_and(|length| length > 768);
            if endless || long {
                let message =
                    format!("column `{}.{}` is too long for an index", table.full_name(), column.name);
                drafts.push(Draft::new(message).at(column.place.as_ref()));
            }
        }
    }
    drafts
}

/// It has a length, or is of another kind.
fn is_other_index(option: &str) -> bool {
    matches!(option, "mysql_length" | "mariadb_length" | "mysql_prefix" | "mariadb_prefix")
}
