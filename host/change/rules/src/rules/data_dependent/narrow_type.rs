use belljar_diff::{Change, Subject, Value};
use belljar_schema::{NamedType, TypeKind};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ205",
    name: "narrow-type",
    title: "a column gets a narrower type",
    severity: Severity::Error,
    explanation: "Values that do not fit make it fail, or are truncated or rounded: PostgreSQL rounds numbers and \
                  rejects longer strings, MySQL truncates outside strict mode. SQLite ignores lengths.",
    recipe: &[
        Step::advise("Find values that do not fit {after}, and resolve them."),
        Step::advise("Make the code reject them, and release that; then change the type."),
    ],
    dialects: SERVERS,
    part_of: &["BJ206", "BJ601"],
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
    let message = format!("column `{}` changes from `{from}` to `{into}`, which is narrower", change.path);
    Draft::new(message).on(dialects).sql("after", into).list()
}

/// A domain whose base type becomes narrower, and with it all columns of the domain.
fn domain(change: &Change, before: &NamedType, after: &NamedType) -> Vec<Draft> {
    let made_of = |ty: &NamedType| {
        let (ty, _) = Ty::of_domain(ty.sql.as_deref().filter(|_| ty.kind == TypeKind::Domain)?)?;
        Some(ty)
    };
    let (Some(from), Some(into)) = (made_of(before), made_of(after)) else { return vec![] };
    if !from.to(&into, Database::Postgresql).narrows {
        return vec![];
    }
    let message = format!("domain `{}` gets a narrower base type", change.path);
    Draft::new(message).on(POSTGRESQL).sql("after", "the new type").list()
}
