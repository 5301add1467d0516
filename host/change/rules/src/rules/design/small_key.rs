use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ907",
    name: "small-key",
    title: "a numbered key of four bytes or fewer",
    severity: Severity::Note,
    explanation: "After 2,147,483,647 numbers, gaps and failed inserts included, every insert fails, and widening the \
                  key then rewrites the table and all tables that refer to it.",
    recipe: &[Step::advise("Use `BigInteger().with_variant(Integer, \"sqlite\")`, or a UUID.")],
    supersedes: &["squawk prefer-bigint-over-int", "squawk prefer-bigint-over-smallint"],
    dialects: SERVERS,
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let found = context.new_columns(change).into_iter().filter_map(|(table, column)| {
        let text = column.ty.postgresql.as_deref()?;
        let small = matches!(Ty::parse(text).name.as_str(), "INTEGER" | "SMALLINT" | "TINYINT");
        let counts = is_serial(Some(table), column) || (column.primary_key && column.identity.is_some());
        let message = format!(
            "key `{}.{}` has the type `{text}`, whose numbers run out",
            table.full_name(),
            column.name
        );
        (small && counts).then(|| Draft::new(message).at(column.place.as_ref()))
    });
    found.collect()
}
