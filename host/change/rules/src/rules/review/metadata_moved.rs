use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ015",
    name: "metadata-moved",
    title: "a table moves to another `MetaData`",
    severity: Severity::Error,
    explanation: "The database should hold the same table, so nothing changes in it. But Alembic's autogenerate \
                  compares a database with the `MetaData` that `target_metadata` names, and drops the tables that are \
                  no longer in it; `create_all()` no longer makes them. A bind key of Flask-SQLAlchemy is another \
                  `MetaData` too, and usually another database.",
    recipe: &[
        Step::advise(
            "Leave the table in its `MetaData`, or give `target_metadata` a list of both before this is merged.",
        ),
        Step::advise("If the table is meant to move to another database, move its rows first."),
    ],
    ..Rule::BASE
};
