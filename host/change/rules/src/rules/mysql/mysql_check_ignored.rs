use belljar_diff::{Change, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ607",
    name: "mysql-check-ignored",
    title: "a check that MySQL reads and does not keep",
    explanation: "Before MySQL 8.0.16 and MariaDB 10.2.1 a `CHECK` is read and forgotten. Rows that break it come in, and an \
                  upgrade does not bring it back.",
    recipe: &[Step::say("Keep the rule in a trigger, or in a foreign key to a table of what is allowed.")],
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
    Draft::new(format!("a check of `{}` is read and not kept", change.path)).on(dialects).list()
}
