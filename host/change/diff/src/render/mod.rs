//! Renders a diff for people: grouped by table, with file and line. The caller prints it.

mod group;
mod markdown;
mod sentence;
mod text;

pub use markdown::Markdown;
pub use text::{Changes, Text};

use belljar_schema::Place;
use belljar_text::brief;

use crate::{Action, Change, Side, Value};

/// The maximum length of a value in characters; a query may have thousands.
const LONGEST: usize = 160;

/// The maximum number of notes of a change.
const MOST_NOTES: usize = 3;

/// Changes that do not affect the database are separate.
const INFORMATION: &str = "Only in the code";

/// The values of both sides of a change, in short form.
pub fn values(change: &Change) -> (Option<String>, Option<String>) {
    let text = |value: &Option<Value>| value.as_ref().map(|value| short(&sentence::content(value)));
    (text(&change.before), text(&change.after))
}

/// A change in one line of plain text. Text of the repository is in it as it is.
pub fn line(change: &Change) -> String {
    sentence::sentence(change, &str::to_owned)
}

/// The place of a change: in the head, if the head has one.
pub fn place(change: &Change) -> Option<&Place> {
    places(change).first().map(|(_, place)| *place)
}

/// Whether one side of a change has no value, or an empty one.
pub fn is_unnamed(change: &Change) -> bool {
    let is_empty = |text: &Option<String>| text.as_ref().is_none_or(String::is_empty);
    let (before, after) = values(change);
    is_empty(&before) || is_empty(&after)
}

/// The places of a change, that of the head first. What is only on one side has one place; of what both sides have, that
/// of the base is shown if it is another file, or if the name was another.
fn places(change: &Change) -> Vec<(&'static str, &Place)> {
    let is_renamed = matches!(change.action, Action::Rename | Action::Move);
    let (base, head) = match change.action {
        Action::Add | Action::Unseen => (None, change.head.as_ref().or(change.base.as_ref())),
        Action::Drop | Action::Missing if change.base.is_some() => (change.base.as_ref(), None),
        _ => (change.base.as_ref(), change.head.as_ref()),
    };
    match (base, head) {
        (Some(base), Some(head)) if base.path != head.path || (is_renamed && base != head) => {
            vec![("", head), ("was ", base)]
        }
        (_, Some(head)) => vec![("", head)],
        (Some(base), None) => vec![("was ", base)],
        (None, None) => vec![],
    }
}

fn side(side: Option<Side>) -> &'static str {
    match side {
        Some(Side::Base) => "base: ",
        Some(Side::Head) => "head: ",
        None => "",
    }
}

/// The first letters of a text.
fn short(text: &str) -> String {
    brief(text, LONGEST)
}
