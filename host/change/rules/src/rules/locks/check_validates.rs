use belljar_diff::{Aspect, Change, Subject, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ407",
    name: "check-validates",
    title: "a check is validated under a lock",
    explanation: "PostgreSQL scans every row and blocks reads and writes of the table; MySQL copies it. A check added \
                  as `NOT VALID` applies to new rows at once, and existing rows are validated without blocking.",
    recipe: &[
        Step::run(
            "Add it for new rows.",
            "ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({condition}) NOT VALID;",
        )
        .on(POSTGRESQL),
        Step::run("In another transaction, validate it.", "ALTER TABLE {table} VALIDATE CONSTRAINT {check};")
            .on(POSTGRESQL),
        Step::advise("In MySQL, add it at a time of few writes, or with an online schema change tool.")
            .on(MYSQLS),
    ],
    supersedes: &[
        "atlas PG305",
        "squawk constraint-missing-not-valid",
        "strong_migrations add_check_constraint",
    ],
    dialects: SERVERS,
    part_of: &["BJ207"],
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let new = is_new(change) || modifies(change, Subject::Check, Aspect::Expression);
    let (true, Some(Value::Check(check))) = (new, &change.after) else { return vec![] };
    let name = check.name.clone().unwrap_or_else(|| format!("ck_{}", change.path.name));
    Draft::new(format!("table `{}` is locked while every row is checked for `{name}`", change.path.name))
        .name("check", &name)
        .sql("condition", &check.sql)
        .list()
}
