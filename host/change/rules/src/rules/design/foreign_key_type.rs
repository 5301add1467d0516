use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ903",
    name: "foreign-key-type",
    title: "a foreign key whose type differs from the column it refers to",
    severity: Severity::Error,
    explanation: "MySQL rejects it, and PostgreSQL rejects types that it can't compare. Where it is accepted, a number \
                  that fits there may not fit here, and comparisons convert every row.",
    recipe: &[Step::advise("Give the column the type of the column it refers to.")],
    dialects: SERVERS,
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let mut drafts = vec![];
    for (table, key) in context.new_foreign_keys(change) {
        for (name, target) in key.columns.iter().zip(&key.targets) {
            let Some((target_table, target_column)) = target.rsplit_once('.') else { continue };
            let there = context.table_named(target_table).and_then(|table| column_of(table, target_column));
            let (Some(here), Some(there)) = (column_of(table, name), there) else { continue };
            let differ = |dialect: &Database| {
                let (here, there) = (here.ty.ddl(*dialect)?, there.ty.ddl(*dialect)?);
                let (one, other) = (Ty::parse(here), Ty::parse(there));
                // A longer text can be compared.
                let same = one.name == other.name || (one.is_text() && other.is_text());
                (!same).then_some((here, there))
            };
            let dialects: Vec<Database> =
                context.dialects.iter().copied().filter(|one| differ(one).is_some()).collect();
            let Some((one, other)) = dialects.first().and_then(differ) else { continue };
            let message = format!(
                "`{}.{name}` has the type `{one}` and refers to `{target}`, which has the type `{other}`",
                table.full_name()
            );
            let draft = Draft::new(message).on(dialects).at(here.place.as_ref());
            let sure = here.status == Status::Exact && there.status == Status::Exact;
            drafts.push(if sure { draft } else { draft.likely() });
        }
    }
    drafts
}
