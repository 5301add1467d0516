//! The diagram of what a check compares.

use std::collections::BTreeMap;

use belljar_check::Verdict;
use belljar_diagram::{Mark, Touch, Touches, mermaid_of_change};
use belljar_diff::{Action, Change, Effect, Subject};
use belljar_schema::Document;

/// The tables that a change touches, with their neighbours, in Mermaid; `None` if it touches none, or too many.
pub(crate) fn change_diagram(base: &Document, head: &Document, verdict: &Verdict) -> Option<String> {
    let mut touches = Touches::new();
    for change in verdict.diff.changes.iter().filter(|change| change.effect == Effect::Database) {
        touch(&mut touches, change);
    }
    mermaid_of_change(base, head, &touches)
}

fn touch(touches: &mut Touches, change: &Change) {
    // What can't be determined is no change that a diagram could show.
    let mark = match change.action {
        Action::Add => Mark::Added,
        Action::Drop => Mark::Dropped,
        Action::Rename | Action::Move | Action::Modify => Mark::Changed,
        Action::Missing | Action::Unseen => return,
    };
    let is_table = match change.subject {
        Subject::Table | Subject::View => true,
        Subject::Column
        | Subject::PrimaryKey
        | Subject::Unique
        | Subject::ForeignKey
        | Subject::Check
        | Subject::Exclude
        | Subject::Index => false,
        _ => return,
    };
    let key = (change.path.schema.clone(), change.path.name.clone());
    let own = if is_table { mark } else { Mark::Changed };
    let touch = touches.entry(key).or_insert_with(|| Touch { mark: own, columns: BTreeMap::new() });
    if is_table {
        touch.mark = mark;
    }
    if let (Subject::Column, Some(column)) = (change.subject, &change.path.part) {
        touch.columns.insert(column.clone(), mark);
    }
}
