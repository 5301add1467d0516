use belljar_diff::{Change, Subject};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ104",
    name: "drop-enum-value",
    title: "a value of an enumeration is dropped",
    severity: Severity::Error,
    explanation: "PostgreSQL has no statement for this: the type has to be recreated and every column of it rewritten, \
                  which fails where a row has the value. Values of a MySQL column have their own rule.",
    recipe: &[
        Step::advise("Stop writing the value, and release that."),
        Step::advise("Change the rows that have it, in batches."),
        Step::run(
            "Recreate the type. Every column of it is rewritten under a lock; a lookup table with a foreign key never \
             needs this.",
            "ALTER TYPE {type} RENAME TO {old_type};\nCREATE TYPE {type} AS ENUM (…);\n\
             ALTER TABLE … ALTER COLUMN … TYPE {type} USING …::text::{type};\nDROP TYPE {old_type};",
        )
        .on(POSTGRESQL),
    ],
        dialects: POSTGRESQL,
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    if !is_gone(change, Subject::EnumValue) {
        return vec![];
    }
    let path = &change.path;
    let value = path.part.as_deref().unwrap_or_default();
    let message = format!("value `{value}` of enumeration `{}` is dropped", path.name);
    let old = format!("{}_old", path.name);
    // The type still exists, and its columns are judged in the head.
    Draft::new(message)
        .at(change.head.as_ref())
        .table("type", path.schema.as_deref(), &path.name)
        .name("old_type", &old)
        .list()
}
