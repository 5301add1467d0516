use belljar_diff::{Change, Subject};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ303",
    name: "rename-column",
    title: "a column is renamed",
    severity: Severity::Error,
    explanation: "SQLAlchemy names every mapped column when it selects: after the change, code of the previous release \
                  fails on the whole table; before it, code of the new release does. The attribute of the class can be \
                  renamed without the column: `new = mapped_column(\"old\", …)`.",
    recipe: &[
        Step::advise(
            "To rename it in the code only, keep the name of the column: `mapped_column(\"{old}\", …)`.",
        ),
        Step::advise(
            "Expand: add `{name}` beside `{old}`, write both, and fill in existing rows in batches.",
        ),
        Step::advise("Read `{name}`, and release that; then stop writing `{old}`."),
        Step::run("Contract: drop the old one.", "ALTER TABLE {table} DROP COLUMN {old};"),
    ],
    supersedes: &[
        "atlas BC102",
        "squawk renaming-column",
        "strong_migrations rename_column",
        "django-migration-linter RENAME_COLUMN",
    ],
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    match change.was.as_ref().and_then(|was| was.part.as_deref()) {
        Some(old) if is_renamed(change, Subject::Column) => {
            let message =
                format!("column `{old}` becomes `{}`, and code that runs uses the old name", change.path);
            Draft::new(message).name("old", old).list()
        }
        _ => vec![],
    }
}
