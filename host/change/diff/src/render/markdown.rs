use std::fmt::{self, Write};

use belljar_text::{MOST_BYTES, Page, code, prose};

use super::{
    INFORMATION, MOST_NOTES,
    group::{Group, groups},
    places,
    sentence::{sentence, sign},
    side,
    text::tally,
};
use crate::{Certainty, Change, Diff, Effect};

/// For a comment on a pull request, of at most [`MOST_BYTES`]. All text of the repository is in code spans, so that it
/// can't be markup, a link or a mention.
#[derive(Debug, Clone, Copy)]
pub struct Markdown<'a>(pub &'a Diff);

impl fmt::Display for Markdown<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.within(MOST_BYTES))
    }
}

impl Markdown<'_> {
    /// The same with a given limit in bytes; omitted lines are counted.
    pub fn within(&self, most: usize) -> String {
        let mut page = Page::new(most);
        self.changes(&mut page);
        if page.left_out() > 0 {
            page.close(&format!("… and {} more lines, too many for a comment\n\n", page.left_out()));
        }
        page.close(&tally(self.0).join("\n\n"));
        page.close("\n");
        page.into_text()
    }

    /// The changes alone, as a part of a longer page.
    pub fn changes(&self, page: &mut Page) {
        let diff = self.0;
        for group in groups(diff, Effect::Database) {
            render_group(&group, page);
        }
        let information = groups(diff, Effect::Information);
        if !information.is_empty() && page.left_out() == 0 {
            page.push(&format!("<details><summary>{INFORMATION}</summary>\n\n"));
            let is_open = page.left_out() == 0;
            for group in &information {
                render_group(group, page);
            }
            if is_open {
                page.close("</details>\n\n");
            }
        }
        for diagnostic in &diff.diagnostics {
            page.push(&format!("Warning: {}\n\n", prose(&diagnostic.message)));
        }
    }
}

/// A heading and its changes, each a piece of its own; the blank line after them belongs to the last.
fn render_group(group: &Group<'_>, page: &mut Page) {
    let mut heading = format!("#### {} {}\n\n", group.kind, code(&group.name));
    for (position, change) in group.changes.iter().enumerate() {
        let mut text = std::mem::take(&mut heading);
        // Writing to a string does not fail.
        let _ = render_change(change, &mut text);
        if position + 1 == group.changes.len() {
            text.push('\n');
        }
        page.push(&text);
    }
}

fn render_change(change: &Change, out: &mut dyn Write) -> fmt::Result {
    let places: Vec<String> = places(change)
        .iter()
        .map(|(was, place)| format!("{was}{}", code(&format!("{}:{}", place.path, place.line))))
        .collect();
    let sure = match change.certainty {
        Certainty::Certain => "",
        Certainty::Likely => " _(likely)_",
        Certainty::CannotTell => " _(undetermined)_",
    };
    let line = format!("- `{}` {}{sure} {}", sign(change), sentence(change, &code), places.join(", "));
    writeln!(out, "{}", line.trim_end())?;
    for note in change.notes.iter().take(MOST_NOTES) {
        writeln!(out, "  - {}{}", side(note.side), prose(&note.message))?;
        if let Some(hint) = &note.hint {
            writeln!(out, "    - hint: {}", prose(hint))?;
        }
    }
    match change.notes.len().checked_sub(MOST_NOTES + 1) {
        Some(more) => writeln!(out, "  - … and {} more", more + 1),
        None => Ok(()),
    }
}
