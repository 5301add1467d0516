use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ035",
    name: "rows-removed",
    title: "all rows of a table are removed",
    explanation: "`TRUNCATE`, and `DELETE` without a condition, remove data that `downgrade` does not \
                  bring back. `TRUNCATE … CASCADE` empties every table that refers to it as well.",
    recipe: &[Step::advise("Make sure that the rows are not needed, and that there is a backup.")],
    supersedes: &["squawk ban-truncate-cascade"],
    ..Rule::BASE
};
