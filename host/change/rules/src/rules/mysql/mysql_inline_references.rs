use belljar_diff::{Change, Value};
use belljar_schema::ObjectKind;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ602",
    name: "mysql-inline-references",
    title: "a statement has a `REFERENCES` beside a column",
    explanation: "MySQL before 9.0 parses and ignores it: there is no foreign key, and no error. MariaDB supports it \
                  from 10.5 on. SQLAlchemy's own foreign keys are written as constraints of the table; a statement \
                  that the code passes as text may not be.",
    recipe: &[Step::advise(
        "Write `FOREIGN KEY (…) REFERENCES … (…)` as a constraint of the table, or let SQLAlchemy write it.",
    )],
    supersedes: &["atlas MY102"],
    dialects: MYSQLS,
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let Some(Value::Object(object)) = &change.after else { return vec![] };
    let is_table = object.kind == ObjectKind::Table;
    let for_mysql = object.creation.dialects.is_empty()
        || object.creation.dialects.iter().any(|dialect| dialect == "mysql" || dialect == "mariadb");
    let Some(sql) = object.sql.as_ref().filter(|_| is_table && for_mysql) else { return vec![] };
    let text = sql::without_literals(sql).to_uppercase();
    let words = text.replace(['(', ')', ','], " ");
    let count = |word: &str| words.split_whitespace().filter(|one| *one == word).count();
    // Each constraint of a table has a `FOREIGN` of its own.
    if count("REFERENCES") <= count("FOREIGN") {
        return vec![];
    }
    let ignores = |dialect: &Database| match dialect {
        Database::Mysql => context.versions().mysql < Version(9, 0, 0),
        Database::Mariadb => context.versions().mariadb < Version(10, 5, 0),
        _ => false,
    };
    let dialects: Vec<Database> = context.dialects.iter().copied().filter(ignores).collect();
    Draft::new(format!("table `{}` has a `REFERENCES` beside a column, which has no effect", change.path))
        .on(dialects)
        .list()
}
