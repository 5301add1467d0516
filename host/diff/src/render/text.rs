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
pub fn text(diff: &Diff) -> String {
    let mut out = String::new();
    for group in groups(diff, Effect::Database) {
        self::group(&group, &mut out);
    }
    let information = groups(diff, Effect::Information);
    if !information.is_empty() {
        out += &format!("{INFORMATION}:\n\n");
    }
    for group in information {
        self::group(&group, &mut out);
    }
    for diagnostic in &diff.diagnostics {
        out += &format!("warning: {}\n", safe(&diagnostic.message));
    }
    out + &tally(diff)
}

fn group(group: &Group<'_>, out: &mut String) {
    *out += &format!("{} {}\n", group.kind, safe(&group.name));
    for change in &group.changes {
        self::change(change, out);
    }
    out.push('\n');
}

fn change(change: &Change, out: &mut String) {
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
    *out += &format!("{}\n", line.trim_end());
    for note in change.notes.iter().take(MOST_NOTES) {
        *out += &format!("      {}{}\n", side(note.side), safe(&note.message));
        if let Some(hint) = &note.hint {
            *out += &format!("        hint: {}\n", safe(hint));
        }
    }
    if let Some(more) = change.notes.len().checked_sub(MOST_NOTES + 1) {
        *out += &format!("      … and {} more\n", more + 1);
    }
}

/// One line that says how much there is.
pub(super) fn tally(diff: &Diff) -> String {
    let summary = &diff.summary;
    let mut line = format!(
        "{} added, {} dropped, {} renamed, {} modified, {} can't be told; {} only in the code\n",
        summary.added,
        summary.dropped,
        summary.renamed,
        summary.modified,
        summary.cannot_tell,
        summary.information
    );
    for (name, compared) in [("base", &diff.base), ("head", &diff.head)] {
        if compared.partial + compared.unresolved > 0 {
            line += &format!(
                "{name}: {} of {} tables are partial, {} unresolved\n",
                compared.partial, compared.tables, compared.unresolved
            );
        }
    }
    line
}
