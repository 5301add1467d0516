use belljar_diff::Change;

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ801",
    name: "identifier-too-long",
    title: "a name is longer than the database allows",
    severity: Severity::Error,
    explanation: "PostgreSQL allows 63 bytes and silently truncates the rest, so that two names may become equal; \
                  SQLAlchemy rejects such names, or shortens those of a naming convention. MySQL allows 64 characters, \
                  and rejects longer names.",
    recipe: &[Step::advise("Choose a shorter name.")],
    supersedes: &["squawk identifier-too-long"],
    dialects: SERVERS,
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let drafts = new_names(context, change).into_iter().filter_map(|named| {
        let long = |dialect: &Database| match dialect {
            Database::Postgresql => named.name.len() > 63,
            Database::Mysql | Database::Mariadb => named.name.chars().count() > 64,
            Database::Sqlite | Database::Mssql | Database::Oracle => false,
        };
        let dialects: Vec<Database> = context.dialects.iter().copied().filter(long).collect();
        let message = format!("the name of {} `{}` is too long", named.kind, named.name);
        let draft = Draft::new(message).on(dialects.clone()).at(named.place);
        // A naming convention may have made it, and then SQLAlchemy shortens it; any other fails when it is made.
        let of_constraint = matches!(named.kind, "index" | "unique constraint" | "foreign key" | "check");
        let draft = if of_constraint { draft.graded(Severity::Note) } else { draft };
        (!dialects.is_empty()).then_some(draft)
    });
    drafts.collect()
}
