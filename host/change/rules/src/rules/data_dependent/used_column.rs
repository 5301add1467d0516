use belljar_diff::{Change, Subject};

use crate::rules::prelude::*;
use crate::uses::{Use, uses};

pub(super) const RULE: Rule = Rule {
    code: "BJ213",
    name: "used-column",
    title: "something that stays depends on a column that is dropped or gets another type",
    severity: Severity::Error,
    explanation: "The server refuses the statement while a view, a generated column, a policy or a foreign key needs the column as it \
                  is: PostgreSQL for most of them, MySQL for generated columns and foreign keys, SQLite for all of them \
                  when a column is dropped. With `CASCADE` PostgreSQL drops them instead; an index or a check it drops \
                  along with the column without a word.",
    recipe: &[
        Step::say(
            "Drop what depends on it first, change the column, and make it again, all in one transaction.",
        ),
        Step::say("Of a view that goes on without the column, release the new text before the column goes."),
    ],
    check,
    ..Rule::BASE
};

fn check(context: &RuleContext<'_>, change: &Change) -> Vec<Draft> {
    let drops = is_gone(change, Subject::Column);
    if !drops && types(change).is_none() {
        return vec![];
    }
    let Some(column) = change.path.part.as_deref() else { return vec![] };
    let mut drafts = vec![];
    for Use { what, in_drop, in_type, certain } in uses(context, &change.path, column) {
        let dialects = if drops { in_drop } else { in_type };
        if dialects.is_empty() {
            continue;
        }
        let verb = if drops { "is dropped" } else { "gets another type" };
        let message = format!("column `{}` {verb}, and {what} needs it as it is", change.path);
        let draft = Draft::new(message).on(dialects);
        drafts.push(if certain { draft } else { draft.likely() });
    }
    drafts
}
