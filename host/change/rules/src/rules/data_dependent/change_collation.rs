use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ212",
    name: "change-collation",
    title: "a column gets another collation",
    explanation: "Equality and sort order change: a unique index may find duplicates and fail, every index of \
                  the column is rebuilt, and comparisons with columns of the old collation fail or use no index.",
    recipe: &[
        Step::advise("Find values that the new collation treats as equal."),
        Step::advise("Change all columns that are compared with each other together."),
    ],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let Some((before, after)) = types(change) else { return vec![] };
    let changed = |dialect: &Database| {
        let read = |ty: &ColumnType| ty.ddl(*dialect).and_then(|text| Ty::parse(text).collation);
        read(before) != read(after)
    };
    let dialects: Vec<Database> = context.dialects.iter().copied().filter(changed).collect();
    if dialects.is_empty() {
        return vec![];
    }
    Draft::new(format!("column `{}` gets another collation", change.path)).on(dialects).list()
}
