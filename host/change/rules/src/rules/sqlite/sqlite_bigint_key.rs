use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ704",
    name: "sqlite-bigint-key",
    title: "a key that SQLite does not number automatically automatically automatically",
    severity: Severity::Error,
    explanation: "In SQLite only a key of the literal type `INTEGER` is an alias of the row ID. A `BIGINT` key is not \
                  numbered: an insert without a value fails.",
    recipe: &[Step::advise("Use `BigInteger().with_variant(Integer, \"sqlite\")`.")],
    references: &[
        "https://docs.sqlalchemy.org/en/20/dialects/sqlite.html#allowing-autoincrement-behavior-sqlalchemy-types-other-than-integer-integer",
    ],
    dialects: SQLITE,
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let found = context.new_columns(change).into_iter().filter(|(table, column)| {
        let own = column.ty.sqlite.as_deref().unwrap_or_default();
        is_serial(Some(table), column) && column.default.is_none() && !own.eq_ignore_ascii_case("integer")
    });
    let drafts = found.map(|(table, column)| {
        let own = column.ty.sqlite.as_deref().unwrap_or_default();
        let message = format!(
            "key `{}.{}` has the type `{own}`, which SQLite does not number",
            table.full_name(),
            column.name
        );
        Draft::new(message).at(column.place.as_ref())
    });
    drafts.collect()
}
