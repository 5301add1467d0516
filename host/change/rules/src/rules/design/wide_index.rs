use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ906",
    name: "wide-index",
    title: "an index of many columns",
    severity: Severity::Note,
    explanation: "The first columns already select few rows, and every further one makes the index larger and each \
                  write slower.",
    recipe: &[Step::advise("Start with the most selective columns, and omit the others.")],
    supersedes: &["strong_migrations add_index_columns"],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let most = context.config.index_columns;
    let wide = context
        .new_indexes(change)
        .into_iter()
        .filter(|(_, index)| !index.unique && index.columns.len() > most);
    let drafts = wide.map(|(table, index)| {
        let name = index.name.clone().unwrap_or_else(|| index.columns.join(", "));
        let message =
            format!("index `{name}` of `{}` has {} columns", table.full_name(), index.columns.len());
        Draft::new(message).at(place_of(table, index.columns.first()))
    });
    drafts.collect()
}
