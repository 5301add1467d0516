use belljar_diff::{Change, Subject, Value};
use belljar_schema::{NamedType, TypeKind};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ205",
    name: "narrow-type",
    title: "a column gets a type that holds less",
    severity: Severity::Error,
    explanation: "Values that do not fit make it fail, or are cut and rounded: PostgreSQL rounds numbers and refuses longer \
                  texts, MySQL cuts outside of strict mode. SQLite knows no lengths.",
    recipe: &[
        Step::say("Look for values that do not fit {after}, and settle them."),
        Step::say("Let the code refuse them, and release that; then change the type."),
    ],
    dialects: SERVERS,
    part_of: &["BJ206"],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    if let (Subject::Type, Some(Value::Type(before)), Some(Value::Type(after))) =
        (change.subject, &change.before, &change.after)
    {
        return domain(change, before, after);
    }
    let Some((before, after)) = types(change) else { return vec![] };
    let narrowed = |dialect: &Database| {
        let (from, into) = (before.ddl(*dialect)?, after.ddl(*dialect)?);
        context.conversion(before, after, *dialect)?.narrows.then_some((from, into))
    };
    let dialects: Vec<Database> =
        context.dialects.iter().copied().filter(|one| narrowed(one).is_some()).collect();
    let Some((from, into)) = dialects.first().and_then(narrowed) else { return vec![] };
    let message = format!("column `{}` goes from `{from}` to `{into}`, which holds less", change.path);
    Draft::new(message).on(dialects).sql("after", into).list()
}

/// A domain that is made of a type which holds less: so do all columns of it.
fn domain(change: &Change, before: &NamedType, after: &NamedType) -> Vec<Draft> {
    let made_of = |ty: &NamedType| {
        let (ty, _) = Ty::of_domain(ty.sql.as_deref().filter(|_| ty.kind == TypeKind::Domain)?)?;
        Some(ty)
    };
    let (Some(from), Some(into)) = (made_of(before), made_of(after)) else { return vec![] };
    if !from.to(&into, Database::Postgresql).narrows {
        return vec![];
    }
    let message = format!("domain `{}` is made of a type that holds less than before", change.path);
    Draft::new(message).on(POSTGRESQL).sql("after", "the new type").list()
}
