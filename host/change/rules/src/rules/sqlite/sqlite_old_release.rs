use belljar_diff::{Change, Subject, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ703",
    name: "sqlite-old-release",
    title: "a column that an older SQLite can't drop or rename",
    explanation: "`DROP COLUMN` came with SQLite 3.35 and rejects columns with an index, a constraint, a key or a \
                  foreign key; `RENAME COLUMN` came with 3.25. Without them the table is rebuilt.",
    recipe: &[Step::advise("In Alembic: `with op.batch_alter_table(\"{table}\") as batch:`.")],
    dialects: SQLITE,
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let release = context.versions().sqlite;
    let path = &change.path;
    if is_renamed(change, Subject::Column) && release < Version(3, 25, 0) {
        return Draft::new(format!("column `{path}` can't be renamed in place")).list();
    }
    if !is_gone(change, Subject::Column) {
        return vec![];
    }
    let Some(Value::Column(column)) = &change.before else { return vec![] };
    let used = context.old_table(path).is_some_and(|table| {
        let has = |columns: &[String]| columns.contains(&column.name);
        table.indexes.iter().any(|index| has(&index.columns))
            || table.unique.iter().any(|unique| has(&unique.columns))
            || table.foreign_keys.iter().any(|key| has(&key.columns))
    });
    if release < Version(3, 35, 0) || used || column.primary_key {
        let message = format!("column `{path}` can't be dropped in place, and the table is rebuilt");
        return Draft::new(message).list();
    }
    vec![]
}
