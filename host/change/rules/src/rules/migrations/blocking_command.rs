use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ036",
    name: "blocking-command",
    title: "a command blocks a table until it is done",
    explanation: "`VACUUM FULL`, `CLUSTER`, `REINDEX`, `LOCK TABLE`, `REFRESH MATERIALIZED VIEW` and \
                  `DETACH PARTITION` block reads or writes of the table for as long as they take.",
    recipe: &[
        Step::advise(
            "Use `REINDEX … CONCURRENTLY`, `REFRESH MATERIALIZED VIEW CONCURRENTLY` and `DETACH PARTITION … CONCURRENTLY`.",
        ),
        Step::advise("Instead of `VACUUM FULL` and `CLUSTER`, use `pg_repack`."),
    ],
    supersedes: &[
        "squawk prefer-repack",
        "squawk require-concurrent-partition-detach",
        "squawk require-concurrent-reindex",
        "django-migration-linter REINDEX",
    ],
    dialects: POSTGRESQL,
    ..Rule::BASE
};
