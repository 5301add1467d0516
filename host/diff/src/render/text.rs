use std::fmt::{self, Write};

use super::{
    INFORMATION, MOST_NOTES,
    group::{Group, groups},
    places,
    safe::safe,
    sentence::{sentence, sign},
    side,
};
use crate::{Certainty, Change, Diff, Effect};

/// For a terminal.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a>(pub &'a Diff);

impl fmt::Display for Text<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let diff = self.0;
        for group in groups(diff, Effect::Database) {
            self::group(&group, out)?;
        }
        let information = groups(diff, Effect::Information);
        if !information.is_empty() {
            write!(out, "{INFORMATION}:\n\n")?;
        }
        for group in information {
            self::group(&group, out)?;
        }
        for diagnostic in &diff.diagnostics {
            writeln!(out, "warning: {}", safe(&diagnostic.message))?;
        }
        tally(diff).iter().try_for_each(|line| writeln!(out, "{line}"))
    }
}

fn group(group: &Group<'_>, out: &mut dyn Write) -> fmt::Result {
    writeln!(out, "{} {}", group.kind, safe(&group.name))?;
    for change in &group.changes {
        self::change(change, out)?;
    }
    writeln!(out)
}

fn change(change: &Change, out: &mut dyn Write) -> fmt::Result {
    let places: Vec<String> = places(change)
        .iter()
        .map(|(was, place)| format!("{was}{}:{}", safe(&place.path), place.line))
        .collect();
    let sure = match change.certainty {
        Certainty::Certain => "",
        Certainty::Likely => "  likely",
        Certainty::CannotTell => "  can't tell",
    };
    let line = format!("  {} {}{sure}  {}", sign(change), sentence(change, &safe), places.join(", "));
    writeln!(out, "{}", line.trim_end())?;
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

/// How much there is, line by line.
pub(super) fn tally(diff: &Diff) -> Vec<String> {
    let summary = &diff.summary;
    let mut lines = vec![format!(
        "{} added, {} dropped, {} renamed, {} modified, {} can't be told; {} only in the code",
        summary.added,
        summary.dropped,
        summary.renamed,
        summary.modified,
        summary.cannot_tell,
        summary.information
    )];
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
