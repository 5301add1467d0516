use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ904",
    name: "foreign-key-target",
    title: "a foreign key that refers to columns that are not unique",
    severity: Severity::Error,
    explanation: "PostgreSQL, SQLite and standard SQL require a primary key or a unique constraint on exactly these \
                  columns. MySQL accepts any index, and the meaning of a cascade is then undefined.",
    recipe: &[Step::advise("Refer to the primary key, or make the columns unique there first.")],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let found = context.new_foreign_keys(change).into_iter().filter_map(|(table, key)| {
        let target = target_table(key)?;
        let there = context.table_named(&target)?;
        let wanted: Vec<String> =
            key.targets.iter().filter_map(|one| one.rsplit('.').next()).map(str::to_owned).collect();
        let unique = unique::is_key(there, &wanted);
        let message = format!(
            "the foreign key of {} in `{}` refers to columns of `{target}` that are not unique",
            ticked(&key.columns),
            table.full_name()
        );
        let draft = Draft::new(message).at(place_of(table, key.columns.first()));
        let sure = there.status == Status::Exact;
        (!unique).then(|| if sure { draft } else { draft.likely() })
    });
    found.collect()
}
