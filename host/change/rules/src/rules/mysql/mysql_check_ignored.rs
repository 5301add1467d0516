use belljar_diff::{Change, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ607",
    name: "mysql-check-ignored",
    title: "a check that MySQL parses and ignores",
    explanation: "Before MySQL 8.0.16 and MariaDB 10.2.1 a `CHECK` is parsed and ignored. Rows that violate it are \
                  accepted, and an upgrade does not restore it.",
    recipe: &[Step::advise("Enforce it with a trigger, or with a foreign key to a table of allowed values.")],
    dialects: MYSQLS,
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let has = match (&change.after, is_new(change)) {
        (Some(Value::Check(_)), true) => true,
        (Some(Value::Table(table)), true) => !table.checks.is_empty(),
        _ => false,
    };
    if !has {
        return vec![];
    }
    let forgets = |dialect: &Database| match dialect {
        Database::Mysql => context.versions().mysql < Version(8, 0, 16),
        Database::Mariadb => context.versions().mariadb < Version(10, 2, 1),
        _ => false,
    };
    let dialects: Vec<Database> = context.dialects.iter().copied().filter(forgets).collect();
    Draft::new(format!("a check of `{}` is parsed and ignored", change.path)).on(dialects).list()
}
