//! django-migration-linter: the codes of its table, with the examples of its page.

use belljar_schema::Table;

use super::{Row, Tool, row};
use crate::make::{column, email, index, required, same, ty_of, unique, users};

pub(super) fn tool() -> Tool {
    Tool {
        name: "django-migration-linter",
        of: "The codes of its table.",
        all: &[
            "NOT_NULL",
            "DROP_COLUMN",
            "DROP_TABLE",
            "RENAME_COLUMN",
            "RENAME_TABLE",
            "ALTER_COLUMN",
            "ADD_UNIQUE",
            "RUNPYTHON_REVERSIBLE",
            "RUNPYTHON_ARGS_NAMING_CONVENTION",
            "RUNPYTHON_MODEL_IMPORT",
            "RUNPYTHON_MODEL_VARIABLE_NAME",
            "RUNSQL_REVERSIBLE",
            "CREATE_INDEX",
            "CREATE_INDEX_EXCLUSIVE",
            "DROP_INDEX",
            "REINDEX",
        ],
        rows: rows(),
        of_versions: &[
            ("RUNPYTHON_REVERSIBLE", "RunPython without reverse code", "BJ026"),
            ("RUNSQL_REVERSIBLE", "RunSQL without reverse SQL", "BJ026"),
            ("CREATE_INDEX_EXCLUSIVE", "an index in the transaction of another ALTER TABLE", "BJ031"),
            ("REINDEX", "REINDEX TABLE …", "BJ036"),
        ],
        outside: &[
            ("RUNPYTHON_ARGS_NAMING_CONVENTION", "a data migration"),
            ("RUNPYTHON_MODEL_IMPORT", "a data migration"),
            ("RUNPYTHON_MODEL_VARIABLE_NAME", "a data migration"),
        ],
    }
}

fn rows() -> Vec<Row> {
    vec![
        row(
            "NOT_NULL",
            "ADD COLUMN … NOT NULL without a default",
            "BJ203",
            [same, |d| {
                users(d).columns.push(required("age", "INTEGER"));
            }],
        ),
        row("NOT_NULL", "ALTER COLUMN … SET NOT NULL", "BJ204", [same, |d| email(d).nullable = false]),
        row(
            "DROP_COLUMN",
            "ALTER TABLE … DROP COLUMN",
            "BJ102",
            [same, |d| {
                users(d).columns.retain(|one| one.name != "name");
            }],
        ),
        row("DROP_TABLE", "DROP TABLE", "BJ101", [same, |d| d.tables.retain(|one| one.name != "users")]),
        row(
            "RENAME_COLUMN",
            "ALTER TABLE … RENAME COLUMN",
            "BJ303",
            [same, |d| {
                email(d).name = "mail".to_owned();
            }],
        )
        .renames(&["users.email=mail"]),
        row(
            "RENAME_TABLE",
            "ALTER TABLE … RENAME TO",
            "BJ301",
            [same, |d| {
                let renamed = Table { name: "people".to_owned(), ..users(d).clone() };
                *users(d) = renamed;
            }],
        )
        .renames(&["users=people"]),
        row("ALTER_COLUMN", "a text becomes an integer", "BJ206", [same, |d| email(d).ty = ty_of("INTEGER")]),
        row(
            "ALTER_COLUMN",
            "a column's type changes, and the table is rewritten",
            "BJ404",
            [|d| email(d).ty = ty_of("INTEGER"), |d| email(d).ty = ty_of("BIGINT")],
        ),
        row("ALTER_COLUMN", "ALTER COLUMN … DROP NOT NULL", "BJ310", [|d| email(d).nullable = false, same]),
        row(
            "ADD_UNIQUE",
            "ADD CONSTRAINT … UNIQUE over several columns",
            "BJ201",
            [same, |d| {
                users(d).unique.push(unique("uq", &["email", "name"]));
            }],
        ),
        row(
            "CREATE_INDEX",
            "CREATE INDEX without CONCURRENTLY",
            "BJ401",
            [same, |d| {
                users(d).indexes.push(index("ix", &["email"]));
            }],
        ),
        row(
            "DROP_INDEX",
            "DROP INDEX without CONCURRENTLY",
            "BJ402",
            [
                |d| {
                    users(d).columns.push(column("age", "INTEGER"));
                    users(d).indexes.push(index("ix", &["age"]));
                },
                |d| users(d).columns.push(column("age", "INTEGER")),
            ],
        ),
    ]
}
