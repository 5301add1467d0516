use std::fmt::{self, Write};

use belljar_text::safe;
use owo_colors::OwoColorize as _;

use super::{
    INFORMATION, MOST_NOTES,
    group::{Group, groups},
    places,
    sentence::{sentence, sign},
    side,
};
use crate::{Certainty, Change, Diff, Effect};

/// For a terminal, in colours; `anstream` strips them if the output is not a terminal.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a>(pub &'a Diff);

impl fmt::Display for Text<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", Changes(self.0))?;
        tally(self.0).iter().try_for_each(|line| writeln!(out, "{line}"))
    }
}

/// The same without the counts at the end, as a part of a longer text.
#[derive(Debug, Clone, Copy)]
pub struct Changes<'a>(pub &'a Diff);

impl fmt::Display for Changes<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let diff = self.0;
        for group in groups(diff, Effect::Database) {
            write_group(&group, out)?;
        }
        let information = groups(diff, Effect::Information);
        if !information.is_empty() {
            write!(out, "{}:\n\n", INFORMATION.dimmed())?;
        }
        for group in information {
            write_group(&group, out)?;
        }
        for diagnostic in &diff.diagnostics {
            writeln!(out, "{}: {}", "warning".yellow(), safe(&diagnostic.message))?;
        }
        Ok(())
    }
}

fn write_group(group: &Group<'_>, out: &mut dyn Write) -> fmt::Result {
    writeln!(out, "{} {}", group.kind, safe(&group.name).bold())?;
    for change in &group.changes {
        write_change(change, out)?;
    }
    writeln!(out)
}

fn write_change(change: &Change, out: &mut dyn Write) -> fmt::Result {
    let sign = sign(change);
    let style = owo_colors::Style::new();
    let style = match sign {
        '+' => style.green(),
        '-' => style.red(),
        '~' => style.yellow(),
        '>' => style.cyan(),
        _ => style.magenta(),
    };
    write!(out, "  {} {}", sign.style(style), sentence(change, &safe))?;
    match change.certainty {
        Certainty::Certain => {}
        Certainty::Likely => write!(out, "  {}", "likely".yellow())?,
        Certainty::CannotTell => write!(out, "  {}", "undetermined".magenta())?,
    }
    let places: Vec<String> = places(change)
        .iter()
        .map(|(was, place)| format!("{was}{}:{}", safe(&place.path), place.line))
        .collect();
    if !places.is_empty() {
        write!(out, "  {}", places.join(", ").dimmed())?;
    }
    writeln!(out)?;
    for note in change.notes.iter().take(MOST_NOTES) {
        writeln!(out, "      {}{}", side(note.side), safe(&note.message))?;
        if let Some(hint) = &note.hint {
            writeln!(out, "        hint: {}", safe(hint))?;
        }
    }
    match change.notes.len().checked_sub(MOST_NOTES + 1) {
        Some(more) => writeln!(out, "      … and {} more", more + 1),
        None => Ok(()),
    }
}

/// The last lines of a report: the numbers of changes by kind.
pub(super) fn tally(diff: &Diff) -> Vec<String> {
    let summary = &diff.summary;
    let counts = format!(
        "{} added, {} dropped, {} renamed, {} modified, {} undetermined; {} only in the code",
        summary.added,
        summary.dropped,
        summary.renamed,
        summary.modified,
        summary.cannot_tell,
        summary.information
    );
    let mut lines = vec![if diff.changes.is_empty() { "no difference found".to_owned() } else { counts }];
    for (name, compared) in [("base", &diff.base), ("head", &diff.head)] {
        if compared.partial + compared.unresolved > 0 {
            lines.push(format!(
                "{name}: {} of {} tables are partial, {} unresolved",
                compared.partial, compared.tables, compared.unresolved
            ));
        }
    }
    lines
}
