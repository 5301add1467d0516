use belljar_diff::{Aspect, Change, Subject, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ309",
    name: "delete-action",
    title: "what is deleted along with a row changes",
    explanation: "With `CASCADE` a delete that was refused takes other rows along, and theirs; without it a delete that worked \
                  fails. Code of the release before counts on what was. The constraint is dropped and made anew, and all \
                  rows are checked.",
    recipe: &[
        Step::advise("Look for code that deletes rows there, and say there what is to happen to those that refer to them."),
        Step::run(
            "Make the new constraint before the old one is dropped.",
            "ALTER TABLE {table} ADD CONSTRAINT {new} FOREIGN KEY ({columns}) REFERENCES {target} (…) ON DELETE {action} NOT VALID;\n\
             ALTER TABLE {table} VALIDATE CONSTRAINT {new};\nALTER TABLE {table} DROP CONSTRAINT …;",
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
    Draft::new(format!("foreign key `{}` goes from `ON DELETE {old}` to `ON DELETE {new}`", change.path))
        .names("columns", &after.columns)
        .name("new", &name)
        .sql("target", target_table(after).unwrap_or_default())
        .sql("action", new)
        .list()
}
