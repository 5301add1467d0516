use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ803",
    name: "reserved-word",
    title: "the name of a table or column is an SQL keyword",
    severity: Severity::Note,
    explanation: "SQLAlchemy quotes it; people and other tools may not, and `SELECT user` or `ORDER BY rank` then \
                  means something else.",
    recipe: &[Step::advise("Choose another name; the attribute can keep it.")],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let reserved =
        |named: &Named<'_>| matches!(named.kind, "table" | "column") && sql::is_reserved(named.name);
    let found = new_names(context, change).into_iter().filter(reserved);
    let drafts = found.map(|named| {
        let draft = Draft::new(format!("the name of {} `{}` is an SQL keyword", named.kind, named.name))
            .at(named.place);
        if sql::is_reserved_everywhere(named.name) { draft } else { draft.on(MYSQLS) }
    });
    drafts.collect()
}
