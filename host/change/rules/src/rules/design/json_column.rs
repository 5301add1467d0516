use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ910",
    name: "json-column",
    title: "a `JSON` column",
    explanation: "PostgreSQL can't compare a `json`: `SELECT DISTINCT` and `GROUP BY` over the table fail from then \
                  on, also in running code. It can't be indexed, and is parsed again on every access.",
    recipe: &[Step::advise(
        "Use `JSONB` of `sqlalchemy.dialects.postgresql`, or `JSON().with_variant(JSONB, \"postgresql\")`.",
    )],
    supersedes: &["strong_migrations add_column_json"],
    dialects: POSTGRESQL,
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    of_type(context, change, |ty| ty.name == "JSON", "is a `json`, which can't be compared")
}
