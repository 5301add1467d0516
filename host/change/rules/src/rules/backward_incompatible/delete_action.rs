use belljar_diff::{Aspect, Change, Subject, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ309",
    name: "delete-action",
    title: "the rows that are deleted along with a row change",
    explanation: "With `CASCADE`, a delete that used to be rejected deletes the referring rows too; without it, a \
                  delete that used to succeed fails. Code of the previous release relies on the old behaviour. The \
                  constraint is dropped and recreated, and all rows are checked.",
    recipe: &[
        Step::advise("Find code that deletes rows there, and handle the referring rows explicitly."),
        Step::run(
            "Create the new constraint before dropping the old one.",
            "ALTER TABLE {table} ADD CONSTRAINT {new} FOREIGN KEY ({columns}) REFERENCES {target} (…) ON DELETE \
             {action} NOT VALID;\nALTER TABLE {table} VALIDATE CONSTRAINT {new};\nALTER TABLE {table} DROP CONSTRAINT \
             …;",
        )
        .on(POSTGRESQL),
    ],
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    if !modifies(change, Subject::ForeignKey, Aspect::Ondelete) {
        return vec![];
    }
    let (Some(Value::ForeignKey(before)), Some(Value::ForeignKey(after))) = (&change.before, &change.after)
    else {
        return vec![];
    };
    let action = |action: &Option<String>| action.as_deref().unwrap_or("NO ACTION").to_uppercase();
    let (old, new) = (action(&before.ondelete), action(&after.ondelete));
    let name = format!("fk_{}_{}_new", change.path.name, after.columns.join("_"));
    Draft::new(format!("foreign key `{}` changes from `ON DELETE {old}` to `ON DELETE {new}`", change.path))
        .names("columns", &after.columns)
        .name("new", &name)
        .sql("target", target_table(after).unwrap_or_default())
        .sql("action", new)
        .list()
}
