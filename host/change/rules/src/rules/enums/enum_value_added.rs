use belljar_diff::{Change, Subject};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ503",
    name: "enum-value-added",
    title: "a value is added to an enumeration",
    severity: Severity::Note,
    explanation: "Code of the previous release raises `LookupError` when it reads the new value, also where the \
                  database stores it as text. In PostgreSQL a value of a named type can't be used in the transaction \
                  that adds it, can't be dropped again, and before 12 can't be added in a transaction at all. Alembic \
                  does not detect that it is missing.",
    recipe: &[
        Step::advise("Release code that reads it before the first row with it is written."),
        Step::run("Add it in a migration of its own.", "ALTER TYPE {type} ADD VALUE IF NOT EXISTS {value};")
            .on(POSTGRESQL),
    ],
    supersedes: &["squawk ban-add-enum-value"],
    part_of: &["BJ502"],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    if types(change).is_some() {
        return of_column(context, change);
    }
    if change.subject != Subject::EnumValue || !is_new(change) {
        return vec![];
    }
    let path = &change.path;
    let value = path.part.as_deref().unwrap_or_default();
    let draft = Draft::new(format!("value `{value}` is added to enumeration `{}`", path.name))
        .table("type", path.schema.as_deref(), &path.name)
        .sql("value", literal(value));
    let outside =
        context.versions().postgresql < Version(12, 0, 0) && context.dialects.contains(&Database::Postgresql);
    if outside { draft.graded(Severity::Warning).list() } else { draft.list() }
}

/// A named enumeration in databases other than PostgreSQL: the column itself holds the values, as text or as a MySQL
/// `ENUM`.
fn of_column(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let Some((before, after)) = types(change) else { return vec![] };
    let (Some(old), Some(new)) = (&before.enum_values, &after.enum_values) else { return vec![] };
    if Ty::from_column(after, Database::Postgresql).is_some_and(|ty| ty.is_text()) {
        return vec![];
    }
    let added: Vec<String> = new.iter().filter(|value| !old.contains(value)).cloned().collect();
    let has_values = |dialect: &Database| {
        let own = |ty: &ColumnType| {
            let inline = ty.ddl(*dialect).is_some_and(is_inline_enum);
            inline || Ty::from_column(ty, *dialect).is_some_and(|ty| ty.is_text())
        };
        own(before) && own(after)
    };
    let dialects: Vec<Database> = context.dialects.iter().copied().filter(has_values).collect();
    if added.is_empty() || dialects.is_empty() {
        return vec![];
    }
    let message = format!("column `{}` may hold {} from now on", change.path, ticked(&added));
    Draft::new(message).on(dialects).everywhere().list()
}

fn literal(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}
