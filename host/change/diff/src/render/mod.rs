//! A diff for people: grouped by table, with file and line. Who prints it decides where.

mod group;
mod markdown;
mod sentence;
mod text;

pub use markdown::Markdown;
pub use text::Text;

use belljar_schema::Place;
use belljar_text::brief;

use crate::{Change, Side};

/// How many letters of a value are shown; a query may have thousands.
const LONGEST: usize = 160;

/// How many notes of a change are shown.
const MOST_NOTES: usize = 3;

/// What no database hears of is told apart.
const INFORMATION: &str = "Only in the code";

/// The places of a change, that of the head first: one where both sides are the same, or only one has it.
fn places(change: &Change) -> Vec<(&'static str, &Place)> {
    match (&change.base, &change.head) {
        (Some(base), Some(head)) if base != head => vec![("", head), ("was ", base)],
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
