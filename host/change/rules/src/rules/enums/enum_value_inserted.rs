use belljar_diff::{Change, Subject};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ502",
    name: "enum-value-inserted",
    title: "a value is added to an enumeration, and not at its end",
    explanation: "PostgreSQL inserts it there only with `BEFORE` or `AFTER`, which Alembic does not write: the order \
                  in the database then differs from the order in the model.",
    recipe: &[
        Step::advise("Add it at the end of the model's enumeration."),
        Step::run("Or state its position.", "ALTER TYPE {type} ADD VALUE {value} BEFORE {next};")
            .on(POSTGRESQL),
    ],
    supersedes: &["squawk require-enum-value-ordering"],
    dialects: POSTGRESQL,
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    if change.subject != Subject::EnumValue || !is_new(change) {
        return vec![];
    }
    let path = &change.path;
    let value = path.part.as_deref().unwrap_or_default();
    let ty = context.head.types.iter().find(|ty| ty.name == path.name && ty.schema == path.schema);
    let Some(ty) = ty else { return vec![] };
    let is_old = |name: &&String| !context.is_new_value(path, name);
    let Some(next) = ty.values.iter().skip_while(|one| *one != value).find(is_old) else { return vec![] };
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    Draft::new(format!("value `{value}` is inserted before `{next}` in enumeration `{}`", path.name))
        .table("type", path.schema.as_deref(), &path.name)
        .sql("value", quoted(value))
        .sql("next", quoted(next))
        .list()
}
