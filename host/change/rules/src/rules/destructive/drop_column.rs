use belljar_diff::{Change, Subject, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ102",
    name: "drop-column",
    title: "a column is dropped",
    severity: Severity::Error,
    explanation: "Its values are lost, together with its indexes and constraints. SQLAlchemy names every mapped column \
                  when it selects, so code of the previous release fails on the whole table.",
    recipe: &[
        Step::advise("Make `{name}` nullable or give it a server default, so that inserts may omit it.")
            .needs("required"),
        Step::advise("Remove it from the model, or map it with `deferred`, and release that."),
        Step::run("Drop it when no running code names it.", "ALTER TABLE {table} DROP COLUMN {name};"),
    ],
    supersedes: &[
        "atlas DS103",
        "squawk ban-drop-column",
        "strong_migrations remove_column",
        "django-migration-linter DROP_COLUMN",
    ],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    if !is_gone(change, Subject::Column) {
        return vec![];
    }
    let Some(Value::Column(column)) = &change.before else { return vec![] };
    let path = &change.path;
    if column.computed.as_ref().is_some_and(|computed| computed.persisted == Some(false)) {
        let message = format!("virtual column `{path}` is dropped, and queries that select it fail");
        return Draft::new(message).graded(Severity::Warning).list();
    }
    let draft = Draft::new(format!("column `{path}` is dropped with its values"));
    let is_required = !column.nullable && !fills_itself(context.old_table(path), column);
    if is_required { draft.name("required", &column.name).list() } else { draft.list() }
}
