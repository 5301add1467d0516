use belljar_diff::{Change, Subject};

use crate::rules::prelude::*;

pub(super) const RULE: Rule = Rule {
    code: "BJ107",
    name: "drop-sequence",
    title: "a sequence is dropped",
    explanation: "Its current value is lost: a recreated one starts over and gives numbers that are already in use. \
                  Defaults that call it block the statement, or are dropped with `CASCADE`.",
    recipe: &[Step::run("Record its current value before it is dropped.", "SELECT last_value FROM {table};")],
    dialects: &[Database::Postgresql, Database::Mariadb],
    supersedes: &["squawk ban-drop-sequence"],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    if !is_gone(change, Subject::Sequence) {
        return vec![];
    }
    if let Some(user) = user(context, change) {
        let message =
            format!("sequence `{}` is dropped, but `{user}` still takes its numbers from it", change.path);
        return Draft::new(message).graded(Severity::Error).list();
    }
    Draft::new(format!("sequence `{}` is dropped, and its current value is lost", change.path)).list()
}

/// A column of the head that calls the sequence, so that the server rejects the drop.
fn user(context: &RuleContext<'_>, change: &Change) -> Option<String> {
    let name = change.path.name.to_lowercase();
    let calls = |text: &String| {
        let text = text.to_lowercase();
        let quoted = ["'", ".", "\""].iter().any(|before| text.contains(&format!("{before}{name}")));
        text.contains("next") && (quoted || sql::words(&text).contains(&name))
    };
    let mut columns =
        context.head.tables.iter().flat_map(|table| table.columns.iter().map(move |column| (table, column)));
    let (table, column) = columns.find(|(_, column)| column.server_default.as_ref().is_some_and(calls))?;
    Some(format!("{}.{}", table.full_name(), column.name))
}
