use belljar_diff::{Action, Aspect, Change, Subject, Value};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ110",
    name: "becomes-temporary",
    title: "a table no longer keeps its rows",
    severity: Severity::Error,
    explanation: "A temporary table and its rows are gone when its session ends; `ON COMMIT` empties or drops it with \
                  every transaction. An unlogged table is empty after a crash and on every replica. MySQL's `MEMORY` \
                  loses its rows when the server stops, and `BLACKHOLE` stores none.",
    recipe: &[
        Step::advise("Keep the table as it is, and create a second one for rows that need not be kept."),
        Step::advise("Move the rows that are needed before the old table is dropped."),
    ],
    check,
    ..Rule::BASE
};

/// The engines of MySQL and MariaDB that do not persist rows.
const FORGETFUL: [&str; 3] = ["memory", "heap", "blackhole"];

fn check(_: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    if change.subject != Subject::Table || change.action != Action::Modify {
        return vec![];
    }
    let found = match change.aspects.as_slice() {
        [Aspect::Prefixes] => {
            prefix(change.after.as_ref()).filter(|_| prefix(change.before.as_ref()).is_none())
        }
        [Aspect::Option] => option(change),
        _ => None,
    };
    let Some((what, dialects)) = found else { return vec![] };
    let draft =
        Draft::new(format!("table `{}` becomes {what}, and its rows are lost", table_text(&change.path)));
    draft.on(dialects).list()
}

/// The prefixes that make a table not persistent, with the databases that read them.
fn prefix(value: Option<&Value>) -> Option<(String, &'static [Database])> {
    let Some(Value::List(prefixes)) = value else { return None };
    let words = prefixes.iter().flat_map(|text| text.split_whitespace()).map(str::to_uppercase);
    words.into_iter().find_map(|word| match word.as_str() {
        "TEMP" | "TEMPORARY" => Some(("temporary".to_owned(), crate::versions::DATABASES)),
        "UNLOGGED" => Some(("unlogged".to_owned(), POSTGRESQL)),
        _ => None,
    })
}

/// The options that make a table not persistent.
fn option(change: &Change) -> Option<(String, &'static [Database])> {
    let (before, after) = texts(change);
    let word = |text: Option<&str>| text.map(|text| text.trim_matches(['\'', '"', ' ']).to_lowercase());
    let (before, after) = (word(before), word(after)?);
    let is_new = |keeps_nothing: &dyn Fn(&str) -> bool| {
        keeps_nothing(&after) && !before.as_deref().is_some_and(keeps_nothing)
    };
    let (name, is_forgetful) = (change.path.part.as_deref()?, |text: &str| FORGETFUL.contains(&text));
    match name {
        "postgresql_on_commit" if is_new(&|text| text.replace('_', " ") != "preserve rows") => {
            Some((format!("one that is emptied or dropped on commit (`{after}`)"), POSTGRESQL))
        }
        "mysql_engine" if is_new(&is_forgetful) => Some((format!("one of the engine `{after}`"), MYSQLS)),
        "mariadb_engine" if is_new(&is_forgetful) => {
            Some((format!("one of the engine `{after}`"), &[Database::Mariadb]))
        }
        _ => None,
    }
}
