use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ026",
    name: "version-irreversible",
    title: "a version without a `downgrade` that undoes it",
    severity: Severity::Note,
    explanation: "A release that fails can't be rolled back with `alembic downgrade`. Data that is lost \
                  does not come back, but the schema can.",
    recipe: &[
        Step::advise("Write the operations that undo `upgrade`, in reverse order."),
        Step::advise(
            "If it can't be undone, let `downgrade` raise an exception with the reason, and switch this rule off for it.",
        ),
    ],
    supersedes: &[
        "django-migration-linter RUNPYTHON_REVERSIBLE",
        "django-migration-linter RUNSQL_REVERSIBLE",
    ],
    ..Rule::BASE
};
