use std::fmt::{self, Write};

use super::{
    INFORMATION, MOST_NOTES,
    group::{Group, groups},
    places,
    safe::code,
    sentence::{sentence, sign},
    side,
    text::tally,
};
use crate::{Certainty, Change, Diff, Effect};

/// For a comment on a pull request. All that comes from the repository stands in code spans, so that it can't be markup,
/// a link or a mention.
#[derive(Debug, Clone, Copy)]
pub struct Markdown<'a>(pub &'a Diff);

impl fmt::Display for Markdown<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let diff = self.0;
        for group in groups(diff, Effect::Database) {
            self::group(&group, out)?;
        }
        let information = groups(diff, Effect::Information);
        if !information.is_empty() {
            write!(out, "<details><summary>{INFORMATION}</summary>\n\n")?;
            for group in &information {
                self::group(group, out)?;
            }
            write!(out, "</details>\n\n")?;
        }
        for diagnostic in &diff.diagnostics {
            write!(out, "Warning: {}\n\n", code(&diagnostic.message))?;
        }
        writeln!(out, "{}", tally(diff).join("\n\n"))
    }
}

fn group(group: &Group<'_>, out: &mut dyn Write) -> fmt::Result {
    write!(out, "#### {} {}\n\n", group.kind, code(&group.name))?;
    for change in &group.changes {
        self::change(change, out)?;
    }
    writeln!(out)
}

fn change(change: &Change, out: &mut dyn Write) -> fmt::Result {
    let places: Vec<String> = places(change)
        .iter()
        .map(|(was, place)| format!("{was}{}", code(&format!("{}:{}", place.path, place.line))))
        .collect();
    let sure = match change.certainty {
        Certainty::Certain => "",
        Certainty::Likely => " _(likely)_",
        Certainty::CannotTell => " _(can't tell)_",
    };
    let line = format!("- `{}` {}{sure} {}", sign(change), sentence(change, &code), places.join(", "));
    writeln!(out, "{}", line.trim_end())?;
    for note in change.notes.iter().take(MOST_NOTES) {
        writeln!(out, "  - {}{}", side(note.side), code(&note.message))?;
        if let Some(hint) = &note.hint {
            writeln!(out, "    - hint: {}", code(hint))?;
        }
    }
    match change.notes.len().checked_sub(MOST_NOTES + 1) {
        Some(more) => writeln!(out, "  - … and {} more", more + 1),
        None => Ok(()),
    }
}
