use belljar_diff::{Aspect, Change, Subject, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ401",
    name: "index-blocks-writes",
    title: "an index is built without `CONCURRENTLY`",
    explanation: "`CREATE INDEX` blocks all writes to the table until the index is built. `CONCURRENTLY` takes longer \
                  and blocks nothing; it can't run in a transaction, and a failed build leaves an invalid index that \
                  has to be dropped.",
    recipe: &[
        Step::run(
            "Build it outside of a transaction.",
            "CREATE {unique}INDEX CONCURRENTLY {index} ON {table} …;",
        ),
        Step::advise(
            "In Alembic: `with op.get_context().autocommit_block():` and `postgresql_concurrently=True`.",
        ),
    ],
    supersedes: &[
        "atlas PG101",
        "squawk require-concurrent-index-creation",
        "strong_migrations add_index",
        "strong_migrations add_reference",
        "django-migration-linter CREATE_INDEX",
    ],
    references: &[
        "https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
    ],
    dialects: POSTGRESQL,
    part_of: &["BJ201", "BJ202"],
    check,
    ..Rule::BASE
};

/// What of an index can't be altered.
const REBUILT: &[Aspect] =
    &[Aspect::Elements, Aspect::OperatorClass, Aspect::Unique, Aspect::Method, Aspect::Predicate];

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let rebuilt = REBUILT.iter().any(|aspect| modifies(change, Subject::Index, *aspect));
    let (true, Some(Value::Index(index))) = (is_new(change) || rebuilt, &change.after) else { return vec![] };
    if is_on(&index.options, "postgresql_concurrently") {
        return vec![];
    }
    let verb = if rebuilt { "rebuilt" } else { "built" };
    let name = index.name.clone().unwrap_or_else(|| format!("ix_{}", change.path.name));
    Draft::new(format!("index `{}` is {verb}, and writes to `{}` are blocked", change.path, change.path.name))
        .sql("unique", if index.unique { "UNIQUE " } else { "" })
        .name("index", &name)
        .list()
}
