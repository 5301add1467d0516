use belljar_diff::{Aspect, Change, Subject, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ307",
    name: "change-view",
    title: "a view selects something else",
    explanation: "Its readers are not in this repository. `CREATE OR REPLACE VIEW` can only add columns at the end; \
                  otherwise it has to be dropped with everything that depends on it, and its grants granted again.",
    recipe: &[
        Step::advise("Add columns at the end, and leave the others as they are."),
        Step::advise(
            "Otherwise create a second view under another name, and drop the first when nothing reads it.",
        ),
    ],
    supersedes: &["squawk ban-replace-view-function", "squawk ban-alter-view-options"],
    check,
    ..Rule::BASE
};

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let (Some(Value::View(before)), Some(Value::View(after))) = (&change.before, &change.after) else {
        return vec![];
    };
    let query =
        modifies(change, Subject::View, Aspect::Query) || modifies(change, Subject::View, Aspect::Columns);
    let kind = modifies(change, Subject::View, Aspect::Materialized);
    let options = modifies(change, Subject::View, Aspect::Options);
    if !query && !kind {
        let draft = Draft::new(format!("view `{}` gets other options", change.path));
        return if options { draft.list() } else { vec![] };
    }
    let kept = |name: &String| after.columns.iter().any(|column| column.name == *name);
    let lost: Vec<String> =
        before.columns.iter().map(|column| column.name.clone()).filter(|name| !kept(name)).collect();
    let path = &change.path;
    if kind {
        let to = if after.materialized { "a materialized view" } else { "a plain view" };
        return Draft::new(format!("view `{path}` becomes {to}, and has to be dropped and created again"))
            .list();
    }
    if lost.is_empty() || after.columns.is_empty() {
        return Draft::new(format!("view `{path}` selects something else")).list();
    }
    Draft::new(format!("view `{path}` no longer has {}", ticked(&lost))).graded(Severity::Error).list()
}
