use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ411",
    name: "add-column-rebuilds",
    title: "MySQL copies the table to add a column",
    explanation: "Before MySQL 8.0.12 and MariaDB 10.3.2 a new column rewrites the whole table. From then on one at \
                  the end, where Alembic puts it, is added instantly, and from MySQL 8.0.29 and MariaDB 10.4 one \
                  anywhere.",
    recipe: &[Step::advise("Use an online schema change tool such as gh-ost or pt-online-schema-change.")],
    supersedes: &["strong_migrations add_column_default"],
    dialects: MYSQLS,
    part_of: &["BJ203"],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let Some(column) = added_column(change) else { return vec![] };
    if column.computed.is_some() {
        return vec![];
    }
    let copies = |dialect: &Database| match dialect {
        Database::Mysql => context.versions().mysql < Version(8, 0, 12),
        Database::Mariadb => context.versions().mariadb < Version(10, 3, 2),
        _ => false,
    };
    let dialects: Vec<Database> = context.dialects.iter().copied().filter(copies).collect();
    Draft::new(format!("column `{}` is added, and the table is copied", change.path)).on(dialects).list()
}
